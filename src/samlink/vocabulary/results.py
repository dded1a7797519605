"""Result codes: the outcome of a message (manual, section C; RESULT, 3 bytes of each record of a 1031).

`RESULTS` is the manual's table, whole. Its Korean is the manual's too, but for three things: the notes in brackets on
options and on former meanings are left out; slips of the scan are mended (51 says 세칙, the numbering rules; 콘텐츠
is spelled one way); and where the vendor puts its brand, before 80 to 89, there stands 중계사: the relay, whoever
runs it.

0 and 1 are states and never results; every other code is final; 6 alone is success. 95 to 99 promise that the message
was *not* sent, so that the client may send it again: they are never used for a message whose fate is unknown.

The outcomes of *packets* are in `samlink.vocabulary.responses`.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final


class ResultCode(enum.IntEnum):
    """The manual's result codes by name. A peer may give others: read those with `result()`."""

    INITIAL = 0
    REQUESTED = 1
    BAD_MESSAGE_FORMAT = 3
    NO_SUCH_SUBSCRIBER = 5
    DELIVERED = 6
    NUMBER_OUT_OF_SERVICE = 7
    HANDSET_OFF = 8
    OUT_OF_COVERAGE = 9
    HANDSET_FULL = 10
    OTHER_FAILURE = 11
    SPAM_SENDER = 13
    SPAM_RECEIVER = 14
    SPAM_TEXT = 15
    SPAM_OTHER = 16
    HANDSET_NO_SERVICE = 20
    HANDSET_SUSPENDED = 21
    HANDSET_REFUSED = 22
    NO_ANSWER_OR_BUSY = 23
    NO_MMS_ON_HANDSET = 28
    HANDSET_OTHER = 29
    NETWORK_BAD_RECEIVER = 36
    NETWORK_BAD_SENDER = 37
    CARRIER_CONTENT = 50
    SENDER_AGAINST_NUMBERING_RULES = 51
    SENDER_LISTED_AS_FORGED = 52
    SENDER_PROTECTED_FROM_MISUSE = 53
    CARRIER_SENDER_OTHER = 54
    CARRIER_OTHER = 59
    CONTENT_SIZE = 60
    WRONG_MESSAGE_TYPE = 61
    KAKAO_ERROR = 62
    KAKAO_TEMPLATE = 63
    KAKAO_PROFILE = 64
    CONTENT_OTHER = 69
    AGENT_FILE_PATH = 73
    AGENT_DUPLICATE = 74
    AGENT_TIMEOUT = 75
    AGENT_BAD_SENDER = 76
    AGENT_BAD_RECEIVER = 77
    AGENT_CONTENT = 78
    AGENT_OTHER = 79
    BLOCKED_BY_FILTER = 80
    OPTED_OUT = 81
    DUPLICATE = 84
    BAD_RECEIVER = 86
    BAD_SENDER = 87
    SENDER_NOT_REGISTERED = 88
    POLICY_OTHER = 89
    TIME_LIMIT_PASSED = 90
    BAD_USERCODE = 91
    NO_BALANCE = 92
    MONTHLY_LIMIT = 93
    DAILY_LIMIT = 94
    RATE_LIMIT = 95
    BUSY = 96
    SEND_NETWORK_ERROR = 97
    OUTSIDE_SYSTEM_DOWN = 98
    SYSTEM_DOWN = 99


class GivenBy(enum.Enum):
    """Who finds a result, in the usual case."""

    NETWORK = "network"
    """A carrier, or Kakao, through the gateway's carrier connection."""
    GATEWAY = "gateway"
    """The relay itself, which did not send the message."""
    AGENT = "agent"
    """The customer-side agent, in the customer's own table; a gateway never sends these."""


