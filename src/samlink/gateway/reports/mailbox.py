"""Results on their way to customers: settled messages, in memory for those who are connected, in the store for all.

A `Mailbox` stands for one account and service. While report connections are open it hands each result to one of them,
and a result is on one connection at a time. What a connection held when it broke goes to another one, or stays in the
store until somebody connects: nothing is delivered before the customer has acknowledged it (commit point 3).
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

from samlink.core.message import Report
from samlink.gateway.reports.redelivery import Redeliveries
from samlink.gateway.tasks import Tasks
from samlink.gateway.watch.events import StoreFailing
from samlink.store.contract import Store, StoreError, StoreLostError
from samlink.store.contract.values import Cursor, Lease
from samlink.watch.events import Events
from samlink.wire.records import ResultRecord

LEASE_MS: Final = 60_000
"""For so long a result is this node's. Another that its customer connects to has to wait for the end."""
LOAD_BATCH: Final = 500
"""Reports of one look into the store."""


def result_record(report: Report) -> ResultRecord:
    """The one translator outward: a report as a record of 1031 (manual 3.B)."""
    return ResultRecord(
        report.group_id, report.message_id, report.receiver, report.sent_at_ms // 1000, report.result, report.telecom
    )


class MailboxStock(NamedTuple):
    """What all mailboxes have in common."""

    store: Store
    lease: Lease
    """How results are taken."""
    limit: int
    """Most results of one mailbox in memory."""
    retry_seconds: float
    """After the store could not answer."""
    events: Events


class Mailbox:
    """The results of one account and service.

    `_held` are the ids that are here or on a connection, so that a look into the store does not bring them again;
    `_behind` says that the store may have results that are not here.
    """

    def __init__(self, account: int, service: int, supply: MailboxStock) -> None:
        self._account = account
        self._service = service
        self._store, self._lease, self._limit, self._retry_seconds, self._events = supply
        self._ready: deque[Report] = deque()
        self._held: set[int] = set()
        self._behind = True
        self._missed = False
        """Since the reading of the store began, results came that may lie before the place that was read to."""
        self._after: Cursor | None = None
        self._reading = 0
        """Which reading of the store this is: one that the last reader left behind says nothing any more."""
        self._marking = 0
        """Acknowledgements that the store is recording; results of theirs are in `_held` until then."""
        self._look_after_marking = False
        self._load_ended = asyncio.Event()
        """Set while nothing is being loaded; each load has an event of its own."""
        self._load_ended.set()
        self._loaders = Tasks("loading results", supply.events)
        self._readers: list[Callable[[], None]] = []
        self.redeliveries = Redeliveries()

    # -- from dispatch and housekeeping

    def hand(self, reports: Sequence[Report]) -> None:
        """Results that were settled just now; without a reader they stay in the store alone."""
        if not self._readers or self._behind or len(self._ready) + len(reports) > self._limit:
            self._fall_behind()
            return
        # A look into the store may have been faster than the one who settled them.
        fresh = [report for report in reports if report.id not in self._held]
        self._ready.extend(fresh)
        self._held.update(report.id for report in fresh)
        self._tell()

    def look(self) -> None:
        """The store has results that are not here, old ones that are to be reported again among them."""
        self._look_after_marking = self._marking > 0
        self._fall_behind()

    def look_for_left(self) -> None:
        """Another owner's lease may have ended, and its results be free."""
        if self._readers:
            self._fall_behind()

    def _fall_behind(self) -> None:
        self._missed = self._behind
        self._behind = True
        self._tell()

    # -- from report connections

    def open(self, reader: Callable[[], None]) -> None:
        """A connection that takes results from here; `reader` is called when there may be some."""
        self._readers.append(reader)

    def close(self, reader: Callable[[], None], unacknowledged: Sequence[Report]) -> None:
        """The connection is gone; what it had and did not see acknowledged is free again."""
        self._readers.remove(reader)
        self.redeliveries.returned(unacknowledged)
        self._ready.extendleft(reversed(unacknowledged))
        if not self._readers:
            self._held.difference_update(report.id for report in self._ready)
            self._ready.clear()
            self._behind, self._after = True, None
            self._reading += 1
        self._tell()

    def give_back(self, reports: Sequence[Report]) -> None:
        """Results that their customer did not acknowledge; they go out again, first, on any connection."""
        self.redeliveries.returned(reports)
        self._ready.extendleft(reversed(reports))
        self._tell()

    @property
    def may_have_more(self) -> bool:
        """Whether `take` after `loaded` might give more than now."""
        return self._behind

    def take(self, limit: int) -> list[Report]:
        """Up to `limit` results for one connection, which ends each by `delivered`, `give_back` or `close`."""
        ready = self._ready
        return [ready.popleft() for _ in range(min(limit, len(ready)))]

    def withdraw(self, reports: Sequence[Report]) -> list[Report]:
        """Those of `reports`, given back before, that have not gone out again; the caller ends each as after `take`."""
        wanted = {report.id for report in reports}
        found = [report for report in self._ready if report.id in wanted]
        if found:
            self._ready = deque(report for report in self._ready if report.id not in wanted)
        return found

    def start_loading(self) -> None:
        """Bring results from the store, until enough are here or all are; readers are told at the end."""
        if self._load_ended.is_set():
            self._load_ended = asyncio.Event()
            self._loaders.start(self._load(self._load_ended))

    async def loaded(self) -> None:
        """The same, and wait for the end; there may be nothing when the store cannot answer."""
        self.start_loading()
        await self._load_ended.wait()

    async def _load(self, ended: asyncio.Event) -> None:
        try:
            while self._behind and self._readers and len(self._ready) < LOAD_BATCH:
                await self._load_once()
        except StoreLostError:
            return
        except StoreError as error:
            self._events.tell(StoreFailing("load results", str(error)))
            await asyncio.sleep(self._retry_seconds)
        finally:
            ended.set()
        self._tell()

    async def _load_once(self) -> None:
        if self._after is None:
            self._missed = False
        reading = self._reading
        page = await self._store.take_reports(self._lease, self._account, self._service, LOAD_BATCH, after=self._after)
        if reading != self._reading:
            return
        fresh = [report for report in page.items if report.id not in self._held]
        self._ready.extend(fresh)
        self._held.update(report.id for report in fresh)
        self._after = page.cursor
        if page.cursor is None:
            self._behind = self._missed

    async def delivered(self, reports: Sequence[Report]) -> None:
        """Commit point 3 for these results, tried until the store can: what the customer has, it need not get again."""
        ids = [report.id for report in reports]
        self._marking += 1
        try:
            await self._record(ids)
        finally:
            self._marking -= 1
        if self._look_after_marking:
            self.look()  # a result whose message was sent again meanwhile would be taken for one that is held

    async def _record(self, ids: list[int]) -> None:
        while True:
            try:
                await self._store.delivered(self._lease.token, ids)
            except StoreLostError:
                return  # they go out again after the next start
            except StoreError as error:
                self._events.tell(StoreFailing("record acknowledgements", str(error)))
                await asyncio.sleep(self._retry_seconds)
            else:
                self._held.difference_update(ids)
                self.redeliveries.forget(ids)
                return

    async def renew(self) -> None:
        """Keep the results that are here or on a connection; one whose lease has ended may go out elsewhere too.

        Raises StoreError.
        """
        if self._held:
            await self._store.renew_reports(self._lease, sorted(self._held))

    async def stop(self) -> None:
        """Load no more."""
        await self._loaders.cancel()

    def _tell(self) -> None:
        for reader in self._readers:
            reader()


