"""Any bytes, in any state, on any port: events or one protocol error, and no more memory than a frame and a read."""

from itertools import product
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samlink.vocabulary.responses import ResponseCode
from samlink.vocabulary.services import Duty, Service
from samlink.wire import choices, commands
from samlink.wire.commands import COMMANDS, Version
from samlink.wire.frame import HEADER_SIZE, Frame, FrameBuffer, encode_frame
from samlink.wire.packets import Packet, body_limit, encode_body
from samlink.wire.records import FileUpload, Login
from samlink.wire.sessions.client import ClientSession
from samlink.wire.sessions.gateway import GatewaySession
from samlink.wire.sessions.session import (
    Answered,
    Ended,
    Event,
    KeepaliveAnswered,
    PollDue,
    Refused,
    Requested,
    Session,
)
from samlink.wire.sessions.transitions import ConnectionState
from tests.wire.sessions.pair import ANSWER, RESULT, SMS
from tests.wire.strategies import BOUNDED, any_packets

CONNECTIONS: Final = list(product(Service, Duty, Version))
OPEN_STATES: Final = [state for state in ConnectionState if state is not ConnectionState.CLOSED]
EVERY_CONNECTION = pytest.mark.parametrize(
    ("service", "duty", "version"), CONNECTIONS, ids=lambda value: getattr(value, "name", str(value))
)
BATCH_LIMIT: Final = 3
FEW: Final = settings(BOUNDED, max_examples=10)
"""For each of the 72 combinations of connection and state."""


@st.composite
def frames(draw: st.DrawFn) -> bytes:
    """A frame of any command, most of them whole, some with a header that lies or a byte that was spoiled."""
    packet = draw(any_packets())
    body = draw(st.one_of(st.just(encode_body(packet)), st.binary(max_size=50)))
    code = draw(st.one_of(st.just(packet.command.code), st.sampled_from(sorted(COMMANDS)), st.just("1025")))
    version = draw(st.sampled_from(["SAM10", "SAM11", "SAM11", "SAM9"]))
    raw = bytearray(encode_frame(Frame(version, code, draw(st.sampled_from(["", "00000", "12001"])), "", body)))
    if draw(st.integers(0, 3)) == 0:
        place = draw(st.integers(0, len(raw) - 1))
        raw[place : place + 1] = draw(st.binary(max_size=3))
    if draw(st.integers(0, 7)) == 0:
        raw[12:20] = b"%-8d" % draw(st.integers(0, 99_999_999))
    return bytes(raw)


def streams() -> st.SearchStrategy[bytes]:
    """Frames one after the other, with junk among them."""
    return st.lists(st.one_of(frames(), frames(), st.binary(max_size=40)), max_size=6).map(b"".join)


def gateway_in(state: ConnectionState, service: Service, duty: Duty, version: Version) -> GatewaySession:
    """A gateway's session in a state, reached through the verbs as far as one leads there.

    In LOGGING_IN the login is answered when the session is next fed.
    """
    session = GatewaySession(service, duty, 0.0)
    if state is ConnectionState.CONNECTED:
        return session
    session.receive(encode_frame(Frame(version, "1010", "", "Protocol", encode_body(login_packet()))), 0.0)
    if state is ConnectionState.LOGGING_IN:
        return session
    session.answer_login(ANSWER, batch_limit=BATCH_LIMIT, service_class=1, now=0.0)
    if session.may_push and state in {ConnectionState.PUSHED, ConnectionState.BOTH}:
        session.push([RESULT], 0.0)
    session.state = state
    return session


def login_packet() -> Packet:
    """A login's packet."""
    return Packet(commands.LOGIN, Login("demo", "secret"))


def answer(session: GatewaySession, event: Requested, refuse: bool) -> None:
    """Answer what was asked, as a gateway would."""
    command = event.packet.command
    if refuse and session.blocked:
        session.refuse(ResponseCode.OVERLOADED, "overloaded", 1.0)
    elif command is commands.LOGIN:
        session.answer_login(ANSWER, batch_limit=BATCH_LIMIT, service_class=1, now=1.0)
    elif command is commands.UPLOAD:
        session.answer_file("a.jpg", 1.0)
    elif command is commands.RESULTS_TAKEN:
        if session.version is Version.SAM10:
            session.answer_poll([RESULT], 1.0)
    else:
        session.answer_messages(1.0)


def assert_only_events(events: list[Event]) -> None:
    """Events there are, and after `Ended` none."""
    assert all(isinstance(e, Requested | Answered | Refused | PollDue | KeepaliveAnswered | Ended) for e in events)
    assert not any(isinstance(event, Ended) for event in events[:-1])


def assert_whole_frames(data: bytes) -> None:
    """What a session writes are whole frames, whatever it has read."""
    buffer = FrameBuffer(10_000_000)
    buffer.feed(data)
    while buffer.next_frame() is not None:
        pass
    assert not buffer.in_frame


def held(session: Session) -> int:
    """Bytes that a session holds of its peer's."""
    return len(session._buffer)


