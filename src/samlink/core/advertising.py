"""Advertisements: what is one, how it must look, and when it may go out (Korean law and the rules of the trade).

An advertisement begins with `(광고)` and its sender's name and ends with the free number that refuses further ones,
`무료수신거부 080…`. From 21:00 to 08:00 in Korea it needs a consent of its own.
"""

import re
from typing import Final

from samlink.vocabulary.times import HOUR_MS, KST_MS

NIGHT_FROM_HOUR: Final = 21
NIGHT_UNTIL_HOUR: Final = 8


# A mark that is spelled to get past a filter, `(광/고)` or `[광 고]`, is one all the same, and not in its form.
_MARK: Final = re.compile(r"[(\[{<（［〔【][\s\W_]{0,2}광[\s\W_]{0,2}고[\s\W_]{0,2}[)\]}>）］〕】]")
_WAY_OUT: Final = re.compile(r"무료\s?(?:수신)?\s?거부")
_BEGINNING: Final = re.compile(r"\s*\(광고\)\s*(?!무료\s?(?:수신)?\s?거부)[^\s]")
_END: Final = re.compile(
    r"무료\s?(?:수신)?\s?거부[^0-9]{0,10}080[-.) ]{0,2}[0-9]{3,4}[-. ]?[0-9]{3,4}[\s)\]\}>.」】]{0,4}\Z"
)
_END_CHARACTERS: Final = 60
"""In so many characters from the last the whole end fits."""


def says_advertisement(text: str) -> bool:
    """Whether a text calls itself one: it has the mark, or a free way out."""
    # Most texts have neither syllable, and that is found out ten times as fast as by the patterns.
    if "광" in text and _MARK.search(text):
        return True
    return "거부" in text and _WAY_OUT.search(text) is not None


def has_form(text: str, subject: str = "") -> bool:
    """Whether an advertisement has its form: mark and name at the beginning of the text or of its subject, and the
    free number at the end of the text."""
    begins = _BEGINNING.match(text) or (_BEGINNING.match(subject) if subject else None)
    return begins is not None and _END.search(text[-_END_CHARACTERS:]) is not None


def hour_in_korea(at_ms: int) -> int:
    """The hour of the day in Korea (KST, UTC+9, no summer time) at a time in UTC epoch ms."""
    return (at_ms + KST_MS) // HOUR_MS % 24


def is_night(at_ms: int) -> bool:
    """Whether advertisements need a consent of their own at this time (UTC epoch ms)."""
    hour = hour_in_korea(at_ms)
    return hour >= NIGHT_FROM_HOUR or hour < NIGHT_UNTIL_HOUR
