"""Every choice of scripts/protocol_choices.toml, each shown by a test that is named after it."""

import re
from typing import Any

import pytest

from samlink.vocabulary import results
from samlink.vocabulary.services import Duty, Service
from samlink.vocabulary.sizes import FILE_SIZE_LIMIT
from samlink.vocabulary.times import KST, format_time
from samlink.wire import choices, commands, kms
from samlink.wire.commands import COMMANDS, Version
from samlink.wire.errors import LocalProtocolError, RemoteProtocolError
from samlink.wire.frame import Frame, encode_frame
from samlink.wire.packets import Packet, decode_body, encode_body
from samlink.wire.records import FileNames, FileUpload, KeyRecord, KmsRecord, Login, LoginAnswer, SendRecord
from samlink.wire.sessions.gateway import GatewaySession
from samlink.wire.sessions.session import Answered, Ended, Event, Refused, Requested
from scripts.protocol_doc import CHOICES
from tests.wire import test_charset
from tests.wire.sessions import test_odd_requests
from tests.wire.sessions.pair import ANSWER, RESULT, SMS, Pair, login_events

DECIDED_ELSEWHERE = {
    "second login": "the gateway answers with the balance of now: tests/gateway/sam/test_odd_customers.py",
    "repeat after the result": "the store knows its messages: tests/store, tests/gateway/sam/test_odd_customers.py",
    "safe numbers": "the rules judge receivers: tests/core",
    "late acknowledgement": "the gateway keeps what was given back: tests/gateway/reports/test_reports.py",
    "results in a page": "a limit of the gateway: tests/gateway/sam/test_odd_customers.py",
    "balance": "the gateway fills the login answer: tests/gateway",
    "key": "the store keys its messages: tests/store",
    "no answer": "the client sends again, or does not: tests/client",
    "codes of another gateway": "the client decides what is tried again: tests/client",
    "file owner": "the gateway keeps the files: tests/gateway",
    "one decision for a packet": "the gateway takes packets: tests/gateway; that wire reads them whole is tested here",
}
"""Choices that wire only names, because another room acts on them."""


def name_of_test(choice: str) -> str:
    """The name of the test that shows a choice."""
    return "test_choice_" + re.sub(r"[^a-z0-9]+", "_", choice.lower()).strip("_")


def test_every_choice_has_its_test_or_its_room() -> None:
    names = [choice["name"] for choice in CHOICES]
    assert len(set(names)) == len(names)
    assert set(DECIDED_ELSEWHERE) <= set(names)
    shown_here = globals() | vars(test_odd_requests) | vars(test_charset)
    missing = [name for name in names if name_of_test(name) not in shown_here and name not in DECIDED_ELSEWHERE]
    assert not missing
    shown = {name for name in shown_here if name.startswith("test_choice_")}
    assert shown <= {name_of_test(name) for name in names}


def test_every_choice_is_a_sentence() -> None:
    for choice in CHOICES:
        assert choice["section"].isdigit()
        for said in (choice, choice["ko"]):
            assert said["question"].endswith(("?", "."))
            assert said["answer"].endswith(".")


def gateway(service: Service = Service.SMS, duty: Duty = Duty.SEND, version: Version = Version.SAM11) -> GatewaySession:
    """A gateway's session whose client is logged in at 0 s."""
    return Pair(service, duty, version).logged_in().gateway


def give(session: GatewaySession, packet: Packet, version: str = "SAM11") -> list[Event]:
    """Give a session a request at 1 s."""
    return session.receive(encode_frame(Frame(version, packet.command.code, body=encode_body(packet))), 1.0)


def test_choice_kakao_send_body() -> None:
    assert commands.SEND_KMS.manual_total == "not in the manual"
    assert commands.SEND_KMS.record is not None
    assert set(kms.LENGTHS + kms.FIELDS) <= set(commands.SEND_KMS.record.fields)
    manual = [command for command in COMMANDS.values() if command is not commands.SEND_KMS]
    own = {field for command in manual if command.record for field in command.record.fields}
    assert own.isdisjoint(kms.FIELDS)


