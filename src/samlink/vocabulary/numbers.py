"""Korean telephone numbers: which form may receive a message, which may stand as its sender (digits only).

Receivers are mobile numbers, 01x with 10 or 11 digits, and safe numbers (안심번호), 050x with 11 or 12. A sender is 8
to 11 digits: an area code and a number, 070, 01x, or a business number 15xx, 16xx, 18xx of exactly 8 digits that
stands without an area code. 050x cannot be registered as a sender. Hyphens and a leading 82 are the business of the
customer's software; the wire has digits. Logs, journals and operators' lines never show a number whole: `mask_number`.
"""

import re
import unicodedata
from typing import Final

MOBILE: Final = r"01[016789]\d{7,8}"
"""A mobile number, as a regular expression."""
RECEIVER: Final = re.compile(rf"{MOBILE}|050\d{{8,9}}", re.ASCII)
SENDER: Final = re.compile(
    r"02\d{7,8}"  # Seoul
    r"|0(?:3[1-3]|4[1-4]|5[1-5]|6[1-4])\d{7,8}"  # the other areas
    r"|070\d{7,8}"
    rf"|{MOBILE}"
    r"|080\d{6,8}"
    r"|1[568]\d{6}",
    re.ASCII,
)

DIGITS_LEAST: Final = 8
DIGITS_MOST: Final = 12
"""SENDER and RECEIVER have 12 bytes."""
FEWEST_DIGITS_SHOWN: Final = 8
"""The digits that are left would give a shorter number away."""
_UNSEEN: Final = frozenset({"Cf", "Pd", "Zs"})
"""Categories of characters that come with a number copied out of contacts or a web page: marks of direction and other
invisible ones, dashes, blanks."""
_PUNCTUATION: Final = str.maketrans("", "", "-+ .()'’‘")
_ASCII_FORMS: Final = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
"""Full-width digits and signs."""
_BUSINESS: Final = re.compile(r"1[568]\d{6}", re.ASCII)


def digits_of(text: str) -> str | None:
    """The digits of a number as people and spreadsheets write it, domestic even if written with 82; None if they are
    not 8 to 12.

    `+82 10-1234-5678`, `0082-10-1234-5678`, `'010-1234-5678` and the same in full width are `01012345678`.
    """
    if not text.isascii():
        text = "".join(sign for sign in text.translate(_ASCII_FORMS) if unicodedata.category(sign) not in _UNSEEN)
    digits = text.strip().translate(_PUNCTUATION)
    if digits.startswith(("82", "0082")):
        rest = digits.removeprefix("00")[2:].removeprefix("0")
        digits = rest if _BUSINESS.fullmatch(rest) else f"0{rest}"
    good = DIGITS_LEAST <= len(digits) <= DIGITS_MOST and digits.isascii() and digits.isdigit()
    return digits if good else None


def is_receiver(number: str) -> bool:
    """Whether `number` has the form of a number that can receive messages."""
    return RECEIVER.fullmatch(number) is not None


def is_sender(number: str) -> bool:
    """Whether `number` has the form of a number that may be shown as the sender."""
    return SENDER.fullmatch(number) is not None


def mask_digits(text: str) -> str:
    """What was written in a number's place, as its writer may be shown it: `010-1234-56x8` → `010-****-56x8`. Fewer
    than 8 digits are no number, and stay."""
    total, seen, shown = sum(map(str.isdigit, text)), 0, ""
    for character in text:
        seen += character.isdigit()
        inner = character.isdigit() and total >= FEWEST_DIGITS_SHOWN and 3 < seen <= total - 4
        shown += "*" if inner else character
    return shown


def mask_number(number: str) -> str:
    """A telephone number as it may be shown: `01012345678` and `010-1234-5678` → `010-****-5678`.

    A shorter one is stars, as many as its digits. A value that is not a number, such as a text in its place, is not
    shown at all: `***`.
    """
    digits = number.replace("-", "")
    if not (digits.isdecimal() and digits.isascii()):
        return "***" if number else ""
    return f"{digits[:3]}-****-{digits[-4:]}" if len(digits) >= FEWEST_DIGITS_SHOWN else "*" * len(digits)
