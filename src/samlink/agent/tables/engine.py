"""One way to each database: engines that lock as the agent's transactions expect. Blocks; call it in a thread."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

import sqlalchemy as sa

from samlink.agent.errors import TableError

BUSY_SECONDS: Final = 30.0
"""How long SQLite waits for the lock that somebody else holds."""
READER_BUSY_SECONDS: Final = 3.0
"""The same for somebody who only looks."""
LOCK_SECONDS = 5
"""How long a statement waits for a row or a table that somebody else holds: long enough for a customer's transactions,
and so short that one which is forgotten does not hold up everybody's results."""
CONNECTIONS: Final = 8
"""At most open to the database at one time."""


_WAITS: Final = {
    "postgresql": "SET lock_timeout = '{seconds}s'",
    "mysql": "SET SESSION innodb_lock_wait_timeout = {seconds}, SESSION lock_wait_timeout = {seconds}",
    "mariadb": "SET SESSION innodb_lock_wait_timeout = {seconds}, SESSION lock_wait_timeout = {seconds}",
    "mssql": "SET LOCK_TIMEOUT {seconds}000",
}


def engine_of(url: sa.URL, *, only_reads: bool = False) -> sa.Engine:
    """An engine for a database that customers have. Nothing is connected yet.

    MySQL and MariaDB run at READ COMMITTED: their default locks gaps between rows, in which customers insert.
    `only_reads`: for somebody who never writes, and does not keep SQLite's writers out while reading.
    """
    options: dict[str, Any] = {"pool_pre_ping": True, "hide_parameters": True}
    if url.get_backend_name() == "sqlite":
        seconds = READER_BUSY_SECONDS if only_reads else BUSY_SECONDS
        engine = sa.create_engine(url, connect_args={"timeout": seconds}, **options)
        _begin_by_hand(engine, "BEGIN" if only_reads else "BEGIN IMMEDIATE")
        return engine
    if url.get_backend_name() in {"mysql", "mariadb"}:
        # Not the customer's charset: with it the driver loses what it cannot carry, and says nothing.
        url = url.update_query_dict({"charset": "utf8mb4"})
    engine = sa.create_engine(
        url, isolation_level="READ COMMITTED", pool_size=CONNECTIONS, max_overflow=0, pool_recycle=1800, **options
    )
    _limit_waits(engine)
    return engine


def _limit_waits(engine: sa.Engine) -> None:
    """Databases wait for a lock for a minute, a day or for ever, unless a session says otherwise."""
    if (statement := _WAITS.get(engine.dialect.name)) is None:
        return

    def connected(connection: Any, _record: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement.format(seconds=LOCK_SECONDS))
        # PostgreSQL forgets it with the transaction that it was said in, if that is not committed.
        connection.commit()

    sa.event.listen(engine, "connect", connected)


def one_of(column: sa.ColumnElement[Any], values: Sequence[Any], dialect: sa.Dialect) -> sa.ColumnElement[bool]:
    """That a column has one of `values`. PostgreSQL gets them as one array of numbers or texts: so statements for any
    number of them are one statement, which it parses and plans once."""
    if dialect.name != "postgresql" or not values:
        return column.in_(values)
    kind: sa.types.TypeEngine[Any] = sa.BigInteger() if isinstance(values[0], int) else sa.Text()
    return column == sa.any_(sa.literal(list(values), sa.ARRAY(kind)))


_DEADLOCKS: Final[Mapping[str, frozenset[object]]] = {
    "psycopg": frozenset({"40P01", "40001"}),
    "pymysql": frozenset({1213}),
    "pymssql": frozenset({1205}),
    "oracledb": frozenset({60}),
}
"""By driver: two transactions waited for one another, and this one was undone. A number means another thing elsewhere:
MySQL's 1205 is a lock that was waited for in vain."""
DEADLOCKS_BORNE: Final = 3
T = TypeVar("T")


def despite_deadlocks(work: Callable[[], T]) -> T:
    """What `work`, one whole transaction, gives; begun again at once when a deadlock undid it, up to three times.

    Raises:
        SQLAlchemyError: what `work` raises.
    """
    for _ in range(DEADLOCKS_BORNE):
        try:
            return work()
        except sa.exc.DBAPIError as error:
            if not _is_deadlock(error):
                raise
    return work()


def _is_deadlock(error: sa.exc.DBAPIError) -> bool:
    cause: Any = error.orig
    arguments = cause.args[:1] if cause is not None else ()
    codes = {getattr(cause, "sqlstate", None), *arguments, *(getattr(one, "code", None) for one in arguments)}
    return not codes.isdisjoint(_DEADLOCKS.get(type(cause).__module__.partition(".")[0], frozenset()))


def require_file(url: sa.URL) -> None:
    """For somebody who only looks: SQLite would make the file of a database. Raises TableError when it is not there."""
    file = url.database
    if url.get_backend_name() == "sqlite" and file and file != ":memory:" and not Path(file).exists():
        raise TableError(f"there is no database file {file}")


def _begin_by_hand(engine: sa.Engine, how: str) -> None:
    """SQLite locks no rows: each transaction that writes has the database for itself from its first statement on.

    A transaction that reads first and locks later fails when somebody wrote in between, however long it would wait.
    """

    def connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None

    def begun(connection: sa.Connection) -> None:
        connection.exec_driver_sql(how)

    sa.event.listen(engine, "connect", connected)
    sa.event.listen(engine, "begin", begun)


_HINTS: Final = {"mssql": ("WITH (UPDLOCK, ROWLOCK)", "WITH (UPDLOCK, ROWLOCK, READPAST)")}
"""SQL Server has no FOR UPDATE: the table is told how to lock, and whether rows that others hold are passed over."""
_NOT_WHILE_LIMITED: Final = frozenset({"oracle"})
"""Oracle refuses FOR UPDATE in a query that has a limit."""


def lock_rows(rows: sa.Select[Any], dialect: sa.Dialect, *, skip: bool) -> sa.Select[Any]:
    """A query that locks the rows that it reads until the transaction ends. `skip`: it passes over those that others
    hold, and else waits for them."""
    if dialect.name in _HINTS:
        for table in rows.get_final_froms():
            rows = rows.with_hint(table, _HINTS[dialect.name][skip], dialect.name)
    return rows.with_for_update(skip_locked=skip)


def lock_some(
    connection: sa.Connection,
    rows: sa.Select[Any],
    key: sa.ColumnElement[Any],
    order: Sequence[sa.ColumnElement[Any]],
    limit: int,
) -> Sequence[sa.Row[Any]]:
    """Lock and read at most `limit` rows of a query, without those that others hold; `key` tells them apart."""
    dialect = connection.dialect
    if dialect.name not in _NOT_WHILE_LIMITED:
        return connection.execute(lock_rows(rows.order_by(*order).limit(limit), dialect, skip=True)).all()
    keys = connection.execute(rows.with_only_columns(key).order_by(*order).limit(limit)).scalars().all()
    # Whoever took one of them in between has changed it, so that the query does not find it any more.
    return connection.execute(lock_rows(rows.where(key.in_(keys)), dialect, skip=True)).all() if keys else ()
