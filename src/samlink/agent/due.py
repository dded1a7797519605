"""Which rows are to be sent now: the queries of a claim, one for each part of the queue. Blocks; call it in a thread.

    urgent      a priority above 0: the highest first
    reserved    its time has come: the earliest first, and half of a claim at most, so that the rest goes on meanwhile
    the rest    no reserve time, in the order of ids

Each part is one range of an index of our own tables, so that a claim reads about as many rows as it takes, however many
wait behind them or for their time. Rows that others hold are passed over.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

import sqlalchemy as sa

from samlink.agent.engine import lock_rows, locks_while_limited
from samlink.agent.mapping import Field, TableMapping


class Queue(Protocol):
    """What is asked of a live table."""

    mapping: TableMapping
    columns: Mapping[Field, str]

    def column(self, field: Field) -> sa.ColumnClause[Any]:
        """The column of a field."""

    def time(self, moment: datetime, field: Field) -> datetime | str:
        """A time as the driver takes it for a column."""

    def select_rows(self) -> sa.Select[Any]:
        """Everything that is read of a row."""


Part = tuple[sa.ColumnElement[bool], Sequence[sa.ColumnElement[Any]], int]
"""Which rows, in which order, and how many at most."""


def lock_due(
    connection: sa.Connection, queue: Queue, now: datetime, limit: int, *, urgent_only: bool = False
) -> list[sa.RowMapping]:
    """Lock at most `limit` rows that are to be sent, and read them. `now`: Korean time without a zone."""
    found: dict[Any, sa.RowMapping] = {}
    key = queue.columns[Field.ID]
    for chosen, order, most in _parts(queue, now, limit, urgent_only=urgent_only):
        if (room := min(most, limit - len(found))) > 0:
            found |= {row[key]: row for row in _locked(connection, queue, chosen, order, room)}
    return list(found.values())


def _parts(queue: Queue, now: datetime, limit: int, *, urgent_only: bool) -> Iterator[Part]:
    waiting = queue.column(Field.STATE) == queue.mapping.waiting
    key = queue.column(Field.ID)
    reserved, at_once = waiting, waiting
    come: sa.ColumnElement[bool] = sa.true()
    order: list[sa.ColumnElement[Any]] = [key]
    if has_times := Field.RESERVE_AT in queue.columns:
        reserve_at = queue.column(Field.RESERVE_AT)
        its_time = reserve_at <= queue.time(now, Field.RESERVE_AT)
        reserved, at_once = sa.and_(waiting, its_time), sa.and_(waiting, reserve_at.is_(None))
        come = sa.or_(reserve_at.is_(None), its_time)
        order = [reserve_at, key]
    if Field.PRIORITY in queue.columns:
        priority = queue.column(Field.PRIORITY)
        yield sa.and_(waiting, priority > 0, come), [priority.desc(), key], limit
    if urgent_only:
        return
    if has_times:
        yield reserved, order, max(1, limit // 2)
    yield at_once, [key], limit


def _locked(
    connection: sa.Connection,
    queue: Queue,
    chosen: sa.ColumnElement[bool],
    order: Sequence[sa.ColumnElement[Any]],
    limit: int,
) -> Sequence[sa.RowMapping]:
    rows = queue.select_rows().where(chosen)
    if locks_while_limited(connection.dialect):
        limited = lock_rows(rows.order_by(*order).limit(limit), connection.dialect)
        return connection.execute(limited).mappings().all()
    key = queue.column(Field.ID)
    ids = connection.execute(sa.select(key).where(chosen).order_by(*order).limit(limit)).scalars().all()
    # Who took one of them in between has changed its state, so that it is not chosen any more.
    return connection.execute(lock_rows(rows.where(key.in_(ids)), connection.dialect)).mappings().all() if ids else ()
