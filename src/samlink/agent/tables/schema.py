"""The tables that the agent makes: its own three for rows, and one for its claims and keys. Blocks.

The link table holds a line for each row that was claimed, from the claim until no result can come any more. It is
beside the customer's tables and not in them, so that any layout will do as it is.
"""

from collections.abc import Iterable
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import mssql

from samlink.agent.errors import TableError
from samlink.agent.tables.columns import found
from samlink.agent.tables.mapping import Field, TableMapping

CLAIMED: Final = 0
"""The row is claimed, and was certainly not sent."""
SENT: Final = 1
"""The gateway took it."""
FINISHED: Final = 2
"""It has its result."""
SENDING: Final = 3
"""The row is claimed, and may have been sent to a peer that takes a key once: it is sent again with the same keys when
its lease has ended."""
KEPT: Final = 4
"""Its result is here, and could not be written into the row yet; `lease_until` says when that is tried again."""
UNKNOWN: Final = 5
"""The row may have been sent, and nobody promised that a repeat does no harm: it is not sent again, and waits for its
result, or for a person's decision (`samlink.agent.unknown_rows`). While `lease_until` has not passed it is on its
way."""
RESEND: Final = 6
"""It was UNKNOWN, and a person has decided that it is sent again, with the same keys."""
FREE_LATER: Final = (CLAIMED, SENDING, RESEND)
"""What is taken over when its lease has ended."""
OPEN: Final = (*FREE_LATER, UNKNOWN)
"""What has a lease, and neither an answer nor a result."""

_TEXTS: Final = {
    Field.SENDER: 20,
    Field.RECEIVER: 20,
    Field.URL: 80,
    Field.SUBJECT: 120,
    Field.FILE1: 255,
    Field.FILE2: 255,
    Field.FILE3: 255,
    Field.FILE4: 255,
    Field.TELECOM: 10,
    Field.USER_CODE: 30,
    Field.KIND: 2,
    Field.SENDER_KEY: 40,
    Field.TEMPLATE_CODE: 30,
    Field.AD: 1,
    Field.ALT_TYPE: 1,
    Field.ALT_SUBJECT: 120,
}
_TIMES: Final = (Field.RESERVE_AT, Field.TIMEOUT_AT, Field.SENT_AT)
FOLDED: Final = frozenset({"postgresql", "oracle"})
"""Databases that get our names in lower case, which stands for names without quotes: PostgreSQL keeps them so, Oracle
in upper case. `INSERT INTO UShotSMS` finds them either way."""
# SQLite counts up an INTEGER only.
_NUMBER: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_LONG: Final = sa.Text().with_variant(sa.Unicode(), "mssql")
_TIME: Final = sa.DateTime().with_variant(mssql.DATETIME2(0), "mssql")  # type: ignore[no-untyped-call]
_NOW: Final = {"sqlite": "(datetime('now', '+9 hours'))"}
"""SQLite's clock shows UTC; that of a server what its customers set it to."""
MYSQL: Final[dict[str, Any]] = {
    f"{name}_{key}": value
    for name in ("mysql", "mariadb")
    for key, value in (("charset", "utf8mb4"), ("engine", "InnoDB"))
}


def _short(length: int) -> sa.types.TypeEngine[str]:
    """A text of at most so many characters; SQL Server keeps Korean in NVARCHAR whatever its own charset is."""
    return sa.String(length).with_variant(sa.Unicode(length), "mssql")


