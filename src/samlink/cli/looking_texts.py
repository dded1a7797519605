"""What the commands that look at accounts and messages say beyond the rest, in English and Korean."""

from collections.abc import Mapping
from typing import Final

LOOKING: Final[Mapping[str, tuple[str, str]]] = {
    "completion.no_shell": ("{text} is not one of {known}.", "{text:은는} {known} 중 하나가 아닙니다."),
    "account.unknown_but_closed": (
        "account {id} was removed; `samlink account show`, `history`, `ledger` and `find` read it with --closed.",
        "{id} 계정은 해지되었습니다. `samlink account show`, `history`, `ledger`, `find`에 --closed를 주십시오.",
    ),
    "account.none_closed": ("no account {id} was ever removed.", "해지된 {id} 계정이 없습니다."),
    "account.no_number": (
        "there is no account {id} of number {number}; `samlink account list --all` shows all.",
        "내부 번호가 {number}인 {id} 계정이 없습니다. `samlink account list --all`로 목록을 볼 수 있습니다.",
    ),
    "account.is_closed": ("This account was removed.", "해지된 계정입니다."),
    "account.confirm": (
        "account {id}, balance {balance}, would be closed for good: give --yes to do it.",
        "{id} 계정(잔액 {balance})을 해지하면 되돌릴 수 없습니다. 해지하려면 --yes를 지정하십시오.",
    ),
    "find.state_reserved": ("reserved until {until}", "{until}까지 예약 대기"),
    "find.sender": ("Sender", "발신번호"),
    "find.size": ("Size", "크기"),
    "find.characters": (
        "{count} characters, subject {subject}, files {files}",
        "{count}자, 제목 {subject}자, 파일 {files}개",
    ),
    "find.wiped": ("wiped", "삭제됨"),
    "find.price": ("Price", "금액"),
    "find.refunded": ("{price}, given back", "{price}, 환불됨"),
    "find.carrier": ("Carrier", "이통사 연동"),
    "find.telecom": ("Telecom", "이통사"),
    "find.reserved": ("Reserved until (KST)", "예약시각 (KST)"),
    "find.expires": ("Not sent after (KST)", "발송제한시각 (KST)"),
    "find.submitted": ("Given to the carrier (KST)", "이통사 접수시각 (KST)"),
    "find.sent": ("Sent (KST)", "발송시각 (KST)"),
    "find.settled": ("Result came (KST)", "결과수신시각 (KST)"),
    "find.reported": ("Result acknowledged (KST)", "고객 결과확인시각 (KST)"),
}