def test_choice_text_in_utf_8() -> None:
    message = KmsRecord("g", "m", "", "01012345678", kind="FT", sender_key="k", text="좋아요 😀 ")
    body = encode_body(Packet(commands.SEND_KMS, records=[message]))
    assert body.endswith("좋아요 😀 ".encode())
    assert list(decode_body(commands.SEND_KMS, body).records) == [message]
    for spoiled, text in ((b"\xff ", "좋아요 \ufffd "), (b"\0\0\0\0 ", "좋아요 "), (b"\x03\x1b\r\n ", "좋아요 \r\n ")):
        old = "😀 ".encode()
        record = decode_body(commands.SEND_KMS, body.removesuffix(old) + spoiled.rjust(len(old), b"\x03")).records[0]
        assert record.text == text


def test_choice_time_zone() -> None:
    assert KST.utcoffset(None).total_seconds() == 9 * 3600
    assert format_time(0) == "1970-01-01 09:00:00"


def test_choice_padding() -> None:
    spaced = encode_body(Packet(commands.SEND_SMS, records=[SMS]))
    for other in (b"\0", b" \0"):
        mixed = spaced.replace(b"  ", other * 2 if len(other) == 1 else other)
        assert len(mixed) == len(spaced)
        assert list(decode_body(commands.SEND_SMS, mixed).records) == [SMS]
    pair = Pair(Service.SMS, Duty.SEND, Version.SAM11, padding=b"\0").logged_in()
    assert pair.gateway.padding == b"\0"
    assert choices.PADDING_WRITTEN == b" "


def test_choice_control_characters() -> None:
    body = bytearray(encode_body(Packet(commands.SEND_SMS, records=[SMS])))
    body[4 + 104 : 4 + 110] = b"a\x03b\r\nc"
    (record,) = decode_body(commands.SEND_SMS, bytes(body)).records
    assert record.text.startswith("ab\r\nc")
    body[4] = 3
    with pytest.raises(RemoteProtocolError, match="record 1 GRP_ID has a control character"):
        decode_body(commands.SEND_SMS, bytes(body))
    with pytest.raises(LocalProtocolError, match="control character U\\+0003"):
        encode_body(Packet(commands.SEND_SMS, records=[SendRecord("g", "m", "", "010", text="\x03")]))


def test_choice_half_characters() -> None:
    body = bytearray(encode_body(Packet(commands.SEND_SMS, records=[SMS])))
    body[4 + 104 + 9] = 0x20
    (record,) = decode_body(commands.SEND_SMS, bytes(body)).records
    assert record.text == "안녕하세"
    body[4 + 104 + 1] = 0x20
    (record,) = decode_body(commands.SEND_SMS, bytes(body)).records
    assert record.text == "\ufffd 녕하세"
    body[4] = 0xB0
    with pytest.raises(RemoteProtocolError, match="record 1 GRP_ID has bytes that are not CP949"):
        decode_body(commands.SEND_SMS, bytes(body))


def test_choice_version() -> None:
    session = gateway()
    (refused,) = give(session, Packet(commands.SEND_SMS, records=[SMS]), "SAM10")
    assert isinstance(refused, Refused)
    assert refused.error.response == "12004"
    assert refused.error.detail == "VERSION SAM10, login had SAM11"
    assert not session.over


