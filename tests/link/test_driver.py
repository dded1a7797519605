"""Links over real sockets of 127.0.0.1: pieces, pipelines, peers that do not read, and ends of every kind."""

import asyncio
import gc
import socket
import struct
import weakref
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

import pytest

from samlink.link import Link, driver, open_link
from samlink.vocabulary.responses import ResponseCode
from samlink.vocabulary.services import Duty, Service
from samlink.wire import choices, commands
from samlink.wire.commands import Version
from samlink.wire.frame import Frame, encode_frame
from samlink.wire.packets import Packet, encode_body
from samlink.wire.records import KeyRecord, Login, LoginAnswer, ResultRecord, SendRecord
from samlink.wire.sessions.client import ClientSession
from samlink.wire.sessions.gateway import GatewaySession
from samlink.wire.sessions.session import Answered, Ended, Event, Refused, Requested

ANSWER: Final = LoginAnswer(1, 2000, 5000, 25000, 100000, "Y", 2000)
SHORT_SECONDS: Final = 0.05
"""A limit that a test waits for."""


def message(number: int) -> SendRecord:
    """A message with a key of its own."""
    return SendRecord("20090101093000", str(number), "0212345678", "01012345678", text="안녕하세요")


def request(packet: Packet) -> bytes:
    """A client's frame."""
    return encode_frame(Frame("SAM11", packet.command.code, body=encode_body(packet)))


LOGIN: Final = request(Packet(commands.LOGIN, Login("demo", "secret")))
KEEPALIVE: Final = request(Packet(commands.SEND_SMS))


class Gateway:
    """A port whose links are kept, with the first one to be waited for."""

    def __init__(self, service: Service, duty: Duty, shared: bytearray | None) -> None:
        self.service = service
        self.duty = duty
        self.shared = shared
        self.links: list[Link[GatewaySession]] = []
        self.port = 0
        self._came: asyncio.Queue[Link[GatewaySession]] = asyncio.Queue()

    def make_link(self) -> Link[GatewaySession]:
        """A link of a connection that has come."""
        return Link(self.make_session, on_connected=self.connected, receive_buffer=self.shared)

    def make_session(self, now: float) -> GatewaySession:
        """The session of a connection."""
        return GatewaySession(self.service, self.duty, now)

    def connected(self, link: Link[GatewaySession]) -> None:
        """Keep a link."""
        self.links.append(link)
        self._came.put_nowait(link)

    async def link(self) -> Link[GatewaySession]:
        """The next link."""
        return await self._came.get()

    async def logged_in(self) -> Link[GatewaySession]:
        """The next link, its client let in."""
        link = await self.link()
        assert isinstance(await link.next_event(), Requested)
        let_in(link)
        return link


def let_in(link: Link[GatewaySession]) -> None:
    """Answer a login."""
    link.session.answer_login(ANSWER, batch_limit=30, service_class=1, now=link.now)
    link.flush()


@asynccontextmanager
async def gateway(
    service: Service = Service.SMS, duty: Duty = Duty.SEND, shared: bytearray | None = None
) -> AsyncIterator[Gateway]:
    """A port that listens; on leaving, no link is open and no timer waits."""
    port = Gateway(service, duty, shared)
    server = await asyncio.get_running_loop().create_server(port.make_link, "127.0.0.1", 0)
    port.port = server.sockets[0].getsockname()[1]
    try:
        yield port
    finally:
        server.close()
        for link in port.links:
            link.close(at_once=True)
            await link.closed
            assert link._timer is None
        await server.wait_closed()


@asynccontextmanager
async def raw_client(port: Gateway, receive_bytes: int = 0) -> AsyncIterator[socket.socket]:
    """A socket that is connected to a port, with a small receive buffer if told."""
    with socket.socket() as peer:
        if receive_bytes:
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        peer.setblocking(False)
        await asyncio.get_running_loop().sock_connect(peer, ("127.0.0.1", port.port))
        yield peer


async def send(peer: socket.socket, data: bytes) -> None:
    """Send all of it."""
    await asyncio.get_running_loop().sock_sendall(peer, data)


async def receive_to_end(peer: socket.socket) -> bytes:
    """Everything until the other side closes."""
    data = b""
    while piece := await asyncio.get_running_loop().sock_recv(peer, 65536):
        data += piece
    return data


def make_client(duty: Duty = Duty.SEND) -> Callable[[float], ClientSession]:
    """What makes a client's session."""
    return lambda now: ClientSession(Service.SMS, duty, Version.SAM11, now)


