"""How a row's values are read where the driver's are not the whole truth. Pure.

- A time is read in the form of its column.
- The blanks that CHAR adds are taken off. Those of other texts stay: a Kakao template may end in one.
- A text's bytes may be of another charset than its column says: old programs write EUC-KR into columns of latin1 or
  US7ASCII, and PostgreSQL's SQL_ASCII does not know what it holds. Such a text comes as one character for each byte.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

import sqlalchemy as sa

from samlink.agent.tables.schema.mapping import Field
from samlink.agent.tables.schema.moments import TimeForm

Reader = Callable[[Any], Any]
_AS_THEY_ARE: Final = frozenset({Field.ID, Field.STATE, Field.TYPE, Field.CONTENT_KEY, Field.PRIORITY})
"""Values by which the database finds rows."""

GUESSED: Final = ("utf-8", "cp949")
"""The charsets of a database that has none, in the order in which they are tried."""
_LATIN1_OF_MYSQL: Final = {
    ord(sign): byte
    for byte in range(0x80, 0xA0)
    if (sign := bytes([byte]).decode("cp1252", "ignore"))  # the others are as in latin1
}


def recovered(text: str, charsets: Sequence[str]) -> str:
    """The text that the bytes of `text` are in the first of `charsets` that has them; a text that is right already, or
    is in none of them, is left as it is."""
    if text.isascii():
        return text
    try:
        raw = text.translate(_LATIN1_OF_MYSQL).encode("latin-1")
    except UnicodeEncodeError:
        return text
    for charset in charsets:
        try:
            return raw.decode(charset)
        except UnicodeDecodeError:
            continue
    return text


def readers_of(
    types: Mapping[Field, sa.types.TypeEngine[Any]], times: Mapping[Field, TimeForm], charsets: Sequence[str]
) -> dict[Field, Reader]:
    """How the values of these fields are read; all others are as they come. `charsets`: as for `recovered`; none: the
    database is right about its texts."""
    readers: dict[Field, Reader] = {
        field: partial(_time, form, last=field is Field.TIMEOUT_AT) for field, form in times.items() if field in types
    }
    for field in types.keys() - times.keys() - _AS_THEY_ARE:
        if (padded := isinstance(types[field], sa.CHAR | sa.NCHAR)) or charsets:
            readers[field] = partial(text, charsets=charsets, padded=padded)
    return readers


def text(value: Any, *, charsets: Sequence[str], padded: bool = False) -> Any:
    """A value, which is changed only if it is text."""
    if not isinstance(value, str):
        return value
    value = value.rstrip(" ") if padded else value
    return recovered(value, charsets) if charsets else value


def _time(form: TimeForm, value: Any, *, last: bool) -> Any:
    """A time, or the value that is none, for which the row gets 79."""
    try:
        return form.read(value, last=last)
    except (ValueError, OverflowError):
        return value
