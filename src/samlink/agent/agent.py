"""The agent: its tasks, from start to stop.

    Feeder       some for each table, one more for its urgent rows     rows ──► messages
    Lookout      one for each table                                    looks for work, and wakes the others
    Collector    one                                                   results ──► rows
    Archiver     one for each table                                    rows with a result ──► logs
    AgentWatcher      one, if a monitor port is set                         health, metrics, status

A failure of the database or the gateway is logged once and retried until it works. All state is in the tables. Memory:
one claim for each feeder, one page of results for each connection.
"""

import asyncio
import dataclasses
import time
from collections.abc import Callable, Coroutine, Iterable
from functools import partial
from typing import Any

import sqlalchemy as sa

from samlink import __version__
from samlink.agent.driver_errors import reason_of
from samlink.agent.flow.archiver import Archiver
from samlink.agent.flow.clock import Clock
from samlink.agent.flow.collector import Collector
from samlink.agent.flow.context import AgentContext, UnwrittenResults
from samlink.agent.flow.feeder import Feeder, Role, Shared
from samlink.agent.flow.lookout import Lookout
from samlink.agent.flow.retrier import Retrier
from samlink.agent.flow.watcher import AgentWatcher
from samlink.agent.preconditions import require
from samlink.agent.remarks import remarks
from samlink.agent.settings import AgentSettings
from samlink.agent.tables.bisect import RefusedRows
from samlink.agent.tables.claim.links import link_table
from samlink.agent.tables.live import LiveTable
from samlink.agent.tables.schema.mapping import Field
from samlink.agent.watch import events
from samlink.agent.watch.counters import AgentCounters
from samlink.client import ClientSettings, ConnectionNews, Duty, Receiver, Sender
from samlink.watch.events import Events, log_event


class Agent:
    """One agent. Any number may run on the same tables."""

    def __init__(
        self,
        settings: AgentSettings,
        *,
        link: ClientSettings | None = None,
        clock: Callable[[], float] | None = None,
    ) -> None:
        """`link` replaces the gateway's settings; `clock` returns UTC epoch seconds, by default those of this machine's
        clock, unless it jumps (`flow.clock`).

        Raises:
            SettingsError: a password is missing, or a setting cannot be used.
        """
        self.settings = settings
        link = settings.client_settings() if link is None else link
        self._link = dataclasses.replace(link, on_connection=self._connection_news)
        self._clock = clock or Clock()
        tables = [mapping.table for mapping in settings.mappings]
        places = [(service, Duty.REPORT) for service in settings.services]
        self.counters = AgentCounters(__version__, tables, places, clock or time.time)
        self.events = Events(log_event, self.counters.hear)
        self._watcher = AgentWatcher(settings, self.counters, self.events)
        self._engine = settings.open_database()
        self._links = link_table(sa.MetaData(), settings.work.prefix)
        self._running: tuple[asyncio.Task[None], asyncio.Event] | None = None

    async def start(self) -> None:
        """Find the tables, and begin to work. If it raises, nothing is left running.

        Raises:
            TableError: a precondition is not met.
            SQLAlchemyError: the database cannot be used; later it is retried.
        """
        assert self._running is None, "it runs already"
        stop, started = asyncio.Event(), asyncio.Event()
        running = asyncio.create_task(self._run(stop, started))
        waiting = asyncio.create_task(started.wait())
        try:
            await asyncio.wait((running, waiting), return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            raise
        finally:
            waiting.cancel()
        self._running = running, stop
        if running.done():
            await self.stop()

    async def stop(self) -> None:
        """Answer the messages in flight, leave the rest to the next start, and end. Idempotent; it may start again.

        Raises whatever has ended the work before.
        """
        if self._running is not None:
            (running, stop), self._running = self._running, None
            stop.set()
            await running

    async def run(self, stop: asyncio.Event) -> None:
        """Start, work until `stop` is set, and stop. Raises as `start` and `stop`."""
        await self._run(stop, asyncio.Event())

    # -- inside

    async def _run(self, stop: asyncio.Event, started: asyncio.Event) -> None:
        retrier = Retrier(self.events, stop, self.settings.work.retry_seconds)
        try:
            tables, judge = await retrier.blocking(lambda: require(self._engine, self.settings))
            look = partial(remarks, self._engine, tables.values(), judge, self._clock())
            for remark in await retrier.blocking(look):
                self.events.tell(events.Remarked(remark.name, remark.what))
            self.events.tell(events.Started(tuple(tables)))
            started.set()
            context = AgentContext(
                self.settings, judge, retrier, self.events, UnwrittenResults(self.events), self._clock
            )
            await self._work(tables, context, stop)
        finally:
            await retrier.close()
            await asyncio.to_thread(self._engine.dispose)

    async def _work(self, tables: dict[str, LiveTable], context: AgentContext, stop: asyncio.Event) -> None:
        receiver = Receiver(self._link, self.settings.services)
        connections = self.settings.gateway.connections
        async with Sender(self._link, connections=connections) as sender, self._urgent_sender(sender) as urgent:
            lookouts = [Lookout(table, context) for table in tables.values()]
            feeding = _tasks(feeder.run() for feeder in self._feeders(lookouts, context, sender, urgent))
            for_tables = [part for one in lookouts for part in (one.run(), Archiver(one, context).run())]
            collector = Collector(tables, self._links, context)
            beside = _tasks((collector.run(receiver), self._watcher.run(context.retrier), *for_tables))
            if isinstance(self._clock, Clock):
                beside |= _tasks([self._clock.watch(self._engine, context.retrier, self.events)])
            tasks = feeding | beside | _tasks([self._stopping(stop)])
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                _raise_faults(feeding | beside)
                await asyncio.wait(feeding, timeout=self._link.close_seconds)
                # Messages that are not answered by now end as not sent or unknown; their leases do the rest.
                await asyncio.gather(sender.close(), urgent.close())
                await asyncio.gather(*feeding)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                await receiver.close(take=False)
                await collector.take_last(receiver.unread)

    def _feeders(
        self, lookouts: Iterable[Lookout], context: AgentContext, sender: Sender, urgent: Sender
    ) -> Iterable[Feeder]:
        for lookout in lookouts:
            shared = Shared(RefusedRows(self.settings.work.retry_seconds), lookout)
            helpers = self.settings.work.claims - 1
            yield from (Feeder(sender, context, role, shared) for role in (Role.FIRST, *(Role.HELP,) * helpers))
            if Field.PRIORITY in lookout.table.columns:
                yield Feeder(urgent, context, Role.URGENT, shared)

    def _urgent_sender(self, sender: Sender) -> Sender:
        """A connection for urgent rows, unless only one login is allowed on a port."""
        return sender if self.settings.gateway.connections == 1 else Sender(self._link)

    async def _stopping(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self.events.tell(events.Stopping())

    def _connection_news(self, news: ConnectionNews) -> None:
        if news.up:
            self.events.tell(events.ConnectionUp(news.service, news.duty))
        elif news.failure is None:
            self.events.tell(events.ConnectionDown(news.service, news.duty))
        else:
            self.events.tell(events.ConnectionFailed(news.service, news.duty, reason_of(news.failure)))


def _tasks(works: Iterable[Coroutine[Any, Any, None]]) -> set[asyncio.Task[None]]:
    return {asyncio.create_task(work) for work in works}


def _raise_faults(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Raise the error of a task that ended though it should not have."""
    for task in tasks:
        if task.done():
            task.result()
