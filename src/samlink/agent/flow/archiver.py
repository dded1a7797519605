"""Rows that have a result, or whose result does not come, move to the log of their month."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

import sqlalchemy as sa

from samlink.agent.driver_errors import is_refusal, reason_of, without_receivers
from samlink.agent.flow.context import SHOWN, AgentContext
from samlink.agent.flow.lookout import Lookout
from samlink.agent.tables.backlog import Pending
from samlink.agent.tables.bisect import RefusedRows
from samlink.agent.tables.claim.links import overdue_unknown
from samlink.agent.tables.schema.ids import id_text
from samlink.agent.tables.settle.archive import Archive, Waits
from samlink.agent.tables.settle.unwritten_results import Kept, write_kept
from samlink.agent.watch import events

MOVED_AT_ONCE: Final = 1000
"""Rows of one move: as many as every database takes in one list of ids."""
HOUSEKEEPING_SECONDS: Final = 60.0
"""How often old keys are deleted."""
FORGOTTEN_PIECES: Final = 20
"""So many pieces each time, at most: moving rows does not wait for a backlog."""


class Archiver:
    """Moves rows of one table that have a result, or whose result does not come, and writes kept results. Each table
    has its own archiver, so that none waits for another whose rows refuse."""

    def __init__(self, lookout: Lookout, context: AgentContext) -> None:
        self._table = table = lookout.table
        self._lookout = lookout
        tell = context.events.tell
        lease_seconds = context.settings.work.lease_seconds
        self._archive = Archive(table, lambda view, why: tell(events.ViewNotMade(view, why)), lease_seconds)
        self._refused = RefusedRows(context.settings.work.retry_seconds)
        self._forget_at = 0.0
        self._undecided = 0
        self._source = table.source
        self._services = table.mapping.services
        self._context = context

    async def run(self) -> None:
        """Move rows until told to stop."""
        retrier, found = self._context.retrier, Pending()
        while not retrier.is_over:
            # Another agent may have kept them, and died.
            if found.kept:
                await retrier.in_database(f"write results of {self._source}", self._write_kept)
            await retrier.in_database(f"move rows of {self._source}", self._move)
            found = await self._lookout.tidying(HOUSEKEEPING_SECONDS)

    def _write_kept(self) -> None:
        work = self._context.settings.work
        written = limit = work.rows
        refused = Kept()
        while written == limit and not refused.rows:
            written, refused = write_kept(self._table, self._context.clock(), limit, work.retry_seconds)
        self._context.unwritten.note(refused)
        if written and not refused.rows:
            self._context.unwritten.written(self._source)

    def _move(self) -> None:
        tell, now, waits = self._context.events.tell, self._context.clock(), self._context.settings.waits
        if self._refused.try_again(now, partial(self._move_these, now)):
            tell(events.GoingOn(f"move all rows of {self._source}"))
        limit = moved = MOVED_AT_ONCE
        while moved == limit:
            moved = self._move_free(now, limit)
            tell(events.RowsMoved(self._source, moved))
        if late := self._archive.move_unanswered(now, limit, waits):
            tell(events.ResultsLate(self._source, late, waits.result_hours(self._services)))
        if now >= self._forget_at:
            self._forget_at = now + HOUSEKEEPING_SECONDS
            self._tell_undecided(now, waits)
            _in_pieces(lambda: self._context.judge.forget(now))
            _in_pieces(lambda: self._archive.forget(now, waits))

    def _tell_undecided(self, now: float, waits: Waits) -> None:
        """Tell of rows whose outcome is unknown and whose result does not come: they never move, a person decides."""
        hours = waits.result_hours(self._services)
        table = self._table
        rows, ids = overdue_unknown(table.engine, table.links, self._source, now=now, hours=hours, shown=SHOWN)
        if rows != self._undecided:
            self._undecided = rows
            shown = tuple(map(without_receivers, ids))
            self._context.events.tell(events.RowsUndecided(self._source, rows, shown, hours))

    def _move_free(self, now: float, limit: int) -> int:
        """Move rows except those that the database refuses to move; how many."""
        left_out = self._refused.ids
        try:
            return self._archive.move(now, limit, left_out)
        except sa.exc.DBAPIError as error:
            if not is_refusal(error):
                raise
            finished = partial(self._archive.finished_ids, limit, left_out)
            ids, why = self._refused.find(finished, partial(self._move_these, now), left_out)
            if not ids:
                raise
            shown = tuple(without_receivers(id_text(id)) for id in ids[:SHOWN])
            self._context.events.tell(events.RowsStaying(self._source, len(ids), shown, reason_of(why or error)))
        return self._archive.move(now, limit, self._refused.ids)

    def _move_these(self, now: float, ids: Sequence[Any]) -> Sequence[Any]:
        moved, held = self._archive.move_these(now, ids)
        self._context.events.tell(events.RowsMoved(self._source, moved))
        return held


def _in_pieces(forget: Callable[[], bool]) -> None:
    """Delete piece by piece while there are more, up to a limit."""
    for _ in range(FORGOTTEN_PIECES):
        if not forget():
            return
