"""Results that cannot be written into their rows: kept beside the rows' keys until the rows accept them. Blocks.

A page of results is written in one transaction. One row that refuses its result (a constraint, a lock, a missing column
or table) would stop all of them, and every result that comes later. So a page that fails is stored beside the keys
instead. It then counts as taken, nothing is lost, and the gateway gets its acknowledgement. Each table's archiver
writes the kept results, by halves down to the rows that refuse, and tries those again.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from samlink.agent.tables.bisect import bisect
from samlink.agent.tables.claim.links import (
    FINISHED,
    KEPT,
    change_links,
    keep,
    key_of,
    links_of,
    moving,
    with_keys,
    without_lease,
)
from samlink.agent.tables.engine import despite_deadlocks, lock_rows
from samlink.agent.tables.live import LiveTable
from samlink.agent.tables.rows import Claimed, RowResult
from samlink.agent.tables.schema.ids import id_text
from samlink.agent.tables.schema.mapping import Field
from samlink.agent.tables.settle.results import settle


class Kept(msgspec.Struct, frozen=True):
    """Results that could not be written yet."""

    rows: Mapping[str, int] = {}
    """How many, by table."""
    why: Exception | None = None


def settle_or_keep(
    tables: Mapping[str, LiveTable], links: sa.Table, results: Sequence[RowResult], now: float
) -> tuple[list[RowResult], Kept]:
    """Write results into their rows, or keep them. Commits. Returns the results of no row, and what was kept.

    Raises:
        SQLAlchemyError: the database can do neither; nothing is done.
    """
    try:
        return despite_deadlocks(lambda: settle(tables, links, results, now)), Kept()
    except sa.exc.DBAPIError as error:
        if error.connection_invalidated or not tables:
            raise
        engine = next(iter(tables.values())).engine
        with engine.begin() as connection:
            kept, unknown = _keep(connection, links, results, tables)
        return unknown, Kept(kept, error)


def refuse_or_keep(table: LiveTable, rows: Sequence[tuple[Claimed, int]], now: float) -> Kept:
    """`LiveTable.refuse`, or keep the codes. Commits. `rows`: claimed rows, and the agent's codes.

    Raises:
        SQLAlchemyError: the database can do neither; nothing is done.
    """
    try:
        despite_deadlocks(lambda: table.refuse(rows, now))
    except sa.exc.DBAPIError as error:
        if error.connection_invalidated:
            raise
        with table.engine.begin() as connection:
            held = set(table.held(connection, [row for row, _ in rows]))
            ours = [RowResult(*row.key, code) for row, code in rows if row.key in held]
            kept, _ = _keep(connection, table.links, ours, [table.source])
        return Kept(kept, error)
    return Kept()


def write_kept(table: LiveTable, now: float, limit: int, retry_seconds: float) -> tuple[int, Kept]:
    """Write at most `limit` kept results into their rows. Commits. Returns how many, and the results that rows still
    refuse, which are not retried for `retry_seconds`.

    Raises:
        SQLAlchemyError: the connection broke; the rest is kept.
    """
    links = table.links.c
    due = sa.select(table.links).where(links.source == table.source, links.state == KEPT, links.lease_until <= int(now))
    with table.engine.connect() as connection:
        found = connection.execute(due.order_by(links.lease_until).limit(limit)).all()
    tried = bisect(found, lambda some: _write(table, some, now), _is_about_rows)
    refused = tried.bad + tried.skipped
    if not refused:
        return len(found), Kept()
    with table.engine.begin() as connection:
        change_links(connection, table.links, map(key_of, refused), {"lease_until": int(now + retry_seconds)})
    why = tried.why or TimeoutError("another transaction holds the rows")
    return len(found) - len(refused), Kept({table.source: len(refused)}, why)


# -- inside


def _keep(
    connection: sa.Connection, links: sa.Table, results: Sequence[RowResult], sources: Iterable[str]
) -> tuple[dict[str, int], list[RowResult]]:
    """Store results beside their keys. Returns how many by table, and the results of no row."""
    unknown = {result.key: result for result in results}
    kept: defaultdict[str, int] = defaultdict(int)
    for link, result in links_of(connection, links, unknown, sources):
        if link.state not in {FINISHED, KEPT}:
            keep(connection, links, result)
            kept[link.source] += 1
    return dict(kept), list(unknown.values())


def _is_about_rows(error: Exception) -> bool:
    return isinstance(error, sa.exc.DBAPIError) and not error.connection_invalidated


def _write(table: LiveTable, found: Sequence[sa.Row[Any]], now: float) -> list[sa.Row[Any]]:
    """Write kept results in one transaction; returns those whose rows another transaction holds."""
    by_month: defaultdict[str | None, list[sa.Row[Any]]] = defaultdict(list)
    locked: list[sa.Row[Any]] = []
    with table.engine.begin() as connection:
        for link in _still_kept(connection, table, found):
            by_month[link.month].append(link)
        for month, links in by_month.items():
            place = table.live if month is None else table.as_table(table.log_name(month))
            texts = [link.row_id for link in links]
            held = _held_by_others(connection, table, place, texts)
            if month is None and not table.facts.locks_rows:
                held |= moving(connection, table.links, table.source, texts)
            free = [link for link in links if link.row_id not in held]
            locked += [link for link in links if link.row_id in held]
            table.write_results(connection, place, [(link.row_id, _result(link)) for link in free], now)
            change_links(connection, table.links, map(key_of, free), without_lease(FINISHED, now))
    return locked


def _still_kept(connection: sa.Connection, table: LiveTable, found: Sequence[sa.Row[Any]]) -> Iterator[sa.Row[Any]]:
    """The links as they are now, locked: a row that has moved meanwhile gets its result where it is."""
    kept = sa.select(table.links).where(table.links.c.state == KEPT)
    for chosen in with_keys(table.links, map(key_of, found), connection.dialect):
        yield from connection.execute(lock_rows(kept.where(chosen), connection.dialect, skip=False)).all()


def _held_by_others(
    connection: sa.Connection, table: LiveTable, place: sa.TableClause, texts: Sequence[str]
) -> set[str]:
    """Ids, as in links, of the rows that another transaction holds; asked without waiting."""
    key = table.column(Field.ID, place)
    chosen = sa.select(key).where(table.one_of(key, table.row_ids(texts)))
    there = {id_text(id) for id in connection.execute(chosen).scalars()}
    unheld = lock_rows(chosen, connection.dialect, skip=True)
    free = {id_text(id) for id in connection.execute(unheld).scalars()}
    return there - free


def _result(link: sa.Row[Any]) -> RowResult:
    return RowResult(link.group_id, link.message_id, link.code, link.sent_at, link.telecom or "")
