"""The agent's tables and views: created, or printed as statements where no program may create any. Blocks."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects import registry

from samlink.agent.judge import black_list, duplicates
from samlink.agent.judge.rules import Terms
from samlink.agent.preconditions import look
from samlink.agent.settings import AgentSettings
from samlink.agent.tables.claim import links
from samlink.agent.tables.schema import definitions
from samlink.agent.tables.schema.mapping import Field, TableMapping, own_tables
from samlink.agent.tables.settle.logs import log_like
from samlink.agent.tables.settle.views import LogView

DIALECTS: Final[Mapping[str, sa.Dialect]] = {
    name: registry.load(name)() for name in ("sqlite", "mysql", "postgresql", "oracle", "mssql")
}
"""The databases by SQLAlchemy's names; MariaDB's statements are MySQL's."""


def create_tables(settings: AgentSettings) -> tuple[str, ...]:
    """Create the missing tables and columns; their names, as `table` and `table.column`.

    Raises:
        SettingsError: a setting cannot be used.
        SQLAlchemyError: the database cannot.
    """
    engine = settings.open_database()
    try:
        # The customer's own tables exist already, and are not ours to create.
        made = create(engine, settings.work.prefix, settings.own_mappings)
        return (*made, *create_rule_tables(engine, settings.terms, settings.work.prefix))
    finally:
        engine.dispose()


def create_views(settings: AgentSettings) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Make the views over tables and their logs. The names of new views, and of tables whose view the database refused,
    which the agent can do without.

    Raises:
        TableError: a precondition of a run is not met, other than that a table is missing.
        SettingsError, SQLAlchemyError: as `create_tables`.
    """
    engine = settings.open_database()
    made: list[str] = []
    refused: list[str] = []
    try:
        found = look(engine, settings)
        for fault in found.faults:
            # The customer may still have to edit the names in the settings.
            if fault.why.code != "table.missing":
                raise fault.why
        for table in [table for table in found.tables.values() if table.mapping.view]:
            try:
                made.append(LogView(table).make())
            except sa.exc.DBAPIError:
                refused.append(table.name)
    finally:
        engine.dispose()
    return tuple(filter(None, made)), tuple(refused)


def create(engine: sa.Engine, prefix: str, mappings: Iterable[TableMapping]) -> tuple[str, ...]:
    """Create missing tables, and columns without which the agent does not work; the names of both, as `table` and
    `table.column`. Everything else is left as it is: a table with another maker's shape may have readers that count its
    columns."""
    mappings = tuple(mappings)
    metadata = _our_tables(prefix, mappings, engine.dialect.name)
    needed = {
        mapping.table.lower(): {
            column.lower() for field, column in mapping.columns.items() if field not in mapping.optional
        }
        for mapping in mappings
    }
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
        if column.name.lower() in needed.get(table.name.lower(), {column.name.lower()})
    ]
    for column in added:
        with engine.begin() as connection:
            connection.exec_driver_sql(definitions.adding(engine.dialect, there[column.table.name.lower()], column))
    return (*(table.name for table in missing), *(f"{column.table.name}.{column.name}" for column in added))


def create_rule_tables(engine: sa.Engine, terms: Terms, prefix: str) -> tuple[str, ...]:
    """Create the missing tables that the rules need; their names."""
    metadata = sa.MetaData()
    if terms.duplicate_seconds:
        duplicates.digest_table(metadata, prefix)
    if terms.black_list:
        fold = _fold(engine.dialect.name)
        black_list.black_list_table(metadata, fold(terms.black_list), fold(terms.black_list_column))
    with engine.connect() as connection:
        inspector = sa.inspect(connection)
        there = {name.lower() for name in (*inspector.get_table_names(), *inspector.get_view_names())}
        missing = [
            table
            for name, table in metadata.tables.items()
            if name.lower() not in there and not (table.schema and inspector.has_table(table.name, table.schema))
        ]
    metadata.create_all(engine, tables=missing, checkfirst=False)
    return tuple(table.name for table in missing)


def our_statements(database: str, prefix: str = "UShot", month: str = "") -> Iterator[str]:
    """Statements for one of DIALECTS, without a semicolon: for all our tables, or for the logs of a month (YYYYMM)."""
    dialect = DIALECTS[database]
    mappings = own_tables(prefix)
    metadata = _our_tables(prefix, mappings, dialect.name)
    duplicates.digest_table(metadata, prefix)
    tables: Iterable[sa.Table] = metadata.tables.values()
    if month:
        fold = _fold(dialect.name)
        tables = [
            log_like(table, mapping.log_name(table.name, month), fold(mapping.columns[Field.ID]))
            for mapping in mappings
            for table in [metadata.tables[fold(mapping.table)]]
        ]
    for table in tables:
        yield _written(sa.schema.CreateTable(table), dialect)
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            yield _written(sa.schema.CreateIndex(index), dialect)


def _our_tables(prefix: str, mappings: Iterable[TableMapping], dialect: str) -> sa.MetaData:
    metadata = sa.MetaData()
    links.link_table(metadata, prefix)
    for mapping in mappings:
        definitions.rows_table(metadata, mapping, dialect)
    return metadata


def _fold(dialect: str) -> Callable[[str], str]:
    return str.lower if dialect in definitions.FOLDED else str


def _written(statement: sa.schema.ExecutableDDLElement, dialect: sa.Dialect) -> str:
    lines = str(statement.compile(dialect=dialect)).strip().splitlines()
    return "\n".join(line.rstrip().replace("\t", "    ") for line in lines if line.strip())