class Group(enum.Enum):
    """What a result speaks of. The group decides who gives it, whether it is final, charged, and worth a resend."""

    STATE = "state"
    DELIVERED = "delivered"
    RECEIVER = "receiver"
    """The handset or the subscription that should have taken the message."""
    SPAM = "spam"
    NUMBER = "number"
    """A telephone number that the network does not accept."""
    CARRIER = "carrier"
    CONTENT = "content"
    KAKAO = "kakao"
    AGENT = "agent"
    POLICY = "policy"
    """A rule of the relay or of the law."""
    LIMIT = "limit"
    """Time, money or volume is used up."""
    RETRY = "retry"
    """Not sent; send again (95 to 99)."""

    @property
    def given_by(self) -> GivenBy:
        """Who gives the results of this group."""
        return _GIVEN_BY[self]


_GIVEN_BY: Final[Mapping[Group, GivenBy]] = (
    dict.fromkeys(Group, GivenBy.NETWORK)
    | dict.fromkeys((Group.STATE, Group.AGENT), GivenBy.AGENT)
    | dict.fromkeys((Group.CONTENT, Group.POLICY, Group.LIMIT, Group.RETRY), GivenBy.GATEWAY)
)


class Fault(enum.Enum):
    """Who has to change something so that such a message gets through."""

    NONE = "none"
    RECEIVER = "receiver"
    """The person addressed: handset, subscription, or a wish not to be written to."""
    SENDER = "sender"
    """The sender number, or a text that is taken for spam."""
    CUSTOMER = "customer"
    """The customer's software, list of receivers, or account."""
    CARRIER = "carrier"
    RELAY = "relay"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultMeaning:
    """One result code and what follows from it."""

    number: int
    """RESULT as on the wire, at most three digits."""
    korean: str
    english: str
    group: Group
    fault: Fault
    given_by: GivenBy
    final: bool
    """Whether the message's fate is settled; false for 0 and 1 alone."""
    charged: bool
    """Whether the customer pays for a message with this result: only for 6. Prepaid money is taken when the message is
    accepted; a final result that is not charged gives it back, in the transaction that stores the result."""
    resend: bool
    """Whether the customer should send again, under a new key: the message was certainly not sent."""

    @property
    def delivered(self) -> bool:
        """Whether the message reached its receiver: 6 and nothing else."""
        return self.group is Group.DELIVERED

    def __str__(self) -> str:
        return f"{self.number} {self.english}"


def _row(code: int, korean: str, english: str, group: Group, fault: Fault) -> ResultMeaning:
    return ResultMeaning(
        number=int(code),
        korean=korean,
        english=english,
        group=group,
        fault=fault,
        given_by=group.given_by,
        final=group is not Group.STATE,
        charged=group is Group.DELIVERED,
        resend=group is Group.RETRY,
    )


_C = ResultCode
_G = Group
_F = Fault

