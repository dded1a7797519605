"""One run with an odd vendor: an agent is killed again and again while a vendor that promises nothing answers as it
likes. Each row is acknowledged or unknown, never sent twice; results settle what the vendor took, a person the rest.

The vendor is in this process and made of raw bytes (`samlink.testing.tolerance.vendor`); the agent is a real one. All
that the vendor's results say is given out at the end, by a second vendor that keeps to the letter.
"""

import asyncio
import logging
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import pytest
import sqlalchemy as sa

from samlink.agent.settings import load_settings
from samlink.agent.tables.claim import links
from samlink.agent.tables.engine import engine_of
from samlink.agent.unknown_rows import UnknownRows
from samlink.agent.watch import events
from samlink.testing.processes.agent import AgentProcess
from samlink.testing.tolerance.vendor import GOOD_LOGIN, HOST, Habits, Reply, Vendor, frame, good_answer
from samlink.wire import Frame, commands, decode_body
from tests.agent.customer import Customer
from tests.kill.runs import TURNS, seed_of
from tests.kill.told import pause, turns

_log = logging.getLogger(__name__)
BATCH: Final = 5
CONNECTIONS: Final = 2
ROWS_EACH_KILL: Final = 40
"""More than one claim holds (`rows`), so that each moment comes at least twice."""
URGENT: Final = 0.05
"""Share of rows with a priority."""
MOMENTS: Final = (events.RowsClaimed.name, events.RowsSent.name)
MOMENTS_AT_MOST: Final = 2
LIMIT_SECONDS: Final = 120.0
LOOK_SECONDS: Final = 0.1
IN_DOUBT_AT_MOST: Final = 2 * BATCH * CONNECTIONS + BATCH
"""Rows that one kill may leave in doubt: a request for each connection of two feeders, and one of the urgent rows'."""
DELIVERED: Final = 6
_AGENT: Final = """\
[database]
url = "{url}"
[gateway]
host = "{host}"
id = "shop"
base_port = {base_port}
password_env = "GATEWAY_PASSWORD"
connections = {connections}
give_up_seconds = 2.0
reconnect_seconds = 0.1
[work]
rows = 20
poll_seconds = 0.1
retry_seconds = 0.1
lease_seconds = 3.0
"""
Key = tuple[str, str]
"""GRP_ID and MSG_ID."""