async def log_in(port: Gateway, duty: Duty = Duty.SEND) -> tuple[Link[ClientSession], Link[GatewaySession]]:
    """A client's link and the gateway's link of the same connection, logged in."""
    client = await open_link("127.0.0.1", port.port, make_client(duty))
    client.session.login(Login("demo", "secret"), client.now)
    client.flush()
    link = await port.logged_in()
    assert isinstance(await client.next_event(), Answered)
    return client, link


class Pauses:
    """Tells when a link stops writing."""

    def __init__(self, link: Link[GatewaySession]) -> None:
        self.paused: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._pause = link.pause_writing
        link.pause_writing = self.pause  # type: ignore[method-assign]

    def pause(self) -> None:
        """Stop, and tell."""
        self._pause()
        if not self.paused.done():
            self.paused.set_result(None)


async def until_ended(link: Link[GatewaySession]) -> list[Event]:
    """All events, the end too."""
    events = [await link.next_event()]
    while not isinstance(events[-1], Ended):
        events.append(await link.next_event())
    return events


async def test_a_client_and_a_gateway_talk() -> None:
    async with gateway() as port:
        client, link = await log_in(port)
        for number in range(10):
            client.session.send_messages(commands.SEND_SMS, [message(number)] * 30, client.now)
            client.flush()
            asked = await link.next_event()
            assert isinstance(asked, Requested)
            assert list(asked.packet.records) == [message(number)] * 30
            link.session.answer_messages(link.now)
            link.flush()
            answered = await client.next_event()
            assert isinstance(answered, Answered)
            assert len(answered.packet.records) == 30
        client.close()
        assert await link.next_event() == Ended("the peer closed the connection")
        await client.closed
        assert client.over


async def test_results_are_pushed_and_acknowledged() -> None:
    async with gateway(duty=Duty.REPORT) as port:
        client, link = await log_in(port, Duty.REPORT)
        results = [ResultRecord("g", str(number), "01012345678", 0, 6, "01190") for number in range(1000)]
        link.session.push(results, link.now)
        link.flush()
        pushed = await client.next_event()
        assert isinstance(pushed, Requested)
        assert list(pushed.packet.records) == results
        client.session.acknowledge([KeyRecord("g", "7")], client.now)
        client.flush()
        acknowledged = await link.next_event()
        assert isinstance(acknowledged, Requested)
        assert list(acknowledged.packet.records) == [KeyRecord("g", "7")]
        client.close()
        await client.closed


async def test_requests_in_one_write_are_answered_in_order() -> None:
    async with gateway() as port, raw_client(port) as peer:
        messages = [Packet(commands.SEND_SMS, records=[message(number)]) for number in range(20)]
        await send(peer, LOGIN + b"".join(map(request, messages)))
        link = await port.logged_in()
        for number in range(20):
            asked = await link.next_event()
            assert isinstance(asked, Requested)
            assert list(asked.packet.records) == [message(number)]
            link.session.answer_messages(link.now)
            link.flush()
        peer.shutdown(socket.SHUT_WR)
        assert isinstance(await link.next_event(), Ended)
        answers = await receive_to_end(peer)
        assert answers.count(b"\x01SAM11 1021 ") == 20


async def test_a_byte_at_a_time_says_the_same() -> None:
    async with gateway() as port, raw_client(port) as peer:
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        stream = LOGIN + request(Packet(commands.SEND_SMS, records=[message(1)]))
        for place in range(len(stream)):
            await send(peer, stream[place : place + 1])
            await asyncio.sleep(0)
        link = await port.logged_in()
        asked = await link.next_event()
        assert isinstance(asked, Requested)
        assert list(asked.packet.records) == [message(1)]


async def test_links_may_share_their_receive_buffer() -> None:
    async with (
        gateway(shared=bytearray(64)) as port,
        raw_client(port) as one,
        raw_client(port) as other,
    ):
        peers = {peer.getsockname()[1]: (peer, message(number)) for number, peer in enumerate((one, other))}
        streams = {
            peer: LOGIN + request(Packet(commands.SEND_SMS, records=[record])) for peer, record in peers.values()
        }
        for start in range(0, max(map(len, streams.values())), 50):
            for peer, stream in streams.items():
                await send(peer, stream[start : start + 50])
        found = []
        for _ in peers:
            link = await port.logged_in()
            asked = await link.next_event()
            assert isinstance(asked, Requested)
            found += list(asked.packet.records)
        assert sorted(record.message_id for record in found) == ["0", "1"]


