"""Kakao (KMS, an extension of ours: docs/protocol.md): what a message must be before Kakao is asked.

A fault of the template or the attachment is result 63, of the profile 64, of anything else 62. All pure: profiles and
templates come as arguments.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec

from samlink.vocabulary.kakao import ATTACHMENT_BYTES_TAKEN
from samlink.vocabulary.language import Phrase, phrase
from samlink.vocabulary.problem import N_
from samlink.vocabulary.text import composed

BUTTONS_LIMIT: Final = 5
BUTTONS_WITH_REPLIES_LIMIT: Final = 2
QUICK_REPLIES_LIMIT: Final = 10
ITEMS_LEAST: Final = 2
ITEMS_LIMIT: Final = 10
TITLE_CHARACTERS: Final = 50
HEADER_CHARACTERS: Final = 16
QUIET_FROM_HOUR: Final = 20
QUIET_UNTIL_HOUR: Final = 8
"""FriendTalk is not sent from 20:00 to 08:00 (KST)."""

BUTTON_TYPES: Final[Mapping[str, tuple[str, ...]]] = {
    "WL": ("url_mobile",),
    "AL": ("scheme_android", "scheme_ios"),
    "BK": (),
    "MD": (),
    "BC": (),
    "BT": (),
    "DS": (),
    "AC": (),
    "BF": (),
    "P1": (),
    "P2": (),
    "P3": (),
}
"""Button type → what it cannot do without."""


class Template(msgspec.Struct, frozen=True):
    """An approved template of one profile."""

    sender_key: str
    code: str
    text: str
    """With `#{name}` where the message may have anything."""
    buttons: str = ""
    """The approved buttons as JSON, or empty for none."""
    blocked: bool = False


class Profile(msgspec.Struct, frozen=True):
    """A Kakao channel's profile that an account may send from."""

    sender_key: str
    name: str = ""
    blocked: bool = False


def template_parts(text: str) -> list[str]:
    """The literal parts of a template, between its `#{…}`; one more than there are variables."""
    parts: list[str] = []
    rest = text
    while True:
        literal, opening, after = rest.partition("#{")
        name, closing, following = after.partition("}")
        if not opening or not closing or not name:
            parts.append(rest)
            return parts
        parts.append(literal)
        rest = following


def matches(template: str, text: str) -> bool:
    """Whether `text` is the template with something in the place of each variable; linear in both lengths.

    Line ends are compared as LF, and Hangul of a Mac as its syllables, for databases and editors change them on the
    way.
    """
    template, text = (composed(value.replace("\r\n", "\n")) for value in (template, text))
    first, *others = template_parts(template)
    if not others:
        return text == first
    *middle, last = others
    if not text.startswith(first) or not text.endswith(last) or len(text) < len(first) + len(last):
        return False
    place, end = len(first), len(text) - len(last)
    for literal in middle:
        found = text.find(literal, place, end)
        if found < 0:
            return False
        place = found + len(literal)
    return True


def buttons_of(attachment: str) -> list[dict[str, Any]]:
    """The buttons of an attachment that `attachment_fault` has passed."""
    if not attachment:
        return []
    return list(parse_json(attachment).get("button", ()))


def buttons_match(template: Template, attachment: str) -> bool:
    """Whether the message's buttons are the template's: the same names and types in the same order, links as approved
    with their variables filled in."""
    approved = json.loads(template.buttons) if template.buttons else []
    given = buttons_of(attachment)
    return len(approved) == len(given) and all(map(_button_matches, approved, given))


