"""The gateway half as a table: customers whose programs are one byte off the manual, a row each.

`finding` is where a row comes from; `table` is the findings' table of what customers send.
"""

from collections.abc import Callable
from typing import Final

from samlink.testing.tolerance import gateway_plays as plays
from samlink.testing.tolerance.gateway_half import GatewayUnderTest
from samlink.testing.tolerance.gateway_plays import (
    GROUP_AT,
    LENGTH_AT,
    MESSAGE_AT,
    MSG_AT,
    RECEIVER_AT,
    RESERVE_AT,
    RESP_MESG_AT,
    RESPONSE_AT,
    SENDER_AT,
    VERSION_AT,
    field_says,
    file_as,
    lives,
    put,
    refuses,
    request,
    sms_body,
    stray,
)
from samlink.testing.tolerance.report_plays import (
    Acknowledge,
    acknowledges,
    acknowledges_badly,
    answers_no_count_0,
    connects_for_each_poll,
    has_a_small_buffer,
    of_keys,
    poll_with,
    polls_seldom,
    sends_a_blank_record,
    taken,
)
from samlink.testing.tolerance.row import Row
from samlink.vocabulary.services import Duty

_BLANK_FORMS: Final = {
    "one byte": b"0",
    "an empty body": b"",
    "blanks": b"    ",
    "NULs": b"\0\0\0\0",
    "a blank record": b"0   " + b" " * 284,
    "a record of NULs": b"0   " + b"\0" * 2736,
}
_KOREAN: Final = "안녕하세요 고객님"


def _said(code: bytes, message: bytes) -> Callable[[bytes], bytes]:
    return lambda frame: put(put(frame, RESPONSE_AT, code), RESP_MESG_AT, message)


def _two_records(gateway: GatewayUnderTest) -> bytes:
    return b"1   " + sms_body(gateway.message(), gateway.message())[4:]


def _short_record(gateway: GatewayUnderTest) -> bytes:
    """A record whose MSG has 80 bytes."""
    body = sms_body(gateway.message())
    return body[: MSG_AT.stop - 20] + body[MSG_AT.stop :]


_NOT_WHOLE: Final[dict[str, Callable[[bytes], bytes]]] = {
    "LENGTH one too long": lambda frame: put(frame, LENGTH_AT, b"289"),
    "LENGTH of the whole frame": lambda frame: put(frame, LENGTH_AT, b"%d" % len(frame)),
    "no ETX": lambda frame: frame[:-1],
    "no ETX and another frame behind it": lambda frame: frame[:-1] + frame,
}
_ACKNOWLEDGEMENTS: Final[dict[str, Acknowledge]] = {
    "RESP_CODE blank": taken,
    "RESP_CODE 99999": lambda keys: request("1030", of_keys(keys), "SAM11", response="99999"),
    "NULs for padding": lambda keys: request("1030", of_keys(keys).replace(b" ", b"\0"), "SAM11"),
    "its keys in another order": lambda keys: taken(keys[::-1]),
    "each key twice": lambda keys: taken(keys * 2),
    "the whole of it twice": lambda keys: taken(keys) * 2,
    "no body, and its keys in another": lambda keys: request("1030", b"", "SAM11") + taken(keys),
    "COUNT 0, and its keys in another": lambda keys: taken([]) + taken(keys),
}
_BAD_KEYS: Final[dict[str, tuple[Acknowledge, str]]] = {
    "a COUNT and no keys": (lambda _: request("1030", b"1   ", "SAM11"), "12006"),
    "keys of 52 bytes": (
        lambda keys: request("1030", of_keys([key + b"01012345678 " for key in keys]), "SAM11"),
        "12006",
    ),
    "the records of the 1031": (
        lambda keys: request("1030", of_keys([key.ljust(82) for key in keys]), "SAM11"),
        "12006",
    ),
}

