"""Rows that the driver cannot read get 79, so that they stop no others. Blocks.

A claim reads its rows in one statement. One value that the driver cannot convert (a time in the year 20000, bytes that
are not text) fails all of it, again and again; so after such a failure the bad rows are found by halves.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from samlink.agent.driver_errors import is_about_a_value
from samlink.agent.tables.bisect import bisect
from samlink.agent.tables.claim.links import FREE_LATER, UNKNOWN
from samlink.agent.tables.live import LiveTable
from samlink.agent.tables.schema.ids import id_text
from samlink.agent.tables.schema.mapping import Field
from samlink.vocabulary.results import ResultCode


def set_aside(table: LiveTable, limit: int, now: float) -> list[str]:
    """Give 79 to the unreadable rows of the first page of `limit` waiting rows that has some; their ids. `now`: UTC
    epoch seconds.

    Rows that are claimed already and have become unreadable wait for their results, since they may have been sent.
    """
    state, key = table.column(Field.STATE), table.column(Field.ID)
    last: Any = None
    while True:
        page = sa.select(key).where(state == table.mapping.waiting).order_by(key).limit(limit)
        with table.engine.connect() as connection:
            ids = connection.execute(page if last is None else page.where(key > last)).scalars().all()
        if not ids:
            return _leave_claimed(table)
        if unreadable := _unreadable(table, ids):
            values = table.result_values(ResultCode.AGENT_OTHER, None, "", now)
            with table.engine.begin() as connection:
                chosen = sa.update(table.live).where(table.one_of(key, unreadable), state == table.mapping.waiting)
                connection.execute(chosen.values(values))
            return [id_text(id) for id in unreadable]
        last = ids[-1]


def _leave_claimed(table: LiveTable) -> list[str]:
    links = table.links.c
    claimed = sa.and_(links.source == table.source, links.state.in_(FREE_LATER))
    with table.engine.connect() as connection:
        texts = connection.execute(sa.select(links.row_id).where(claimed)).scalars().all()
    unreadable = [id_text(id) for id in _unreadable(table, table.row_ids(texts))]
    if unreadable:
        chosen = sa.update(table.links).where(claimed, links.row_id.in_(unreadable))
        with table.engine.begin() as connection:
            connection.execute(chosen.values(state=UNKNOWN, lease_until=0))
    return unreadable


def _unreadable(table: LiveTable, ids: Sequence[Any]) -> list[Any]:
    """The ids of rows that the driver cannot read."""

    def read(some: Sequence[Any]) -> tuple[()]:
        with table.engine.connect() as connection:
            table.read(connection, [id_text(id) for id in some])
        return ()

    return bisect(ids, read, is_about_a_value).bad
