"""The gateway's side: it answers what was asked, one after the other, and what it cannot take it refuses by name."""

import pytest

from samlink.vocabulary.responses import ResponseCode
from samlink.vocabulary.services import Duty, Service
from samlink.wire import choices, commands
from samlink.wire.commands import SEND_COMMANDS, Version
from samlink.wire.errors import LocalProtocolError
from samlink.wire.frame import Frame, encode_frame
from samlink.wire.packets import Packet, body_limit, encode_body
from samlink.wire.records import FileNames, FileUpload, KeyRecord, Login, SendRecord
from samlink.wire.sessions.gateway import GatewaySession
from samlink.wire.sessions.session import Ended, Refused, Requested
from tests.wire.sessions.logged_in import LOGIN, ONE_SMS, answer, ready, request, written
from tests.wire.sessions.pair import ANSWER, RESULT, SMS, Pair


def test_a_login_is_answered_with_limit_and_class() -> None:
    session = GatewaySession(Service.SMS, Duty.SEND, 0.0)
    (event,) = session.receive(LOGIN, 0.0)
    assert isinstance(event, Requested)
    assert event.packet.head == Login("demo", "secret")
    session.answer_login(ANSWER, batch_limit=30, service_class=1, now=0.0)
    assert answer(session) == ("1011", "00000", "30|1|samlink")


def test_a_login_can_be_answered_without_our_promise() -> None:
    session = GatewaySession(Service.SMS, Duty.SEND, 0.0)
    session.receive(LOGIN, 0.0)
    session.answer_login(ANSWER, batch_limit=30, service_class=1, now=0.0, name="")
    assert answer(session)[2] == "30|1|"


def test_a_refused_login_ends_the_session() -> None:
    session = GatewaySession(Service.SMS, Duty.SEND, 0.0)
    session.receive(LOGIN, 0.0)
    session.refuse(ResponseCode.REDIRECT, "10.0.0.2:33300", 0.0)
    assert answer(session) == ("1011", "11006", "10.0.0.2:33300")
    assert session.over


@pytest.mark.parametrize("version", ["SAM12", "", "SAM1"])
def test_a_login_of_an_unknown_version_is_refused(version: str) -> None:
    session = GatewaySession(Service.SMS, Duty.SEND, 0.0)
    refused, ended = session.receive(request(Packet(commands.LOGIN, Login("demo", "secret")), version), 0.0)
    assert isinstance(refused, Refused)
    assert isinstance(ended, Ended)
    assert answer(session) == ("1011", "12004", f"VERSION {version} is not SAM10 or SAM11")


def test_what_a_client_puts_into_response_fields_is_not_read() -> None:
    session = ready()
    body = encode_body(Packet(commands.SEND_SMS, records=[SMS]))
    (event,) = session.receive(encode_frame(Frame("SAM11", "1020", "30020", "company", body)), 0.0)
    assert isinstance(event, Requested)


@pytest.mark.parametrize(("version", "command"), [("SAM10", "1026"), ("SAM11", "1021")])
def test_messages_are_answered_in_the_version_of_the_request(version: str, command: str) -> None:
    session = ready(version=version)
    (event,) = session.receive(request(Packet(commands.SEND_SMS, records=[SMS]), version), 1.0)
    assert isinstance(event, Requested)
    assert list(event.packet.records) == [SMS]
    assert session.bytes_to_send() == b""
    session.answer_messages(1.0)
    (frame,) = written(session)
    assert (frame.version, frame.command, frame.response, frame.message) == (version, command, "00000", "OK")
    assert frame.body == (encode_body(Packet(commands.SEND_ANSWER_KEYS, records=[KEY])) if command == "1021" else b"")


KEY = KeyRecord("20090101093000", "0001")


@pytest.mark.parametrize("service", Service)
@pytest.mark.parametrize("version", Version)
def test_a_keepalive_is_answered_on_every_send_port(service: Service, version: Version) -> None:
    for command in commands.SEND_COMMANDS[service]:
        heads = [None] if command.head is None else [None, FileNames()]
        for head in heads:
            session = ready(service, version=version)
            assert session.receive(request(Packet(command, head), version), 1.0) == []
            expected = ("1026" if version is Version.SAM10 else "1021", "00000", "OK")
            assert answer(session) == expected


