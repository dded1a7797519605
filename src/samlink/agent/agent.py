"""The agent: rows are claimed, judged and sent, results written back, finished rows moved, until it is told to stop.

For each table one task claims and sends and one moves finished rows; one more takes results. Whatever fails for a while
(the database, the gateway) is said once in the log, waited for, and tried again; what the tables hold is all the state
there is. Memory: one claim for each table, and one page of results for each connection.
"""

import asyncio
import dataclasses
import os
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final, TypeVar

import sqlalchemy as sa

from samlink import __version__
from samlink.agent import events, schema
from samlink.agent.counters import Counters
from samlink.agent.engine import engine_of
from samlink.agent.errors import AgentError, MonitorError
from samlink.agent.events import Events, log_event
from samlink.agent.judging import Claimed, Refused, judge
from samlink.agent.keys import RANDOM_BYTES
from samlink.agent.monitor import Monitor
from samlink.agent.moving import Mover
from samlink.agent.overview import COUNT_SECONDS, Overview
from samlink.agent.reasons import reason_of, without_numbers, without_receivers
from samlink.agent.settings import AgentSettings
from samlink.agent.tables import Finding, Lease, LiveTable, settle
from samlink.client import (
    AnyMessage,
    ClientError,
    ClientSettings,
    ConnectionNews,
    Duty,
    Failed,
    MessageError,
    OutcomeUnknown,
    PacketRefused,
    Receiver,
    SenderPool,
)
from samlink.codes.responses import Again, ResponseClass
from samlink.codes.results import ResultCode
from samlink.wire.choices import KST

T = TypeVar("T")
RESULTS_AT_ONCE: Final = 1000
_ABOUT_MESSAGES: Final = (ResponseClass.PACKET, ResponseClass.FILE)
"""Other refusals are about the account or the gateway: the row waits until somebody has mended that."""


