"""How a client reads the bodies of a gateway that is one byte off the manual (docs/protocol.md 10).

What an answer means is in its RESP_CODE; nothing that is odd in a body may cost a message or a result, nor hold up its
neighbours. So nothing here raises: what has one reading is read, the rest is left out or unknown. An exact body takes
the way of `packets.decode_body`, and no more time than there.
"""

import re
import struct
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from samlink.vocabulary.results import ResultCode
from samlink.vocabulary.text import CHARSET
from samlink.wire import commands
from samlink.wire.choices import PADDING_READ
from samlink.wire.commands import COUNT, Command
from samlink.wire.errors import RemoteProtocolError
from samlink.wire.fields import DECODERS, FieldError, FieldKind, decode_number
from samlink.wire.packets import decode_body
from samlink.wire.records import KeyRecord, LoginAnswer, ResultRecord
from samlink.wire.text import decode_text, key_text, name_text

UNREADABLE_RESULT: Final = ResultCode.OTHER_FAILURE
"""What a RESULT that is no number counts as: 11, the manual's word for a failure without a code of its own."""
_BLANK: Final = PADDING_READ + b"\r\n\t"
"""What may stand behind the last field and mean nothing."""
_DATE: Final = re.compile(rb"\d{4}-\d\d-\d\d")
LIKE_A_RECORD: Final = 3
"""Signs by which a record is known for one where no COUNT says that it is there (`_likeness`)."""


def _struct_of(command: Command) -> struct.Struct:
    assert command.record is not None
    return struct.Struct("".join(f"{field.size}s" for field in command.record.fields))


