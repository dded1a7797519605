"""Rows whose reserve time the database compares wrong, since it stands in another form than its column's. Blocks.

A text is compared with a text: `2026-11-28T09:00` in a column of `2026-11-28 09:00:00` would be held until midnight,
and `...Z` be sent nine hours early. A claim takes only values that are compared right (`TimeForm.compares`). The look
for work reads the others by pages of the table, in the order of ids: a table of up to a page whole, a longer one by a
page a look.
"""

import contextlib
from collections import deque
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Protocol

import sqlalchemy as sa

from samlink.agent.tables.schema.mapping import Field, TableMapping
from samlink.agent.tables.schema.moments import TimeForm

PAGE: Final = 1000


class TimedTable(Protocol):
    """The part of a live table that is needed."""

    mapping: TableMapping
    times: Mapping[Field, TimeForm]
    live: sa.TableClause

    def column(self, field: Field) -> sa.ColumnClause[Any]:
        """The column of a field."""


class OddTimes:
    """One agent's way through a table, and what it found there."""

    def __init__(self) -> None:
        self._after: Any = None
        self._due: deque[Any] = deque(maxlen=10 * PAGE)

    def look(self, connection: sa.Connection, table: TimedTable, now: datetime) -> bool:
        """Read a page; whether there are rows whose time has come, or cannot be read, though the database would not say
        so. `now`: KST without a zone."""
        form = table.times.get(Field.RESERVE_AT)
        if form is None or form.is_native:
            return False
        key, state, reserve_at = (table.column(field) for field in (Field.ID, Field.STATE, Field.RESERVE_AT))
        # The database compares the state, as its collation does.
        is_waiting = sa.case((state == table.mapping.waiting, 1), else_=0)
        page = sa.select(key, is_waiting, reserve_at).order_by(key).limit(PAGE)
        rows = connection.execute(page if self._after is None else page.where(key > self._after)).all()
        self._after = rows[-1][0] if len(rows) == PAGE else None
        known = {*self._due}
        found = [(id, at) for id, waits, at in rows if waits and id not in known]
        self._due += [id for id, at in found if _is_odd_and_due(form, at, now)]
        return bool(self._due)

    def take(self, limit: int) -> list[Any]:
        """At most `limit` ids that were found and not taken yet. Those whose claim fails are found again."""
        taken: list[Any] = []
        with contextlib.suppress(IndexError):
            while len(taken) < limit:
                taken.append(self._due.popleft())
        return taken


def is_early(table: TimedTable, row: Mapping[Any, Any], now: datetime) -> bool:
    """Whether a row that the database takes for due has its time before it."""
    form = table.times.get(Field.RESERVE_AT)
    if form is None or form.is_native:
        return False
    return _has_come(form, row[table.column(Field.RESERVE_AT).name], now) is False


def _is_odd_and_due(form: TimeForm, value: Any, now: datetime) -> bool:
    come = _has_come(form, value, now)
    return come is None or (come and not form.is_own(value))


def _has_come(form: TimeForm, value: Any, now: datetime) -> bool | None:
    """Whether a time has come; None if it cannot be read, for which the row gets 79."""
    try:
        at = form.read(value)
    except (ValueError, OverflowError):
        return None
    return at is None or at.replace(tzinfo=None) <= now
