"""A mailbox alone, with a store whose answers a test gives by hand: what happens in between is the point."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest

from samlink.core.message import Report
from samlink.gateway.reports import mailbox as reports
from samlink.gateway.reports.mailbox import Mailbox, Mailboxes, MailboxStock
from samlink.store.contract import Store, StoreError, StoreFullError
from samlink.store.contract.values import Cursor, Lease, Page
from samlink.testing.clock import until
from samlink.watch.events import Events

ACCOUNT, SERVICE = 1, 1
LEASE = Lease(7, 60_000)


def report(number: int) -> Report:
    """The result of message `number`."""
    return Report(number, ACCOUNT, SERVICE, "g", str(number), "01012340000", 0, 6, "01190")


class Rows:
    """Settled messages, read in pages, with a gate before each answer."""

    def __init__(self) -> None:
        self.rows: dict[int, Report] = {}
        self.reads = 0
        self.free_reads = 0
        """So many do not wait for the gate."""
        self.open = asyncio.Event()
        self.open.set()
        self.failures: list[StoreError] = []
        self.renewed: list[int] = []
        self.on_renewal: Callable[[], object] = list
        """What happens meanwhile."""

    def settle(self, *numbers: int) -> list[Report]:
        """These are settled now."""
        found = [report(number) for number in numbers]
        self.rows |= {one.id: one for one in found}
        return found

    async def take_reports(
        self, lease: Lease, account: int, service: int, limit: int, *, after: Cursor | None
    ) -> Page[Report]:
        """As the store, but the answer waits for the gate."""
        assert (lease, account, service) == (LEASE, ACCOUNT, SERVICE)
        self.reads += 1
        found = [self.rows[id] for id in sorted(self.rows) if id > int(after or 0)][:limit]
        if self.reads > self.free_reads:
            await self.open.wait()
        return Page(found, Cursor(str(found[-1].id)) if len(found) == limit else None)

    async def renew_reports(self, lease: Lease, ids: Sequence[int]) -> list[int]:
        """As the store."""
        self.renewed += ids
        self.on_renewal()
        return list(ids)

    async def delivered(self, token: int, ids: Sequence[int]) -> None:
        """As the store."""
        if self.failures:
            raise self.failures.pop()
        for id in ids:
            self.rows.pop(id, None)


class Reader:
    """Takes what it can whenever it is told."""

    def __init__(self, box: Mailbox, page: int = 1_000, *, eager: bool = True) -> None:
        self.box, self.page, self.eager = box, page, eager
        self.taken: list[int] = []
        box.open(self.tell)

    def tell(self) -> None:
        """There may be something."""
        while self.eager and (found := self.box.take(self.page)):
            self.taken += [one.id for one in found]
        if self.eager and self.box.may_have_more:
            self.box.start_loading()

    def close(self) -> None:
        """The connection breaks before anything was acknowledged."""
        self.eager = False
        self.box.close(self.tell, [report(number) for number in self.taken])


@pytest.fixture
def rows() -> Rows:
    return Rows()


@pytest.fixture
async def box(rows: Rows) -> AsyncIterator[Mailbox]:
    made = Mailbox(ACCOUNT, SERVICE, MailboxStock(cast(Store, rows), LEASE, 20, 0.001, Events()))
    yield made
    await made.stop()


async def test_it_reads_what_was_settled_before(rows: Rows, box: Mailbox) -> None:
    rows.settle(*range(1, 1_201))
    reader = Reader(box)
    reader.tell()
    await until(lambda: len(reader.taken) == 1_200)
    assert reader.taken == sorted(reader.taken)
    assert not box.may_have_more


async def test_a_reading_that_the_last_reader_left_behind_counts_no_more(
    rows: Rows, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its page ends far in; whoever connects next must begin at the beginning."""
    monkeypatch.setattr(reports, "LOAD_BATCH", 10)
    rows.settle(*range(1, 31))
    rows.free_reads = 1
    rows.open.clear()
    first = Reader(box)
    first.tell()
    await until(lambda: rows.reads == 2)
    assert len(first.taken) == 10
    first.close()
    second = Reader(box)
    rows.open.set()
    second.tell()
    await until(lambda: len(second.taken) == 30)
    assert second.taken == list(range(1, 31))


async def test_results_that_come_during_a_reading_are_neither_lost_nor_doubled(rows: Rows, box: Mailbox) -> None:
    rows.settle(5, 6)
    reader = Reader(box)
    rows.open.clear()
    reader.tell()
    await until(lambda: rows.reads == 1)
    box.hand(rows.settle(1, 7))
    rows.open.set()
    await until(lambda: len(reader.taken) == 4)
    assert sorted(reader.taken) == [1, 5, 6, 7]
    box.hand(rows.settle(8))
    assert reader.taken[-1] == 8