def test_choice_silence() -> None:
    assert gateway().wake(90.0) == [Ended("silent for 90 s")]
    assert gateway(duty=Duty.REPORT).wake(600.0) == [Ended("silent for 600 s")]
    assert GatewaySession(Service.SMS, Duty.SEND, 0.0).wake(10.0) == [Ended("no login within 10 s")]
    assert choices.SILENCE_LIMIT_SECONDS == 3 * choices.KEEPALIVE_SECONDS
    slow = gateway()
    assert slow.receive(b"\x01", 20.0) == []
    assert slow.receive(b"S", 79.0) == [], "it is not silent"
    assert slow.deadline() == 80.0
    assert slow.wake(80.0) == [Ended("a frame was not whole after 60 s")]
    assert choices.FRAME_LIMIT_SECONDS == choices.ANSWER_LIMIT_SECONDS
    asked = Pair(Service.SMS, Duty.SEND, Version.SAM11).logged_in().client
    asked.send_messages(commands.SEND_SMS, [SMS], 0.0)
    assert asked.wake(60.0) == [Ended("no answer within 60 s")]


def test_choice_keepalive_of_a_sam11_report_connection() -> None:
    pair = Pair(Service.SMS, Duty.REPORT, Version.SAM11).logged_in()
    pair.now = 30.0
    pair.gateway.wake(30.0)
    pair.collect()
    assert bytes(pair.to_client[76:]) == b"0   \x03"
    assert pair.gateway.may_push
    assert pair.deliver_to_client() == []
    assert pair.deliver_to_gateway() == []
    session = gateway(duty=Duty.REPORT)
    assert give(session, Packet(commands.RESULTS)) == []
    assert b"SAM11 1030 4       00000OK" in session.bytes_to_send()
    assert give(session, Packet(commands.RESULTS_TAKEN)) == []
    assert session.bytes_to_send() == b""


def test_choice_keepalive_of_an_mms_send_connection() -> None:
    pair = Pair(Service.MMS, Duty.SEND, Version.SAM11).logged_in()
    pair.client.wake(30.0)
    pair.collect()
    assert bytes(pair.to_gateway[7:11]) == b"1044"  # the login said Y
    assert bytes(pair.to_gateway[76:]) == b"0   \x03"
    fixed = encode_body(Packet(commands.SEND_FIXED, FileNames()))
    assert fixed == b"0   " + b" " * 512
    session = gateway(Service.MMS)
    assert give(session, Packet(commands.SEND_FIXED)) == []
    assert give(session, Packet(commands.SEND_MMS, FileNames())) == []
    assert give(session, Packet(commands.SEND_LMS)) == []


def test_choice_requests_before_the_answer() -> None:
    session = gateway()
    (first,) = give(session, Packet(commands.SEND_SMS, records=[SMS]))
    assert give(session, Packet(commands.SEND_SMS, records=[SMS, SMS])) == []
    assert isinstance(first, Requested)
    session.answer_messages(1.0)
    (second,) = session.resume(1.0)
    assert isinstance(second, Requested)
    assert len(second.packet.records) == 2


def test_choice_login_answer() -> None:
    body = encode_body(Packet(commands.LOGIN_ANSWER, ANSWER))
    assert len(body) == 33
    assert decode_body(commands.LOGIN_ANSWER, body).head == ANSWER
    assert decode_body(commands.LOGIN_ANSWER, body[:28]).head == LoginAnswer(1, 2000, 5000, 25000, 100000)
    assert decode_body(commands.LOGIN_ANSWER, body[:24]).head == LoginAnswer(1, 2000, 5000, 25000)


def test_choice_empty_numbers_of_a_login_answer() -> None:
    assert decode_body(commands.LOGIN_ANSWER, b" " * 33).head == LoginAnswer(variable="")


@pytest.mark.parametrize("code", ["1020", "1024", "1044", "1045"])
def test_choice_usercode(code: str) -> None:
    command = COMMANDS[code]
    head = FileNames() if command.head is not None else None
    for user_code in (False, True):
        record = SendRecord("g", "m", "", "010", text="abc", user_code="123456789" if user_code else "")
        packet = decode_body(command, encode_body(Packet(command, head, [record, record], user_code)))
        assert packet.user_code is user_code
        assert list(packet.records) == [record, record]
    assert not choices.USER_CODE_WRITTEN


