"""The rules of admission once more, slowly: every rule is asked, in words as plain as they can be."""

import datetime
import json
import re
from typing import Any

from samlink.core import kakao
from samlink.core.account import Account
from samlink.core.message import NewMessage
from samlink.core.policy import Policy
from tests.core.sample import KST

DEFAULTS_OFF = ("user code", "user code digits")
NAMES = {1: "sms", 2: "lms", 3: "mms", 4: "at", 5: "ft"}


def expected(message: NewMessage, account: Account, policy: Policy, now_ms: int) -> tuple[int | None, str, list[str]]:
    """The code, the name of the rule, and the names of those that only warn before it."""
    warnings: list[str] = []
    for name, code, refuses in findings(message, account, policy, now_ms):
        mode = account.rules.get(name, "off" if name in DEFAULTS_OFF else "on")
        if refuses and mode == "on":
            return code, name, warnings
        if refuses and mode == "warn":
            warnings.append(name)
    return None, "", warnings


def findings(message: NewMessage, account: Account, policy: Policy, now_ms: int) -> list[tuple[str, int, bool]]:
    """Each rule's name and code, and whether it has something against the message; in the order of precedence."""
    is_kakao = message.kind in (4, 5)
    parts = parts_of(message)
    fallback = is_kakao and parts["alt_type"] != "N"
    sender_needed = not is_kakao or fallback
    code = message.user_code
    texts = [message.text, message.subject, message.url, parts["alt_text"], parts["alt_subject"]]
    words = [given.value.lower() for given in policy.filters if given.kind == "words"]
    return [
        ("message format", 3, format_bad(message, parts)),
        ("message kind", 61, NAMES[message.kind] not in account.kinds),
        ("callback URL", 61, account.service_class == 2 and message.url == ""),
        ("receiver form", 86, not re.fullmatch("01[016789][0-9]{7,8}|050[0-9]{8,9}", message.receiver)),
        ("sender form", 87, sender_needed and not sender_good(message.sender)),
        ("sender registered", 88, sender_needed and message.sender not in policy.senders),
        ("user code", 91, code == ""),
        ("user code digits", 91, not re.fullmatch("[0-9]{9}", code)),
        ("opted out", 81, message.receiver in policy.opted_out),
        ("opted out everywhere", 81, message.receiver in policy.opted_out_everywhere),
        ("sender filter", 80, message.sender in values(policy, "sender")),
        ("receiver filter", 80, message.receiver in values(policy, "receiver")),
        ("word filter", 80, any(word in text.lower() for word in words for text in texts)),
        ("advertisement form", 80, advertisement_bad(message, parts, fallback)),
        ("FriendTalk hours", 62, message.kind == 5 and not 8 <= hour(message) < 20),
        ("advertisement hours", 80, is_ad(message, parts) and not 8 <= hour(message) < 21),
        ("content size", 60, not is_kakao and size(message.text) > limit(message, account)),
        ("Kakao text length", 62, is_kakao and len(message.text) > (400 if parts["kind"] in ("FI", "FW") else 1000)),
        *kakao_findings(message, parts, policy),
        *fallback_findings(message, parts, fallback),
        ("time limit", 90, message.expires_at_ms is not None and now_ms >= message.expires_at_ms),
    ]


def parts_of(message: NewMessage) -> dict[str, str]:
    names = ("kind", "ad", "sender_key", "template_code", "attachment", "alt_subject", "alt_text")
    given: dict[str, Any] = json.loads(message.kakao) if message.kakao else {}
    return {**dict.fromkeys(names, ""), "alt_type": "N", **given}


def format_bad(message: NewMessage, parts: dict[str, str]) -> bool:
    if "" in (message.group_id, message.message_id, message.receiver) or message.text + message.files == "":
        return True
    if message.kind not in (4, 5):
        return False
    kinds = ("AT", "AI") if message.kind == 4 else ("FT", "FI", "FW")
    wrong = parts["kind"] not in kinds or parts["ad"] not in ("", "Y", "N") or parts["alt_type"] not in "NSLA"
    return wrong or message.text == "" or parts["alt_type"] == ""


def sender_good(number: str) -> bool:
    if not number.isdigit():
        return False
    if len(number) == 8 and number[:2] in ("15", "16", "18"):
        return True
    if number[:3] == "080":
        return 9 <= len(number) <= 11
    areas = ["070", *(f"01{digit}" for digit in "016789")]
    areas += [f"0{area}" for area in (31, 32, 33, 41, 42, 43, 44, 51, 52, 53, 54, 55, 61, 62, 63, 64)]
    if number[:2] == "02":
        return len(number) in (9, 10)
    return number[:3] in areas and len(number) in (10, 11)


def values(policy: Policy, kind: str) -> list[str]:
    return [given.value for given in policy.filters if given.kind == kind]


def hour(message: NewMessage) -> int:
    return datetime.datetime.fromtimestamp(message.due_at_ms / 1000, KST).hour


def size(text: str) -> int:
    return len(text.encode("cp949", "replace"))


def limit(message: NewMessage, account: Account) -> int:
    if message.kind == 1:
        return 100
    return account.max_msg_size if account.variable else 2000


def says_ad(text: str) -> bool:
    return "(광고)" in text or "무료수신거부" in text


def in_form(text: str, subject: str) -> bool:
    begins = any(re.match(r"\(광고\)\S", given) and "(광고)무료" not in given for given in (text, subject))
    return begins and re.search(r"무료수신거부 080[0-9]{7}$", text) is not None


def is_ad(message: NewMessage, parts: dict[str, str]) -> bool:
    texts = (message.text, message.subject, parts["alt_text"], parts["alt_subject"])
    return parts["ad"] == "Y" or any(map(says_ad, texts))


def advertisement_bad(message: NewMessage, parts: dict[str, str], fallback: bool) -> bool:
    if message.kind not in (4, 5):
        return is_ad(message, parts) and not in_form(message.text, message.subject)
    if parts["ad"] == "Y":
        return fallback and not in_form(parts["alt_text"] or message.text, parts["alt_subject"])
    return any(map(says_ad, (message.text, parts["alt_text"], parts["alt_subject"])))


def kakao_findings(message: NewMessage, parts: dict[str, str], policy: Policy) -> list[tuple[str, int, bool]]:
    if message.kind not in (4, 5):
        return []
    profile = policy.profiles.get(parts["sender_key"])
    faulty = kakao.attachment_fault(parts["attachment"]) is not None
    found = [
        ("Kakao profile", 64, profile is None or profile.blocked),
        ("Kakao attachment", 63, faulty),
    ]
    if message.kind == 4:
        template = policy.templates.get((parts["sender_key"], parts["template_code"]))
        if template is None or template.blocked:
            found.insert(1, ("Kakao template", 63, True))
        else:
            found.insert(1, ("Kakao template text", 63, not kakao.matches(template.text, message.text)))
            differ = not faulty and not kakao.buttons_match(template, parts["attachment"])
            found.append(("Kakao template buttons", 63, differ))
    return found


def fallback_findings(message: NewMessage, parts: dict[str, str], fallback: bool) -> list[tuple[str, int, bool]]:
    text = parts["alt_text"] or message.text
    try:
        written = len(text.encode("cp949"))
    except UnicodeEncodeError:
        return [("fallback characters", 69, fallback)]
    return [("fallback size", 60, fallback and written > (90 if parts["alt_type"] == "S" else 2000))]
