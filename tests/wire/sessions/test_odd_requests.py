"""What a gateway takes though it is one byte off, a test for each row of the choices, and what it refuses."""

import pytest

from samlink.vocabulary.responses import ResponseCode
from samlink.vocabulary.services import Duty, Service
from samlink.wire import choices, commands
from samlink.wire.commands import ALL_SEND_COMMANDS, COMMANDS, Version
from samlink.wire.frame import Frame, encode_frame
from samlink.wire.packets import Packet, decode_body, encode_body
from samlink.wire.records import FileNames, KeyRecord, Login, SendRecord
from samlink.wire.sessions.gateway import GatewaySession
from samlink.wire.sessions.session import Ended, Event, Refused, Requested
from tests.wire.sessions.logged_in import ready, written
from tests.wire.sessions.pair import ANSWER, RESULT, SMS

LOGIN_BODY = encode_body(Packet(commands.LOGIN, Login("demo", "secret")))
ONE_SMS = encode_body(Packet(commands.SEND_SMS, records=[SMS]))


def frame(code: str, body: bytes = b"", version: str = "SAM11") -> bytes:
    """A request."""
    return encode_frame(Frame(version, code, body=body))


def refusal(events: list[Event]) -> str:
    """The RESP_CODE of the one frame that was refused."""
    (refused,) = [event for event in events if isinstance(event, Refused)]
    return refused.error.response


# -- frames


@pytest.mark.parametrize("stray", [b"\n", b"\r\n", b"\0", b" ", b" \0\r\n" * 4])
def test_choice_stray_bytes(stray: bytes) -> None:
    session = ready()
    assert len(session.receive(stray + frame("1020", ONE_SMS) + stray, 1.0)) == 1
    session.answer_messages(1.0)
    assert session.resume(1.0) == []
    assert session.deadline() == 91.0, "no frame has begun"
    assert len(session.receive(frame("1020", ONE_SMS), 2.0)) == 1
    for too_much in (b" " * 17, b"\n\t", b"x"):
        other = ready()
        events = other.receive(too_much + frame("1020", ONE_SMS), 1.0)
        assert refusal(events) == "12001"
        assert isinstance(events[-1], Ended)


def test_stray_bytes_one_at_a_time_have_the_same_bound() -> None:
    session = ready()
    for _ in range(choices.GAP_LIMIT):
        assert session.receive(b"\n", 1.0) == []
    assert refusal(session.receive(b"\n", 1.0)) == "12001"


@pytest.mark.parametrize("code", ["01020", " 1020", "1020"])
def test_choice_command_in_other_forms(code: str) -> None:
    session = ready()
    (event,) = session.receive(frame(code, ONE_SMS), 1.0)
    assert isinstance(event, Requested)
    assert event.packet.command is commands.SEND_SMS
    assert refusal(ready().receive(frame("10200", ONE_SMS), 1.0)) == "12002"


@pytest.mark.parametrize("version", ["sam11", "", "SAM11"])
def test_other_forms_of_the_version_are_read(version: str) -> None:
    (event,) = ready().receive(frame("1020", ONE_SMS, version), 1.0)
    assert isinstance(event, Requested)
    assert refusal(ready().receive(frame("1020", ONE_SMS, "SAM10"), 1.0)) == "12004"
    before = GatewaySession(Service.SMS, Duty.SEND, 0.0)
    assert refusal(before.receive(frame("1010", LOGIN_BODY, ""), 1.0)) == "12004"


@pytest.mark.parametrize(
    ("cut", "said"),
    [
        (frame("1020", ONE_SMS)[:-2], "LENGTH 288, 287 bytes came"),
        (frame("1020", ONE_SMS)[:-1], "LENGTH 288, no ETX after it"),
        (frame("1020", ONE_SMS)[:40], "40 of 76 header bytes came"),
        (frame("1020", b"9   " + b"x" * 20_000)[:-5], "LENGTH 20004, 20000 bytes came"),
    ],
)
def test_choice_frame_that_is_not_whole(cut: bytes, said: str) -> None:
    by_time, by_end = ready(), ready()
    by_time.receive(cut, 1.0)
    assert by_time.wake(61.0) == [Ended("a frame was not whole after 60 s")]
    by_end.receive(cut, 1.0)
    assert by_end.receive_eof() == [Ended("the peer closed the connection inside a frame")]
    for session in (by_time, by_end):
        (told,) = written(session)
        assert (told.command, told.response, told.message) == ("1021", "12001", f"frame not whole: {said}")


