"""Bodies as values: a `Packet` is what a command carries, encoded and decoded by the tables of `commands.py`."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import msgspec

from samlink.vocabulary.responses import ResponseCode
from samlink.vocabulary.sizes import COUNT_LIMIT
from samlink.vocabulary.text import Charset
from samlink.wire.choices import PADDING_WRITTEN
from samlink.wire.codec import CompiledTable, Row
from samlink.wire.commands import COMMANDS, COUNT, USER_CODE_ONCE, Command
from samlink.wire.errors import LocalProtocolError, RemoteProtocolError
from samlink.wire.fields import FieldError, decode_number
from samlink.wire.records import KeyRecord, Record


class Packet(msgspec.Struct):
    """What a command carries."""

    command: Command
    head: Any = None
    """The head's Record; None for a command without one, or an empty body."""
    records: Sequence[Any] = ()
    user_code: bool = False
    """The records have USERCODE (docs/protocol.md 4)."""
    empty: bool = False
    """The body has no bytes at all, not even a COUNT (1026; 1030 of SAM10)."""

    def __repr__(self) -> str:
        return f"Packet({self})"

    def __str__(self) -> str:
        parts = [f"{self.command.code} {self.command.english}"]
        if self.head is not None:
            parts.append(repr(self.head))
        if self.command.counted:
            parts.append(f"COUNT {len(self.records)}")
        return ", ".join(parts)


class Layout:
    """One layout of a command's body: without USERCODE, with one in each record, or with one after them all."""

    def __init__(self, command: Command, *, user_code: bool, once: bool = False) -> None:
        self.user_code = user_code or once
        self.tail = CompiledTable(USER_CODE_ONCE, user_code=True, name="") if once else None
        self.head = None if command.head is None else CompiledTable(command.head, user_code=user_code, name="")
        # A command that has one layout only has USERCODE in it, if its table does (1054).
        shown = user_code or not command.user_code
        self.record = None if command.record is None else CompiledTable(command.record, user_code=shown)


_LAYOUTS: Final[dict[str, tuple[Layout, ...]]] = {
    command.code: (
        (Layout(command, user_code=False), Layout(command, user_code=True), Layout(command, user_code=False, once=True))
        if command.user_code
        else (Layout(command, user_code=False),)
    )
    for command in COMMANDS.values()
}
"""In the order in which they are tried; the first two are written as well."""


def record_size(command: Command, *, user_code: bool) -> int:
    """Bytes of one record's fixed fields: what it takes without the fields that a LENGTH counts."""
    table = _LAYOUTS[command.code][user_code and command.user_code].record
    return 0 if table is None else table.fixed_size


def body_limit(command: Command, count: int) -> int:
    """The most bytes that a body of `command` with up to `count` records can have."""
    layout = _LAYOUTS[command.code][command.user_code]
    size = COUNT.size if command.counted else 0
    for table, times in ((layout.head, 1), (layout.record, count)):
        if table is not None:
            size += times * (table.fixed_size + sum(field.limit for field in table.counted))
    return size + command.unread_limit


class BodyRows(NamedTuple):
    """A body cut into its fields, none of them read but COUNT and the LENGTHs."""

    layout: Layout
    counted: bool = False
    """It opens with a COUNT, that of `rows`."""
    head: Row | None = None
    """May be shorter than its table, where a body may end early (1011)."""
    rows: Sequence[Row] = ()
    tail: Row | None = None
    """What follows the last record."""


def decode_body(
    command: Command, body: bytes, count_limit: int = COUNT_LIMIT, charset: Charset = Charset.CP949
) -> Packet:
    """The values of a body. `count_limit` is the greatest COUNT that is taken, `charset` how the texts of messages are
    read. Raises RemoteProtocolError: COUNT is over the limit, the body fits no layout of the command, or a field cannot
    be read; its detail names field and record."""
    if not body and (command.may_be_empty or not (command.counted or command.head)):
        return Packet(command, empty=True)
    layout, _, head_row, rows, tail = cut_body(command, body, count_limit)
    head: Record | None = None
    if layout.head is not None and head_row is not None:
        whole = len(head_row) == len(layout.head.fields)
        head = layout.head.records([head_row])[0] if whole else layout.head.record_of_prefix(head_row)
    if layout.record is None or not rows:
        return Packet(command, head)
    found = layout.record.records(rows)
    if charset is not Charset.CP949:
        layout.record.reread_texts(found, rows, charset)
    if layout.tail is not None and tail is not None:
        (last,) = layout.tail.records([tail])
        for record in found:
            record.user_code = last.user_code  # type: ignore[attr-defined]
    return Packet(command, head, found, layout.user_code)