@pytest.mark.parametrize("service", Service)
def test_a_poll_is_answered_on_every_report_port(service: Service) -> None:
    session = ready(service, Duty.REPORT, "SAM10")
    for empty in (True, False):
        (event,) = session.receive(request(Packet(commands.RESULTS_TAKEN, empty=empty), "SAM10"), 1.0)
        assert isinstance(event, Requested)
        session.answer_poll([RESULT], 1.0)
        (frame,) = written(session)
        assert (frame.command, frame.response, len(frame.body)) == ("1031", "00000", 86)


@pytest.mark.parametrize("service", Service)
def test_results_are_pushed_one_frame_at_a_time(service: Service) -> None:
    session = ready(service, Duty.REPORT)
    session.push([RESULT], 1.0)
    (frame,) = written(session)
    assert (frame.command, frame.response, len(frame.body)) == ("1031", "00000", 86)
    assert not session.may_push
    with pytest.raises(LocalProtocolError, match="1031 cannot be sent while the connection is pushed"):
        session.push([RESULT], 1.0)
    (event,) = session.receive(request(Packet(commands.RESULTS_TAKEN, records=[KEY])), 2.0)
    assert isinstance(event, Requested)
    assert list(event.packet.records) == [KEY]
    assert session.may_push


def test_an_acknowledgement_of_nothing_changes_nothing() -> None:
    session = ready(duty=Duty.REPORT)
    session.push([RESULT], 1.0)
    for empty in (True, False):
        assert session.receive(request(Packet(commands.RESULTS_TAKEN, empty=empty)), 2.0) == []
        assert not session.may_push
    (event,) = session.receive(request(Packet(commands.RESULTS_TAKEN, records=[KEY])), 3.0)
    assert isinstance(event, Requested)


def test_our_sign_of_life_waits_for_no_answer() -> None:
    session = ready(duty=Duty.REPORT)
    assert session.wake(30.0) == []
    (frame,) = written(session)
    assert (frame.command, frame.response, frame.message, frame.body) == ("1031", "00000", "OK", b"0   ")
    assert session.may_push
    session.push([RESULT], 31.0)
    assert session.receive(request(Packet(commands.RESULTS_TAKEN)), 32.0) == []
    assert not session.may_push


def test_a_late_acknowledgement_is_told() -> None:
    session = ready(duty=Duty.REPORT)
    for _ in range(2):
        (event,) = session.receive(request(Packet(commands.RESULTS_TAKEN, records=[KEY])), 2.0)
        assert isinstance(event, Requested)
        assert list(event.packet.records) == [KEY]


def test_a_client_may_show_that_it_lives_while_results_wait() -> None:
    session = ready(duty=Duty.REPORT)
    session.push([RESULT], 1.0)
    written(session)
    assert session.receive(request(Packet(commands.RESULTS)), 2.0) == []
    assert answer(session) == ("1030", "00000", "OK")
    assert not session.may_push
    (event,) = session.receive(request(Packet(commands.RESULTS_TAKEN, records=[KEY])), 3.0)
    assert isinstance(event, Requested)


def test_a_client_has_no_results_to_give() -> None:
    session = ready(duty=Duty.REPORT)
    (refused,) = session.receive(request(Packet(commands.RESULTS, records=[RESULT])), 1.0)
    assert isinstance(refused, Refused)
    assert answer(session) == ("1030", "12007", "COUNT 1 is over the limit of 0")


def test_requests_sent_before_the_answer_are_read_after_it() -> None:
    session = ready()
    (first,) = session.receive(ONE_SMS + ONE_SMS + request(Packet(commands.SEND_SMS)) + ONE_SMS[:50], 1.0)
    assert isinstance(first, Requested)
    session.answer_messages(2.0)
    (second,) = session.resume(2.0)
    assert isinstance(second, Requested)
    assert len(written(session)) == 1
    session.refuse(ResponseCode.OVERLOADED, "overloaded, try again", 3.0)
    assert session.resume(3.0) == []
    assert [frame.response for frame in written(session)] == ["19004", "00000"]
    (third,) = session.receive(ONE_SMS[50:], 4.0)
    assert isinstance(third, Requested)


def test_a_request_sent_with_the_login_is_read_after_it() -> None:
    session = GatewaySession(Service.SMS, Duty.SEND, 0.0)
    assert len(session.receive(LOGIN + ONE_SMS, 0.0)) == 1
    session.answer_login(ANSWER, batch_limit=30, service_class=1, now=0.0)
    assert len(session.resume(0.0)) == 1


