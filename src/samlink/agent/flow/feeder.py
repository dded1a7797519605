"""Rows of one table become messages: they are claimed, judged and sent, and the outcome of each is stored.

A feeder handles one claim after the other. A table has several: the first polls; the others help while the table has
more rows than one claim holds, so that one waits for the database while another waits for the gateway. One more feeds
urgent rows, so that these never queue behind a bulk that was claimed before: on a connection of its own, or, where only
one login is allowed, ahead of everything else on that one.
"""

import asyncio
import enum
import os
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final

from samlink.agent.driver_errors import (
    ROW_ERRORS,
    is_about_a_value,
    is_refusal,
    masked,
    reason_of,
    without_receivers,
)
from samlink.agent.errors import TableError
from samlink.agent.flow.context import SHOWN, AgentContext
from samlink.agent.flow.lookout import Lookout
from samlink.agent.flow.outcomes import Outcomes
from samlink.agent.flow.rejections import Rejections
from samlink.agent.judge.expired_rows import expire
from samlink.agent.judge.quiet_hours import Silence, silence
from samlink.agent.judge.verdict import Refused
from samlink.agent.tables.bisect import RefusedRows
from samlink.agent.tables.claim.unreadable_rows import set_aside
from samlink.agent.tables.rows import RANDOM_BYTES, Claimed, ClaimLease
from samlink.agent.tables.schema.ids import id_text
from samlink.agent.tables.settle.unwritten_results import refuse_or_keep
from samlink.agent.watch import events
from samlink.client import AnyMessage, ClientError, GatewayUnreachableError, Sender
from samlink.vocabulary.problem import N_, Problem
from samlink.vocabulary.services import Service
from samlink.vocabulary.times import KST

QUIET_SECONDS: Final = 10.0
"""How often expired rows are looked for in quiet hours."""
IN_VAIN_BORNE: Final = 3
"""Consecutive claims that may be refused although no row is refused alone; then the table is waited for."""


class Role(enum.Enum):
    """A feeder's role for its table."""

    FIRST = "first"
    HELP = "help"
    URGENT = "urgent"


class Shared:
    """What the feeders of one table share."""

    def __init__(self, refused: RefusedRows, lookout: Lookout) -> None:
        self.refused = refused
        self.lookout = lookout
        self.rejections = Rejections()
        self.rush = False
        """Whether the table has more rows than one claim holds."""


