"""The client half as a table: habits of vendors' gateways, and what a client must make of them.

`finding` is where a row comes from: D1 an odd answer, D2 keys,
D3 closing, D4 records, D5 states, D6 pages, D7 logins, D8 names, D10 keepalives, D12 one login.
"""

import enum
import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from samlink.testing.tolerance.vendor import GOOD_LOGIN, Habits, Reply, frame, good_answer, good_login, keys_of
from samlink.wire import Frame, Version

SAM10, SAM11 = (Version.SAM10,), (Version.SAM11,)
BOTH: Final = (*SAM10, *SAM11)
LAST: Final = "LAST"
"""MSG_ID of the result that comes after all of a row."""


class Outcome(enum.StrEnum):
    """What a client says of a message."""

    SENT = "sent"
    REFUSED = "refused"
    """Not taken, not even in part."""
    UNKNOWN = "unknown"
    """It may have been taken: not sent again, and told so."""


@dataclass(frozen=True, kw_only=True)
class OddVendor:
    """One habit of a vendor's. What is expected is one of `outcome`, `results` and `file_name`."""

    name: str
    finding: str
    habits: Callable[[], Habits]
    versions: tuple[Version, ...] = BOTH
    outcome: Outcome | None = None
    """Of a message that is sent; a second one is sent after it, and must be taken in the end."""
    keepalives: int = 0
    """So many keepalives are waited for between the two messages, all on one connection."""
    results: tuple[tuple[str, int], ...] | None = None
    """MSG_ID and RESULT of each result that must be handed on, in order; one of MSG_ID `LAST` comes after them."""
    acknowledged: tuple[bytes, ...] = ()
    """Keys, 40 bytes each, that must stand in acknowledgements (SAM11) as they are."""
    file_name: bytes | None = None
    """FILE_NAME1 of an MMS whose file was uploaded before, without its padding."""


Answer = Callable[[Frame], Reply]


def always(answer: Callable[[Frame], bytes]) -> Callable[[], Habits]:
    """Each send request is answered so."""
    return lambda: Habits(answer=lambda request: Reply(answer(request)))


def first(answer: Answer) -> Callable[[], Habits]:
    """The first send request is answered so, those after it by the letter."""

    def habits() -> Habits:
        left = [answer]
        return Habits(answer=lambda request: left.pop()(request) if left else Reply(good_answer(request)))

    return habits


def _sent(name: str, finding: str, habits: Callable[[], Habits], versions: tuple[Version, ...] = BOTH) -> OddVendor:
    return OddVendor(name=name, finding=finding, habits=habits, versions=versions, outcome=Outcome.SENT)


def _taken(
    name: str, finding: str, answer: Callable[[Frame], bytes], versions: tuple[Version, ...] = BOTH
) -> OddVendor:
    return _sent(name, finding, always(answer), versions)


def _unknown(name: str, answer: Answer, versions: tuple[Version, ...] = BOTH) -> OddVendor:
    return OddVendor(name=name, finding="D1", habits=first(answer), versions=versions, outcome=Outcome.UNKNOWN)


def _answers(version: str, command: str, body: Callable[[Frame], bytes]) -> Callable[[Frame], bytes]:
    return lambda request: frame(command, version or str(request.version), body=body(request))


def _keyed(body: Callable[[Frame], bytes]) -> Callable[[Frame], bytes]:
    """A 1021 with this body."""
    return _answers("", "1021", body)


def _one(request: Frame) -> bytes:
    return b"1   " + keys_of(request)


def _shifted(request: Frame, pad: bytes) -> bytes:
    keys = keys_of(request)
    return b"1   " + b"".join(key.rstrip().rjust(20, pad) for key in (keys[:20], keys[20:]))