def test_a_session_is_full_when_more_waits_than_one_frame() -> None:
    session = ready()
    assert not session.full
    session.receive(ONE_SMS, 1.0)
    assert not session.full
    while not session.full:
        session.receive(ONE_SMS, 1.0)
    session.answer_messages(2.0)
    session.resume(2.0)
    session.answer_messages(2.0)
    assert not session.full


@pytest.mark.parametrize(
    ("service", "sent", "response", "message"),
    [
        (Service.SMS, "1025", "12002", "unknown command 1025"),
        (Service.SMS, "1024", "12003", "1024 does not belong on this port"),
        (Service.MMS, "1020", "12003", "1020 does not belong on this port"),
        (Service.SMS, "1010", "11007", "already logged in on this connection"),
        (Service.SMS, "1030", "12003", "1030 does not belong on this port"),
    ],
)
def test_a_frame_that_cannot_be_taken_is_refused_and_the_connection_goes_on(
    service: Service, sent: str, response: str, message: str
) -> None:
    session = ready(service)
    body = encode_body(Packet(commands.LOGIN, Login("demo", "other"))) if sent == "1010" else b"1   "
    (refused,) = session.receive(encode_frame(Frame("SAM11", sent, body=body)), 1.0)
    assert isinstance(refused, Refused)
    assert answer(session)[1:] == (response, message)
    keepalive = request(Packet(commands.SEND_COMMANDS[service][0]))
    assert session.receive(keepalive, 2.0) == []
    assert answer(session)[1] == "00000"


def test_a_wrong_time_does_not_refuse_its_packet() -> None:
    session = ready()
    body = bytearray(encode_body(Packet(commands.SEND_SMS, records=[SMS] * 30)))
    body[4 + 284 * 29 + 84 : 4 + 284 * 29 + 104] = b"20090101210000".ljust(20)
    (event,) = session.receive(encode_frame(Frame("SAM11", "1020", body=bytes(body))), 1.0)
    assert isinstance(event, Requested)
    assert [record.fault for record in event.packet.records] == [""] * 29 + ["TIMEOUT_DT is not YYYY-MM-DD HH:MM:SS"]


@pytest.mark.parametrize("count", [31, 34, 300])
def test_too_many_messages_are_refused_by_count_however_long_the_body(count: int) -> None:
    session = ready()
    frame = request(Packet(commands.SEND_SMS, records=[SMS] * count))
    for start in range(0, len(frame), 1000):
        session.receive(frame[start : start + 1000], 1.0)
    assert answer(session) == ("1021", "12007", f"COUNT {count} is over the limit of 30")
    assert len(session.receive(ONE_SMS, 2.0)) == 1


def test_a_body_that_is_too_long_for_its_count_is_refused_by_length() -> None:
    session = ready()
    session.receive(encode_frame(Frame("SAM11", "1020", body=b"1   " + b" " * 10_000)), 1.0)
    assert answer(session) == ("1021", "12005", "LENGTH 10004 is over the limit of 9424")


def test_a_file_over_the_limit_is_refused_as_a_file() -> None:
    session = ready(Service.MMS)
    body = b"400000    jpg" + b"x" * 400_000
    session.receive(encode_frame(Frame("SAM11", "2030", body=body)), 1.0)
    assert answer(session) == ("2040", "13001", "file over 307200 bytes")
    (event,) = session.receive(request(Packet(commands.UPLOAD, FileUpload("jpg", b"x" * 307_200))), 2.0)
    assert isinstance(event, Requested)
    session.answer_file("a.jpg", 3.0)
    assert answer(session) == ("2040", "00000", "OK")


def test_a_length_that_nobody_needs_ends_the_connection() -> None:
    session = ready()
    frame = encode_frame(Frame("SAM11", "1020")).replace(b"0       ", b"99999999", 1)
    refused, ended = session.receive(frame, 1.0)
    assert isinstance(refused, Refused)
    assert isinstance(ended, Ended)
    assert answer(session) == ("1021", "12005", "LENGTH 99999999 is over the limit of 9424")


def test_before_the_login_a_long_body_ends_the_connection() -> None:
    session = GatewaySession(Service.SMS, Duty.SEND, 0.0)
    assert isinstance(session.receive(ONE_SMS, 0.0)[-1], Ended)
    assert answer(session) == ("1011", "12005", "LENGTH 288 is over the limit of 128 before login")


