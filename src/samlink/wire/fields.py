"""What a field of the manual can be, and the two directions of each: bytes to value and back.

Fields are left-justified and padded; numbers are plain decimals (docs/protocol.md 2). A decoder raises FieldError,
which the codec turns into the refusal that names field and record; an encoder raises LocalProtocolError. A column is
the same field of many records.
"""

import enum
import functools
import re
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from samlink.vocabulary.responses import ResponseCode
from samlink.vocabulary.text import CHARSET
from samlink.vocabulary.times import format_time, parse_time
from samlink.wire.choices import PADDING_READ
from samlink.wire.errors import LocalProtocolError
from samlink.wire.text import (
    HEX_NAME,
    UTF8_NAME,
    decode_text,
    decode_utf8,
    encode_text,
    encode_utf8,
    has_control,
    name_bytes,
)


class FieldKind(enum.Enum):
    """How the bytes of a field are to be read."""

    KEY = "key"
    """Comes back to its sender unchanged: keys, numbers of telephones, names."""
    NAME = "name of a file"
    """A KEY that the peer gave, in whatever bytes (`text.name_text`)."""
    TEXT = "text"
    """For a person; read leniently."""
    TIME = "time"
    """Empty, or a time of 19 bytes; UTC epoch seconds in the program, None for empty."""
    LENIENT_TIME = "time, read leniently"
    """A TIME; None for what is none. A result must not be lost, nor hold up all others, for its SEND_DT."""
    NUMBER = "number"
    """A plain decimal, 0 or more."""
    OPTIONAL_NUMBER = "number or empty"
    """A NUMBER; None for empty."""
    COST = "cost"
    """Won with decimals (`20.0`); 1/100 won in the program, None for empty."""
    SECRET = "secret"
    """A KEY that is never shown."""
    LENGTH = "length"
    """A NUMBER that counts the bytes of a later field; it has no value of its own."""
    BYTES = "bytes"
    """Raw bytes, counted by a LENGTH."""
    UTF8_TEXT = "text in UTF-8"
    """A TEXT that CP949 may lack, counted by a LENGTH (1054, our extension)."""


class Field(NamedTuple):
    """One field of a body, as the manual's table has it."""

    name: str
    """The manual's name."""
    size: int
    """Bytes; 0 for a field that a LENGTH counts; then `limit` is the most it may have."""
    kind: FieldKind
    attribute: str = ""
    """Its name in our record; empty for a LENGTH."""
    required: bool = False
    limit: int = 0
    counted_by: str = ""
    """Name of the LENGTH field that says how many bytes this one has."""
    note: str = ""
    """For docs/protocol.md."""


class FieldError(ValueError):
    """A field cannot be read; `response` is the class of the fault."""

    def __init__(self, response: ResponseCode, what: str) -> None:
        super().__init__(what)
        self.response = response


def _decode_key(raw: bytes) -> str:
    raw = raw.strip(PADDING_READ).partition(b"\0")[0].rstrip(b" ")  # what follows a NUL may be anything
    try:
        text = raw.decode(CHARSET)
    except UnicodeDecodeError:
        raise FieldError(ResponseCode.BAD_FIELD, "has bytes that are not CP949") from None
    if has_control(text):
        raise FieldError(ResponseCode.BAD_FIELD, "has a control character")
    return text


def _decode_text(raw: bytes) -> str:
    if b"\0" in raw:
        raw = raw[: raw.index(b"\0")]
    raw = raw.rstrip(b" ")
    return decode_text(raw) if raw else ""


def _decode_utf8_text(raw: bytes) -> str:
    """Without padding there is none to take off: a space at the end may be the template's."""
    return decode_utf8(raw.partition(b"\0")[0]) if raw else ""


_NO_TIME: Final = b"0-:/. "
"""A time of these alone says that there is none: `0`, `00000000000000`, `0000-00-00 00:00:00`."""
_DECIMAL: Final = re.compile(rb"\d+")
_MONEY: Final = re.compile(rb"(\d+)(?:\.(\d{0,2})\d*)?")


@functools.lru_cache(maxsize=1024)
def decode_number(raw: bytes) -> int:
    """A plain decimal; spaces or NULs on either side and leading zeros are read. Raises FieldError: it is none."""
    digits = raw.strip(PADDING_READ)
    if not _DECIMAL.fullmatch(digits):
        raise FieldError(ResponseCode.BAD_NUMBER, "is not a number")
    return int(digits)


@functools.lru_cache(maxsize=4096)
def _decode_time(raw: bytes) -> int | None:
    text = raw.strip(PADDING_READ).partition(b"\0")[0]
    if not text:
        return None
    try:
        return parse_time(text.decode("ascii"))
    except ValueError:
        pass
    if not text.strip(_NO_TIME) or text.lower() == b"null":
        return None
    whole, point, fraction = text.partition(b".")
    if point and (not fraction or fraction.isdigit()):
        return _decode_time(whole)  # Java writes a fraction, and 20 bytes cut it
    raise FieldError(ResponseCode.BAD_TIME, "is not YYYY-MM-DD HH:MM:SS")


def _decode_lenient_time(raw: bytes) -> int | None:
    try:
        return _decode_time(raw)
    except FieldError:
        return None