SEND_ROWS: Final = (
    _taken("1026 to SAM11", "D1", _answers("", "1026", lambda _: b""), SAM11),
    _taken("1021 to SAM10", "D1", _keyed(_one), SAM10),
    _taken("1026 with COUNT 0 in it", "D1", _answers("", "1026", lambda _: b"0   ")),
    _taken("1026 with anything in it", "D1", _answers("", "1026", lambda _: b"what is this?")),
    _taken("1021 of one byte more", "D1", _keyed(lambda request: _one(request) + b" ")),
    _taken("1021 of one byte less", "D1", _keyed(lambda request: _one(request)[:-1])),
    _taken("1021 with COUNT and no keys", "D1", _keyed(lambda _: b"1   ")),
    _taken("1021 with a COUNT that is no number", "D1", _keyed(lambda request: b"one " + keys_of(request))),
    _taken("1021 with a COUNT in binary", "D1", _keyed(lambda request: b"\0\0\0\1" + keys_of(request))),
    _taken("1021 with COUNT 2 and one key", "D1", _keyed(lambda request: b"2   " + keys_of(request))),
    _taken("1021 with COUNT 0", "D2", _keyed(lambda _: b"0   ")),
    _taken("1021 without a body", "D2", _keyed(lambda _: b"")),
    _taken("1021 with blank keys", "D2", _keyed(lambda _: b"1   " + b" " * 40)),
    _taken("1021 with keys of NULs", "D2", _keyed(lambda _: b"1   " + b"\0" * 40)),
    _taken("1021 with keys padded by NULs", "D2", _keyed(lambda request: _one(request).replace(b" ", b"\0"))),
    _taken("1021 with keys on the right", "D2", _keyed(lambda request: _shifted(request, b" "))),
    _taken("an answer in SAM10, whatever we speak", "D1", _answers("SAM10", "1021", _one)),
    _taken("an answer in SAM11, whatever we speak", "D1", _answers("SAM11", "1026", lambda _: b"")),
    _taken("an answer in sam10", "D1", _answers("sam10", "1021", _one)),
    _taken("an answer without a VERSION", "D1", _answers(" ", "1026", lambda _: b"")),
    _taken("RESP_CODE blank", "D1", lambda request: good_answer(request).replace(b"00000OK", b"     OK", 1)),
    _taken("RESP_CODE 0", "D1", lambda request: good_answer(request).replace(b"00000OK", b"0    OK", 1)),
    _taken("a newline after the answer", "R1", lambda request: good_answer(request) + b"\n"),
    _taken("CR LF after the answer", "R1", lambda request: good_answer(request) + b"\r\n"),
    _taken("a NUL after the answer", "R1", lambda request: good_answer(request) + b"\0"),
    _sent(
        "one byte at a time", "D1", lambda: Habits(answer=lambda request: Reply(good_answer(request), one_by_one=True))
    ),
    _sent(
        "closes after each answer", "D1", lambda: Habits(answer=lambda request: Reply(good_answer(request), close=True))
    ),
    _sent("answers twice", "D1", first(lambda request: Reply(good_answer(request) * 2))),
    _unknown("no answer, closes", lambda _: Reply(close=True)),
    _unknown("half an answer, closes", lambda request: Reply(good_answer(request)[:40], close=True)),
    _unknown("all but the last byte, closes", lambda request: Reply(good_answer(request)[:-1], close=True)),
    _unknown("an answer without SOH", lambda request: Reply(good_answer(request)[1:])),
    _unknown("an answer without STX", lambda request: Reply(good_answer(request).replace(b"\x02", b" ", 1))),
    _unknown("another byte where ETX is due", lambda request: Reply(good_answer(request)[:-1] + b"\x04")),
    _unknown(
        "a LENGTH that is no number", lambda _: Reply(frame("1026", "SAM10").replace(b"0       ", b"zero    ", 1))
    ),
    _unknown(
        "a LENGTH beyond all measure", lambda _: Reply(frame("1026", "SAM10").replace(b"0       ", b"99999999", 1))
    ),
    _unknown("a web page", lambda _: Reply(b"HTTP/1.1 502 Bad Gateway\r\n\r\n")),
    _unknown("an answer by a command that nobody knows", lambda request: Reply(frame("1022", str(request.version)))),
    _unknown("the request's own command", lambda request: Reply(frame(request.command, str(request.version)))),
    _unknown(
        "the names of other messages", lambda _: Reply(frame("1021", "SAM11", body=b"1   " + b"OTHER".ljust(20) * 2))
    ),
)


def _refused_rows() -> Iterator[OddVendor]:
    for code in ("11001", "11005", "11009", "11999", "12014", "13001", "19003", "20001", "99999", "ERROR", "-1"):
        for command in ("1026", "1021", "1020"):
            answer = functools.partial(_refusal, code, command)
            yield OddVendor(
                name=f"refuses by {command} {code}", finding="D11", habits=first(answer), outcome=Outcome.REFUSED
            )


def _refusal(code: str, command: str, request: Frame) -> Reply:
    return Reply(frame(command, str(request.version), code, "RECEIVER ERROR"))


