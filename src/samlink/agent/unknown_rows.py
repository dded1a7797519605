"""Rows whose outcome is unknown: the list of them, and a person's decision about them. Blocks.

A request that was written and not answered may have been taken. A samlink gateway is idempotent, so it is asked again;
what a retry does at any other gateway nobody knows. So such a row keeps its state *sending* and its keys, and waits for
its result, which may come at any time and settles it. If none comes, a person asks the gateway's operator and decides:
the row is sent again with the same keys, or gets the result that it has had.
"""

from collections.abc import Sequence
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from samlink.agent.errors import SettingsError
from samlink.agent.settings import AgentSettings
from samlink.agent.tables.claim.links import (
    FINISHED,
    RESEND,
    change_links,
    is_unknown,
    key_of,
    link_table,
    require_links,
    without_lease,
)
from samlink.agent.tables.claim.orphans import decide as decide_orphans
from samlink.agent.tables.claim.orphans import orphans
from samlink.agent.tables.engine import lock_rows, require_file
from samlink.agent.tables.live import LiveTable
from samlink.agent.tables.rows import RowResult
from samlink.agent.tables.schema.ids import id_text
from samlink.agent.tables.schema.mapping import Field
from samlink.vocabulary.problem import N_

LISTED_LIMIT: Final = 1000
"""Rows of one list, the oldest first; and rows of one decision."""


class UnknownRow(msgspec.Struct, frozen=True):
    """A row that the gateway may have taken, and whose result has not come."""

    table: str
    row_id: str
    """As text."""
    group_id: str
    message_id: str
    since: int
    """When it was sent, UTC epoch seconds."""
    overdue: bool
    """Whether its result did not come in time (`sms_result_hours`, `other_result_hours`)."""
    there: bool
    """Whether the row is still in its table; the customer may have deleted it."""
    orphaned: bool = False
    """Whether no agent of samlink's holds a key for the row (`tables.claim.orphans`); it has no keys then."""


class UnknownRows:
    """The unknown rows of all tables of an agent, until `close`. Any number of agents may run meanwhile."""

    def __init__(self, settings: AgentSettings) -> None:
        """Raises SettingsError when a setting cannot be used."""
        self._settings = settings
        self._url = settings.database_url()
        self._engine = settings.open_database()
        self._links = link_table(sa.MetaData(), settings.work.prefix)
        self._tables: dict[str, LiveTable] = {}

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def rows(self, now: float) -> list[UnknownRow]:
        """At most `LISTED_LIMIT` of them, the oldest first, and as many orphaned rows of each table. `now`: UTC epoch
        seconds.

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
        orphaned = [
            UnknownRow(source, id_text(id), "", "", 0, overdue=False, there=True, orphaned=True)
            for source, table in tables.items()
            for id in orphans(table, LISTED_LIMIT)
        ]
        return orphaned + [
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
        """Have rows sent again by any agent that runs, with the same keys if they have some; the ids of those that were
        unknown or orphaned. Commits.

        Raises:
            SettingsError: the settings have no such table.
            TableError: a table or a column is missing.
            SQLAlchemyError: the database cannot.
        """
        live = self._table(table)
        with self._engine.begin() as connection:
            found = self._locked(connection, live, row_ids, now)
            change_links(connection, self._links, map(key_of, found), {"state": RESEND, "lease_until": int(now) - 1})
        waiting = {live.columns[Field.STATE]: live.mapping.waiting}
        return self._with_orphans(live, row_ids, [link.row_id for link in found], waiting)

    def give_result(self, table: str, row_ids: Sequence[str], code: int, now: float) -> list[str]:
        """Write a result into rows as if it had come; the ids of those that were unknown or orphaned. Commits. Raises
        as `resend`."""
        live = self._table(table)
        with self._engine.begin() as connection:
            found = self._locked(connection, live, row_ids, now)
            results = [(link.row_id, RowResult(*key_of(link), code)) for link in found]
            live.write_results(connection, live.live, results, now)
            change_links(connection, self._links, map(key_of, found), without_lease(FINISHED, now))
        values = live.result_values(code, None, "", now)
        return self._with_orphans(live, row_ids, [link.row_id for link in found], values)

    # -- inside

    @staticmethod
    def _with_orphans(live: LiveTable, row_ids: Sequence[str], done: list[str], values: dict[str, Any]) -> list[str]:
        """Decide about the orphaned rows among those that are not done; the ids of both."""
        left = [text for text in row_ids if text not in done]
        try:
            ids = live.row_ids(left)
        except ValueError:
            return done  # no row can have such an id
        return done + [id_text(id) for id in decide_orphans(live, ids, values)] if ids else done

    def _found(self) -> dict[str, LiveTable]:
        if not self._tables:
            require_file(self._url)
            require_links(self._engine, self._links)
            mappings = self._settings.mappings
            self._tables = {mapping.table: LiveTable(self._engine, mapping, self._links) for mapping in mappings}
        return self._tables

    def _table(self, name: str) -> LiveTable:
        for source, table in self._found().items():
            if name.lower() in {source.lower(), table.name.lower()}:
                return table
        template = N_("there is no table {table} in the settings; they have {tables}")
        raise SettingsError("settings.table_unknown", template, table=name, tables=", ".join(self._tables))

    def _locked(
        self, connection: sa.Connection, table: LiveTable, row_ids: Sequence[str], now: float
    ) -> Sequence[sa.Row[tuple[str, str, str]]]:
        links = self._links.c
        of_rows = sa.and_(links.source == table.source, links.row_id.in_(list(row_ids)))
        chosen = sa.select(links.row_id, links.group_id, links.message_id).where(of_rows, is_unknown(self._links, now))
        return connection.execute(lock_rows(chosen, connection.dialect, skip=False)).all()