_RESULT: Final = _struct_of(commands.RESULTS)
_KEY: Final = _struct_of(commands.SEND_ANSWER_KEYS)
_TELECOM_SIZE: Final = 7
"""Bytes of the last field of a result, which may be trimmed from the end of a body: it says nothing that is needed."""
_KEY_STARTS: Final = (COUNT.size, COUNT.size + _KEY.size // 2)
"""Where GRP_ID and MSG_ID of the first record begin."""


class ResultRow(NamedTuple):
    """The raw fields of one result, in the order of the table."""

    group_id: bytes
    message_id: bytes
    receiver: bytes
    sent_at: bytes
    result: bytes
    telecom: bytes


def read_login_answer(body: bytes) -> LoginAnswer:
    """What a 1011 tells, field by field as far as whole fields go: None where a field cannot be read; what comes after
    the last one is ignored."""
    table = commands.LOGIN_ANSWER.head
    assert table is not None
    values: dict[str, object] = {}
    start = 0
    for field in table.fields:
        raw = body[start : start + field.size]
        start += field.size
        if len(raw) < field.size:
            break
        try:
            values[field.attribute] = DECODERS[field.kind](raw)
        except FieldError:
            continue
    return LoginAnswer(**values)  # type: ignore[arg-type]


def read_file_name(body: bytes) -> str:
    """FILE_NAME of a 2040, to its first NUL or to its padding, whatever LENGTH is; empty where there is none."""
    return name_text(body.partition(b"\0")[0].strip(_BLANK))


def read_keys(body: bytes) -> list[KeyRecord]:
    """The keys that a 1021 names; none where there are none, or they cannot be read. A blank one names nothing."""
    try:
        return [key for key in decode_body(commands.SEND_ANSWER_KEYS, body).records if key.group_id and key.message_id]
    except RemoteProtocolError:
        pass  # not by the letter
    if _count(body) is None:
        return []
    keys = [tuple(map(key_text, _KEY.unpack(row))) for row in _rows(body, _KEY.size, lambda _: LIKE_A_RECORD)]
    return [KeyRecord(group_id, message_id) for group_id, message_id in keys if group_id and message_id]


def read_results(body: bytes, padding: bytes) -> Sequence[ResultRecord]:
    """The results of a 1031, in whole records. `padding` is the one that we write: a key that we would write in other
    bytes keeps its own for the acknowledgement.

    The records are (LENGTH - 4) / COUNT bytes wide, at least 82, of which the first 82 are read; the last one may lack
    what stands behind its RESULT. A RESULT that is no number counts as `UNREADABLE_RESULT`.
    """
    if padding == b" " and _is_plain(body):
        try:
            return decode_body(commands.RESULTS, body).records
        except RemoteProtocolError:
            pass  # something in it is odd: each field is looked at below
    rows = _rows(body, _RESULT.size, _likeness, trimmed=_TELECOM_SIZE)
    return [_result(ResultRow(*_RESULT.unpack(row)), padding) for row in rows]


def _is_plain(body: bytes) -> bool:
    """Whether the keys stand in a body of exact records as we would write them ourselves."""
    whole = len(body) >= COUNT.size and (len(body) - COUNT.size) % _RESULT.size == 0
    return whole and b"\0" not in body and not any(b" " in body[start :: _RESULT.size] for start in _KEY_STARTS)


def _result(row: ResultRow, padding: bytes) -> ResultRecord:
    raw_key = row.group_id + row.message_id
    group_id, message_id = key_text(row.group_id), key_text(row.message_id)
    ours = b"".join(key.encode(CHARSET, "replace").ljust(_KEY.size // 2, padding) for key in (group_id, message_id))
    try:
        result, unreadable = decode_number(row.result.strip(PADDING_READ).partition(b"\0")[0]), ""
    except FieldError:
        result, unreadable = int(UNREADABLE_RESULT), repr(decode_text(row.result))
    return ResultRecord(
        group_id,
        message_id,
        key_text(row.receiver),
        DECODERS[FieldKind.LENIENT_TIME](row.sent_at),
        result,
        decode_text(row.telecom.partition(b"\0")[0].rstrip(b" ")),
        b"" if ours == raw_key else raw_key,
        unreadable,
    )


def _likeness(raw: bytes) -> int:
    """How much 82 bytes look like a result: a receiver of digits, a SEND_DT that begins as one or is empty, a RESULT of
    digits. All three if they are one."""
    row = ResultRow(*_RESULT.unpack(raw))
    time = row.sent_at.strip(PADDING_READ)
    return (
        row.receiver.strip(PADDING_READ).isdigit()
        + (not time or _DATE.match(time) is not None)
        + row.result.strip(PADDING_READ).isdigit()
    )


def _count(body: bytes) -> int | None:
    """COUNT; None where it cannot be read, a blank one too."""
    try:
        return decode_number(body[: COUNT.size])
    except FieldError:
        return None


def _rows(body: bytes, size: int, likeness: Callable[[bytes], int], *, trimmed: int = 0) -> list[bytes]:
    """The first `size` bytes of each record of a body, blank ones left out. Up to `trimmed` bytes may be missing at its
    end.

    COUNT says how many there are, and LENGTH how wide they are; but bytes at the end may belong to nobody. Where both
    can be, that reading holds by which more of the records are records. Without a COUNT, only those count that are.
    """
    told = _count(body)
    whole = COUNT.size + (told or 0) * size
    if whole - trimmed <= len(body) < whole:
        body = body.ljust(whole)
    fitting = (len(body) - COUNT.size) // size
    count = fitting if told is None else min(told, fitting)
    if count <= 0:
        return []
    widest = (len(body) - COUNT.size) // count
    widths = [size, widest]
    if body[COUNT.size + count * size :].strip(_BLANK):
        widths.reverse()
    rows = _likeliest([_cut(body, size, width, count) for width in dict.fromkeys(widths)], likeness)
    if sum(map(likeness, rows)) < count * LIKE_A_RECORD and widest > size:
        between = [_cut(body, size, width, count) for width in range(size, min(widest, 2 * size))]
        rows = _likeliest([rows, *between], likeness)
    return [row for row in rows if row.strip(_BLANK) and (told is not None or likeness(row) >= LIKE_A_RECORD)]


def _likeliest(readings: Sequence[list[bytes]], likeness: Callable[[bytes], int]) -> list[bytes]:
    """The first of the readings by which most of the records look like records."""
    return max(readings, key=lambda rows: sum(map(likeness, rows)))


def _cut(body: bytes, size: int, width: int, count: int) -> list[bytes]:
    starts = range(COUNT.size, COUNT.size + width * count, width)
    return [body[start : start + size] for start in starts]
