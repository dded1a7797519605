"""Every part of the gateway keeps the one contract of starting and stopping (`samlink.gateway.part`)."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from samlink.carriers.contract import Carrier, CarrierError
from samlink.carriers.simulator import SimulatedCarrier
from samlink.core.message import DEFAULT_ROUTE
from samlink.core.routing import Routing
from samlink.gateway.caches.accounts import Accounts
from samlink.gateway.caches.policies import Policies
from samlink.gateway.dispatch.carriers import Carriers
from samlink.gateway.dispatch.dispatcher import Dispatch
from samlink.gateway.dispatch.fallback import Fallbacks
from samlink.gateway.dispatch.new_work import NewWork
from samlink.gateway.housekeeping.housekeeping import Housekeeping
from samlink.gateway.limits import Limits
from samlink.gateway.part import Part
from samlink.gateway.reports.mailbox import Mailboxes
from samlink.gateway.retention import Retention
from samlink.gateway.sam.listener import Listener
from samlink.gateway.sam.logins import Logins
from samlink.gateway.uploads.uploads import Uploads
from samlink.gateway.waits import Waits
from samlink.gateway.watch.counters import Counters
from samlink.gateway.watch.watcher import Watcher
from samlink.store.blobs.pool import DirectoryBlobs
from samlink.store.contract import Store, StoreError
from samlink.store.credentials import Credentials
from samlink.store.sqlite.store import open_store
from samlink.vocabulary.problem import Problem
from samlink.watch.events import Events
from samlink.watch.monitor import Monitor
from samlink.watch.settings import Monitoring
from tests.gateway.failing_store import FailingStore, FailingStores
from tests.gateway.running import NOW_MS

Step = Callable[[], Coroutine[Any, Any, None]]
TURNS: Final = range(0, 12, 2)
"""Of the loop, after which a start is cancelled."""


@dataclass
class Surroundings:
    """What parts stand on."""

    data: Path
    store: FailingStore
    taken: socket.socket
    """A port that somebody has."""
    fails: bool = False
    """Whether the part's start is to fail."""

    @property
    def port(self) -> int:
        """A port that a part may try: taken if the start is to fail."""
        return int(self.taken.getsockname()[1]) if self.fails else 0

    def failing(self, verb: str) -> None:
        """Have the store refuse `verb` if the start is to fail."""
        if self.fails:
            self.store.fail(StoreError("store.test", "not now"), verb)


@pytest.fixture
async def around(tmp_path: Path) -> AsyncIterator[Surroundings]:
    stores = FailingStores()
    await stores.open(tmp_path, now)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        yield Surroundings(tmp_path, stores.last, taken)
    await stores.last.close()


class AListener(Listener):
    """A listener with its six ports given."""

    def __init__(self, around: Surroundings) -> None:
        events, limits, waits = Events(), Limits(), Waits()
        accounts: Any = Accounts(around.store, retry_seconds=1, events=events)
        super().__init__(
            accounts,
            a_logins(around),
            limits=limits,
            waits=waits,
            make_connection=no_connection,
            now_ms=now,
            events=events,
        )
        self._around = around

    async def start(self) -> None:  # type: ignore[override]
        await super().start(["127.0.0.1"], self._around.port)


def no_connection(*_: object) -> Any:
    raise AssertionError("nobody logs in")


def now() -> int:
    return NOW_MS


def an_accounts(around: Surroundings) -> Part:
    around.failing("accounts")
    return Accounts(around.store, retry_seconds=1, events=Events())


def a_policies(around: Surroundings) -> Part:
    around.failing("policy_versions")
    store: Any = around.store
    return Policies(store, Accounts(store, retry_seconds=1, events=Events()), retry_seconds=1, events=Events())


def a_logins(around: Surroundings) -> Logins:
    store: Any = around.store
    return Logins(store, Credentials.open(around.data), limits=Limits(), waits=Waits())


def an_uploads(around: Surroundings) -> Part:
    return Uploads(around.store, DirectoryBlobs(around.data, threads=1), limits=Limits(), now_ms=now, events=Events())


def a_mailboxes(around: Surroundings) -> Part:
    return Mailboxes(around.store, token=1, reports_in_memory=10, retry_seconds=1, events=Events())


def a_watcher(around: Surroundings) -> Part:
    place = Monitoring(port=around.port)
    return Watcher(place, "", Counters("1"), around.store, events=Events())


def a_monitor(around: Surroundings) -> Part:
    return Monitor({}, "127.0.0.1", around.port)


def a_carrier(around: Surroundings) -> Part:
    directory = around.data / "carrier"
    if around.fails:
        directory.write_text("no directory")
    return SimulatedCarrier(directory=directory)


