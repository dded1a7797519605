"""Write docs/result-codes.md from the tables of the codes and of the rules: `python scripts/result_codes_doc.py`.

The sentences stand in `result_codes_text.md` and in the tables below, keyed by the names of the code; everything that
the code knows comes from the code. A test fails when the page is not what this writes, or when a rule or a code that a
gateway gives has no sentence.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from samlink.carriers.simulator.plan import DIGIT_RESULTS, KAKAO_DIGIT_CODES
from samlink.core.images import NETWORK_FILE_LIMITS
from samlink.core.limits import LIMIT_RULES
from samlink.core.rules import RULES, Rule
from samlink.vocabulary.kakao import KAKAO_CODES, kakao_code
from samlink.vocabulary.kinds import KIND_NAMES, Kind
from samlink.vocabulary.results import (
    KAKAO_RESULTS,
    NETWORK_RESULTS,
    NEWER_RESULTS,
    RESEND_RESULTS,
    RESULTS,
    GivenBy,
    Group,
    ResultMeaning,
)
from samlink.vocabulary.results import ResultCode as Code

ROOT: Final = Path(__file__).resolve().parent.parent
TEXT: Final = ROOT / "scripts" / "result_codes_text.md"
DOCUMENT: Final = ROOT / "docs" / "result-codes.md"
PLACE: Final = re.compile(r"\{\{(\w+)\}\}")

REFUSES: Final[Mapping[str, str]] = {
    "message format": "lacks GRP_ID, MSG_ID, RECEIVER, or both a text and a file; for Kakao: lacks MSG, or has a KIND, "
    "AD_YN or ALT_TYPE that is none",
    "message kind": "is of a kind that the account may not send (`--kinds`)",
    "callback URL": "has no URL, of an account that may send callback URLs only",
    "receiver form": "has a RECEIVER other than 01x with 10 or 11 digits",
    "sender form": "has a SENDER that nobody may have; for Kakao only when a fallback is wanted",
    "sender registered": "has a SENDER that the account has not registered; for Kakao only when a fallback is wanted",
    "user code": "has no USERCODE",
    "user code digits": "has a USERCODE other than nine digits",
    "opted out": "goes to a number that opted out of this account's messages",
    "opted out everywhere": "goes to a number that opted out of everyone's messages",
    "sender filter": "has a SENDER that the account filters",
    "receiver filter": "has a RECEIVER that the account filters",
    "word filter": "has words that the account filters, in its text, subject, URL or fallback",
    "advertisement form": "is an advertisement and does not begin with `(광고)` and a name, or does not end with "
    "`무료수신거부 080…`; Kakao marks what AD_YN declares, so there the fallback must have the form, and a text that "
    "calls itself an advertisement must be declared",
    "FriendTalk hours": "is a FriendTalk due between 20:00 and 08:00 in Korea",
    "advertisement hours": "is an advertisement due between 21:00 and 08:00 in Korea",
    "content size": "has more text than its kind may have (SMS 100 bytes; LMS and MMS 2000, or the account's limit)",
    "Kakao text length": "has more than 1000 characters (FI and FW 400)",
    "Kakao profile": "names a sender key that the account has not, or that is blocked",
    "Kakao template": "names a template that the sender key has not, or that is blocked",
    "Kakao template text": "has a text that is not the template's with its variables filled in",
    "Kakao attachment": "has an ATTACHMENT that is not JSON or breaks a limit (16,000 bytes are the first); the reason "
    "says which",
    "Kakao template buttons": "has other buttons than the template",
    "fallback characters": "wants a fallback whose text CP949 has not all of",
    "fallback size": "wants a fallback whose text is too long for its kind (SMS 90 bytes, LMS 2000)",
    "time limit": "comes after its TIMEOUT_DT",
    "duplicate": "has receiver and content of one that was accepted within the account's window",
    "monthly limit": "is beyond the account's messages of a month (KST)",
    "daily limit": "is beyond the account's messages of a day (KST)",
    "messages a second": "is beyond the account's messages of a second",
    "balance": "costs more than a prepaid account has left; those after it in the packet too",
}
"""Rule → what it refuses: "a message that …"."""

ALSO: Final[Mapping[int, str]] = {
    Code.INITIAL: "the agent, in the customer's table: not sent yet",
    Code.REQUESTED: "the agent, in the customer's table: sent, and the result is awaited",
    Code.DELIVERED: "the carrier delivered it; or Kakao did, or the fallback (TELECOM tells which)",
    Code.OTHER_FAILURE: "the carrier said so; or no result came within the wait (SMS 24 h, MMS and Kakao 72 h); or the "
    "carrier's result was none of the manual's",
    Code.CARRIER_CONTENT: "the carrier said so: the simulated one when an MMS's files break its network's table",
    Code.CONTENT_SIZE: "acceptance, when no network takes the message's files together",
    Code.CONTENT_OTHER: "acceptance, when a file that the message names is not the account's, or is no longer kept",
    Code.POLICY_OTHER: "no rule of samlink; another relay may",
    Code.TIME_LIMIT_PASSED: "housekeeping, if it waited in the queue past its TIMEOUT_DT",
    Code.KAKAO_ERROR: "Kakao (below)",
    Code.KAKAO_TEMPLATE: "Kakao (below)",
    Code.KAKAO_PROFILE: "Kakao (below)",
}
"""What gives a code beside the rules."""

_LATER: Final = "dispatch, when the carrier has said for about a day that it takes no more, and this last"


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def who(row: ResultMeaning) -> str:
    """Who gives a code to a customer of this gateway."""
    if row.given_by is GivenBy.AGENT:
        return "agent"
    names = [name for name, gives in (("gateway", bool(rules_of(row.number))), ("carrier", from_carrier(row))) if gives]
    if row.number in {Code.OTHER_FAILURE, Code.TIME_LIMIT_PASSED} and "gateway" not in names:
        names.insert(0, "gateway")
    return " or ".join(names) or "nobody here"


def from_carrier(row: ResultMeaning) -> bool:
    """Whether a carrier can be the source of a code."""
    return row.number in NETWORK_RESULTS | KAKAO_RESULTS | RESEND_RESULTS


def rules_of(number: int) -> list[str]:
    """The names of the rules that give a code, in the order of precedence."""
    found = [str(rule.name) for rule in RULES if rule.result == number]
    return found + [str(rule.name) for rule in LIMIT_RULES if rule.result == number]


def when(row: ResultMeaning) -> str:
    """When a code is given."""
    if row.group is Group.AGENT:
        return "the customer-side agent, in the customer's table; never by a gateway"
    parts = [f"rule {', '.join(f'*{name}*' for name in names)}"] if (names := rules_of(row.number)) else []
    if row.number in ALSO:
        parts.append(ALSO[row.number])
    elif row.number in RESEND_RESULTS:
        parts.append(_LATER)
    elif row.number in NETWORK_RESULTS:
        parts.append("the carrier said so")
    return "; ".join(parts)


def codes() -> str:
    """Every result code."""
    rows = [
        (
            str(row.number),
            row.korean,
            row.english,
            who(row),
            when(row),
            "yes" if row.charged else "no",
            "yes" if row.resend else "no",
        )
        for row in RESULTS.values()
    ]
    return markdown(("RESULT", "뜻", "meaning", "given by", "when", "charged", "send again"), rows)


def newer() -> str:
    """Codes of newer gateways that the manual lacks."""
    rows = [(str(row.number), row.korean, row.english, row.fault.value) for row in NEWER_RESULTS.values()]
    return markdown(("RESULT", "뜻", "meaning", "fault"), rows)


def rules() -> str:
    """The rules of admission, in the order of precedence."""
    rows = [
        (str(place), rule.name, str(int(rule.result)), rule.default.value, _kinds(rule), REFUSES[rule.name])
        for place, rule in enumerate(RULES, 1)
    ]
    return markdown(("", "rule", "RESULT", "by default", "kinds", "refuses a message that"), rows)


def _kinds(rule: Rule) -> str:
    return "all" if len(rule.kinds) == len(Kind) else ", ".join(KIND_NAMES[kind] for kind in sorted(rule.kinds))


def limits() -> str:
    """The rules of the accepting transaction, in the order of precedence."""
    rows = [(rule.name, str(int(rule.result)), REFUSES[rule.name]) for rule in LIMIT_RULES]
    return markdown(("rule", "RESULT", "refuses a message that"), rows)


def kakao() -> str:
    """Kakao's own codes."""
    rows = [
        (row.code, row.korean, row.english, str(int(row.result)), "no" if row.uncertain else _fallback(int(row.result)))
        for row in KAKAO_CODES.values()
    ]
    return markdown(("code", "뜻", "meaning", "RESULT", "fallback"), rows)


