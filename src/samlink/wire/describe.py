"""A captured stream as frames that a person can read, with the manual's field names.

What cannot be read is shown with its offset and the reason, and reading goes on at the next frame. A password is never
shown; numbers of telephones are masked and texts are left out, unless they are to be revealed. Both directions may be
mixed in a stream, since each frame says what it is.
"""

import struct
from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec

from samlink.vocabulary.numbers import mask_number
from samlink.wire.capture import CaptureError, parse_capture
from samlink.wire.choices import PADDING_READ
from samlink.wire.codec import CompiledTable, Row
from samlink.wire.commands import COMMANDS, COUNT, Direction
from samlink.wire.errors import RemoteProtocolError
from samlink.wire.fields import DECODERS, Field, FieldError, FieldKind
from samlink.wire.frame import ETX, HEADER_FIELDS, HEADER_SIZE, SOH, STX
from samlink.wire.packets import BodyRows, cut_body
from samlink.wire.sessions.transitions import TRANSITIONS
from samlink.wire.text import decode_text, decode_utf8, one_line

__all__ = [
    "CaptureError",
    "DescribedField",
    "DescribedFrame",
    "DescribedGroup",
    "describe_stream",
    "format_described",
    "parse_capture",
]

_HEADER: Final = struct.Struct("".join(f"{size}s" for _, size in HEADER_FIELDS))
_NUMBERS: Final = frozenset({"sender", "receiver"})
_TEXTS: Final = frozenset({"text", "subject", "url", "attachment", "alt_subject", "alt_text"})
_DIGITS: Final = frozenset(b"0123456789")
_BEGINNING: Final = SOH + b"SAM"


class DescribedField(msgspec.Struct, frozen=True, omit_defaults=True):
    """One field: the manual's name, where it is, and what it says."""

    name: str
    value: str
    offset: int
    """Bytes from the beginning of the stream."""
    size: int
    problem: str = ""
    """Why it cannot be read."""


class DescribedGroup(msgspec.Struct, frozen=True, omit_defaults=True):
    """Fields that belong together: what stands once in a body (`title` is empty), or a record."""

    title: str
    fields: tuple[DescribedField, ...]


class DescribedFrame(msgspec.Struct, frozen=True, omit_defaults=True):
    """A frame, or bytes that are none (`command` is empty then, and `problem` says why)."""

    offset: int
    """Bytes from the beginning of the stream."""
    size: int
    version: str = ""
    command: str = ""
    name: str = ""
    """What the command is called."""
    korean: str = ""
    direction: str = ""
    """Who sends it; empty where both may."""
    layout: str = ""
    """`with USERCODE`, where a body has one of two layouts and it is this one."""
    header: tuple[DescribedField, ...] = ()
    groups: tuple[DescribedGroup, ...] = ()
    problem: str = ""
    """What cannot be read, or why the frame ends early."""

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values, for JSON; what is empty is left out."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        return plain


def describe_stream(data: bytes, *, reveal: bool = False) -> list[DescribedFrame]:
    """The frames of a stream, and between them the bytes that are none. `reveal` shows numbers and texts."""
    return list(_frames(data, reveal))


def _frames(data: bytes, reveal: bool) -> Iterator[DescribedFrame]:
    start = 0
    while start < len(data):
        if not _may_begin(data, start):
            end = _next_beginning(data, start)
            yield DescribedFrame(start, end - start, problem=f"{end - start} bytes outside a frame")
            start = end
            continue
        frame = _frame_at(data, start, reveal)
        yield frame
        start += frame.size


def _may_begin(data: bytes, start: int) -> bool:
    """Whether a frame may begin at `start`: what goes before the first is a header of TCP, or the rest of a body, and a
    0x01 in it is none. What follows that would be shown as a header, and may be a customer's text."""
    return _BEGINNING.startswith(data[start : start + len(_BEGINNING)])


