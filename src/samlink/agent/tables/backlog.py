"""The work that waits for a table, found by one statement. Blocks; call it in a thread.

An agent that has nothing to do asks this once in `poll_seconds`, and nothing else. Each part ends at the first row of a
range of an index, however many rows wait or are finished.
"""

from collections.abc import Iterator
from typing import Any

import msgspec
import sqlalchemy as sa

from samlink.agent.database.sessions import looking
from samlink.agent.tables.claim import links
from samlink.agent.tables.claim.due import due_parts
from samlink.agent.tables.live import LiveTable
from samlink.agent.tables.schema.mapping import Field
from samlink.agent.tables.schema.moments import kst


class Pending(msgspec.Struct, frozen=True):
    """The kinds of work that there are."""

    due: bool = True
    """Rows to be sent: those that are due, and those whose lease has ended."""
    urgent: bool = True
    finished: bool = True
    """Rows with a result that have not moved."""
    kept: bool = True
    """Results to be written into their rows (`settle.unwritten_results`)."""
    late: bool = True
    """Rows whose result did not come in time."""


def pending(table: LiveTable, now: float, late_since: float | None) -> Pending:
    """The work of a table at `now` (UTC epoch seconds). `late_since`: rows that were sent before then are late; None:
    late rows are left alone."""
    parts = [(kind, rows.limit(1)) for kind, rows in _parts(table, now, late_since)]
    with looking(table.engine) as connection:
        statement = sa.select(*(rows.scalar_subquery().label(f"part{place}") for place, (_, rows) in enumerate(parts)))
        found = connection.execute(statement).one()
        has_odd_times = table.odd_times.look(connection, table, kst(now))
    there = {kind for (kind, _), one in zip(parts, found, strict=True) if one is not None}
    if has_odd_times:
        there.add("due")
    return Pending(**{kind: kind in there for kind in Pending.__struct_fields__})


def _parts(table: LiveTable, now: float, late_since: float | None) -> Iterator[tuple[str, sa.Select[Any]]]:
    one, c = sa.literal_column("1", sa.Integer), table.links.c
    for kind in ("due", "urgent"):
        parts = due_parts(table, table.engine.dialect, kst(now), 1, urgent=kind == "urgent")
        yield from ((kind, sa.select(one).where(chosen).order_by(*order)) for chosen, order, _ in parts)
    ours = sa.select(one).select_from(table.links).where(c.source == table.source)
    for state in links.FREE_LATER:
        yield "due", ours.where(c.state == state, c.lease_until < int(now))
    if table.mapping.log:
        by_state = table.column(Field.STATE)
        for chosen in table.result_ranges():
            yield "finished", sa.select(one).select_from(table.live).where(chosen).order_by(by_state)
    if not table.facts.locks_rows:
        yield "finished", ours.where(c.state == links.MOVING, c.lease_until < int(now))
    yield "kept", ours.where(c.state == links.KEPT, c.lease_until <= int(now))
    if late_since is not None:
        yield "late", ours.where(links.is_late(table.links, late_since))