def _login(name: str, change: Callable[[bytes], bytes]) -> OddVendor:
    return _sent(name, "D7", lambda: Habits(login=lambda request: Reply(change(good_login(request)))))


def _with_message(text: bytes, raw: bytes) -> bytes:
    return raw.replace(b"30|1|", text.ljust(5), 1)


def _login_body(name: str, body: bytes) -> OddVendor:
    def login(request: Frame) -> Reply:
        return Reply(frame("1011", str(request.version), message="30|1|", body=body))

    return _sent(f"a 1011 {name}", "D7", lambda: Habits(login=login))


LOGIN_ROWS: Final = (
    *(_login_body(f"of {size} bytes", GOOD_LOGIN[:size].ljust(size)) for size in (0, 1, 20, 24, 28, 32, 34, 39, 133)),
    _login_body("on the right", b" 1  20.0  50.0 250.0  100000N2000"),
    _login_body("padded by zeros", b"010020.0050.00250.000100000N2000"),
    _login_body("of blanks", b" " * 33),
    _login_body("of NULs", b"\0" * 33),
    _login_body("with BALANCE -100", b"1 20.0  50.0  250.0 -100    N2000"),
    _login_body("with BALANCE 100000.0", b"1 20.0  50.0  250.0 100000.0N2000"),
    _login_body("with BALANCE 1,000", b"1 20.0  50.0  250.0 1,000   N2000"),
    _login_body("with prices -", b"1 -     -     -     100000  N2000"),
    _login_body("with FEE_TYPE P", b"P 20.0  50.0  250.0 100000  N2000"),
    _login_body("in UTF-16", "1 20.0".encode("utf-16")),
    *(
        _login(f"RESP_MESG {text!r} at the login", functools.partial(_with_message, text))
        for text in (b"OK", b"", b"30", b"30|1", b"\0\0\0\0\0", b"|||||", b"9|9|9", b"many|")
    ),
    _login("RESP_CODE blank at the login", lambda raw: raw.replace(b"00000", b"     ", 1)),
    _login("RESP_CODE 0 at the login", lambda raw: raw.replace(b"00000", b"0    ", 1)),
    _login("a login in SAM10, whatever we speak", lambda raw: raw.replace(b"SAM11", b"SAM10", 1)),
    _login("a login without a VERSION", lambda raw: raw[:1] + b"      " + raw[7:]),
    _login("a newline after the login", lambda raw: raw + b"\r\n"),
    _sent("lets an ID in once, the newest wins", "D12", lambda: Habits(one_login=True)),
)


def result(message_id: str | bytes, code: bytes = b"6  ", group_id: bytes = b"G", tail: bytes = b"") -> bytes:
    """A result's record, 82 bytes and `tail`."""
    key = message_id.encode() if isinstance(message_id, str) else message_id
    return group_id.ljust(20) + key.ljust(20) + b"01012345678 " + b"2009-01-01 09:30:10 " + code + b"01190  " + tail


A, B = result("A"), result("B")
LAST_PAGE: Final = b"1   " + result(LAST)


def _results(
    name: str,
    finding: str,
    *pages: bytes,
    expected: tuple[tuple[str, int], ...],
    keys: tuple[bytes, ...] = (),
    page: Callable[[bytes, str], Reply] = Habits.page,
    versions: tuple[Version, ...] = BOTH,
) -> OddVendor:
    return OddVendor(
        name=name,
        finding=finding,
        habits=lambda: Habits(pages=(*pages, LAST_PAGE), page=page),
        versions=versions,
        results=expected,
        acknowledged=keys,
    )


SIX: Final = (("A", 6),)
TWO: Final = (("A", 6), ("B", 6))
_ODD_KEYS: Final = {
    "that is no CP949": b"\xb0\xff\xfe".ljust(40),
    "with a control character": b"\x01G".ljust(20) + b"A".ljust(20),
    "on the right": b"G".rjust(20) + b"A".rjust(20),
    "padded by NULs": b"G".ljust(20, b"\0") + b"A".ljust(20, b"\0"),
    "with something behind its NUL": b"G\0rubbish".ljust(20) + b"A\0\xff".ljust(20),
    "in UTF-8": "로".encode().ljust(20) + b"A".ljust(20),
    "in Hangul": "가".encode("cp949").ljust(20) + b"A".ljust(20),
}


def _odd_key_rows() -> Iterator[OddVendor]:
    for what, key in _ODD_KEYS.items():
        record = key + A[40:]
        yield _results(f"a key {what}", "D4", b"1   " + record, expected=(("", 6),), keys=(key,))


