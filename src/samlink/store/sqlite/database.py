"""Opening the database file: its directory, its settings, its schema, and errors a person can act on.

A data directory holds `samlink.db` (and its `-wal` and `-shm`), `samlink.mark`, `writer.lock`, `secret.key`, `files/`.
"""

import contextlib
import os
import secrets
import time
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Final

import apsw
import apsw.ext

from samlink.store.contract import StoreError, StoreLostError
from samlink.store.contract.problems import disk_full
from samlink.store.faults import Fault, FaultError, orphans
from samlink.store.mark import Mark, write_mark
from samlink.store.private_folders import make_private
from samlink.store.sqlite import statements
from samlink.store.sqlite.log_tail import has_lost_commits
from samlink.vocabulary.problem import N_

DATABASE_NAME: Final = "samlink.db"
APPLICATION_ID: Final = 0x53414D4C
"""`SAML`, in the file's header: says whose file it is."""
EPOCHS_SINCE: Final = 4
"""The schema that brought epochs."""
CACHE_KIB: Final = 32_768
"""Most memory that one connection's page cache takes."""
READER_CACHE_KIB: Final = 4_096
BUSY_SECONDS: Final = 10.0
"""How long to wait while another process is writing."""
BUSY_STEP_SECONDS: Final = 0.0007
"""The writer's lock is free for moments only, between two commits: a long step would never meet one."""
STATEMENTS_CACHED: Final = 400
"""apsw's cache is a ring: each row that `executemany` binds puts its statement into the next place, so that a round of
more rows than places throws every other statement out, to be prepared again. A lookup scans the places."""
WAL_KEPT_BYTES: Final = 64 << 20
"""What the write-ahead log is cut to after it has once grown beyond it."""

_SETTINGS: Final = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    f"PRAGMA cache_size = -{CACHE_KIB}",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA trusted_schema = OFF",
    # What is deleted or replaced is overwritten at once, so that a text that was wiped is nowhere in the file. It costs
    # nothing measurable of a message's life, and 5 % of the wiping.
    "PRAGMA secure_delete = ON",
    f"PRAGMA journal_size_limit = {WAL_KEPT_BYTES}",
    # The automatic checkpoint swallows its errors; a failed fsync must not be swallowed, so it is ours to call.
    "PRAGMA wal_autocheckpoint = 0",
)


def open_database(data: Path, *, vfs: str | None = None, accept: Collection[Fault] = ()) -> apsw.Connection:
    """Open `data`/samlink.db, creating the directory (mode 0700) and the schema when they are missing.

    Raises StoreError with one plain sentence when the file cannot be used: no permission, not a samlink database, or
    written by a newer samlink. Raises FaultError for a fault that is not in `accept`: the database is missing beside
    what belongs to one, or its log has lost commits.
    """
    path = data / DATABASE_NAME
    try:
        make_private(data)
        if Fault.MISSING_DATABASE not in accept:
            _refuse_orphans(path)
        # The log and the shared memory beside it take their mode from the database, which holds numbers and texts.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        connection = apsw.Connection(str(path), vfs=vfs, statementcachesize=STATEMENTS_CACHED)
    except (OSError, apsw.Error) as error:
        template = N_("{path} cannot be opened: {why}")
        raise StoreError("store.database_not_opened", template, path=str(path), why=str(error)) from error
    try:
        _prepare(connection, path, accept)
        _migrate(connection, data)
    except apsw.Error as error:
        connection.close()
        raise _opening_error(path, error) from error
    except StoreError:
        connection.close()
        raise
    return connection


def open_for_reading(data: Path) -> apsw.Connection:
    """Open the database of a running gateway to look things up only. Raises StoreError."""
    try:
        connection = apsw.Connection(
            str(data / DATABASE_NAME), flags=apsw.SQLITE_OPEN_READONLY, statementcachesize=STATEMENTS_CACHED
        )
        connection.set_busy_handler(patience(BUSY_SECONDS))
        connection.pragma("cache_size", -READER_CACHE_KIB)
    except apsw.Error as error:
        raise store_error(error) from error
    return connection


@contextlib.contextmanager
def reading(data: Path) -> Iterator[apsw.Connection]:
    """The same for a while; what goes wrong in it is a StoreError too."""
    connection = open_for_reading(data)
    try:
        yield connection
    except apsw.Error as error:
        raise store_error(error) from error
    finally:
        connection.close()


def _prepare(connection: apsw.Connection, path: Path, accept: Collection[Fault]) -> None:
    connection.set_busy_handler(patience(BUSY_SECONDS))
    # What is found out in the log must still be there when it is looked at again: closing would remove it.
    connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
    _refuse_foreign(connection, path)
    if Fault.LOST_TAIL not in accept and has_lost_commits(path):
        template = N_(
            "the database in {data} has lost its latest changes: {name} is damaged, and there are whole pages"
            " behind the damage (`samlink serve --accept {fault}` goes on with what is there)"
        )
        raise FaultError(Fault.LOST_TAIL, "fault.log_damaged", template, data=str(path.parent), name=f"{path.name}-wal")
    connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0)
    # Or a statement is prepared again whenever a value that its plan might depend on is bound.
    connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
    for setting in _SETTINGS:
        connection.execute(setting).fetchall()