def test_choice_empty_answer_of_sam11() -> None:
    session = gateway()
    give(session, Packet(commands.UPLOAD, FileUpload("jpg", b"")))
    assert session.bytes_to_send().endswith(b"\x02" + b" " * 128 + b"\x03")
    session.receive(encode_frame(Frame("SAM11", "1025")), 1.0)
    assert session.bytes_to_send().endswith(b"\x020   \x03")
    for body in (b"", b"0   "):
        pair = Pair(Service.SMS, Duty.SEND, Version.SAM11).logged_in()
        pair.client.send_messages(commands.SEND_SMS, [SMS], 0.0)
        (answered,) = pair.client.receive(encode_frame(Frame("SAM11", "1021", "00000", "OK", body)), 1.0)
        assert isinstance(answered, Answered)
        assert not answered.packet.records


def test_choice_300_kb() -> None:
    assert FILE_SIZE_LIMIT == 307_200
    session = gateway(Service.MMS)
    assert isinstance(give(session, Packet(commands.UPLOAD, FileUpload("jpg", b"x" * 307_200)))[0], Requested)
    with pytest.raises(LocalProtocolError, match="FILE: 307201 bytes, at most 307200"):
        encode_body(Packet(commands.UPLOAD, FileUpload("jpg", b"x" * 307_201)))


def test_choice_acknowledgement_in_sam10() -> None:
    session = gateway(duty=Duty.REPORT, version=Version.SAM10)
    for _ in range(2):
        (poll,) = give(session, Packet(commands.RESULTS_TAKEN, empty=True), "SAM10")
        assert isinstance(poll, Requested)
        assert not poll.packet.records
        session.answer_poll([RESULT], 1.0)


def test_choice_acknowledgement_in_sam11() -> None:
    session = gateway(duty=Duty.REPORT)
    session.push([RESULT, RESULT], 1.0)
    key = KeyRecord(RESULT.group_id, RESULT.message_id)
    (acknowledged,) = give(session, Packet(commands.RESULTS_TAKEN, records=[key]))
    assert isinstance(acknowledged, Requested)
    assert list(acknowledged.packet.records) == [key]


def test_choice_unreadable_acknowledgement() -> None:
    session = gateway(duty=Duty.REPORT)
    session.push([RESULT], 1.0)
    events = session.receive(encode_frame(Frame("SAM11", "1030", body=b"9   ")), 2.0)
    assert isinstance(events[-1], Ended)
    assert session.over


def test_choice_fields_of_a_file() -> None:
    assert decode_body(commands.UPLOAD, b"0            ").head == FileUpload("", b"")
    assert decode_body(commands.UPLOAD, b" " * 13 + b"abc").head == FileUpload("", b"abc")
    with pytest.raises(RemoteProtocolError, match="FILE_LENGTH is not a number"):
        decode_body(commands.UPLOAD, b"all".ljust(13) + b"abc")


def test_choice_1025() -> None:
    session = gateway()
    (refused,) = session.receive(encode_frame(Frame("SAM11", "1025", body=b"0   ")), 1.0)
    assert isinstance(refused, Refused)
    assert (refused.error.response, refused.error.detail) == ("12002", "unknown command 1025")
    assert not session.over


def test_choice_bodies_that_are_too_long() -> None:
    session = gateway()
    body = b"1   " + b"x" * 20_000
    (refused,) = session.receive(encode_frame(Frame("SAM11", "1020", body=body)), 1.0)
    assert isinstance(refused, Refused)
    assert not session.over
    assert len(give(session, Packet(commands.SEND_SMS, records=[SMS]))) == 1
    over = encode_frame(Frame("SAM11", "1020")).replace(b"0       ", b"%-8d" % (choices.SKIPPED_BODY_LIMIT + 1), 1)
    beyond = gateway()
    assert isinstance(beyond.receive(over, 1.0)[-1], Ended)
    before = GatewaySession(Service.SMS, Duty.SEND, 0.0)
    login = Packet(commands.LOGIN, Login("demo", "secret"))
    long_login = encode_frame(Frame("SAM11", "1010", body=encode_body(login) + b" "))
    assert isinstance(before.receive(long_login, 0.0)[-1], Ended)


