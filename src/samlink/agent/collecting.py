"""Results come back: from the link into the rows, and the rows that have one into the month's log."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

import sqlalchemy as sa

from samlink.agent import events
from samlink.agent.deciding import undecided
from samlink.agent.feeding import Tools
from samlink.agent.keeping import Kept, settle_or_keep, write_kept
from samlink.agent.moving import Mover, Waits
from samlink.agent.reasons import reason_of, without_receivers
from samlink.agent.refusing import RefusedRows, is_a_refusal
from samlink.agent.tables import Finding, LiveTable
from samlink.client import Receiver, Result
from samlink.vocabulary.results import ResultCode

RESULTS_AT_ONCE: Final = 1000
MOVED_AT_ONCE: Final = 1000
"""Rows of one move: as many as every database takes in one list of ids."""
FORGET_SECONDS: Final = 60.0
"""How often keys are looked for that nobody needs any more."""
SHOWN: Final = 3
"""Keys of results, or ids of rows, in one line of the log."""


class Collector:
    """Writes results into the rows of all tables."""

    def __init__(self, tables: Mapping[str, LiveTable], links: sa.Table, tools: Tools) -> None:
        self._tables = tables
        self._links = links
        self._admission = tools.admission
        self._patience = tools.patience
        self._events = tools.events
        self._kept = tools.kept
        self._clock = tools.clock

    async def run(self, receiver: Receiver) -> None:
        """Take results for ever."""
        while True:
            await self._patience.until_it_works("take results", partial(self._take, receiver))
            await self._patience.wait()

    async def take_last(self, results: Sequence[Result]) -> None:
        """Take what was read when the agent was told to stop: a vendor may not deliver it again."""
        await self._patience.end()  # some of it may be on its way into the rows
        if results:
            await self._settled(results)

    async def _take(self, receiver: Receiver) -> None:
        async for results in receiver.batches(RESULTS_AT_ONCE):
            # Coming back for the next list acknowledges this one, so it is in the rows first.
            if not await self._settled(results):
                return

    async def _settled(self, results: Sequence[Result]) -> bool:
        # A state (0, 1) tells nothing that a row could hold: it waits for its result, which is to come.
        final = [result for result in results if result.meaning.final]
        findings = [Finding(r.group_id, r.message_id, r.code, r.sent_seconds, r.telecom) for r in final]
        self._events.tell(events.ResultsCame(len(findings)))
        failed = [(f.group_id, f.message_id) for f in findings if f.code != ResultCode.DELIVERED]

        def work() -> tuple[list[Finding], Kept]:
            self._admission.give_back(failed)
            return settle_or_keep(self._tables, self._links, findings, self._clock())

        if (done := await self._patience.in_database("write results", work)) is None:
            return False
        unknown, kept = done
        self._kept.say(kept)
        if unknown:
            keys = tuple(f"{finding.group_id}/{finding.message_id}" for finding in unknown[:SHOWN])
            self._events.tell(events.ResultsOfNoRow(len(unknown), keys))
        codes = Counter(finding.code for finding in findings)
        codes.subtract(finding.code for finding in unknown)
        self._events.tell(events.ResultsWritten(dict(+codes)))
        return True


class Keeper:
    """Moves rows of one table that have a result, or whose result does not come; writes results that were kept. Each
    table has its own, so that the others do not wait for one that refuses rows."""

    def __init__(self, table: LiveTable, tools: Tools) -> None:
        self._table = table
        self._mover = Mover(table)
        self._refused = RefusedRows(tools.settings.work.retry_seconds)
        self._forget_at = 0.0
        self._undecided = 0
        self._source = table.source
        self._services = table.mapping.services
        self._tools = tools

    async def run(self) -> None:
        """Move rows for ever."""
        patience = self._tools.patience
        work, kept = self._tools.settings.work, self._tools.kept
        look_at = 0.0
        while True:
            now = self._tools.clock()
            # Somebody else may have kept results and died.
            if kept.there(self._source) or now >= look_at:
                look_at = now + work.retry_seconds
                await patience.in_database(f"write results of {self._source}", self._write_kept)
            await patience.in_database(f"move rows of {self._source}", self._move)
            await patience.wait(work.poll_seconds)

    def _write_kept(self) -> None:
        work = self._tools.settings.work
        written = limit = work.rows
        refused = Kept()
        while written == limit and not refused.rows:
            written, refused = write_kept(self._table, self._tools.clock(), limit, work.retry_seconds)
        self._tools.kept.say(refused)
        if written and not refused.rows:
            self._tools.kept.gone(self._source)

    def _move(self) -> None:
        tell, now, waits = self._tools.events.tell, self._tools.clock(), self._tools.settings.waits
        if self._refused.try_again(now, partial(self._move_these, now)):
            tell(events.GoingOn(f"move all rows of {self._source}"))
        limit = moved = MOVED_AT_ONCE
        while moved == limit:
            moved = self._move_free(now, limit)
            tell(events.RowsMoved(self._source, moved))
        if late := self._mover.move_unanswered(now, limit, waits):
            tell(events.ResultsLate(self._source, late, waits.result_hours(self._services)))
        if now >= self._forget_at:
            self._forget_at = now + FORGET_SECONDS
            self._tell_undecided(now, waits)
            self._tools.admission.forget(now)
            self._mover.forget(now, waits)

    def _tell_undecided(self, now: float, waits: Waits) -> None:
        """Rows whose outcome is unknown and whose result does not come are never moved: a person decides about them."""
        hours = waits.result_hours(self._services)
        rows, ids = undecided(self._table, now, hours, SHOWN)
        if rows != self._undecided:
            self._undecided = rows
            shown = tuple(map(without_receivers, ids))
            self._tools.events.tell(events.RowsUndecided(self._source, rows, shown, hours))

    def _move_free(self, now: float, limit: int) -> int:
        """Move rows but for those that refuse it; how many."""
        left_out = self._refused.ids
        try:
            return self._mover.move(now, limit, left_out)
        except sa.exc.DBAPIError as error:
            if not is_a_refusal(error):
                raise
            finished = partial(self._mover.finished_ids, limit, left_out)
            ids, why = self._refused.find(finished, partial(self._move_these, now), left_out)
            if not ids:
                raise
            shown = tuple(without_receivers(str(id)) for id in ids[:SHOWN])
            self._tools.events.tell(events.RowsStaying(self._source, len(ids), shown, reason_of(why or error)))
        return self._mover.move(now, limit, self._refused.ids)

    def _move_these(self, now: float, ids: Sequence[Any]) -> Sequence[Any]:
        moved, held = self._mover.move_these(now, ids)
        self._tools.events.tell(events.RowsMoved(self._source, moved))
        return held
