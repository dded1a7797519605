"""Results that cannot be written into their rows: kept with the rows' keys, and written when the rows let them. Blocks.

A page of results is written in one transaction. One row that refuses its result (a constraint, a lock that somebody
holds, a column or a table that is gone) would stop all of them, and with them every result that comes later. So, when
it fails, the page is written down beside the keys instead, which counts as taken: nothing is lost, and the gateway is
told so. From there each table's upkeep writes them, by halves, down to the rows that refuse, which are tried again.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from samlink.agent.driver_errors import reason_of
from samlink.agent.tables import schema
from samlink.agent.tables.engine import despite_deadlocks, lock_rows
from samlink.agent.tables.live import Finding, LiveTable, by_group, settle
from samlink.agent.tables.mapping import Field
from samlink.agent.watch import events
from samlink.watch.events import Events


class Kept(msgspec.Struct, frozen=True):
    """What could not be written yet."""

    rows: Mapping[str, int] = {}
    """How many, by table."""
    why: Exception | None = None


class KeptResults:
    """Of which tables there are kept results, as far as this agent knows; said once for each, until all are written."""

    def __init__(self, tell: Events) -> None:
        self._events = tell
        self._tables: set[str] = set()

    def there(self, source: str) -> bool:
        """Whether results of a table are kept."""
        return source in self._tables

    def say(self, kept: Kept | None) -> None:
        """These were kept, or are still."""
        if kept is None or kept.why is None:
            return
        for source, rows in kept.rows.items():
            if source not in self._tables:
                self._tables.add(source)
                self._events.tell(events.ResultsKept(source, rows, reason_of(kept.why)))

    def gone(self, source: str) -> None:
        """All of a table are written."""
        if source in self._tables:
            self._tables.discard(source)
            self._events.tell(events.GoingOn(f"write results of {source}"))


def settle_or_keep(
    tables: Mapping[str, LiveTable], links: sa.Table, findings: Sequence[Finding], now: float
) -> tuple[list[Finding], Kept]:
    """Write results into their rows, or keep them. Commits. Those of no row, and what was kept.

    Raises:
        SQLAlchemyError: the database can neither; nothing is done.
    """
    try:
        return despite_deadlocks(lambda: settle(tables, links, findings, now)), Kept()
    except sa.exc.DBAPIError as error:
        if error.connection_invalidated or not tables:
            raise
        engine = next(iter(tables.values())).engine
        with engine.begin() as connection:
            kept, unknown = _keep(connection, links, findings, tables.keys())
        return unknown, Kept(kept, error)


def refuse_or_keep(table: LiveTable, rows: Sequence[tuple[Any, int]], now: float) -> Kept:
    """`LiveTable.refuse`, or keep the codes. Commits. `rows`: what was claimed, and the agent's codes.

    Raises:
        SQLAlchemyError: the database can neither; nothing is done.
    """
    try:
        despite_deadlocks(lambda: table.refuse(rows, now))
    except sa.exc.DBAPIError as error:
        if error.connection_invalidated:
            raise
        with table.engine.begin() as connection:
            held = set(table.held(connection, [row for row, _ in rows]))
            codes = [Finding(row.group_id, row.message_id, code) for row, code in rows]
            ours = [finding for finding in codes if (finding.group_id, finding.message_id) in held]
            kept, _ = _keep(connection, table.links, ours, [table.source])
        return Kept(kept, error)
    return Kept()


def write_kept(table: LiveTable, now: float, limit: int, retry_seconds: float) -> tuple[int, Kept]:
    """Write at most `limit` results that were kept into their rows. Commits. How many, and what is refused still: that
    is not tried again for `retry_seconds`.

    Raises:
        SQLAlchemyError: the connection broke; what was not written is kept.
    """
    links = table.links.c
    due = sa.select(table.links).where(
        links.source == table.source, links.state == schema.KEPT, links.lease_until <= int(now)
    )
    with table.engine.connect() as connection:
        found = connection.execute(due.order_by(links.lease_until).limit(limit)).all()
    refused, why = _write(table, found, now)
    if refused:
        with table.engine.begin() as connection:
            _change(connection, table.links, refused, {"lease_until": int(now + retry_seconds)})
    return len(found) - len(refused), Kept({table.source: len(refused)} if refused else {}, why)


# -- inside


def _keep(
    connection: sa.Connection, links: sa.Table, findings: Sequence[Finding], sources: Any
) -> tuple[dict[str, int], list[Finding]]:
    """Write results down beside their keys. How many by table, and the results of no row."""
    unknown = {(finding.group_id, finding.message_id): finding for finding in findings}
    kept: defaultdict[str, int] = defaultdict(int)
    dialect = connection.dialect
    for chosen in by_group(links, list(unknown), dialect):
        found = lock_rows(sa.select(links).where(chosen, links.c.source.in_(sorted(sources))), dialect, skip=False)
        for link in connection.execute(found).all():
            finding = unknown.pop((link.group_id, link.message_id), None)
            if finding is None or link.state in {schema.FINISHED, schema.KEPT}:
                continue
            values: dict[str, Any] = {"state": schema.KEPT, "lease_until": 0}
            values |= {"code": finding.code, "sent_at": finding.sent_seconds}
            _change(connection, links, [link], values | {"telecom": finding.telecom})
            kept[link.source] += 1
    return dict(kept), list(unknown.values())


def _write(table: LiveTable, found: Sequence[sa.Row[Any]], now: float) -> tuple[list[sa.Row[Any]], Exception | None]:
    """Write kept results; those that cannot be written, and why."""
    if not found:
        return [], None
    try:
        return _write_free(table, found, now)
    except sa.exc.DBAPIError as error:
        if error.connection_invalidated:
            raise
        if len(found) == 1:
            return list(found), error
    half = len(found) // 2
    first, why = _write(table, found[:half], now)
    second, why_too = _write(table, found[half:], now)
    return first + second, why or why_too


def _write_free(
    table: LiveTable, found: Sequence[sa.Row[Any]], now: float
) -> tuple[list[sa.Row[Any]], Exception | None]:
    """Write kept results in one transaction, but for rows that somebody holds."""
    by_month: defaultdict[str | None, list[sa.Row[Any]]] = defaultdict(list)
    for link in found:
        by_month[link.month].append(link)
    locked: list[sa.Row[Any]] = []
    with table.engine.begin() as connection:
        for month, links in by_month.items():
            place = table.live if month is None else table.as_table(table.log_name(month))
            held = _held_by_others(connection, table, place, [link.row_id for link in links])
            free = [link for link in links if link.row_id not in held]
            locked += [link for link in links if link.row_id in held]
            results = [(link.row_id, _finding(link)) for link in free]
            table.write_results(connection, place, results, now)
            _change(connection, table.links, free, {"state": schema.FINISHED, "since": int(now)})
    return locked, TimeoutError("somebody else holds rows") if locked else None


def _held_by_others(
    connection: sa.Connection, table: LiveTable, place: sa.TableClause, texts: Sequence[str]
) -> set[str]:
    """Ids of those rows that somebody else has locked, as links have them; asked without waiting."""
    key = table.column(Field.ID, place)
    chosen = sa.select(key).where(table.one_of(key, table.row_ids(texts)))
    there = {str(id) for id in connection.execute(chosen).scalars()}
    unheld = lock_rows(chosen, connection.dialect, skip=True)
    free = {str(id) for id in connection.execute(unheld).scalars()}
    return there - free


def _finding(link: sa.Row[Any]) -> Finding:
    return Finding(link.group_id, link.message_id, link.code, link.sent_at, link.telecom or "")


def _change(connection: sa.Connection, links: sa.Table, rows: Sequence[sa.Row[Any]], values: Mapping[str, Any]) -> None:
    for chosen in by_group(links, [(row.group_id, row.message_id) for row in rows], connection.dialect):
        connection.execute(sa.update(links).where(chosen).values(**values))