async def test_a_peer_that_never_reads_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "WRITE_BUFFER_BYTES", 4096)
    monkeypatch.setattr(driver, "WRITE_STALL_SECONDS", SHORT_SECONDS)
    async with gateway() as port, raw_client(port, receive_bytes=4096) as peer:
        await send(peer, LOGIN)
        link = await port.logged_in()
        assert link._transport is not None
        link._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        flood = asyncio.create_task(send(peer, KEEPALIVE * 100_000))
        ended = await link.next_event()
        assert ended == Ended(f"the peer has read nothing for {SHORT_SECONDS:g} s")
        await link.closed
        with pytest.raises(OSError):
            await flood


async def test_what_waits_for_a_peer_that_never_reads_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "WRITE_BUFFER_BYTES", 4096)
    async with gateway() as port, raw_client(port, receive_bytes=4096) as peer:
        await send(peer, LOGIN)
        link = await port.logged_in()
        transport = link._transport
        assert transport is not None
        pauses = Pauses(link)
        flood = asyncio.create_task(send(peer, KEEPALIVE * 100_000))
        await pauses.paused
        # One read of 64 KiB holds at most 810 keepalives, and each is answered with 81 bytes.
        assert transport.get_write_buffer_size() <= 4096 + driver.RECEIVE_BUFFER_BYTES + 81
        assert not link._reading
        flood.cancel()
        await asyncio.wait([flood])


async def test_a_closing_link_does_not_wait_for_ever_for_its_peer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "WRITE_STALL_SECONDS", SHORT_SECONDS)
    async with gateway(duty=Duty.REPORT) as port, raw_client(port, receive_bytes=4096) as peer:
        await send(peer, LOGIN)
        link = await port.logged_in()
        assert link._transport is not None
        link._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        link.session.push([ResultRecord("g", "m", "01012345678", 0, 6, "01190")] * 9999, link.now)
        link.flush()
        link.close()
        await link.closed
        assert link._timer is None


async def test_a_peer_that_closes_its_half_gets_what_was_answered() -> None:
    async with gateway() as port, raw_client(port) as peer:
        await send(peer, LOGIN)
        link = await port.logged_in()
        await send(peer, KEEPALIVE)
        peer.shutdown(socket.SHUT_WR)
        assert await until_ended(link) == [Ended("the peer closed the connection")]
        assert (await receive_to_end(peer)).count(b"\x01SAM11 1021 ") == 1
        await link.closed


async def test_a_peer_that_closes_its_half_gets_the_answer_that_was_not_written_yet() -> None:
    async with gateway() as port, raw_client(port) as peer:
        await send(peer, LOGIN)
        link = await port.logged_in()
        await send(peer, request(Packet(commands.SEND_SMS, records=[message(1)])))
        peer.shutdown(socket.SHUT_WR)
        assert isinstance(await link.next_event(), Requested)
        link.session.answer_messages(link.now)
        link.flush()
        assert await until_ended(link) == [Ended("the peer closed the connection")]
        assert (await receive_to_end(peer)).count(b"\x01SAM11 1021 ") == 1


async def test_a_request_whose_peer_has_gone_cannot_be_answered() -> None:
    async with gateway() as port, raw_client(port) as peer:
        await send(peer, LOGIN)
        link = await port.logged_in()
        await send(peer, request(Packet(commands.SEND_SMS, records=[message(1)])))
        assert isinstance(await link.next_event(), Requested)
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        peer.close()
        assert isinstance(await link.next_event(), Ended)
        assert link.over
        assert isinstance(await link.next_event(), Ended)
        link.flush()
        link.close()
        await link.closed


async def test_a_connection_that_is_cut_inside_a_frame_ends() -> None:
    async with gateway() as port, raw_client(port) as peer:
        await send(peer, LOGIN)
        link = await port.logged_in()
        await send(peer, KEEPALIVE[:50])
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        peer.close()
        (ended,) = await until_ended(link)
        assert isinstance(ended, Ended)
        assert "broke" in ended.reason or "inside a frame" in ended.reason
        assert link.reason == ended.reason
        await link.closed