class Agent:
    """One agent. Any number may run on the same tables."""

    def __init__(
        self,
        settings: AgentSettings,
        *,
        link: ClientSettings | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`link` stands in for the gateway's settings; `clock` gives UTC epoch seconds.

        Raises:
            SettingsError: a password is missing, or a setting cannot be used.
        """
        self.settings = settings
        link = settings.client_settings() if link is None else link
        self._link = dataclasses.replace(link, on_connection=self._connection_news)
        self._rules = settings.rules
        self._clock = clock
        tables = [mapping.table for mapping in settings.mappings]
        places = [(service, Duty.REPORT) for service in settings.services]
        self.counters = Counters(__version__, tables, places, clock)
        self._token = settings.monitor_token()
        self.events = Events(log_event, self.counters.hear)
        self._engine = engine_of(settings.database_url())
        self._overview = Overview(settings)
        self._links = schema.link_table(sa.MetaData(), settings.work.prefix)
        self._tables: dict[str, LiveTable] = {}
        self._movers: dict[str, Mover] = {}
        self._stop = asyncio.Event()
        self._in_database: set[asyncio.Future[Any]] = set()

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; then what is on its way is answered, and the rest is left to the next start.

        Raises:
            TableError: a table or a column is missing.
            SQLAlchemyError: the database cannot be used at the start; later it is waited for.
        """
        self._stop = stop
        try:
            await self._blocking(self._find_tables)
            self.events.tell(events.Started(tuple(self._tables)))
            await self._work()
        finally:
            if self._in_database:
                await asyncio.wait(self._in_database)
            await asyncio.to_thread(self._engine.dispose)
            await asyncio.to_thread(self._overview.close)

    # -- life

    def _find_tables(self) -> None:
        self._tables = {
            mapping.table: LiveTable(self._engine, mapping, self._links) for mapping in self.settings.mappings
        }
        self._movers = {source: Mover(table) for source, table in self._tables.items()}

    async def _work(self) -> None:
        async with SenderPool(self._link, self.settings.gateway.connections) as sender:
            receiver = Receiver(self._link, self.settings.services)
            feeding = {asyncio.create_task(self._feed(sender, table)) for table in self._tables.values()}
            works = (self._receive(receiver), self._be_watched(), *(self._keep_up(source) for source in self._tables))
            beside = {asyncio.create_task(work) for work in works}
            tasks = (*feeding, *beside, asyncio.create_task(self._stopping()))
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                _raise_faults(beside)
                await asyncio.wait(feeding, timeout=self._link.close_seconds)
                # Whatever is not answered by now ends as not sent, or as unknown, which its lease will see to.
                await sender.close()
                await asyncio.gather(*feeding)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                await receiver.close(take=False)

    async def _stopping(self) -> None:
        await self._stop.wait()
        self.events.tell(events.Stopping())

    def _connection_news(self, news: ConnectionNews) -> None:
        if news.up:
            self.events.tell(events.ConnectionUp(news.service, news.duty))
        elif news.failure is None:
            self.events.tell(events.ConnectionDown(news.service, news.duty))
        else:
            self.events.tell(events.ConnectionFailed(news.service, news.duty, reason_of(news.failure)))

    async def _until_it_works(self, what: str, work: Callable[[], Awaitable[T]]) -> T | None:
        """What `work` gives; while it fails for a reason outside, it is tried again. None when told to stop."""
        told = False
        while True:
            try:
                done = await work()
            except (sa.exc.SQLAlchemyError, AgentError, ClientError) as error:
                if not told:
                    self.events.tell(events.Waiting(_part_of(error), what, reason_of(error)))
                told = True
            else:
                if told:
                    self.events.tell(events.GoingOn(what))
                return done
            if self._stop.is_set():
                return None
            await self._wait(self.settings.work.retry_seconds)

    async def _blocking(self, work: Callable[[], T]) -> T:
        """Run what waits for the database in a thread. A thread goes on when its task is cancelled, and is waited for
        before the connections are closed."""
        running: asyncio.Future[T] = asyncio.ensure_future(asyncio.to_thread(work))
        self._in_database.add(running)
        running.add_done_callback(self._in_database.discard)
        return await asyncio.shield(running)

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stop.wait()
        except TimeoutError:
            return

    async def _be_watched(self) -> None:
        """Keep the monitor's port open, if there is to be one."""
        place = self.settings.monitor
        monitor = Monitor(self.counters, place.host, place.port, self._token)
        try:
            if place.port:
                await self._until_it_works("open the monitor port", monitor.open)
            while place.port and not self._stop.is_set():
                await self._until_it_works("count rows", partial(self._blocking, self._count_rows))
                await self._wait(max(COUNT_SECONDS, self._overview.seconds_between))
            await asyncio.Event().wait()
        finally:
            await monitor.close()

    def _count_rows(self) -> None:
        self.events.tell(events.TablesCounted(self._overview.look()))

    # -- rows to messages

    async def _feed(self, sender: SenderPool, table: LiveTable) -> None:
        while not self._stop.is_set():
            rows = await self._until_it_works(
                f"claim {table.source}", partial(self._blocking, partial(self._claim, table))
            )
            if not rows:
                await self._wait(self.settings.work.poll_seconds)
                continue
            await self._see_to(sender, table, rows)

    def _claim(self, table: LiveTable) -> list[Claimed]:
        now = self._clock()
        lease = Lease(now, now + self.settings.work.lease_seconds, os.urandom(RANDOM_BYTES))
        limit = self.settings.work.rows
        rows = table.claim_again(lease, limit) or table.claim(lease, limit)
        self.events.tell(events.RowsClaimed(table.source, len(rows)))
        return rows

    async def _see_to(self, sender: SenderPool, table: LiveTable, rows: Sequence[Claimed]) -> None:
        """Send rows, and write down what became of each: sent, refused, or not sent and waiting again."""
        refused: list[tuple[Claimed, Refused]] = []
        to_send: dict[str, Claimed] = {}
        messages: list[AnyMessage] = []
        sent: list[tuple[str, str]] = []
        back: list[Claimed] = []
        now = datetime.fromtimestamp(self._clock(), KST)
        for row in rows:
            judged = judge(row, table.mapping.service_of(row.values), self._rules, now)
            if isinstance(judged, Refused) and row.again and row.fault:
                # What it was made of is gone, and it may have been sent before.
                self.events.tell(events.RowInDoubt(table.source, _shown(row), without_numbers(judged.reason)))
                sent.append((row.group_id, row.message_id))
                continue
            if isinstance(judged, Refused):
                refused.append((row, judged))
                continue
            to_send[row.group_id + row.message_id] = row
            messages.append(judged)
        unknown, why = 0, ""
        async for outcome in sender.send_many(messages):
            message = outcome.message
            row = to_send[message.group_id + message.message_id]
            if not isinstance(outcome, Failed):
                sent.append((row.group_id, row.message_id))
            elif (verdict := _verdict(outcome.error, message)) is not None and row.again:
                # It cannot be sent now, and may have been before: its result comes, or is told not to have come.
                self.events.tell(events.RowInDoubt(table.source, _shown(row), without_numbers(verdict.reason)))
                sent.append((row.group_id, row.message_id))
            elif verdict is not None:
                refused.append((row, verdict))
            elif isinstance(outcome.error, OutcomeUnknown):
                unknown += 1
            else:
                back.append(row)
                why = reason_of(outcome.error)
        if unknown:
            self.events.tell(events.RowsUnknown(table.source, unknown))
        if back:
            self.events.tell(events.RowsReleased(table.source, len(back), why))
        await self._write_down(table, sent, refused, back)
        if back and not sent:
            await self._wait(self.settings.work.retry_seconds)

    async def _write_down(
        self,
        table: LiveTable,
        sent: Sequence[tuple[str, str]],
        refused: Sequence[tuple[Claimed, Refused]],
        back: Sequence[Claimed],
    ) -> None:
        now = self._clock()
        source, tell = table.source, self.events.tell
        if sent:
            tell(events.RowsSent(source, len(sent)))
        for row, verdict in refused:
            tell(events.RowRefused(source, _shown(row), int(verdict.code), without_numbers(verdict.reason)))
        steps: list[tuple[str, Callable[[], None]]] = []
        if sent:
            steps.append(("mark rows as sent", lambda: table.mark_sent(sent, now)))
        if refused:
            codes = [(row, int(verdict.code)) for row, verdict in refused]
            steps.append(("write refusals", lambda: table.refuse(codes, now)))
        if back:
            steps.append(("give rows back", lambda: table.release(back, now)))
        for what, step in steps:
            await self._until_it_works(what, partial(self._blocking, step))

    # -- results to rows

    async def _receive(self, receiver: Receiver) -> None:
        while True:
            await self._until_it_works("take results", lambda: self._receive_all(receiver))
            await self._wait(self.settings.work.retry_seconds)

    async def _receive_all(self, receiver: Receiver) -> None:
        async for results in receiver.batches(RESULTS_AT_ONCE):
            findings = [Finding(r.group_id, r.message_id, r.code, r.sent_seconds, r.telecom) for r in results]
            self.events.tell(events.ResultsCame(len(findings)))
            # Coming back for the next list acknowledges this one, so it is in the rows first.
            if not await self._settled(findings):
                return

    async def _settled(self, findings: Sequence[Finding]) -> bool:
        def work() -> list[Finding]:
            return settle(self._tables, self._links, findings, self._clock())

        unknown = await self._until_it_works("write results", partial(self._blocking, work))
        if unknown:
            keys = tuple(f"{finding.group_id}/{finding.message_id}" for finding in unknown[:3])
            self.events.tell(events.ResultsOfNoRow(len(unknown), keys))
        if unknown is not None:
            codes = Counter(finding.code for finding in findings)
            codes.subtract(finding.code for finding in unknown)
            self.events.tell(events.ResultsWritten(dict(+codes)))
        return unknown is not None

    # -- upkeep

    async def _keep_up(self, source: str) -> None:
        """Move rows of one table; the others do not wait for one whose log refuses them."""
        while True:
            await self._until_it_works(f"move rows of {source}", partial(self._blocking, partial(self._move, source)))
            await self._wait(self.settings.work.poll_seconds)

    def _move(self, source: str) -> None:
        mover, now, waits = self._movers[source], self._clock(), self.settings.waits
        limit = moved = self.settings.work.rows
        while moved == limit:
            moved = mover.move(now, limit)
            self.events.tell(events.RowsMoved(source, moved))
        if late := mover.move_unanswered(now, limit, waits):
            hours = waits.result_hours(self._tables[source].mapping.services)
            self.events.tell(events.ResultsLate(source, late, hours))
        mover.forget(now, waits)


def _part_of(error: Exception) -> events.Part:
    """What failed."""
    if isinstance(error, MonitorError):
        return "monitor"
    return "gateway" if isinstance(error, ClientError) else "database"


def _raise_faults(tasks: Iterable[asyncio.Task[None]]) -> None:
    """What ended a task that should not have ended."""
    for task in tasks:
        if task.done():
            task.result()


def _verdict(error: ClientError, message: AnyMessage) -> Refused | None:
    """The agent's code for a message that will never be sent as it is; None for one that may be."""
    if isinstance(error, MessageError):
        about_file = bool(message.files) and str(error).startswith("file ")
        return Refused(ResultCode.AGENT_CONTENT if about_file else ResultCode.AGENT_OTHER, str(error))
    if isinstance(error, PacketRefused) and error.again is Again.NEVER and error.code[:2] in _ABOUT_MESSAGES:
        about_file = error.code.startswith(ResponseClass.FILE)
        return Refused(ResultCode.AGENT_CONTENT if about_file else ResultCode.AGENT_OTHER, str(error))
    return None


def _shown(row: Claimed) -> str:
    """A row's id, which may hold a telephone number where it is text."""
    return without_receivers(row.row_id) if isinstance(row.row_id, str) else str(row.row_id)