def _no_data(command: str, code: str, body: bytes, version: str) -> Reply:
    """A poll for which there is nothing is answered by an error."""
    return Reply(frame("1031", version, body=body) if body else frame(command, version, code, "NO DATA"))


def _with_code(code: str, body: bytes, version: str) -> Reply:
    return Reply(frame("1031", version, code, "", body))


RESULT_ROWS: Final = (
    _results("a RESULT that is blank", "D4", b"2   " + result("A", b"   ") + B, expected=(("A", 11), ("B", 6))),
    _results("a RESULT that is a word", "D4", b"2   " + result("A", b"OK ") + B, expected=(("A", 11), ("B", 6))),
    _results("a RESULT below zero", "D4", b"2   " + result("A", b"-1 ") + B, expected=(("A", 11), ("B", 6))),
    *(
        _results(f"RESULT {code!r}", "D4", b"1   " + result("A", code), expected=SIX)
        for code in (b"06 ", b" 6 ", b"006", b"6\0\0", b"6\0x", b"  6")
    ),
    _results("a RESULT that nobody knows", "D4", b"1   " + result("A", b"999"), expected=(("A", 999),)),
    _results("two blanks at the end", "D4", b"1   " + A + b"  ", expected=SIX),
    _results("two blanks after two records", "D4", b"2   " + A + B + b"  ", expected=TWO),
    _results("CR LF at the end", "D4", b"2   " + A + B + b"\r\n", expected=TWO),
    _results(
        "records of 112 bytes", "D4", b"2   " + result("A", tail=b"u" * 30) + result("B", tail=b"v" * 30), expected=TWO
    ),
    _results(
        "records of 84 bytes, blank at the end",
        "D4",
        b"2   " + result("A", tail=b"  ") + result("B", tail=b"  "),
        expected=TWO,
    ),
    _results(
        "records of 100 bytes and CR LF at the end",
        "D4",
        b"2   " + result("A", tail=b" " * 18) + result("B", tail=b" " * 18) + b"\r\n",
        expected=TWO,
    ),
    _results("no blanks at the end", "D4", b"2   " + (A + B).rstrip(), expected=TWO),
    _results("no TELECOM at the end", "D4", b"2   " + A + B[:75], expected=TWO),
    _results("a blank COUNT before records", "D4", b"    " + A + B, expected=TWO),
    _results("a COUNT in binary", "D4", b"\0\0\0\2" + A + B, expected=TWO),
    _results("a COUNT of more than there are", "D4", b"9   " + A + B, expected=TWO),
    _results("a COUNT of NULs and nothing", "D4", b"\0\0\0\0", expected=()),
    _results("a blank COUNT and nothing", "D4", b"    ", expected=()),
    _results("no body", "D4", b"", expected=()),
    _results("half a record behind a whole one", "D4", b"2   " + A + B[:50], expected=SIX),
    _results("a blank record", "D4", b"2   " + b" " * 82 + A, expected=SIX),
    _results("no SEND_DT", "D4", b"1   " + A.replace(b"2009-01-01 09:30:10", b" " * 19), expected=SIX),
    _results("a SEND_DT that is no time", "D4", b"1   " + A.replace(b"2009-01-01 09", b"0000-00-00 00"), expected=SIX),
    _results(
        "a TELECOM of half a character",
        "D4",
        b"1   " + A.replace(b"01190  ", "가나다라".encode("cp949")[:7]),
        expected=SIX,
    ),
    *_odd_key_rows(),
    _results("states only", "D5", b"2   " + result("A", b"0  ") + result("B", b"1  "), expected=()),
    _results("a state and then the result", "D5", b"1   " + result("A", b"1  "), b"1   " + A, expected=SIX),
    _results(
        "a state beside the result", "D5", b"2   " + result("A", b"0  ") + result("A", b"8  "), expected=(("A", 8),)
    ),
    _results("the same result twice", "D4", b"1   " + A, b"1   " + A, expected=SIX),
    _results(
        "a page behind a page",
        "D6",
        *(b"1   " + result(name) for name in "ABCDE"),
        expected=tuple((name, 6) for name in "ABCDE"),
    ),
    _results("COUNT 0 between pages", "D6", b"1   " + A, b"0   ", b"1   " + B, expected=TWO),
    _results(
        "1500 results in one page",
        "D4",
        b"1500" + b"".join(result(f"N{n}") for n in range(1500)),
        expected=tuple((f"N{n}", 6) for n in range(1500)),
    ),
    _results(
        "closes after each page",
        "D3",
        b"2   " + A + B,
        page=lambda body, version: Reply(frame("1031", version, body=body), close=True),
        versions=SAM10,
        expected=TWO,
    ),
    *(
        _results(
            f"an empty poll is answered by {command} {code}",
            "D10",
            b"1   " + A,
            b"",
            page=functools.partial(_no_data, command, code),
            versions=SAM10,
            expected=SIX,
        )
        for command in ("1031", "1026", "1030")
        for code in ("11001", "20001", "12003")
    ),
    *(
        _results(
            f"RESP_CODE {code!r} in a 1031", "R16", b"1   " + A, page=functools.partial(_with_code, code), expected=SIX
        )
        for code in ("", "0", "00000", "99999")
    ),
    _results(
        "a 1031 in the other VERSION",
        "D1",
        b"1   " + A,
        page=lambda body, version: Reply(frame("1031", "SAM10" if version == "SAM11" else "SAM11", body=body)),
        expected=SIX,
    ),
)

