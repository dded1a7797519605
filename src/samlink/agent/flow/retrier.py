"""How the agent's tasks wait: for the database, in a thread; for whatever fails, until it works; and until they are
told to stop."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import sqlalchemy as sa

from samlink.agent.driver_errors import reason_of
from samlink.agent.errors import AgentError
from samlink.agent.tables.engine import despite_deadlocks
from samlink.agent.watch import events
from samlink.client import ClientError
from samlink.watch.events import Events
from samlink.watch.monitor import MonitorError

T = TypeVar("T")


class Retrier:
    """Retries the failed work of all tasks of one agent."""

    def __init__(self, tell: Events, stop: asyncio.Event, retry_seconds: float) -> None:
        """`retry_seconds`: the wait after a failure."""
        self._events = tell
        self._stop = stop
        self._retry_seconds = retry_seconds
        self._in_database: set[asyncio.Future[Any]] = set()

    @property
    def is_over(self) -> bool:
        """Whether the agent was told to stop."""
        return self._stop.is_set()

    async def until_it_works(self, doing: str, work: Callable[[], Awaitable[T]]) -> T | None:
        """The result of `work`, which is retried while it fails for a reason outside; None if told to stop."""
        told = False
        while True:
            try:
                done = await work()
            except (sa.exc.SQLAlchemyError, AgentError, ClientError, MonitorError) as error:
                if not told:
                    self._events.tell(events.Waiting(_part_of(error), doing, reason_of(error)))
                told = True
            else:
                if told:
                    self._events.tell(events.GoingOn(doing))
                return done
            if self._stop.is_set():
                return None
            await self.wait()

    async def in_database(self, doing: str, work: Callable[[], T]) -> T | None:
        """`until_it_works` for work that blocks on the database and may be repeated."""
        return await self.until_it_works(doing, lambda: self.blocking(lambda: despite_deadlocks(work)))

    async def blocking(self, work: Callable[[], T]) -> T:
        """Run blocking work in a thread. If its task is cancelled the thread goes on, and `close` waits for it."""
        running: asyncio.Future[T] = asyncio.ensure_future(asyncio.to_thread(work))
        self._in_database.add(running)
        running.add_done_callback(self._in_database.discard)
        return await asyncio.shield(running)

    async def wait(self, seconds: float | None = None) -> None:
        """Wait this long (None: as after a failure), or until told to stop."""
        try:
            async with asyncio.timeout(self._retry_seconds if seconds is None else seconds):
                await self._stop.wait()
        except TimeoutError:
            return

    async def close(self) -> None:
        """Wait until no thread is in the database any more."""
        if self._in_database:
            await asyncio.wait(self._in_database)


def _part_of(error: Exception) -> events.Part:
    if isinstance(error, MonitorError):
        return "monitor"
    return "gateway" if isinstance(error, ClientError) else "database"
