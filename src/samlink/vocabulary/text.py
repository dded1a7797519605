"""Text of the link is CP949, counted in bytes (docs/protocol.md 2); text as Macs compose it and Notepad saves it.

Python's `cp949` and not `euc_kr`: the latter turns Hangul outside KS X 1001 into eight bytes without an error.
"""

import codecs
import enum
import re
import unicodedata
from typing import Final

CHARSET: Final = "cp949"
_MARKED: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Byte order marks, and the encodings they announce."""
_COMPOSABLE: Final = re.compile("[\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff]+|[^\\W\\d_][\u0300-\u036f]+")


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


def file_text(content: bytes) -> str:
    """The text of a file that a person saved: UTF-8 or UTF-16 by its byte order mark, which is taken off, else UTF-8,
    else CP949, as Notepad and Excel save it in Korea.

    Raises:
        UnicodeDecodeError: it is in none of these; `start` is a place that is not UTF-8.
    """
    marked = next((encoding for mark, encoding in _MARKED if content.startswith(mark)), "")
    try:
        return content.decode(marked or "utf-8")
    except UnicodeDecodeError as error:
        if marked:
            raise
        try:
            return content.decode(CHARSET)
        except UnicodeDecodeError:
            raise error from None


def composed(text: str) -> str:
    """`text` with Hangul in single letters, as macOS writes it, and Latin letters with accents behind them, made into
    the characters that they stand for. Nothing else changes: Unicode's own composing (NFC) would unite Hanja that CP949
    tells apart."""
    if text.isascii() or unicodedata.is_normalized("NFC", text):
        return text
    return _COMPOSABLE.sub(lambda found: unicodedata.normalize("NFC", found.group()), text)