async def test_junk_is_answered_and_the_connection_closed() -> None:
    async with gateway() as port, raw_client(port) as peer:
        await send(peer, b"GET / HTTP/1.1\r\n\r\n")
        link = await port.link()
        refused, ended = await until_ended(link)
        assert isinstance(refused, Refused)
        assert isinstance(ended, Ended)
        assert ended.response is ResponseCode.BAD_FRAME
        assert b"12001" in await receive_to_end(peer)


async def test_a_refused_login_closes_the_connection() -> None:
    async with gateway() as port:
        client = await open_link("127.0.0.1", port.port, make_client())
        client.session.login(Login("demo", "wrong"), client.now)
        client.flush()
        link = await port.link()
        assert isinstance(await link.next_event(), Requested)
        link.session.refuse(ResponseCode.LOGIN_FAILED, "login failed", link.now)
        link.flush()
        assert isinstance(await link.next_event(), Ended)
        answered = await client.next_event()
        assert isinstance(answered, Answered)
        assert answered.response == "11001"
        assert await client.next_event() == Ended("login refused: 11001 login failed")
        await asyncio.gather(client.closed, link.closed)


async def test_deadlines_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choices, "LOGIN_LIMIT_SECONDS", SHORT_SECONDS)
    async with gateway() as port, raw_client(port) as peer:
        link = await port.link()
        assert await link.next_event() == Ended(f"no login within {SHORT_SECONDS:g} s")
        assert await receive_to_end(peer) == b""


async def test_keepalives_go_by_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choices, "KEEPALIVE_SECONDS", SHORT_SECONDS)
    async with gateway(duty=Duty.REPORT) as port, raw_client(port) as peer:
        await send(peer, LOGIN)
        await port.logged_in()
        heard = b""
        while heard.count(b"\x01SAM11 1031 ") < 2:
            heard += await asyncio.get_running_loop().sock_recv(peer, 4096)
        assert heard.count(b"\x020   \x03") == 2


async def test_a_slow_owner_stops_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "EVENTS_LIMIT", 2)
    async with gateway(shared=bytearray(100)) as port, raw_client(port) as peer:
        await send(peer, LOGIN)
        link = await port.logged_in()
        await send(peer, request(Packet(commands.RESULTS)) * 50)
        for _ in range(50):
            assert isinstance(await link.next_event(), Refused)
            assert len(link._events) <= 4
        assert link._reading


async def test_a_request_that_is_not_answered_stops_the_reading() -> None:
    async with gateway() as port, raw_client(port) as peer:
        await send(peer, LOGIN)
        link = await port.logged_in()
        stopped: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        adjust = link.adjust_reading

        def adjusted() -> None:
            adjust()
            if not link._reading and not stopped.done():
                stopped.set_result(None)

        link.adjust_reading = adjusted  # type: ignore[method-assign]
        one = request(Packet(commands.SEND_SMS, records=[message(1)]))
        flood = asyncio.create_task(send(peer, one * 20_000))
        await stopped
        session = link.session
        assert session.full
        assert len(session._buffer) <= session._buffer.body_limit + driver.RECEIVE_BUFFER_BYTES
        assert isinstance(await link.next_event(), Requested)
        assert not link._reading
        while not link._reading:
            session.answer_messages(link.now)
            link.flush()
            assert isinstance(await link.next_event(), Requested)
        flood.cancel()
        await asyncio.wait([flood])


async def test_nothing_is_left_behind() -> None:
    async with gateway() as port:
        client, link = await log_in(port)
        client.close()
        assert isinstance(await link.next_event(), Ended)
        await asyncio.gather(client.closed, link.closed)
        assert client._timer is None
        assert link._timer is None
        assert asyncio.all_tasks() == {asyncio.current_task()}
        traces: list[weakref.ref[object]] = [weakref.ref(client), weakref.ref(link)]
        port.links.clear()
        del client, link
        await asyncio.sleep(0)
        gc.collect()
        assert [trace() for trace in traces] == [None, None]


async def test_a_waiting_owner_may_be_cancelled_without_loss() -> None:
    async with gateway() as port, raw_client(port) as peer:
        link = await port.link()
        waiting = asyncio.create_task(link.next_event())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait([waiting])
        await send(peer, LOGIN)
        assert isinstance(await link.next_event(), Requested)


async def test_a_gateway_that_cannot_be_reached_is_an_os_error() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(OSError):
            await open_link("127.0.0.1", unused.getsockname()[1], make_client())


async def test_connecting_has_a_limit() -> None:
    with pytest.raises(TimeoutError):
        await open_link("127.0.0.1", 1, make_client(), connect_limit_seconds=0.0)
