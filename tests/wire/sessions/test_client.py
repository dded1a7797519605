"""The client's side: it asks one thing at a time, stays alive, and ends at what a gateway may not send."""

import pytest

from samlink.vocabulary.responses import ResponseCode
from samlink.vocabulary.services import Duty, Service
from samlink.wire import commands
from samlink.wire.commands import Version
from samlink.wire.errors import LocalProtocolError
from samlink.wire.frame import Frame, FrameBuffer, encode_frame
from samlink.wire.packets import Packet, encode_body
from samlink.wire.records import FileAnswer, FileUpload, KeyRecord, KmsRecord, Login, LoginAnswer, SendRecord
from samlink.wire.sessions.client import ClientSession
from samlink.wire.sessions.session import Answered, Ended, KeepaliveAnswered, PollDue, Requested
from tests.wire.sessions.pair import ANSWER, RESULT, SMS, Pair


def frame(code: str, version: str = "SAM11", response: str = "00000", message: str = "OK", body: bytes = b"") -> bytes:
    """A frame of a gateway."""
    return encode_frame(Frame(version, code, response, message, body))


def logged_in(
    service: Service = Service.SMS, duty: Duty = Duty.SEND, version: Version = Version.SAM11
) -> ClientSession:
    """A client that was let in at 0 s."""
    session = ClientSession(service, duty, version, 0.0)
    session.login(Login("demo", "secret"), 0.0)
    body = encode_body(Packet(commands.LOGIN_ANSWER, ANSWER))
    (event,) = session.receive(frame("1011", version, message="30|1|", body=body), 0.0)
    assert isinstance(event, Answered)
    session.bytes_to_send()
    return session


def sent(session: ClientSession) -> Frame:
    """The one frame that waits to be written."""
    buffer = FrameBuffer(1_000_000)
    buffer.feed(session.bytes_to_send())
    found = buffer.next_frame()
    assert found is not None
    assert not buffer.in_frame
    return found


def test_a_login_says_protocol() -> None:
    session = ClientSession(Service.SMS, Duty.SEND, Version.SAM10, 0.0)
    session.login(Login("demo", "secret"), 0.0)
    written = sent(session)
    assert (written.version, written.command, written.response, written.message) == ("SAM10", "1010", "", "Protocol")


@pytest.mark.parametrize("size", [0, 24, 28, 33])
def test_a_short_login_answer_lets_the_client_in(size: int) -> None:
    session = ClientSession(Service.SMS, Duty.SEND, Version.SAM10, 0.0)
    session.login(Login("demo", "secret"), 0.0)
    body = encode_body(Packet(commands.LOGIN_ANSWER, ANSWER))[:size]
    (event,) = session.receive(frame("1011", "SAM10", message="30|1|", body=body), 0.0)
    assert isinstance(event, Answered)
    assert event.message == "30|1|"
    assert session.idle


def test_a_postpaid_accounts_empty_balance_is_unknown() -> None:
    session = ClientSession(Service.SMS, Duty.SEND, Version.SAM10, 0.0)
    session.login(Login("demo", "secret"), 0.0)
    (event,) = session.receive(frame("1011", "SAM10", body=b"2 20.0  50.0  250.0         N2000"), 0.0)
    assert isinstance(event, Answered)
    assert event.packet.head == LoginAnswer(2, 2000, 5000, 25000, None, "N", 2000)


@pytest.mark.parametrize("version", ["SAM10", "SAM11"])
@pytest.mark.parametrize("body", [b"", b"what a gateway likes to say"])
def test_a_refused_login_ends_the_session(version: str, body: bytes) -> None:
    session = ClientSession(Service.SMS, Duty.SEND, Version.SAM11, 0.0)
    session.login(Login("demo", "secret"), 0.0)
    answered, ended = session.receive(frame("1011", version, "11006", "10.0.0.2:33300", body), 0.0)
    assert isinstance(answered, Answered)
    assert (answered.response, answered.message) == ("11006", "10.0.0.2:33300")
    assert ended == Ended("login refused: 11006 10.0.0.2:33300")
    assert session.over