def take(session: Session, events: list[Event], refuse: bool) -> None:
    """Look at events and answer them, and what is read thereafter."""
    while events and not session.over:
        assert_only_events(events)
        event = events.pop(0)
        if isinstance(session, GatewaySession) and isinstance(event, Requested):
            answer(session, event, refuse)
            events += session.resume(1.0)


def feed(session: Session, stream: bytes, piece: int, *, refuse: bool = False) -> None:
    """Hand over a stream as a driver would: nothing is read while the session is full."""
    for start in range(0, len(stream), piece):
        events = session.receive(stream[start : start + piece], 1.0)
        if session.state is ConnectionState.LOGGING_IN and session.blocked:
            events = [Requested(login_packet()), *events]
        assert held(session) <= HEADER_SIZE + session._buffer.body_limit + 1 + piece
        take(session, events, refuse)
        assert_whole_frames(session.bytes_to_send())
        if session.over or session.full:
            break
    if session.over:
        assert session.receive(stream, 2.0) == []
        assert session.bytes_to_send() == b""


@EVERY_CONNECTION
@pytest.mark.parametrize("state", OPEN_STATES, ids=lambda state: state.name)
def test_any_bytes_are_events_for_a_gateway(
    service: Service, duty: Duty, version: Version, state: ConnectionState
) -> None:
    @FEW
    @given(streams(), st.sampled_from([1, 7, 100, 100_000]), st.booleans())
    def are_events(stream: bytes, piece: int, refuse: bool) -> None:
        feed(gateway_in(state, service, duty, version), stream, piece, refuse=refuse)

    are_events()


@EVERY_CONNECTION
def test_any_bytes_are_events_for_a_client(service: Service, duty: Duty, version: Version) -> None:
    @FEW
    @given(streams(), st.sampled_from([1, 7, 100, 100_000]), st.sampled_from(OPEN_STATES))
    def are_events(stream: bytes, piece: int, state: ConnectionState) -> None:
        session = ClientSession(service, duty, version, 0.0)
        session.state = state
        feed(session, stream, piece)

    are_events()


@EVERY_CONNECTION
def test_a_session_that_does_not_answer_stops_reading(service: Service, duty: Duty, version: Version) -> None:
    session = GatewaySession(service, duty, 0.0)
    login = encode_frame(Frame(version, "1010", "", "Protocol", encode_body(login_packet())))
    session.receive(login, 0.0)
    pieces = 0
    while not session.full:
        session.receive(b"x" * 10, 0.0)
        pieces += 1
    assert pieces * 10 <= body_limit(commands.LOGIN_AGAIN, 0) + 10


def test_one_byte_at_a_time_costs_no_more_than_its_bytes() -> None:
    """Work is counted, not timed: the frame is looked for once a byte, and its body is copied once."""
    session = gateway_in(ConnectionState.READY, Service.MMS, Duty.SEND, Version.SAM11)
    upload = Packet(commands.UPLOAD, FileUpload("jpg", b"x" * 20_000))
    raw = encode_frame(Frame("SAM11", "2030", body=encode_body(upload)))
    copied = 0

    class Counting(FrameBuffer):
        @staticmethod
        def _frame(version: bytes, command: bytes, response: bytes, message: bytes) -> Frame:
            nonlocal copied
            copied += 1
            return FrameBuffer._frame(version, command, response, message)

    session._buffer = Counting(session._buffer.body_limit, choices.SKIPPED_BODY_LIMIT)
    events = [event for byte in range(len(raw)) for event in session.receive(raw[byte : byte + 1], 1.0)]
    assert len(events) == 1
    assert copied == 1


def test_a_stream_of_keepalives_leaves_nothing_behind() -> None:
    session = gateway_in(ConnectionState.READY, Service.SMS, Duty.SEND, Version.SAM11)
    keepalive = encode_frame(Frame("SAM11", "1020", body=b"0   "))
    session.bytes_to_send()
    for _ in range(100):
        assert session.receive(keepalive * 100, 1.0) == []
        assert held(session) == 0
        assert len(session.bytes_to_send()) == 100 * (77 + 4)


def test_a_session_reads_a_login_and_messages_split_at_every_byte() -> None:
    login = encode_frame(Frame("SAM11", "1010", "", "Protocol", encode_body(login_packet())))
    send = Packet(commands.SEND_SMS, records=[SMS])
    stream = login + encode_frame(Frame("SAM11", "1020", body=encode_body(send)))
    for cut in range(len(stream) + 1):
        session = GatewaySession(Service.SMS, Duty.SEND, 0.0)
        asked: list[Event] = []
        for piece in (stream[:cut], stream[cut:]):
            events = session.receive(piece, 0.0)
            asked += events
            while events:
                answer(session, events.pop(0), refuse=False)  # type: ignore[arg-type]
                more = session.resume(0.0)
                events += more
                asked += more
        assert len(asked) == 2
        assert isinstance(asked[1], Requested)
        assert list(asked[1].packet.records) == [SMS]