def answered_by(command: str, body: bytes, version: str = "SAM11") -> list[Event]:
    """What a client makes of such an answer to an SMS."""
    pair = Pair(Service.SMS, Duty.SEND, Version.SAM11).logged_in()
    pair.client.send_messages(commands.SEND_SMS, [SMS], 1.0)
    return pair.client.receive(encode_frame(Frame(version, command, "00000", "OK", body)), 2.0)


def test_choice_meaning_of_an_answer() -> None:
    for command, version in (("1026", "SAM11"), ("1021", "SAM10"), ("1021", "sam11")):
        for body in (b"", b"0   ", b"1   ", b"1   what is this"):
            (event,) = answered_by(command, body, version)
            assert isinstance(event, Answered)
            assert event.ok
    assert isinstance(answered_by("1031", b"")[-1], Ended)


def results_of(body: bytes) -> list[Any]:
    """The results that a client reads in the body of a 1031."""
    pair = Pair(Service.SMS, Duty.REPORT, Version.SAM11).logged_in()
    (event,) = pair.client.receive(encode_frame(Frame("SAM11", "1031", body=body)), 1.0)
    assert isinstance(event, Requested)
    return list(event.packet.records)


def test_choice_results_one_byte_off() -> None:
    one = encode_body(Packet(commands.RESULTS, records=[RESULT]))
    record = one[4:]
    for body, count in ((one + b"  ", 1), (b"2   " + (record + b" " * 30) * 2, 2), (b"    " + record * 2, 2)):
        assert [found.result for found in results_of(body)] == [RESULT.result] * count
    key = b"\xb0\xff\xfe\x01".ljust(20) + b"M1".rjust(20)
    (odd,) = results_of(b"1   " + key + record[40:72] + b"OK " + record[75:])
    assert (odd.result, odd.unreadable, odd.key.raw) == (11, "'OK '", key)


def test_choice_states_in_results() -> None:
    assert [results.result(state).final for state in (0, 1, 6)] == [False, False, True]


def test_choice_names_of_files() -> None:
    for raw in (b"a.jpg", b"a.jpg".ljust(32), b"a.jpg\0rest".ljust(129), "로.jpg".encode(), b"\xff\xfe.jpg"):
        pair = Pair(Service.MMS, Duty.SEND, Version.SAM11).logged_in()
        pair.client.upload(FileUpload("jpg", b"x"), 1.0)
        (event,) = pair.client.receive(encode_frame(Frame("SAM11", "2040", "00000", body=raw)), 2.0)
        assert isinstance(event, Answered)
        written = encode_body(Packet(commands.SEND_FIXED, FileNames(event.packet.head.name)))
        assert written[4:132] == raw.partition(b"\0")[0].rstrip().ljust(128)


def test_choice_who_the_gateway_is() -> None:
    pair = Pair(Service.SMS, Duty.SEND, Version.SAM11)
    pair.client.login(Login("demo", "secret"), 0.0)
    login_events(pair.gateway, pair.deliver_to_gateway(), 0.0, 30)
    (event,) = pair.deliver_to_client()
    assert isinstance(event, Answered)
    assert event.message == "30|1|samlink"


def test_choice_time_of_a_result() -> None:
    pair = Pair(Service.SMS, Duty.REPORT, Version.SAM11).logged_in()
    pair.gateway.push([RESULT, RESULT], pair.now)
    pair.collect()
    at = pair.to_client.index(b"2009-01-01 09:30:10")
    pair.to_client[at : at + 19] = b"0000-00-00 00:00:00"
    (event,) = pair.deliver_to_client()
    assert isinstance(event, Requested)
    assert [record.sent_at for record in event.packet.records] == [None, RESULT.sent_at]
