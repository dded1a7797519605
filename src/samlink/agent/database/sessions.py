"""How the agent's sessions behave as guests of a database. Blocks.

a lock          is waited for 5 s, and not for a minute, a day or for ever
a transaction   is READ COMMITTED; ended once, with no ROLLBACK after its COMMIT, and no ping before it
a time          that a column counts from 1970 (TIMESTAMP, timestamptz) is read and written as Korean time, whatever the
                server's zone
one statement   that only reads (`looking`) has no transaction around it where the database can do without
a pooler        that shares sessions (PgBouncer) gets them back as they were: on PostgreSQL all of it is told to each
                transaction, and ends with it
"""

import contextlib
import time
from collections.abc import Iterator
from typing import Any, Final

import sqlalchemy as sa

LOCK_SECONDS: Final = 5
"""How long a statement waits for the lock of a row or a table: long enough for a customer's transactions, and short
enough that a forgotten one does not hold up all results."""
PING_SECONDS: Final = 5.0
"""A connection that was used so lately is not asked whether it still works."""
_MYSQL: Final = (
    "SET SESSION innodb_lock_wait_timeout = {seconds}, SESSION lock_wait_timeout = {seconds}, time_zone = '+09:00'"
)
_OPENING: Final = {
    "mysql": _MYSQL,
    "mariadb": _MYSQL,
    # PgBouncer knows the session's zone, and gives every client its own.
    "postgresql": "SET TIME ZONE 'Asia/Seoul'",
    "oracle": "ALTER SESSION SET TIME_ZONE = '+09:00'",
    "mssql": "SET LOCK_TIMEOUT {seconds}000",
}
"""What a session is told when it is opened."""
_BEGINNING: Final = {
    "postgresql": "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = '{seconds}s'; "
    "SET LOCAL TIME ZONE 'Asia/Seoul'",
    "sqlite": "BEGIN IMMEDIATE",
}
"""What begins a transaction, where the driver is not to begin it. PostgreSQL gets it as one message. SQLite locks no
rows, so a transaction that writes locks the database from its first statement on: one that reads first and locks later
would fail if another has written in between, however long it waits."""
_LOOK: Final = "samlink_look"


@contextlib.contextmanager
def looking(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection for one statement that only reads, without a transaction around it where that is possible."""
    with engine.connect() as connection:
        yield connection.execution_options(**{_LOOK: True})


def behave(engine: sa.Engine, *, only_reads: bool) -> None:
    """Have all sessions of an engine behave so. `only_reads`: it never writes, and does not keep SQLite's writers out
    while it reads."""
    name = engine.dialect.name
    opening = _OPENING.get(name, "").format(seconds=LOCK_SECONDS)
    beginning = _BEGINNING.get(name, "").format(seconds=LOCK_SECONDS)
    if name == "sqlite" and only_reads:
        beginning = "BEGIN"

    def opened(connection: Any, _record: object) -> None:
        if name == "sqlite":
            connection.isolation_level = None
        if opening:
            with contextlib.closing(connection.cursor()) as cursor:
                cursor.execute(opening)
        if name == "postgresql" and connection.info.parameter_status("server_encoding") == "SQL_ASCII":
            # The server converts nothing, and the driver makes a character of each byte (`tables.schema.row_values`).
            connection.execute("SET client_encoding = 'LATIN1'")
        if name in {"mysql", "mariadb"}:
            _leave_statement_log(engine, connection)

    def begun(connection: sa.Connection) -> None:
        if not connection.get_execution_options().get(_LOOK):
            connection.exec_driver_sql(beginning)

    sa.event.listen(engine, "connect", opened)
    if beginning:
        sa.event.listen(engine, "begin", begun)
    if name != "sqlite":
        ping_after(engine, PING_SECONDS)


def _leave_statement_log(engine: sa.Engine, connection: Any) -> None:
    """A server whose log holds statements takes READ COMMITTED only from sessions that log rows instead; one without
    the right to that is REPEATABLE READ."""
    with contextlib.closing(connection.cursor()) as cursor:
        cursor.execute("SELECT @@global.log_bin, @@session.binlog_format")
        logs, form = cursor.fetchone()
        if not logs or str(form).upper() != "STATEMENT":
            return
        try:
            cursor.execute("SET SESSION binlog_format = ROW")
        except engine.dialect.loaded_dbapi.Error:
            cursor.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def ping_after(engine: sa.Engine, seconds: float) -> None:
    """Ask a connection whether it still works if it was not used for so long; if not, it is replaced."""

    def back(_connection: object, record: Any) -> None:
        record.info["used"] = time.monotonic()

    def out(connection: Any, record: Any, _proxy: object) -> None:
        if time.monotonic() - record.info.get("used", time.monotonic()) < seconds:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise sa.exc.InvalidatePoolError from error

    sa.event.listen(engine, "checkin", back)
    sa.event.listen(engine, "checkout", out)
