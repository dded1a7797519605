"""The tables that the agent makes: its own three for rows, and one for its claims and keys. Blocks.

The link table holds a line for each row that was claimed, from the claim until no result can come any more. It is
beside the customer's tables and not in them, so that any layout will do as it is.
"""

from typing import Any, Final

import sqlalchemy as sa

from samlink.agent.mapping import Field, TableMapping

CLAIMED: Final = 0
"""The row is claimed, and was certainly not sent."""
SENT: Final = 1
"""The gateway took it."""
FINISHED: Final = 2
"""It has its result."""
SENDING: Final = 3
"""The row is claimed, and may have been sent."""
OPEN: Final = (CLAIMED, SENDING)
"""What has a lease."""

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
# SQLite counts up an INTEGER only.
_NUMBER: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MYSQL: Final[dict[str, Any]] = {"mysql_charset": "utf8mb4", "mysql_engine": "InnoDB", "mariadb_charset": "utf8mb4"}


def link_table(metadata: sa.MetaData, prefix: str) -> sa.Table:
    """The agent's own table. Times in it are UTC epoch seconds."""
    name = f"{prefix}Link".lower()
    return sa.Table(
        name,
        metadata,
        sa.Column("group_id", sa.String(20), primary_key=True),
        sa.Column("message_id", sa.String(20), primary_key=True),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("row_id", sa.String(64), nullable=False),
        sa.Column("state", sa.SmallInteger, nullable=False),
        sa.Column("lease_until", sa.BigInteger, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("month", sa.String(6)),
        sa.Index(f"{name}_state", "source", "state", "lease_until"),
        sa.Index(f"{name}_row", "source", "row_id"),
        **_MYSQL,
    )


def rows_table(metadata: sa.MetaData, mapping: TableMapping, dialect: str) -> sa.Table:
    """One of our own tables, for `samlink agent init`.

    PostgreSQL gets names in lower case, so that `INSERT INTO UShotSMS` finds them without quotes.
    """
    fold = str.lower if dialect == "postgresql" else str
    columns: list[sa.Column[Any]] = []
    for field, column in mapping.columns.items():
        if field is not Field.RESULT:
            columns.append(_column(field, fold(column), mapping))
    name = fold(mapping.table)
    inserted = sa.Column(fold("InsertDT"), sa.DateTime, server_default=sa.func.current_timestamp())
    group = sa.Column(fold("MsgGroupID"), sa.String(20))
    state, key = fold(mapping.columns[Field.STATE]), fold(mapping.columns[Field.ID])
    todo = sa.Index(f"{name}_todo", state, key)
    # Without it, SQLite gives the ids of rows that have moved to new ones.
    return sa.Table(name, metadata, *columns, group, inserted, todo, sqlite_autoincrement=True, **_MYSQL)


def _column(field: Field, name: str, mapping: TableMapping) -> sa.Column[Any]:
    if field is Field.ID:
        return sa.Column(name, _NUMBER, primary_key=True, autoincrement=True)
    if field is Field.STATE:
        return sa.Column(name, sa.SmallInteger, nullable=False, server_default=str(mapping.waiting))
    if field in _TIMES:
        return sa.Column(name, sa.DateTime)
    if field in {Field.TEXT, Field.ATTACHMENT, Field.ALT_TEXT}:
        return sa.Column(name, sa.Text, nullable=field is not Field.TEXT)
    return sa.Column(name, sa.String(_TEXTS[field]), nullable=field is not Field.RECEIVER)


def create(engine: sa.Engine, prefix: str, mappings: tuple[TableMapping, ...]) -> tuple[str, ...]:
    """Make the tables that are missing; the names of those that were made. What is there is left as it is."""
    metadata = sa.MetaData()
    link_table(metadata, prefix)
    for mapping in mappings:
        rows_table(metadata, mapping, engine.dialect.name)
    with engine.connect() as connection:
        there = {name.lower() for name in sa.inspect(connection).get_table_names()}
    missing = [table for name, table in metadata.tables.items() if name.lower() not in there]
    metadata.create_all(engine, tables=missing, checkfirst=False)
    return tuple(table.name for table in missing)