@pytest.mark.parametrize(("version", "code"), [(Version.SAM10, "1026"), (Version.SAM11, "1021")])
def test_messages_are_answered(version: Version, code: str) -> None:
    session = logged_in(version=version)
    session.send_messages(commands.SEND_SMS, [SMS], 1.0)
    assert sent(session).command == "1020"
    assert not session.idle
    with pytest.raises(LocalProtocolError, match="1020 cannot be sent while the connection is asked"):
        session.send_messages(commands.SEND_SMS, [SMS], 1.0)
    (event,) = session.receive(frame(code, version), 2.0)
    assert isinstance(event, Answered)
    assert session.idle


@pytest.mark.parametrize("body", [b"", b"0   ", b"anything"])
def test_a_refused_request_is_an_answer_whatever_its_body(body: bytes) -> None:
    session = logged_in()
    session.send_messages(commands.SEND_SMS, [SMS], 1.0)
    (event,) = session.receive(frame("1021", response="12007", message="COUNT 40 is over the limit", body=body), 2.0)
    assert isinstance(event, Answered)
    assert (event.response, event.message) == ("12007", "COUNT 40 is over the limit")
    assert session.idle


def test_a_file_is_uploaded() -> None:
    session = logged_in(Service.MMS)
    session.upload(FileUpload("jpg", b"\xff\xd8"), 1.0)
    assert sent(session).body == b"2         jpg\xff\xd8"
    body = encode_body(Packet(commands.UPLOAD_ANSWER, FileAnswer("a.jpg")))
    (event,) = session.receive(frame("2040", body=body), 2.0)
    assert isinstance(event, Answered)
    assert event.packet.head == FileAnswer("a.jpg")


def test_what_cannot_be_written_is_refused_before_anything_is_sent() -> None:
    session = logged_in()
    with pytest.raises(LocalProtocolError, match="record 2 MSG: character 1, 😀"):
        session.send_messages(commands.SEND_SMS, [SMS, SendRecord("g", "m", "", "010", text="😀")], 1.0)
    with pytest.raises(LocalProtocolError, match="at least one message"):
        session.send_messages(commands.SEND_SMS, [], 1.0)
    with pytest.raises(LocalProtocolError, match="1024 sends no SMS messages"):
        session.send_messages(commands.SEND_FIXED, [SMS], 1.0)
    with pytest.raises(LocalProtocolError, match="2030 sends no SMS messages"):
        session.send_messages(commands.UPLOAD, [SMS], 1.0)
    assert session.bytes_to_send() == b""
    assert session.idle


def test_results_are_polled() -> None:
    session = logged_in(duty=Duty.REPORT, version=Version.SAM10)
    session.poll(1.0)
    assert sent(session).body == b""
    body = encode_body(Packet(commands.RESULTS, records=[RESULT]))
    (event,) = session.receive(frame("1031", "SAM10", body=body), 2.0)
    assert isinstance(event, Answered)
    assert list(event.packet.records) == [RESULT]
    with pytest.raises(LocalProtocolError, match="acknowledged in SAM11 only"):
        session.acknowledge([KeyRecord("g", "m")], 2.0)


def test_pushed_results_are_acknowledged() -> None:
    session = logged_in(duty=Duty.REPORT)
    body = encode_body(Packet(commands.RESULTS, records=[RESULT]))
    (event,) = session.receive(frame("1031", response="", message="", body=body), 1.0)
    assert isinstance(event, Requested)
    session.acknowledge([KeyRecord(RESULT.group_id, RESULT.message_id)], 2.0)
    written = sent(session)
    assert (written.command, written.response, len(written.body)) == ("1030", "00000", 44)
    with pytest.raises(LocalProtocolError, match="polled in SAM10 only"):
        session.poll(2.0)


@pytest.mark.parametrize("body", [b"0   ", b""])
def test_a_pushed_keepalive_is_acknowledged_at_once(body: bytes) -> None:
    session = logged_in(duty=Duty.REPORT)
    assert session.receive(frame("1031", response="", message="", body=body), 1.0) == []
    written = sent(session)
    assert (written.command, written.body) == ("1030", b"0   ")
    assert session.idle


@pytest.mark.parametrize(
    ("raw", "reason", "response"),
    [
        (b"HTTP/1.1 400 Bad Request", "frame does not start with SOH", ResponseCode.BAD_FRAME),
        (frame("1021"), "1021 out of turn", ResponseCode.OUT_OF_TURN),
        (frame("1031"), "1031 does not belong on this port", ResponseCode.WRONG_PORT),
        (frame("9999"), "unknown command 9999", ResponseCode.UNKNOWN_COMMAND),
        (frame("1021").replace(b"0       ", b"99999999", 1), "over the limit", ResponseCode.BAD_LENGTH),
    ],
)
def test_a_gateway_that_breaks_the_protocol_ends_the_session(raw: bytes, reason: str, response: ResponseCode) -> None:
    session = logged_in()
    (ended,) = session.receive(raw, 1.0)
    assert isinstance(ended, Ended)
    assert reason in ended.reason
    assert ended.response is response


