"""Kakao: the kinds of 1054, how long their parts may be, and the results that stand for Kakao's own codes.

1054 is an extension of ours (docs/protocol.md 7). Its codes, as relays pass them on, become 6, 62, 63 or 64 for the
customer. Kakao answers with four digits: 1xxx speak of the request, the contract and the channel, 2xxx and 3xxx of the
message, 4xxx of a message whose outcome Kakao cannot tell. Relays before it add 8xxx and 9xxx for what happened on the
way. The numbers are what several relays publish alike; the words are ours.

What "may have arrived" (`uncertain`) gets no fallback, since that could reach the person twice. A code without a row is
62, and is uncertain when it is of the classes 4, 8 and 9.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from samlink.vocabulary.results import ResultCode


class KakaoKind(enum.StrEnum):
    """KIND of 1054: what a Kakao message is."""

    ALIM_TALK = "AT"
    """Information by an approved template, to anybody."""
    ALIM_TALK_IMAGE = "AI"
    """The same, with an image."""
    FRIEND_TALK = "FT"
    """Free text, to friends of the channel; not from 20:00 to 08:00."""
    FRIEND_TALK_IMAGE = "FI"
    """The same, with an image."""
    FRIEND_TALK_WIDE = "FW"
    """The same, with a wide image."""


TEMPLATED: Final = frozenset({KakaoKind.ALIM_TALK, KakaoKind.ALIM_TALK_IMAGE})
"""Kinds that need an approved template; the others need the receiver to be a friend of the channel."""

LONGEST_TEXT_CHARACTERS: Final = 1000
TEXT_CHARACTERS: Final[Mapping[str, int]] = {
    KakaoKind.ALIM_TALK: LONGEST_TEXT_CHARACTERS,
    KakaoKind.ALIM_TALK_IMAGE: LONGEST_TEXT_CHARACTERS,
    KakaoKind.FRIEND_TALK: LONGEST_TEXT_CHARACTERS,
    KakaoKind.FRIEND_TALK_IMAGE: 400,
    KakaoKind.FRIEND_TALK_WIDE: 400,
}
"""Characters of MSG by KIND."""
TEXT_BYTES: Final = 4 * LONGEST_TEXT_CHARACTERS
"""MSG in UTF-8: characters of four bytes at most."""
SENDER_KEY_BYTES: Final = 40
"""SENDER_KEY, printable ASCII."""
TEMPLATE_CODE_BYTES: Final = 30
"""TEMPLATE_CODE, printable ASCII."""
ATTACHMENT_BYTES: Final = 99_999
"""What the five digits of ATTACH_LEN can say."""
ATTACHMENT_BYTES_TAKEN: Final = 16_000
"""Longest ATTACHMENT that is sent, UTF-8; what Kakao takes of buttons and items is far below, and a batch of messages
of the longest that ATTACH_LEN can say would not fit into what the store sends at once."""
ADVERTISEMENT: Final = "Y"
"""AD_YN of an advertisement; of anything else it is empty or `N`."""
ALT_TYPES: Final = frozenset({"N", "S", "L", "A"})
"""ALT_TYPE: no fallback, SMS, LMS, or by length."""

ACK_TIMEOUT: Final = "3005"
"""Sent, and the phone has not acknowledged it: it may arrive within three days."""
UNCERTAIN_CLASSES: Final = frozenset("489")
"""First digits of codes that say nothing of whether the message arrived."""


@dataclass(frozen=True, slots=True)
class KakaoCode:
    """One of Kakao's codes and what follows from it."""

    code: str
    """Four digits, or whatever the carrier gave."""
    korean: str
    english: str
    result: ResultCode
    """6, 62, 63 or 64."""
    uncertain: bool = False
    """The message may have arrived: no fallback."""

    def __str__(self) -> str:
        return f"{self.code} {self.english}"