GATEWAY_ROWS: Final[tuple[Row[GatewayUnderTest], ...]] = (
    *(
        Row(f"{name} after ETX", "R1", stray(data))
        for name, data in {"LF": b"\n", "CR LF": b"\r\n", "NUL": b"\0"}.items()
    ),
    *(
        Row(f"keepalive {command} of {name}, {duty.value}, {version}", "R2", lives(command, body, duty, version))
        for name, body in _BLANK_FORMS.items()
        for command in ("1020", "1024", "1045")
        for duty in Duty
        for version in ("SAM10", "SAM11")
    ),
    Row("keepalives of an MMS port", "R2", plays.names_no_file_in_its_keepalive),
    *(
        Row(f"{name} behind a COUNT that says none", "R2", refuses("1020", body, response), "it may be a message")
        for name, body, response in (
            ("a binary COUNT", b"\0\0\0\1" + b"x" * 284, "12007"),
            ("a record", b"0   " + b"x" * 284, "12006"),
        )
    ),
    *(Row(f"a poll with {body!r}", "R3", poll_with(body)) for body in (b"0", b"    ", b" " * 40, b"100 ")),
    Row("a receiver of 050x", "R4", field_says(RECEIVER_AT, b"050212345678", 6)),
    Row("a receiver on the right", "table", field_says(RECEIVER_AT, b" 01012345678", 6)),
    *(
        Row(f"a receiver as {value!r}", "table", field_says(RECEIVER_AT, value, 86), "it is no number of the manual's")
        for value in (b"010-123-4567", b"821012345678", b"1012345678")
    ),
    Row(
        "a sender with hyphens", "table", field_says(SENDER_AT, b"02-1234-5678", 87), "it is no number of the manual's"
    ),
    *(
        Row(f"a text in {charset}", "R5", field_says(MSG_AT, _KOREAN.encode(charset), 6))
        for charset in ("cp949", "euc_kr", "utf-8")
    ),
    *(
        Row(f"a text with {name}", "table", field_says(MSG_AT, text, 6))
        for name, text in {
            "LF": b"a\nb",
            "CR LF": b"a\r\nb",
            "TAB": b"a\tb",
            "another control character": b"a\x07b",
            "a syllable that only CP949 has": "똠".encode("cp949"),
        }.items()
    ),
    Row("a blank text", "table", field_says(MSG_AT, b"", 3), "there is nothing to send"),
    Row("a text cut inside a character", "R5", field_says(MSG_AT, _KOREAN.encode("cp949")[:-1], 6)),
    *(
        Row(f"no time as {value!r}", "R6", field_says(RESERVE_AT, value, 6))
        for value in (
            b"0",
            b"00000000000000",
            b"0000-00-00 00:00:00",
            b"null",
            b"2009-01-01 09:00:00.",
            b"2009-01-01 09:00:00",
        )
    ),
    *(
        Row(f"a time as {value!r}", "R6", field_says(RESERVE_AT, value, 3), "a time is never guessed")
        for value in (b"20990101090000", b"2099-01-01", b"2099-01-01T09:00:00")
    ),
    *(
        Row(f"FILE_EXT {extension!r}", "R7", file_as("{}", extension, "00000"))
        for extension in ("Jpg", "JPG", "", "jpe", ".jp")
    ),
    Row("FILE_LENGTH blank", "R7", file_as("", "jpg", "00000")),
    Row("FILE_LENGTH with zeros", "R7", file_as("{:010}", "jpg", "00000")),
    *(
        Row(f"FILE_LENGTH off by {by}", "R7", plays.file_length_off(by), "one of the two lengths is wrong")
        for by in (-1, 1)
    ),
    *(
        Row(f"a {extension}", "R7", file_as("{}", extension, "13002", content), "telephones do not show it")
        for extension, content in (("png", b"\x89PNG\r\n\x1a\n rest"), ("gif", b"GIF89a and so on"))
    ),
    Row("a half-closed connection", "R9", plays.half_closes),
    Row("a new connection for each poll", "R10", connects_for_each_poll),
    Row("keepalives that cross a push; no answer to ours", "R11, R12, R16", answers_no_count_0),
    Row("polls with minutes between them", "R14", polls_seldom),
    Row("a buffer for 100 results", "R15", has_a_small_buffer),
    Row("a login with a wrong password", "R8", plays.is_refused_at_the_login, "nobody knows the customer"),
    *(
        Row(f"a frame with {name}", "R13", plays.not_whole(change), "it is told what is missing")
        for name, change in _NOT_WHOLE.items()
    ),
    Row("the same key after its result", "R17", plays.sends_again_after_the_result),
    Row("the same key with other times", "table", plays.again("00000", timeout_at=4070908800)),
    Row("the same key with another text", "table", plays.again("12011", text="bye"), "it is another message"),
    Row("USERCODE in each record", "table", plays.writes_usercode_in_each_record),
    Row("USERCODE once", "P6", plays.writes_usercode_once),
    Row("1096", "F1", plays.logs_in_by_1096),
    Row("a login before each request", "N8", plays.logs_in_before_each_request),
    *(
        Row(f"VERSION {version!r}, COMMAND {command!r}", "N9", plays.in_form(version, command))
        for version, command in (("sam10", "1020"), ("", "1020"), ("SAM10", " 1020"), ("SAM10", "01020"))
    ),
    Row("SAM11 after a SAM10 login", "N9", refuses("1020", b"0   ", "12004", "SAM11"), "the login's VERSION holds"),
    Row("NULs for padding", "table", plays.padded(b"\0")),
    Row("a login padded by NULs", "table", plays.logs_in_padded_by_nuls),
    *(Row(f"LENGTH as {form}", "table", plays.length_as(form)) for form in ("{:08}", "{:>8}", "{:\0<8}")),
    *(Row(f"COUNT {count!r}", "table", plays.count_as(count)) for count in (b"0001", b"   1", b"1\0\0\0")),
    Row("MSG_LEN with zeros", "table", plays.writes_msg_len_in_full),
    *(
        Row(f"RESP_CODE {code!r}, RESP_MESG {message!r} in requests", "table", plays.frames_as(_said(code, message)))
        for code, message in ((b"30020", b""), (b"00000", b"Messenger"), (b"", b"\0" * 50))
    ),
    Row("VERSION ended by a NUL", "table", plays.header_says(VERSION_AT, b"SAM10\0")),
    *(Row(f"a login by {command!r}", "N9", plays.logs_in_by(command)) for command in (b" 1010", b"01010", b"1010\0")),
    Row("bytes one at a time", "table", plays.writes_byte_by_byte),
    Row("ten requests before the first answer", "table", plays.asks_ten_times_before_an_answer),
    *(
        Row(f"{name} before SOH", "R1", plays.frames_as(data.__add__))
        for name, data in {"LF": b"\n", "CR LF": b"\r\n", "NUL": b"\0"}.items()
    ),
    Row("COUNT 1 with a blank record", "table", sends_a_blank_record),
    Row("COUNT 2 with one record", "table", refuses("1020", b"2   " + b"x" * 284, "12006"), "it fits no layout"),
    Row("COUNT 1 with two records", "table", refuses("1020", _two_records, "12006"), "it fits no layout"),
    Row("records of 264 bytes", "table", refuses("1020", _short_record, "12006"), "it fits no layout"),
    Row("keys on the right", "table", plays.key_as(MESSAGE_AT, lambda key: key.strip().rjust(20))),
    Row("a key in Hangul", "table", plays.has_a_key_in_hangul),
    Row("a key in UTF-8", "table", plays.field_is_refused(GROUP_AT, "로".encode(), "12014"), "it could not come back"),
    *(Row(f"a 1030 with {name}", "table", acknowledges(write)) for name, write in _ACKNOWLEDGEMENTS.items()),
    *(
        Row(f"a 1030 with {name}", "table", acknowledges_badly(write, response), "it cannot be read")
        for name, (write, response) in _BAD_KEYS.items()
    ),
    Row("command 1025, nowhere described", "table", refuses("1025", b"0   ", "12002"), "an unknown command"),
)
"""Every habit of odd customers that was found."""
