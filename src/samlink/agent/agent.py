"""The agent: rows are claimed, judged and sent, results written back, finished rows moved, until it is told to stop.

For each table one task claims and sends and one moves finished rows; one more takes results. Whatever fails for a while
(the database, the gateway) is said once in the log, waited for, and tried again; what the tables hold is all the state
there is. Memory: one claim for each table, and one page of results for each connection.
"""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

import sqlalchemy as sa
import structlog

from samlink.agent import schema
from samlink.agent.engine import engine_of
from samlink.agent.errors import AgentError
from samlink.agent.judging import Claimed, Refused, judge
from samlink.agent.keeping import Kept, refuse_or_keep, settle_or_keep, write_kept
from samlink.agent.keys import RANDOM_BYTES
from samlink.agent.moving import Mover
from samlink.agent.settings import AgentSettings
from samlink.agent.tables import Finding, Lease, LiveTable
from samlink.client import (
    AnyMessage,
    ClientError,
    ClientSettings,
    Failed,
    MessageError,
    OutcomeUnknown,
    PacketRefused,
    Receiver,
    SenderPool,
    Service,
)
from samlink.codes.responses import Again, ResponseClass
from samlink.codes.results import ResultCode
from samlink.wire.choices import KST

T = TypeVar("T")
RESULTS_AT_ONCE: Final = 1000
_ABOUT_MESSAGES: Final = (ResponseClass.PACKET, ResponseClass.FILE)
"""Other refusals are about the account or the gateway: the row waits until somebody has mended that."""
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
        self._rules = settings.rules
        self._clock = clock
        self._engine = engine_of(settings.database_url())
        self._links = schema.link_table(sa.MetaData(), settings.work.prefix)
        self._tables: dict[str, LiveTable] = {}
        self._movers: dict[str, Mover] = {}
        self._kept: set[str] = set()
        """Tables of which it was said that some results cannot be written."""
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
            _logger.info("agent_started", tables=list(self._tables))
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
        while not self._stop.is_set():
            rows = await self._until_it_works(
                f"claim {table.source}", partial(self._blocking, partial(self._claim, table))
            )
            if not rows:
                await self._wait(self.settings.work.poll_seconds)
                continue
            _logger.debug("rows_claimed", table=table.source, rows=len(rows), again=rows[0].again)
            await self._see_to(sender, table, rows)

    def _claim(self, table: LiveTable) -> list[Claimed]:
        now = self._clock()
        lease = Lease(now, now + self.settings.work.lease_seconds, os.urandom(RANDOM_BYTES))
        limit = self.settings.work.rows
        return table.claim_again(lease, limit) or table.claim(lease, limit)

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
                _logger.warning("row_in_doubt", table=table.source, row=str(row.row_id), reason=judged.reason)
                sent.append((row.group_id, row.message_id))
                continue
            if not isinstance(judged, Refused) and not row.again:
                judged = _missing_file(judged) or judged
            if isinstance(judged, Refused):
                refused.append((row, judged))
                continue
            to_send[row.group_id + row.message_id] = row
            messages.append(judged)
        await self._write_down(table, (), refused, ())
        messages = await self._still_ours(table, to_send, messages)
        refused = []
        async for outcome in sender.send_many(messages):
            message = outcome.message
            row = to_send[message.group_id + message.message_id]
            if not isinstance(outcome, Failed):
                sent.append((row.group_id, row.message_id))
            elif (verdict := _verdict(outcome.error, message)) is not None and row.again:
                # It cannot be sent now, and may have been before: its result comes, or is told not to have come.
                _logger.warning("row_in_doubt", table=table.source, row=str(row.row_id), reason=verdict.reason)
                sent.append((row.group_id, row.message_id))
            elif verdict is not None:
                refused.append((row, verdict))
            elif not isinstance(outcome.error, OutcomeUnknown):
                back.append(row)
        await self._write_down(table, sent, refused, back)
        if back and not sent:
            _logger.warning("not_sent", table=table.source, rows=len(back))
            await self._wait(self.settings.work.retry_seconds)

    async def _still_ours(
        self, table: LiveTable, rows: Mapping[str, Claimed], messages: Sequence[AnyMessage]
    ) -> list[AnyMessage]:
        """The messages that may be sent, after it was written down that they may have been: whoever takes their rows
        over knows whether they can have gone out. None of them when told to stop before."""
        if not messages:
            return []
        marking = partial(table.mark_sending, list(rows.values()), self._clock())
        ours = await self._until_it_works("mark rows as being sent", partial(self._blocking, marking))
        return [message for message in messages if (message.group_id, message.message_id) in (ours or ())]

    async def _write_down(
        self,
        table: LiveTable,
        sent: Sequence[tuple[str, str]],
        refused: Sequence[tuple[Claimed, Refused]],
        back: Sequence[Claimed],
    ) -> None:
        now = self._clock()
        if sent:
            _logger.debug("rows_sent", table=table.source, rows=len(sent))
        for row, verdict in refused:
            _logger.warning(
                "row_refused", table=table.source, row=str(row.row_id), code=int(verdict.code), reason=verdict.reason
            )
        steps: list[tuple[str, Callable[[], None]]] = []
        if sent:
            steps.append(("mark rows as sent", lambda: table.mark_sent(sent, now)))
        if refused:
            codes = [(row, int(verdict.code)) for row, verdict in refused]
            steps.append(("write refusals", lambda: self._say_kept(refuse_or_keep(table, codes, now))))
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
            # Coming back for the next list acknowledges this one, so it is in the rows first.
            if not await self._settled(findings):
                return
            _logger.debug("results_written", count=len(findings))

    async def _settled(self, findings: Sequence[Finding]) -> bool:
        def work() -> tuple[list[Finding], Kept]:
            return settle_or_keep(self._tables, self._links, findings, self._clock())

        done = await self._until_it_works("write results", partial(self._blocking, work))
        if done is None:
            return False
        unknown, kept = done
        self._say_kept(kept)
        if unknown:
            keys = [f"{finding.group_id}/{finding.message_id}" for finding in unknown[:3]]
            _logger.warning("results_of_no_row", count=len(unknown), keys=keys)
        return True

    def _say_kept(self, kept: Kept) -> None:
        """Once for each table, until all its results are in their rows."""
        for source, rows in kept.rows.items():
            if source not in self._kept:
                self._kept.add(source)
                _logger.warning("results_kept", table=source, rows=rows, why=_reason(kept.why))

    # -- upkeep

    async def _keep_up(self, source: str) -> None:
        """Move rows of one table; the others do not wait for one whose log refuses them."""
        while True:
            what = f"write results that were kept for {source}"
            await self._until_it_works(what, partial(self._blocking, partial(self._write_kept, source)))
            await self._until_it_works(f"move rows of {source}", partial(self._blocking, partial(self._move, source)))
            await self._wait(self.settings.work.poll_seconds)

    def _write_kept(self, source: str) -> None:
        work = self.settings.work
        written = limit = work.rows
        refused = Kept()
        while written == limit and not refused.rows:
            written, refused = write_kept(self._tables[source], self._clock(), limit, work.retry_seconds)
        self._say_kept(refused)
        if written and not refused.rows and source in self._kept:
            self._kept.discard(source)
            _logger.info("going_on", doing=f"write results of {source}")

    def _move(self, source: str) -> None:
        mover, now, waits = self._movers[source], self._clock(), self.settings.waits
        moved = limit = self.settings.work.rows
        while moved == limit:
            if moved := mover.move(now, limit):
                _logger.debug("rows_moved", table=source, rows=moved)
        if late := mover.move_unanswered(now, self.settings.work.rows, waits):
            _logger.warning("results_did_not_come", table=source, rows=late)
        mover.forget(now, waits)