_OK: Final = ResultCode.DELIVERED
_OTHER: Final = ResultCode.KAKAO_ERROR
_TEMPLATE: Final = ResultCode.KAKAO_TEMPLATE
_PROFILE: Final = ResultCode.KAKAO_PROFILE

_ROWS: Final = (
    KakaoCode("0000", "성공", "delivered", _OK),
    KakaoCode("1000", "성공", "delivered (as some relays say it)", _OK),
    KakaoCode("1001", "요청 본문이 JSON이 아님", "request is not JSON", _OTHER),
    KakaoCode("1002", "허브 파트너 키 오류", "unknown hub partner key", _OTHER),
    KakaoCode("1003", "발신 프로필 키 오류", "unknown sender key", _PROFILE),
    KakaoCode("1004", "요청 본문에 필수 항목 없음", "request lacks a field", _OTHER),
    KakaoCode("1006", "삭제된 발신 프로필", "sender profile deleted", _PROFILE),
    KakaoCode("1007", "차단된 발신 프로필", "sender profile blocked", _PROFILE),
    KakaoCode("1011", "계약 정보 없음", "no contract", _OTHER),
    KakaoCode("1012", "사용자 키 형식 오류", "malformed user key", _OTHER),
    KakaoCode("1013", "앱 연결 오류", "app not connected", _OTHER),
    KakaoCode("1014", "사업자등록번호 오류", "business number invalid", _PROFILE),
    KakaoCode("1015", "앱 사용자 아이디 오류", "unknown app user", _OTHER),
    KakaoCode("1016", "사업자등록번호 불일치", "business number is not the channel's", _PROFILE),
    KakaoCode("1020", "수신자 정보 오류", "receiver invalid or missing", _OTHER),
    KakaoCode("1021", "차단된 카카오톡 채널", "channel blocked", _PROFILE),
    KakaoCode("1022", "닫힌 카카오톡 채널", "channel closed", _PROFILE),
    KakaoCode("1023", "삭제된 카카오톡 채널", "channel deleted", _PROFILE),
    KakaoCode("1024", "삭제 대기 중인 카카오톡 채널", "channel about to be deleted", _PROFILE),
    KakaoCode("1025", "제재 중인 카카오톡 채널", "channel under sanctions", _PROFILE),
    KakaoCode("1026", "채널에서 쓸 수 없는 메시지 유형", "message type not allowed to the channel", _PROFILE),
    KakaoCode("1027", "메시지 제재 중인 카카오톡 채널", "channel's messages under sanctions", _PROFILE),
    KakaoCode("1030", "요청 파라미터 오류", "invalid parameter", _OTHER),
    KakaoCode("2003", "채널 친구가 아님", "not a friend of the channel", _OTHER),
    KakaoCode("2004", "템플릿 비교 중 오류", "template could not be compared", _TEMPLATE),
    KakaoCode("2006", "일련번호 형식 오류", "malformed serial number", _OTHER),
    KakaoCode("3000", "예기치 않은 오류", "unexpected error", _OTHER),
    KakaoCode(
        ACK_TIMEOUT, "수신 확인 안 됨(성공 불확실)", "not acknowledged, may have arrived", _OTHER, uncertain=True
    ),
    KakaoCode("3006", "카카오 내부 오류로 전송 실패", "not sent, Kakao's own error", _OTHER),
    KakaoCode("3008", "전화번호 오류", "invalid telephone number", _OTHER),
    KakaoCode("3010", "메시지 JSON 오류", "message is not JSON", _OTHER),
    KakaoCode("3011", "메시지가 없음", "no message", _OTHER),
    # A submit that was repeated because its answer was lost gets this when the first one had arrived.
    KakaoCode("3012", "일련번호 중복", "serial number used before, may have arrived", _OTHER, uncertain=True),
    KakaoCode("3013", "메시지가 비어 있음", "empty message", _OTHER),
    KakaoCode("3014", "메시지 길이 초과", "message too long", _OTHER),
    KakaoCode("3015", "템플릿 없음", "unknown template", _TEMPLATE),
    KakaoCode("3016", "메시지가 템플릿과 다름", "text does not match the template", _TEMPLATE),
    KakaoCode("3018", "메시지를 보낼 수 없는 사용자", "user cannot be written to", _OTHER),
    KakaoCode("3019", "카카오톡 사용자가 아님", "no Kakao user", _OTHER),
    KakaoCode("3020", "사용자가 수신을 차단함", "refused by the user", _OTHER),
    KakaoCode("3021", "지원하지 않는 카카오톡 버전", "user's KakaoTalk too old", _OTHER),
    KakaoCode("3022", "보낼 수 없는 시간(08시~20시만 가능)", "not at this hour (08 to 20 only)", _OTHER),
    KakaoCode("3024", "이미지를 보낼 수 없음", "image cannot be sent", _OTHER),
    KakaoCode("3025", "변수 길이 초과", "variable too long", _TEMPLATE),
    KakaoCode("3026", "버튼의 extra, event 길이 초과", "button's extra or event too long", _TEMPLATE),
    KakaoCode("3027", "버튼 또는 바로연결이 템플릿과 다름", "buttons or quick replies differ", _TEMPLATE),
    KakaoCode("3028", "강조 제목이 템플릿과 다름", "title differs from the template's", _TEMPLATE),
    KakaoCode("3029", "강조 제목 길이 초과", "title too long", _TEMPLATE),
    KakaoCode("3030", "메시지 유형이 템플릿과 다름", "type differs from the template's", _TEMPLATE),
    KakaoCode("3031", "헤더가 템플릿과 다름", "header differs from the template's", _TEMPLATE),
    KakaoCode("3032", "헤더 길이 초과", "header too long", _TEMPLATE),
    KakaoCode("3033", "아이템 하이라이트가 템플릿과 다름", "item highlight differs", _TEMPLATE),
    KakaoCode("3034", "아이템 하이라이트 제목 길이 초과", "item highlight's title too long", _TEMPLATE),
    KakaoCode("3035", "아이템 하이라이트 설명 길이 초과", "item highlight's description too long", _TEMPLATE),
    KakaoCode("3036", "아이템 리스트가 템플릿과 다름", "item list differs from the template's", _TEMPLATE),
    KakaoCode("3037", "아이템 설명 길이 초과", "item's description too long", _TEMPLATE),
    KakaoCode("3038", "아이템 요약이 템플릿과 다름", "item summary differs", _TEMPLATE),
    KakaoCode("3039", "아이템 요약 설명 길이 초과", "item summary's description too long", _TEMPLATE),
    KakaoCode("3040", "아이템 요약에 쓸 수 없는 문자", "item summary has other than an amount", _TEMPLATE),
    KakaoCode("4000", "전송 결과를 찾을 수 없음", "outcome not found, may have arrived", _OTHER, uncertain=True),
    KakaoCode("4001", "알 수 없는 메시지 상태", "outcome unknown, may have arrived", _OTHER, uncertain=True),
    KakaoCode(
        "8001", "카카오로 전송 중 오류", "broke off on the way to Kakao, may have arrived", _OTHER, uncertain=True
    ),
    KakaoCode("8004", "카카오의 응답 없음", "no answer from Kakao, may have arrived", _OTHER, uncertain=True),
)

KAKAO_CODES: Final[Mapping[str, KakaoCode]] = MappingProxyType({row.code: row for row in _ROWS})
"""The codes that are known, in ascending order."""


def kakao_code(code: str) -> KakaoCode:
    """The row of one of Kakao's codes. A code without one is 62, and uncertain by its class."""
    known = KAKAO_CODES.get(code)
    if known is not None:
        return known
    korean, english = f"알 수 없는 카카오 코드 ({code})", f"unknown Kakao code ({code})"
    return KakaoCode(code, korean, english, _OTHER, uncertain=code[:1] in UNCERTAIN_CLASSES)
