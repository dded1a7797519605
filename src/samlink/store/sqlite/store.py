"""`SqliteStore`: the gateway's end of the writer process."""

import asyncio
import contextlib
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, cast

import msgspec

from samlink.core.account import Account
from samlink.core.message import DEFAULT_ROUTE, Claimed, Fallback, NewMessage, Outcome, Report
from samlink.store.contract import (
    Accepted,
    Backlog,
    ClockDoubt,
    KeyConflict,
    MessageView,
    PolicyRows,
    PolicyVersion,
    Rescued,
    StoredFile,
    StoreError,
    StoreFullError,
    StoreLostError,
    Submitted,
)
from samlink.store.faults import Fault
from samlink.store.sqlite.reader import Reader
from samlink.store.sqlite.writer import channel
from samlink.store.sqlite.writer.channel import Answer, Status

MAX_OUTSTANDING: Final = 1024
"""Most requests that wait for the writer; who asks more waits until there is room."""
WRITER: Final = (sys.executable, "-m", "samlink.store.sqlite.writer.process")
"""The command that starts a writer; it is given the socket's descriptor and the directory."""
OPEN_WAIT_SECONDS: Final = 60.0
"""How long the writer may take to lock, migrate and open."""
CLOSE_WAIT_SECONDS: Final = 10.0
"""How long the writer may take to finish what it was asked; one that does not (a disk that hangs) is killed."""

_OURS_ALONE: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Signals that end the gateway, which then lets the writer finish."""
_ERRORS: Final = {Status.FAILED: StoreError, Status.FULL: StoreFullError, Status.LOST: StoreLostError}
_GONE: Final = "the store's writer process has ended"


_CLAIMED: Final = msgspec.msgpack.Decoder(list[Claimed])
_PENDING: Final[msgspec.msgpack.Decoder[list[Claimed | None]]] = msgspec.msgpack.Decoder(list[Claimed | None])
_REPORTS: Final = msgspec.msgpack.Decoder(list[Report])
_SUBMITTED: Final = msgspec.msgpack.Decoder(Submitted)
_ACCEPTED: Final[msgspec.msgpack.Decoder[Accepted | KeyConflict]] = msgspec.msgpack.Decoder(Accepted | KeyConflict)
_RESCUED: Final = msgspec.msgpack.Decoder(Rescued)
_ACCOUNT: Final[msgspec.msgpack.Decoder[tuple[Account, str] | None]] = msgspec.msgpack.Decoder(
    tuple[Account, str] | None
)
_ACCOUNTS: Final = msgspec.msgpack.Decoder(list[Account])
_FILE: Final[msgspec.msgpack.Decoder[StoredFile | None]] = msgspec.msgpack.Decoder(StoredFile | None)
_FILES: Final = msgspec.msgpack.Decoder(list[StoredFile])
_YES: Final = msgspec.msgpack.Decoder(bool)
_INTEGERS: Final = msgspec.msgpack.Decoder(list[int])
_INTEGER: Final = msgspec.msgpack.Decoder(int)
_DUE: Final[msgspec.msgpack.Decoder[int | None]] = msgspec.msgpack.Decoder(int | None)
_TEXT: Final = msgspec.msgpack.Decoder(str)
_TEXT_OR_NONE: Final[msgspec.msgpack.Decoder[str | None]] = msgspec.msgpack.Decoder(str | None)
_DOUBT: Final[msgspec.msgpack.Decoder[ClockDoubt | None]] = msgspec.msgpack.Decoder(ClockDoubt | None)
_NOTHING: Final = msgspec.msgpack.Decoder(None)


class _Link(asyncio.Protocol):
    """Requests out, answers in; one future for each request."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.ready: asyncio.Future[StoreError | None] = self.loop.create_future()
        self.lost: asyncio.Future[str] = self.loop.create_future()
        self._why_lost = "its writer has ended"
        self.on_accounts_changed: Callable[[], None] | None = None
        self._pending: dict[int, asyncio.Future[msgspec.Raw]] = {}
        self._room: asyncio.Event = asyncio.Event()
        self._number = 0
        self._out: list[bytes] = []
        self._buffer = bytearray()
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(Answer)
        self._transport: asyncio.Transport | None = None

    # -- requests
    async def ask(self, verb: str, arguments: tuple[Any, ...]) -> msgspec.Raw:
        """Send one request and wait for its answer's value; raises what the writer says went wrong."""
        while len(self._pending) >= MAX_OUTSTANDING and not self.lost.done():
            self._room.clear()
            await self._room.wait()
        if self.lost.done():
            raise StoreLostError(_GONE)
        self._number += 1
        try:
            payload = self._encoder.encode((self._number, verb, arguments))
        except UnicodeEncodeError as error:
            # Texts are made `storable` where they come in; one that was not must not cost its neighbours their link.
            raise StoreError(f"{verb}: a text has half of a surrogate pair") from error
        if len(payload) > channel.MAX_FRAME_BYTES:
            raise StoreError(f"{verb}: {len(payload)} bytes are more than one request may have")
        answer: asyncio.Future[msgspec.Raw] = self.loop.create_future()
        self._pending[self._number] = answer
        # What is asked in one turn of the loop leaves in one write, and so reaches the writer as one round.
        if not self._out:
            self.loop.call_soon(self._flush)
        self._out += (channel.HEAD.pack(len(payload)), payload)
        return await answer

    def _flush(self) -> None:
        if self._transport is not None:
            self._transport.write(b"".join(self._out))
        self._out.clear()

    async def finish(self) -> None:
        """Wait until all that was asked is answered, then close."""
        await asyncio.gather(*self._pending.values(), return_exceptions=True)
        if self._transport is not None:
            self._transport.close()

    # -- asyncio.Protocol
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports do not derive from asyncio's.
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        for frame in channel.frames(self._buffer):
            self._take(self._decoder.decode(frame))
        self._room.set()

    def _take(self, answer: Answer) -> None:
        if answer.number == 0:
            self._event(answer)
            return
        waiting = self._pending.pop(answer.number)
        if waiting.done():
            return
        if answer.status == Status.DONE:
            waiting.set_result(answer.value)
        else:
            waiting.set_exception(_ERRORS[Status(answer.status)](_TEXT.decode(answer.value)))

    def _event(self, answer: Answer) -> None:
        text = _TEXT.decode(answer.value)
        if answer.status == Status.LOST:
            self._why_lost = text
        if answer.status != Status.DONE:
            if not self.ready.done():
                self.ready.set_result(StoreError(text))
        elif text == channel.READY:
            if not self.ready.done():
                self.ready.set_result(None)
        elif text == channel.ACCOUNTS_CHANGED and self.on_accounts_changed is not None:
            self.on_accounts_changed()

    def connection_lost(self, _: Exception | None) -> None:
        self._transport = None
        self.lost.set_result(self._why_lost)
        if not self.ready.done():
            self.ready.set_result(StoreLostError(_GONE))
        for waiting in self._pending.values():
            if not waiting.done():
                waiting.set_exception(StoreLostError(_GONE))
        self._pending.clear()
        self._room.set()