async def test_a_reading_that_is_faster_than_who_settled_doubles_nothing(rows: Rows, box: Mailbox) -> None:
    settled = rows.settle(1, 2)
    reader = Reader(box)
    reader.tell()
    await until(lambda: not box.may_have_more)
    box.hand([*settled, *rows.settle(3)])
    assert reader.taken == [1, 2, 3]


async def test_what_does_not_fit_is_read_from_the_store(rows: Rows, box: Mailbox) -> None:
    reader = Reader(box, page=5)
    reader.tell()
    await until(lambda: not box.may_have_more)
    reader.eager = False
    for first in range(1, 101, 10):
        box.hand(rows.settle(*range(first, first + 10)))
    assert len(box.take(1_000)) == 20
    reader.eager = True
    reader.tell()
    await until(lambda: len(reader.taken) == 80)
    assert sorted(reader.taken) == list(range(21, 101))


async def test_what_is_given_back_wakes_the_others(rows: Rows, box: Mailbox) -> None:
    first, second = Reader(box, eager=False), Reader(box, eager=False)
    box.start_loading()
    await until(lambda: not box.may_have_more)
    box.hand(rows.settle(1, 2))
    held = box.take(10)
    second.eager = True
    box.give_back(held)
    assert second.taken == [1, 2]
    first.close()
    assert second.taken == [1, 2]


async def test_what_a_closed_connection_had_goes_out_first_and_in_order(rows: Rows, box: Mailbox) -> None:
    first, second = Reader(box), Reader(box, eager=False)
    first.tell()
    await until(lambda: not box.may_have_more)
    box.hand(rows.settle(1, 2))
    first.eager = False
    box.hand(rows.settle(3, 4))
    second.eager = True
    first.close()
    assert second.taken == [1, 2, 3, 4]


async def test_an_acknowledgement_is_tried_until_it_is_recorded_and_is_not_read_again(rows: Rows, box: Mailbox) -> None:
    reader = Reader(box)
    reader.tell()
    await until(lambda: not box.may_have_more)
    box.hand(rows.settle(1))
    rows.failures = [StoreFullError("store.test", "full"), StoreError("store.test", "busy")]
    marking = asyncio.create_task(box.delivered([report(1)]))
    box.look()
    await until(lambda: not box.may_have_more)
    await marking
    box.look()
    await until(lambda: not box.may_have_more)
    assert reader.taken == [1]
    assert rows.rows == {}


async def test_without_readers_nothing_is_kept_in_memory(rows: Rows, box: Mailbox) -> None:
    box.hand(rows.settle(*range(1, 1_000)))
    assert box.take(10) == []
    reader = Reader(box)
    reader.tell()
    await until(lambda: len(reader.taken) == 999)
    reader.close()
    assert box.take(10) == []
    box.hand(rows.settle(1_000))
    assert box.take(10) == []


async def test_a_reader_of_a_closed_mailbox_stops_the_reading(rows: Rows, box: Mailbox) -> None:
    rows.settle(1)
    reader = Reader(box)
    rows.open.clear()
    reader.tell()
    await until(lambda: rows.reads == 1)
    reader.close()
    rows.open.set()
    await asyncio.wait_for(cast(Any, box)._loaders.fewer_than(1), 5)
    assert box.take(10) == []


async def test_a_customer_who_connects_while_leases_are_renewed_disturbs_nothing(rows: Rows) -> None:
    boxes = Mailboxes(cast(Store, rows), token=7, reports_in_memory=20, retry_seconds=0.001, events=Events())
    boxes.get(ACCOUNT, SERVICE).open(lambda: None)
    await boxes.get(ACCOUNT, SERVICE).loaded()
    boxes.hand(rows.settle(1))
    rows.on_renewal = lambda: boxes.get(2, SERVICE)
    await boxes.renew()
    await boxes.stop()
    assert rows.renewed == [1]


async def test_what_another_owners_lease_has_left_reaches_a_customer_who_stays_connected(
    rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    steady = SimpleNamespace(now=0.0)
    monkeypatch.setattr(reports, "time", SimpleNamespace(monotonic=lambda: steady.now))
    boxes = Mailboxes(cast(Store, rows), token=7, reports_in_memory=20, retry_seconds=0.001, events=Events())
    reader = Reader(boxes.get(ACCOUNT, SERVICE))
    await reader.box.loaded()
    rows.settle(1)  # not seen while another owner had it
    await boxes.renew()
    assert not reader.box.may_have_more
    steady.now = reports.LEASE_MS / 1000
    await boxes.renew()
    await until(lambda: reader.taken == [1])
    await boxes.stop()
