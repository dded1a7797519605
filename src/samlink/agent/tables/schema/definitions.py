"""The agent's own tables for rows, shaped as the OShot family's. Pure."""

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import mssql

from samlink.agent.tables.schema.mapping import Field, TableMapping
from samlink.agent.tables.schema.names import quoted

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
"""Databases that get our names in lower case, as names without quotes: PostgreSQL stores them so, Oracle in upper case.
`INSERT INTO UShotSMS` finds them either way."""
# SQLite counts up an INTEGER only.
_NUMBER: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_LONG: Final = sa.Text().with_variant(sa.Unicode(), "mssql")
_TIME: Final = sa.DateTime().with_variant(mssql.DATETIME2(0), "mssql")  # type: ignore[no-untyped-call]
_NOW: Final = {"sqlite": "(datetime('now', '+9 hours'))"}
"""SQLite's clock shows UTC; a server's shows the time zone that its owner set."""
MYSQL: Final[dict[str, Any]] = {
    f"{name}_{key}": value
    for name in ("mysql", "mariadb")
    for key, value in (("charset", "utf8mb4"), ("engine", "InnoDB"))
}


def short_text(length: int) -> sa.types.TypeEngine[str]:
    """A column for text of `length` characters; SQL Server keeps Korean in NVARCHAR whatever its own charset is."""
    return sa.String(length).with_variant(sa.Unicode(length), "mssql")


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
    group = sa.Column(fold("MsgGroupID"), short_text(20))
    todo = (fold(mapping.columns[field]) for field in (Field.STATE, Field.RESERVE_AT, Field.ID))
    priority = fold(mapping.columns[Field.PRIORITY])
    # Without the state: a row's change of state does not touch it. Databases that can keep only urgent rows in it do.
    only = sa.text(f"{priority} > 0")
    urgent = sa.Index(f"{name}_urgent", priority, postgresql_where=only, sqlite_where=only)
    indexes = (sa.Index(f"{name}_todo", *todo), urgent)
    # Without autoincrement SQLite reuses the ids of rows that moved away.
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
    return sa.Column(name, short_text(_TEXTS[field]), nullable=field is not Field.RECEIVER)


def adding(dialect: sa.Dialect, table: str, column: sa.Column[Any]) -> str:
    """The statement that adds a column, in the form that every database accepts: not all know ADD COLUMN."""
    what = sa.schema.CreateColumn(column).compile(dialect=dialect)
    return f"ALTER TABLE {quoted(table, dialect)} ADD {str(what).strip()}"
