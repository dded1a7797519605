"""What a stream says to a person: every field by the manual's name, nothing secret, and on past what is broken."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samlink.wire import commands
from samlink.wire.commands import COMMANDS
from samlink.wire.describe import DescribedFrame, describe_stream, format_described, parse_capture
from samlink.wire.frame import Frame, encode_frame
from samlink.wire.packets import Packet, encode_body
from samlink.wire.records import KmsRecord, Login, ResultRecord, SendRecord
from tests.wire.strategies import BOUNDED
from tests.wire.test_any_bytes import streams
from tests.wire.test_golden import GOLDEN

TO_GATEWAY, TO_CLIENT = "client → gateway", "gateway → client"
SECRETS = ("hunter2", "0212345678", "01012345678", "비밀", "인증번호 1234", "http://a.kr/token")
SMS = SendRecord("g", "m", "0212345678", "01012345678", None, None, "인증번호 1234", "http://a.kr/token")


def request(packet: Packet) -> bytes:
    """A client's frame."""
    return encode_frame(Frame("SAM11", packet.command.code, body=encode_body(packet)))


def values(frame: DescribedFrame) -> dict[str, str]:
    """The fields of a frame's body that say something; the last record's where names repeat."""
    return {field.name: field.value for group in frame.groups for field in group.fields if field.value}


@pytest.mark.parametrize("name", GOLDEN)
def test_a_frame_is_shown_with_the_manuals_names(name: str) -> None:
    header, packet, raw = GOLDEN[name]
    (frame,) = describe_stream(raw)
    command = packet.command
    assert not frame.problem
    assert (frame.offset, frame.size) == (0, len(raw))
    assert (frame.version, frame.command, frame.name, frame.korean) == (
        header.version,
        command.code,
        command.english,
        command.korean,
    )
    assert [field.name for field in frame.header] == ["VERSION", "COMMAND", "LENGTH", "RESP_CODE", "RESP_MESG"]
    shown = {field.name for group in frame.groups for field in group.fields}
    tables = [command.record] * bool(packet.records) + [command.head] * (packet.head is not None)
    wanted = {field.name for table in tables if table for field in table.fields}
    assert shown - {"COUNT"} == (wanted if packet.user_code or command.code == "1054" else wanted - {"USERCODE"})
    assert frame.layout == ("with USERCODE" if packet.user_code else "")
    assert len([group for group in frame.groups if group.title]) == len(packet.records)


@pytest.mark.parametrize("name", GOLDEN)
def test_every_field_stands_at_its_offset(name: str) -> None:
    _, _, raw = GOLDEN[name]
    stream = raw + raw
    for frame in describe_stream(stream, reveal=True):
        offset = frame.offset + 1
        for field in frame.header:
            assert field.offset == offset
            offset += field.size
        offset += 1
        for field in (field for group in frame.groups for field in group.fields):
            assert field.offset == offset
            offset += field.size
        assert offset == frame.offset + frame.size - 1


@pytest.mark.parametrize(
    ("name", "direction"),
    [
        ("1010", TO_GATEWAY),
        ("1011", TO_CLIENT),
        ("1020", TO_GATEWAY),
        ("1026", TO_CLIENT),
        ("1021", TO_CLIENT),
        ("1030 of SAM10", TO_GATEWAY),
        ("1030 of SAM11", TO_GATEWAY),
        ("1031", TO_CLIENT),
        ("1031 of COUNT 0", TO_CLIENT),
        ("2030", TO_GATEWAY),
        ("2040", TO_CLIENT),
    ],
)
def test_a_frame_says_who_sends_it(name: str, direction: str) -> None:
    assert describe_stream(GOLDEN[name][2])[0].direction == direction


def test_where_either_side_may_send_it_nothing_is_said() -> None:
    assert describe_stream(request(Packet(commands.RESULTS)))[0].direction == ""


def test_secrets_are_not_shown() -> None:
    stream = request(Packet(commands.LOGIN, Login("demo", "hunter2"))) + request(
        Packet(commands.SEND_SMS, records=[SMS])
    )
    frames = describe_stream(stream)
    text = format_described(frames) + json.dumps([frame.to_dict() for frame in frames], ensure_ascii=False)
    assert not any(secret in text for secret in SECRETS)
    assert values(frames[0]) == {"ID": "demo", "PASSWORD": "****"}
    assert values(frames[1]) == {
        "COUNT": "1",
        "GRP_ID": "g",
        "MSG_ID": "m",
        "SENDER": "021-****-5678",
        "RECEIVER": "010-****-5678",
        "MSG": "(13 bytes)",
        "URL": "(17 bytes)",
    }


