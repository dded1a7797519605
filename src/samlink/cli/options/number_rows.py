"""A file of receivers' numbers, one a line: all of it, or the first bad line and why it is bad.

Hyphens, blanks and a leading 82 are taken off as everywhere; empty lines are passed over, and nothing else is: a line
with two numbers, of which the second would be lost, is a bad line.
"""

import re
from typing import Final

from samlink.cli.errors import CommandError
from samlink.cli.language import _
from samlink.vocabulary.numbers import MOBILE, digits_of, is_receiver
from samlink.vocabulary.problem import N_

# A million lines are mostly of this form, and need no closer look.
_PLAIN: Final = re.compile(MOBILE.encode())
_NUMBER: Final = re.compile(r"\+?[\d .()-]+", re.ASCII)
_SEPARATORS: Final = re.compile(r"[,;\t|/]")
_MARK: Final = b"\xef\xbb\xbf"


def numbers_of(content: bytes, place: str) -> list[str]:
    """The numbers of all lines, in their order. `place` names the file in a sentence.

    Raises CommandError for the first line that is no receiver's number.
    """
    numbers: list[str] = []
    faults: list[tuple[int, str]] = []
    for number, row in enumerate(content.removeprefix(_MARK).splitlines(), 1):
        if _PLAIN.fullmatch(row):
            numbers.append(row.decode())
        elif text := row.decode(errors="replace").strip():
            digits, fault = _looked_at(text)
            numbers.append(digits)
            faults += [(number, fault)] if fault else []
    if faults:
        line, why = faults[0]
        template = N_(
            "line {line} of {place} cannot be taken: {why}; {count} bad lines in all; nothing of the file was taken."
        )
        raise CommandError(template, line=f"{line:,}", place=place, why=why, count=f"{len(faults):,}")
    if not numbers:
        raise CommandError("{place} has no number in it.", place=place)
    return numbers


def _looked_at(text: str) -> tuple[str, str]:
    """The digits of an unusual line, and its fault (empty if it has none)."""
    if _SEPARATORS.search(text):
        return "", _("it has more than one value")
    if not _NUMBER.fullmatch(text):
        return "", _("it has other characters than a number's")
    digits = digits_of(text) or ""
    if not is_receiver(digits):
        return "", _("it is not a mobile number, 01x with 10 or 11 digits")
    return digits, ""
