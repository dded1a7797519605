"""Names of tables, with or without the schema (on MariaDB and MySQL: the database) in which they are: `msg_data`,
`sms.msg_data`."""

from typing import Any

import sqlalchemy as sa


def split(name: str) -> tuple[str, str | None]:
    """The table and its schema, in the order in which SQLAlchemy takes them; None: the schema of the session."""
    schema, _, table = name.rpartition(".")
    return table, schema or None


def joined(table: str, schema: str | None) -> str:
    """The whole name."""
    return f"{schema}.{table}" if schema else table


def beside(name: str, table: str) -> str:
    """A name, in the schema of `table` unless it says another."""
    return joined(name, split(table)[1]) if name and "." not in name else name


def clause(name: str, *columns: sa.ColumnClause[Any]) -> sa.TableClause:
    """A table in a statement."""
    table, schema = split(name)
    return sa.table(table, *columns, schema=schema)


def table_there(name: str, connection: sa.Connection) -> sa.Table:
    """A table with all that its database knows of it."""
    table, schema = split(name)
    return sa.Table(table, sa.MetaData(), schema=schema, autoload_with=connection)


def quoted(name: str, dialect: sa.Dialect) -> str:
    """The name in the text of a statement."""
    table, schema = split(name)
    return dialect.identifier_preparer.format_table(sa.Table(table, sa.MetaData(), schema=schema))
