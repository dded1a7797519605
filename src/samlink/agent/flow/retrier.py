"""How the agent's tasks wait: for the database, in a thread; for whatever fails, until it works; and until they are
told to stop."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

import sqlalchemy as sa

from samlink.agent.driver_errors import is_cut, is_outage, is_refused_login, reason_of
from samlink.agent.errors import AgentError
from samlink.agent.tables.engine import despite_deadlocks
from samlink.agent.watch import events
from samlink.client import ClientError
from samlink.watch.events import Events
from samlink.watch.monitor import MonitorError

T = TypeVar("T")


LONGEST_PAUSE: Final = 12
"""A login that was refused is tried again after so many times the usual wait at most: a policy may lock the account."""


class _Attempts:
    """One piece of work, and what has become of it so far."""

    def __init__(self) -> None:
        self.told = False
        self.cut = False
        """Whether it was repeated at once because its connection was cut."""
        self.asks = False
        """Whether it is the one that asks for a database that is away."""
        self.refused = 0
        """Logins in a row that were refused."""

    @property
    def pause(self) -> int:
        """How many times the usual wait it waits."""
        return min(1 << max(0, self.refused - 1), LONGEST_PAUSE)


class Retrier:
    """Retries the failed work of all tasks of one agent."""

    def __init__(self, tell: Events, stop: asyncio.Event, retry_seconds: float) -> None:
        """`retry_seconds`: the wait after a failure."""
        self._events = tell
        self._stop = stop
        self._retry_seconds = retry_seconds
        self._in_database: set[asyncio.Future[Any]] = set()
        self._reached = asyncio.Event()
        """Cleared while a task asks for a database that is away."""
        self._reached.set()

    @property
    def is_over(self) -> bool:
        """Whether the agent was told to stop."""
        return self._stop.is_set()

    async def until_it_works(self, doing: str, work: Callable[[], Awaitable[T]]) -> T | None:
        """The result of `work`, which is retried while it fails for a reason outside; None if told to stop."""
        return await self._retried(doing, work, _Attempts())

    async def in_database(self, doing: str, work: Callable[[], T]) -> T | None:
        """`until_it_works` for work that blocks on the database and may be repeated. When the database is away, one
        task asks for it, and the others wait for that one."""
        attempts = _Attempts()

        async def reached() -> T:
            if not attempts.asks:
                await self._until_reached()
            return await self.blocking(lambda: despite_deadlocks(work))

        try:
            return await self._retried(doing, reached, attempts)
        finally:
            self._no_longer_asks(attempts)

    async def _retried(self, doing: str, work: Callable[[], Awaitable[T]], attempts: "_Attempts") -> T | None:
        while True:
            try:
                done = await work()
            except (sa.exc.SQLAlchemyError, AgentError, ClientError, MonitorError) as error:
                repeated = self._is_repeated(error, attempts)
                if not (repeated or attempts.told):
                    attempts.told = True
                    self._events.tell(events.Waiting(_part_of(error), doing, reason_of(error)))
            else:
                if attempts.told:
                    self._events.tell(events.GoingOn(doing))
                return done
            if self._stop.is_set():
                return None
            if not repeated:
                await self.wait(self._retry_seconds * attempts.pause)

    def _is_repeated(self, error: Exception, attempts: "_Attempts") -> bool:
        """Whether failed work is repeated without a word: its connection was cut, and a new one may work; or another
        task asks for the database."""
        attempts.refused = attempts.refused + 1 if is_refused_login(error) else 0
        if not is_outage(error):
            self._no_longer_asks(attempts)
            return False
        if attempts.asks:
            return False
        if is_cut(error) and not attempts.cut:
            attempts.cut = True
            return True
        attempts.asks = self._reached.is_set()
        self._reached.clear()
        return not attempts.asks

    def _no_longer_asks(self, attempts: "_Attempts") -> None:
        """The database was reached, or the work has ended: the other tasks go on, whatever becomes of this one."""
        if attempts.asks:
            attempts.asks = False
            self._reached.set()

    async def _until_reached(self) -> None:
        """Wait until no task asks for a database that is away, or until told to stop."""
        if self._reached.is_set():
            return
        waiting = [asyncio.ensure_future(event.wait()) for event in (self._reached, self._stop)]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waiting:
                one.cancel()

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