class SqliteStore:
    """The `Store` that the writer process serves. Made by `open_store`; used from one event loop."""

    def __init__(self, link: _Link, process: subprocess.Popen[bytes], reader: Reader) -> None:
        self._link = link
        self._ask = link.ask
        self._process = process
        self._reader = reader

    @property
    def lost(self) -> asyncio.Future[str]:
        """Done when the writer process has ended, with what it said: nothing more can be promised."""
        return self._link.lost

    @property
    def writer_pid(self) -> int:
        """The writer's process ID."""
        return self._process.pid

    def on_accounts_changed(self, call: Callable[[], None]) -> None:
        """Have `call` called when another process (the command line) has changed accounts, at most 0.2 s later."""
        self._link.on_accounts_changed = call

    # -- a message's life
    async def accept(self, account: int, messages: Sequence[NewMessage], now_ms: int) -> Accepted | KeyConflict:
        """See `Store.accept`."""
        return _ACCEPTED.decode(await self._ask("accept", (account, messages, now_ms)))

    async def claim(
        self,
        token: int,
        limit: int,
        now_ms: int,
        lease_until_ms: int,
        *,
        carrier: str = "",
        routes: Sequence[str] = (DEFAULT_ROUTE,),
    ) -> list[Claimed]:
        """See `Store.claim`."""
        return _CLAIMED.decode(await self._ask("claim", (token, limit, now_ms, lease_until_ms, (carrier, routes))))

    async def submitted(
        self, token: int, references: Sequence[tuple[int, str, str]], now_ms: int, wait_until_ms: int
    ) -> Submitted:
        """See `Store.submitted`."""
        return _SUBMITTED.decode(await self._ask("submitted", (token, references, now_ms, wait_until_ms)))

    async def unknown(self, token: int, ids: Sequence[int], now_ms: int, wait_until_ms: int) -> None:
        """See `Store.unknown`."""
        _NOTHING.decode(await self._ask("unknown", (token, ids, now_ms, wait_until_ms)))

    async def requeue(self, ids: Sequence[int], due_at_ms: int, *, token: int | None = None) -> None:
        """See `Store.requeue`."""
        _NOTHING.decode(await self._ask("requeue", (ids, due_at_ms, token)))

    async def settle(self, outcomes: Sequence[Outcome], now_ms: int) -> list[Report]:
        """See `Store.settle`."""
        return _REPORTS.decode(await self._ask("settle", (outcomes, now_ms)))

    async def place(self, outcomes: Sequence[Outcome], now_ms: int) -> list[int]:
        """See `Store.place`."""
        return _INTEGERS.decode(await self._ask("place", (outcomes, now_ms)))

    async def pending(self, names: Sequence[tuple[int, str, str]]) -> list[Claimed | None]:
        """See `Store.pending`."""
        return _PENDING.decode(await self._ask("pending", (names,)))

    async def fall_back(self, fallbacks: Sequence[Fallback], now_ms: int) -> list[Report]:
        """See `Store.fall_back`."""
        return _REPORTS.decode(await self._ask("fall_back", (fallbacks, now_ms)))

    async def reports_for(self, account: int, service: int, after_id: int, limit: int) -> list[Report]:
        """See `Store.reports_for`."""
        return _REPORTS.decode(await self._ask("reports_for", (account, service, after_id, limit)))

    async def delivered(self, ids: Sequence[int], now_ms: int) -> None:
        """See `Store.delivered`."""
        _NOTHING.decode(await self._ask("delivered", (ids, now_ms)))

    # -- upkeep
    async def reroute(self, served: Mapping[str, Sequence[str]], now_ms: int) -> int:
        """See `Store.reroute`."""
        return _INTEGER.decode(await self._ask("reroute", (served, now_ms)))

    async def rescue(
        self, now_ms: int, *, all_claims: bool, sms_wait_until_ms: int, other_wait_until_ms: int
    ) -> Rescued:
        """See `Store.rescue`."""
        waits = (sms_wait_until_ms, other_wait_until_ms)
        return _RESCUED.decode(await self._ask("rescue", (now_ms, all_claims, waits)))

    async def unknowns(self, after_id: int, limit: int, *, carrier: str = "") -> list[Claimed]:
        """See `Store.unknowns`."""
        return _CLAIMED.decode(await self._ask("unknowns", (after_id, limit, carrier)))

    async def expire(self, now_ms: int, limit: int) -> list[Report]:
        """See `Store.expire`."""
        return _REPORTS.decode(await self._ask("expire", (now_ms, limit)))

    async def overdue(self, now_ms: int, limit: int) -> list[Claimed]:
        """See `Store.overdue`."""
        return _CLAIMED.decode(await self._ask("overdue", (now_ms, limit)))

    async def prune(self, before_ms: int, limit: int) -> int:
        """See `Store.prune`."""
        return _INTEGER.decode(await self._ask("prune", (before_ms, limit)))

    async def wipe(self, before_ms: int, limit: int) -> int:
        """See `Store.wipe`."""
        return _INTEGER.decode(await self._ask("wipe", (before_ms, limit)))

    async def sweep(self, now_ms: int, limit: int) -> int:
        """See `Store.sweep`."""
        return _INTEGER.decode(await self._ask("sweep", (now_ms, limit)))

    async def mark(self, now_ms: int | None) -> None:
        """See `Store.mark`."""
        _NOTHING.decode(await self._ask("mark", (now_ms,)))

    async def seen_ms(self) -> int | None:
        """See `Store.seen_ms`."""
        return _DUE.decode(await self._ask("seen_ms", ()))

    async def doubt_clock(self, step_ms: int | None, now_ms: int) -> None:
        """See `Store.doubt_clock`."""
        _NOTHING.decode(await self._ask("doubt_clock", (step_ms, now_ms)))

    async def clock_doubt(self) -> ClockDoubt | None:
        """See `Store.clock_doubt`."""
        return _DOUBT.decode(await self._ask("clock_doubt", ()))

    async def move_time(self, old_ms: int, new_ms: int, *, mixed: bool) -> None:
        """See `Store.move_time`."""
        _NOTHING.decode(await self._ask("move_time", (old_ms, new_ms, mixed)))

    async def last_id(self) -> int:
        """See `Store.last_id`."""
        return _INTEGER.decode(await self._ask("last_id", ()))

    async def rise_above(self, id: int, now_ms: int) -> None:
        """See `Store.rise_above`."""
        _NOTHING.decode(await self._ask("rise_above", (id, now_ms)))

    async def next_due_ms(self) -> int | None:
        """See `Store.next_due_ms`."""
        return _DUE.decode(await self._ask("next_due_ms", ()))

    async def counts(self) -> dict[str, int]:
        """See `Store.counts`."""
        return await self._reader.read(lambda engine: engine.counts())

    async def backlog(self, now_ms: int, limit: int) -> Backlog:
        """See `Store.backlog`."""
        return await self._reader.read(lambda engine: engine.backlog(now_ms, limit))

    async def find(
        self, account: int, *, receiver: str = "", message_id: str = "", limit: int = 50
    ) -> list[MessageView]:
        """See `Store.find`."""
        return await self._reader.read(lambda engine: engine.find(account, receiver, message_id, limit))

    # -- accounts and money
    async def account(self, account_id: str) -> tuple[Account, str] | None:
        """See `Store.account`."""
        return _ACCOUNT.decode(await self._ask("account", (account_id,)))

    async def old_password(self, account: int, now_ms: int) -> str | None:
        """See `Store.old_password`."""
        return _TEXT_OR_NONE.decode(await self._ask("old_password", (account, now_ms)))

    async def accounts(self) -> list[Account]:
        """See `Store.accounts`."""
        return _ACCOUNTS.decode(await self._ask("accounts", ()))

    async def balance(self, account: int) -> int:
        """See `Store.balance`."""
        return _INTEGER.decode(await self._ask("balance", (account,)))

    # -- what rules look up
    async def policy_versions(self) -> list[PolicyVersion]:
        """See `Store.policy_versions`."""
        return await self._reader.read(lambda engine: engine.policy_versions())

    async def policy(self, account: int, *, with_opt_outs: bool) -> PolicyRows:
        """See `Store.policy`."""
        return await self._reader.read(lambda engine: engine.policy(account, with_opt_outs))

    # -- files
    async def add_file(self, file: StoredFile) -> None:
        """See `Store.add_file`."""
        _NOTHING.decode(await self._ask("add_file", (file,)))

    async def file(self, account: int, name: str) -> StoredFile | None:
        """See `Store.file`."""
        return _FILE.decode(await self._ask("file", (account, name)))

    async def file_bytes(self, account: int) -> int:
        """See `Store.file_bytes`."""
        return await self._reader.read(lambda engine: engine.file_bytes(account))

    async def unknown_files(self, names: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
        """See `Store.unknown_files`."""
        return await self._reader.read(lambda engine: engine.unknown_files(names))

    async def expired_files(self, before_ms: int, limit: int) -> list[StoredFile]:
        """See `Store.expired_files`."""
        return _FILES.decode(await self._ask("expired_files", (before_ms, limit)))

    async def forget_file(self, account: int, name: str, before_ms: int) -> bool:
        """See `Store.forget_file`."""
        return _YES.decode(await self._ask("forget_file", (account, name, before_ms)))

    async def close(self) -> None:
        """See `Store.close`."""
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


async def open_store(data: Path, *, writer: Sequence[str] = WRITER, accept: Collection[Fault] = ()) -> SqliteStore:
    """Start the writer process on the data directory `data`, made when missing, and wait until it serves.

    `writer` is its command; only a test that injects faults has another one. Raises StoreError with one plain
    sentence: another gateway runs on `data`, its database cannot be used, or has a fault that is not in `accept`.
    """
    ours, theirs = socket.socketpair()
    with theirs:
        process = _spawn(theirs, data, writer, accept)
    try:
        async with asyncio.timeout(OPEN_WAIT_SECONDS):
            _, link = await asyncio.get_running_loop().create_unix_connection(_Link, sock=ours)
            refusal = await link.ready
        if refusal is not None:
            raise refusal
        return SqliteStore(link, process, Reader(data))
    except BaseException as error:
        # Whatever the reason, a cancelled caller too: without our end of the socket the writer ends.
        with contextlib.suppress(OSError):
            ours.shutdown(socket.SHUT_RDWR)
        await asyncio.to_thread(_end, process)
        if isinstance(error, TimeoutError):
            raise StoreError("the store's writer did not start in time") from error
        raise
