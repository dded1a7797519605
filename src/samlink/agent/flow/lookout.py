"""One look for each table: its tasks ask the database only when there is work for them."""

import asyncio
import contextlib

from samlink.agent.flow.context import AgentContext
from samlink.agent.tables.backlog import Pending, pending
from samlink.agent.tables.live import LiveTable
from samlink.agent.watch import events


class Lookout:
    """Looks for the work of one table once in `poll_seconds`, and wakes the task that does it."""

    def __init__(self, table: LiveTable, context: AgentContext) -> None:
        self.table = table
        self._context = context
        self._due, self._urgent, self._tidying = (asyncio.Event() for _ in range(3))
        self._found = Pending()

    async def run(self) -> None:
        """Look until told to stop; then nobody waits any more."""
        retrier, source = self._context.retrier, self.table.source
        while not retrier.is_over:
            found = await retrier.in_database(f"look for work of {source}", self._look)
            if found is not None:
                self._hear(found)
                await retrier.wait(self._context.settings.work.poll_seconds)
        self._hear(Pending())

    async def due(self, *, urgent: bool) -> None:
        """Wait until rows are due, or until told to stop. `urgent`: until urgent ones are."""
        await self._wait(self._urgent if urgent else self._due)

    async def tidying(self, seconds: float) -> Pending:
        """Wait until there are results to write or rows to move, but not longer than this; the last look."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wait(self._tidying)
        return self._found

    # -- inside

    def _look(self) -> Pending:
        now, context = self._context.clock(), self._context
        return pending(self.table, now, context.settings.waits.late_since(now, self.table.mapping))

    def _hear(self, found: Pending) -> None:
        self._found = found
        if not found.due:
            self._context.events.tell(events.RowsClaimed(self.table.source, 0))
        tidying = found.finished or found.kept or found.late
        for signal, is_set in ((self._due, found.due), (self._urgent, found.urgent), (self._tidying, tidying)):
            if is_set:
                signal.set()

    async def _wait(self, signal: asyncio.Event) -> None:
        await signal.wait()
        if not self._context.retrier.is_over:
            signal.clear()