KEY = SMS.group_id.encode().ljust(20) + SMS.message_id.encode().ljust(20)


@pytest.mark.parametrize("asked", Version)
@pytest.mark.parametrize("answered", ["SAM10", "SAM11", "sam11", ""])
@pytest.mark.parametrize("code", ["1021", "1026"])
@pytest.mark.parametrize("response", ["00000", "0", "", "000"])
@pytest.mark.parametrize(
    ("body", "named"),
    [
        (b"", 0),
        (b"0   ", 0),
        (b"1   ", 0),
        (b"2   " + KEY, 1),
        (b"1   " + KEY, 1),
        (b"1   " + KEY + b" ", 1),
        (b"1   " + KEY[:-1], 0),
        (b"1   " + b" " * 40, 0),
        (b"one " + KEY, 0),
        (b"\0\0\0\x01" + KEY, 0),
        (b"1   " + SMS.group_id.encode().rjust(20) + SMS.message_id.encode().rjust(20, b"\0"), 1),
        (b"anything at all", 0),
    ],
)
def test_an_answer_means_what_its_response_code_says(
    asked: Version, answered: str, code: str, *, response: str, body: bytes, named: int
) -> None:
    session = logged_in(version=asked)
    session.send_messages(commands.SEND_SMS, [SMS], 1.0)
    (event,) = session.receive(frame(code, answered, response, body=body), 2.0)
    assert isinstance(event, Answered)
    assert event.ok
    assert event.response == "00000"
    assert list(event.packet.records) == [KeyRecord(SMS.group_id, SMS.message_id)] * named
    assert session.idle


@pytest.mark.parametrize("code", ["1021", "1026", "2040", "1030", "1031", "1011", "1020", "7777", "?"])
@pytest.mark.parametrize("response", ["11001", "12003", "20001", "99999", "ERROR", "-1"])
def test_whatever_refuses_refuses_what_is_outstanding(code: str, response: str) -> None:
    session = logged_in()
    session.send_messages(commands.SEND_SMS, [SMS], 1.0)
    (event,) = session.receive(frame(code, "SAM10", response, "no"), 2.0)
    assert isinstance(event, Answered)
    assert (event.ok, event.response, event.message) == (False, response, "no")
    assert session.idle


@pytest.mark.parametrize("raw", [frame("1020"), frame("1031"), frame("7777"), frame("2040"), b"HTTP/1.1 200 OK", b"?"])
def test_what_is_no_answer_ends_the_session_that_waits_for_one(raw: bytes) -> None:
    session = logged_in()
    session.send_messages(commands.SEND_SMS, [SMS], 1.0)
    (ended,) = session.receive(raw, 2.0)
    assert isinstance(ended, Ended)


def test_a_gateway_that_says_why_it_ends_is_heard() -> None:
    session = logged_in()
    (ended,) = session.receive(frame("1021", response="19003", message="shutting down,\nreconnect"), 1.0)
    assert ended == Ended("the gateway says 19003 shutting down, reconnect")


# -- time


def test_the_login_must_be_sent_and_answered() -> None:
    session = ClientSession(Service.SMS, Duty.SEND, Version.SAM11, 0.0)
    assert session.deadline() == 10.0
    session.login(Login("demo", "secret"), 5.0)
    assert session.deadline() == 65.0
    assert session.wake(64.0) == []
    assert session.wake(65.0) == [Ended("no answer within 60 s")]
    never = ClientSession(Service.SMS, Duty.SEND, Version.SAM11, 0.0)
    assert never.wake(10.0) == [Ended("the login was never sent")]