def link_table(metadata: sa.MetaData, prefix: str) -> sa.Table:
    """The agent's own table. Times in it are UTC epoch seconds."""
    name = f"{prefix}Link".lower()
    return sa.Table(
        name,
        metadata,
        sa.Column("group_id", sa.String(20), primary_key=True),
        sa.Column("message_id", sa.String(20), primary_key=True),
        sa.Column("source", _short(64), nullable=False),
        sa.Column("row_id", _short(64), nullable=False),
        sa.Column("state", sa.SmallInteger, nullable=False),
        sa.Column("lease_until", sa.BigInteger, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("month", sa.String(6)),
        sa.Column("code", sa.SmallInteger),
        sa.Column("sent_at", sa.BigInteger),
        sa.Column("telecom", _short(20)),
        sa.Index(f"{name}_state", "source", "state", "lease_until"),
        sa.Index(f"{name}_row", "source", "row_id"),
        **MYSQL,
    )


def require_links(engine: sa.Engine, links: sa.Table) -> None:
    """Look whether the agent's own table is there, as this version needs it.

    Raises:
        TableError: it is not, or a version before this one made it and it lacks columns.
    """
    with engine.connect() as connection:
        inspector = sa.inspect(connection)
        name = found(links.name, inspector.get_table_names(), "there is no table {name}")
        there = {column["name"].lower() for column in inspector.get_columns(name)}
    if missing := [column.name for column in links.columns if column.name not in there]:
        raise TableError(f"table {name} is of an earlier version and lacks {', '.join(missing)}")


def rows_table(metadata: sa.MetaData, mapping: TableMapping, dialect: str) -> sa.Table:
    """One of our own tables, with an index for claims in the order of ids, and one for urgent rows."""
    fold = str.lower if dialect in FOLDED else str
    columns = [
        _column(field, fold(column), mapping, dialect)
        for field, column in mapping.columns.items()
        if field is not Field.RESULT
    ]
    name = fold(mapping.table)
    now = sa.text(_NOW[dialect]) if dialect in _NOW else sa.func.current_timestamp()
    inserted = sa.Column(fold("InsertDT"), _TIME, server_default=now)
    group = sa.Column(fold("MsgGroupID"), _short(20))
    indexes = [
        sa.Index(f"{name}_{word}", *(fold(mapping.columns[field]) for field in fields))
        for word, fields in (
            ("todo", (Field.STATE, Field.RESERVE_AT, Field.ID)),
            ("urgent", (Field.PRIORITY, Field.STATE)),
        )
    ]
    # Without it SQLite gives the ids of rows that moved away to new ones.
    return sa.Table(name, metadata, *columns, group, inserted, *indexes, sqlite_autoincrement=True, **MYSQL)


def _column(field: Field, name: str, mapping: TableMapping, dialect: str) -> sa.Column[Any]:
    if field is Field.ID:
        # Other databases count without being told how.
        counter = (sa.Identity(),) if dialect == "oracle" else ()
        return sa.Column(name, _NUMBER, *counter, primary_key=True, autoincrement=True)
    if field is Field.STATE:
        return sa.Column(name, sa.SmallInteger, nullable=False, server_default=str(mapping.waiting))
    if field is Field.PRIORITY:
        return sa.Column(name, sa.SmallInteger, nullable=False, server_default="0")
    if field in _TIMES:
        return sa.Column(name, _TIME)
    if field in {Field.TEXT, Field.ATTACHMENT, Field.ALT_TEXT}:
        return sa.Column(name, _LONG, nullable=field is not Field.TEXT)
    return sa.Column(name, _short(_TEXTS[field]), nullable=field is not Field.RECEIVER)


def our_tables(prefix: str, mappings: Iterable[TableMapping], dialect: str) -> sa.MetaData:
    """All tables that are ours to make."""
    metadata = sa.MetaData()
    link_table(metadata, prefix)
    for mapping in mappings:
        rows_table(metadata, mapping, dialect)
    return metadata


def create(engine: sa.Engine, prefix: str, mappings: Iterable[TableMapping]) -> tuple[str, ...]:
    """Make the tables that are missing, and columns that a version before this one did not have; the names of both, as
    `table` and `table.column`. All else is left as it is."""
    metadata = our_tables(prefix, mappings, engine.dialect.name)
    with engine.connect() as connection:
        inspector = sa.inspect(connection)
        there = {name.lower(): name for name in inspector.get_table_names()}
        columns = {
            table.name: {column["name"].lower() for column in inspector.get_columns(there[table.name.lower()])}
            for table in metadata.tables.values()
            if table.name.lower() in there
        }
    missing = [table for table in metadata.tables.values() if table.name not in columns]
    metadata.create_all(engine, tables=missing, checkfirst=False)
    added = [
        column
        for table in metadata.tables.values()
        for column in table.columns
        if table.name in columns and column.name.lower() not in columns[table.name]
    ]
    for column in added:
        add_column(engine, there[column.table.name.lower()], column)
    return (*(table.name for table in missing), *(f"{column.table.name}.{column.name}" for column in added))


def add_column(engine: sa.Engine, table: str, column: sa.Column[Any]) -> None:
    """Add a column to a table. Commits."""
    with engine.begin() as connection:
        connection.exec_driver_sql(adding(engine.dialect, table, column))


def adding(dialect: sa.Dialect, table: str, column: sa.Column[Any]) -> str:
    """The statement that adds a column, in words that every database takes: not all of them know ADD COLUMN."""
    what = sa.schema.CreateColumn(column).compile(dialect=dialect)
    return f"ALTER TABLE {dialect.identifier_preparer.quote(table)} ADD {str(what).strip()}"
