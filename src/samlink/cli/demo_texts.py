"""What `samlink demo` says, in English and Korean."""

from collections.abc import Mapping
from typing import Final

DEMO: Final[Mapping[str, tuple[str, str]]] = {
    "demo.cannot_write": ("{path} cannot be written: {why}.", "{path}에 쓸 수 없습니다: {why}."),
    "demo.sending": (
        "Account {id} sends an SMS, an LMS, an MMS and an AlimTalk over TCP (times in KST):",
        "{id} 계정으로 SMS, LMS, MMS, 알림톡을 TCP로 보냅니다 (시각은 KST):",
    ),
    "demo.totals": (
        "{count} of {total} delivered. The balance of {id} is {balance}.",
        "총 {total}건 중 {count}건 전송 성공. {id} 계정의 잔액은 {balance}입니다.",
    ),
    "demo.incomplete": (
        "not every message of the demo was delivered within {seconds} s.",
        "{seconds}초 안에 데모 메시지를 모두 전송하지 못했습니다.",
    ),
    "demo.next": ("Send the next message from another terminal:", "다른 터미널에서 메시지를 보내 보십시오:"),
    "demo.failing": (
        "The receiver's last two digits choose the result; 08 is a handset that is switched off:",
        "수신번호의 마지막 두 자리가 결과를 정합니다. 08은 단말기 전원 꺼짐입니다:",
    ),
    "demo.fallback": (
        "The AlimTalk's receiver (...{to}) is not on Kakao, so an SMS went out instead, and is charged as one.",
        "알림톡 수신자(...{to})는 카카오 사용자가 아니어서 SMS로 대체 발송했고, SMS로 과금됩니다.",
    ),
    "demo.kakao": ("Kakao's channel and template of the demo:", "데모의 카카오 채널과 템플릿으로 보내기:"),
    "demo.ledger": ("See what it cost, where each message is, and that all agrees:", "과금, 메시지 상태, 정합성 확인:"),
    "demo.password": (
        "The password stands in {path}, which only you can read.",
        "비밀번호는 본인만 읽을 수 있는 {path}에 있습니다.",
    ),
}