_ROWS: Final = (
    _row(_C.INITIAL, "초기 입력 상태", "not sent yet", _G.STATE, _F.NONE),
    _row(_C.REQUESTED, "전송 요청 완료(결과수신대기)", "sent, result awaited", _G.STATE, _F.NONE),
    _row(_C.BAD_MESSAGE_FORMAT, "메시지 형식 오류", "bad message format", _G.CONTENT, _F.CUSTOMER),
    _row(_C.NO_SUCH_SUBSCRIBER, "휴대폰번호 가입자 없음(미등록)", "no such subscriber", _G.RECEIVER, _F.RECEIVER),
    _row(_C.DELIVERED, "전송 성공", "delivered", _G.DELIVERED, _F.NONE),
    _row(_C.NUMBER_OUT_OF_SERVICE, "결번(또는 서비스 정지)", "number out of service", _G.RECEIVER, _F.RECEIVER),
    _row(_C.HANDSET_OFF, "단말기 전원 꺼짐", "handset switched off", _G.RECEIVER, _F.RECEIVER),
    _row(_C.OUT_OF_COVERAGE, "단말기 음영지역", "handset out of coverage", _G.RECEIVER, _F.RECEIVER),
    _row(_C.HANDSET_FULL, "단말기 수신메시지함 FULL로 전송 실패", "handset's inbox full", _G.RECEIVER, _F.RECEIVER),
    _row(_C.OTHER_FAILURE, "기타 전송실패", "other failure", _G.CARRIER, _F.CARRIER),
    _row(_C.SPAM_SENDER, "스팸차단 발신번호", "sender number blocked as spam", _G.SPAM, _F.SENDER),
    _row(_C.SPAM_RECEIVER, "스팸차단 수신번호", "receiver number blocks spam", _G.SPAM, _F.RECEIVER),
    _row(_C.SPAM_TEXT, "스팸차단 메시지내용", "text blocked as spam", _G.SPAM, _F.SENDER),
    _row(_C.SPAM_OTHER, "스팸차단 기타", "blocked as spam, other", _G.SPAM, _F.SENDER),
    _row(_C.HANDSET_NO_SERVICE, "단말기 서비스 불가", "handset without service", _G.RECEIVER, _F.RECEIVER),
    _row(_C.HANDSET_SUSPENDED, "단말기 서비스 일시정지", "handset's service suspended", _G.RECEIVER, _F.RECEIVER),
    _row(_C.HANDSET_REFUSED, "단말기 착신 거절", "refused by the handset", _G.RECEIVER, _F.RECEIVER),
    _row(_C.NO_ANSWER_OR_BUSY, "단말기 무응답 및 통화중", "no answer, or busy", _G.RECEIVER, _F.RECEIVER),
    _row(_C.NO_MMS_ON_HANDSET, "단말기 MMS 미지원", "handset takes no MMS", _G.RECEIVER, _F.RECEIVER),
    _row(_C.HANDSET_OTHER, "기타 단말기 문제", "other handset problem", _G.RECEIVER, _F.RECEIVER),
    _row(_C.NETWORK_BAD_RECEIVER, "유효하지 않은 수신번호(망)", "invalid receiver (network)", _G.NUMBER, _F.CUSTOMER),
    _row(_C.NETWORK_BAD_SENDER, "유효하지 않은 발신번호(망)", "invalid sender (network)", _G.NUMBER, _F.SENDER),
    _row(_C.CARRIER_CONTENT, "이통사 콘텐츠 에러", "content refused by the carrier", _G.CARRIER, _F.CUSTOMER),
    _row(
        _C.SENDER_AGAINST_NUMBERING_RULES,
        "이통사 전화번호 세칙 미준수 발신번호",
        "sender number against the numbering rules",
        _G.CARRIER,
        _F.SENDER,
    ),
    _row(
        _C.SENDER_LISTED_AS_FORGED,
        "이통사 발신번호 변작으로 등록된 발신번호",
        "sender number listed as forged",
        _G.CARRIER,
        _F.SENDER,
    ),
    _row(
        _C.SENDER_PROTECTED_FROM_MISUSE,
        "이통사 번호도용문자 차단서비스에 가입된 발신번호",
        "sender number protected from misuse",
        _G.CARRIER,
        _F.SENDER,
    ),
    _row(_C.CARRIER_SENDER_OTHER, "이통사 발신번호 기타", "sender number, other (carrier)", _G.CARRIER, _F.SENDER),
    _row(_C.CARRIER_OTHER, "이통사 기타", "carrier, other", _G.CARRIER, _F.CARRIER),
    _row(_C.CONTENT_SIZE, "콘텐츠 크기 오류(초과 등)", "content size, such as too large", _G.CONTENT, _F.CUSTOMER),
    _row(_C.WRONG_MESSAGE_TYPE, "잘못된 메시지 타입", "wrong message type", _G.CONTENT, _F.CUSTOMER),
    _row(_C.KAKAO_ERROR, "카카오 오류", "Kakao error", _G.KAKAO, _F.CARRIER),
    _row(_C.KAKAO_TEMPLATE, "카카오 템플릿 오류", "Kakao template error", _G.KAKAO, _F.CUSTOMER),
    _row(_C.KAKAO_PROFILE, "카카오 프로파일 오류", "Kakao profile error", _G.KAKAO, _F.CUSTOMER),
    _row(_C.CONTENT_OTHER, "콘텐츠 기타", "content, other", _G.CONTENT, _F.CUSTOMER),
    _row(
        _C.AGENT_FILE_PATH,
        "[Agent] MMS첨부파일 상대경로체크, 지정경로체크",
        "[agent] MMS file outside the allowed path",
        _G.AGENT,
        _F.CUSTOMER,
    ),
    _row(_C.AGENT_DUPLICATE, "[Agent] 중복발송 차단", "[agent] duplicate blocked", _G.AGENT, _F.CUSTOMER),
    _row(_C.AGENT_TIMEOUT, "[Agent] 발송 Timeout", "[agent] timed out", _G.AGENT, _F.NONE),
    _row(_C.AGENT_BAD_SENDER, "[Agent] 유효하지 않은 발신번호", "[agent] invalid sender", _G.AGENT, _F.SENDER),
    _row(_C.AGENT_BAD_RECEIVER, "[Agent] 유효하지 않은 수신번호", "[agent] invalid receiver", _G.AGENT, _F.CUSTOMER),
    _row(
        _C.AGENT_CONTENT,
        "[Agent] 콘텐츠 오류 (MMS파일없음 등)",
        "[agent] content, such as no file",
        _G.AGENT,
        _F.CUSTOMER,
    ),
    _row(_C.AGENT_OTHER, "[Agent] 기타", "[agent] other", _G.AGENT, _F.CUSTOMER),
    _row(
        _C.BLOCKED_BY_FILTER,
        "중계사 고객필터링 차단 (발신번호, 수신번호, 메시지 등)",
        "blocked by the customer's filter",
        _G.POLICY,
        _F.CUSTOMER,
    ),
    _row(_C.OPTED_OUT, "중계사 080 수신거부", "receiver opted out (080)", _G.POLICY, _F.RECEIVER),
    _row(_C.DUPLICATE, "중계사 중복발송 차단", "duplicate blocked", _G.POLICY, _F.CUSTOMER),
    _row(_C.BAD_RECEIVER, "중계사 유효하지 않은 수신번호", "invalid receiver", _G.POLICY, _F.CUSTOMER),
    _row(_C.BAD_SENDER, "중계사 유효하지 않은 발신번호", "invalid sender", _G.POLICY, _F.SENDER),
    _row(_C.SENDER_NOT_REGISTERED, "중계사 발신번호 미등록 차단", "sender not registered", _G.POLICY, _F.SENDER),
    _row(_C.POLICY_OTHER, "중계사 시스템필터링 기타", "blocked by the relay, other", _G.POLICY, _F.SENDER),
    _row(_C.TIME_LIMIT_PASSED, "발송제한 시간 초과", "time limit passed before sending", _G.LIMIT, _F.NONE),
    _row(_C.BAD_USERCODE, "식별번호 오류", "bad identification code (USERCODE)", _G.POLICY, _F.CUSTOMER),
    _row(_C.NO_BALANCE, "잔액부족", "not enough balance", _G.LIMIT, _F.CUSTOMER),
    _row(_C.MONTHLY_LIMIT, "월 발송량 초과", "monthly limit reached", _G.LIMIT, _F.CUSTOMER),
    _row(_C.DAILY_LIMIT, "일 발송량 초과", "daily limit reached", _G.LIMIT, _F.CUSTOMER),
    _row(_C.RATE_LIMIT, "초당 발송량 초과 (재전송 필요)", "too many a second, send again", _G.RETRY, _F.CUSTOMER),
    _row(_C.BUSY, "발송시스템 일시적인 부하 (재전송 필요)", "relay busy, send again", _G.RETRY, _F.RELAY),
    _row(_C.SEND_NETWORK_ERROR, "전송 네트워크 오류 (재전송 필요)", "network error, send again", _G.RETRY, _F.RELAY),
    _row(_C.OUTSIDE_SYSTEM_DOWN, "외부발송시스템 장애 (재전송 필요)", "carrier down, send again", _G.RETRY, _F.CARRIER),
    _row(_C.SYSTEM_DOWN, "발송시스템 장애 (재전송 필요)", "relay down, send again", _G.RETRY, _F.RELAY),
)

