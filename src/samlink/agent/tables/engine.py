"""One way to each database: engines that lock as the agent's transactions expect. Blocks; call it in a thread."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

import sqlalchemy as sa

from samlink.agent.database.hosts import connect_to_writer, login_options, with_writer
from samlink.agent.database.sessions import behave
from samlink.agent.driver_errors import is_deadlock
from samlink.agent.errors import SettingsError, TableError
from samlink.vocabulary.problem import N_

BUSY_SECONDS: Final = 30.0
"""How long SQLite waits for a lock."""
READER_BUSY_SECONDS: Final = 3.0
"""The same for an engine that only reads."""
CONNECTIONS: Final = 8
"""Open to the database at one time, at most."""


def engine_of(
    url: sa.URL,
    *,
    only_reads: bool = False,
    password: Callable[[], str] | None = None,
    tls: bool = False,
    tls_ca_file: str | None = None,
) -> sa.Engine:
    """An engine for a customer's database. Nothing is connected yet.

    MySQL and MariaDB run at READ COMMITTED: their default locks gaps between rows, in which customers insert.
    `only_reads`: the engine never writes, and does not keep SQLite's writers out while it reads. `password` is asked at
    each connection. `tls`: as for `login_options`, whose SettingsError it raises; so is an option's wrong value.
    """
    options: dict[str, Any] = {"hide_parameters": True, "pool_reset_on_return": None}
    login = login_options(url, tls=tls, tls_ca_file=tls_ca_file)
    url, places = with_writer(url)
    if url.get_backend_name() == "sqlite":
        login["timeout"] = READER_BUSY_SECONDS if only_reads else BUSY_SECONDS
    else:
        options |= {"pool_size": CONNECTIONS, "max_overflow": 0, "pool_recycle": 1800, "pool_use_lifo": True}
        # On PostgreSQL each transaction begins with its own isolation.
        options["isolation_level"] = "AUTOCOMMIT" if url.get_backend_name() == "postgresql" else "READ COMMITTED"
    if url.get_backend_name() in {"mysql", "mariadb"}:
        # With the customer's own charset the driver would silently lose the characters that it lacks.
        url = url.update_query_dict({"charset": "utf8mb4"})
    try:
        engine = sa.create_engine(url, connect_args=login, **options)
    except (ValueError, sa.exc.ArgumentError):
        # Their text quotes the URL's values.
        template = N_("database.url has an option behind its ? with a value that cannot be used")
        raise SettingsError("settings.database_option", template) from None
    connect_to_writer(engine, places, password)
    behave(engine, only_reads=only_reads)
    return engine


_ARRAYS: Final[Mapping[type, sa.types.TypeEngine[Any]]] = {
    int: sa.BigInteger(),
    str: sa.Text(),
    bytes: sa.LargeBinary(),
    uuid.UUID: sa.Uuid(),
}
_BEYOND_BIGINT: Final = 2**63


def one_of(column: sa.ColumnElement[Any], values: Sequence[Any], dialect: sa.Dialect) -> sa.ColumnElement[bool]:
    """The condition that a column has one of `values`, all of one type. PostgreSQL gets them as one array, so that it
    parses and plans one statement for any number of them."""
    if dialect.name != "postgresql" or not values:
        return column.in_(values)
    kind = _ARRAYS[type(values[0])]
    if isinstance(kind, sa.BigInteger) and max(map(abs, values)) >= _BEYOND_BIGINT:
        kind = sa.Numeric()
    return column == sa.any_(sa.literal(list(values), sa.ARRAY(kind)))


Change = TypeVar("Change", sa.Update, sa.Delete)


def by_index(change: Change, key: sa.ColumnClause[Any], index: str, most: int, dialect: sa.Dialect) -> Change:
    """A change of at most `most` rows by their keys, which MariaDB and MySQL find by this index, if there is one."""
    quote = dialect.identifier_preparer.quote
    if not index:
        return change
    if isinstance(change, sa.Update):
        return change.with_hint(f"FORCE INDEX ({quote(index)})", change.table)
    # A DELETE takes no hint; in this order it goes by the index.
    return change.where(sa.text(f"TRUE ORDER BY {quote(key.name)} LIMIT {most:d}"))


DEADLOCKS_BORNE: Final = 3
T = TypeVar("T")


def despite_deadlocks(work: Callable[[], T]) -> T:
    """Run `work`, one whole transaction, and repeat it at once when a deadlock rolled it back, up to three times.

    Raises:
        SQLAlchemyError: what `work` raises.
    """
    for _ in range(DEADLOCKS_BORNE):
        try:
            return work()
        except sa.exc.DBAPIError as error:
            if not is_deadlock(error):
                raise
    return work()


def require_file(url: sa.URL) -> None:
    """Raise TableError if a SQLite database's file is missing: SQLite would create it for a reader."""
    file = url.database
    if url.get_backend_name() == "sqlite" and file and file != ":memory:" and not Path(file).exists():
        raise TableError("database.file_missing", N_("there is no database file {file}"), file=file)


_HINTS: Final = {"mssql": ("WITH (UPDLOCK, ROWLOCK)", "WITH (UPDLOCK, ROWLOCK, READPAST)")}
"""SQL Server has no FOR UPDATE; hints at the table tell it how to lock, and whether to skip rows that others hold."""
_NOT_WHILE_LIMITED: Final = frozenset({"oracle"})
"""Oracle refuses FOR UPDATE in a query that has a limit."""


def lock_rows(rows: sa.Select[Any], dialect: sa.Dialect, *, skip: bool) -> sa.Select[Any]:
    """The query with its rows locked until the transaction ends. `skip`: skip rows that others hold, do not wait."""
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
    *,
    lock: bool = True,
) -> Sequence[sa.Row[Any]]:
    """Lock and read at most `limit` rows of a query, skipping those that others hold; `key` tells rows apart.
    `lock=False`: only read them."""
    dialect = connection.dialect
    if not lock:
        return connection.execute(rows.order_by(*order).limit(limit)).all()
    if dialect.name not in _NOT_WHILE_LIMITED:
        return connection.execute(lock_rows(rows.order_by(*order).limit(limit), dialect, skip=True)).all()
    keys = connection.execute(rows.with_only_columns(key).order_by(*order).limit(limit)).scalars().all()
    # A row that another agent took in between has changed, and the query no longer finds it.
    return connection.execute(lock_rows(rows.where(key.in_(keys)), dialect, skip=True)).all() if keys else ()