class Feeder:
    """Sends rows of one table."""

    def __init__(self, sender: Sender, context: AgentContext, role: Role, shared: Shared) -> None:
        self._table = table = shared.lookout.table
        self._sender = sender
        self._judge = context.judge
        self._retrier = context.retrier
        self._events = context.events
        self._clock = context.clock
        self._unwritten = context.unwritten
        self._work = context.settings.work
        self._role = role
        self._shared = shared
        self._in_vain = 0
        services = table.mapping.services
        self._windows = [window for window in context.settings.quiet if window.is_of(table.source, services)]

    async def run(self) -> None:
        """Claim and send until told to stop."""
        while not self._retrier.is_over:
            quiet = silence(self._windows, datetime.fromtimestamp(self._clock(), KST))
            if quiet is not None and not (quiet.urgent_goes and self._role is Role.URGENT):
                await self._wait_quietly(quiet)
            elif self._role is Role.HELP and not self._shared.rush:
                await self._retrier.wait(self._work.poll_seconds)
            elif rows := await self._retrier.in_database(f"claim {self._table.source}", self._claim):
                await self._handle(rows)
            elif self._role is Role.HELP:
                await self._retrier.wait(self._work.poll_seconds)
            else:
                await self._shared.lookout.due(urgent=self._role is Role.URGENT)

    async def _wait_quietly(self, quiet: Silence) -> None:
        """Claim nothing in quiet hours; rows that expire get 75."""
        source, now = self._table.source, self._clock()
        look = partial(expire, self._table, now, self._work.rows)
        if expired := await self._retrier.in_database(f"look for timeouts in {source}", look):
            self._events.tell(events.RowsTimedOut(source, expired, f"{quiet.until:%m-%d %H:%M}"))
        # Urgent rows have other hours: a window that begins or ends meanwhile is noticed in time.
        await self._retrier.wait(max(0.0, min(QUIET_SECONDS, quiet.until.timestamp() - now)))

    def _claim(self) -> list[Claimed]:
        """Claim rows. A row that cannot be read or claimed is set aside, and the next call returns the others."""
        now = self._clock()
        lease = ClaimLease(now, now + self._work.lease_seconds, os.urandom(RANDOM_BYTES))
        try_claim = partial(self._table.try_claim, lease)
        if self._role is Role.FIRST and self._shared.refused.try_again(now, try_claim):
            self._events.tell(events.GoingOn(f"claim all rows of {self._table.source}"))
        left_out = self._shared.refused.ids
        try:
            rows = self._claim_free(lease, left_out)
        except ROW_ERRORS as error:
            if not self._leave_refusing(error, lease, left_out):
                self._set_aside(error)
            return []
        self._in_vain = 0
        self._events.tell(events.RowsClaimed(self._table.source, len(rows)))
        return rows

    def _claim_free(self, lease: ClaimLease, left_out: Sequence[Any]) -> list[Claimed]:
        limit = self._work.rows
        if self._role is Role.URGENT:
            return self._table.claim(lease, limit, urgent=True, without=left_out)
        if self._shared.rejections.in_vain:
            # Rejected rows alone would stop the table.
            rows = self._table.claim_again(lease, max(1, limit // 2))
            rows += self._table.claim(lease, limit - len(rows), without=left_out)
        else:
            rows = self._table.claim_again(lease, limit) or self._table.claim(lease, limit, without=left_out)
        self._shared.rush = len(rows) == limit
        return rows

    def _leave_refusing(self, error: Exception, lease: ClaimLease, left_out: Sequence[Any]) -> bool:
        """Whether the claim failed because of single rows and may succeed now; claims leave these rows out from now
        on."""
        if not is_refusal(error):
            return False
        table, urgent = self._table, self._role is Role.URGENT
        due = partial(table.due_ids, lease, self._work.rows, urgent=urgent, without=left_out)
        try:
            ids, why = self._shared.refused.find(due, partial(table.try_claim, lease), left_out)
        except ROW_ERRORS as unreadable:
            if not is_about_a_value(unreadable):
                raise
            return False
        if ids:
            shown = tuple(without_receivers(id_text(id)) for id in ids[:SHOWN])
            self._events.tell(events.RowsRefusing(table.source, len(ids), shown, reason_of(why or error)))
        # The refusing row may have been locked, or repaired meanwhile.
        self._in_vain = 0 if self._shared.refused.ids != left_out else self._in_vain + 1
        return self._in_vain < IN_VAIN_BORNE

    def _set_aside(self, error: Exception) -> None:
        """Set unreadable rows aside; raises `error` if it is not about a row."""
        if not is_about_a_value(error):
            raise error
        source = self._table.source
        if not (ids := set_aside(self._table, self._work.rows, self._clock())):
            raise TableError(
                "table.row_unreadable",
                N_("a row of {table} cannot be read ({error})"),
                table=source,
                error=type(error).__name__,
            ) from None
        shown = tuple(without_receivers(id) for id in ids[:SHOWN])
        self._events.tell(events.RowsUnreadable(source, len(ids), shown))

    async def _handle(self, rows: list[Claimed]) -> None:
        """Judge and send rows, and store the outcome of each: sent, refused, or not sent and waiting again."""
        source = self._table.source
        judge = partial(self._judge.judged, rows, self._table.mapping.service_of, self._clock())
        judged = await self._retrier.in_database(f"judge rows of {source}", judge)
        if judged is None:
            return  # they stay claimed, and are taken over when the lease ends
        outcomes = Outcomes(judged)
        await self._refuse(outcomes.take_refused())
        by_service = outcomes.by_service
        await asyncio.gather(*(self._send(outcomes, service, by_service[service]) for service in by_service))
        rejections = self._shared.rejections
        if self._sender.settings.halve_refused:
            outcomes.give_up(rejections.hear(outcomes.rejected, len(outcomes.sent)))
        else:
            outcomes.give_up(())
        outcomes.end()
        self._tell(outcomes)
        await self._write_down(outcomes)
        if not outcomes.sent and (outcomes.back or outcomes.unknown or outcomes.left_to_lease):
            await self._retrier.wait(self._work.retry_seconds * rejections.pause)

    async def _send(self, outcomes: Outcomes, service: Service, messages: list[AnyMessage]) -> None:
        """Send the messages of one service: all together to an idempotent gateway. For any other, no more than one
        request for each connection is marked at a time: rows that are marked when an agent dies may have been sent."""
        try:
            limits = await self._sender.ready(service)
            repeatable = self._sender.settings.resends(limits)
            if not repeatable:
                messages = outcomes.take_new(messages)
            size = len(messages) if repeatable else limits.batch * self._sender.connections
            while messages:
                answered = outcomes.answered
                await self._send_marked(outcomes, messages[:size], repeatable=repeatable)
                messages = messages[size:]
                if outcomes.answered == answered:
                    raise GatewayUnreachableError(
                        "gateway.answers_nothing", N_("the gateway answered none of the messages sent before")
                    )
        except ClientError as error:
            outcomes.not_sent(messages, error)

    async def _send_marked(self, outcomes: Outcomes, messages: list[AnyMessage], *, repeatable: bool) -> None:
        """Store that these rows may have been sent from now on, for an agent that takes them over; then send them. Rows
        that another agent has taken over already are left to it."""
        rows, source = outcomes.rows_of(messages), self._table.source
        mark = partial(self._table.mark_sending, rows, self._clock(), repeatable=repeatable)
        keys = await self._retrier.in_database(f"mark rows of {source} as being sent", mark)
        ours, urgent = outcomes.ours(messages, keys or ()), self._role is Role.URGENT
        async for outcome in self._sender.send_many(ours, urgent=urgent, repeated=outcomes.is_repeat):
            outcomes.note(outcome, repeatable=repeatable)

    async def _refuse(self, refused: list[tuple[Claimed, Refused]]) -> None:
        source = self._table.source
        for row, verdict in refused:
            self._events.tell(events.RowRefused(source, _shown(row), int(verdict.code), masked(verdict.reason)))
        if refused:
            # First, so that a row that waits again never collides with its own digest.
            await self._free([row for row, _ in refused])
            codes = [(row, int(verdict.code)) for row, verdict in refused]
            refuse = partial(refuse_or_keep, self._table, codes, self._clock())
            kept = await self._retrier.in_database(f"write refusals of {source}", refuse)
            self._unwritten.note(kept)

    async def _free(self, rows: list[Claimed]) -> None:
        """Let equal messages go, since these were not sent."""
        if keys := [row.key for row in rows if not row.again]:
            give_back = partial(self._judge.give_back, keys)
            await self._retrier.in_database(f"free digests of {self._table.source}", give_back)

    def _tell(self, outcomes: Outcomes) -> None:
        source, tell = self._table.source, self._events.tell
        for row, verdict in outcomes.doubted:
            tell(events.RowInDoubt(source, _shown(row), masked(verdict.reason)))
        tell(events.RowsSent(source, len(outcomes.sent)))
        if outcomes.left_to_lease:
            tell(events.RowsUnanswered(source, outcomes.left_to_lease))
        if outcomes.unknown:
            shown = tuple(map(_shown, outcomes.unknown[:SHOWN]))
            tell(events.RowsUnknown(source, len(outcomes.unknown), shown))
        if outcomes.back:
            why = outcomes.why_back or Problem("row.follows", N_("an equal row of the same claim was not sent"))
            tell(events.RowsReleased(source, len(outcomes.back), why))

    async def _write_down(self, outcomes: Outcomes) -> None:
        now, table = self._clock(), self._table
        if outcomes.sent:
            mark = partial(table.mark_sent, outcomes.sent, now)
            await self._retrier.in_database(f"mark rows as sent of {table.source}", mark)
        if outcomes.unknown:
            unknown = partial(table.mark_unknown, outcomes.unknown, now)
            await self._retrier.in_database(f"mark rows as unknown of {table.source}", unknown)
        await self._refuse(outcomes.take_refused())
        if outcomes.back:
            await self._free(outcomes.back)
            release = partial(table.release, outcomes.back, now)
            await self._retrier.in_database(f"give rows back of {table.source}", release)


def _shown(row: Claimed) -> str:
    """A row's id; a text may hold a telephone number."""
    return without_receivers(row.row_id) if isinstance(row.row_id, str) else id_text(row.row_id)