def cut_body(command: Command, body: bytes, count_limit: int = COUNT_LIMIT) -> BodyRows:
    """The fields of a body, in the layout that fits it. Raises RemoteProtocolError: COUNT is over the limit, or the
    body fits no layout of the command."""
    layouts = _LAYOUTS[command.code]
    if not command.counted:
        return BodyRows(layouts[0], head=_cut_head_only(command, body))
    count = decode_count(body, count_limit)
    if count == 0 and len(body) == COUNT.size:
        return BodyRows(layouts[0], counted=True)
    if layouts[0].record is not None and layouts[0].record.counted:
        return _cut_variable(layouts, body, count)
    for layout in layouts:
        start, end = _start(layout), len(body) - _tail_size(layout)
        if layout.record is not None and start + count * layout.record.fixed_size == end:
            rows = layout.record.cut_fixed(body[:end], start)
            return BodyRows(layout, True, _cut_head(layout, body), rows, _cut_tail(layout, body))
    raise RemoteProtocolError(ResponseCode.BAD_LAYOUT, f"LENGTH {len(body)} fits no layout of COUNT {count}")


def decode_count(body: bytes, count_limit: int) -> int:
    """The COUNT that opens a body. Raises RemoteProtocolError: it is no number, or over `count_limit`."""
    try:
        count = decode_number(body[: COUNT.size])
    except FieldError as error:
        raise RemoteProtocolError(ResponseCode.BAD_COUNT, f"COUNT {error}") from None
    if count > count_limit:
        raise RemoteProtocolError(ResponseCode.BAD_COUNT, f"COUNT {count} is over the limit of {count_limit}")
    return count


def _cut_head(layout: Layout, body: bytes) -> Row | None:
    return None if layout.head is None else layout.head.cut_one(body, COUNT.size)[0]


def _cut_head_only(command: Command, body: bytes) -> Row | None:
    table = _LAYOUTS[command.code][0].head
    if table is None:
        if body:
            raise RemoteProtocolError(ResponseCode.BAD_LAYOUT, f"{command.code} has no body, LENGTH is {len(body)}")
        return None
    if command.may_end_early and len(body) < table.fixed_size:
        return table.cut_prefix(body)
    row, end = table.cut_one(body, 0)
    if len(body) - end > command.unread_limit:
        fault = ResponseCode.FILE_LENGTH_WRONG if table.counted else ResponseCode.BAD_LAYOUT
        raise RemoteProtocolError(fault, f"{len(body) - end} bytes after the last field")
    return row


def _cut_variable(layouts: Sequence[Layout], body: bytes, count: int) -> BodyRows:
    """In the layout whose lengths fill the body exactly, the manual's first; the first one's fault when none does."""
    layout = next((layout for layout in layouts if _fits(layout, body, count)), layouts[0])
    assert layout.record is not None
    head, tail = _cut_head(layout, body), _cut_tail(layout, body)
    records = body[: len(body) - _tail_size(layout)]
    return BodyRows(layout, True, head, layout.record.cut_counted(records, _start(layout), count), tail)


def _tail_size(layout: Layout) -> int:
    return layout.tail.fixed_size if layout.tail else 0


def _cut_tail(layout: Layout, body: bytes) -> Row | None:
    return None if layout.tail is None else layout.tail.cut_one(body, len(body) - layout.tail.fixed_size)[0]


def _start(layout: Layout) -> int:
    return COUNT.size + (layout.head.fixed_size if layout.head else 0)


def _fits(layout: Layout, body: bytes, count: int) -> bool:
    return layout.record is not None and layout.record.fills(body, _start(layout), count, _tail_size(layout))


def encode_body(packet: Packet, padding: bytes = PADDING_WRITTEN) -> bytes:
    """The bytes of a body. Raises LocalProtocolError: there are too many records, or a value does not fit its field;
    names record and field."""
    if packet.empty:
        return b""
    command = packet.command
    _check_complete(packet)
    layout = _LAYOUTS[command.code][packet.user_code and command.user_code]
    parts: list[bytes] = []
    if command.counted:
        if len(packet.records) > COUNT_LIMIT:
            raise LocalProtocolError(f"COUNT: {len(packet.records)} records, at most {COUNT_LIMIT}")
        parts.append((b"%d" % len(packet.records)).ljust(COUNT.size, padding))
    if layout.head is not None and packet.head is not None:
        parts.append(layout.head.encode([packet.head], padding))
    if layout.record is not None:
        parts.append(_encode_records(layout.record, packet.records, padding))
    return b"".join(parts)


def _encode_records(table: CompiledTable, records: Sequence[Any], padding: bytes) -> bytes:
    """The records, but keys that came in bytes of their own as they came."""
    if table.record is not KeyRecord or not any(record.raw for record in records):
        return table.encode(records, padding)
    return b"".join(record.raw or table.encode([record], padding) for record in records)


def _check_complete(packet: Packet) -> None:
    """Refuse what the interpreter would write as a body that no layout fits."""
    command = packet.command
    if packet.records and command.record is None:
        raise LocalProtocolError(f"{command.code}: it has no records")
    if packet.head is None and command.head is not None and (packet.records or not command.counted):
        raise LocalProtocolError(f"{command.code}: {command.head.fields[0].name} and what follows it are missing")
