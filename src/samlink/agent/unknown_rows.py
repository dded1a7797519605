"""Rows whose outcome is unknown: the list of them, and what a person decides about them. Blocks.

A request that was written and not answered may have been taken. A samlink gateway is asked again, for it takes a key
once; of any other gateway nobody knows what a repeat does. So such a row keeps its state *sending* and its keys, and
waits for its result, which may come at any time and ends the matter. If it does not come, only a person can tell,
having asked the gateway's operator: the row is sent again (with the same keys), or gets the result that it has had.
"""

from collections.abc import Sequence
from typing import Final

import msgspec
import sqlalchemy as sa

from samlink.agent.errors import SettingsError
from samlink.agent.settings import AgentSettings
from samlink.agent.tables import schema
from samlink.agent.tables.engine import engine_of, lock_rows, require_file
from samlink.agent.tables.live import Finding, LiveTable, by_group

LISTED_LIMIT: Final = 1000
"""Rows of one list, the oldest first; and rows of one decision."""


class UnknownRow(msgspec.Struct, frozen=True):
    """A row that may have been taken, and whose result has not come."""

    table: str
    row_id: str
    """As text."""
    group_id: str
    message_id: str
    since: int
    """When it was sent, UTC epoch seconds."""
    overdue: bool
    """Whether its result was waited for long enough (`sms_result_hours`, `other_result_hours`)."""
    there: bool
    """Whether the row is still in its table; its customer may have deleted it."""


class UnknownRows:
    """The unknown rows of all tables of an agent; `close` it at last. Any number of agents may run meanwhile."""

    def __init__(self, settings: AgentSettings) -> None:
        """Raises SettingsError when a setting cannot be used."""
        self._settings = settings
        self._url = settings.database_url()
        self._engine = engine_of(self._url)
        self._links = schema.link_table(sa.MetaData(), settings.work.prefix)
        self._tables: dict[str, LiveTable] = {}

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def rows(self, now: float) -> list[UnknownRow]:
        """At most `LISTED_LIMIT` of them, the oldest first. `now`: UTC epoch seconds.

        Raises:
            TableError: a table or a column is missing.
            SQLAlchemyError: the database cannot be used.
        """
        tables = self._found()
        links = self._links.c
        chosen = sa.select(self._links).where(links.source.in_(sorted(tables)), is_unknown(self._links, now))
        with self._engine.connect() as connection:
            found = connection.execute(chosen.order_by(links.since, links.row_id).limit(LISTED_LIMIT)).all()
            ids = {table: [link.row_id for link in found if link.source == table] for table in tables}
            there = {table: tables[table].ids_there(connection, texts) for table, texts in ids.items() if texts}
        hours = {table: self._settings.waits.result_hours(tables[table].mapping.services) for table in tables}
        return [
            UnknownRow(
                link.source,
                link.row_id,
                link.group_id,
                link.message_id,
                link.since,
                overdue=link.since < now - hours[link.source] * 3600,
                there=link.row_id in there[link.source],
            )
            for link in found
        ]

    def resend(self, table: str, row_ids: Sequence[str], now: float) -> list[str]:
        """Have rows sent again by whichever agent runs, with the keys that they have; the ids of those that were
        unknown, and now wait for that. Commits.

        Raises:
            SettingsError: there is no such table in the settings.
            TableError: a table or a column is missing.
            SQLAlchemyError: the database cannot.
        """
        live = self._table(table)
        with self._engine.begin() as connection:
            found = self._locked(connection, live, row_ids, now)
            self._change(connection, found, {"state": schema.RESEND, "lease_until": int(now) - 1})
        return [link.row_id for link in found]

    def give_result(self, table: str, row_ids: Sequence[str], code: int, now: float) -> list[str]:
        """Write a result into rows, as if it had come; the ids of those that were unknown. Commits. Raises as
        `resend`."""
        live = self._table(table)
        with self._engine.begin() as connection:
            found = self._locked(connection, live, row_ids, now)
            results = [(link.row_id, Finding(link.group_id, link.message_id, code)) for link in found]
            live.write_results(connection, live.live, results, now)
            self._change(connection, found, {"state": schema.FINISHED, "since": int(now)})
        return [link.row_id for link in found]

    # -- inside

    def _found(self) -> dict[str, LiveTable]:
        if not self._tables:
            require_file(self._url)
            schema.require_links(self._engine, self._links)
            mappings = self._settings.mappings
            self._tables = {mapping.table: LiveTable(self._engine, mapping, self._links) for mapping in mappings}
        return self._tables

    def _table(self, name: str) -> LiveTable:
        for source, table in self._found().items():
            if name.lower() in {source.lower(), table.name.lower()}:
                return table
        raise SettingsError(f"there is no table {name} in them; there are {', '.join(self._tables)}")

    def _locked(
        self, connection: sa.Connection, table: LiveTable, row_ids: Sequence[str], now: float
    ) -> Sequence[sa.Row[tuple[str, str, str]]]:
        links = self._links.c
        of_rows = sa.and_(links.source == table.source, links.row_id.in_(list(row_ids)))
        chosen = sa.select(links.row_id, links.group_id, links.message_id).where(of_rows, is_unknown(self._links, now))
        return connection.execute(lock_rows(chosen, connection.dialect, skip=False)).all()

    def _change(
        self, connection: sa.Connection, found: Sequence[sa.Row[tuple[str, str, str]]], values: dict[str, int]
    ) -> None:
        for chosen in by_group(self._links, [(link.group_id, link.message_id) for link in found], connection.dialect):
            connection.execute(sa.update(self._links).where(chosen).values(**values))


def is_unknown(links: sa.Table, now: float) -> sa.ColumnElement[bool]:
    """Which links are of rows whose outcome is unknown; those that are on their way at this moment are not."""
    return sa.and_(links.c.state == schema.UNKNOWN, links.c.lease_until < int(now), links.c.month.is_(None))


def undecided(table: LiveTable, now: float, hours: float, shown: int) -> tuple[int, list[str]]:
    """How many rows of a table are unknown, and had no result within so many hours; the ids of the first `shown`."""
    links = table.links.c
    old = sa.and_(is_unknown(table.links, now), links.since < int(now - hours * 3600))
    of_table = sa.and_(links.source == table.source, old)
    with table.engine.connect() as connection:
        first = sa.select(links.row_id).where(of_table).order_by(links.since, links.row_id).limit(shown)
        ids = connection.execute(first).scalars().all()
        if len(ids) < shown:
            return len(ids), list(ids)
        count = connection.execute(sa.select(sa.func.count()).select_from(table.links).where(of_table)).scalar_one()
    return int(count), list(ids)
