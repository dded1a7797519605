"""A small gateway on 127.0.0.1 that does what a test tells it to: for tests of programs that use `samlink.client`.

    async with ScriptedGateway() as gateway:
        gateway.steps.append(Step.TAKE_AND_DROP)
        async with Sender(gateway.settings()) as sender:
            await sender.send(message)
        assert len(gateway.requests) == 2

It has real sockets and `samlink.wire.GatewaySession` behind them, and no store: what it was told is in plain lists.
Each send or upload request takes the next of `steps`, each login the next of `logins`; when there is none, the request
is taken. `until` waits for whatever a test wants to see, so that no test has to sleep.
"""

import asyncio
import enum
import hashlib
import ssl
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec

from samlink.client import ClientSettings
from samlink.link import Link
from samlink.testing.six_ports import SixPorts
from samlink.vocabulary.responses import ResponseCode
from samlink.vocabulary.services import Duty, Service, port_of
from samlink.wire import (
    Ended,
    Event,
    GatewaySession,
    KeyRecord,
    KmsRecord,
    LoginAnswer,
    Packet,
    Requested,
    ResultRecord,
    SendRecord,
    Version,
    choices,
    commands,
)

HOST: Final = "127.0.0.1"
PASSWORD: Final = "scripted-password"
SENT_AT: Final = 1_230_769_810
"""SEND_DT of results: 2009-01-01 09:30:10, as in the manual."""


class Step(enum.Enum):
    """What to do with a request."""

    TAKE = "take it and answer"
    TAKE_AND_DROP = "take it, and close the connection instead of answering"
    DROP = "close the connection without taking it"
    TAKE_AND_STAY_SILENT = "take it, and never answer"


class Refuse(msgspec.Struct, frozen=True):
    """Answer a request or a login with an error; `detail` becomes RESP_MESG."""

    code: ResponseCode
    detail: str = ""


class SendRequest(msgspec.Struct):
    """A send request as it came."""

    command: str
    records: Sequence[SendRecord | KmsRecord]
    files: tuple[str, ...]
    connection: int
    """Number of the connection, counted from 0 over all ports."""


class Peer:
    """One connection of a client."""

    def __init__(self, number: int, service: Service, duty: Duty, link: Link[GatewaySession]) -> None:
        self.number = number
        self.service = service
        self.duty = duty
        self.link = link
        self.id = ""
        """The login's ID; empty before it."""
        self.page: list[ResultRecord] | None = None
        """Results that were delivered and not acknowledged."""