def test_a_kakao_message_is_shown_in_utf_8_or_by_its_sizes() -> None:
    message = KmsRecord(
        "g", "m", "0212345678", "01012345678", kind="AT", sender_key="key", template_code="ORDER", alt_type="L",
        alt_subject="비밀", text="인증번호 1234 😀", attachment='{"x":"비밀"}', alt_text="인증번호 1234",
    )  # fmt: skip
    stream = request(Packet(commands.SEND_KMS, records=[message]))
    (frame,) = describe_stream(stream)
    assert not any(secret in format_described([frame]) for secret in SECRETS)
    assert values(frame) | {"KIND": "AT", "MSG": "(22 bytes)", "ATTACHMENT": "(14 bytes)"} == values(frame)
    assert values(frame) | {"ALT_SUBJECT": "(4 bytes)", "ALT_MSG": "(13 bytes)", "MSG_LEN": "22"} == values(frame)
    (frame,) = describe_stream(stream, reveal=True)
    assert values(frame) | {"MSG": message.text, "ALT_MSG": "인증번호 1234", "ALT_SUBJECT": "비밀"} == values(frame)


def test_numbers_and_texts_may_be_revealed_but_no_password() -> None:
    stream = request(Packet(commands.LOGIN, Login("demo", "hunter2"))) + request(
        Packet(commands.SEND_SMS, records=[SMS])
    )
    login, send = describe_stream(stream, reveal=True)
    assert values(login)["PASSWORD"] == "****"
    assert values(send)["RECEIVER"] == "01012345678"
    assert values(send)["MSG"] == "인증번호 1234"


def test_a_field_that_cannot_be_read_is_shown_with_the_reason() -> None:
    body = bytearray(encode_body(Packet(commands.SEND_SMS, records=[SMS, SMS])))
    body[4 + 284 + 64 : 4 + 284 + 84] = b"2009/01/01 09:30:00 "
    (frame,) = describe_stream(encode_frame(Frame("SAM11", "1020", body=bytes(body))))
    assert frame.problem == "record 2 RESERVE_DT is not YYYY-MM-DD HH:MM:SS"
    field = frame.groups[2].fields[4]
    assert (field.name, field.value, field.problem) == (
        "RESERVE_DT",
        "2009/01/01 09:30:00",
        "is not YYYY-MM-DD HH:MM:SS",
    )
    assert field.offset == 76 + 4 + 284 + 64
    assert "RESERVE_DT   2009/01/01 09:30:00  ! is not YYYY-MM-DD HH:MM:SS" in format_described([frame])


def test_a_time_of_a_result_that_a_client_passes_over_is_told() -> None:
    result = ResultRecord("g", "m", "01012345678", 0, 7)
    body = encode_body(Packet(commands.RESULTS, records=[result])).replace(
        b"1970-01-01 09:00:00", b"1970-13-01 09:00:00"
    )
    (frame,) = describe_stream(encode_frame(Frame("SAM11", "1031", body=body)))
    assert [field.problem for field in frame.groups[1].fields if field.name == "SEND_DT"] == [
        "is not YYYY-MM-DD HH:MM:SS"
    ]


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        (b"\x00\x00junk", "6 bytes outside a frame"),
        (b"\x01SAM11", "the stream ends inside a header, after 6 of 76 bytes"),
        (GOLDEN["1020"][2][:100], "the stream ends 265 bytes before the end that LENGTH says"),
        (GOLDEN["1026"][2].replace(b"\x02", b" "), "no STX (0x02) at byte 76"),
        (GOLDEN["1020"][2].replace(b"288 ", b"x88 "), "LENGTH is not a number"),
        (GOLDEN["1020"][2].replace(b"288 ", b"100 "), "no ETX (0x03) after LENGTH 100"),
    ],
)
def test_what_is_broken_is_said_and_reading_goes_on(broken: bytes, problem: str) -> None:
    frames = describe_stream(broken)
    assert frames[0].problem == problem
    before, after = GOLDEN["1010"][2], GOLDEN["1026"][2]
    around = describe_stream(before + broken + after)
    assert (around[0].command, around[-1].command) == ("1010", "1026")
    assert not around[-1].problem
    assert around[1].offset == len(before)
    assert around[1].problem
    assert sum(frame.size for frame in around) == len(before + broken + after)


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (encode_frame(Frame("SAM11", "1025", body=b"0   ")), "unknown command 1025, its body has 4 bytes"),
        (encode_frame(Frame("SAM11", "1020")), "COUNT is not a number; the body has 0 bytes"),
        (
            encode_frame(Frame("SAM11", "1020", body=b"2   ")),
            "LENGTH 4 fits no layout of COUNT 2; the body has 4 bytes",
        ),
        (
            encode_frame(Frame("SAM11", "2030", body=b"9         jpg")),
            "FILE_LENGTH 9, but 0 bytes came; the body has 13 bytes",
        ),
    ],
)
def test_a_body_that_cannot_be_read_is_said(raw: bytes, problem: str) -> None:
    (frame,) = describe_stream(raw)
    assert frame.problem == problem
    assert frame.size == len(raw)


