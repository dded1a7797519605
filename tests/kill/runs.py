"""One run: a gateway is killed again and again under its customers' hands, comes to rest, and is read for the audit."""

import asyncio
import contextlib
import logging
import os
import random
import secrets
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Final

import msgspec
import pytest

from samlink.core.account import Account
from samlink.core.limits import DUPLICATE
from samlink.gateway.reports.redelivery import ORDERLY_ENDS_NEEDED
from samlink.store.credentials import Credentials, generate_password
from samlink.store.sqlite.admin import Admin
from samlink.testing.processes.gateway import GatewayProcess, Victim
from samlink.vocabulary.money import WON
from samlink.vocabulary.services import Service
from samlink.wire import Version
from tests.kill.audit import Policy, World, audit
from tests.kill.customers import ReceivingCustomer, SendingCustomer, Town
from tests.kill.kakao import BROKE, KAKAO_RECEIVERS, KAKAO_SENDERS, KakaoTraffic, register
from tests.kill.kakao_audit import NOT_COVERED, audit_kakao
from tests.kill.sides import end_all_waits, in_motion, read_carrier, read_store, states
from tests.kill.told import pause, turns, until
from tests.kill.traffic import CUSTOMERS, Lane

_log = logging.getLogger(__name__)
SEED_VARIABLE: Final = "SAMLINK_KILL_SEED"
REST_LIMIT_SECONDS: Final = 45.0
LOOK_SECONDS: Final = 0.05
"""Between looks at the store while it comes to rest."""
AT_START: Final = 0.15
"""Share of kills that hit a gateway which is only just starting."""
EVENTS: Final = (1, 4, 15, 40, 100, 250, 600)
"""Bounds of how much is seen to happen before a kill: a small one hits a start's own work."""
VICTIMS: Final = (*(Victim.GATEWAY,) * 4, *(Victim.WRITER,) * 2, *(Victim.BOTH,) * 4)
FROZEN: Final = 0.7
"""Share of kills of both before which the writer is frozen: what ran ahead of a commit is caught."""
TURNS: Final = 5_000
"""Turns of our own loop, 10 ms or more: the most that passes between what clients saw and the kill."""
LAST_LIFE_EVENTS: Final = 400
"""What is seen to happen in the life after the last kill: where all kills came early, that is the traffic to audit."""

PREPAID, POSTPAID, POOR = CUSTOMERS
ALL_CUSTOMERS: Final = (*CUSTOMERS, BROKE)
SENDERS: Final = (
    Lane(PREPAID, Service.SMS, Version.SAM10),
    Lane(PREPAID, Service.SMS, Version.SAM11),
    Lane(PREPAID, Service.MMS, Version.SAM11),
    Lane(POSTPAID, Service.SMS, Version.SAM11),
    Lane(POSTPAID, Service.MMS, Version.SAM10),
    Lane(POOR, Service.SMS, Version.SAM10),
)
RECEIVERS: Final = (
    Lane(PREPAID, Service.SMS, Version.SAM10),
    Lane(PREPAID, Service.SMS, Version.SAM11),
    Lane(PREPAID, Service.MMS, Version.SAM11),
    Lane(POSTPAID, Service.SMS, Version.SAM10),
    Lane(POSTPAID, Service.MMS, Version.SAM11),
    Lane(POSTPAID, Service.MMS, Version.SAM10),
    Lane(POOR, Service.SMS, Version.SAM11),
)


class Plan(msgspec.Struct, frozen=True):
    """What is killed how often, and how the gateway is set."""

    name: str
    kills: int
    settings: str
    policy: Policy = Policy()
    batch_limit: int = 30


class Outcome(msgspec.Struct):
    """What a run came to, and numbers for a person."""

    world: World
    kills: dict[str, int]
    numbers: dict[str, int]


async def prove(directory: Path, plan: Plan) -> Outcome:
    """Play a plan with a new seed and audit it; what fails shows the seed."""
    seed = seed_of(plan.name)
    run = Run(directory, plan, seed)
    try:
        outcome = await run.play()
    except BaseException:
        _log.warning("seed %s: kills %s\n%s", seed, run.kills, run.gateway.log())
        raise
    _log.warning("seed %s: kills %s, %s", seed, outcome.kills, outcome.numbers)
    assert sum(outcome.kills.values()) == plan.kills
    no_findings(seed, outcome.world)
    return outcome


