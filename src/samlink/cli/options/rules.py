"""The admission rules on the command line: their names, and which mode an account has each in."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, NamedTuple

from samlink.cli.errors import WrongUsageError
from samlink.cli.language import _, is_korean
from samlink.cli.output.formatting import masked
from samlink.cli.reasons import plain
from samlink.core.input import quoted

if TYPE_CHECKING:
    from samlink.core.account import Account

RULE_NAMES: Final = (
    "message format",
    "message kind",
    "callback URL",
    "receiver form",
    "sender form",
    "sender registered",
    "user code",
    "user code digits",
    "opted out",
    "opted out everywhere",
    "sender filter",
    "receiver filter",
    "word filter",
    "advertisement form",
    "FriendTalk hours",
    "advertisement hours",
    "content size",
    "Kakao text length",
    "Kakao profile",
    "Kakao template",
    "Kakao template text",
    "Kakao attachment",
    "Kakao template buttons",
    "fallback characters",
    "fallback size",
    "time limit",
    "duplicate",
    "monthly limit",
    "daily limit",
    "messages a second",
)
"""Every rule that can be switched, in the order of precedence. `samlink.core` has them; here they stand once more since
help pages load nothing heavy (tests/cli/test_admission_lists.py holds the two together)."""
_KOREAN: Final = {
    "message format": "메시지 형식",
    "unreadable field": "읽을 수 없는 필드",
    "message kind": "메시지 종류",
    "callback URL": "Callback URL 필수",
    "receiver form": "수신번호 형식",
    "sender form": "발신번호 형식",
    "sender registered": "발신번호 등록",
    "user code": "식별코드 필수",
    "user code digits": "식별코드 9자리",
    "opted out": "수신거부",
    "opted out everywhere": "전체 수신거부",
    "sender filter": "발신번호 필터",
    "receiver filter": "수신번호 필터",
    "word filter": "문구 필터",
    "advertisement form": "광고 표기",
    "FriendTalk hours": "친구톡 발송 시간",
    "advertisement hours": "광고 발송 시간",
    "content size": "내용 크기",
    "Kakao text length": "카카오 내용 길이",
    "Kakao profile": "발신프로필",
    "Kakao template": "템플릿 등록",
    "Kakao template text": "템플릿 내용 일치",
    "Kakao attachment": "카카오 첨부",
    "Kakao template buttons": "템플릿 버튼 일치",
    "fallback characters": "대체 발송 문자",
    "fallback size": "대체 발송 크기",
    "time limit": "발송제한시간",
    "duplicate": "중복 발송",
    "monthly limit": "월 발송 한도",
    "daily limit": "일 발송 한도",
    "messages a second": "초당 발송 한도",
    "balance": "잔액",
}
MODES: Final = ("off", "warn", "on")
DEFAULT: Final = "default"
_ALWAYS_ON: Final = "balance"
_OFF_BY_DEFAULT: Final = "duplicate"
_COLUMNS: Final = 3
_NUMBER: Final = re.compile(r"(?<!\w)0\d{1,3}-?\d{3,4}-?\d{4}(?!\w)", re.ASCII)


class RuleMode(NamedTuple):
    """One rule, as one account has it."""

    name: str
    result: int
    mode: str
    default: str
    switchable: bool


def rule_list() -> str:
    """The names for a help page, two a line."""
    cells = [f"{name:<24}" for name in RULE_NAMES]
    lines = ("  " + "".join(cells[first : first + _COLUMNS]).rstrip() for first in range(0, len(cells), _COLUMNS))
    return "\n".join(("\b", "Rules, in the order of their precedence:", *lines))


def rule_name(name: str) -> str:
    """A rule's name, by which it is switched; for a Korean reader with its Korean name."""
    return f"{name} ({_KOREAN[name]})" if is_korean() and name in _KOREAN else name


def reason_of(reason: str, *, reveal: bool = False) -> str:
    """Why a message was refused: the rule, and its finding."""
    name, colon, detail = reason.partition(": ")
    return rule_name(name) + colon + plain(detail if reveal else without_numbers(detail))


def without_numbers(text: str) -> str:
    """`text` with possible telephone numbers masked: an earlier samlink quoted messages in its reasons."""
    return _NUMBER.sub(lambda found: masked(found[0].replace("-", "")), text)


def checked_rules(texts: Iterable[str]) -> dict[str, str | None]:
    """`NAME=MODE` by English name; None for the mode `default`. The name may be the Korean one;
    case, spaces and hyphens do not matter.

    Raises WrongUsageError.
    """
    return dict(map(_rule, texts))


def rule_modes(account: "Account") -> list[RuleMode]:
    """Every rule with its code, as the account has it, in the order of precedence."""
    from samlink.core.limits import LIMIT_RULES
    from samlink.core.rules import RULES

    defaults = [(rule.name, int(rule.result), str(rule.default)) for rule in RULES]
    defaults += [(rule.name, int(rule.result), "off" if rule.name == _OFF_BY_DEFAULT else "on") for rule in LIMIT_RULES]
    return [_as_set(account, name, result, default) for name, result, default in defaults]


def _as_set(account: "Account", name: str, result: int, default: str) -> RuleMode:
    if name == _ALWAYS_ON:
        return RuleMode(name, result, mode=default, default=default, switchable=False)
    return RuleMode(name, result, mode=account.rules.get(name, default), default=default, switchable=True)


def _rule(text: str) -> tuple[str, str | None]:
    given, _sep, mode = (part.strip() for part in text.rpartition("="))
    mode = mode.lower()
    if not given or mode not in (*MODES, DEFAULT):
        raise WrongUsageError(
            _("--rule: {text} is not NAME=MODE with a mode of off, warn, on or default."), text=quoted(text)
        )
    known = {_folded(form): name for name in (*RULE_NAMES, _ALWAYS_ON) for form in _forms(name)}
    name = known.get(_folded(given))
    if name is None:
        raise WrongUsageError(
            _("--rule: there is no rule {name}; `samlink account rules ID` lists all."), name=quoted(given)
        )
    if name == _ALWAYS_ON:
        raise WrongUsageError(
            _("--rule: {name} cannot be switched: a message that is not paid for is never sent."), name=rule_name(name)
        )
    return name, None if mode == DEFAULT else mode


def _forms(name: str) -> tuple[str, str, str]:
    """How a rule may be named: in English, in Korean, and as `samlink account rules` shows it to a Korean."""
    return name, _KOREAN[name], f"{name} ({_KOREAN[name]})"


def _folded(name: str) -> str:
    return "".join(name.replace("-", " ").replace("_", " ").casefold().split())