@BOUNDED
@given(streams())
def test_any_bytes_are_described_whole_and_without_line_breaks(stream: bytes) -> None:
    frames = describe_stream(stream)
    offset = 0
    for frame in frames:
        assert frame.offset == offset
        assert frame.size > 0
        offset += frame.size
    assert offset == len(stream)
    lines = format_described(frames).split("\n")
    assert all(line.isprintable() or "\u3000" in line for line in lines)
    json.dumps([frame.to_dict() for frame in frames])


@BOUNDED
@given(st.binary(max_size=300))
def test_junk_is_described_too(junk: bytes) -> None:
    assert sum(frame.size for frame in describe_stream(junk + b"\x01SAM" * 20)) == len(junk) + 80


def test_many_headers_that_lie_are_passed_in_one_go() -> None:
    """Each lies that it reaches to the end of the stream, and is not looked at twice."""
    lie = b"\x01SAM11 1020 99999999" + b" " * 55 + b"\x02"
    frames = describe_stream(lie * 5000)
    assert len(frames) == 5000


def test_a_capture_is_described_from_its_hex() -> None:
    hexed = GOLDEN["1020"][2].hex(" ")
    (frame,) = describe_stream(parse_capture(hexed))
    assert frame.command == "1020"


def test_a_stream_reads_like_this() -> None:
    shown = format_described(describe_stream(GOLDEN["1010"][2] + GOLDEN["1021"][2] + b"junk"))
    assert shown == (
        "00000000  SAM11 1010 login (로그인요청), client → gateway, 117 bytes\n"
        "          LENGTH       40\n"
        "          RESP_MESG    Protocol\n"
        "          ID           demo\n"
        "          PASSWORD     ****\n"
        "00000075  SAM11 1021 send answer with keys, SAM11 (발송요청응답 (SAM11)), gateway → client, 161 bytes\n"
        "          LENGTH       84\n"
        "          RESP_CODE    00000\n"
        "          RESP_MESG    OK\n"
        "          COUNT        2\n"
        "          record 1\n"
        "            GRP_ID       20090101093000\n"
        "            MSG_ID       0001\n"
        "          record 2\n"
        "            GRP_ID       20090101093000\n"
        "            MSG_ID       0002\n"
        "00000116  ?, 4 bytes\n"
        "          ! 4 bytes outside a frame"
    )


def test_every_command_can_be_described() -> None:
    assert {describe_stream(raw)[0].command for _, _, raw in GOLDEN.values()} == set(COMMANDS)


def test_what_is_no_header_is_not_shown_as_one() -> None:
    """A 0x01 among the bytes before a frame begins nothing, and what follows it may be a customer's text."""
    frame = GOLDEN["1026"][2]
    stray = b"\x7f\x00\x00\x01" + "비밀 이야기".encode("cp949") + b"01012345606"
    for before in (stray, frame[:12] + stray + b"\x02"):
        frames = describe_stream(before + frame)
        assert frames[-1].command == "1026"
        assert not frames[-1].problem
        assert frames[0].problem
        assert "비밀" not in format_described(frames)
        assert "01012345606" not in format_described(frames)