def _refuse_foreign(connection: apsw.Connection, path: Path) -> None:
    application_id = connection.pragma("application_id")
    version = connection.pragma("user_version")
    newest = len(statements.migrations())
    if application_id not in (0, APPLICATION_ID):
        raise not_a_database(path)
    if version > newest:
        template = N_("{path} was written by a newer samlink (schema {version}; this one knows up to {newest})")
        raise StoreError("store.newer_schema", template, path=str(path), version=version, newest=newest)
    if version == 0 and connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchall():
        raise not_a_database(path)


def _migrate(connection: apsw.Connection, data: Path) -> None:
    scripts = statements.migrations()
    if connection.pragma("user_version") == len(scripts):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Read again under the lock: another process may have migrated in between.
        version = connection.pragma("user_version")
        for number in range(version, len(scripts)):
            connection.execute(scripts[number])
            connection.pragma("user_version", number + 1)
        connection.pragma("application_id", APPLICATION_ID)
        mark = _first_mark(connection) if version == 0 else None
        connection.execute("COMMIT")
        if mark is not None:
            write_mark(data, mark)
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _refuse_orphans(path: Path) -> None:
    """Before SQLite makes a new database: it would remove the log of the old one."""
    if path.exists() and path.stat().st_size:
        return
    for name in orphans(path.parent):
        raise FaultError(
            Fault.MISSING_DATABASE,
            "fault.missing_database",
            N_(
                "{data} has lost its {database}: {name} belongs to one; put the database back from a backup"
                " (`samlink serve --accept {fault}` goes on with what is there)"
            ),
            data=str(path.parent),
            database=path.name,
            name=name,
        )


def _first_mark(connection: apsw.Connection) -> Mark | None:
    """The mark of a new database, which will tell that there was one; None under a schema that knows no epochs."""
    if connection.pragma("user_version") < EPOCHS_SINCE:
        return None
    token, now_ms = secrets.randbits(62), time.time_ns() // 1_000_000
    connection.execute("INSERT INTO epoch (token, started_at_ms) VALUES (?, ?)", (token, now_ms))
    return Mark(token, 0, 0, now_ms)


def patience(seconds: float) -> Callable[[int], bool]:
    """A busy handler that tries again in short steps for `seconds`."""
    began = 0.0

    def wait(tries: int) -> bool:
        nonlocal began
        if tries == 0:
            began = time.monotonic()
        if time.monotonic() - began > seconds:
            return False
        time.sleep(BUSY_STEP_SECONDS)
        return True

    return wait


def not_a_database(path: Path) -> StoreError:
    """The file is another program's."""
    return StoreError("store.not_a_database", N_("{path} is not a samlink database"), path=str(path))


def _opening_error(path: Path, error: apsw.Error) -> StoreError:
    if isinstance(error, (apsw.NotADBError, apsw.CorruptError)):
        template = N_("{path} is not a samlink database, or it is damaged: {why}")
        return StoreError("store.database_damaged", template, path=str(path), why=str(error))
    if isinstance(error, apsw.ReadOnlyError | apsw.PermissionsError | apsw.CantOpenError):
        template = N_("{path} cannot be written: check the owner and the mode of the directory")
        return StoreError("store.database_not_writable", template, path=str(path))
    return store_error(error)


class Savepoint:
    """Undoes what its block did when that raises, and only that.

    Unlike the connection's own context manager it lets the first error through when SQLite has undone the whole
    transaction by itself (a full disk), where there is nothing left to go back to.
    """

    __slots__ = ("_db",)

    def __init__(self, db: apsw.Connection) -> None:
        self._db = db

    def __enter__(self) -> None:
        self._db.execute("SAVEPOINT step")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            if not self._db.in_transaction:
                return
            self._db.execute("ROLLBACK TO step")
        self._db.execute("RELEASE step")


_LOSING: Final = frozenset(
    {
        apsw.SQLITE_IOERR_FSYNC,
        apsw.SQLITE_IOERR_DIR_FSYNC,
        apsw.SQLITE_IOERR_WRITE,
        apsw.SQLITE_IOERR_TRUNCATE,
        apsw.SQLITE_IOERR_CORRUPTFS,
        apsw.SQLITE_IOERR_COMMIT_ATOMIC,
    }
)
"""After these nobody can say what is on the disk: the process must stop and begin again from what is."""
_FULL: Final = frozenset({apsw.SQLITE_FULL, apsw.SQLITE_IOERR_SHMSIZE})


def store_error(error: apsw.Error) -> StoreError:
    """What an engine's error means to the store's caller."""
    code = getattr(error, "extendedresult", 0)
    if code in _FULL or isinstance(error, apsw.FullError):
        return disk_full()
    if code in _LOSING or isinstance(error, (apsw.CorruptError, apsw.NotADBError)):
        return StoreLostError("store.disk_failed", N_("the disk failed: {why}"), why=str(error))
    if isinstance(error, apsw.BusyError):
        template = N_("another process has been writing for {seconds} seconds")
        return StoreError("store.written_elsewhere", template, seconds=f"{BUSY_SECONDS:g}")
    return StoreError("store.database_failed", N_("the database failed: {why}"), why=str(error))