class OddVendor:
    """Habits of a vendor, drawn anew for each request, and what it really took."""

    def __init__(self, chance: random.Random) -> None:
        self.taken: Counter[Key] = Counter()
        """How often each message was taken: this vendor delivers it as often."""
        self.came: Counter[Key] = Counter()
        """How often each message came, taken or not."""
        self.ways: Counter[str] = Counter()
        self._chance = chance
        self._ways = (self._good, self._good, self._good, self._half, self._other_command, self._silent, self._drop)

    def habits(self) -> Habits:
        """For a `Vendor`."""
        return Habits(login=login, answer=self._answer)

    def _answer(self, request: Frame) -> Reply:
        keys = list(keys_in(request))
        self.came.update(keys)
        way = self._chance.choice(self._ways)
        self.ways[way.__name__] += 1
        if way != self._drop:
            self.taken.update(keys)
        return way(request)

    def _good(self, request: Frame) -> Reply:
        return Reply(good_answer(request))

    def _half(self, request: Frame) -> Reply:
        answer = good_answer(request)
        return Reply(answer[: len(answer) // 2], close=True)

    def _other_command(self, request: Frame) -> Reply:
        return Reply(frame("1026", request.version))

    def _silent(self, request: Frame) -> Reply:
        return Reply(close=True)

    def _drop(self, request: Frame) -> Reply:
        return Reply(close=True)


def login(request: Frame) -> Reply:
    """A vendor that says nothing of samlink."""
    return Reply(frame("1011", request.version, message=f"{BATCH}|1|", body=GOOD_LOGIN))


def keys_in(request: Frame) -> Iterator[Key]:
    """The keys of a send request's messages."""
    for record in decode_body(commands.SEND_SMS, request.body).records:
        yield record.group_id, record.message_id


def page_of(keys: Sequence[Key]) -> bytes:
    """The body of one 1031: each was delivered."""
    rest = f"{'01012345678':<12}{'2026-11-27 09:00:00':<20}{DELIVERED:<3}{'01190':<7}"
    records = (f"{group_id:<20}{message_id:<20}{rest}" for group_id, message_id in keys)
    return f"{len(keys):<4}{''.join(records)}".encode("ascii")


class OddRun:
    """A customer, an agent and a vendor, and the chance that decides."""

    def __init__(self, directory: Path, url: sa.URL, kills: int, seed: str) -> None:
        self.chance = random.Random(seed)
        self.kills = kills
        self.vendor = OddVendor(self.chance)
        self.customer = Customer(engine_of(url))
        self._url = url
        self._rows = 0
        self._file = directory / "agent.toml"
        self._moment, self._left = "", 0
        self._happened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.agent = AgentProcess(self._file, "", {"GATEWAY_PASSWORD": "secret"}, self._hear)

    async def play(self) -> list[str]:
        """What contradicts the promise; empty when all is well."""
        try:
            async with self.agent:
                async with Vendor(self.vendor.habits()) as vendor:
                    await self._play_with(vendor)
                faults = [*self._faults_in_doubt(), *self.agent.faults]
                return faults or await self._settle()
        finally:
            self.customer.engine.dispose()

    # -- the odd vendor

    async def _play_with(self, vendor: Vendor) -> None:
        self._point_at(vendor)
        for _ in range(self.kills):
            self._insert()
            self._moment, self._left = self.chance.choice(MOMENTS), self.chance.randint(1, MOMENTS_AT_MOST)
            self._happened = asyncio.get_running_loop().create_future()
            await self.agent.spawn()
            async with asyncio.timeout(LIMIT_SECONDS):
                await self._happened
            await turns(self.chance.randint(0, TURNS))
            self.agent.kill()
            assert await self.agent.ended() == -9, self.agent.log()
        await self.agent.start()
        await self._until(lambda: not self._on_their_way())
        assert await self.agent.stop() == 0, self.agent.log()

    def _insert(self) -> None:
        for number in range(ROWS_EACH_KILL):
            self.customer.insert(Priority=int(self.chance.random() < URGENT), Msg=f"{self._rows + number}")
        self._rows += ROWS_EACH_KILL

    def _hear(self, event: str) -> None:
        if event == self._moment and not self._happened.done():
            self._left -= 1
            if self._left <= 0:
                self._happened.set_result(None)

    def _on_their_way(self) -> int:
        """Rows that wait, or that an agent is to see to."""
        now = int(time.time())
        going = [
            link
            for link in self.customer.link_rows()
            if link["state"] in links.FREE_LATER or (link["state"] == links.UNKNOWN and link["lease_until"] >= now)
        ]
        return self.customer.states().count(0) + len(going)

    def _faults_in_doubt(self) -> Iterator[str]:
        rows = self.customer.link_rows()
        states = {(link["group_id"], link["message_id"]): link["state"] for link in rows}
        vendor = self.vendor
        yield from (f"{key} came {times} times" for key, times in vendor.came.items() if times > 1)
        by_row = Counter(link["row_id"] for link in rows)
        yield from (f"row {row} has the keys of {times} claims" for row, times in by_row.items() if times > 1)
        if len(by_row) != self._rows:
            yield f"{len(by_row)} of {self._rows} rows were claimed"
        for key, state in states.items():
            if state not in {links.SENT, links.UNKNOWN}:
                yield f"{key} is in state {state}"
            if state == links.SENT and key not in vendor.taken:
                yield f"{key} counts as taken, and was not"
        never_came = [key for key, state in states.items() if state == links.UNKNOWN and key not in vendor.came]
        if len(never_came) > self.kills * IN_DOUBT_AT_MOST:
            yield f"{len(never_came)} rows are in doubt that were never written, after {self.kills} kills"

    # -- the letter

    async def _settle(self) -> list[str]:
        """Results come for what was taken; a person has the rest sent again."""
        results = [page_of(list(self.vendor.taken))] if self.vendor.taken else []
        async with Vendor(Habits(login=login, pages=results)) as vendor:
            self._point_at(vendor)
            await self.agent.start()
            await self._until(lambda: self._left_open() == self._rows - len(self.vendor.taken))
            unknown_rows = UnknownRows(load_settings(self._file))
            left = await asyncio.to_thread(unknown_rows.rows, time.time())
            if len(left) != self._left_open() or {(row.group_id, row.message_id) for row in left} & {
                *self.vendor.taken
            }:
                return [f"{len(left)} rows are listed as unknown, {self._left_open()} have no result"]
            await asyncio.to_thread(unknown_rows.resend, "UShotSMS", [row.row_id for row in left], time.time())
            unknown_rows.close()
            await self._until(lambda: not self._on_their_way())
            assert await self.agent.stop() == 0, self.agent.log()
        twice = [key for key, times in (self.vendor.taken + vendor.taken).items() if times > 1]
        missing = self._rows - len(self.vendor.taken + vendor.taken)
        faults = [f"{key} was taken twice" for key in twice]
        return faults + [f"{missing} rows were never taken"] * bool(missing)

    def _left_open(self) -> int:
        """Rows in the live table: those with a result have moved."""
        return len(self.customer.rows())

    # -- both

    def _point_at(self, vendor: Vendor) -> None:
        self.agent.settings = _AGENT.format(
            url=self._url.render_as_string(), host=HOST, base_port=vendor.base_port, connections=CONNECTIONS
        )
        self._file.write_text(self.agent.settings, encoding="utf-8")

    async def _until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(LIMIT_SECONDS):
            while not await asyncio.to_thread(condition):
                await pause(LOOK_SECONDS)


async def prove_odd(directory: Path, url: sa.URL, kills: int) -> None:
    """Play with a new seed; what fails shows the seed."""
    seed = seed_of(f"odd vendor {url.get_backend_name()}")
    run = OddRun(directory, url, kills, seed)
    try:
        faults = await run.play()
    except BaseException:
        _log.warning("seed %s: %s\n%s", seed, dict(run.vendor.ways), run.agent.log())
        raise
    _log.warning("seed %s: %s, %d taken", seed, dict(run.vendor.ways), len(run.vendor.taken))
    if faults:
        pytest.fail(f"seed {seed}: {len(faults)} faults\n" + "\n".join(faults[:30]), pytrace=False)
