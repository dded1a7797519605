"""Text of the link is CP949, counted in bytes (docs/protocol.md 2).

Python's `cp949` and not `euc_kr`: the latter turns Hangul outside KS X 1001 into eight bytes without an error.
"""

import enum
from typing import Final

CHARSET: Final = "cp949"


class Charset(enum.StrEnum):
    """How an account's texts are read (docs/protocol.md 4). The values are stored with an account."""

    AUTO = "auto"
    """CP949, but UTF-8 where the bytes can hardly be anything else."""
    CP949 = "cp949"
    UTF_8 = "utf-8"


def cp949_bytes(text: str) -> int | None:
    """How many bytes `text` has in CP949; None if it has characters that CP949 lacks."""
    try:
        return len(text.encode(CHARSET))
    except UnicodeEncodeError:
        return None


def cp949_cut(text: str, limit_bytes: int) -> str:
    """The longest beginning of `text` that fits, never half a character; a character that CP949 lacks becomes `?`."""
    raw = text.encode(CHARSET, "replace")
    return raw[:limit_bytes].decode(CHARSET, "ignore")
