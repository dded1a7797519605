"""`SqliteStore`: the gateway's face of a store that a writer process serves."""

import asyncio
import contextlib
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Final

from samlink.core.account import Account
from samlink.core.message import DEFAULT_ROUTE, Claimed, Fallback, NewMessage, Outcome, Report
from samlink.store.contract.changes import Subscription
from samlink.store.contract.messages import Store
from samlink.store.contract.problems import StoreError
from samlink.store.contract.values import (
    Accepted,
    Backlog,
    ClockDoubt,
    Cursor,
    KeyConflict,
    Lease,
    MessageView,
    Page,
    PolicyRows,
    PolicyVersion,
    Rescued,
    StoredFile,
    Submitted,
)
from samlink.store.faults import Fault
from samlink.store.sqlite.reader import Reader
from samlink.store.sqlite.writer import verbs
from samlink.store.sqlite.writer.link import Link
from samlink.store.wall_clock import wall_clock_ms
from samlink.vocabulary.problem import N_

WRITER: Final = (sys.executable, "-m", "samlink.store.sqlite.writer.process")
"""The command that starts a writer; it is given the socket's descriptor and the directory."""
OPEN_WAIT_SECONDS: Final = 60.0
"""How long the writer may take to lock, migrate and open."""
CLOSE_WAIT_SECONDS: Final = 10.0
"""How long the writer may take to finish what it was asked; one that does not (a disk that hangs) is killed."""

