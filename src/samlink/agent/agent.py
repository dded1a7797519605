"""The agent: rows are claimed, judged and sent, results written back, finished rows moved, until it is told to stop.

For each table one task claims and sends and one moves finished rows; one more takes results. Whatever fails for a while
(the database, the gateway) is said once in the log, waited for, and tried again; what the tables hold is all the state
there is. Memory: one claim for each table, and one page of results for each connection.
"""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final, TypeVar

import sqlalchemy as sa
import structlog

from samlink.agent import schema
from samlink.agent.admission import Admission
from samlink.agent.engine import engine_of
from samlink.agent.errors import AgentError, TableError
from samlink.agent.expiring import expire
from samlink.agent.isolating import READING, is_about_a_value, set_aside
from samlink.agent.judging import Claimed, Refused
from samlink.agent.keys import RANDOM_BYTES
from samlink.agent.masking import masked_reason
from samlink.agent.moving import Mover
from samlink.agent.outcomes import Outcomes
from samlink.agent.quiet import Silence, silence
from samlink.agent.settings import AgentSettings
from samlink.agent.tables import Finding, Lease, LiveTable, settle
from samlink.client import ClientError, ClientSettings, Receiver, SenderPool, Service
from samlink.codes.results import ResultCode
from samlink.wire.choices import KST