def the_carriers(around: Surroundings) -> Part:
    return carriers_of(a_dispatch(around))


def carriers_of(*dispatches: Dispatch) -> Carriers:
    async def compare(_: Carrier) -> None:
        pass

    return Carriers(dispatches, compare=compare, retry_seconds=1, events=Events())


def a_dispatch(around: Surroundings) -> Dispatch:
    store: Any = around.store
    accounts = Accounts(store, retry_seconds=1, events=Events())
    carrier: Any = a_carrier(around)
    mailboxes: Any = a_mailboxes(around)
    return Dispatch(
        store,
        carrier,
        mailboxes,
        Fallbacks(store, accounts.get, Routing(()), now_ms=now),
        routes=(DEFAULT_ROUTE,),
        new_work=NewWork(),
        limits=Limits(),
        waits=Waits(),
        now_ms=now,
        events=Events(),
    )


class Looping:
    """A part whose loops the gateway runs: begun after its start, cancelled before its stop."""

    def __init__(self, start: Step, *loops: Step, stop: Step) -> None:
        self._steps = start, stop
        self._loops = loops
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        await self._steps[0]()
        self._tasks = [asyncio.ensure_future(loop()) for loop in self._loops]
        await asyncio.sleep(0)

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._steps[1]()


async def nothing() -> None:
    pass


def a_working_dispatch(around: Surroundings) -> Part:
    dispatch = a_dispatch(around)
    carriers = carriers_of(dispatch)
    return Looping(carriers.start, dispatch.claim_loop, dispatch.record_loop, carriers.run, stop=carriers.stop)


def a_housekeeping(around: Surroundings) -> Part:
    around.failing("rescue")
    store: Any = around.store
    mailboxes: Any = a_mailboxes(around)
    uploads: Any = an_uploads(around)
    housekeeping = Housekeeping(
        store,
        carriers_of(),
        mailboxes,
        uploads=uploads,
        limits=Limits(),
        waits=Waits(),
        retention=Retention(),
        now_ms=now,
        events=Events(),
    )
    return Looping(housekeeping.recover, housekeeping.loop, stop=nothing)


def a_store(around: Surroundings) -> Part:
    """The embedded store, with its process."""
    stores: list[Store] = []
    directory = around.data / "another"
    if around.fails:
        directory.write_text("no directory")

    async def start() -> None:
        stores.append(await open_store(directory, clock=now))

    async def stop() -> None:
        for store in stores:
            await store.close()

    return Looping(start, stop=stop)


Make = Callable[[Surroundings], Part]
PARTS: Final[dict[str, Make]] = {
    "accounts": an_accounts,
    "policies": a_policies,
    "logins": a_logins,
    "uploads": an_uploads,
    "mailboxes": a_mailboxes,
    "watcher": a_watcher,
    "monitor": a_monitor,
    "listener": AListener,
    "simulated carrier": a_carrier,
    "carriers": the_carriers,
    "dispatch": a_working_dispatch,
    "housekeeping": a_housekeeping,
    "store": a_store,
}
CAN_FAIL: Final = sorted(PARTS.keys() - {"logins", "uploads", "mailboxes"})


def others() -> set[asyncio.Task[Any]]:
    """The tasks beside this one."""
    return asyncio.all_tasks() - {asyncio.current_task()}


@pytest.mark.parametrize("name", PARTS)
async def test_a_stop_leaves_nothing_and_may_come_again(name: str, around: Surroundings) -> None:
    before = others()
    part = PARTS[name](around)
    await part.start()
    for _ in range(2):
        await part.stop()
        assert others() <= before


@pytest.mark.parametrize("name", PARTS)
async def test_a_stop_may_come_before_the_start(name: str, around: Surroundings) -> None:
    before = others()
    part = PARTS[name](around)
    for _ in range(2):
        await part.stop()
    assert others() <= before


@pytest.mark.parametrize("name", CAN_FAIL)
async def test_a_start_that_fails_can_be_stopped(name: str, around: Surroundings) -> None:
    before = others()
    around.fails = True
    part = PARTS[name](around)
    with pytest.raises((Problem, StoreError, CarrierError, OSError)):
        await part.start()
    for _ in range(2):
        await part.stop()
    assert others() <= before


@pytest.mark.parametrize("turns", TURNS)
@pytest.mark.parametrize("name", PARTS)
async def test_a_start_that_is_cancelled_can_be_stopped(name: str, turns: int, around: Surroundings) -> None:
    before = others()
    part = PARTS[name](around)
    starting = asyncio.create_task(part.start())
    for _ in range(turns):
        await asyncio.sleep(0)
    starting.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await starting
    await part.stop()
    assert others() - {starting} <= before
