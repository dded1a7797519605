"""The statements that make our tables, for a person who lets no agent make any. Pure: no database is needed."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects import registry

from samlink.agent.judge import duplicates
from samlink.agent.tables import schema
from samlink.agent.tables.logs import log_like
from samlink.agent.tables.mapping import Field, own_tables

DIALECTS: Final[Mapping[str, sa.Dialect]] = {
    name: registry.load(name)() for name in ("sqlite", "mysql", "postgresql", "oracle", "mssql")
}
"""The databases by SQLAlchemy's names; MariaDB's statements are MySQL's."""


def our_statements(database: str, prefix: str = "UShot", month: str = "") -> Iterator[str]:
    """Statements for one of DIALECTS, without a semicolon: for all our tables, or for the logs of a month (YYYYMM)."""
    dialect = DIALECTS[database]
    mappings = own_tables(prefix)
    metadata = schema.our_tables(prefix, mappings, dialect.name)
    duplicates.digest_table(metadata, prefix)
    tables: Iterable[sa.Table] = metadata.tables.values()
    if month:
        fold = str.lower if dialect.name in schema.FOLDED else str
        tables = [
            log_like(table, mapping.log_name(table.name, month), fold(mapping.columns[Field.ID]))
            for mapping in mappings
            for table in [metadata.tables[fold(mapping.table)]]
        ]
    for table in tables:
        yield _written(sa.schema.CreateTable(table), dialect)
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            yield _written(sa.schema.CreateIndex(index), dialect)


def _written(statement: sa.schema.ExecutableDDLElement, dialect: sa.Dialect) -> str:
    lines = str(statement.compile(dialect=dialect)).strip().splitlines()
    return "\n".join(line.rstrip().replace("\t", "    ") for line in lines if line.strip())
