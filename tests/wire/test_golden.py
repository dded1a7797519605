"""Whole frames as the manual has them, typed by hand and not made by the code: the code must write and read these."""

import pytest

from samlink.wire import commands
from samlink.wire.commands import COMMANDS
from samlink.wire.frame import Frame, FrameBuffer, encode_frame
from samlink.wire.packets import Packet, decode_body, encode_body
from samlink.wire.records import (
    FileAnswer,
    FileNames,
    FileUpload,
    KeyRecord,
    KmsRecord,
    Login,
    LoginAnswer,
    ResultRecord,
    SendRecord,
)

ANNYEONG = b"\xbe\xc8\xb3\xe7"
"""안녕 in CP949."""
EMPTY_5 = b"     "
EMPTY_20 = b"                    "
EMPTY_50 = b"                                                  "
OK_50 = b"OK                                                "
KEY_1 = b"20090101093000      0001                "
KEY_2 = b"20090101093000      0002                "
NUMBERS = b"0212345678  01012345678 "
RESERVE = b"2009-01-01 09:30:00 "
TIMEOUT = b"2009-01-01 21:00:00 "
RESERVE_AT, TIMEOUT_AT = 1230769800, 1230811200
"""Both as UTC epoch seconds: 00:30:00 and 12:00:00."""
NAME = b"F89y3h4f.jpg" + 116 * b" "
NO_NAME = 128 * b" "
MESSAGE = ("20090101093000", "0001", "0212345678", "01012345678", RESERVE_AT, TIMEOUT_AT, "안녕")

