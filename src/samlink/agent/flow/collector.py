"""Results come back: from the link into the rows."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

import sqlalchemy as sa

from samlink.agent.flow.feeder import Tools
from samlink.agent.tables.live import Finding, LiveTable
from samlink.agent.tables.unwritten_results import Kept, settle_or_keep
from samlink.agent.watch import events
from samlink.client import Receiver, Result
from samlink.vocabulary.results import ResultCode

RESULTS_AT_ONCE: Final = 1000
SHOWN: Final = 3
"""Keys of results in one line of the log."""


class Collector:
    """Writes results into the rows of all tables."""

    def __init__(self, tables: Mapping[str, LiveTable], links: sa.Table, tools: Tools) -> None:
        self._tables = tables
        self._links = links
        self._judge = tools.judge
        self._retrier = tools.retrier
        self._events = tools.events
        self._kept = tools.kept
        self._clock = tools.clock

    async def run(self, receiver: Receiver) -> None:
        """Take results for ever."""
        while True:
            await self._retrier.until_it_works("take results", partial(self._take, receiver))
            await self._retrier.wait()

    async def take_last(self, results: Sequence[Result]) -> None:
        """Take what was read when the agent was told to stop: a vendor may not deliver it again."""
        await self._retrier.end()  # some of it may be on its way into the rows
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
            self._judge.give_back(failed)
            return settle_or_keep(self._tables, self._links, findings, self._clock())

        if (done := await self._retrier.in_database("write results", work)) is None:
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