_OURS_ALONE: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Signals that end the gateway, which then lets the writer finish."""


class SqliteStore(Store):
    """The `Store` that the writer process serves.

    Made by `open_store`; used from one event loop.
    """

    def __init__(self, link: Link, process: subprocess.Popen[bytes], reader: Reader, clock: Callable[[], int]) -> None:
        self._link = link
        self._ask = link.ask
        self._process = process
        self._reader = reader
        self._now_ms = clock

    @property
    def lost(self) -> asyncio.Future[str]:
        """Done when the writer process has ended, with what it said: nothing more can be promised."""
        return self._link.lost

    @property
    def writer_pid(self) -> int:
        """The writer's process ID."""
        return self._process.pid

    def changes(self) -> Subscription:
        """The changes of other processes (the command line) from now on, at most 0.2 s late."""
        return self._link.changes.subscribe()

    # -- a message's life
    async def accept(self, account: int, messages: Sequence[NewMessage]) -> Accepted | KeyConflict:
        return await self._ask(verbs.ACCEPT, account, messages, self._now_ms())

    async def register(self, owner: str) -> int:
        return await self._ask(verbs.REGISTER, owner, self._now_ms())

    async def claim(
        self,
        token: int,
        limit: int,
        lease_ms: int,
        *,
        carrier: str = "",
        routes: Sequence[str] = (DEFAULT_ROUTE,),
    ) -> list[Claimed]:
        now_ms = self._now_ms()
        return await self._ask(verbs.CLAIM, token, limit, now_ms, now_ms + lease_ms, (carrier, routes))

    async def renew(self, token: int, ids: Sequence[int], lease_ms: int) -> list[int]:
        now_ms = self._now_ms()
        return await self._ask(verbs.RENEW, token, ids, now_ms, now_ms + lease_ms)

    async def submitted(
        self, token: int, references: Sequence[tuple[int, str, str]], wait_ms: int, *, taking: Lease | None = None
    ) -> Submitted:
        now_ms = self._now_ms()
        return await self._ask(verbs.SUBMITTED, token, references, now_ms, now_ms + wait_ms, taking)

    async def unknown(self, token: int, ids: Sequence[int], wait_ms: int) -> None:
        now_ms = self._now_ms()
        await self._ask(verbs.UNKNOWN, token, ids, now_ms, now_ms + wait_ms)

    async def requeue(self, ids: Sequence[int], delay_ms: int, *, token: int | None = None) -> None:
        await self._ask(verbs.REQUEUE, ids, self._now_ms() + delay_ms, token)

    async def reroute(self, served: Mapping[str, Sequence[str]]) -> int:
        return await self._ask(verbs.REROUTE, served, self._now_ms())

    async def settle(self, outcomes: Sequence[Outcome], *, taking: Lease | None = None) -> list[Report]:
        return await self._ask(verbs.SETTLE, outcomes, self._now_ms(), taking)

    async def place(self, outcomes: Sequence[Outcome]) -> list[int]:
        return await self._ask(verbs.PLACE, outcomes, self._now_ms())

    async def pending(self, names: Sequence[tuple[int, str, str]]) -> list[Claimed | None]:
        return await self._ask(verbs.PENDING, names)

    async def fall_back(self, fallbacks: Sequence[Fallback], *, taking: Lease | None = None) -> list[Report]:
        return await self._ask(verbs.FALL_BACK, fallbacks, self._now_ms(), taking)

    # -- reports
    async def take_reports(
        self, lease: Lease, account: int, service: int, limit: int, *, after: Cursor | None = None
    ) -> Page[Report]:
        last = int(after or 0)
        found = await self._ask(verbs.TAKE_REPORTS, lease, account, service, limit, (last, self._now_ms()))
        return Page(found, Cursor(str(found[-1].id)) if len(found) == limit else None)

    async def renew_reports(self, lease: Lease, ids: Sequence[int]) -> list[int]:
        return await self._ask(verbs.RENEW_REPORTS, lease, ids, self._now_ms())

    async def delivered(self, token: int, ids: Sequence[int]) -> None:
        await self._ask(verbs.DELIVERED, token, ids, self._now_ms())

    # -- housekeeping
    async def rescue(self, *, sms_wait_ms: int, other_wait_ms: int) -> Rescued:
        now_ms = self._now_ms()
        return await self._ask(verbs.RESCUE, now_ms, now_ms + sms_wait_ms, now_ms + other_wait_ms)

    async def unknowns(self, limit: int, *, carrier: str = "", after: Cursor | None = None) -> Page[Claimed]:
        found = await self._ask(verbs.UNKNOWNS, int(after or 0), limit, carrier)
        return Page(found, Cursor(str(found[-1].id)) if found else None)

    async def expire(self, limit: int, *, taking: Lease | None = None) -> list[Report]:
        return await self._ask(verbs.EXPIRE, self._now_ms(), limit, taking)

    async def overdue(self, limit: int, *, sms_wait_ms: int, other_wait_ms: int) -> list[Claimed]:
        now_ms = self._now_ms()
        return await self._ask(verbs.OVERDUE, now_ms, limit, now_ms - sms_wait_ms, now_ms - other_wait_ms)

    async def prune(self, age_ms: int, limit: int) -> int:
        return await self._ask(verbs.PRUNE, self._now_ms() - age_ms, limit)

    async def wipe(self, age_ms: int, limit: int) -> int:
        return await self._ask(verbs.WIPE, self._now_ms() - age_ms, limit)

    async def sweep(self, limit: int) -> int:
        return await self._ask(verbs.SWEEP, self._now_ms(), limit)

    # -- the clock, and copies that were put back
    async def mark(self, *, believed: bool = True) -> None:
        await self._ask(verbs.MARK, self._now_ms() if believed else None)

    async def seen_ms(self) -> int | None:
        return await self._ask(verbs.SEEN_MS)

    async def doubt_clock(self, step_ms: int | None) -> None:
        await self._ask(verbs.DOUBT_CLOCK, step_ms, self._now_ms())

    async def clock_doubt(self) -> ClockDoubt | None:
        return await self._ask(verbs.CLOCK_DOUBT)

    async def move_time(self, old_ms: int, new_ms: int, *, mixed: bool) -> None:
        await self._ask(verbs.MOVE_TIME, old_ms, new_ms, mixed)

    async def last_id(self) -> int:
        return await self._ask(verbs.LAST_ID)

    async def rise_above(self, id: int) -> None:
        await self._ask(verbs.RISE_ABOVE, id, self._now_ms())

    # -- search
    async def counts(self) -> dict[str, int]:
        return await self._reader.read(lambda engine: engine.search.counts())

    async def backlog(self, limit: int) -> Backlog:
        now_ms = self._now_ms()
        return await self._reader.read(lambda engine: engine.search.backlog(now_ms, limit))

    async def find(
        self, account: int, *, receiver: str = "", message_id: str = "", limit: int = 50
    ) -> list[MessageView]:
        return await self._reader.read(lambda engine: engine.search.find(account, receiver, message_id, limit))

    # -- accounts and money
    async def account(self, account_id: str) -> tuple[Account, str] | None:
        return await self._ask(verbs.ACCOUNT, account_id)

    async def old_password(self, account: int) -> str | None:
        return await self._ask(verbs.OLD_PASSWORD, account, self._now_ms())

    async def accounts(self) -> list[Account]:
        return await self._ask(verbs.ACCOUNTS)

    async def balance(self, account: int) -> int:
        return await self._ask(verbs.BALANCE, account)

    # -- what rules look up
    async def policy_versions(self) -> list[PolicyVersion]:
        return await self._reader.read(lambda engine: engine.policies.policy_versions())

    async def policy(self, account: int, *, with_opt_outs: bool) -> PolicyRows:
        return await self._reader.read(lambda engine: engine.policies.policy(account, with_opt_outs))

    # -- files
    async def add_file(self, account: int, name: str, extension: str, size: int) -> None:
        await self._ask(verbs.ADD_FILE, (account, name, extension, size, self._now_ms()))

    async def file(self, account: int, name: str) -> StoredFile | None:
        return await self._ask(verbs.FILE, account, name)

    async def file_bytes(self, account: int) -> int:
        return await self._reader.read(lambda engine: engine.files.file_bytes(account))

    async def unknown_files(self, names: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
        return await self._reader.read(lambda engine: engine.files.unknown_files(names))

    async def expired_files(self, age_ms: int, limit: int) -> list[StoredFile]:
        return await self._ask(verbs.EXPIRED_FILES, self._now_ms() - age_ms, limit)

    async def forget_file(self, file: StoredFile) -> bool:
        return await self._ask(verbs.FORGET_FILE, file.account, file.name, file.stored_at_ms + 1)

    async def close(self) -> None:
        """Finish what was asked; the writer ends."""
        await self._reader.close()
        try:
            async with asyncio.timeout(CLOSE_WAIT_SECONDS):
                await self._link.finish()
                await asyncio.shield(self._link.lost)
        except TimeoutError:
            self._process.kill()  # what it had not committed was not acknowledged
        await asyncio.to_thread(_end, self._process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Wait for the writer, which ends by itself; one that does not within the bound is killed."""
    try:
        process.wait(CLOSE_WAIT_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _spawn(
    link: socket.socket, data: Path, writer: Sequence[str], accept: Collection[Fault]
) -> subprocess.Popen[bytes]:
    command = [*writer, str(link.fileno()), str(data), *accept]
    # A Ctrl-C goes to the whole group. The writer ignores it, but not yet while it loads: blocked here, it is so there.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _OURS_ALONE)
    try:
        return subprocess.Popen(command, pass_fds=[link.fileno()], stdin=subprocess.DEVNULL)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


async def open_store(
    data: Path,
    *,
    clock: Callable[[], int] = wall_clock_ms,
    writer: Sequence[str] = WRITER,
    accept: Collection[Fault] = (),
) -> SqliteStore:
    """Start the writer process on the data directory `data`, made when missing, and wait until it serves.

    `clock` is the store's: it says what time it is (UTC epoch ms).

    `writer` is its command; only a test that injects faults has another one. Raises StoreError with one plain
    sentence: another gateway runs on `data`, its database cannot be used, or has a fault that is not in `accept`.
    """
    ours, theirs = socket.socketpair()
    with theirs:
        process = _spawn(theirs, data, writer, accept)
    try:
        async with asyncio.timeout(OPEN_WAIT_SECONDS):
            _, link = await asyncio.get_running_loop().create_unix_connection(Link, sock=ours)
            refusal = await link.ready
        if refusal is not None:
            raise refusal
        return SqliteStore(link, process, Reader(data), clock)
    except BaseException as error:
        # Whatever the reason, a cancelled caller too: without our end of the socket the writer ends.
        with contextlib.suppress(OSError):
            ours.shutdown(socket.SHUT_RDWR)
        await asyncio.to_thread(_end, process)
        if isinstance(error, TimeoutError):
            raise StoreError("store.writer_slow", N_("the store's writer did not start in time")) from error
        raise