class Mailboxes:
    """All mailboxes, made when first needed."""

    def __init__(
        self, store: Store, *, token: int, reports_in_memory: int, retry_seconds: float, events: Events
    ) -> None:
        """`token` is this gateway's."""
        self.lease = Lease(token, LEASE_MS)
        """How results are taken."""
        self._supply = MailboxStock(store, self.lease, reports_in_memory, retry_seconds, events)
        self._renew_at = 0.0
        self._look_at = time.monotonic() + LEASE_MS / 1000
        self._boxes: dict[tuple[int, int], Mailbox] = {}

    def get(self, account: int, service: int) -> Mailbox:
        """The mailbox of an account and service."""
        key = (account, service)
        if key not in self._boxes:
            self._boxes[key] = Mailbox(account, service, self._supply)
        return self._boxes[key]

    def hand(self, reports: Iterable[Report]) -> None:
        """Sort results into their mailboxes; those of customers who are not connected stay in the store."""
        sorted_out: dict[tuple[int, int], list[Report]] = {}
        for report in reports:
            sorted_out.setdefault((report.account, report.service), []).append(report)
        for key, found in sorted_out.items():
            if (box := self._boxes.get(key)) is not None:
                box.hand(found)

    def look(self, account: int, service: int) -> None:
        """The store has results for this account that nobody was handed."""
        if (box := self._boxes.get((account, service))) is not None:
            box.look()

    async def renew(self) -> None:
        """Keep what is held, every third of its lease, and look every lease for what others have left.

        Raises StoreError.
        """
        if (now := time.monotonic()) < self._renew_at:
            return
        self._renew_at = now + LEASE_MS / 3000
        boxes = tuple(self._boxes.values())  # a customer may connect meanwhile
        for box in boxes:
            await box.renew()
        if now >= self._look_at:
            self._look_at = now + LEASE_MS / 1000
            for box in boxes:
                box.look_for_left()

    async def start(self) -> None:
        """A mailbox is made when it is first needed."""

    async def stop(self) -> None:
        """Load no more."""
        for box in tuple(self._boxes.values()):
            await box.stop()