def _decode_optional_number(raw: bytes) -> int | None:
    return decode_number(raw) if raw.strip(PADDING_READ) else None


def _decode_cost(raw: bytes) -> int | None:
    price = raw.strip(PADDING_READ)
    if not price:
        return None
    match = _MONEY.fullmatch(price)
    if match is None:
        raise FieldError(ResponseCode.BAD_NUMBER, "is not a price")
    return int(match[1]) * 100 + int((match[2] or b"").ljust(2, b"0"))


def _encode_key(value: str, where: str) -> bytes:
    raw = encode_text(value, where)
    if has_control(value):
        raise LocalProtocolError(f"{where}: line breaks and TAB may stand in texts only")
    if value != value.strip(" "):
        raise LocalProtocolError(f"{where}: starts or ends with a space, which the padding would swallow")
    return raw


def _encode_name(value: str, where: str) -> bytes:
    return name_bytes(value, where) if value.startswith((UTF8_NAME, HEX_NAME)) else _encode_key(value, where)


def _encode_time(value: int, where: str) -> bytes:
    try:
        return format_time(value).encode()
    except ValueError as error:
        raise LocalProtocolError(f"{where}: {error}") from None


def _encode_number(value: int, where: str) -> bytes:
    if value < 0:
        raise LocalProtocolError(f"{where}: {value} is negative")
    return b"%d" % value


def _encode_cost(value: int, where: str) -> bytes:
    if value < 0:
        raise LocalProtocolError(f"{where}: {value} is negative")
    won, rest = divmod(value, 100)
    return b"%d.%d" % (won, rest // 10) if rest % 10 == 0 else b"%d.%02d" % (won, rest)


def _encode_bytes(value: bytes, _where: str) -> bytes:
    return value


def _decode_bytes(raw: bytes) -> bytes:
    return raw


DECODERS: Final[dict[FieldKind, Callable[[bytes], Any]]] = {
    FieldKind.KEY: _decode_key,
    FieldKind.NAME: _decode_key,
    FieldKind.SECRET: _decode_key,
    FieldKind.TEXT: _decode_text,
    FieldKind.TIME: _decode_time,
    FieldKind.LENIENT_TIME: _decode_lenient_time,
    FieldKind.NUMBER: decode_number,
    FieldKind.LENGTH: decode_number,
    FieldKind.OPTIONAL_NUMBER: _decode_optional_number,
    FieldKind.COST: _decode_cost,
    FieldKind.BYTES: _decode_bytes,
    FieldKind.UTF8_TEXT: _decode_utf8_text,
}

ENCODERS: Final[dict[FieldKind, Callable[[Any, str], bytes]]] = {
    FieldKind.KEY: _encode_key,
    FieldKind.NAME: _encode_name,
    FieldKind.SECRET: _encode_key,
    FieldKind.TEXT: encode_text,
    FieldKind.TIME: _encode_time,
    FieldKind.LENIENT_TIME: _encode_time,
    FieldKind.NUMBER: _encode_number,
    FieldKind.LENGTH: _encode_number,
    FieldKind.OPTIONAL_NUMBER: _encode_number,
    FieldKind.COST: _encode_cost,
    FieldKind.BYTES: _encode_bytes,
    FieldKind.UTF8_TEXT: encode_utf8,
}


def _decode_keys(cells: Sequence[bytes]) -> list[str]:
    """A column of KEYs. Nearly all are printable ASCII, which takes one look at the whole column."""
    joined = b"".join(cells)
    if joined.isascii() and (text := joined.decode("ascii")).isprintable():
        size = len(cells[0])
        return [text[start : start + size].strip(" ") for start in range(0, len(text), size)]
    return [_decode_key(cell) for cell in cells]


def column_decoder(field: Field) -> Callable[[Sequence[bytes]], Sequence[Any]]:
    """What reads the same field of many records, and raises FieldError if one of them cannot be read."""
    if field.kind in {FieldKind.KEY, FieldKind.SECRET}:
        return _decode_keys
    decode = DECODERS[field.kind]
    return lambda cells: [decode(cell) for cell in cells]


def column_encoder(field: Field) -> Callable[[Sequence[Any], bytes], list[bytes]]:
    """What writes the same field of many records, padded; None is written empty.

    It raises LocalProtocolError, which names the field, if a value of them cannot be written or is too long.
    """
    name, size, limit, encode = field.name, field.size, field.size or field.limit, ENCODERS[field.kind]

    def encode_column(values: Sequence[Any], padding: bytes) -> list[bytes]:
        cells = [b"" if value is None else encode(value, name) for value in values]
        if (longest := max(map(len, cells))) > limit:
            raise LocalProtocolError(f"{name}: {longest} bytes, at most {limit}")
        return [cell.ljust(size, padding) for cell in cells]

    def encode_keys(values: Sequence[str], padding: bytes) -> list[bytes]:
        joined = "".join(values)
        if joined.isascii() and joined.isprintable() and " " not in joined and max(map(len, values)) <= limit:
            return [value.encode("ascii").ljust(size, padding) for value in values]
        return encode_column(values, padding)

    return encode_keys if field.kind in {FieldKind.KEY, FieldKind.SECRET} else encode_column
