"""Every (state, direction, command) of every kind of connection: what is in the table goes, all else is refused."""

from itertools import product

import pytest

from samlink.vocabulary.responses import ResponseCode
from samlink.vocabulary.services import Duty, Service
from samlink.wire.commands import ALL_SEND_COMMANDS, COMMANDS, Direction, Version
from samlink.wire.frame import Frame, FrameBuffer, encode_frame
from samlink.wire.packets import Packet, encode_body
from samlink.wire.records import FileAnswer, FileUpload, Login, LoginAnswer, Record
from samlink.wire.sessions.client import ClientSession
from samlink.wire.sessions.gateway import GatewaySession
from samlink.wire.sessions.session import Ended, Refused, Session
from samlink.wire.sessions.transitions import GATEWAY_TRANSITIONS, TRANSITIONS, ConnectionState, answer_of

HEADS: dict[str, Record] = {
    "1010": Login("demo", "secret"),
    "1096": Login("demo", "secret"),
    "1011": LoginAnswer(1, 2000, 5000, 25000, 100000, "Y", 2000),
    "2030": FileUpload("jpg", b"\xff\xd8"),
    "2040": FileAnswer("a.jpg"),
}
REQUESTS = {
    (Service.SMS, Duty.SEND): {"1010", "1096", "1020"},
    (Service.MMS, Duty.SEND): {"1010", "1096", "1024", "1044", "1045", "2030"},
    (Service.KMS, Duty.SEND): {"1010", "1096", "1054"},
}
ANSWERS = {
    (Service.SMS, Duty.SEND, Version.SAM10): {"1011", "1026"},
    (Service.SMS, Duty.SEND, Version.SAM11): {"1011", "1021"},
    (Service.MMS, Duty.SEND, Version.SAM10): {"1011", "1026", "2040"},
    (Service.MMS, Duty.SEND, Version.SAM11): {"1011", "1021", "2040"},
    (Service.KMS, Duty.SEND, Version.SAM10): {"1011", "1026"},
    (Service.KMS, Duty.SEND, Version.SAM11): {"1011", "1021"},
}
OPEN_STATES = [state for state in ConnectionState if state is not ConnectionState.CLOSED]
OWED = {ConnectionState.PUSHED, ConnectionState.BOTH}
"""States in which a 1030 is an answer, which cannot be refused and asked for again."""
BEFORE_LOGIN = {ConnectionState.CONNECTED, ConnectionState.LOGGING_IN}
CONNECTIONS = list(product(Service, Duty, Version))
EVERY_CONNECTION = pytest.mark.parametrize(
    ("service", "duty", "version"), CONNECTIONS, ids=lambda value: getattr(value, "name", str(value))
)


def belongs(service: Service, duty: Duty, version: Version, *, to_gateway: bool) -> set[str]:
    """The commands of a port in a direction, typed from the manual's chapters and not from the tables."""
    if duty is Duty.SEND:
        return REQUESTS[service, duty] if to_gateway else ANSWERS[service, duty, version]
    if version is Version.SAM10:
        return {"1010", "1096", "1030"} if to_gateway else {"1011", "1031"}
    return {"1010", "1096", "1030", "1031"} if to_gateway else {"1011", "1030", "1031"}


def frame_of(code: str, version: Version, response: str = "") -> bytes:
    """A frame of a command with the least body that it can have."""
    command = COMMANDS.get(code)
    head = None if command is None or command.counted else HEADS.get(code)
    body = b"" if command is None else encode_body(Packet(command, head, empty=code in {"1026", "1030"}))
    return encode_frame(Frame(version, code, response, "", body))


def gateway_in(state: ConnectionState, service: Service, duty: Duty, version: Version) -> GatewaySession:
    """A gateway's session in a state, as if its own answer were not what is outstanding."""
    session = GatewaySession(service, duty, 0.0)
    if state is not ConnectionState.CONNECTED:
        session.receive(frame_of("1010", version), 0.0)
        session.answer_login(LoginAnswer(1, 2000, 5000, 25000, 0, "Y", 2000), batch_limit=30, service_class=1, now=0.0)
        session.bytes_to_send()
    session.state = state
    return session


def expected_refusal(code: str, state: ConnectionState, belonging: set[str]) -> ResponseCode:
    """The code that refuses a command which may not come now."""
    if code not in COMMANDS:
        return ResponseCode.UNKNOWN_COMMAND
    if state in BEFORE_LOGIN:
        return ResponseCode.NOT_LOGGED_IN
    if code in {"1010", "1096"}:
        return ResponseCode.ALREADY_LOGGED_IN
    return ResponseCode.OUT_OF_TURN if code in belonging else ResponseCode.WRONG_PORT


@EVERY_CONNECTION
def test_a_table_has_the_commands_of_its_port(service: Service, duty: Duty, version: Version) -> None:
    table = TRANSITIONS[service, duty, version]
    for direction in Direction:
        found = {code for _, towards, code in table if towards is direction}
        assert found == belongs(service, duty, version, to_gateway=direction is Direction.TO_GATEWAY)


