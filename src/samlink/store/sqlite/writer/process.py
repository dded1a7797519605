"""The writer process: the one that writes messages, in group commits.

`python -m samlink.store.sqlite.writer.process FD DIR [FAULT...]` serves the socket FD (inherited, see `channel`) on the
database in DIR, and accepts the faults that are named (`samlink.store.faults`).
Each round takes all requests that have queued up, runs their verbs in one transaction, a savepoint for each, commits,
and only then answers them all. A verb that fails is undone alone; a commit that fails answers every request of the
round with the failure. When nobody can say what is on the disk any more, the process ends.

It ends when the other end of FD closes, after finishing what it has read; signals meant for the gateway's terminal do
not touch it. It holds a lock on DIR/writer.lock for its life.
"""

import contextlib
import fcntl
import os
import select
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any, Final

import apsw
import msgspec

from samlink.store.contract import StoreError, StoreFullError, StoreLostError
from samlink.store.faults import Fault, FaultError
from samlink.store.private_folders import make_private
from samlink.store.sqlite.copying import save_open
from samlink.store.sqlite.database import BUSY_SECONDS, Savepoint, patience, store_error
from samlink.store.sqlite.engine.engine import Engine
from samlink.store.sqlite.writer import channel
from samlink.store.sqlite.writer.channel import Request, Status
from samlink.store.sqlite.writer.presence import Presence
from samlink.store.sqlite.writer.verbs import ERASING, VERBS
from samlink.store.wall_clock import wall_clock_ms
from samlink.vocabulary.problem import N_

LOCK_WAIT_SECONDS: Final = 10.0
"""How long to wait for the writer of a gateway that was just killed to finish its commit."""
LOCK_STEP_SECONDS: Final = 0.02
LOOK_SECONDS: Final = 0.2
"""How often the writer looks whether another process has changed the accounts."""
CHECKPOINT_PAGES: Final = 4_000
"""The log is copied into the database when it has grown to this many pages (4 KiB each)."""
ERASED_SECONDS: Final = 60.0
"""How often at most the log is emptied after them."""
ERASED_RETRY_SECONDS: Final = 1.0
"""While somebody reads the log's old pages."""
LOOKASIDE_BYTES: Final = 1_200
LOOKASIDE_SLOTS: Final = 200
"""SQLite's pool for small allocations, for each connection; there is one."""

_SPOILS_THE_ROUND: Final = (
    apsw.FullError,
    apsw.IOError,
    apsw.NoMemError,
    apsw.CorruptError,
    apsw.NotADBError,
    apsw.BusyError,
)
"""After these SQLite may have undone the whole transaction, so that no verb of the round has happened."""


