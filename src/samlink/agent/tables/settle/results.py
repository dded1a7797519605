"""Results are written into their rows. Blocks; call it in a thread."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from samlink.agent.tables.claim import links
from samlink.agent.tables.live import LiveTable
from samlink.agent.tables.rows import Key, RowResult


def settle(
    tables: Mapping[str, LiveTable], table: sa.Table, results: Sequence[RowResult], now: float
) -> list[RowResult]:
    """Write results into their rows, in the live tables or in the logs to which they moved. Commits.

    Returns the results whose keys are not known here. `tables` by source, all in the database of the links `table`.
    """
    unknown = {result.key: result for result in results}
    if not unknown:
        return []
    places: defaultdict[tuple[str, str | None], dict[str, RowResult]] = defaultdict(dict)
    engine = next(iter(tables.values())).engine
    with engine.begin() as connection:
        for link, result in links.links_of(connection, table, unknown, tables):
            if link.state != links.FINISHED:
                places[link.source, link.month][link.row_id] = result
        later = {key for source, live in tables.items() for key in _keep_moving(connection, live, places[source, None])}
        finished = sa.update(table).where(table.c.state != links.FINISHED, table.c.source.in_(sorted(tables)))
        for chosen in links.with_keys(table, {result.key for result in results} - later, connection.dialect):
            connection.execute(finished.where(chosen).values(links.without_lease(links.FINISHED, now)))
        for (source, month), found in sorted(places.items(), key=lambda item: (item[0][0], item[0][1] or "")):
            live = tables[source]
            place = live.live if month is None else live.as_table(live.log_name(month))
            live.write_results(connection, place, [*found.items()], now)
    return list(unknown.values())


def _keep_moving(connection: sa.Connection, table: LiveTable, found: dict[str, RowResult]) -> list[Key]:
    """Keep the results of rows that an agent is moving without a transaction, and take them out of `found`."""
    if table.facts.locks_rows or not found:
        return []
    kept = [found.pop(text) for text in links.moving(connection, table.links, table.source, list(found))]
    for result in kept:
        links.keep(connection, table.links, result)
    return [result.key for result in kept]
