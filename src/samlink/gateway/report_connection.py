"""A report connection (manual 2.B, 1030 and 1031): results out, acknowledgements in.

SAM10: a poll takes results, and the next poll on the same connection says that they have arrived. SAM11: results are
pushed one 1031 at a time, and a 1030 acknowledges those that it names.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence

import structlog

from samlink.core.message import Report
from samlink.gateway.limits import Limits
from samlink.gateway.reports import Mailbox, result_record
from samlink.link import Link
from samlink.wire.commands import Version
from samlink.wire.gateway_session import GatewaySession
from samlink.wire.packets import Packet
from samlink.wire.records import MessageKey
from samlink.wire.session import Ended, Refused, Requested

_log = structlog.get_logger(__name__)


class ReportConnection:
    """Serves one report connection after its login, until it ends."""

    def __init__(
        self, link: Link[GatewaySession], mailbox: Mailbox, limits: Limits, *, now_ms: Callable[[], int]
    ) -> None:
        self._link = link
        self._session = link.session
        self._mailbox = mailbox
        self._limits = limits
        self._now_ms = now_ms
        self._outstanding: list[Report] = []
        self._marks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Until the connection ends. What is not acknowledged then is free for the next connection."""
        pushes = self._session.version is Version.SAM11
        reader = self._push if pushes else self._nothing
        self._mailbox.open(reader)
        try:
            self._push() if pushes else None
            while not isinstance(event := await self._link.next_event(), Ended):
                if isinstance(event, Requested):
                    await (self._acknowledged(event.packet) if pushes else self._polled())
                elif isinstance(event, Refused):
                    _log.info("packet refused", peer=self._link.peer, reason=str(event.error))
        finally:
            self._mailbox.close(reader, self._outstanding)
            self._outstanding = []
            if self._marks:
                await asyncio.wait(self._marks)

    def drain(self) -> None:
        """Stop: what is not acknowledged is delivered again later."""
        self._link.close()

    # -- SAM10

    @staticmethod
    def _nothing() -> None:
        """A poll will come by itself."""

    async def _polled(self) -> None:
        self._mark(self._outstanding)
        self._outstanding = []
        await self._few_marks()
        results = self._mailbox.take(self._limits.results_in_push)
        if not results and self._mailbox.may_have_more:
            await self._mailbox.loaded()
            results = self._mailbox.take(self._limits.results_in_push)
        self._outstanding = results
        if not self._link.over:
            self._session.answer_poll([result_record(report) for report in results], self._link.now)
            self._link.flush()

    # -- SAM11

    def _push(self) -> None:
        if self._link.over or not self._session.may_push or len(self._marks) >= self._limits.marks_waiting:
            return
        if self._outstanding:
            return  # their acknowledgement has come, and waits for its turn: it must still find them here
        results = self._mailbox.take(self._limits.results_in_push)
        if results:
            self._outstanding = results
            self._session.push([result_record(report) for report in results], self._link.now)
            self._link.flush()
        elif self._mailbox.may_have_more:
            self._mailbox.start_loading()

    async def _acknowledged(self, packet: Packet) -> None:
        acknowledged, others = _split(self._outstanding, packet.records)
        self._outstanding = []
        self._mark(acknowledged)
        if others:
            _log.info("results not acknowledged, delivered again", peer=self._link.peer, results=len(others))
            self._mailbox.give_back(others)
        await self._few_marks()
        self._push()

    # -- both

    def _mark(self, reports: Sequence[Report]) -> None:
        if not reports:
            return
        task = asyncio.create_task(self._mailbox.delivered(reports, self._now_ms()))
        self._marks.add(task)
        task.add_done_callback(self._marks.discard)

    async def _few_marks(self) -> None:
        while len(self._marks) >= self._limits.marks_waiting:
            await asyncio.wait(self._marks, return_when=asyncio.FIRST_COMPLETED)


def _split(reports: Sequence[Report], keys: Sequence[MessageKey]) -> tuple[list[Report], list[Report]]:
    """Those that `keys` acknowledge, and the others. A key acknowledges one result each time that it stands there, for
    results of one key differ in RECEIVER, which an acknowledgement does not name."""
    named = Counter((key.group_id, key.message_id) for key in keys)
    acknowledged: list[Report] = []
    others: list[Report] = []
    for report in reports:
        key = (report.group_id, report.message_id)
        if named[key] > 0:
            named[key] -= 1
            acknowledged.append(report)
        else:
            others.append(report)
    return acknowledged, others
