"""Kills while 100,000 messages are queued and the carrier takes nothing: all of them are there afterwards, once."""

import asyncio
from pathlib import Path
from typing import Final

import pytest

from samlink.vocabulary.services import Service
from samlink.wire import SendRecord, Version
from tests.kill.customers import ReceivingCustomer, SendingCustomer, Town
from tests.kill.runs import POSTPAID, Plan, Run, no_findings, seed_of
from tests.kill.settings import CARRIER
from tests.kill.sides import states
from tests.kill.told import pause
from tests.kill.traffic import Lane, Request, Traffic

pytestmark = pytest.mark.timeout(300)
MESSAGES: Final = 100_000
IN_PACKET: Final = 1_000
SENDERS: Final = 4
LOOK_SECONDS: Final = 0.1
LANE: Final = Lane(POSTPAID, Service.SMS, Version.SAM11)
SETTINGS: Final = f"base_port = 0\n{CARRIER}"


class Bulk(Traffic):
    """Large packets, until enough messages were acknowledged."""

    def __init__(self, town: Town, name: str) -> None:
        super().__init__(LANE, name, town.seed)
        self._town = town
        self._packets = 0

    def next(self, files: object) -> Request:
        if sum(len(packet.messages) for packet in self._town.told.packets if packet.acknowledged) >= MESSAGES:
            self._town.stopping.set()
        return super().next([])

    def _records(self, kind: object) -> list[SendRecord]:
        self._packets += 1
        group = f"{self._name}-{self._packets}"
        return [
            SendRecord(group, str(number), "0212345678", f"0101234{number:04}", text=f"안녕하세요 {group} {number}")
            for number in range(IN_PACKET)
        ]


async def fill(run: Run) -> None:
    """Fill the queue, with a kill on the way and one when it is full."""
    senders = [SendingCustomer(run.town, LANE, f"b{n}", traffic=Bulk(run.town, f"b{n}")) for n in range(SENDERS)]
    async with asyncio.TaskGroup() as group:
        for sender in senders:
            group.create_task(sender.run())
        await run.kill_once(events=run.chance.randint(1, MESSAGES // IN_PACKET))
        run.town.open(await run.gateway.start())
    run.town.shut()
    run.gateway.kill()
    await run.gateway.ended()


async def test_a_full_queue_survives(tmp_path: Path) -> None:
    seed = seed_of("queue")
    run = Run(tmp_path / "data", Plan("queue", 2, SETTINGS + "held = true\n", batch_limit=IN_PACKET), seed)
    async with run.gateway:
        await fill(run)
        stored = states(run.directory)
        assert stored.keys() <= {"queued", "sending"}
        assert sum(stored.values()) >= MESSAGES
        run.gateway.settings = SETTINGS
        receivers = [ReceivingCustomer(run.town, LANE, f"r{number}") for number in range(2)]
        tasks = [asyncio.create_task(receiver.run()) for receiver in receivers]
        run.town.open(await run.gateway.start())
        while states(run.directory).keys() != {"reported"}:
            assert not any(task.done() for task in tasks)
            await pause(LOOK_SECONDS)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert await run.gateway.stop() == 0
    outcome = run.outcome()
    assert len(outcome.world.store.rows) == sum(stored.values())
    no_findings(seed, outcome.world)