def test_an_acknowledgement_that_cannot_be_read_ends_the_connection() -> None:
    session = ready(duty=Duty.REPORT)
    session.push([RESULT], 1.0)
    written(session)
    refused, ended = session.receive(encode_frame(Frame("SAM11", "1030", body=b"1   ")), 2.0)
    assert isinstance(refused, Refused)
    assert isinstance(ended, Ended)
    assert answer(session) == ("1030", "12006", "LENGTH 4 fits no layout of COUNT 1")


def test_an_answer_must_be_of_the_kind_that_was_asked_for() -> None:
    session = ready(Service.MMS)
    session.receive(request(Packet(commands.UPLOAD, FileUpload("jpg", b"x"))), 1.0)
    with pytest.raises(LocalProtocolError, match="2030 is not answered by this verb"):
        session.answer_messages(1.0)
    with pytest.raises(LocalProtocolError, match="2030 is not answered by this verb"):
        session.answer_login(ANSWER, batch_limit=30, service_class=1, now=1.0)
    with pytest.raises(LocalProtocolError, match="2030 is not answered by this verb"):
        session.answer_poll([], 1.0)
    session.answer_file("a.jpg", 1.0)
    with pytest.raises(LocalProtocolError, match="there is no request to answer"):
        session.answer_file("a.jpg", 1.0)
    with pytest.raises(LocalProtocolError, match="there is no request to refuse"):
        session.refuse(ResponseCode.INTERNAL, "internal error", 1.0)


def test_nothing_is_answered_after_the_peer_has_gone() -> None:
    session = ready()
    session.receive(ONE_SMS, 1.0)
    session.close()
    with pytest.raises(LocalProtocolError, match="cannot be sent while the connection is closed"):
        session.answer_messages(1.0)
    with pytest.raises(LocalProtocolError):
        session.refuse(ResponseCode.INTERNAL, "internal error", 1.0)
    assert session.bytes_to_send() == b""


def test_who_closes_its_half_gets_every_answer_first() -> None:
    session = ready()
    session.receive(ONE_SMS + ONE_SMS, 1.0)
    assert session.receive_eof() == []
    session.answer_messages(1.0)
    (second,) = session.resume(1.0)
    assert isinstance(second, Requested)
    session.answer_messages(1.0)
    assert session.resume(1.0) == [Ended("the peer closed the connection")]
    assert [frame.response for frame in written(session)] == ["00000", "00000"]
    assert not session.ended_in_order, "it cannot have read the answer before it closed"


def test_who_has_closed_its_half_is_given_up_like_a_client_that_waits_too_long() -> None:
    session = ready()
    session.receive(ONE_SMS, 1.0)
    assert session.deadline() is None
    assert session.receive_eof() == []
    assert session.deadline() == 1.0 + choices.ANSWER_LIMIT_SECONDS
    assert session.wake(60.9) == []
    assert session.wake(61.0) == [Ended("the peer closed the connection before its answer came")]


def test_a_connection_that_ends_inside_a_frame_says_so() -> None:
    session = ready()
    session.receive(ONE_SMS[:100], 1.0)
    assert session.receive_eof() == [Ended("the peer closed the connection inside a frame")]


def test_polled_results_are_not_pushed_and_the_other_way_round() -> None:
    with pytest.raises(LocalProtocolError, match="pushed in SAM11 only"):
        ready(duty=Duty.REPORT, version="SAM10").push([RESULT], 1.0)


@pytest.mark.parametrize("padding", [b" ", b"\0"], ids=["spaces", "NULs"])
def test_a_gateway_pads_as_its_client_does(padding: bytes) -> None:
    session = GatewaySession(Service.SMS, Duty.SEND, 0.0)
    login = Packet(commands.LOGIN, Login("demo", "secret"))
    session.receive(request(login, message="Protocol", padding=padding), 0.0)
    session.answer_login(ANSWER, batch_limit=30, service_class=1, now=0.0)
    raw = session.bytes_to_send()
    other = b"\0" if padding == b" " else b" "
    assert raw.count(padding) > 50
    assert other not in raw


def test_a_key_goes_back_as_it_came() -> None:
    pair = Pair(Service.SMS, Duty.SEND, Version.SAM11).logged_in()
    record = SendRecord("그룹　펲", "a b", "", "01012345678", text="x")
    pair.client.send_messages(commands.SEND_SMS, [record], 0.0)
    pair.deliver_to_gateway()
    pair.gateway.answer_messages(0.0)
    (answered,) = pair.deliver_to_client()
    assert list(answered.packet.records) == [KeyRecord("그룹　펲", "a b")]  # type: ignore[union-attr]