RESULTS: Final[Mapping[int, ResultMeaning]] = MappingProxyType({row.number: row for row in _ROWS})
"""Every code of the manual's section C, in ascending order."""

_NEWER_ROWS: Final = (
    (12, "번호이동된 번호", "number ported to another carrier", _G.NUMBER, _F.CUSTOMER),
    (35, "수발신 번호 오류", "bad sender or receiver number", _G.NUMBER, _F.CUSTOMER),
    (38, "회신 건수 제한 초과", "limit of returns reached", _G.CARRIER, _F.SENDER),
    (39, "동일 메시지 제한", "limit of equal messages reached", _G.CARRIER, _F.SENDER),
    (49, "이통사 수신자 오류", "receiver error at the carrier", _G.CARRIER, _F.RECEIVER),
    (55, "이통사 처리시간 초과", "timed out at the carrier", _G.CARRIER, _F.CARRIER),
    (56, "이통사 동일 메시지 제한", "limit of equal messages reached (carrier)", _G.CARRIER, _F.SENDER),
    (57, "결과 수신시간 초과", "result did not come in time", _G.CARRIER, _F.CARRIER),
    (58, "결과 미수신", "no report came", _G.CARRIER, _F.CARRIER),
)
NEWER_RESULTS: Final[Mapping[int, ResultMeaning]] = MappingProxyType({row[0]: _row(*row) for row in _NEWER_ROWS})
"""Codes that newer gateways of the family give and the manual lacks. They are read, and never given by samlink; 91,
which they use too, is the manual's."""