def _next_beginning(data: bytes, start: int) -> int:
    """Where the next frame may begin after `start`; the end of the data if nowhere."""
    found = data.find(_BEGINNING, start + 1)
    return len(data) if found < 0 else found


def _next_frame(data: bytes, start: int) -> int:
    """Where, after a broken frame at `start`, a whole header begins; the end of the data if nowhere."""
    place = start
    while (place := data.find(_BEGINNING, place + 1)) >= 0:
        if data[place + HEADER_SIZE - 1 : place + HEADER_SIZE] == STX:
            return place
    return len(data)


def _frame_at(data: bytes, start: int, reveal: bool) -> DescribedFrame:
    if len(data) - start < HEADER_SIZE:
        size = _next_frame(data, start) - start
        return DescribedFrame(start, size, problem=f"the stream ends inside a header, after {size} of 76 bytes")
    header = tuple(_header_fields(data, start))
    if data[start + HEADER_SIZE - 1] != STX[0]:
        # Bytes are missing or too many, so that what stands in the places of the later fields may be a body.
        return _broken(data, start, header[:3], "no STX (0x02) at byte 76")
    length = data[start + 12 : start + 20].strip(PADDING_READ)
    if not length or not _DIGITS.issuperset(length):
        return _broken(data, start, header, "LENGTH is not a number")
    end = start + HEADER_SIZE + int(length)
    if end >= len(data):
        missing = end + 1 - len(data)
        return _broken(data, start, header, f"the stream ends {missing} bytes before the end that LENGTH says")
    if data[end] != ETX[0]:
        return _broken(data, start, header, f"no ETX (0x03) after LENGTH {int(length)}")
    return _whole(data, start, end, header, reveal)


def _header_fields(data: bytes, start: int) -> Iterator[DescribedField]:
    offset = start + 1
    for (name, size), raw in zip(HEADER_FIELDS, _HEADER.unpack_from(data, offset), strict=True):
        value = one_line(decode_text(raw.strip(PADDING_READ).partition(b"\0")[0]))
        yield DescribedField(name, value, offset, size)
        offset += size


def _broken(data: bytes, start: int, header: Sequence[DescribedField], problem: str) -> DescribedFrame:
    """A frame that ends nobody knows where: up to the next header."""
    end = _next_frame(data, start)
    version, code = header[0].value, header[1].value
    command = COMMANDS.get(code)
    return DescribedFrame(
        start,
        end - start,
        version=version,
        command=code,
        name=command.english if command else "",
        korean=command.korean if command else "",
        header=tuple(header),
        problem=problem,
    )


def _whole(data: bytes, start: int, end: int, header: tuple[DescribedField, ...], reveal: bool) -> DescribedFrame:
    version, code = header[0].value, header[1].value
    body_start = start + HEADER_SIZE
    body = data[body_start:end]
    command = COMMANDS.get(code)
    if command is None:
        problem = f"unknown command {code}, its body has {len(body)} bytes"
        return DescribedFrame(start, end + 1 - start, version, code, header=header, problem=problem)
    parts: BodyRows | None = None
    problem = ""
    if body or not command.may_be_empty:
        try:
            parts = cut_body(command, body)
        except RemoteProtocolError as error:
            problem = f"{error.detail}; the body has {len(body)} bytes"
    groups = () if parts is None else tuple(_groups(parts, body_start, reveal))
    return DescribedFrame(
        start,
        end + 1 - start,
        version,
        code,
        command.english,
        command.korean,
        _direction(version, code, len(parts.rows) if parts else 0),
        "with USERCODE" if parts is not None and parts.rows and parts.layout.user_code else "",
        header,
        groups,
        problem or _first_problem(groups),
    )


