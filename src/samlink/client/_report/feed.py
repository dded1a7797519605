"""One report connection: gets pages of results and acknowledges each when it was taken whole (manual 2.B.4, 3.B).

A page is what one 1031 carries. SAM10: a page is the answer to a poll; polls come every 5 s, and at once after a page.
SAM11: a page is pushed, and the 1030 that answers it carries the keys of all its results.

A page whose connection ends. In SAM11 it was not acknowledged, so it is delivered again, and is dropped
here. In SAM10 the manual knows no acknowledgement: a samlink gateway takes the next poll for one, another gateway may
count the page as delivered when it has written it. So such a page is handed on, whatever became of its connection.

Why a page is acknowledged whole or not at all. A 1030 of SAM11 names GRP_ID and MSG_ID but not the receiver, and in the
field many receivers share both (docs/protocol.md 4): a key of a half-taken page may stand for a result that was not
taken. And a peer may read a 1030 as the acknowledgement of all it pushed. So half a page is never acknowledged: it is
delivered again, and the results that were handed on already are dropped as repeats.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

from samlink.client._connection import Connection, stay_connected
from samlink.client.errors import ClientError, PacketRefusedError, SettingsError
from samlink.client.keys import MessageKey
from samlink.client.settings import ClientSettings
from samlink.vocabulary.language import InBoth
from samlink.vocabulary.problem import N_
from samlink.vocabulary.responses import Again, ResponseClass, ResponseCode, class_of, response
from samlink.vocabulary.services import Duty, Service
from samlink.watch.lines import tell
from samlink.wire import Answered, Ended, Event, KeepaliveAnswered, PollDue, Requested, ResultRecord, Version
from samlink.wire.sessions.client import UNREADABLE_PAGE

_log = logging.getLogger(__name__)

SESSION_REFUSALS_LIMIT: Final = 2
"""How many polls in a row may be refused with 11xxx, which speaks of the session, before a new login is tried."""

PAGES_LIMIT: Final = 2
"""Pages of SAM10 that wait to be taken, before no more are polled for: of connections that ended, and of the last."""


def key_of(record: ResultRecord) -> MessageKey:
    """The key of a result."""
    return MessageKey(record.group_id, record.message_id, record.receiver)


class Page:
    """Results that came together, and the connection that they came on."""

    def __init__(self, feed: "Feed", connection: Connection, records: Sequence[ResultRecord]) -> None:
        self._feed = feed
        self.connection = connection
        self.records = records
        self.next = 0
        """Place of the first record that was not looked at yet."""
        self.open: set[MessageKey] = set()
        """Keys of its results that the caller has and has not acknowledged."""

    @property
    def read(self) -> bool:
        """Whether all of it was looked at."""
        return self.next == len(self.records)

    @property
    def comes_again(self) -> bool:
        """Whether its connection broke, and the gateway will deliver it again for want of an acknowledgement."""
        return self.connection.over and self.connection.session.version is Version.SAM11

    def acknowledge(self, *, closing: bool = False) -> None:
        """All of it was taken: tell the gateway, if the connection is still there. `closing`: nothing more is wanted,
        so a gateway that would not take a poll for an acknowledgement is not polled."""
        self._feed.page_is_over(self)
        session, link = self.connection.session, self.connection.link
        if session.version is Version.SAM10:
            if self.connection.terms.samlink or not closing:
                self._feed.poll()
        elif not self.connection.over:
            session.acknowledge([record.key for record in self.records], link.now)
            link.flush()


class Feed:
    """The report connection of one service, made again whenever it breaks."""

    def __init__(
        self,
        settings: ClientSettings,
        service: Service,
        *,
        news: Callable[[], None],
        failed: Callable[[ClientError], None],
    ) -> None:
        self.settings = settings
        self.service = service
        self._pages: deque[Page] = deque()
        """Pages not yet taken whole, in order; the session and the polls bound their number."""
        self._connection: Connection | None = None
        self._session_refusals = 0
        self._closing = False
        self._no_poll_outstanding = asyncio.Event()
        self._no_poll_outstanding.set()
        self._news = news
        self._failed = failed

    @property
    def connected(self) -> bool:
        """Whether it is logged in at this moment."""
        return self._connection is not None

    @property
    def pages(self) -> tuple[Page, ...]:
        """The pages that were not taken whole, in order."""
        return tuple(self._pages)

    async def run(self) -> None:
        """Keep the connection, for ever.

        Raises:
            LoginRefusedError: for good.
            SettingsError: a samlink gateway says that this is no port for results.
        """
        await stay_connected(self.settings, self.service, Duty.REPORT, self._serve, self._failed)

    def page_is_over(self, page: Page) -> None:
        """It was taken whole: there is room for the next one."""
        if page in self._pages:
            self._pages.remove(page)

    def poll(self) -> None:
        """Poll, unless a page of this connection is not taken yet: the poll would acknowledge it. At the end nothing is
        polled for any more, since nobody would wait for it."""
        connection = self._connection
        if self._closing or connection is None or connection.over or not connection.session.idle:
            return
        if len(self._pages) >= PAGES_LIMIT or any(page.connection is connection for page in self._pages):
            return
        connection.session.poll(connection.link.now)
        self._no_poll_outstanding.clear()
        connection.link.flush()

    async def settle(self) -> None:
        """Poll no more, and wait at most `close_seconds` for the answer to the last poll: a gateway may count its
        results as delivered."""
        self._closing = True
        try:
            async with asyncio.timeout(self.settings.close_seconds):
                await self._no_poll_outstanding.wait()
        except TimeoutError:
            tell(_log, logging.WARNING, "poll_unanswered_at_close", service=self.service, duty=Duty.REPORT)

    def left(self) -> list[ResultRecord]:
        """Results that were read, will not come again, and were not acknowledged; the pages are over then."""
        records = [
            record
            for page in self._pages
            if not page.comes_again
            for place, record in enumerate(page.records)
            if place >= page.next or key_of(record) in page.open
        ]
        self._pages.clear()
        return records

    # -- inside

    async def _serve(self, connection: Connection) -> None:
        self._connection = connection
        self._session_refusals = 0
        self._news()
        try:
            self._begin(connection)
            while self._go_on(connection, await connection.link.next_event()):
                pass
        finally:
            self._connection = None
            self._no_poll_outstanding.set()
            self._pages = deque(page for page in self._pages if page.connection.session.version is Version.SAM10)

    def _begin(self, connection: Connection) -> None:
        """SAM10: poll. SAM11: a samlink gateway is asked for a sign of life at once, since one on a port for sending
        would let us wait for results for ever."""
        if connection.session.version is Version.SAM10:
            self.poll()
        elif connection.terms.samlink:
            connection.session.keep_alive(connection.link.now)
            connection.link.flush()

    def _go_on(self, connection: Connection, event: Event) -> bool:
        """Take an event; whether the connection goes on."""
        if isinstance(event, Ended):
            service, reason = self.service, event.reason
            tell(_log, logging.WARNING, "connection_ended", service=service, duty=Duty.REPORT, reason=reason)
            return False
        if isinstance(event, PollDue):
            self.poll()
        elif isinstance(event, Requested):
            if not event.packet.records:
                connection.warn_once(f"a 1031 is not by the manual: {UNREADABLE_PAGE}, so none is acknowledged")
            self._take(connection, event.packet.records)
        elif isinstance(event, KeepaliveAnswered):
            self._check_port(connection, event.response)
            connection.kept_alive(event)
        elif isinstance(event, Answered):
            return self._polled(connection, event)
        return True

    def _polled(self, connection: Connection, event: Answered) -> bool:
        """Take a poll's answer; whether the connection goes on. A refusal says that there are no results, and only one
        of the session, twice in a row, that a new login is worth trying."""
        self._no_poll_outstanding.set()
        if event.packet.records:
            self._take(connection, event.packet.records)
        if event.oddity:
            connection.warn_once(f"the answer to a poll is not by the manual: {event.oddity}")
        if event.ok:
            self._session_refusals = 0
            return True
        self._check_port(connection, event.response)
        refusal = PacketRefusedError(event.response, event.message, from_samlink=connection.terms.samlink)
        connection.warn_once(f"a poll is answered by an error, which counts as no results: {refusal}")
        of_session = class_of(event.response) is ResponseClass.SESSION
        self._session_refusals = self._session_refusals + 1 if of_session else 0
        return self._session_refusals < SESSION_REFUSALS_LIMIT and refusal.again is not Again.AFTER_RECONNECT

    def _check_port(self, connection: Connection, code: str) -> None:
        """Raises SettingsError when a samlink gateway says that this is no port for results."""
        if code == ResponseCode.WRONG_PORT and connection.terms.samlink:
            host, port = connection.address
            raise SettingsError(
                "port.no_results",
                N_(
                    "there are no results at {host}:{port}, it is a port for sending ({why}); "
                    "check base_port and addresses"
                ),
                host=host,
                port=port,
                why=InBoth(f"{code} {response(code).english}", f"{code} {response(code).korean}"),
            )

    def _take(self, connection: Connection, records: Sequence[ResultRecord]) -> None:
        for record in records:
            if record.unreadable:
                connection.warn_once(f"RESULT {record.unreadable} is no number and counts as {record.result}")
        self._pages.append(Page(self, connection, records))
        self._news()