GOLDEN = {
    "1096": (
        Frame("SAM10", "1096"),
        Packet(commands.LOGIN_AGAIN, Login("demo", "secret")),
        b"\x01SAM10 1096 40      "
        + EMPTY_5
        + EMPTY_50
        + b"\x02"
        + b"demo                "
        + b"secret              "
        + b"\x03",
    ),
    "1010": (
        Frame("SAM11", "1010", "", "Protocol"),
        Packet(commands.LOGIN, Login("demo", "secret")),
        b"\x01SAM11 1010 40      " + EMPTY_5 + b"Protocol                                          \x02"
        + b"demo                secret              \x03",
    ),
    "1011": (
        Frame("SAM11", "1011", "00000", "30|1|"),
        Packet(commands.LOGIN_ANSWER, LoginAnswer(1, 2000, 5000, 25000, 100000, "Y", 2000)),
        b"\x01SAM11 1011 33      00000" + b"30|1|                                             \x02"
        + b"1 20.0  50.0  250.0 100000  Y2000\x03",
    ),
    "1020": (
        Frame("SAM10", "1020"),
        Packet(commands.SEND_SMS, None, [SendRecord(*MESSAGE, url="http://a.kr")]),
        b"\x01SAM10 1020 288     " + EMPTY_5 + EMPTY_50 + b"\x02"
        + b"1   " + KEY_1 + NUMBERS + RESERVE + TIMEOUT + ANNYEONG + 96 * b" " + b"http://a.kr" + 69 * b" " + b"\x03",
    ),
    "1020 with USERCODE": (
        Frame("SAM10", "1020"),
        Packet(commands.SEND_SMS, None, [SendRecord(*MESSAGE, user_code="123456789")], user_code=True),
        b"\x01SAM10 1020 318     " + EMPTY_5 + EMPTY_50 + b"\x02"
        + b"1   " + KEY_1 + NUMBERS + RESERVE + TIMEOUT + ANNYEONG + 96 * b" " + 80 * b" "
        + b"123456789                     \x03",
    ),
    "1020 of COUNT 0": (
        Frame("SAM11", "1020"),
        Packet(commands.SEND_SMS),
        b"\x01SAM11 1020 4       " + EMPTY_5 + EMPTY_50 + b"\x020   \x03",
    ),
    "1024": (
        Frame("SAM11", "1024"),
        Packet(commands.SEND_FIXED, FileNames("F89y3h4f.jpg"), [SendRecord(*MESSAGE, subject="Hi")]),
        b"\x01SAM11 1024 2740    " + EMPTY_5 + EMPTY_50 + b"\x02"
        + b"1   " + NAME + NO_NAME + NO_NAME + NO_NAME
        + KEY_1 + NUMBERS + RESERVE + TIMEOUT + b"Hi" + 118 * b" " + ANNYEONG + 1996 * b" " + b"\x03",
    ),
    "1044": (
        Frame("SAM11", "1044"),
        Packet(commands.SEND_LMS, None, [SendRecord(*MESSAGE, subject="Hi")]),
        b"\x01SAM11 1044 236     " + EMPTY_5 + EMPTY_50 + b"\x02"
        + b"1   4   " + KEY_1 + NUMBERS + RESERVE + TIMEOUT + b"Hi" + 118 * b" " + ANNYEONG + b"\x03",
    ),
    "1044 with USERCODE": (
        Frame("SAM11", "1044"),
        Packet(commands.SEND_LMS, None, [SendRecord(*MESSAGE, user_code="123456789")], user_code=True),
        b"\x01SAM11 1044 266     " + EMPTY_5 + EMPTY_50 + b"\x02"
        + b"1   4   " + KEY_1 + NUMBERS + RESERVE + TIMEOUT + 120 * b" " + ANNYEONG
        + b"123456789                     \x03",
    ),
    "1045": (
        Frame("SAM11", "1045"),
        Packet(
            commands.SEND_MMS,
            FileNames("F89y3h4f.jpg", "F89y3h4f.jpg"),
            [
                SendRecord("20090101093000", "0001", "0212345678", "01012345678", text="안녕"),
                SendRecord("20090101093000", "0002", "0212345678", "01012345678", text="abc"),
            ],
        ),
        b"\x01SAM11 1045 979     " + EMPTY_5 + EMPTY_50 + b"\x02"
        + b"2   " + NAME + NAME + NO_NAME + NO_NAME
        + b"4   " + KEY_1 + NUMBERS + EMPTY_20 + EMPTY_20 + 120 * b" " + ANNYEONG
        + b"3   " + KEY_2 + NUMBERS + EMPTY_20 + EMPTY_20 + 120 * b" " + b"abc\x03",
    ),
    "1026": (
        Frame("SAM10", "1026", "00000", "OK"),
        Packet(commands.SEND_ANSWER, empty=True),
        b"\x01SAM10 1026 0       00000" + OK_50 + b"\x02\x03",
    ),
    "1021": (
        Frame("SAM11", "1021", "00000", "OK"),
        Packet(
            commands.SEND_ANSWER_KEYS,
            None,
            [KeyRecord("20090101093000", "0001"), KeyRecord("20090101093000", "0002")],
        ),
        b"\x01SAM11 1021 84      00000" + OK_50 + b"\x022   " + KEY_1 + KEY_2 + b"\x03",
    ),
    "1030 of SAM10": (
        Frame("SAM10", "1030"),
        Packet(commands.RESULTS_TAKEN, empty=True),
        b"\x01SAM10 1030 0       " + EMPTY_5 + EMPTY_50 + b"\x02\x03",
    ),
    "1030 of SAM11": (
        Frame("SAM11", "1030", "00000", "OK"),
        Packet(commands.RESULTS_TAKEN, None, [KeyRecord("20090101093000", "0001")]),
        b"\x01SAM11 1030 44      00000" + OK_50 + b"\x021   " + KEY_1 + b"\x03",
    ),
    "1031": (
        Frame("SAM11", "1031"),
        Packet(commands.RESULTS, None, [ResultRecord("20090101093000", "0001", "01012345678", 1230769810, 6, "01190")]),
        b"\x01SAM11 1031 86      " + EMPTY_5 + EMPTY_50 + b"\x02"
        + b"1   " + KEY_1 + b"01012345678 2009-01-01 09:30:10 6  01190  \x03",
    ),
    "1031 of COUNT 0": (
        Frame("SAM10", "1031", "00000", "OK"),
        Packet(commands.RESULTS),
        b"\x01SAM10 1031 4       00000" + OK_50 + b"\x020   \x03",
    ),
    "2030": (
        Frame("SAM11", "2030"),
        Packet(commands.UPLOAD, FileUpload("Jpg", b"\xff\xd8\x01\x02\x03")),
        b"\x01SAM11 2030 18      " + EMPTY_5 + EMPTY_50 + b"\x025         Jpg\xff\xd8\x01\x02\x03\x03",
    ),
    "2040": (
        Frame("SAM11", "2040", "00000", "OK"),
        Packet(commands.UPLOAD_ANSWER, FileAnswer("F89y3h4f.jpg")),
        b"\x01SAM11 2040 128     00000" + OK_50 + b"\x02" + NAME + b"\x03",
    ),
    "1054 of COUNT 0, our extension": (
        Frame("SAM11", "1054"),
        Packet(commands.SEND_KMS),
        b"\x01SAM11 1054 4       " + EMPTY_5 + EMPTY_50 + b"\x020   \x03",
    ),
    "1054, our extension": (
        Frame("SAM11", "1054"),
        Packet(
            commands.SEND_KMS,
            None,
            [
                KmsRecord(
                    "20090101093000", "0001", "0212345678", "01012345678", RESERVE_AT, TIMEOUT_AT,
                    "AT", "Y", "0123456789abcdef0123456789abcdef01234567", "ORDER-1", "L", "안녕", "123456789",
                    "안녕😀", '{"button":[]}', "안녕",
                ),
                KmsRecord("20090101093000", "0002", "", "01012345678", kind="FT", sender_key="key", text="ok "),
            ],
        ),
        b"\x01SAM11 1054 716     " + EMPTY_5 + EMPTY_50 + b"\x02"
        + b"2   "
        + b"10  13   4   " + KEY_1 + NUMBERS + RESERVE + TIMEOUT
        + b"ATY0123456789abcdef0123456789abcdef01234567" + b"ORDER-1                       " + b"L"
        + ANNYEONG + 116 * b" " + b"123456789                     "
        + b"\xec\x95\x88\xeb\x85\x95\xf0\x9f\x98\x80" + b'{"button":[]}' + ANNYEONG
        + b"3   0    0   " + KEY_2 + b"            01012345678 " + EMPTY_20 + EMPTY_20
        + b"FT " + b"key                                     " + 30 * b" " + b"N" + 120 * b" " + 30 * b" "
        + b"ok \x03",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", GOLDEN)
def test_a_frame_is_written_as_typed(name: str) -> None:
    header, packet, raw = GOLDEN[name]
    header.body = encode_body(packet)
    assert encode_frame(header) == raw


@pytest.mark.parametrize("name", GOLDEN)
def test_a_frame_is_read_as_typed(name: str) -> None:
    header, packet, raw = GOLDEN[name]
    buffer = FrameBuffer(10_000)
    buffer.feed(raw)
    frame = buffer.next_frame()
    assert frame is not None
    assert not buffer.in_frame
    assert (frame.version, frame.command, frame.response, frame.message) == (
        header.version,
        header.command,
        header.response,
        header.message,
    )
    assert decode_body(COMMANDS[frame.command], frame.body) == packet


@pytest.mark.parametrize("name", GOLDEN)
def test_a_frame_padded_with_nuls_says_the_same(name: str) -> None:
    header, packet, raw = GOLDEN[name]
    header.body = encode_body(packet, b"\0")
    padded = encode_frame(header, b"\0")
    assert len(padded) == len(raw)
    buffer = FrameBuffer(10_000)
    buffer.feed(padded)
    frame = buffer.next_frame()
    assert frame is not None
    assert decode_body(COMMANDS[frame.command], frame.body) == packet


def test_every_command_has_a_golden_frame() -> None:
    assert {packet.command.code for _, packet, _ in GOLDEN.values()} == set(COMMANDS)
