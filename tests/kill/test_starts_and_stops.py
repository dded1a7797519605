"""Kills of a first start; an orderly stop under full traffic, and of a carrier that takes nothing; a second gateway."""

import asyncio
import random
from pathlib import Path
from typing import Final

import pytest

from samlink.store.sqlite.admin import Admin
from samlink.testing.processes.gateway import GatewayProcess, Victim
from samlink.testing.processes.logged import DidNotStartError
from tests.kill.audit import Policy
from tests.kill.runs import LOOK_SECONDS, Plan, Run, customers, no_findings, seed_of
from tests.kill.settings import CARRIER, GATEWAY, NO_MEMORY
from tests.kill.sides import read_store, states
from tests.kill.told import pause, turns, until

pytestmark = pytest.mark.timeout(300)
MARKERS: Final = (
    "writer.lock",
    "samlink.db",
    "samlink.db-wal",
    "secret.key",
    "simulator/carrier.lock",
    "simulator/carrier-00000001.log",
)
"""What a first start makes, in this order."""
STOPS: Final = 3


async def kill_when_there(gateway: GatewayProcess, marker: Path, victim: Victim, later: int) -> None:
    """Start, and kill so many turns of our loop after the file is there."""
    await gateway.spawn()
    await until(marker.exists)
    await turns(later)
    gateway.kill(victim)
    await gateway.ended()


@pytest.mark.parametrize("marker", MARKERS)
async def test_a_first_start_that_is_killed_is_begun_again(tmp_path: Path, marker: str) -> None:
    seed = seed_of(marker)
    chance = random.Random(seed)
    directory = tmp_path / "data"
    async with GatewayProcess(directory) as gateway:
        victim = chance.choice((Victim.GATEWAY, Victim.BOTH))
        await kill_when_there(gateway, directory / marker, victim, chance.choice((0, chance.randint(0, 3_000))))
        await gateway.start()
        assert await gateway.stop() == 0, gateway.log()
    with Admin(directory) as admin:
        assert admin.audit() == []
        assert admin.accounts() == []


async def test_an_orderly_stop_leaves_nothing_unanswered_and_nothing_unknown(tmp_path: Path) -> None:
    plan = Plan("stop", 0, GATEWAY + CARRIER + "delay_ms = 20\n" + NO_MEMORY, Policy(idempotent=False))
    seed = seed_of(plan.name)
    run = Run(tmp_path / "data", plan, seed)
    async with run.gateway, customers(run.town) as sending:
        for _ in range(STOPS):
            await run.stop_once()
            rows = {row.key for row in read_store(run.directory).rows}
            for packet in run.town.told.packets:
                taken = sum(message.key in rows for message in packet.messages)
                assert taken == (len(packet.messages) if packet.acknowledged else 0), packet
        await run.finish(sending)
    outcome = run.outcome()
    no_findings(seed, outcome.world)
    assert outcome.numbers["unknown"] == 0
    assert outcome.numbers["acknowledged"] > 100


async def test_a_stop_while_the_carrier_takes_nothing_leaves_everything_in_the_queue(tmp_path: Path) -> None:
    settings = GATEWAY.replace("waits = { ", "waits = { drain_seconds = 0.3, ") + CARRIER + NO_MEMORY
    plan = Plan("held", 0, settings + "held = true\n", Policy(idempotent=False))
    seed = seed_of(plan.name)
    run = Run(tmp_path / "data", plan, seed)
    async with run.gateway, customers(run.town) as sending:
        run.town.open(await run.gateway.start())
        while not states(run.directory).get("sending"):
            await pause(LOOK_SECONDS)
        run.town.shut()
        assert await run.gateway.stop() == 0, run.gateway.log()
        assert set(states(run.directory)) <= {"queued", "done", "reported"}
        run.gateway.settings = settings
        await run.finish(sending)
    outcome = run.outcome()
    no_findings(seed, outcome.world)
    assert outcome.numbers["unknown"] == 0


async def test_a_second_gateway_on_the_same_directory_is_refused_and_disturbs_nobody(tmp_path: Path) -> None:
    plan = Plan("second", 0, GATEWAY + CARRIER)
    seed = seed_of(plan.name)
    run = Run(tmp_path / "data", plan, seed)
    async with run.gateway, customers(run.town) as sending:
        run.town.open(await run.gateway.start())
        pid = run.gateway.writer_pid
        async with GatewayProcess(run.directory, plan.settings) as second:
            with pytest.raises(DidNotStartError, match="another gateway is running"):
                await second.start()
            assert await second.ended() == 1
        before = run.town.progress.counts["answered"]
        answered = asyncio.Event()
        run.town.progress.after(50, answered.set)
        await answered.wait()
        assert run.town.progress.counts["answered"] > before
        assert run.gateway.find_writer() == pid
        await run.finish(sending, running=True)
    outcome = run.outcome()
    no_findings(seed, outcome.world)
    assert outcome.numbers["unknown"] == 0
