"""How a telephone number is shown: never whole (logs, journals, operators' lines)."""

from typing import Final

FEWEST_DIGITS_SHOWN: Final = 8
"""The digits that are left would give a shorter number away."""


def mask_number(number: str) -> str:
    """A telephone number as it may be shown: `01012345678` and `010-1234-5678` → `010-****-5678`.

    A shorter one is stars, as many as its digits. A value that is not a number, such as a text in its place, is not
    shown at all: `***`.
    """
    digits = number.replace("-", "")
    if not (digits.isdecimal() and digits.isascii()):
        return "***" if number else ""
    return f"{digits[:3]}-****-{digits[-4:]}" if len(digits) >= FEWEST_DIGITS_SHOWN else "*" * len(digits)
