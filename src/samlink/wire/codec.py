"""The one interpreter of the tables in `commands.py`: bytes to records and back.

Each table is compiled once: its fixed fields into a `struct`, its decoders and encoders into tuples. A table with fields
that a LENGTH counts is read as fixed part, counted parts, fixed part. Nothing here knows a command by name.
"""

import operator
import struct
from collections.abc import Iterable, Sequence
from typing import Any, NoReturn

from samlink.codes.responses import ResponseCode
from samlink.wire.commands import Table
from samlink.wire.errors import LocalProtocolError, RemoteProtocolError
from samlink.wire.fields import DECODERS, ENCODERS, Field, FieldError, FieldKind, decode_number
from samlink.wire.records import Record


class _Part:
    """A run of fields without a counted one: one struct."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self.fields = tuple(fields)
        self.struct = struct.Struct("".join(f"{field.size}s" for field in fields))
        self.size = self.struct.size
        self.decoders = tuple(DECODERS[field.kind] for field in fields)

    def decode(self, raws: Sequence[bytes]) -> list[Any]:
        return [decode(raw) for decode, raw in zip(self.decoders, raws, strict=True)]


def blame(fields: Iterable[Field], raws: Iterable[bytes], where: str) -> NoReturn:
    """Find the field that cannot be read, and refuse the packet for it."""
    for field, raw in zip(fields, raws, strict=False):
        try:
            DECODERS[field.kind](raw)
        except FieldError as error:
            raise RemoteProtocolError(error.response, f"{where}{field.name} {error}") from None
    raise AssertionError("no field is at fault")


class CompiledTable:
    """A head's or record's fields, ready to encode and decode."""

    def __init__(self, table: Table, *, user_code: bool) -> None:
        fields = table.fields if user_code else tuple(f for f in table.fields if f.attribute != "user_code")
        self.record = table.record
        counted = [number for number, field in enumerate(fields) if field.counted_by]
        first, last = (counted[0], counted[-1] + 1) if counted else (len(fields), len(fields))
        self.fields = fields
        self.before = _Part(fields[:first])
        self.counted = fields[first:last]
        self.after = _Part(fields[last:])
        names = [field.name for field in fields]
        self.lengths = tuple(names.index(field.counted_by) for field in self.counted)
        self.fixed_size = self.before.size + self.after.size
        self._pick, self._defaults = self._order(table.record)
        self._values = operator.attrgetter(*(f.attribute for f in fields if f.attribute))
        self._single = sum(1 for f in fields if f.attribute) == 1
        self._writers = tuple((ENCODERS[f.kind], f.name, f.size or f.limit, f.size) for f in fields if f.attribute)
        valued = [f.name for f in fields if f.attribute]
        self._run = next((n for n, f in enumerate(fields) if f.kind is not FieldKind.KEY), len(fields))
        assert not (self._run and self.counted), "a table with counted fields opens with its LENGTHs"
        self._run_format = "".join(f"%-{field.size}s" for field in fields[: self._run])
        self._writers_after_run = self._writers[self._run :]
        self._run_size = sum(field.size for field in fields[: self._run])
        self._length_places = tuple(
            (names.index(field.counted_by), valued.index(field.name) + done) for done, field in enumerate(self.counted)
        )

    def _order(self, record: type[Record]) -> tuple[Any, tuple[Any, ...]]:
        """How decoded values become the record's arguments; the fields that this table lacks keep their defaults."""
        attributes = [field.attribute for field in self.fields]
        wanted = record.__struct_fields__
        assert set(filter(None, attributes)) <= set(wanted), f"{record.__name__} lacks a field of its table"
        present = [name for name in wanted if name in attributes]
        if attributes == list(wanted[: len(attributes)]):
            return None, ()
        given = record.__struct_defaults__
        defaults = dict(zip(wanted[len(wanted) - len(given) :], given, strict=True))
        missing = [name for name in wanted if name not in present]
        places = [
            attributes.index(name) if name in attributes else len(attributes) + missing.index(name) for name in wanted
        ]
        getter: Any = operator.itemgetter(*places) if len(places) > 1 else (lambda values: (values[places[0]],))
        return getter, tuple(defaults[name] for name in missing)

    # -- bytes to records

    def decode_fixed(self, body: bytes, start: int) -> list[Record]:
        """All the records from `start` on, of a table without counted fields."""
        record, pick, decoders = self.record, self._pick, self.before.decoders
        found: list[Record] = []
        raws: tuple[bytes, ...] = ()
        try:
            for raws in self.before.struct.iter_unpack(memoryview(body)[start:] if start else body):
                values = [decode(raw) for decode, raw in zip(decoders, raws, strict=True)]
                found.append(record(*(values if pick is None else pick([*values, *self._defaults]))))
        except FieldError:
            blame(self.fields, raws, f"record {len(found) + 1} ")
        return found

    def decode_one(self, body: bytes, start: int, where: str = "") -> tuple[Record, int]:
        """The record at `start`, and where it ends.

        Raises:
            RemoteProtocolError: the body ends before it, or a field cannot be read.
        """
        end = start + self.before.size
        if end > len(body):
            raise RemoteProtocolError(ResponseCode.BAD_LAYOUT, f"{where}body ends early")
        raws = list(self.before.struct.unpack_from(body, start))
        for field, place in zip(self.counted, self.lengths, strict=True):
            try:
                size = decode_number(raws[place])
            except FieldError as error:
                raise RemoteProtocolError(error.response, f"{where}{field.counted_by} {error}") from None
            if field.kind is FieldKind.BYTES and size > field.limit:
                raise RemoteProtocolError(ResponseCode.FILE_TOO_LARGE, f"{field.counted_by} over {field.limit}")
            end += size
            if field.kind is FieldKind.BYTES and end > len(body):
                fault = f"{field.counted_by} {size}, but {len(body) - end + size} bytes came"
                raise RemoteProtocolError(ResponseCode.FILE_LENGTH_WRONG, fault)
            raws.append(body[end - size : end])
        if end + self.after.size > len(body):
            raise RemoteProtocolError(ResponseCode.BAD_LAYOUT, f"{where}body ends early")
        raws += self.after.struct.unpack_from(body, end)
        try:
            values = [DECODERS[field.kind](raw) for field, raw in zip(self.fields, raws, strict=True)]
        except FieldError:
            blame(self.fields, raws, where)
        if self._pick is not None:
            values = self._pick([*values, *self._defaults])
        return self.record(*values), end + self.after.size

    def fills(self, body: bytes, start: int, count: int) -> bool:
        """Whether `count` records from `start` on, by their lengths alone, end where the body does."""
        try:
            for _ in range(count):
                raws = self.before.struct.unpack_from(body, start)
                start += self.fixed_size + sum(decode_number(raws[place]) for place in self.lengths)
        except (struct.error, FieldError):
            return False
        return start == len(body)

    def decode_counted(self, body: bytes, start: int, count: int) -> list[Record]:
        """`count` records that must fill the body from `start` on.

        Raises:
            RemoteProtocolError: they do not, or a field cannot be read.
        """
        found: list[Record] = []
        for number in range(1, count + 1):
            record, start = self.decode_one(body, start, f"record {number} ")
            found.append(record)
        if start != len(body):
            raise RemoteProtocolError(ResponseCode.BAD_LAYOUT, f"{len(body) - start} bytes after record {count}")
        return found

    def decode_prefix(self, body: bytes) -> Record:
        """As many whole fields as a short body has (1011); the rest keep their defaults."""
        raws: list[bytes] = []
        start = 0
        for field in self.fields:
            if start + field.size > len(body):
                break
            raws.append(body[start : start + field.size])
            start += field.size
        try:
            return self.record(*(DECODERS[field.kind](raw) for field, raw in zip(self.fields, raws, strict=False)))
        except FieldError:
            blame(self.fields, raws, "")

    # -- records to bytes

    def encode(self, record: Record, padding: bytes) -> bytes:
        """The record's bytes.

        Raises:
            LocalProtocolError: a value does not fit its field; the message names field and reason.
        """
        values = (self._values(record),) if self._single else self._values(record)
        parts: list[bytes] = []
        writers = self._writers
        if self._run > 1 and padding == b" ":
            run = values[: self._run]
            joined = "".join(run)
            padded = self._run_format % run
            # Keys of plain ASCII that overflow no field, as all but the odd one are, need not be looked at one by one.
            if len(padded) == self._run_size and joined.isascii() and joined.isprintable() and " " not in joined:
                parts.append(padded.encode("ascii"))
                values, writers = values[self._run :], self._writers_after_run
        for value, (encode, name, limit, size) in zip(values, writers, strict=True):
            raw = b"" if value is None else encode(value, name)
            if len(raw) > limit:
                raise LocalProtocolError(f"{name}: {len(raw)} bytes, at most {limit}")
            parts.append(raw.ljust(size, padding))
        for place, counted in self._length_places:
            length = b"%d" % len(parts[counted])
            parts.insert(place, length.ljust(self.fields[place].size, padding))
        return b"".join(parts)
