"""How a telephone number is shown: never whole (logs, journals, operators' lines)."""

from typing import Final

FEWEST_DIGITS_SHOWN: Final = 8
"""A shorter number would be told by what is left of it."""


def mask_number(number: str) -> str:
    """A telephone number as it may be shown: `01012345678` and `010-1234-5678` → `010-****-5678`.

    A shorter one is stars, as many as its digits. Nothing at all is shown of what is no number, such as a text that got
    into its place: `***`.
    """
    digits = number.replace("-", "")
    if not (digits.isdecimal() and digits.isascii()):
        return "***" if number else ""
    return f"{digits[:3]}-****-{digits[-4:]}" if len(digits) >= FEWEST_DIGITS_SHOWN else "*" * len(digits)