# -- time


def test_a_connection_without_a_login_is_dropped_after_ten_seconds() -> None:
    session = GatewaySession(Service.SMS, Duty.SEND, 100.0)
    assert session.deadline() == 110.0
    session.receive(LOGIN[:20], 109.0)
    assert session.wake(109.9) == []
    assert session.wake(110.0) == [Ended("no login within 10 s")]


def test_a_login_that_is_not_answered_in_time_is_dropped_too() -> None:
    session = GatewaySession(Service.SMS, Duty.SEND, 0.0)
    session.receive(LOGIN, 9.0)
    assert session.deadline() == 10.0
    assert session.wake(10.0) == [Ended("no login within 10 s")]


@pytest.mark.parametrize(
    ("duty", "version", "limit"),
    [(Duty.SEND, "SAM10", 90.0), (Duty.SEND, "SAM11", 90.0), (Duty.REPORT, "SAM10", 600.0)],
)
def test_a_silent_connection_is_dropped(duty: Duty, version: str, limit: float) -> None:
    session = ready(duty=duty, version=version)
    assert session.deadline() == choices.SILENCE_LIMITS_SECONDS[duty] == limit
    assert session.wake(limit - 0.1) == []
    session.receive(b"\x01", limit - 0.1)
    assert session.wake(limit) == [], "it is not silent"
    session = ready(duty=duty, version=version)
    session.receive(encode_frame(Frame(version, "9999")), limit - 0.1)
    assert session.deadline() == pytest.approx(2 * limit - 0.1)
    assert session.wake(2 * limit) == [Ended(f"silent for {limit:g} s")]


def test_a_frame_has_a_time_to_come_to_its_end_in() -> None:
    session = ready()
    for second in range(10, 70):
        session.receive(ONE_SMS[second - 10 : second - 9], second)
    assert session.deadline() == 70.0
    assert session.wake(69.9) == []
    assert session.wake(70.0) == [Ended("a frame was not whole after 60 s")]


def test_the_time_of_a_frame_that_waits_behind_an_answer_begins_with_the_answer() -> None:
    session = ready()
    session.receive(ONE_SMS + ONE_SMS[:10], 1.0)
    assert session.held_bytes == len(ONE_SMS) + 10
    session.answer_messages(100.0)
    session.resume(100.0)
    assert session.held_bytes == 10
    assert session.deadline() == 160.0
    session.receive(ONE_SMS[10:], 159.0)
    session.answer_messages(159.0)
    session.resume(159.0)
    assert session.deadline() == 249.0
    assert session.held_bytes == 0


def test_a_client_that_waits_for_us_is_not_silent() -> None:
    session = ready()
    session.receive(ONE_SMS, 1.0)
    assert session.deadline() is None
    assert session.wake(1000.0) == []
    session.answer_messages(1000.0)
    assert session.deadline() == 1090.0
    session.receive(ONE_SMS, 1001.0)
    session.refuse(ResponseCode.OVERLOADED, "overloaded", 2000.0)
    assert session.deadline() == 2090.0


def test_a_push_connection_is_kept_alive_and_dropped_when_its_client_says_nothing_for_ten_minutes() -> None:
    session = ready(duty=Duty.REPORT)
    assert session.deadline() == 30.0
    assert session.wake(29.9) == []
    assert session.wake(30.0) == []
    (frame,) = written(session)
    assert (frame.command, frame.body) == ("1031", b"0   ")
    for due in range(60, 600, 30):
        assert session.deadline() == due
        assert session.wake(due) == []
        assert len(written(session)) == 1
    assert session.wake(600.0) == [Ended("silent for 600 s")]
    assert session.deadline() is None


@pytest.mark.parametrize("service", list(Service))
def test_a_request_is_bounded_whatever_count_is_allowed(service: Service) -> None:
    session = ready(service, batch_limit=9999)
    size = choices.REQUEST_BODY_LIMIT + 1
    (*_, ended) = session.receive(encode_frame(Frame("SAM11", "1020")).replace(b"0       ", b"%-8d" % size, 1), 1.0)
    assert isinstance(ended, Ended)
    assert answer(session)[1] == ResponseCode.BAD_LENGTH


def test_the_bound_leaves_room_for_the_longest_lms_and_mms() -> None:
    assert max(body_limit(command, 9999) for command in SEND_COMMANDS[Service.MMS]) <= choices.REQUEST_BODY_LIMIT
