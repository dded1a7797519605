"""The values that drivers return, as text. Pure.

Customers keep numbers in columns of any type, which drivers return as int, Decimal, float, bytes, memoryview, a time or
a structure of JSON.
"""

import json
from decimal import Decimal
from typing import Final

from samlink.vocabulary.text import CHARSET

_CHARSETS: Final = ("utf-8", CHARSET)


def text_of(value: object, *, whole: bool = False) -> str:
    """A column's value as text, without the blanks at its end unless it is wanted `whole`. NULL is empty.

    A whole number has no fraction and no exponent, whatever its type. Bytes are UTF-8, else CP949.

    Raises:
        ValueError: it cannot be text, such as bytes in neither charset.
    """
    text = "" if value is None else value if isinstance(value, str) else _converted(value)
    return text if whole else text.rstrip(" ")


def word_of(value: object) -> str:
    """A key, a code or a name out of a column, without the blanks, line ends and invisible characters around it that
    files and pages bring along. Raises as `text_of`."""
    return text_of(value).strip(_AROUND)


_AROUND: Final = " \t\r\n\u00a0\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff"


def _converted(value: object) -> str:
    if isinstance(value, bytes | bytearray | memoryview):
        return _decoded(bytes(value).rstrip(b"\0"))  # the padding of a BINARY column
    if isinstance(value, bool):
        return "Y" if value else "N"
    if isinstance(value, float | Decimal):
        return _number(Decimal(value))
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return str(value)


def _number(value: Decimal) -> str:
    if not value.is_finite():
        raise ValueError("not a number")
    if abs(value.adjusted()) > _DIGITS_LIMIT:
        raise ValueError("a number of too many digits")
    return format(value.to_integral_value() if value == value.to_integral_value() else value, "f")


_DIGITS_LIMIT: Final = 100
"""No column has more; `1E+999999` would become a million digits."""


def _decoded(raw: bytes) -> str:
    for charset in _CHARSETS:
        try:
            return raw.decode(charset)
        except UnicodeDecodeError:
            continue
    raise ValueError("neither UTF-8 nor CP949")
