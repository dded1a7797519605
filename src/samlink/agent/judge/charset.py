"""Texts made fit for CP949, before anything is sent. Pure.

There are two borders. A character that CP949 lacks (an emoji, a letter of another script) cannot be sent at all. One
that it has beyond KS X 1001 (6,475 more Hangul syllables, such as 똠 and 펲; two bytes that are not both 0xA1 or more)
can be sent, but carriers guarantee only those of KS X 1001 in an SMS.
"""

import enum
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from samlink.agent.errors import AgentError
from samlink.vocabulary.problem import N_
from samlink.vocabulary.text import CHARSET, composed

INSTEAD: Final = "?"
_KS_X_1001: Final = "euc_kr"

_EQUIVALENTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys("‐‑‒–−", "-"),
        "—": "―",
        **dict.fromkeys("•‧∙⋅・◦", "·"),
        **dict.fromkeys("‚‛", "‘"),
        **dict.fromkeys("„‟", "“"),
        **dict(zip("«»‹›", "《》〈〉", strict=True)),
        **dict(zip("₩¥£¢¬¯‾¦‖〜⁄", "￦￥￡￠￢￣￣|∥～/", strict=True)),
        **dict(zip("▪▫►◄❤⭐✓✔", "■□▶◀♥★√√", strict=True)),
        "©": "(c)",
    }
)
"""Characters that look alike, where Unicode has no compatibility form that CP949 has."""
_VARIANTS: Final = frozenset(map(chr, range(0xFE00, 0xFE10)))
_MARKS: Final = frozenset({"Mn", "Me"})
"""What stands on or around the character before it."""


class Unfit(enum.StrEnum):
    """How a character that CP949 lacks is handled."""

    REFUSE = "refuse"
    """The row gets 78."""
    REPLACE = "replace"
    """It becomes `?`."""
    CLOSEST = "closest"
    """It becomes a similar one, or `?` if there is none; an invisible one is left out."""


class Beyond(enum.StrEnum):
    """How an SMS with a character beyond KS X 1001 is handled."""

    SEND = "send"
    """It is sent as it is."""
    LMS = "lms"
    """It goes as an LMS."""
    REPLACE = "replace"
    """The character becomes `?`."""


class UnfitError(AgentError):
    """A character that CP949 lacks; the sentence gives its position and code point, not the character."""

    def __init__(self, position: int, character: str) -> None:
        template = N_("character {position} ({code_point}) cannot be written in CP949")
        super().__init__("text.unfit", template, position=position, code_point=f"U+{ord(character):04X}")


def fitted(text: str, unfit: Unfit) -> str:
    """A text that CP949 has. Characters composed of several become one first, invisible ones go, and blanks of any kind
    become blanks, which loses nothing.

    Raises:
        UnfitError: `unfit` is REFUSE, and CP949 lacks a character.
    """
    if fits(text):
        return text
    whole = "".join(map(_seen, composed(text)))
    if unfit is not Unfit.REFUSE:
        return "".join(character if fits(character) else _INSTEAD[unfit](character) for character in whole)
    try:
        whole.encode(CHARSET)
    except UnicodeEncodeError as error:
        character = whole[error.start]
        raise UnfitError(text.find(character) + 1 or error.start + 1, character) from None
    return whole


def fits(text: str) -> bool:
    """Whether CP949 has all of it."""
    try:
        text.encode(CHARSET)
    except UnicodeEncodeError:
        return False
    return True


def is_beyond(text: str) -> bool:
    """Whether a text that CP949 has needs more than KS X 1001."""
    # Python's euc_kr writes such a syllable as its letters, in eight bytes, and everything else as CP949 does.
    return not text.isascii() and len(text.encode(_KS_X_1001)) != len(text.encode(CHARSET))


def within_ks_x_1001(text: str) -> str:
    """A text that CP949 has, with `?` for characters beyond KS X 1001."""
    return "".join(INSTEAD if is_beyond(character) else character for character in text)


def _seen(character: str) -> str:
    """The character as one sees it: nothing of a joiner, a mark of direction or a variant selector."""
    if fits(character):
        return character
    category = unicodedata.category(character)
    if category == "Zs":
        return " "
    return "" if category == "Cf" or character in _VARIANTS else character


def _closest(character: str) -> str:
    """The most similar character of CP949."""
    if (equivalent := _EQUIVALENTS.get(character)) is not None:
        return equivalent
    if unicodedata.category(character) in _MARKS:
        return ""
    bare = "".join(part for part in unicodedata.normalize("NFKD", character) if not unicodedata.combining(part))
    for form in (unicodedata.normalize("NFKC", character), bare):
        if form and fits(form):
            return form
    return INSTEAD


_INSTEAD: Final = {Unfit.REPLACE: lambda _: INSTEAD, Unfit.CLOSEST: _closest}