def _direction(version: str, code: str, records: int) -> str:
    """Who sends such a frame, where only one side may."""
    towards = {
        direction
        for (_, _, table_version), table in TRANSITIONS.items()
        for _, direction, known in table
        if known == code and table_version == version
    }
    if len(towards) == 1:
        (direction,) = towards
        return str(direction.value)
    if towards and records:
        # Both sides may say 1030 and 1031 in SAM11, but only results and their keys go in these directions.
        return str(Direction.TO_CLIENT.value if code == "1031" else Direction.TO_GATEWAY.value)
    return ""


def _first_problem(groups: Sequence[DescribedGroup]) -> str:
    return next(
        (
            f"{group.title + ' ' if group.title else ''}{field.name} {field.problem}"
            for group in groups
            for field in group.fields
            if field.problem
        ),
        "",
    )


def _groups(parts: BodyRows, offset: int, reveal: bool) -> Iterator[DescribedGroup]:
    once: list[DescribedField] = []
    if parts.counted:
        once.append(DescribedField(COUNT.name, str(len(parts.rows)), offset, COUNT.size))
        offset += COUNT.size
    if parts.head is not None and parts.layout.head is not None:
        once += _fields(parts.layout.head, parts.head, offset, reveal)
        offset += sum(map(len, parts.head))
    if once:
        yield DescribedGroup("", tuple(once))
    table = parts.layout.record
    for number, row in enumerate(parts.rows, 1):
        assert table is not None
        yield DescribedGroup(f"record {number}", tuple(_fields(table, row, offset, reveal)))
        offset += sum(map(len, row))
    if parts.tail is not None and parts.layout.tail is not None:
        tail = _fields(parts.layout.tail, parts.tail, offset, reveal)
        yield DescribedGroup("after the records", tuple(tail))


def _fields(table: CompiledTable, row: Row, offset: int, reveal: bool) -> Iterator[DescribedField]:
    for field, raw in zip(table.fields, row, strict=False):
        problem = ""
        try:
            DECODERS[FieldKind.TIME if field.kind is FieldKind.LENIENT_TIME else field.kind](raw)
        except FieldError as error:
            problem = str(error)
        yield DescribedField(field.name, _shown(field, raw, reveal), offset, len(raw), problem)
        offset += len(raw)


def _shown(field: Field, raw: bytes, reveal: bool) -> str:
    """A field's value as it may be shown."""
    if field.kind is FieldKind.BYTES:
        return f"({len(raw)} bytes)"
    decode = decode_utf8 if field.kind is FieldKind.UTF8_TEXT else decode_text
    text = one_line(decode(raw.strip(PADDING_READ).partition(b"\0")[0]))
    if field.kind is FieldKind.SECRET:
        return "****" if text else ""
    if reveal or not text:
        return text
    if field.attribute in _TEXTS:
        written = raw.partition(b"\0")[0].rstrip(b" ")
        return f"({len(written)} bytes)"
    return mask_number(text) if field.attribute in _NUMBERS else text


def format_described(frames: Sequence[DescribedFrame]) -> str:
    """The frames as text: one line for a frame, one for each field that says something."""
    return "\n".join(line for frame in frames for line in _lines(frame))


def _lines(frame: DescribedFrame) -> Iterator[str]:
    called = f"{frame.version} {frame.command} {frame.name}".strip() or "?"
    korean = f" ({frame.korean})" if frame.korean else ""
    details = [detail for detail in (frame.direction, frame.layout, f"{frame.size} bytes") if detail]
    yield f"{frame.offset:08x}  {called}{korean}, {', '.join(details)}"
    if frame.problem:
        yield f"          ! {frame.problem}"
    for field in frame.header[2:]:
        if field.value:
            yield f"          {field.name:<12} {field.value}"
    for group in frame.groups:
        if group.title:
            yield f"          {group.title}"
        indent = "            " if group.title else "          "
        for field in group.fields:
            if field.value or field.problem:
                problem = f"  ! {field.problem}" if field.problem else ""
                yield f"{indent}{field.name:<12} {field.value}{problem}".rstrip()
