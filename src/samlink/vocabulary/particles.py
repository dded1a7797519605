"""Korean particles, chosen by the sound that the word before them ends in.

A Korean template asks for one where it asks for the value: `{path:을를}` becomes `memo를` or `file을`. After literal
text or a closing quote, `{:은는}` fits the word that stands before it once the values are filled in. `PARTICLES` has
the names; every other format works as in `str.format`.

A word is read as a Korean reads it aloud: digits by their Korean names (`3` 삼, `10` 십), acronyms and words without a
vowel letter by letter (`SMS` 에스엠에스, `txt` 티엑스티), other English words by the rules for loanwords (`server`
서버, `file` 파일, `format` 포맷). Quotes, brackets and a remark in parentheses after a word are not read.
"""

import enum
import re
import string
import unicodedata
from collections.abc import Mapping
from typing import Final


class Ending(enum.Enum):
    """How the last syllable of a word ends."""

    VOWEL = enum.auto()
    RIEUL = enum.auto()
    """ㄹ, a final consonant to every particle but 으로."""
    CONSONANT = enum.auto()


PARTICLES: Final[Mapping[str, tuple[str, str]]] = {
    "은는": ("은", "는"),
    "이가": ("이", "가"),
    "을를": ("을", "를"),
    "과와": ("과", "와"),
    "으로": ("으로", "로"),
    "이나": ("이나", "나"),
    "이라": ("이라", "라"),
    "이어야": ("이어야", "여야"),
}
"""Each by its name in a template: the form after a final consonant, and the form after a vowel."""

_DIGITS: Final = dict(zip("0123456789", "영일이삼사오육칠팔구", strict=True))
_SYMBOLS: Final = {
    "%": "퍼센트",
    "‰": "퍼밀",
    "₩": "원",
    "$": "달러",
    "€": "유로",
    "¥": "엔",
    "£": "파운드",
    "°": "도",
    "+": "플러스",
    "#": "샵",
    "&": "앤드",
    "@": "골뱅이",
    "*": "별표",
    "=": "등호",
}
"""Symbols that are read aloud at the end of a word."""
_ALONE: Final = dict(zip("-_/.,:;", ("하이픈", "밑줄", "슬래시", "점", "쉼표", "콜론", "세미콜론"), strict=True))
"""Symbols that are read aloud only when nothing else is there."""
_TRILLION_ZEROS: Final = range(12, 16)
"""A number that ends in as many zeros ends in 조, the one unit without a final consonant that fits a message."""
_LETTERS: Final = {"l": Ending.RIEUL, "r": Ending.RIEUL, "m": Ending.CONSONANT, "n": Ending.CONSONANT}
"""Letters whose names end in a consonant: 엘, 알, 엠, 엔."""
_ACRONYM_LENGTH: Final = 3
"""Capitals up to this many are an acronym, more with a vowel are a word: `URL`, but `NUMBER`."""
_WORD_ENDINGS: Final = tuple(
    (re.compile(f"(?:{pattern})$"), ending)
    for pattern, ending in (
        ("type|out|group|web|tab|job|lab|club|bag|big|jpeg|talk|ook", Ending.CONSONANT),  # 타입, 아웃, 그룹, 웹, 톡, 훅
        ("check|bit", Ending.VOWEL),  # 체크, 비트
        ("le?", Ending.RIEUL),  # 메일, 파일, 테이블
        ("[mn]e?|ng", Ending.CONSONANT),  # 폼, 네임, 라인, 세팅
        ("(?<![aeiou])[aeiouy](?:ck|pp?|tt?|k|c)", Ending.CONSONANT),  # 콜백, 앱, 백업, 포맷, 토픽
    )
)
"""How English words end as loanwords, the first that fits; all others end in a vowel (서버, 코드, 테스트, 로그)."""


def fill(template: str, values: Mapping[str, object]) -> str:
    """A Korean template with its values and their particles in it."""
    said = ""
    for literal, name, form, _ in string.Formatter().parse(template):
        said += literal
        if name is None:
            continue
        value = values[name] if name else ""
        if form and form in PARTICLES:
            said += f"{value}{particle(str(value) if name else said, form)}"
        else:
            said += format(value, form or "")
    return said


def particle(text: str, name: str) -> str:
    """The form of a particle (a name of `PARTICLES`) that follows `text`."""
    after_consonant, after_vowel = PARTICLES[name]
    match ending(text):
        case Ending.VOWEL:
            return after_vowel
        case Ending.RIEUL if name == "으로":
            return after_vowel
        case _:
            return after_consonant


def ending(text: str) -> Ending:
    """How `text` ends when it is read aloud; text that nobody can read counts as ending in a vowel."""
    word = _without_remark(unicodedata.normalize("NFKC", text))
    while word and not (word[-1].isalnum() or word[-1] in _SYMBOLS):
        word = word[:-1]
    if not word:
        alone = [char for char in text if char in _ALONE]
        return _syllable(_ALONE[alone[-1]][-1]) if alone else Ending.VOWEL
    last = word[-1]
    if last in _SYMBOLS:
        return _syllable(_SYMBOLS[last][-1])
    if last in _DIGITS:
        return _number(word)
    return _latin(word) if unicodedata.normalize("NFKD", last)[0].isascii() else _syllable(last)


def _without_remark(text: str) -> str:
    """`text` without a remark in parentheses at its end: the particle is that of the word before it."""
    begin, opening, _ = text.rstrip(" '\"`.").rpartition("(")
    closed = opening and text.rstrip(" '\"`.").endswith(")")
    return begin if closed and any(char.isalnum() for char in begin) else text


def _syllable(char: str) -> Ending:
    """How a Hangul syllable ends, or the name of a single jamo (NFKC makes all of them conjoining ones)."""
    code = ord(char)
    if 0xAC00 <= code <= 0xD7A3:
        tail = (code - 0xAC00) % 28
        return {0: Ending.VOWEL, 8: Ending.RIEUL}.get(tail, Ending.CONSONANT)
    if char in "\u1105\u11af":
        return Ending.RIEUL
    return Ending.CONSONANT if 0x1100 <= code <= 0x1112 or 0x11A8 <= code <= 0x11C2 else Ending.VOWEL


def _number(word: str) -> Ending:
    digits = word[len(word.rstrip("0123456789,")) :].replace(",", "")
    zeros = len(digits) - len(digits.rstrip("0"))
    return _syllable("조" if zeros in _TRILLION_ZEROS and digits[0] != "0" else _DIGITS[digits[-1]])


def _latin(word: str) -> Ending:
    plain = unicodedata.normalize("NFKD", word)
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    found = re.search(r"[A-Z]{2,}$|[A-Z]?[a-z]+$|[A-Z]$", plain)
    run = found[0] if found else ""
    lower = run.lower()
    acronym = len(run) <= (_ACRONYM_LENGTH if run.isupper() else 2) or not re.search("[aeiouy]", lower)
    if acronym:
        return _LETTERS.get(lower[-1:], Ending.VOWEL)
    return next((ending for pattern, ending in _WORD_ENDINGS if pattern.search(lower)), Ending.VOWEL)
