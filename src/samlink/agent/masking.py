"""What a log may say of somebody else's error: no whole number, no row. Pure."""

import re
from typing import Final

from samlink.codes.masking import mask_number

_NUMBER: Final = re.compile(r"(?<!\d)\+?(?:82|0|1)[\d-]{6,}\d")
_SEPARATED: Final = re.compile(r"(?<!\d)(\d{2,3})[ .](\d{3,4})[ .](\d{4})(?!\d)")
_ROW: Final = re.compile(r"\b(?:DETAIL|CONTEXT|HINT):.*", re.DOTALL)
"""PostgreSQL shows the whole row there."""
_LENGTH: Final = 300


def masked_reason(reason: str) -> str:
    """A reason in one line, at most 300 characters, with telephone numbers masked."""
    line = " ".join(_ROW.sub("", reason).split())[:_LENGTH]
    line = _SEPARATED.sub(r"\1-****-\3", line)
    return _NUMBER.sub(lambda found: mask_number(found.group().removeprefix("+")), line)