def test_choice_half_closed_connections() -> None:
    session = ready()
    session.receive(frame("1020", ONE_SMS) * 2, 1.0)
    assert session.receive_eof() == []
    session.answer_messages(1.0)
    (second,) = session.resume(1.0)
    assert isinstance(second, Requested)
    session.answer_messages(1.0)
    assert session.resume(1.0) == [Ended("the peer closed the connection")]
    assert [one.response for one in written(session)] == ["00000", "00000"]


# -- logins


@pytest.mark.parametrize("more", [b"", b"0" * 52, b"0" * 88])
def test_choice_login_on_the_send_port(more: bytes) -> None:
    session = GatewaySession(Service.SMS, Duty.SEND, 0.0)
    (event,) = session.receive(frame("1096", LOGIN_BODY + more, "SAM10"), 0.0)
    assert isinstance(event, Requested)
    assert event.packet.head == Login("demo", "secret")
    session.answer_login(ANSWER, batch_limit=30, service_class=1, now=0.0)
    (answer,) = written(session)
    assert (answer.command, answer.response) == ("1011", "00000")
    long = GatewaySession(Service.SMS, Duty.SEND, 0.0)
    assert refusal(long.receive(frame("1096", LOGIN_BODY + b"0" * 89, "SAM10"), 0.0)) == "12005"


@pytest.mark.parametrize(("duty", "version"), [(Duty.SEND, "SAM10"), (Duty.REPORT, "SAM10"), (Duty.REPORT, "SAM11")])
@pytest.mark.parametrize("code", ["1010", "1096"])
def test_a_second_login_is_a_request_if_it_is_the_first_again(duty: Duty, version: str, code: str) -> None:
    session = ready(duty=duty, version=version)
    pushes = session.may_push
    if pushes:
        session.push([RESULT], 1.0)
    state = session.state
    (event,) = session.receive(frame(code, LOGIN_BODY, version), 1.0)
    assert isinstance(event, Requested)
    session.answer_login(ANSWER, batch_limit=30, service_class=1, now=1.0)
    assert session.state is state, "a push still waits for its acknowledgement"
    assert [one.command for one in written(session)][-1] == "1011"
    other = encode_body(Packet(commands.LOGIN, Login("demo", "other")))
    assert refusal(session.receive(frame(code, other, version), 2.0)) == "11007"


def test_choice_body_of_a_refusal() -> None:
    session = GatewaySession(Service.SMS, Duty.SEND, 0.0)
    session.receive(frame("1010", LOGIN_BODY), 0.0)
    session.refuse(ResponseCode.LOGIN_FAILED, "login failed", 0.0)
    (login,) = written(session)
    assert (login.command, login.body) == ("1011", b" " * 33)
    mms = ready(Service.MMS)
    mms.receive(frame("2030", b"x"), 0.0)
    (upload,) = written(mms)
    assert (upload.command, upload.body) == ("2040", b" " * 128)


# -- signs of life


@pytest.mark.parametrize(
    "body", [b"", b"0", b"    ", b"\0\0\0\0", b"0   " + b" " * 284, b"0   " + b"\0" * 314, b"0000" + b" " * 2736]
)
@pytest.mark.parametrize("code", sorted(ALL_SEND_COMMANDS))
@pytest.mark.parametrize("duty", Duty)
@pytest.mark.parametrize("version", Version)
def test_choice_signs_of_life(code: str, body: bytes, duty: Duty, version: Version) -> None:
    session = ready(duty=duty, version=version)
    state = session.state
    assert session.receive(frame(code, body, version), 1.0) == []
    expected = {
        (Duty.SEND, Version.SAM10): ("1026", b""),
        (Duty.SEND, Version.SAM11): ("1021", b"0   "),
        (Duty.REPORT, Version.SAM10): ("1031", b"0   "),
        (Duty.REPORT, Version.SAM11): ("1030", b"0   "),
    }[duty, version]
    (answer,) = written(session)
    assert (answer.command, answer.body, answer.response) == (*expected, "00000")
    assert session.state is state