def _button_matches(approved: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
    if approved.get("type") != given.get("type"):
        return False
    return all(matches(str(value), _text(given.get(name, ""))) for name, value in approved.items() if name != "type")


def _text(value: Any) -> str:
    return str(value) if isinstance(value, str | int | float) else ""


def parse_json(text: str) -> Any:
    """JSON from outside. Raises ValueError: it is none, is nested too deep, or has half of a surrogate pair in a text
    (as an escape), which is no character and which no store takes."""
    try:
        value = json.loads(text)
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode()
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    return value


def attachment_fault(attachment: str) -> Phrase | None:
    """The first fault of an ATTACHMENT, with its place; None if it has none."""
    if not attachment:
        return None
    if len(attachment.encode("utf-8", "replace")) > ATTACHMENT_BYTES_TAKEN:
        return phrase(N_("ATTACHMENT is over {limit} bytes"), limit=ATTACHMENT_BYTES_TAKEN)
    try:
        value = parse_json(attachment)
    except ValueError:
        return phrase(N_("ATTACHMENT is not JSON"))
    if not isinstance(value, dict):
        return phrase(N_("ATTACHMENT is not a JSON object"))
    if value.keys() - _CHECKS.keys():
        return phrase(N_("ATTACHMENT has unknown parts; the known ones are {names}"), names=", ".join(_CHECKS))
    for name, check in _CHECKS.items():
        if name in value and (fault := check(value[name])):
            return fault
    replies = _quick_replies(value)
    if replies and len(value.get("button", ())) > BUTTONS_WITH_REPLIES_LIMIT:
        return phrase(N_("with quick_reply there may be {limit} buttons"), limit=BUTTONS_WITH_REPLIES_LIMIT)
    return None


def _quick_replies(value: Mapping[str, Any]) -> Sequence[Any]:
    found = value.get("extra", {}).get("supplement", {}).get("quick_reply", ())
    return found if isinstance(found, list) else ()


def _button_fault(value: Any) -> Phrase | None:
    if not isinstance(value, list) or len(value) > BUTTONS_LIMIT:
        return phrase(N_("button is not a list of at most {limit}"), limit=BUTTONS_LIMIT)
    for number, button in enumerate(value, 1):
        if not isinstance(button, dict) or not button.get("name") or not isinstance(button.get("name"), str):
            return phrase(N_("button {number} has no {name}"), number=number, name="name")
        kind = button.get("type")
        needed = BUTTON_TYPES.get(kind) if isinstance(kind, str) else None
        if needed is None:
            return phrase(N_("button {number} has an unknown type"), number=number)
        if missing := [name for name in needed if not button.get(name)]:
            return phrase(N_("button {number} has no {name}"), number=number, name=missing[0])
    return None


def _item_fault(value: Any) -> Phrase | None:
    items = value.get("list") if isinstance(value, dict) else None
    if not isinstance(items, list) or not ITEMS_LEAST <= len(items) <= ITEMS_LIMIT:
        return phrase(N_("item.list has not {least} to {limit} items"), least=ITEMS_LEAST, limit=ITEMS_LIMIT)
    for number, item in enumerate([*items, *([value["summary"]] if "summary" in value else [])], 1):
        if not isinstance(item, dict) or not item.get("title") or not item.get("description"):
            return phrase(N_("item {number} has no title or description"), number=number)
    return None


def _highlight_fault(value: Any) -> Phrase | None:
    if not isinstance(value, dict) or not value.get("title") or not value.get("description"):
        return phrase(N_("item_highlight has no title or description"))
    return None


def _image_fault(value: Any) -> Phrase | None:
    return None if isinstance(value, dict) and value.get("img_url") else phrase(N_("image has no img_url"))


def _extra_fault(value: Any) -> Phrase | None:
    if not isinstance(value, dict):
        return phrase(N_("extra is not an object"))
    for name, limit in (("title", TITLE_CHARACTERS), ("header", HEADER_CHARACTERS)):
        if not isinstance(value.get(name, ""), str) or len(value.get(name, "")) > limit:
            return phrase(N_("extra.{name} is over {limit} characters"), name=name, limit=limit)
    supplement = value.get("supplement", {})
    replies = supplement.get("quick_reply", []) if isinstance(supplement, dict) else None
    if not isinstance(replies, list) or len(replies) > QUICK_REPLIES_LIMIT:
        return phrase(N_("extra.supplement.quick_reply is not a list of at most {limit}"), limit=QUICK_REPLIES_LIMIT)
    return None


_CHECKS: Final[Mapping[str, Callable[[Any], Phrase | None]]] = {
    "button": _button_fault,
    "item": _item_fault,
    "item_highlight": _highlight_fault,
    "image": _image_fault,
    "extra": _extra_fault,
}
