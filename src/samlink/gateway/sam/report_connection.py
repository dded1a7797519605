"""A report connection (manual 2.B, 1030 and 1031): results out, acknowledgements in.

SAM10: a poll takes results, and the next poll on the same connection says that they have arrived; for customers that
connect for each poll, so do orderly ends (`redelivery`). SAM11: results are pushed one 1031 at a time, and a 1030
acknowledges those that it names; one that names none says only that the client lives. A push that nobody acknowledges
ends the connection, so that its results can go out on another one.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence

from samlink.core.account import Account
from samlink.core.message import Report
from samlink.gateway.limits import Limits
from samlink.gateway.reports.mailbox import Mailbox, result_record
from samlink.gateway.reports.redelivery import ORDERLY_ENDS_NEEDED, WARNED_TIMES
from samlink.gateway.tasks import Tasks
from samlink.gateway.waits import Waits
from samlink.gateway.watch.events import (
    AcknowledgementTooLate,
    PacketRefused,
    ResultsDelivered,
    ResultsNotAcknowledged,
    ResultsNotWritten,
    ResultsRedeliveredOften,
)
from samlink.gateway.watch.peer_lines import Tell
from samlink.link import Link
from samlink.watch.events import Events
from samlink.wire import commands
from samlink.wire.commands import Version
from samlink.wire.errors import LocalProtocolError
from samlink.wire.packets import Packet
from samlink.wire.records import KeyRecord
from samlink.wire.sessions.gateway import GatewaySession
from samlink.wire.sessions.session import Ended, Refused, Requested


class ReportConnection:
    """Serves one report connection after its login, until it ends."""

    def __init__(
        self,
        link: Link[GatewaySession],
        mailbox: Mailbox,
        account: Account,
        *,
        log_in_again: Callable[[], Awaitable[None]],
        limits: Limits,
        waits: Waits,
        events: Events,
        tell: Tell,
    ) -> None:
        self._link = link
        self._session = link.session
        self._mailbox = mailbox
        self._account = account
        self._log_in_again = log_in_again
        self._limits = limits
        self._waits = waits
        self._tell = tell
        self._outstanding: list[Report] = []
        """On the wire, and not known to have arrived."""
        self._given_back: list[Report] = []
        """Pushed here and given back at the last acknowledgement that left some out: their key may still come."""
        self._marks = Tasks("an acknowledgement", events)
        self._ack_timer: asyncio.TimerHandle | None = None
        self._pause: asyncio.TimerHandle | None = None
        self._draining = False

    async def run(self) -> None:
        """Until the connection ends. What is not acknowledged then is free for the next connection."""
        pushes = self._session.version is Version.SAM11
        reader = self._push if pushes else self._nothing
        self._mailbox.open(reader)
        try:
            await self._serve(pushes=pushes)
        except asyncio.CancelledError:
            await self._marks.cancel()
            raise
        finally:
            self._cancel_timers()
            self._mailbox.close(reader, self._outstanding)
            self._outstanding = []
            await self._marked()

    async def _serve(self, *, pushes: bool) -> None:
        refused_in_row = 0
        if pushes:
            self._push()
        while not isinstance(event := await self._link.next_event(), Ended):
            if isinstance(event, Requested):
                refused_in_row = 0
                await self._answer(event.packet, pushes=pushes)
            elif isinstance(event, Refused):
                self._tell(PacketRefused(event.error.response.value, event.error.detail))
                refused_in_row += 1
            if self._draining or refused_in_row >= self._limits.refusals_in_row:
                self._link.close()
        if self._session.ended_in_order and self._link.fin_proves_reading and not pushes:
            self._ended_in_order()

    async def _answer(self, packet: Packet, *, pushes: bool) -> None:
        if packet.command in commands.LOGINS:
            await self._log_in_again()
        elif pushes:
            await self._acknowledged(packet)
        else:
            await self._polled()

    async def _marked(self) -> None:
        try:
            await self._marks.fewer_than(1)
        except asyncio.CancelledError:
            await self._marks.cancel()
            raise

    def drain(self) -> None:
        """Answer a poll that was taken, then close: what is not acknowledged is delivered again later."""
        self._draining = True
        if not self._session.blocked:
            self._link.close()

    def _cancel_timers(self) -> None:
        for timer in (self._ack_timer, self._pause):
            if timer is not None:
                timer.cancel()
        self._ack_timer = self._pause = None

    def _taken(self) -> list[Report]:
        """The results of the next page."""
        results = self._mailbox.take(self._limits.results_in_push)
        times = self._mailbox.redeliveries.times(results)
        if times in WARNED_TIMES:
            self._tell(ResultsRedeliveredOften(times, len(results)))
        return results

    # -- SAM10

    @staticmethod
    def _nothing() -> None:
        """A poll will come by itself."""

    async def _polled(self) -> None:
        self._mark(self._outstanding)
        self._outstanding = []
        await self._marks.fewer_than(self._limits.marks_waiting)
        results = self._taken()
        if not results and self._mailbox.may_have_more:
            await self._mailbox.loaded()
            results = self._taken()
        self._outstanding = results
        if not self._session.over:
            self._session.answer_poll([result_record(report) for report in results], self._link.now)
            self._link.flush()

    def _ended_in_order(self) -> None:
        """The customer closed after it had the whole page: often enough, that is its acknowledgement."""
        needed = 1 if self._account.close_acknowledges else ORDERLY_ENDS_NEEDED
        delivered = self._mailbox.redeliveries.ended_in_order(self._outstanding, needed=needed)
        if delivered:
            self._mark(delivered)
            marked = {report.id for report in delivered}
            self._outstanding = [report for report in self._outstanding if report.id not in marked]

    # -- SAM11

    def _push(self) -> None:
        # What was acknowledged stays outstanding until its event is handled, though the session would push already.
        if self._outstanding or self._pause is not None or self._link.over or not self._session.may_push:
            return
        if len(self._marks) >= self._limits.marks_waiting:
            return
        results = self._taken()
        if results:
            self._write(results)
        elif self._mailbox.may_have_more:
            self._mailbox.start_loading()

    def _write(self, results: list[Report]) -> None:
        self._outstanding = results
        try:
            self._session.push([result_record(report) for report in results], self._link.now)
        except LocalProtocolError as error:
            # Who calls here brings results of many customers: what cannot be written must not stop the others.
            self._tell(ResultsNotWritten(str(error)))
            self._link.close()
            return
        self._link.flush()
        self._ack_timer = asyncio.get_running_loop().call_later(self._waits.acknowledgement_seconds, self._give_up)

    def _give_up(self) -> None:
        seconds = self._waits.acknowledgement_seconds
        self._tell(AcknowledgementTooLate(seconds))
        self._link.close()

    async def _acknowledged(self, packet: Packet) -> None:
        acknowledged, others = _split(self._outstanding, packet.records)
        late = self._late(packet.records) if others or not acknowledged else []
        self._mark([*acknowledged, *late])
        # An answer to an earlier push alone says nothing of this one.
        if acknowledged or not late:
            self._end_push(acknowledged, others)
        await self._marks.fewer_than(self._limits.marks_waiting)
        self._push()

    def _late(self, keys: Sequence[KeyRecord]) -> list[Report]:
        """Results that were given back, whose key comes now, and that have not gone out again."""
        if not self._given_back:
            return []
        named, _ = _split(self._given_back, keys)
        return self._mailbox.withdraw(named)

    def _end_push(self, acknowledged: Sequence[Report], others: Sequence[Report]) -> None:
        self._outstanding = []
        if self._ack_timer is not None:
            self._ack_timer.cancel()
            self._ack_timer = None
        self._given_back = list(others)
        if others:
            self._tell(ResultsNotAcknowledged(len(others)))
            if not acknowledged:
                self._begin_pause()
            self._mailbox.give_back(others)

    def _begin_pause(self) -> None:
        """A client that acknowledges nothing would get the same results again as fast as the line can carry them."""
        self._pause = asyncio.get_running_loop().call_later(self._waits.redelivery_seconds, self._end_pause)

    def _end_pause(self) -> None:
        self._pause = None
        self._push()

    # -- both

    def _mark(self, reports: Sequence[Report]) -> None:
        if reports:
            self._tell(ResultsDelivered(len(reports)))
            self._marks.start(self._mailbox.delivered(reports))


def _split(reports: Sequence[Report], keys: Sequence[KeyRecord]) -> tuple[list[Report], list[Report]]:
    """Those that `keys` acknowledge, and the others. A key acknowledges one result each time that it stands there, for
    results of one key differ in RECEIVER, which an acknowledgement does not name."""
    asked = [(report.group_id, report.message_id) for report in reports]
    if asked == [(key.group_id, key.message_id) for key in keys]:
        return list(reports), []  # as clients do: all of them, in order
    named = Counter((key.group_id, key.message_id) for key in keys)
    acknowledged: list[Report] = []
    others: list[Report] = []
    for report, key in zip(reports, asked, strict=True):
        if named[key] > 0:
            named[key] -= 1
            acknowledged.append(report)
        else:
            others.append(report)
    return acknowledged, others
