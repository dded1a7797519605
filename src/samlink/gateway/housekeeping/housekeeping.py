"""Housekeeping: what must happen to messages though nobody asks. Each step is small, and runs beside the traffic.

time       the clock is looked at; while it is doubted, nothing is given up, and nothing removed
expire     a queued message whose TIMEOUT_DT has passed gets 90
rescue     a claim whose lease has ended leaves its message UNKNOWN
renew      reports that are on their way to a customer stay this gateway's
resend     UNKNOWN goes back to the queue, if its carrier is up and idempotent; else its report is awaited. The same
           applies after TIMEOUT_DT: a result of 90 would say "not sent", which nobody knows
give up    a message whose result did not come in time gets 11; so does one that waits for the carrier that may have
           had it, and that is not back by then
mark       how far the store has come, and what time it is, is written down
retention  finished messages are wiped and removed, files and leftovers are removed, a few at each turn; when that
           was not all, the next turn comes sooner
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from samlink.core.message import Claimed, Outcome
from samlink.core.retry import resend_wait_ms
from samlink.gateway.dispatch.carriers import Carriers
from samlink.gateway.limits import Limits
from samlink.gateway.reports.mailbox import Mailboxes
from samlink.gateway.retention import Retention
from samlink.gateway.timekeeping import Timekeeper
from samlink.gateway.uploads.uploads import Uploads
from samlink.gateway.waits import Waits
from samlink.gateway.watch.events import MessagesExpired, MessagesResent, MessagesUnknown, ResultsOverdue, StoreFailing
from samlink.store.contract import Rescued, Store, StoreError, StoreFullError, StoreLostError
from samlink.vocabulary.results import ResultCode
from samlink.vocabulary.services import Service
from samlink.vocabulary.times import DAY_MS
from samlink.watch.events import Events

MARK_SECONDS: Final = 2.0
"""Between marks. The commits since the last one could be lost without a start's noticing."""
CATCHING_UP: Final = 10
"""So many times as often it looks while there is more to remove than one turn may: traffic of more than a batch for
each turn would otherwise fill the disk."""


class Housekeeping:
    """The steps, and the loop that runs them."""

    def __init__(
        self,
        store: Store,
        carriers: Carriers,
        mailboxes: Mailboxes,
        *,
        uploads: Uploads,
        limits: Limits,
        waits: Waits,
        retention: Retention,
        now_ms: Callable[[], int],
        events: Events,
        timekeeper: Timekeeper | None = None,
    ) -> None:
        """Without a `timekeeper`, `now_ms` is beyond doubt."""
        self._store = store
        self._events = events
        self._carriers = carriers
        self._mailboxes = mailboxes
        self._batch = limits.upkeep_batch
        self._uploads = uploads
        self._waits = waits
        self._result_waits = {
            "sms_wait_ms": waits.result_wait_ms(Service.SMS),
            "other_wait_ms": waits.result_wait_ms(Service.MMS),
        }
        self._retention = retention
        self._now_ms = now_ms
        self._timekeeper = timekeeper
        self._behind = False
        """The last turn left something to remove."""
        self._mark_at = 0.0

    async def recover(self) -> None:
        """At start: the claims of a gateway that is gone have no lease any more, so their messages are UNKNOWN.

        A full disk does not keep the gateway from starting: the loop does the same.
        """
        try:
            found = await self._rescue_claims()
            if found.unknown:
                self._events.tell(MessagesUnknown(found.unknown, "start"))
            await self._resend()
        except StoreFullError as error:
            self._events.tell(StoreFailing("recover", str(error)))

    async def loop(self) -> None:
        """Run all steps, again and again."""
        steps: Sequence[Callable[[], Awaitable[None]]] = (
            self._look_at_clock,
            self._expire,
            self._rescue,
            self._resend,
            self._give_up,
            self._mailboxes.renew,
            self._mark,
            self._retain,
        )
        while True:
            for step in steps:
                try:
                    await step()
                except StoreLostError:
                    raise
                except StoreError as error:
                    self._events.tell(StoreFailing(step.__name__.strip("_").replace("_", " "), str(error)))
            await asyncio.sleep(self._waits.upkeep_seconds / (CATCHING_UP if self._behind else 1))

    async def _look_at_clock(self) -> None:
        if self._timekeeper is not None:
            await self._timekeeper.look()

    @property
    def _time_is_settled(self) -> bool:
        return self._timekeeper is None or self._timekeeper.settled

    async def _expire(self) -> None:
        if self._timekeeper is not None and self._timekeeper.may_be_ahead:
            return
        while reports := await self._store.expire(self._batch, taking=self._mailboxes.lease):
            self._mailboxes.hand(reports)
            self._events.tell(MessagesExpired(len(reports)))

    async def _rescue(self) -> None:
        found = await self._rescue_claims()
        if found.unknown:
            self._events.tell(MessagesUnknown(found.unknown, "lease"))

    async def _rescue_claims(self) -> Rescued:
        return await self._store.rescue(**self._result_waits)

    async def _resend(self) -> None:
        for carrier in self._carriers.up:
            if carrier.idempotent:
                await self._resend_to(carrier.name)

    async def _resend_to(self, carrier: str) -> None:
        page = await self._store.unknowns(self._batch, carrier=carrier)
        while page.items:
            resent = 0
            for wait, ids in _by_wait(page.items, self._now_ms()).items():
                await self._store.requeue(ids, wait)
                resent += len(ids)
            if resent:
                self._events.tell(MessagesResent(carrier, resent))
                self._carriers.wake(carrier)
            page = await self._store.unknowns(self._batch, carrier=carrier, after=page.cursor)

    async def _give_up(self) -> None:
        if not self._time_is_settled:
            return
        while overdue := await self._store.overdue(self._batch, **self._result_waits):
            now_ms = self._now_ms()
            outcomes = [Outcome(message.id, ResultCode.OTHER_FAILURE, now_ms, "", charged=False) for message in overdue]
            self._events.tell(ResultsOverdue(len(outcomes)))
            self._mailboxes.hand(await self._store.settle(outcomes, taking=self._mailboxes.lease))

    async def _mark(self) -> None:
        if (now := time.monotonic()) >= self._mark_at:
            self._mark_at = now + MARK_SECONDS
            ahead = self._timekeeper is not None and self._timekeeper.may_be_ahead
            await self._store.mark(believed=not ahead)

    async def _retain(self) -> None:
        kept = self._retention
        self._behind = False
        if not self._time_is_settled:
            return
        removed: list[int] = []
        if kept.content_days is not None:
            removed.append(await self._store.wipe(_days_ms(kept.content_days), self._batch))
        removed.append(await self._store.prune(_days_ms(kept.message_days), self._batch))
        removed.append(await self._store.sweep(self._batch))
        removed.append(await self._uploads.expire(_days_ms(kept.file_days), self._batch))
        removed.append(await self._uploads.sweep())
        self._behind = max(removed) >= self._batch


def _days_ms(days: float) -> int:
    return int(days * DAY_MS)


def _by_wait(unknown: Sequence[Claimed], now_ms: int) -> dict[int, list[int]]:
    """Which of them are to be submitted again, by how long to wait before."""
    waits: dict[int, list[int]] = {}
    for message in unknown:
        wait = resend_wait_ms(message.attempts)
        if wait is not None and (message.expires_at_ms is None or message.expires_at_ms > now_ms + wait):
            waits.setdefault(wait, []).append(message.id)
    return waits