def _raise_faults(tasks: Iterable[asyncio.Task[None]]) -> None:
    """What ended a task that should not have ended."""
    for task in tasks:
        if task.done():
            task.result()


def _missing_file(message: AnyMessage) -> Refused | None:
    """A file that is not there, found before anything is written down about sending."""
    for file in message.files:
        if not Path(file).is_file():
            return Refused(ResultCode.AGENT_CONTENT, f"file {Path(file).name} is not there")
    return None


def _verdict(error: ClientError, message: AnyMessage) -> Refused | None:
    """The agent's code for a message that will never be sent as it is; None for one that may be."""
    if isinstance(error, MessageError):
        about_file = bool(message.files) and str(error).startswith("file ")
        return Refused(ResultCode.AGENT_CONTENT if about_file else ResultCode.AGENT_OTHER, str(error))
    if isinstance(error, PacketRefused) and error.again is Again.NEVER and error.code[:2] in _ABOUT_MESSAGES:
        about_file = error.code.startswith(ResponseClass.FILE)
        return Refused(ResultCode.AGENT_CONTENT if about_file else ResultCode.AGENT_OTHER, str(error))
    return None


def _reason(error: Any) -> str:
    """What went wrong, in one line, without the values of a statement: databases show these from the second line on."""
    cause = getattr(error, "orig", None) or error
    line = str(cause).strip().partition("\n")[0]
    return f"{type(cause).__name__}: {' '.join(line.split())[:300]}"