def no_findings(seed: str, world: World) -> None:
    """Fail with the seed and the first findings of the audit, if there are any."""
    if findings := audit(world) + audit_kakao(world):
        pytest.fail(f"seed {seed}: {len(findings)} findings\n" + "\n".join(findings[:30]), pytrace=False)


def seed_of(name: str) -> str:
    """The seed of a run: a new one, or the one of the environment; logged, so that the failure of a test shows it."""
    seed = f"{os.environ.get(SEED_VARIABLE) or secrets.randbelow(1_000_000)} {name}"
    _log.warning("seed %s", seed)
    return seed


def make_accounts(directory: Path, batch_limit: int, *, duplicates: str = "off") -> dict[str, str]:
    """The customers' accounts, as the command line makes them; their passwords by ID. `duplicates`: the rule's mode."""
    credentials = Credentials.open(directory)
    passwords = {customer.id: generate_password() for customer in ALL_CUSTOMERS}
    with Admin(directory) as admin:
        for customer in ALL_CUSTOMERS:
            account = Account(
                no=0,
                id=customer.id,
                fee_type=customer.fee_type,
                balance=customer.balance_won * WON,
                variable=customer.variable,
                batch_limit=batch_limit,
                allow=("127.0.0.0/8",),
                rules={"sender registered": "off", DUPLICATE.name: duplicates},
                day_limit=customer.day_limit,
                second_limit=customer.second_limit,
            )
            hashed = credentials.hash_generated(passwords[customer.id])
            admin.add_account(account, hashed)
            register(admin, customer.id)
    return passwords


@contextlib.asynccontextmanager
async def customers(town: Town) -> AsyncIterator[Sequence["asyncio.Task[None]"]]:
    """All customers at work; gives the tasks of those who send, which end when the town stops."""
    async with asyncio.TaskGroup() as group:
        senders = [SendingCustomer(town, lane, f"s{number}") for number, lane in enumerate(SENDERS)]
        for number, lane in enumerate(KAKAO_SENDERS):
            traffic = KakaoTraffic(lane, f"k{number}", town.seed)
            senders.append(SendingCustomer(town, lane, f"k{number}", traffic=traffic))
        lanes = (*RECEIVERS, *KAKAO_RECEIVERS)
        receivers = [ReceivingCustomer(town, lane, f"r{number}") for number, lane in enumerate(lanes)]
        sending = [group.create_task(sender.run()) for sender in senders]
        receiving = [group.create_task(receiver.run()) for receiver in receivers]
        yield sending
        for task in receiving:
            task.cancel()


