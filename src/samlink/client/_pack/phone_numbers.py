"""Telephone numbers as people write them, made into the digits that the wire carries (SENDER, RECEIVER: 12 bytes)."""

import re
from typing import Final

from samlink.client.errors import MessageError
from samlink.vocabulary.language import phrase
from samlink.vocabulary.masking import mask_number
from samlink.vocabulary.problem import N_

DIGITS_MIN: Final = 8
DIGITS_MAX: Final = 12
_PUNCTUATION: Final = str.maketrans("", "", "-+ .()")
_SPECIAL: Final = re.compile(r"1[568]\d{6}")
"""15xx, 16xx and 18xx numbers have eight digits and no area code."""


def normalised(number: str, field: str) -> str:
    """The digits of a number: without hyphens, and domestic if it was given with the country code 82.

    `+82 10-1234-5678`, `82-10-1234-5678` and `010-1234-5678` are `01012345678`.

    Raises:
        MessageError: what is left is not 8 to 12 digits.
    """
    digits = number if number.isdigit() else number.translate(_PUNCTUATION)
    if digits.startswith("82"):
        rest = digits[2:].removeprefix("0")
        digits = rest if _SPECIAL.fullmatch(rest) else f"0{rest}"
    if not (DIGITS_MIN <= len(digits) <= DIGITS_MAX and digits.isascii() and digits.isdigit()):
        shown = mask_number(number) if len(number) <= 20 else "too long"
        raise MessageError(
            "message.bad_number",
            N_("{field} ({number}) is not a telephone number of {least} to {most} digits"),
            field=phrase(field),
            number=shown,
            least=DIGITS_MIN,
            most=DIGITS_MAX,
        )
    return digits
