"""Bodies: every command comes back in both layouts; cut, spoiled and lying ones are refused by name."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samlink.vocabulary.responses import ResponseCode
from samlink.wire import commands
from samlink.wire.commands import COMMANDS, Command
from samlink.wire.errors import LocalProtocolError, RemoteProtocolError
from samlink.wire.packets import Packet, decode_body, encode_body
from samlink.wire.records import (
    FileNames,
    FileUpload,
    KeyRecord,
    KmsRecord,
    Login,
    LoginAnswer,
    Record,
    ResultRecord,
    SendRecord,
)
from tests.wire.strategies import BOUNDED, LAYOUTS, any_packets, layout_id, packets

SMS = SendRecord("20090101093000", "0001", "0212345678", "01012345678", text="안녕하세요")
PADDINGS = pytest.mark.parametrize("padding", [b" ", b"\0"], ids=["spaces", "NULs"])
EVERY_LAYOUT = pytest.mark.parametrize("layout", LAYOUTS, ids=layout_id)
WITH_RECORDS = [layout for layout in LAYOUTS if layout[0].record is not None]


def same(one: Packet, other: Packet) -> bool:
    """Whether two packets carry the same, be their records in a list or a tuple."""
    return (one.command.code, one.head, list(one.records), one.user_code, one.empty) == (
        other.command.code,
        other.head,
        list(other.records),
        other.user_code,
        other.empty,
    )


def refusal(command: Command, body: bytes, count_limit: int = 9999) -> RemoteProtocolError:
    """Why a body is refused."""
    with pytest.raises(RemoteProtocolError) as caught:
        decode_body(command, body, count_limit)
    assert len(caught.value.detail.encode("cp949")) <= 50
    return caught.value


def is_readable(command: Command, body: bytes) -> bool:
    """Whether a body is read; anything but a packet or a RemoteProtocolError fails the test."""
    try:
        packet = decode_body(command, body)
    except RemoteProtocolError:
        return False
    assert packet.command is command
    return True


@EVERY_LAYOUT
@PADDINGS
def test_every_command_comes_back_in_both_layouts(layout: tuple[Command, bool], padding: bytes) -> None:
    @BOUNDED
    @given(packets(layout[0], user_code=layout[1]))
    def comes_back(packet: Packet) -> None:
        assert same(decode_body(packet.command, encode_body(packet, padding)), packet)

    comes_back()


@EVERY_LAYOUT
def test_a_body_cut_at_any_byte_is_read_or_refused(layout: tuple[Command, bool]) -> None:
    command, user_code = layout

    @BOUNDED
    @given(packets(command, user_code=user_code, least=1 if command.record else 0, most=2), st.data())
    def is_read_or_refused(packet: Packet, data: st.DataObject) -> None:
        body = encode_body(packet)
        cut = data.draw(st.integers(0, max(0, len(body) - 1)))
        readable = is_readable(command, body[:cut])
        if packet.records and cut:
            assert not readable

    is_read_or_refused()


@pytest.mark.parametrize("code", ["1020", "1044", "1031", "1021", "1010"])
def test_a_short_body_is_refused_at_every_single_cut(code: str) -> None:
    record: Record
    command = COMMANDS[code]
    if code == "1010":
        body = encode_body(Packet(command, Login("id", "secret")))
    else:
        record = SMS if code in {"1020", "1044"} else KeyRecord("g", "m")
        record = ResultRecord("g", "m", "010", 0, 6) if code == "1031" else record
        body = encode_body(Packet(command, records=[record, record]))
    assert is_readable(command, body)
    first = 1 if command.may_be_empty else 0
    assert not any(is_readable(command, body[:cut]) for cut in range(first, len(body)))
    # 30 bytes more are a USERCODE, where a command may have one.
    more = (1, 76) if command.user_code else (1, 30, 76)
    assert not any(is_readable(command, body + b" " * bytes_more) for bytes_more in more)


@EVERY_LAYOUT
def test_junk_at_any_byte_is_read_or_refused(layout: tuple[Command, bool]) -> None:
    command, user_code = layout

    @BOUNDED
    @given(packets(command, user_code=user_code), st.data())
    def is_read_or_refused(packet: Packet, data: st.DataObject) -> None:
        body = bytearray(encode_body(packet))
        if body:
            place = data.draw(st.integers(0, len(body) - 1))
            body[place : place + 1] = data.draw(st.binary(max_size=3))
        is_readable(command, bytes(body))

    is_read_or_refused()


@pytest.mark.parametrize("junk", [0x00, 0x03, 0x20, 0x2D, 0x39, 0x80, 0xB0, 0xFF])
def test_junk_at_every_single_byte_of_an_sms(junk: int) -> None:
    body = encode_body(Packet(commands.SEND_SMS, records=[SMS, SMS]))
    for place in range(len(body)):
        spoiled = bytearray(body)
        spoiled[place] = junk
        is_readable(commands.SEND_SMS, bytes(spoiled))


@pytest.mark.parametrize("command", COMMANDS.values(), ids=lambda command: command.code)
def test_any_body_is_read_or_refused(command: Command) -> None:
    @BOUNDED
    @given(st.one_of(st.binary(max_size=700), st.binary(max_size=400).map(lambda rest: b"1   " + rest)))
    def is_read_or_refused(body: bytes) -> None:
        is_readable(command, body)

    is_read_or_refused()


@pytest.mark.parametrize("layout", WITH_RECORDS, ids=layout_id)
def test_a_count_that_lies_is_refused(layout: tuple[Command, bool]) -> None:
    command, user_code = layout

    @BOUNDED
    @given(packets(command, user_code=user_code, least=1, most=3), st.integers(0, 9999))
    def is_refused(packet: Packet, lie: int) -> None:
        body = encode_body(packet)
        lying = b"%-4d" % lie + body[4:]
        if lie != len(packet.records):
            assert refusal(command, lying).response in {ResponseCode.BAD_LAYOUT, ResponseCode.BAD_NUMBER}

    is_refused()


@pytest.mark.parametrize("count", [b"", b"1", b"    ", b"-1  ", b"1.0 ", b"one ", b"\0\0\0\0", b"\xb2   "])
def test_a_count_that_is_no_number_is_refused(count: bytes) -> None:
    fault = refusal(commands.SEND_SMS, count)
    if count == b"1":
        assert fault.response is ResponseCode.BAD_LAYOUT
    else:
        assert (fault.response, fault.detail) == (ResponseCode.BAD_COUNT, "COUNT is not a number")


def test_a_count_over_the_limit_is_refused_before_the_records_are_read() -> None:
    body = encode_body(Packet(commands.SEND_SMS, records=[SMS] * 31))
    fault = refusal(commands.SEND_SMS, body, 30)
    assert (fault.response, fault.detail) == (ResponseCode.BAD_COUNT, "COUNT 31 is over the limit of 30")


@pytest.mark.parametrize("command", [commands.SEND_LMS, commands.SEND_MMS], ids=lambda command: command.code)
@pytest.mark.parametrize("user_code", [False, True], ids=["without", "with"])
def test_a_msg_len_that_lies_is_refused(command: Command, user_code: bool) -> None:
    head = FileNames("a.jpg") if command.head is not None else None
    body = encode_body(Packet(command, head, [SMS, SMS], user_code))
    start = 4 + (512 if command.head is not None else 0)
    for lie in (0, 1, 9, 11, 100, 3000, 9999):
        lying = body[:start] + b"%-4d" % lie + body[start + 4 :]
        assert refusal(command, lying).response in {ResponseCode.BAD_LAYOUT, ResponseCode.BAD_NUMBER}


def test_a_msg_len_that_is_no_number_names_its_record() -> None:
    body = encode_body(Packet(commands.SEND_LMS, records=[SMS, SMS]))
    second = 4 + 228 + 10
    fault = refusal(commands.SEND_LMS, body[:second] + b"ten " + body[second + 4 :])
    assert (fault.response, fault.detail) == (ResponseCode.BAD_NUMBER, "record 2 MSG_LEN is not a number")


@pytest.mark.parametrize(
    ("length", "response", "detail"),
    [
        (b"3         ", ResponseCode.FILE_LENGTH_WRONG, "2 bytes after the last field"),
        (b"6         ", ResponseCode.FILE_LENGTH_WRONG, "FILE_LENGTH 6, but 5 bytes came"),
        (b"307200    ", ResponseCode.FILE_LENGTH_WRONG, "FILE_LENGTH 307200, but 5 bytes came"),
        (b"307201    ", ResponseCode.FILE_TOO_LARGE, "FILE_LENGTH 307201 is over 307200"),
        (b"9999999999", ResponseCode.FILE_TOO_LARGE, "FILE_LENGTH 9999999999 is over 307200"),
        (b"1 2       ", ResponseCode.BAD_NUMBER, "FILE_LENGTH is not a number"),
        (b"-1        ", ResponseCode.BAD_NUMBER, "FILE_LENGTH is not a number"),
    ],
)
def test_a_file_length_that_lies_is_refused(length: bytes, response: ResponseCode, detail: str) -> None:
    fault = refusal(commands.UPLOAD, length + b"jpg" + b"\x01\x02\x03\x04\x05")
    assert (fault.response, fault.detail) == (response, detail)


@pytest.mark.parametrize("record", [1, 2, 30])
@pytest.mark.parametrize(("field", "offset"), [("RESERVE_DT", 64), ("TIMEOUT_DT", 84)])
def test_a_wrong_time_is_the_trouble_of_its_message(record: int, field: str, offset: int) -> None:
    body = bytearray(encode_body(Packet(commands.SEND_SMS, records=[SMS] * 30)))
    start = 4 + 284 * (record - 1) + offset
    body[start : start + 20] = b"2009/01/01 09:30:00 "
    found = decode_body(commands.SEND_SMS, bytes(body)).records
    faults = {number: one.fault for number, one in enumerate(found, 1) if one.fault}
    assert faults == {record: f"{field} is not YYYY-MM-DD HH:MM:SS"}
    assert [one for one in found if not one.fault] == [SMS] * 29


def test_a_key_that_cannot_be_read_is_named_though_a_time_before_it_cannot_be_either() -> None:
    body = bytearray(encode_body(Packet(commands.SEND_SMS, records=[SMS] * 2)))
    body[68:88] = b"tomorrow".ljust(20)
    body[288:308] = b"\x07".ljust(20)
    assert refusal(commands.SEND_SMS, bytes(body)).detail == "record 2 GRP_ID has a control character"


@pytest.mark.parametrize("code", ["1020", "1024", "1044", "1045"])
def test_a_user_code_may_stand_once_after_all_records(code: str) -> None:
    command = COMMANDS[code]
    head = FileNames() if command.head is not None else None
    record = SendRecord("g", "m", "", "01012345678", text="abc")
    for count in (1, 2, 30):
        body = encode_body(Packet(command, head, [record] * count)) + b"123456789".ljust(30)
        packet = decode_body(command, body)
        assert [one.user_code for one in packet.records] == ["123456789"] * count
        assert [one.text for one in packet.records] == ["abc"] * count


def test_the_first_fault_in_the_order_of_the_records_is_named() -> None:
    body = bytearray(encode_body(Packet(commands.RESULTS, records=[ResultRecord("g", "m", "010", 0, 6)] * 3)))
    body[4 + 82 : 4 + 82 + 20] = b"\x07".ljust(20)  # GRP_ID of the second
    body[4 + 72 : 4 + 75] = b"six"  # RESULT of the first
    assert refusal(commands.RESULTS, bytes(body)).detail == "record 1 RESULT is not a number"


@pytest.mark.parametrize("size", range(34))
def test_a_login_answer_is_read_as_far_as_whole_fields_go(size: int) -> None:
    whole = encode_body(Packet(commands.LOGIN_ANSWER, LoginAnswer(1, 2000, 5000, 25000, 100000, "Y", 2000)))
    packet = decode_body(commands.LOGIN_ANSWER, whole[:size])
    if size == 0:
        assert packet.empty
        return
    expected = LoginAnswer()
    attributes = ("fee_type", "sms_cost", "lms_cost", "mms_cost", "balance", "variable", "max_msg_size")
    for name, end, value in zip(
        attributes, (2, 8, 14, 20, 28, 29, 33), (1, 2000, 5000, 25000, 100000, "Y", 2000), strict=True
    ):
        if end <= size:
            setattr(expected, name, value)
    assert packet.head == expected


def test_a_login_answer_with_an_unreadable_field_names_it() -> None:
    assert refusal(commands.LOGIN_ANSWER, b"1 20.0  fifty ").detail == "LMS_COST is not a price"


def test_a_login_answer_longer_than_its_fields_is_refused() -> None:
    assert refusal(commands.LOGIN_ANSWER, b" " * 34).response is ResponseCode.BAD_LAYOUT


@pytest.mark.parametrize("command", [c for c in COMMANDS.values() if c.may_be_empty], ids=lambda command: command.code)
def test_an_empty_body_is_read_where_it_may_be(command: Command) -> None:
    packet = decode_body(command, b"")
    assert packet.empty
    assert not packet.records
    assert encode_body(packet) == b""


def test_a_body_where_none_may_be_is_refused() -> None:
    assert refusal(commands.SEND_ANSWER, b"0   ").detail == "1026 has no body, LENGTH is 4"


KMS = KmsRecord(
    "g", "m", "0212345678", "01012345678", None, None, "AT", "", "k" * 40, "T1", "A", "제목", "123456789",
    "주문이 완료되었습니다 😀", '{"button":[]}', "주문이 완료되었습니다",
)  # fmt: skip


def test_kms_takes_its_keepalive() -> None:
    assert decode_body(commands.SEND_KMS, b"0   ").records == ()
    assert refusal(commands.SEND_KMS, b"0   " + b" " * 341).response is ResponseCode.BAD_LAYOUT


def test_a_kms_body_is_refused_at_every_single_cut() -> None:
    body = encode_body(Packet(commands.SEND_KMS, records=[KMS, KMS]))
    assert list(decode_body(commands.SEND_KMS, body).records) == [KMS, KMS]
    assert not any(is_readable(commands.SEND_KMS, body[:cut]) for cut in range(len(body)))
    assert not any(is_readable(commands.SEND_KMS, body + b" " * more) for more in (1, 30, 341))


@pytest.mark.parametrize(("name", "start", "size"), [("MSG_LEN", 4, 4), ("ATTACH_LEN", 8, 5), ("ALT_LEN", 13, 4)])
def test_a_length_of_kms_that_lies_is_refused(name: str, start: int, size: int) -> None:
    body = encode_body(Packet(commands.SEND_KMS, records=[KMS]))
    honest = int(body[start : start + size])
    for lie in (0, 1, honest - 1, honest + 1, 10**size - 1):
        lying = body[:start] + str(lie).encode().ljust(size) + body[start + size :]
        assert refusal(commands.SEND_KMS, lying).response is ResponseCode.BAD_LAYOUT
    fault = refusal(commands.SEND_KMS, body[:start] + b"ten".ljust(size) + body[start + size :])
    assert (fault.response, fault.detail) == (ResponseCode.BAD_NUMBER, f"record 1 {name} is not a number")


def test_a_kms_message_that_is_longer_than_it_may_be_is_read() -> None:
    """Its length is the message's fault, not the packet's: a gateway gives it its result."""
    body = encode_body(Packet(commands.SEND_KMS, records=[KMS]))
    longer = "가".encode() * 3000
    text = KMS.text.encode()
    lengthened = body.replace(text, longer).replace(b"%-4d" % len(text), b"%-4d" % len(longer), 1)
    assert decode_body(commands.SEND_KMS, lengthened).records[0].text == longer.decode()


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"text": "가" * 1334}, "record 1 MSG: 4002 bytes, at most 4000"),
        ({"text": "좋아\ud83d"}, "record 1 MSG: character 3, U+D83D, cannot be written in UTF-8"),
        (
            {"text": "a\0b"},
            "record 1 MSG: character 2 is the control character U+0000; only CR, LF and TAB may be sent",
        ),
        ({"attachment": "x" * 100_000}, "record 1 ATTACHMENT: 100000 bytes, at most 99999"),
        ({"alt_text": "가" * 1001}, "record 1 ALT_MSG: 2002 bytes, at most 2000"),
        ({"alt_text": "좋아😀"}, "record 1 ALT_MSG: character 3, 😀 (U+1F600), cannot be written in CP949"),
        ({"kind": "ATT"}, "record 1 KIND: 3 bytes, at most 2"),
        ({"sender_key": "k" * 41}, "record 1 SENDER_KEY: 41 bytes, at most 40"),
    ],
)
def test_a_kms_message_that_does_not_fit_is_refused_by_name(changes: dict[str, str], what: str) -> None:
    with pytest.raises(LocalProtocolError) as caught:
        encode_body(Packet(commands.SEND_KMS, records=[msgspec.structs.replace(KMS, **changes)]))
    assert str(caught.value) == what


@pytest.mark.parametrize(
    ("packet", "what"),
    [
        (Packet(commands.SEND_SMS, records=[SMS] * 10_000), "COUNT: 10000 records, at most 9999"),
        (
            Packet(commands.SEND_SMS, records=[SMS, SendRecord("g", "m", "", "1" * 13)]),
            "record 2 RECEIVER: 13 bytes, at most 12",
        ),
        (
            Packet(commands.SEND_SMS, records=[SendRecord("g", "m", "", "1", text="가" * 51)]),
            "record 1 MSG: 102 bytes, at most 100",
        ),
        (
            Packet(commands.SEND_SMS, records=[SMS, SMS, SendRecord("g", "m", "", "1", text="좋아😀")]),
            "record 3 MSG: character 3, 😀 (U+1F600), cannot be written in CP949",
        ),
        (
            Packet(commands.SEND_LMS, records=[SendRecord("g", "m", "", "1", text="x" * 3001)]),
            "record 1 MSG: 3001 bytes, at most 3000",
        ),
        (Packet(commands.UPLOAD, FileUpload("jpg", b"x" * 307_201)), "FILE: 307201 bytes, at most 307200"),
        (Packet(commands.UPLOAD, FileUpload("jpeg", b"x")), "FILE_EXT: 4 bytes, at most 3"),
        (Packet(commands.LOGIN, Login("id", "비밀번호가너무깁니다요")), "PASSWORD: 22 bytes, at most 20"),
        (Packet(commands.SEND_FIXED, None, [SMS]), "1024: FILE_NAME1 and what follows it are missing"),
        (Packet(commands.LOGIN), "1010: ID and what follows it are missing"),
        (Packet(commands.SEND_ANSWER, records=[SMS]), "1026: it has no records"),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_is_written(packet: Packet, what: str) -> None:
    with pytest.raises(LocalProtocolError) as caught:
        encode_body(packet)
    assert str(caught.value) == what


@BOUNDED
@given(any_packets())
def test_a_packet_is_shown_without_its_secrets(packet: Packet) -> None:
    shown = str(packet)
    assert shown.startswith(packet.command.code)
    if isinstance(packet.head, Login):
        assert "password=****" in shown
    assert len(shown) < 2000


def test_a_telecom_that_was_cut_inside_a_character_is_read() -> None:
    """`SK텔레콤` has 8 bytes, and the field 7; TELECOM is opaque, and no result may be lost for it."""
    body = encode_body(Packet(commands.RESULTS, records=[ResultRecord("g", "m", "01012345678", None, 6)]))
    (result,) = decode_body(commands.RESULTS, body[:-7] + "SK텔레콤".encode("cp949")[:7]).records
    assert result.telecom == "SK텔레"