class Run:
    """A gateway on a directory of its own, its customers, and the chance that decides about kills."""

    def __init__(self, directory: Path, plan: Plan, seed: str) -> None:
        self.directory = directory
        self.plan = plan
        self.chance = random.Random(seed)
        self.town = Town(make_accounts(directory, plan.batch_limit, duplicates="on"), seed)
        self.gateway = GatewayProcess(directory, plan.settings)
        self.kills: dict[str, int] = {}

    async def play(self) -> Outcome:
        """Kill as planned, let everything come to rest, stop, and read the three sides."""
        async with self.gateway, customers(self.town) as sending:
            for _ in range(self.plan.kills):
                await self.kill_once()
            await self._live_once()
            await self.finish(sending, running=True)
        return self.outcome()

    async def finish(self, sending: Sequence["asyncio.Task[None]"], *, running: bool = False) -> None:
        """Let all customers bring to an end what they have begun, wait until all is reported, and stop."""
        if not running:
            await self._open()
        self.town.stopping.set()
        try:
            async with asyncio.timeout(REST_LIMIT_SECONDS):
                await asyncio.wait(sending)
                await self._rest()
                while states(self.directory).keys() != {"reported"}:
                    await self._three_days_later()
        except TimeoutError:
            # The audit says which messages they are.
            self.town.told.wrong.append(f"no rest within {REST_LIMIT_SECONDS:g} s: {states(self.directory)}")
        for task in sending:
            task.cancel()
        await self._stop()

    async def _live_once(self) -> None:
        """Start, and let things happen without a kill."""
        await self._open()
        reached = asyncio.Event()
        self.town.progress.after(LAST_LIFE_EVENTS, reached.set)
        await reached.wait()

    async def stop_once(self) -> None:
        """Start, let things happen, and have it stop in order."""
        await self._open()
        stopped = asyncio.Event()

        def stop() -> None:
            self.town.shut()
            self.gateway.terminate()
            stopped.set()

        self.town.progress.after(self.chance.randint(100, 600), stop)
        await stopped.wait()
        code = await self.gateway.ended()
        assert code == 0, (code, self.gateway.log())

    async def kill_once(self, *, events: int = 0) -> None:
        """Start, let things happen (`events`, or drawn), kill, and wait until it is gone."""
        await self.gateway.spawn()
        if not events and self.chance.random() < AT_START:
            await self._kill_at_start()
            return
        self.town.open(await self.gateway.listening())
        victim = self.chance.choice(VICTIMS)
        freezes = victim is Victim.BOTH and self.chance.random() < FROZEN
        later = self.chance.choice((0, self.chance.randint(1, TURNS)))
        reached = asyncio.Event()

        def strike() -> None:
            self.town.shut()
            self.gateway.kill(victim)

        def happened() -> None:
            reached.set()
            if freezes:
                self.gateway.freeze_writer()
            elif not later:
                strike()

        self.town.progress.after(events or self.chance.randint(1, self.chance.choice(EVENTS)), happened)
        await reached.wait()
        if freezes or later:
            await turns(TURNS if freezes else later)
            strike()
        self._count_kill("frozen" if freezes else victim.value)
        code = await self.gateway.ended()
        # Without its writer a gateway ends by itself, and says so.
        assert code == (1 if victim is Victim.WRITER else -9), (code, self.gateway.log())

    async def _kill_at_start(self) -> None:
        """After the writer was seen, and so many more turns of our own loop."""
        await until(lambda: self.gateway.find_writer() > 0)
        await turns(self.chance.randint(0, 2_000))
        self.gateway.kill(self.chance.choice((Victim.GATEWAY, Victim.BOTH)))
        self._count_kill("starting")
        await self.gateway.ended()

    def _count_kill(self, what: str) -> None:
        self.kills[what] = self.kills.get(what, 0) + 1

    async def _open(self) -> None:
        self.town.open(await self.gateway.start())

    async def _stop(self) -> None:
        self.town.shut()
        code = await self.gateway.stop()
        assert code == 0, (code, self.gateway.log())

    async def _rest(self) -> None:
        """Wait until every message is reported, or waits for hours or days."""
        while in_motion(self.directory):
            await pause(LOOK_SECONDS)

    async def _three_days_later(self) -> None:
        """Let every such wait end, as if its time had passed."""
        await self._stop()
        end_all_waits(self.directory)
        await self._open()
        await self._rest()

    def outcome(self) -> Outcome:
        """The three sides, read."""
        store, carrier = read_store(self.directory), read_carrier(self.directory)
        world = World(self.town.told, store, carrier, self.plan.policy, self.gateway.faults)
        told = world.told
        numbers = {
            "acknowledged": len(told.acknowledged()),
            "stored": len(world.store.rows),
            "abandoned packets": sum(packet.abandoned for packet in told.packets),
            "packets asked again": sum(packet.asked > 1 for packet in told.packets),
            "died with three times": sum(times >= ORDERLY_ENDS_NEEDED for times in told.died_with.values()),
            "results seen twice": sum(sum(seen.values()) > 1 for seen in told.results.values()),
            "unknown": sum(row.unknowns > 0 for row in world.store.rows),
            "given up": sum(row.result == 11 and row.unknowns > 0 for row in world.store.rows),
            "repeats at the carrier": sum(entry.repeats for entry in world.carrier.values()),
            "files": len(told.files),
            "fallbacks": sum(row.parent is not None for row in world.store.rows),
            "fallbacks not covered": sum(row.reason == NOT_COVERED for row in world.store.rows),
        }
        return Outcome(world, self.kills, numbers)