@pytest.mark.parametrize(
    ("service", "code", "size"), [(Service.SMS, "1020", 4), (Service.MMS, "1044", 4), (Service.KMS, "1054", 4)]
)
@pytest.mark.parametrize("version", Version)
def test_a_send_connection_is_kept_alive_on_every_port(
    service: Service, code: str, size: int, version: Version
) -> None:
    pair = Pair(service, Duty.SEND, version).logged_in()
    assert pair.client.deadline() == 30.0
    assert pair.client.wake(29.9) == []
    pair.now = 30.0
    assert pair.client.wake(30.0) == []
    assert pair.client.busy_with_keepalive
    pair.collect()
    assert pair.to_gateway[7:11].decode() == code
    assert len(pair.to_gateway) == 77 + size
    assert pair.deliver_to_gateway() == []
    assert pair.deliver_to_client() == [KeepaliveAnswered()]
    assert pair.client.idle
    assert pair.client.deadline() == 60.0


@pytest.mark.parametrize("code", ["1021", "1026", "1030", "1020", "7777"])
@pytest.mark.parametrize(("response", "message"), [("12007", "bad COUNT"), ("00000", "OK"), ("", "")])
def test_a_keepalive_that_is_answered_somehow_shows_life(code: str, response: str, message: str) -> None:
    session = logged_in()
    session.wake(30.0)
    (event,) = session.receive(frame(code, "SAM10", response, message, b"anything"), 31.0)
    assert event == (KeepaliveAnswered("12007", "bad COUNT") if response == "12007" else KeepaliveAnswered())
    assert session.idle
    assert session.deadline() == 60.0


@pytest.mark.parametrize(("variable", "code", "size"), [("Y", "1044", 4), ("N", "1024", 516), ("", "1024", 516)])
def test_the_keepalive_of_mms_is_of_the_commands_that_the_login_allows(variable: str, code: str, size: int) -> None:
    session = ClientSession(Service.MMS, Duty.SEND, Version.SAM11, 0.0)
    session.login(Login("demo", "secret"), 0.0)
    body = encode_body(Packet(commands.LOGIN_ANSWER, LoginAnswer(1, 2000, 5000, 25000, 1, variable, 2000)))
    session.receive(frame("1011", body=body), 0.0)
    session.bytes_to_send()
    session.wake(30.0)
    written = sent(session)
    assert (written.command, len(written.body)) == (code, size)
    assert written.body.startswith(b"0   ")


def test_a_request_resets_the_keepalive() -> None:
    session = logged_in()
    session.send_messages(commands.SEND_SMS, [SMS], 20.0)
    assert session.deadline() == 80.0
    session.receive(frame("1021"), 21.0)
    assert session.deadline() == 50.0


@pytest.mark.parametrize("service", Service)
def test_a_poll_is_due_every_five_seconds_and_told_once(service: Service) -> None:
    session = logged_in(service, Duty.REPORT, Version.SAM10)
    assert session.deadline() == 5.0
    assert session.wake(4.9) == []
    assert session.wake(5.0) == [PollDue()]
    assert session.wake(6.0) == []
    assert session.deadline() is None
    session.poll(7.0)
    assert session.deadline() == 67.0
    session.receive(frame("1031", "SAM10", body=b"0   "), 8.0)
    assert session.deadline() == 12.0


@pytest.mark.parametrize("service", Service)
def test_a_push_connection_that_is_silent_is_kept_alive_from_here_and_never_given_up(service: Service) -> None:
    """Who sends the COUNT 0 of a SAM11 report connection, and whether it is answered, the manual does not say."""
    session = logged_in(service, Duty.REPORT)
    assert session.deadline() == 30.0
    session.receive(frame("1031", response="", body=b"0   "), 20.0)
    session.bytes_to_send()
    for now in (50.0, 80.0, 110.0, 1000.0):
        assert session.deadline() == min(now, 140.0)
        assert session.wake(now) == []
        written = sent(session)
        assert (written.command, written.body) == ("1031", b"0   ")
    assert session.receive(frame("1030", body=b"0   "), 1001.0) == [KeepaliveAnswered()]
    assert session.deadline() == 1031.0
    assert session.receive(frame("1030", body=b"0   "), 1002.0) == [KeepaliveAnswered()]
    session.wake(1032.0)
    assert session.receive(frame("1021", response="12003", message="wrong port"), 1033.0) == [
        KeepaliveAnswered("12003", "wrong port")
    ]


def test_pages_that_come_before_the_acknowledgement_of_the_first_wait_for_theirs() -> None:
    session = logged_in(duty=Duty.REPORT)
    page = frame("1031", response="", body=encode_body(Packet(commands.RESULTS, records=[RESULT])))
    events = session.receive(page * 3, 1.0)
    assert [type(event) for event in events] == [Requested, Requested]
    assert session.blocked
    session.acknowledge([], 2.0)
    assert [type(event) for event in session.resume(2.0)] == [Requested]
    session.acknowledge([], 3.0)
    assert not session.idle
    session.acknowledge([], 4.0)
    assert session.idle
    assert session.resume(4.0) == []