NETWORK_RESULTS: Final = frozenset(
    row.number for row in _ROWS if row.given_by is GivenBy.NETWORK and row.group is not Group.KAKAO
)
"""What a telephone network can answer: 5 to 11, 13 to 16, 20 to 23, 28, 29, 36, 37, 50 to 54, 59."""

STATES: Final = frozenset(row.number for row in _ROWS if not row.final)
"""The states of a message that are not results: 0 and 1."""

KAKAO_RESULTS: Final = frozenset(row.number for row in _ROWS if row.group is Group.KAKAO)
"""What Kakao can answer beside 6: 62 to 64."""

RESEND_RESULTS: Final = frozenset(row.number for row in _ROWS if row.resend)
"""What says "not sent, send again": 95 to 99."""

_OTHER_OF_TENS: Final[Mapping[int, ResultCode]] = {
    1: ResultCode.SPAM_OTHER,
    2: ResultCode.HANDSET_OTHER,
    5: ResultCode.CARRIER_OTHER,
    6: ResultCode.CONTENT_OTHER,
    7: ResultCode.AGENT_OTHER,
    8: ResultCode.POLICY_OTHER,
}
"""The manual numbers by tens, and most tens have a code for "other"."""


def result(number: int) -> ResultMeaning:
    """The row of a RESULT, the manual's or a newer one. A number without one is a final failure, judged as the "other"
    of its tens."""
    known = RESULTS.get(number) or NEWER_RESULTS.get(number)
    if known is not None:
        return known
    other = RESULTS[_OTHER_OF_TENS.get(number // 10, ResultCode.OTHER_FAILURE)]
    return replace(other, number=number, korean=f"알 수 없는 결과 ({number})", english=f"unknown result ({number})")
