"""Rows that the driver cannot read at all: found by halves and set aside, so that they do not stop the others. Blocks.

A claim reads its rows in one statement. One value that the driver cannot make anything of (a time in the year 20000,
bytes that are no text) fails the whole of it, again and again. So, when a claim fails for a value, the rows are read
here: half by half, down to the one that fails.
"""

from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa

from samlink.agent.tables import schema
from samlink.agent.tables.live import LiveTable
from samlink.agent.tables.mapping import Field
from samlink.vocabulary.results import ResultCode

READING: Final = (ValueError, OverflowError, sa.exc.DBAPIError)
"""What a driver raises about a value, among other things: see `is_about_a_value`."""


def is_about_a_value(error: Exception) -> bool:
    """Whether a statement failed because of what a row holds, and not because of the database."""
    if isinstance(error, sa.exc.DBAPIError):
        # SQLite calls it an operational error; its text is the only sign.
        return isinstance(error, sa.exc.DataError) or "decode" in str(error.orig)
    return isinstance(error, ValueError | OverflowError)


def set_aside(table: LiveTable, limit: int, now: float) -> list[str]:
    """Give 79 to the rows that cannot be read, of the first `limit` waiting rows that have one among them; their ids.
    `now`: UTC epoch seconds.

    Rows that are claimed already, and cannot be read any more, are left to their results, for they may have been sent.
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
                chosen = sa.update(table.live).where(key.in_(unreadable), state == table.mapping.waiting)
                connection.execute(chosen.values(values))
            return [str(id) for id in unreadable]
        last = ids[-1]


def _leave_claimed(table: LiveTable) -> list[str]:
    links = table.links.c
    claimed = sa.select(links.row_id).where(links.source == table.source, links.state.in_(schema.FREE_LATER))
    with table.engine.connect() as connection:
        texts = connection.execute(claimed).scalars().all()
    unreadable = [str(id) for id in _unreadable(table, table.row_ids(texts))]
    if unreadable:
        chosen = sa.update(table.links).where(
            links.source == table.source, links.state.in_(schema.FREE_LATER), links.row_id.in_(unreadable)
        )
        with table.engine.begin() as connection:
            connection.execute(chosen.values(state=schema.UNKNOWN, lease_until=0))
    return unreadable


def _unreadable(table: LiveTable, ids: Sequence[Any]) -> list[Any]:
    """Those of `ids` whose rows the driver cannot read."""
    if not ids:
        return []
    try:
        with table.engine.connect() as connection:
            table.read(connection, [str(id) for id in ids])
    except READING as error:
        if not is_about_a_value(error):
            raise
        if len(ids) == 1:
            return list(ids)
        half = len(ids) // 2
        return _unreadable(table, ids[:half]) + _unreadable(table, ids[half:])
    return []