@pytest.mark.parametrize("body", [ONE_SMS[4:], b"\0\0\0\1" + ONE_SMS[4:], b"0   " + ONE_SMS[4:], b"    " + ONE_SMS[4:]])
@pytest.mark.parametrize("duty", Duty)
def test_a_message_behind_a_count_that_says_none_is_refused(body: bytes, duty: Duty) -> None:
    assert refusal(ready(duty=duty).receive(frame("1020", body), 1.0)) in {"12003", "12006", "12007"}


def test_nothing_is_a_sign_of_life_before_the_login() -> None:
    session = GatewaySession(Service.SMS, Duty.SEND, 0.0)
    assert isinstance(session.receive(frame("1020", b"0   "), 0.0)[-1], Ended)


# -- messages


@pytest.mark.parametrize(
    "none", [b"0", b"00000000000000", b"0000-00-00 00:00:00", b"null", b"NULL", b"", b"\0" * 20, b"0000-00-00"]
)
def test_choice_no_time(none: bytes) -> None:
    body = bytearray(encode_body(Packet(commands.SEND_SMS, records=[SMS])))
    body[68:88] = none.ljust(20)
    (record,) = decode_body(commands.SEND_SMS, bytes(body)).records
    assert (record.reserve_at, record.fault) == (None, "")
    for fraction in (b".", b".0", b".123"):
        whole = b"2099-01-01 09:00:00"
        body[68:88] = (whole + fraction)[:20].ljust(20)
        (record,) = decode_body(commands.SEND_SMS, bytes(body)).records
        assert (record.reserve_at, record.fault) == (4070908800, "")


@pytest.mark.parametrize(
    "wrong", [b"20990101090000", b"2099-01-01", b"2099-01-01T09:00:00", b"soon", b"2099-13-01 09:00:00"]
)
@pytest.mark.parametrize("code", ["1020", "1024", "1044"])
def test_choice_wrong_time(wrong: bytes, code: str) -> None:
    command = COMMANDS[code]
    head = FileNames() if command.head is not None else None
    good = SendRecord("g", "m", "", "01012345678", 4070908800, None, "abc")
    body = encode_body(Packet(command, head, [good] * 3))
    at = b"2099-01-01 09:00:00 "
    first = body.index(at)
    body = body[:first] + body[first:].replace(at, wrong.ljust(20), 1)
    found = decode_body(command, body).records
    assert found[0].fault == "RESERVE_DT is not YYYY-MM-DD HH:MM:SS"
    assert found[0].reserve_at is None
    assert list(found[1:]) == [good, good]


# -- results


@pytest.mark.parametrize("body", [b"", b"0", b"    ", b" " * 40, b"100 ", b"x" * 100, b"\0" * 41_000])
def test_choice_body_of_a_poll(body: bytes) -> None:
    session = ready(duty=Duty.REPORT, version="SAM10")
    (event,) = session.receive(frame("1030", body, "SAM10"), 1.0)
    assert isinstance(event, Requested)
    assert event.packet.empty


def test_choice_head_of_a_push() -> None:
    session = ready(duty=Duty.REPORT)
    session.push([RESULT], 1.0)
    (pushed,) = written(session)
    assert (pushed.response, pushed.message) == ("00000", "OK")
    key = KeyRecord(RESULT.group_id, RESULT.message_id)
    assert len(session.receive(frame("1030", encode_body(Packet(commands.RESULTS_TAKEN, records=[key]))), 2.0)) == 1
