"""What stands in the tables now, for a person. Blocks; call it in a thread."""

import msgspec
import sqlalchemy as sa

from samlink.agent import schema
from samlink.agent.admission import Admission, make_tables
from samlink.agent.engine import engine_of
from samlink.agent.mapping import Field
from samlink.agent.settings import AgentSettings
from samlink.agent.tables import LiveTable


class TableView(msgspec.Struct, frozen=True):
    """One table."""

    table: str
    waiting: int
    """Rows to be sent, those that are held until their time among them."""
    claimed: int
    """Rows that an agent is sending."""
    unanswered: int
    """Rows that the gateway took, without a result; in the table or moved."""
    finished: int
    """Rows with a result that have not moved yet."""


def create_tables(settings: AgentSettings) -> tuple[str, ...]:
    """Make what is missing; the names of the tables that were made.

    Raises:
        SettingsError: a setting cannot be used.
        SQLAlchemyError: the database cannot.
    """
    engine = engine_of(settings.database_url())
    try:
        # Tables of the customer's own making are there already, and are not ours to make.
        own = settings.mappings[: len(settings.mappings) - len(settings.tables)]
        made = schema.create(engine, settings.work.prefix, own)
        return (*made, *make_tables(engine, settings.terms, settings.work.prefix))
    finally:
        engine.dispose()


def view_of(settings: AgentSettings) -> tuple[TableView, ...]:
    """Each table, counted.

    Raises:
        TableError: a table or a column is missing.
        SettingsError, SQLAlchemyError: as `create_tables`.
    """
    engine = engine_of(settings.database_url())
    links = schema.link_table(sa.MetaData(), settings.work.prefix)
    try:
        tables = [LiveTable(engine, mapping, links) for mapping in settings.mappings]
        Admission(engine, settings.terms, settings.work.prefix)
        with engine.connect() as connection:
            return tuple(_counted(connection, table) for table in tables)
    finally:
        engine.dispose()


def _counted(connection: sa.Connection, table: LiveTable) -> TableView:
    state, links = table.column(Field.STATE), table.links.c
    rows: dict[object, int] = {
        row[0]: row[1] for row in connection.execute(sa.select(state, sa.func.count()).group_by(state))
    }
    by_state = sa.select(links.state, sa.func.count()).where(links.source == table.source).group_by(links.state)
    linked: dict[int, int] = {row[0]: row[1] for row in connection.execute(by_state)}
    waiting, sending = rows.pop(table.mapping.waiting, 0), rows.pop(table.mapping.sending, 0)
    del sending  # the links tell more of them
    return TableView(table.name, waiting, linked.get(schema.CLAIMED, 0), linked.get(schema.SENT, 0), sum(rows.values()))
