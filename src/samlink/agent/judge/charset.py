"""Texts made fit for CP949, before anything is sent. Pure.

Two borders: what CP949 does not have cannot be sent at all (an emoji, a letter of another script); what it has beyond
KS X 1001 (6,475 Hangul syllables more, such as 똠 and 펲; two bytes that are not both 0xA1 or more) can, but carriers
guarantee only KS X 1001's in an SMS.
"""

import enum
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from samlink.vocabulary.text import CHARSET
from samlink.wire.text import composed

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
_UNSEEN: Final = frozenset({"Cf", "Mn", "Me"})
"""Joiners, marks of direction, variants of an emoji's look."""


class Unfit(enum.StrEnum):
    """What becomes of a character that CP949 does not have."""

    REFUSE = "refuse"
    """The row gets 78."""
    REPLACE = "replace"
    """It becomes `?`."""
    CLOSEST = "closest"
    """It becomes what looks alike, and `?` where nothing does; what is not seen is left out."""


class Beyond(enum.StrEnum):
    """What becomes of an SMS with a character beyond KS X 1001."""

    SEND = "send"
    """It is sent as it is."""
    LMS = "lms"
    """It goes as an LMS."""
    REPLACE = "replace"
    """The character becomes `?`."""


class UnfitError(ValueError):
    """A character that CP949 does not have; the sentence tells its place and code point, and not the character."""

    def __init__(self, place: int, character: str) -> None:
        super().__init__(f"character {place} (U+{ord(character):04X}) cannot be written in CP949")


def fitted(text: str, unfit: Unfit) -> str:
    """A text that CP949 has. What is composed of several characters becomes one first, which loses nothing.

    Raises:
        UnfitError: `unfit` is REFUSE, and a character has no place in CP949.
    """
    if fits(text):
        return text
    whole = composed(text)
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
    """A text that CP949 has, with `?` for what is beyond KS X 1001."""
    return "".join(INSTEAD if is_beyond(character) else character for character in text)


def _closest(character: str) -> str:
    """What looks like a character that CP949 does not have."""
    if (equivalent := _EQUIVALENTS.get(character)) is not None:
        return equivalent
    if unicodedata.category(character) in _UNSEEN:
        return ""
    bare = "".join(part for part in unicodedata.normalize("NFKD", character) if not unicodedata.combining(part))
    for form in (unicodedata.normalize("NFKC", character), bare):
        if form and fits(form):
            return form
    return INSTEAD


_INSTEAD: Final = {Unfit.REPLACE: lambda _: INSTEAD, Unfit.CLOSEST: _closest}