class ScriptedGateway(SixPorts):
    """A gateway for tests; public attributes may be changed at any time."""

    def __init__(self, *, tls: ssl.SSLContext | None = None) -> None:
        super().__init__()
        self._tls = tls
        self.name = choices.SAMLINK_NAME
        """What it says that it is, at the login; any other text: no samlink gateway."""
        self.batch_limit = 30
        self.variable = False
        """VARIABLE_YN."""
        self.max_msg_size = 2000
        self.results_by_themselves = False
        """Whether each message that is taken gets a result 6."""
        self.closes_at_once = False
        """Whether connections are closed as soon as they come about."""
        self.refuses: Callable[[SendRecord | KmsRecord], bool] = lambda _: False
        """Whether a request with this message is refused (12014)."""
        self.breaks_over: Callable[[SendRecord | KmsRecord], bool] = lambda _: False
        """Whether a request with this message has its connection closed, without being taken."""
        self.steps: deque[Step | Refuse] = deque()
        self.logins: deque[Refuse] = deque()
        self.requests: list[SendRequest] = []
        """Send requests in the order in which they came, also those that were refused or dropped."""
        self.messages: dict[tuple[str, str, str], SendRecord | KmsRecord] = {}
        """What was taken, by key: a message that comes again is not taken twice."""
        self.uploads: list[bytes] = []
        self.acknowledged: list[list[KeyRecord]] = []
        """Keys of each 1030 of SAM11; for SAM10, keys of the results that a poll acknowledged."""
        self.polls = 0
        self.peers: list[Peer] = []
        """Connections that are open."""
        self.connections = 0
        """How many connections there were."""
        self.login_ids: list[str] = []
        self._pages: dict[Service, deque[list[ResultRecord]]] = {service: deque() for service in Service}

    # -- what tests do

    def settings(self, **changes: Any) -> ClientSettings:
        """Settings of a client of this gateway, which reconnects without a wait unless told."""
        given: dict[str, Any] = {
            "host": HOST,
            "base_port": self.base_port,
            "id": "scripted",
            "password": PASSWORD,
            "reconnect_seconds": 0,
            "retry_seconds": 0,
        }
        return ClientSettings(**(given | changes))

    def drop_all(self, duty: Duty | None = None) -> None:
        """Close connections without a farewell; of one duty only, if told."""
        for peer in tuple(self.peers):
            if duty in {None, peer.duty}:
                peer.link.close(at_once=True)

    def deliver(self, *pages: Sequence[ResultRecord], service: Service = Service.SMS) -> None:
        """Have each page of results delivered by one 1031, and again until it is acknowledged."""
        self._pages[service].extend(list(page) for page in pages)
        for peer in self.peers:
            self._hand_out(peer)

    def address(self, service: Service, duty: Duty) -> str:
        """`ip:port`, as a redirect names it."""
        return f"{HOST}:{port_of(service, duty, self.base_port)}"

    # -- inside: connections

    async def _listen(self, service: Service, duty: Duty, port: int) -> asyncio.Server:
        loop = asyncio.get_running_loop()
        return await loop.create_server(self._protocol(service, duty), HOST, port, ssl=self._tls)

    def _protocol(self, service: Service, duty: Duty) -> Callable[[], Link[GatewaySession]]:
        def connected(link: Link[GatewaySession]) -> None:
            peer = Peer(self.connections, service, duty, link)
            self.connections += 1
            self.peers.append(peer)
            self._serve_in_a_task(self._serve(peer))

        return lambda: Link(lambda now: _ScriptedSession(service, duty, now), on_connected=connected)

    async def _serve(self, peer: Peer) -> None:
        link = peer.link
        if self.closes_at_once:
            link.close(at_once=True)
        try:
            while not isinstance(event := await link.next_event(), Ended):
                if isinstance(event, Requested):
                    self._requested(peer, event.packet)
                    link.flush()
                self._changed.set()
        finally:
            self.peers.remove(peer)
            self._give_back(peer)
            link.close()
            self._changed.set()

    def _requested(self, peer: Peer, packet: Packet) -> None:
        if packet.command is commands.LOGIN:
            self._login(peer, packet)
        elif packet.command is commands.RESULTS_TAKEN:
            self._results_asked(peer, packet)
        elif packet.command is commands.UPLOAD:
            self.uploads.append(packet.head.content)
            name = f"{hashlib.md5(packet.head.content, usedforsecurity=False).hexdigest()}.{packet.head.extension}"
            self._answer(peer, lambda now: peer.link.session.answer_file(name, now), lambda: None)
        else:
            files = () if packet.head is None else packet.head.given
            self.requests.append(SendRequest(packet.command.code, packet.records, files, peer.number))
            if any(self.breaks_over(record) for record in packet.records):
                peer.link.close(at_once=True)
                return
            if any(self.refuses(record) for record in packet.records):
                peer.link.session.refuse(ResponseCode.BAD_FIELD, "bad field", peer.link.now)
                return
            self._answer(peer, peer.link.session.answer_messages, lambda: self._take(peer, packet.records))

    def _login(self, peer: Peer, packet: Packet) -> None:
        session, now = peer.link.session, peer.link.now
        self.login_ids.append(packet.head.id)
        if self.logins:
            refusal = self.logins.popleft()
            session.refuse(refusal.code, refusal.detail, now)
            return
        if packet.head.password != PASSWORD:
            session.refuse(ResponseCode.LOGIN_FAILED, "login failed", now)
            return
        peer.id = packet.head.id
        variable = "Y" if self.variable else "N"
        answer = LoginAnswer(1, 2000, 5000, 25000, 100_000, variable, self.max_msg_size)
        session.answer_login(answer, batch_limit=self.batch_limit, service_class=1, now=now, name=self.name)
        self._hand_out(peer)

    def _answer(self, peer: Peer, answer: Callable[[float], None], take: Callable[[], None]) -> None:
        step = self.steps.popleft() if self.steps else Step.TAKE
        link = peer.link
        if isinstance(step, Refuse):
            link.session.refuse(step.code, step.detail, link.now)
            return
        if step is Step.DROP:
            link.close(at_once=True)
            return
        take()
        if step is Step.TAKE_AND_DROP:
            link.close(at_once=True)
        elif step is Step.TAKE:
            answer(link.now)

    def _take(self, peer: Peer, records: Sequence[SendRecord | KmsRecord]) -> None:
        new = {(r.group_id, r.message_id, r.receiver): r for r in records}
        results = [result_of(record) for key, record in new.items() if key not in self.messages]
        self.messages.update(new)
        if self.results_by_themselves and results:
            self.deliver(results, service=peer.service)

    # -- inside: results

    def _results_asked(self, peer: Peer, packet: Packet) -> None:
        """A poll of SAM10, which acknowledges the page before; an acknowledgement of SAM11."""
        if peer.link.session.version is Version.SAM11:
            self.acknowledged.append(list(packet.records))
            named = {(key.group_id, key.message_id) for key in packet.records}
            page, peer.page = peer.page or [], None
            if left := [record for record in page if (record.group_id, record.message_id) not in named]:
                self._pages[peer.service].appendleft(left)
            self._hand_out(peer)
            return
        self.polls += 1
        if peer.page is not None:
            self.acknowledged.append([KeyRecord(record.group_id, record.message_id) for record in peer.page])
        pages = self._pages[peer.service]
        peer.page = pages.popleft() if pages else None
        peer.link.session.answer_poll(peer.page or [], peer.link.now)

    def _hand_out(self, peer: Peer) -> None:
        """Push the next page of SAM11, if the connection is ready for it."""
        pages = self._pages[peer.service]
        if pages and peer.id and peer.page is None and peer.link.session.may_push and not peer.link.over:
            peer.page = pages.popleft()
            peer.link.session.push(peer.page, peer.link.now)
            peer.link.flush()

    def _give_back(self, peer: Peer) -> None:
        """What was delivered and not acknowledged will be delivered again."""
        if peer.page is not None:
            self._pages[peer.service].appendleft(peer.page)
            for other in self.peers:
                self._hand_out(other)


class _ScriptedSession(GatewaySession):
    def receive_eof(self) -> list[Event]:
        """End at once: a script may never answer what it owes."""
        self._asked = None
        return super().receive_eof()


def result_of(record: SendRecord | KmsRecord, code: int = 6) -> ResultRecord:
    """A result of a message."""
    return ResultRecord(record.group_id, record.message_id, record.receiver, SENT_AT, code, "01190")