T = TypeVar("T")
RESULTS_AT_ONCE: Final = 1000
QUIET_SECONDS: Final = 10.0
"""How often timeouts are looked for in quiet hours."""
SHOWN: Final = 3
"""Ids of rows in one line of the log."""
_logger: structlog.stdlib.BoundLogger = structlog.get_logger("samlink.agent")


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
        self._link = settings.client_settings() if link is None else link
        self._clock = clock
        self._engine = engine_of(settings.database_url())
        self._links = schema.link_table(sa.MetaData(), settings.work.prefix)
        self._tables: dict[str, LiveTable] = {}
        self._movers: dict[str, Mover] = {}
        self._admission: Admission
        """Made when the tables are found."""
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
            await self._work()
        finally:
            if self._in_database:
                await asyncio.wait(self._in_database)
            await asyncio.to_thread(self._engine.dispose)

    # -- life

    def _find_tables(self) -> None:
        self._tables = {
            mapping.table: LiveTable(self._engine, mapping, self._links) for mapping in self.settings.mappings
        }
        self._movers = {source: Mover(table) for source, table in self._tables.items()}
        self._admission = Admission(self._engine, self.settings.terms, self.settings.work.prefix)

    async def _work(self) -> None:
        services = {service for table in self._tables.values() for service in table.mapping.services}
        # A long SMS goes as an LMS, and its result comes where those of LMS do.
        services |= {Service.MMS} if Service.SMS in services else set()
        async with SenderPool(self._link, self.settings.gateway.connections) as sender:
            receiver = Receiver(self._link, sorted(services))
            feeding = {asyncio.create_task(self._feed(sender, table)) for table in self._tables.values()}
            beside = {asyncio.create_task(self._receive(receiver))}
            beside |= {asyncio.create_task(self._keep_up(source)) for source in self._tables}
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

    async def _until_it_works(self, what: str, work: Callable[[], Awaitable[T]]) -> T | None:
        """What `work` gives; while it fails for a reason outside, it is tried again. None when told to stop."""
        told = False
        while True:
            try:
                done = await work()
            except (sa.exc.SQLAlchemyError, AgentError, ClientError) as error:
                if not told:
                    _logger.warning("waiting", doing=what, why=_reason(error))
                told = True
            else:
                if told:
                    _logger.info("going_on", doing=what)
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

    # -- rows to messages

    async def _feed(self, sender: SenderPool, table: LiveTable) -> None:
        windows = [w for w in self.settings.quiet if w.is_of(table.source, table.mapping.services)]
        while not self._stop.is_set():
            if (quiet := silence(windows, datetime.fromtimestamp(self._clock(), KST))) is not None:
                await self._wait_quietly(table, quiet)
                continue
            rows = await self._until_it_works(
                f"claim {table.source}", partial(self._blocking, partial(self._claim, table))
            )
            if not rows:
                await self._wait(self.settings.work.poll_seconds)
                continue
            await self._see_to(sender, table, rows)

    async def _wait_quietly(self, table: LiveTable, quiet: Silence) -> None:
        """Nothing is claimed in quiet hours, but rows whose timeout passes are told so."""
        now = self._clock()
        expired = await self._until_it_works(
            f"look for timeouts in {table.source}",
            partial(self._blocking, partial(expire, table, now, self.settings.work.rows)),
        )
        if expired:
            _logger.warning(
                "rows_timed_out", table=table.source, rows=expired, quiet_until=f"{quiet.until:%m-%d %H:%M}"
            )
        await self._wait(max(0.0, min(QUIET_SECONDS, quiet.until.timestamp() - now)))

    def _claim(self, table: LiveTable) -> list[Claimed]:
        """Rows to see to. When one cannot be read, it is set aside, and the next call has the others."""
        try:
            return self._claim_readable(table)
        except READING as error:
            if not is_about_a_value(error):
                raise
            if not (ids := set_aside(table, self.settings.work.rows, self._clock())):
                raise TableError(f"a row of {table.source} cannot be read ({type(error).__name__})") from None
            _logger.warning("rows_cannot_be_read", table=table.source, rows=ids[:SHOWN], count=len(ids))
            return []

    def _claim_readable(self, table: LiveTable) -> list[Claimed]:
        now = self._clock()
        lease = Lease(now, now + self.settings.work.lease_seconds, os.urandom(RANDOM_BYTES))
        limit = self.settings.work.rows
        return table.claim_again(lease, limit) or table.claim(lease, limit)

    async def _see_to(self, sender: SenderPool, table: LiveTable, rows: Sequence[Claimed]) -> None:
        """Send rows, and write down what became of each: sent, refused, or not sent and waiting again."""
        judge = partial(self._admission.judged, rows, table.mapping.service_of, self._clock())
        judged = await self._until_it_works(f"judge rows of {table.source}", partial(self._blocking, judge))
        if judged is None:
            return  # they are claimed, and taken over when the lease ends
        outcomes = Outcomes(judged)
        async for outcome in sender.send_many(outcomes.messages):
            outcomes.note(outcome)
        outcomes.end()
        for row, verdict in outcomes.doubted:
            reason = masked_reason(verdict.reason)
            _logger.warning("row_in_doubt", table=table.source, row=str(row.row_id), reason=reason)
        await self._write_down(table, outcomes.sent, outcomes.refused, outcomes.back)
        if outcomes.back and not outcomes.sent:
            _logger.warning("not_sent", table=table.source, rows=len(outcomes.back))
            await self._wait(self.settings.work.retry_seconds)

    async def _write_down(
        self,
        table: LiveTable,
        sent: Sequence[tuple[str, str]],
        refused: Sequence[tuple[Claimed, Refused]],
        back: Sequence[Claimed],
    ) -> None:
        now = self._clock()
        for row, verdict in refused:
            code, reason = int(verdict.code), masked_reason(verdict.reason)
            _logger.warning("row_refused", table=table.source, row=str(row.row_id), code=code, reason=reason)
        steps: list[tuple[str, Callable[[], None]]] = []
        if sent:
            steps.append(("mark rows as sent", lambda: table.mark_sent(sent, now)))
        if refused:
            codes = [(row, int(verdict.code)) for row, verdict in refused]
            steps.append(("write refusals", lambda: table.refuse(codes, now)))
        if back:
            steps.append(("give rows back", lambda: table.release(back, now)))
        # First, so that a row that waits again never finds its own digest in its way.
        free = [(row.group_id, row.message_id) for row in (*(row for row, _ in refused), *back) if not row.again]
        if free:
            steps.insert(0, ("free digests", lambda: self._admission.give_back(free)))
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
            # Coming back for the next list acknowledges this one, so it is in the rows first.
            if not await self._settled(findings):
                return

    async def _settled(self, findings: Sequence[Finding]) -> bool:
        failed = [(f.group_id, f.message_id) for f in findings if f.code != ResultCode.DELIVERED]

        def work() -> list[Finding]:
            self._admission.give_back(failed)
            return settle(self._tables, self._links, findings, self._clock())

        unknown = await self._until_it_works("write results", partial(self._blocking, work))
        if unknown:
            keys = [f"{finding.group_id}/{finding.message_id}" for finding in unknown[:3]]
            _logger.warning("results_of_no_row", count=len(unknown), keys=keys)
        return unknown is not None

    # -- upkeep

    async def _keep_up(self, source: str) -> None:
        """Move rows of one table; the others do not wait for one whose log refuses them."""
        while True:
            await self._until_it_works(f"move rows of {source}", partial(self._blocking, partial(self._move, source)))
            await self._wait(self.settings.work.poll_seconds)

    def _move(self, source: str) -> None:
        mover, now, waits = self._movers[source], self._clock(), self.settings.waits
        self._admission.forget(now)
        while mover.move(now, self.settings.work.rows) == self.settings.work.rows:
            pass
        if late := mover.move_unanswered(now, self.settings.work.rows, waits):
            _logger.warning("results_did_not_come", table=source, rows=late)
        mover.forget(now, waits)


def _raise_faults(tasks: Iterable[asyncio.Task[None]]) -> None:
    """What ended a task that should not have ended."""
    for task in tasks:
        if task.done():
            task.result()


def _reason(error: Any) -> str:
    """What went wrong, in one line, without the values of a statement."""
    cause = getattr(error, "orig", None) or error
    return f"{type(cause).__name__}: {masked_reason(str(cause))}"
