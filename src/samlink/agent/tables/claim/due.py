"""The rows that are due: the queries of a claim, one for each part of the queue. Blocks; call it in a thread.

    urgent      a priority above 0: the highest first; claimed by a feeder of its own
    reserved    its time has come: the earliest first, and at most half of a claim, so that the rest is not held up;
                those whose time stands in an odd form (`odd_times`) apart
    the rest    no reserve time, in the order of ids

Each part is one range of an index of our own tables, so a claim reads about as many rows as it claims, however many
wait. Rows that others hold are skipped.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Protocol

import sqlalchemy as sa

from samlink.agent.tables.claim.odd_times import OddTimes, is_early
from samlink.agent.tables.engine import lock_some
from samlink.agent.tables.schema.mapping import Field, TableMapping
from samlink.agent.tables.schema.moments import TimeForm

_ORDERED_BY_NULLS: Final = frozenset({"postgresql"})
"""Rows with NULL for a time are in the order of their ids in an index of both. PostgreSQL uses that only if the query
orders by both; MariaDB then sorts all of them."""


class Queue(Protocol):
    """The part of a live table that a claim needs."""

    mapping: TableMapping
    live: sa.TableClause
    columns: Mapping[Field, str]
    times: Mapping[Field, TimeForm]
    odd_times: OddTimes

    def column(self, field: Field) -> sa.ColumnClause[Any]:
        """The column of a field."""

    def one_of(self, key: sa.ColumnElement[Any], ids: Sequence[Any]) -> sa.ColumnElement[bool]:
        """The condition that the id is one of `ids`."""

    def select_rows(self) -> sa.Select[Any]:
        """A query of all columns that are read."""


Part = tuple[sa.ColumnElement[bool], Sequence[sa.ColumnElement[Any]], int]
"""Which rows, in which order, and how many at most."""


def lock_due(
    connection: sa.Connection,
    queue: Queue,
    now: datetime,
    limit: int,
    *,
    urgent: bool = False,
    without: Sequence[Any] = (),
    lock: bool = True,
) -> list[sa.RowMapping]:
    """Lock and read at most `limit` rows that are due. `now`: KST without a zone. `urgent`: urgent rows only; else all
    rows alike. `without`: ids to leave out. `lock=False`: only read them."""
    found: dict[Any, sa.RowMapping] = {}
    key = queue.column(Field.ID)
    wanted = [sa.not_(queue.one_of(key, without))] if without else []
    parts = [*due_parts(queue, connection.dialect, now, limit, urgent=urgent)]
    if not urgent and (odd := queue.odd_times.take(max(1, limit // 2))):
        parts.insert(0, (sa.and_(_waiting(queue), queue.one_of(key, odd)), [key], len(odd)))
    for chosen, order, most in parts:
        if (room := min(most, limit - len(found))) > 0:
            rows = lock_some(connection, queue.select_rows().where(chosen, *wanted), key, order, room, lock=lock)
            come = (row._mapping for row in rows if not is_early(queue, row._mapping, now))
            found |= {row[key.name]: row for row in come}
    return list(found.values())


def _waiting(queue: Queue) -> sa.ColumnElement[bool]:
    return queue.column(Field.STATE) == queue.mapping.waiting


def due_parts(queue: Queue, dialect: sa.Dialect, now: datetime, limit: int, *, urgent: bool) -> Iterator[Part]:
    """The parts of the queue, of which a claim takes at most `limit` rows in all; as `lock_due`."""
    by_nulls = dialect.name in _ORDERED_BY_NULLS
    waiting = _waiting(queue)
    key = queue.column(Field.ID)
    if Field.RESERVE_AT not in queue.columns:
        come: sa.ColumnElement[bool] = sa.true()
        rest: list[Part] = [(waiting, [key], limit)]
    else:
        reserve_at = queue.column(Field.RESERVE_AT)
        form = queue.times[Field.RESERVE_AT]
        its_time = sa.and_(reserve_at <= form.write(now), form.compares(reserve_at))
        come = sa.or_(reserve_at.is_(None), its_time)
        order = [reserve_at, key]
        rest = [
            (sa.and_(waiting, its_time), order, max(1, limit // 2)),
            (sa.and_(waiting, reserve_at.is_(None)), order if by_nulls else [key], limit),
        ]
    if not urgent:
        yield from rest
    elif Field.PRIORITY in queue.columns:
        priority = queue.column(Field.PRIORITY)
        # Not a parameter: PostgreSQL has to see that the index of urgent rows has all of them.
        yield sa.and_(waiting, priority > sa.literal_column("0"), come), [priority.desc(), key], limit
