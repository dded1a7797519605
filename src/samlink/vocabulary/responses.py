"""Response codes: the outcome of a packet (manual 3.A, the header's RESP_CODE of 5 bytes and RESP_MESG of 50).

The manual gives `00000` and one error, `11001`; the field adds the redirect `11006`. The others are ours, in classes:
11xxx login and session, 12xxx packet, 13xxx file, 19xxx gateway. A packet that got an error was not taken, not even in
part. A code that is not in the table is judged by its class, so `response()` knows an answer for every string.

The outcomes of *messages* are in `samlink.vocabulary.results`.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from samlink.vocabulary.sizes import RESP_MESG_BYTES
from samlink.vocabulary.text import cp949_cut

CODE_BYTES: Final = 5
"""Size of RESP_CODE."""


class ResponseCode(enum.StrEnum):
    """The codes that samlink writes. A peer may write others: read those with `response()`."""

    OK = "00000"

    LOGIN_FAILED = "11001"
    ADDRESS_NOT_ALLOWED = "11002"
    ACCOUNT_CLOSED = "11003"
    TOO_MANY_CONNECTIONS = "11004"
    NOT_LOGGED_IN = "11005"
    REDIRECT = "11006"
    ALREADY_LOGGED_IN = "11007"
    LOGIN_BUSY = "11008"
    SESSION_ENDED = "11009"
    SERVICE_NOT_ALLOWED = "11010"

    BAD_FRAME = "12001"
    UNKNOWN_COMMAND = "12002"
    WRONG_PORT = "12003"
    WRONG_VERSION = "12004"
    BAD_LENGTH = "12005"
    BAD_LAYOUT = "12006"
    BAD_COUNT = "12007"
    MISSING_FIELD = "12008"
    BAD_NUMBER = "12009"
    BAD_TIME = "12010"
    KEY_REUSED = "12011"
    OUT_OF_TURN = "12012"
    TEXT_TOO_LONG = "12013"
    BAD_FIELD = "12014"

    FILE_TOO_LARGE = "13001"
    FILE_EXTENSION = "13002"
    FILE_LENGTH_WRONG = "13003"
    NO_SUCH_FILE = "13004"
    FILE_QUOTA = "13005"
    FILE_DAMAGED = "13006"

    STORE_UNAVAILABLE = "19001"
    DISK_FULL = "19002"
    SHUTTING_DOWN = "19003"
    OVERLOADED = "19004"
    INTERNAL = "19099"


class Again(enum.Enum):
    """Whether sending the very same packet again can help."""

    NEVER = "never"
    """It will be refused again until someone changes the packet, the settings or the account."""
    SAME_PACKET = "same packet"
    """It may be taken later on this connection; wait a little first."""
    AFTER_RECONNECT = "after reconnect"
    """It may be taken on a new connection and a new login; wait 10 s first (manual 2.B.5)."""


class ResponseClass(enum.StrEnum):
    """What a code speaks of, told by its first two digits; the value is those digits."""

    OK = "00"
    SESSION = "11"
    PACKET = "12"
    FILE = "13"
    GATEWAY = "19"
    OTHER = ""
    """A code outside our classes; only a peer that is not samlink writes one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One response code and its properties."""

    code: str
    """RESP_CODE as on the wire: 5 digits, or whatever a peer wrote there."""
    korean: str
    english: str
    template: str
    """RESP_MESG: printable ASCII of at most 50 bytes, in which `{detail}` may stand once."""
    again: Again

    @property
    def ok(self) -> bool:
        """Whether the packet was taken: `00000` and nothing else (manual 3.A)."""
        return self.code == ResponseCode.OK

    @property
    def response_class(self) -> ResponseClass:
        """The class of the code, by its first two digits."""
        return class_of(self.code)

    def message(self, detail: str = "") -> str:
        """RESP_MESG, at most 50 bytes of printable ASCII; what `detail` holds beyond that is replaced or cut."""
        text = self.template.replace("{detail}", detail).rstrip(" :")
        return "".join(char if " " <= char <= "~" else "?" for char in text)[:RESP_MESG_BYTES]

    def korean_message(self, detail: str) -> str:
        """RESP_MESG in Korean, at most 50 bytes of CP949 and never half a character; `detail` is what it is in English,
        kept where it says more than the code."""
        said = self.korean if detail == self.message() else f"{self.korean}: {detail}"
        return cp949_cut(said, RESP_MESG_BYTES)

    def __str__(self) -> str:
        return f"{self.code} {self.english}"


def _row(code: ResponseCode, korean: str, english: str, template: str, again: Again = Again.NEVER) -> Response:
    return Response(code=code.value, korean=korean, english=english, template=template, again=again)


_C = ResponseCode
_ANEW: Final = Again.AFTER_RECONNECT
_LATER: Final = Again.SAME_PACKET

_ROWS: Final = (
    _row(_C.OK, "정상", "taken", "OK"),
    _row(_C.LOGIN_FAILED, "아이디 또는 비밀번호 오류", "wrong ID or password", "login failed"),
    _row(_C.ADDRESS_NOT_ALLOWED, "등록되지 않은 접속 IP", "IP address not registered", "address not allowed"),
    _row(_C.ACCOUNT_CLOSED, "정지 또는 해지된 계정", "account suspended or closed", "account closed"),
    _row(
        _C.TOO_MANY_CONNECTIONS,
        "동시 접속 수 초과",
        "too many connections of this account",
        "too many connections: {detail}",
        _ANEW,
    ),
    _row(_C.NOT_LOGGED_IN, "로그인 필요", "not logged in", "log in (1010) first", _ANEW),
    _row(_C.REDIRECT, "다른 서버로 접속 필요", "log in at the address in RESP_MESG", "{detail}", _ANEW),
    _row(_C.ALREADY_LOGGED_IN, "이미 로그인됨", "already logged in", "already logged in"),
    _row(
        _C.LOGIN_BUSY,
        "로그인 처리 지연, 잠시 후 재시도",
        "logins are queueing up, try again",
        "login busy, try again",
        _ANEW,
    ),
    _row(
        _C.SESSION_ENDED,
        "세션 종료됨, 재접속 필요",
        "session ended by the gateway",
        "session ended, reconnect: {detail}",
        _ANEW,
    ),
    _row(
        _C.SERVICE_NOT_ALLOWED,
        "계약되지 않은 서비스",
        "service not in this account's contract",
        "service not allowed: {detail}",
    ),
    _row(
        _C.BAD_FRAME,
        "전문 구분자 오류 (SOH, STX, ETX)",
        "SOH, STX or ETX not where it belongs",
        "bad frame: {detail}",
        _ANEW,
    ),
    _row(_C.UNKNOWN_COMMAND, "알 수 없는 명령어", "unknown command", "unknown command: {detail}"),
    _row(_C.WRONG_PORT, "이 포트에서 쓸 수 없는 명령어", "command of another port", "wrong port: {detail}"),
    _row(
        _C.WRONG_VERSION,
        "버전 오류 (로그인 버전과 다름)",
        "version unknown, or not the login's",
        "wrong version: {detail}",
    ),
    _row(_C.BAD_LENGTH, "LENGTH 오류", "LENGTH unreadable or over the limit", "bad LENGTH: {detail}"),
    _row(_C.BAD_LAYOUT, "Body 길이 오류", "body fits no layout of its command", "bad body: {detail}"),
    _row(_C.BAD_COUNT, "전체요청건수 오류", "COUNT unreadable or over the limit", "bad COUNT: {detail}"),
    _row(_C.MISSING_FIELD, "필수 필드 누락", "needed field is empty", "missing field: {detail}"),
    _row(_C.BAD_NUMBER, "숫자 형식 오류", "number unreadable", "bad number: {detail}"),
    _row(_C.BAD_TIME, "시간 형식 오류 (YYYY-MM-DD HH:MM:SS)", "time not as YYYY-MM-DD HH:MM:SS", "bad time: {detail}"),
    _row(
        _C.KEY_REUSED,
        "다른 메시지에 이미 쓰인 메시지 key",
        "key already used by a different message",
        "key reused: {detail}",
    ),
    _row(_C.OUT_OF_TURN, "순서에 맞지 않는 전문", "packet out of turn", "out of turn: {detail}"),
    _row(_C.TEXT_TOO_LONG, "메시지 길이 초과", "text longer than allowed", "text too long: {detail}"),
    _row(
        _C.BAD_FIELD,
        "필드 문자 오류 (CP949, 제어문자)",
        "field text not CP949, or with controls",
        "bad field: {detail}",
    ),
    _row(_C.FILE_TOO_LARGE, "파일 크기 초과 (300K)", "file over 300 KB (307,200 bytes)", "file too large"),
    _row(_C.FILE_EXTENSION, "지원하지 않는 파일 확장자", "file extension not accepted", "bad FILE_EXT: {detail}"),
    _row(
        _C.FILE_LENGTH_WRONG,
        "FILE_LENGTH와 실제 크기 불일치",
        "FILE_LENGTH disagrees with the body",
        "bad FILE_LENGTH: {detail}",
    ),
    _row(_C.NO_SUCH_FILE, "등록되지 않은 파일이름", "no such file of this account", "no such file: {detail}"),
    _row(_C.FILE_QUOTA, "파일 보관 용량 초과", "account's room for files is full", "file quota reached", _LATER),
    _row(_C.FILE_DAMAGED, "손상된 파일", "file damaged or not what it says", "file damaged: {detail}"),
    _row(_C.STORE_UNAVAILABLE, "저장소 장애", "store unavailable", "store unavailable, try again", _LATER),
    _row(_C.DISK_FULL, "저장소 용량 부족", "disk full", "disk full, try again later", _LATER),
    _row(_C.SHUTTING_DOWN, "서버 종료 중, 재접속 필요", "gateway is shutting down", "shutting down, reconnect", _ANEW),
    _row(_C.OVERLOADED, "서버 과부하", "gateway overloaded", "overloaded, try again", _LATER),
    _row(_C.INTERNAL, "서버 내부 오류", "internal error", "internal error", _LATER),
)

RESPONSES: Final[Mapping[str, Response]] = MappingProxyType({row.code: row for row in _ROWS})
"""Every code of `ResponseCode`, in ascending order."""

_UNKNOWN: Final[Mapping[ResponseClass, tuple[str, str, Again]]] = {
    ResponseClass.OK: ("알 수 없는 응답", "unknown answer", Again.NEVER),
    ResponseClass.SESSION: ("알 수 없는 로그인·세션 오류", "unknown session error", Again.AFTER_RECONNECT),
    ResponseClass.PACKET: ("알 수 없는 전문 오류", "unknown packet error", Again.NEVER),
    ResponseClass.FILE: ("알 수 없는 파일 오류", "unknown file error", Again.NEVER),
    ResponseClass.GATEWAY: ("알 수 없는 서버 오류", "unknown gateway error", Again.SAME_PACKET),
    ResponseClass.OTHER: ("알 수 없는 오류", "unknown error", Again.NEVER),
}


def says_yes(code: str) -> bool:
    """Whether a RESP_CODE means `00000`: that, or only zeros and blanks, which have no other reading."""
    return not code.strip("0 ")


def class_of(code: str) -> ResponseClass:
    """The class of a RESP_CODE: by its first two digits if it is five digits, else `ResponseClass.OTHER`."""
    if len(code) != CODE_BYTES or not (code.isascii() and code.isdigit()):
        return ResponseClass.OTHER
    try:
        return ResponseClass(code[:2])
    except ValueError:
        return ResponseClass.OTHER


def response_of_stranger(code: str) -> Response:
    """What a RESP_CODE of a gateway that is not samlink tells: nothing was taken. Its codes are its own, so none of
    them says that the same packet may be taken later (docs/protocol.md 9)."""
    korean, english, again = _UNKNOWN[ResponseClass.OTHER]
    known = RESPONSES.get(code)
    if known is not None:
        korean, english = known.korean, known.english
    return Response(code=code, korean=korean, english=english, template="{detail}", again=again)


def response(code: str) -> Response:
    """The row of a RESP_CODE. A code without one, an empty code too, is an error that its class describes."""
    known = RESPONSES.get(code)
    if known is not None:
        return known
    korean, english, again = _UNKNOWN[class_of(code)]
    return Response(code=code, korean=korean, english=english, template="{detail}", again=again)