_NAMES: Final = {
    "Dohfhe123.jpg unpadded": (b"Dohfhe123.jpg", b"Dohfhe123.jpg"),
    "padded to 32": (b"Dohfhe123.jpg".ljust(32), b"Dohfhe123.jpg"),
    "padded to 129": (b"Dohfhe123.jpg".ljust(129), b"Dohfhe123.jpg"),
    "padded by NULs": (b"Dohfhe123.jpg".ljust(128, b"\0"), b"Dohfhe123.jpg"),
    "ended by a NUL": (b"Dohfhe123.jpg\0rubbish".ljust(128), b"Dohfhe123.jpg"),
    "with a newline": (b"Dohfhe123.jpg\r\n", b"Dohfhe123.jpg"),
    "in Hangul": ("사진.jpg".encode("cp949").ljust(128), "사진.jpg".encode("cp949")),
    "in UTF-8": ("F89y3h4f로.jpg".encode().ljust(128), "F89y3h4f로.jpg".encode()),
    "that is no text": (b"\xff\xfe\x80.jpg".ljust(128), b"\xff\xfe\x80.jpg"),
    "with a blank inside": (b"my file.jpg".ljust(128), b"my file.jpg"),
    "of Windows": (rb"C:\upload\x41.jpg".ljust(128), rb"C:\upload\x41.jpg"),
    "that begins as ours for bytes do": (b"hex:41.jpg".ljust(128), b"hex:41.jpg"),
}


def _naming(body: bytes) -> Habits:
    return Habits(upload=lambda request: Reply(frame("2040", str(request.version), body=body)))


def _upload_rows() -> Iterator[OddVendor]:
    for what, (body, name) in _NAMES.items():
        yield OddVendor(
            name=f"a file name {what}", finding="D8", habits=functools.partial(_naming, body), file_name=name
        )


def _keepalive_rows() -> Iterator[OddVendor]:
    answers: dict[str, Callable[[Frame], bytes]] = {
        "a 1026": _answers("", "1026", lambda _: b""),
        "a 1021 of COUNT 0": _keyed(lambda _: b"0   "),
        "a 1021 without a body": _keyed(lambda _: b""),
        "its own command": lambda request: frame(request.command, str(request.version), body=b"0   "),
        **{
            f"the error {code}": functools.partial(_no_keepalive, code) for code in ("11001", "12007", "20001", "99999")
        },
    }
    for what, answer in answers.items():
        habits = functools.partial(_keeping_alive, answer)
        yield OddVendor(
            name=f"a keepalive is answered by {what}", finding="D10", habits=habits, outcome=Outcome.SENT, keepalives=2
        )


def _no_keepalive(code: str, request: Frame) -> bytes:
    return frame("1021", str(request.version), code, "COUNT ERROR")


def _keeping_alive(answer: Callable[[Frame], bytes]) -> Habits:
    return Habits(keepalive=lambda request: Reply(answer(request)))


KEEPALIVE_ROWS: Final = tuple(_keepalive_rows())
"""A client by the letter needs 60 s for each."""

ODD_VENDORS: Final = (*SEND_ROWS, *_refused_rows(), *LOGIN_ROWS, *KEEPALIVE_ROWS, *RESULT_ROWS, *_upload_rows())
"""Every habit of vendors that was found; `client_half.CLIENT_ROWS` plays them."""
