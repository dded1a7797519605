"""Results come back from the gateway and are written into their rows."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

import sqlalchemy as sa

from samlink.agent.flow.context import SHOWN, AgentContext
from samlink.agent.tables.live import LiveTable
from samlink.agent.tables.rows import RowResult
from samlink.agent.tables.settle.unwritten_results import Kept, settle_or_keep
from samlink.agent.watch import events
from samlink.client import Receiver, Result
from samlink.vocabulary.results import ResultCode

RESULTS_AT_ONCE: Final = 1000


class Collector:
    """Writes results into the rows of all tables."""

    def __init__(self, tables: Mapping[str, LiveTable], links: sa.Table, context: AgentContext) -> None:
        self._tables = tables
        self._links = links
        self._judge = context.judge
        self._retrier = context.retrier
        self._events = context.events
        self._unwritten = context.unwritten
        self._clock = context.clock

    async def run(self, receiver: Receiver) -> None:
        """Take results until cancelled."""
        while True:
            await self._retrier.until_it_works("take results", partial(self._take, receiver))
            await self._retrier.wait()

    async def take_last(self, results: Sequence[Result]) -> None:
        """Take the results that were read before the agent was told to stop: a vendor may not deliver them again."""
        await self._retrier.close()  # a thread may still be writing some
        if results:
            await self._settled(results)

    async def _take(self, receiver: Receiver) -> None:
        async for results in receiver.batches(RESULTS_AT_ONCE):
            # Asking for the next list acknowledges this one, so it is written first.
            if not await self._settled(results):
                return

    async def _settled(self, results: Sequence[Result]) -> bool:
        # A state (0, 1) is nothing that a row could hold; its result is still to come.
        final = [result for result in results if result.meaning.final]
        rows = [RowResult(r.group_id, r.message_id, r.code, r.sent_seconds, r.telecom) for r in final]
        self._events.tell(events.ResultsCame(len(rows)))
        failed = [row.key for row in rows if row.code != ResultCode.DELIVERED]

        def work() -> tuple[list[RowResult], Kept]:
            self._judge.give_back(failed)
            return settle_or_keep(self._tables, self._links, rows, self._clock())

        if (done := await self._retrier.in_database("write results", work)) is None:
            return False
        unknown, kept = done
        self._unwritten.note(kept)
        if unknown:
            keys = tuple("/".join(result.key) for result in unknown[:SHOWN])
            self._events.tell(events.ResultsOfNoRow(len(unknown), keys))
        codes = Counter(row.code for row in rows)
        codes.subtract(result.code for result in unknown)
        self._events.tell(events.ResultsWritten(dict(+codes)))
        return True
