"""A report connection without a socket: what happens between an acknowledgement's arrival and its handling."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import cast

import pytest

from samlink.core.message import Report
from samlink.gateway.limits import Limits
from samlink.gateway.reports.mailbox import Mailbox, MailboxStock
from samlink.gateway.sam.report_connection import ReportConnection
from samlink.gateway.waits import Waits
from samlink.link import Link
from samlink.store.contract import Store
from samlink.testing.clock import until
from samlink.vocabulary.services import Duty, Service
from samlink.watch.events import Events
from samlink.wire import commands
from samlink.wire.commands import Version
from samlink.wire.frame import FrameBuffer
from samlink.wire.packets import decode_body
from samlink.wire.records import KeyRecord, Login, LoginAnswer
from samlink.wire.sessions.client import ClientSession
from samlink.wire.sessions.gateway import GatewaySession
from samlink.wire.sessions.session import Ended, Event
from tests.gateway.reports.test_mailbox import ACCOUNT, LEASE, SERVICE, Rows
from tests.gateway.running import account


class Line:
    """Stands in for a Link: a test says when the owner learns of an event, and reads what the session wrote."""

    def __init__(self) -> None:
        self.session = GatewaySession(Service.SMS, Duty.REPORT, 0.0)
        self.over = False
        self.peer = "192.0.2.1"
        self.fin_proves_reading = False
        self.now = 0.0
        self.events: asyncio.Queue[Event] = asyncio.Queue()
        self.pages: list[list[str]] = []
        """MSG_IDs of each push."""
        self._client = ClientSession(Service.SMS, Duty.REPORT, Version.SAM11, 0.0)
        self._client.login(Login("demo", "secret"), 0.0)
        self.session.receive(self._client.bytes_to_send(), 0.0)
        self.session.answer_login(LoginAnswer(1, 0, 0, 0, 0, "Y", 2000), batch_limit=30, service_class=1, now=0.0)
        self._client.receive(self.session.bytes_to_send(), 0.0)

    async def next_event(self) -> Event:
        """The next event that the test lets through."""
        return await self.events.get()

    def flush(self) -> None:
        """Read what was pushed."""
        data = self.session.bytes_to_send()
        self._client.receive(data, 0.0)
        buffer = FrameBuffer(1 << 20)
        buffer.feed(data)
        while (frame := buffer.next_frame()) is not None:
            packet = decode_body(commands.RESULTS, frame.body)
            self.pages.append([record.message_id for record in packet.records])

    def acknowledge(self, *message_ids: str) -> list[Event]:
        """The client's 1030 arrives; the events that the owner will be told."""
        self._client.acknowledge([KeyRecord("g", message_id) for message_id in message_ids], 0.0)
        return self.session.receive(self._client.bytes_to_send(), 0.0)

    def close(self) -> None:
        """End the session, as a closed link does."""
        self.session.close()
        self.events.put_nowait(Ended("closed"))


async def never_again() -> None:
    """No test of this file logs in twice."""


class Served:
    """A report connection that serves a Line from a mailbox on Rows."""

    def __init__(self, **waits: float) -> None:
        self.rows = Rows()
        self.box = Mailbox(ACCOUNT, SERVICE, MailboxStock(cast(Store, self.rows), LEASE, 2_000, 0.001, Events()))
        self.line = Line()
        link = cast(Link[GatewaySession], self.line)
        self.connection = ReportConnection(
            link,
            self.box,
            account(),
            log_in_again=never_again,
            limits=Limits(),
            waits=Waits(**waits),
            tell=Events().tell,
            events=Events(),
        )
        self.task = asyncio.create_task(self.connection.run())

    def settle(self, *numbers: int) -> Sequence[Report]:
        """Results of these messages come in."""
        found = self.rows.settle(*numbers)
        self.box.hand(found)
        return found

    async def tell(self, events: list[Event]) -> None:
        """Let the connection handle these."""
        for event in events:
            self.line.events.put_nowait(event)
        await until(self.line.events.empty)

    async def end(self) -> None:
        """Close the line."""
        self.line.close()
        await asyncio.wait_for(self.task, 10)
        await self.box.stop()


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    made = Served()
    await until(lambda: not made.box.may_have_more)
    yield made
    await made.end()


async def test_results_do_not_overtake_an_acknowledgement_that_is_not_handled_yet(served: Served) -> None:
    served.settle(1, 2)
    events = served.line.acknowledge("1", "2")
    served.settle(3)
    assert served.line.pages == [["1", "2"]]
    await served.tell(events)
    await until(lambda: len(served.line.pages) == 2)
    assert served.line.pages[1] == ["3"]
    await until(lambda: list(served.rows.rows) == [3])
    await served.tell(served.line.acknowledge("3"))
    await until(lambda: not served.rows.rows)


async def test_what_was_acknowledged_but_not_handled_when_the_line_broke_is_still_delivered(served: Served) -> None:
    served.settle(1)
    for event in served.line.acknowledge("1"):
        served.line.events.put_nowait(event)
    await served.end()
    assert served.rows.rows == {}


async def test_nothing_is_pushed_beyond_the_acknowledgements_that_wait_for_the_store(served: Served) -> None:
    held = asyncio.Event()
    delivered = served.rows.delivered

    async def slowly(token: int, ids: Sequence[int]) -> None:
        await held.wait()
        await delivered(token, ids)

    served.rows.delivered = slowly  # type: ignore[method-assign]
    limit = Limits().marks_waiting
    for number in range(1, limit + 3):
        served.settle(number)
        if len(served.line.pages) == number:
            await served.tell(served.line.acknowledge(str(number)))
    assert len(served.line.pages) == limit
    held.set()
    await until(lambda: len(served.line.pages) == limit + 1)
    assert served.line.pages[-1] == [str(limit + 1), str(limit + 2)]


async def test_a_second_acknowledgement_of_the_same_takes_nothing_away(served: Served) -> None:
    served.settle(1)
    first = served.line.acknowledge("1")
    await served.tell(first)
    served.settle(2)
    await until(lambda: len(served.line.pages) == 2)
    await served.tell(first)
    assert 2 in served.rows.rows
