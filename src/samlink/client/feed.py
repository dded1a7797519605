"""One report connection: gets pages of results and acknowledges each when it was taken whole (manual 2.B.4, 3.B).

A page is what one 1031 carries. SAM10: a page is the answer to a poll, and the next poll acknowledges it; polls come
every 5 s, and at once after a page. SAM11: a page is pushed, and the 1030 that answers it carries the keys of all its
results.

Why a page is acknowledged whole or not at all. A 1030 of SAM11 names GRP_ID and MSG_ID but not the receiver, and in the
field many receivers share both (docs/protocol.md 4): a key of a half-taken page may stand for a result that was not
taken. And a peer may read a 1030 as the acknowledgement of all it pushed. So half a page is never acknowledged: it is
delivered again, and what was handed on already is dropped as a repeat.
"""

import logging
from collections.abc import Callable, Sequence

from samlink.client.connection import Connection, stay_connected
from samlink.client.errors import ClientError
from samlink.client.settings import ClientSettings
from samlink.codes.responses import Again, ResponseCode, response
from samlink.codes.services import Duty, Service
from samlink.wire import Answered, Ended, PollDue, Requested, ResultRecord, Version
from samlink.wire.records import KeyRecord
from samlink.wire.transitions import ConnectionState

_log = logging.getLogger(__name__)


class Page:
    """Results that came together, and the connection that waits for their acknowledgement."""

    def __init__(self, feed: "Feed", connection: Connection, records: Sequence[ResultRecord]) -> None:
        self._feed = feed
        self._connection = connection
        self.records = records
        self.next = 0
        """Place of the first record that was not looked at yet."""

    @property
    def stale(self) -> bool:
        """Whether its connection broke, so that the gateway will deliver it again."""
        return self._connection.link.over or self._connection.session.state is ConnectionState.CLOSED

    def acknowledge(self) -> None:
        """All of it was taken: tell the gateway, if the connection is still there."""
        self._feed.page_is_over(self)
        if self.stale:
            return
        session, link = self._connection.session, self._connection.link
        if session.version is Version.SAM10:
            session.poll(link.now)
        else:
            session.acknowledge([KeyRecord(record.group_id, record.message_id) for record in self.records], link.now)
        link.flush()


class Feed:
    """The report connection of one service, made again whenever it breaks. It has at most one page at a time."""

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
        self.page: Page | None = None
        self.connected = False
        self._news = news
        self._failed = failed

    async def run(self) -> None:
        """Keep the connection, for ever.

        Raises:
            LoginRefused: for good.
        """
        await stay_connected(self.settings, self.service, Duty.REPORT, self._serve, self._failed)

    def page_is_over(self, page: Page) -> None:
        """There is room for the next page."""
        if self.page is page:
            self.page = None

    async def _serve(self, connection: Connection) -> None:
        self.connected = True
        self._news()
        try:
            if self.settings.version is Version.SAM10:
                self._poll(connection)
            while True:
                event = await connection.link.next_event()
                if isinstance(event, Ended):
                    _log.warning("%s report: %s", self.service.name, event.reason)
                    return
                if isinstance(event, PollDue):
                    self._poll(connection)
                elif isinstance(event, Requested):
                    self._take(connection, event.packet.records)
                elif isinstance(event, Answered) and not self._polled(connection, event):
                    return
        finally:
            self.connected = False
            self.page = None

    def _poll(self, connection: Connection) -> None:
        """Poll, unless a page is not taken yet: its acknowledgement is the next poll."""
        if self.page is None and connection.session.idle:
            connection.session.poll(connection.link.now)
            connection.link.flush()

    def _polled(self, connection: Connection, event: Answered) -> bool:
        """Take a poll's answer; whether the connection goes on."""
        if event.response in {ResponseCode.OK, ""}:
            if event.packet.records:
                self._take(connection, event.packet.records)
            return True
        known = response(event.response)
        _log.warning("%s report: the poll was refused with %s %s", self.service.name, known, event.message)
        return known.again is Again.SAME_PACKET

    def _take(self, connection: Connection, records: Sequence[ResultRecord]) -> None:
        self.page = Page(self, connection, records)
        self._news()