def _fallback(number: int) -> str:
    return "not needed" if number == Code.DELIVERED else "yes"


def networks() -> str:
    """What each network takes of files."""
    rows = [
        (network.name, network.value, "/".join(sorted(limit.extensions)), f"{limit.bytes_limit // 1024} KB", str(count))
        for network, lines in NETWORK_FILE_LIMITS.items()
        for limit in lines
        for count in (limit.count_limit,)
    ]
    return markdown(("network", "TELECOM", "files", "each at most", "how many"), rows)


def digits() -> str:
    """What the simulated carrier makes of a receiver's last two digits."""
    rows = [
        ("SMS, LMS, MMS", ", ".join(digits for digits, code in DIGIT_RESULTS.items() if code != Code.DELIVERED)),
        *(
            (f"Kakao, {digits}", f"{int(kakao_code(code).result)} ({code})")
            for digits, code in KAKAO_DIGIT_CODES.items()
        ),
    ]
    return markdown(("message", "result"), rows)


PARTS: Final[dict[str, Callable[[], str]]] = {
    function.__name__: function for function in (codes, newer, rules, limits, kakao, networks, digits)
}


def document() -> str:
    """What docs/result-codes.md has to be.

    Raises:
        KeyError: the text names a table that there is none of, or a rule has no sentence.
    """
    return PLACE.sub(lambda place: PARTS[place[1]](), TEXT.read_text(encoding="utf-8"))


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