@EVERY_CONNECTION
def test_nothing_leads_out_of_closed_and_every_other_state_can_be_left(
    service: Service, duty: Duty, version: Version
) -> None:
    table = TRANSITIONS[service, duty, version]
    reached = {ConnectionState.CONNECTED, *table.values()}
    assert {state for state, _, _ in table} == reached
    assert ConnectionState.CLOSED not in reached


@EVERY_CONNECTION
@pytest.mark.parametrize("state", OPEN_STATES, ids=lambda state: state.name)
def test_a_gateway_takes_what_the_table_has_and_refuses_the_rest(
    service: Service, duty: Duty, version: Version, state: ConnectionState
) -> None:
    belonging = belongs(service, duty, version, to_gateway=True)
    for code in (*COMMANDS, "1025", "0000"):
        session = gateway_in(state, service, duty, version)
        events = session.receive(frame_of(code, version), 1.0)
        refused = [event for event in events if isinstance(event, Refused)]
        table = GATEWAY_TRANSITIONS[service, duty, version]
        lives = state not in BEFORE_LOGIN and code in ALL_SEND_COMMANDS  # its least body has a COUNT of 0
        if (state, Direction.TO_GATEWAY, code) in table or lives:
            assert not refused, (state, code)
            continue
        expected = expected_refusal(code, state, belonging)
        assert [event.error.response for event in refused] == [expected], (state, code)
        ends = state in BEFORE_LOGIN or (code == "1030" and state in OWED)
        assert session.over is ends is isinstance(events[-1], Ended)
        assert session.over or session.state is state
        assert_refusal_is_written(session, refused[0].command, session.version or Version.SAM10, duty)


def assert_refusal_is_written(session: Session, request: str, version: Version, duty: Duty) -> None:
    """One answer went out, of the command that answers the request, with an error and at most 50 bytes of reason."""
    buffer = FrameBuffer(200)
    buffer.feed(session.bytes_to_send())
    frame = buffer.next_frame()
    assert frame is not None
    assert not buffer.in_frame
    assert frame.command == answer_of(request, version, duty).code
    assert frame.response != "00000"
    assert frame.message


def is_read_all_the_same(code: str, duty: Duty, version: Version, state: ConnectionState) -> bool:
    """What the table does not have, and a client reads (docs/protocol.md 10): either answer to a send request, whatever
    answers a poll, results and acknowledgements at any time after the login."""
    if duty is Duty.SEND:
        return state is ConnectionState.ASKED and code in {"1021", "1026"}
    if state in BEFORE_LOGIN:
        return False
    if version is Version.SAM10:
        return state is ConnectionState.ASKED or code == "1031"
    return code in {"1030", "1031"}


@EVERY_CONNECTION
@pytest.mark.parametrize("state", OPEN_STATES, ids=lambda state: state.name)
def test_a_client_takes_what_the_table_has_and_what_has_only_one_reading_and_ends_at_the_rest(
    service: Service, duty: Duty, version: Version, state: ConnectionState
) -> None:
    belonging = belongs(service, duty, version, to_gateway=False)
    for code in (*COMMANDS, "1025", "0000"):
        session = ClientSession(service, duty, version, 0.0)
        session.state = state
        if code == "2040" and service is Service.MMS:
            session._asked = COMMANDS["2030"]
        events = session.receive(frame_of(code, version, "00000"), 1.0)
        taken = (state, Direction.TO_CLIENT, code) in TRANSITIONS[service, duty, version]
        taken = taken or is_read_all_the_same(code, duty, version, state)
        assert session.over is not taken, (state, code)
        if not taken:
            (ended,) = events
            assert isinstance(ended, Ended)
            assert ended.response is expected_refusal(code, state, belonging)


@EVERY_CONNECTION
@pytest.mark.parametrize("state", ConnectionState, ids=lambda state: state.name)
def test_a_closed_session_takes_nothing(service: Service, duty: Duty, version: Version, state: ConnectionState) -> None:
    session = gateway_in(state, service, duty, version)
    session.close()
    assert session.over
    assert session.receive(frame_of("1010", version), 1.0) == []
    assert session.wake(1e9) == []
    assert session.deadline() is None
    assert session.receive_eof() == []


@pytest.mark.parametrize(
    ("request_code", "version", "duty", "answer"),
    [
        ("1010", Version.SAM10, Duty.SEND, "1011"),
        ("1020", Version.SAM10, Duty.SEND, "1026"),
        ("1020", Version.SAM11, Duty.SEND, "1021"),
        ("2030", Version.SAM11, Duty.SEND, "2040"),
        ("1025", Version.SAM10, Duty.SEND, "1026"),
        ("1030", Version.SAM10, Duty.REPORT, "1031"),
        ("1031", Version.SAM11, Duty.REPORT, "1030"),
        ("1020", Version.SAM11, Duty.REPORT, "1030"),
        ("", Version.SAM10, Duty.REPORT, "1031"),
    ],
)
def test_every_request_has_its_answer(request_code: str, version: Version, duty: Duty, answer: str) -> None:
    assert answer_of(request_code, version, duty).code == answer