def test_a_count_0_is_answered_whatever_waits_for_its_acknowledgement() -> None:
    session = logged_in(duty=Duty.REPORT)
    session.receive(frame("1031", response="", body=encode_body(Packet(commands.RESULTS, records=[RESULT]))), 1.0)
    assert session.receive(frame("1031", response="", body=b"0   "), 2.0) == []
    assert sent(session).body == b"0   "
    assert not session.idle
    session.acknowledge([RESULT.key], 3.0)
    assert sent(session).body == b"1   " + RESULT.group_id.encode().ljust(20) + RESULT.message_id.encode().ljust(20)
    assert session.idle


def test_results_that_nobody_polled_for_are_handed_on_and_an_empty_page_is_ignored() -> None:
    session = logged_in(duty=Duty.REPORT, version=Version.SAM10)
    assert session.receive(frame("1031", "SAM10", body=b"0   "), 1.0) == []
    body = encode_body(Packet(commands.RESULTS, records=[RESULT]))
    (event,) = session.receive(frame("1031", "SAM10", body=body), 1.0)
    assert isinstance(event, Answered)
    assert list(event.packet.records) == [RESULT]
    assert session.idle


@pytest.mark.parametrize("code", ["1031", "1026", "1030", "1011"])
@pytest.mark.parametrize("response", ["11001", "20001", "12003"])
def test_a_refused_poll_is_an_answer_without_results(code: str, response: str) -> None:
    session = logged_in(duty=Duty.REPORT, version=Version.SAM10)
    session.poll(1.0)
    (event,) = session.receive(frame(code, "SAM10", response, "NO DATA"), 2.0)
    assert isinstance(event, Answered)
    assert (event.ok, list(event.packet.records)) == (False, [])
    assert session.idle


def test_a_gateway_that_waits_for_our_acknowledgement_is_not_silent() -> None:
    session = logged_in(duty=Duty.REPORT)
    session.receive(frame("1031", response="", body=encode_body(Packet(commands.RESULTS, records=[RESULT]))), 1.0)
    assert session.deadline() is None
    assert session.wake(1000.0) == []
    session.acknowledge([], 1000.0)
    assert session.deadline() == 1030.0


def test_records_go_by_their_own_commands_only() -> None:
    kakao = KmsRecord("g", "m", "", "01012345678", kind="FT", sender_key="k", text="ok")
    pair = Pair(Service.KMS, Duty.SEND, Version.SAM11).logged_in()
    with pytest.raises(LocalProtocolError, match="1054 cannot carry these records"):
        pair.client.send_messages(commands.SEND_KMS, [SMS], 1.0)
    with pytest.raises(LocalProtocolError, match="1054 cannot carry these records"):
        pair.client.send_messages(commands.SEND_KMS, [kakao, SMS], 1.0)
    with pytest.raises(LocalProtocolError, match="1020 sends no KMS messages"):
        pair.client.send_messages(commands.SEND_SMS, [kakao], 1.0)
    assert pair.client.idle
    pair.client.send_messages(commands.SEND_KMS, [kakao], 1.0)
    (event,) = pair.deliver_to_gateway()
    assert isinstance(event, Requested)
    assert list(event.packet.records) == [kakao]


@pytest.mark.parametrize(("version", "keys"), [(Version.SAM10, []), (Version.SAM11, [KeyRecord("g", "m")])])
def test_kakao_messages_are_answered_as_all_others(version: Version, keys: list[KeyRecord]) -> None:
    pair = Pair(Service.KMS, Duty.SEND, version).logged_in()
    record = KmsRecord("g", "m", "", "01012345678", kind="FT", sender_key="k", text="좋아요 😀")
    pair.client.send_messages(commands.SEND_KMS, [record], 1.0)
    assert len(pair.deliver_to_gateway(100)) == 0
    assert len(pair.deliver_to_gateway()) == 1
    pair.gateway.answer_messages(1.0)
    (event,) = pair.deliver_to_client()
    assert isinstance(event, Answered)
    assert event.packet.command.code == ("1021" if keys else "1026")
    assert list(event.packet.records) == keys