def lock(data: Path, *, wait_seconds: float = LOCK_WAIT_SECONDS) -> int:
    """Take the lock of `data`; its file descriptor, to be kept open. Raises StoreError when another writer lives."""
    handle = os.open(data / "writer.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    until = time.monotonic() + wait_seconds
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                os.close(handle)
                raise StoreError("store.in_use", N_("another gateway is running on {data}"), data=str(data)) from None
            time.sleep(LOCK_STEP_SECONDS)
        else:
            return handle


class Writer:
    """Serves one socket until it closes."""

    def __init__(self, engine: Engine, link: socket.socket) -> None:
        self._engine = engine
        self._functions = {name: verb.function(engine) for name, verb in VERBS.items()}
        self._db = engine.db
        self._link = link
        self._buffer = bytearray()
        self._decoder = msgspec.msgpack.Decoder(Request)
        self._encoder = msgspec.msgpack.Encoder()
        self._data_version = self._read_data_version()
        self._look_at = 0.0
        self._wal_pages = 0
        self._erased = True
        """The log may hold what is erased in the database; at the start a writer that was killed may have left it."""
        self._empty_log_at = 0.0
        self._db.set_wal_hook(self._on_commit)
        self._database = Path(self._db.filename)
        self._presence = Presence([self._database, self._database.with_name(f"{self._database.name}-wal")])

    def run(self) -> None:
        """Serve until the other end closes. Raises StoreLostError when the disk has failed."""
        self._empty_log()
        self._empty_log_at = 0.0  # the first that is erased now does not wait
        self._send([self._answer(0, Status.DONE, channel.READY)])
        while self._wait():
            requests = self._read()
            if requests is None:
                return
            if requests:
                self._round(requests)
                self._checkpoint()
                self._empty_log()
                self._engine.epochs.write_mark(wall_clock_ms())  # after the commit that it tells of
            self._look_for_changes()

    def _wait(self) -> bool:
        """Wait for a request, looking for changes meanwhile."""
        while not select.select([self._link], [], [], LOOK_SECONDS)[0]:
            self._look_for_changes()
            self._empty_log()
        return True

    def _read(self) -> list[Request] | None:
        """All that has queued up, as far as one read holds it; None at the end."""
        try:
            data = self._link.recv(channel.READ_BYTES)
        except ConnectionResetError:
            return None
        if not data:
            return None
        self._buffer += data
        return [self._decoder.decode(frame) for frame in channel.frames(self._buffer)]

    def _round(self, requests: list[Request]) -> None:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            answers = [self._do(request) for request in requests]
            self._db.execute("COMMIT")
            self._check_presence()
        except StoreLostError as lost:
            self._send([self._failed(request, lost) for request in requests])
            raise
        except apsw.Error as error:
            failure = store_error(error)
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            answers = [self._failed(request, failure) for request in requests]
            self._send(answers)
            if isinstance(failure, StoreLostError):
                raise failure from error
            return
        self._send(answers)

    def _check_presence(self) -> None:
        """Before anything is acknowledged: raises StoreLostError when the database was deleted or replaced."""
        gone = self._presence.lost()
        if gone is None:
            return
        if gone != self._database:
            self._db.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
            now_in = self._database.name
            template = N_("{name} was deleted or replaced while the gateway ran; what was in it is in {database} now")
            raise StoreLostError("store.log_replaced", template, name=gone.name, database=now_in)
        try:
            saved = save_open(self._db, self._database.parent).name
        except (OSError, apsw.Error):
            template = N_("{name} was deleted or replaced while the gateway ran")
            raise StoreLostError("store.database_replaced", template, name=gone.name) from None
        template = N_("{name} was deleted or replaced while the gateway ran; all that was accepted is in {saved}")
        raise StoreLostError("store.database_saved", template, name=gone.name, saved=saved)

    def _do(self, request: Request) -> bytes:
        """One verb in its own savepoint; the answer, which may leave after the commit only."""
        function = self._functions.get(request.verb)
        if function is None:
            return self._failed(
                request, StoreError("store.verb_unknown", N_("there is no verb {name}"), name=request.verb)
            )
        try:
            with Savepoint(self._db):
                value = function(*request.arguments)
        except StoreError as error:
            return self._failed(request, error)
        except apsw.Error as error:
            if isinstance(error, _SPOILS_THE_ROUND) or not self._db.in_transaction:
                raise
            return self._failed(request, store_error(error))
        except (TypeError, ValueError, LookupError, ArithmeticError) as error:
            return self._failed(
                request, StoreError("store.request_malformed", N_("{verb}: {why}"), verb=request.verb, why=str(error))
            )
        self._erased = self._erased or (request.verb in ERASING and bool(value))
        return self._answer(request.number, Status.DONE, value)

    def _failed(self, request: Request, error: StoreError) -> bytes:
        status = Status.FAILED
        if isinstance(error, StoreFullError):
            status = Status.FULL
        elif isinstance(error, StoreLostError):
            status = Status.LOST
        return self._answer(request.number, status, on_the_pipe(error))

    def _answer(self, number: int, status: Status, value: Any) -> bytes:
        return channel.framed(self._encoder.encode((number, status, value)))

    def _send(self, answers: list[bytes]) -> None:
        try:
            self._link.sendall(b"".join(answers))
        except (BrokenPipeError, ConnectionResetError):
            # The gateway is gone; what it will not hear has happened all the same. The next read finds the end.
            return

    def _on_commit(self, _: apsw.Connection, __: str, pages: int) -> int:
        self._wal_pages = pages
        return apsw.SQLITE_OK

    def _checkpoint(self) -> None:
        """Copy the log into the database once it is long, after the round's answers have left."""
        if self._wal_pages < CHECKPOINT_PAGES:
            return
        try:
            self._db.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
        except apsw.Error as error:
            failure = store_error(error)
            if isinstance(failure, StoreLostError):
                raise failure from error

    def _empty_log(self) -> None:
        """Copy the log into the database and cut it to nothing, if something was erased and nobody reads in it."""
        now = time.monotonic()
        if not self._erased or now < self._empty_log_at:
            return
        self._db.set_busy_handler(None)
        try:
            self._db.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
        except apsw.Error as error:
            self._empty_log_at = now + ERASED_RETRY_SECONDS
            failure = store_error(error)
            if isinstance(failure, StoreLostError):
                raise failure from error
        else:
            self._erased = False
            self._empty_log_at = now + ERASED_SECONDS
        finally:
            self._db.set_busy_handler(patience(BUSY_SECONDS))

    def _read_data_version(self) -> int:
        return int(self._db.pragma("data_version"))

    def _look_for_changes(self) -> None:
        """Tell the gateway when another process has committed: only the command line does, and it changes accounts."""
        now = time.monotonic()
        if now < self._look_at:
            return
        self._look_at = now + LOOK_SECONDS
        self._check_presence()
        try:
            version = self._read_data_version()
        except apsw.IOError:
            return  # a read that failed is looked at again; what fails for good fails a request
        if version != self._data_version:
            self._data_version = version
            self._send([self._answer(0, Status.DONE, channel.ACCOUNTS_CHANGED)])


def on_the_pipe(error: StoreError) -> channel.Problem:
    """A problem as it travels: what remakes it on the other side."""
    return error.code, error.template, {name: _on_the_pipe(value) for name, value in error.values.items()}


def _on_the_pipe(value: object) -> channel.Value:
    if isinstance(value, OSError):
        return [value.errno or 0]
    return value if isinstance(value, int) else str(value)


def tell(link: socket.socket, status: Status, error: StoreError) -> None:
    """The last word of a writer that cannot start or go on; a gateway that is gone does not hear it."""
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        link.sendall(channel.framed(msgspec.msgpack.encode((0, status, on_the_pipe(error)))))


def main(arguments: list[str], *, vfs: str | None = None) -> int:
    """Serve `arguments` (FD, DIR, names of faults), on the named VFS of SQLite if any.

    The exit code is 0 when the gateway has closed, 1 when the store could not be opened or was lost.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    link = socket.socket(fileno=int(arguments[0]))
    data = Path(arguments[1])
    try:
        make_private(data)
        handle = lock(data)
        accept = frozenset(map(Fault, arguments[2:]))
        engine = Engine.open(data, vfs=vfs, accept=accept)
        if Fault.DAMAGED not in accept and (damage := engine.audit.check_pages()) is not None:
            template = N_(
                "the database in {data} is damaged: {why} (`samlink serve --accept {fault}` goes on with what is there)"
            )
            raise FaultError(Fault.DAMAGED, "fault.damaged", template, data=str(data), why=damage)
        engine.epochs.begin(wall_clock_ms(), accept)
        engine.end_leases()
        engine.digests.load()
    except OSError as error:
        path = str(error.filename or data)
        why = StoreError("store.file_not_usable", N_("{path} cannot be used: {why}"), path=path, why=error)
        tell(link, Status.FAILED, why)
        return 1
    except StoreError as error:
        tell(link, Status.FAILED, error)
        return 1
    except apsw.Error as error:
        tell(link, Status.FAILED, store_error(error))
        return 1
    try:
        Writer(engine, link).run()
        engine.close()
    except StoreLostError as error:
        sys.stderr.write(f"samlink: the store is lost: {error}\n")
        tell(link, Status.LOST, error)
        return 1
    finally:
        os.close(handle)
    return 0


def _configure_sqlite() -> None:
    """Leave out what only threads and statistics need: this process has neither. Before anything uses SQLite."""
    apsw.shutdown()
    apsw.config(apsw.SQLITE_CONFIG_SINGLETHREAD)
    apsw.config(apsw.SQLITE_CONFIG_MEMSTATUS, False)
    apsw.config(apsw.SQLITE_CONFIG_LOOKASIDE, LOOKASIDE_BYTES, LOOKASIDE_SLOTS)


if __name__ == "__main__":
    _configure_sqlite()
    sys.exit(main(sys.argv[1:]))
