"""The one interpreter of the tables in `commands.py`: bytes to records and back.

Each table is compiled once. Records are read and written a column at a time (all GRP_IDs, then all MSG_IDs, …), which
takes half the time of one record after the other; only when something is wrong are they gone through one by one, to
name the record and the field. A table with fields that a LENGTH counts is cut into fields as fixed part, counted parts,
fixed part. Nothing here knows a command by name.
"""

import operator
import struct
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, repeat
from typing import Any, NoReturn

from samlink.vocabulary.responses import ResponseCode
from samlink.vocabulary.text import Charset
from samlink.wire.choices import PADDING_READ
from samlink.wire.commands import Table
from samlink.wire.errors import LocalProtocolError, RemoteProtocolError
from samlink.wire.fields import DECODERS, Field, FieldError, FieldKind, column_decoder, column_encoder, decode_number
from samlink.wire.records import Record
from samlink.wire.text import cp949_has, may_be_utf8, utf8_instead

Row = Sequence[bytes]
"""The raw fields of one record, in the table's order."""


def _struct_of(fields: Iterable[Field]) -> struct.Struct:
    return struct.Struct("".join(f"{field.size}s" for field in fields))


class CompiledTable:
    """A head's or record's fields, ready to encode and decode; without `user_code`, a USERCODE is left out.

    `name` is what the errors call a record: `record` for `record 3 MSG …`, empty for the head, which there is one of.
    """

    def __init__(self, table: Table, *, user_code: bool, name: str = "record") -> None:
        fields = table.fields if user_code else tuple(f for f in table.fields if f.attribute != "user_code")
        places = [place for place, field in enumerate(fields) if field.counted_by]
        first, after = (places[0], places[-1] + 1) if places else (len(fields), len(fields))
        names = [field.name for field in fields]
        self.fields = fields
        self.record = table.record
        self.counted = fields[first:after]
        self._name = name
        self._before = _struct_of(fields[:first])
        self._after = _struct_of(fields[after:])
        self.fixed_size = self._before.size + self._after.size
        self._length_places = tuple(names.index(field.counted_by) for field in self.counted)
        self._counted_places = range(first, after)
        self._decoders = tuple(column_decoder(field) for field in fields)
        self._arguments = tuple(self._arguments_of(table.record))
        self._valued_places = tuple(place for place, field in enumerate(fields) if field.attribute)
        self._text_places = tuple((place, field) for place, field in enumerate(fields) if field.kind is FieldKind.TEXT)
        self._encoders = tuple(column_encoder(fields[place]) for place in self._valued_places)
        self._values = operator.attrgetter(*(fields[place].attribute for place in self._valued_places))

    def _arguments_of(self, record: type[Record]) -> Iterator[tuple[int, Any]]:
        """Where the record's arguments come from: a field's place, or -1 and the default, for one not in this table."""
        attributes = [field.attribute for field in self.fields]
        wanted = record.__struct_fields__
        assert set(filter(None, attributes)) <= set(wanted), f"{record.__name__} lacks a field of its table"
        given = record.__struct_defaults__
        defaults = dict(zip(wanted[len(wanted) - len(given) :], given, strict=True))
        for name in wanted:
            yield (attributes.index(name), None) if name in attributes else (-1, defaults[name])

    def _where(self, number: int) -> str:
        return f"{self._name} {number} " if self._name else ""

    # -- bytes to rows: where each field is, without a look at what it holds

    def cut_fixed(self, body: bytes, start: int) -> list[Row]:
        """All the rows from `start` on, of a table without counted fields; whole records must stand there."""
        return list(self._before.iter_unpack(memoryview(body)[start:]))

    def cut_counted(self, body: bytes, start: int, count: int) -> list[Row]:
        """`count` rows that must fill the body from `start` on. Raises RemoteProtocolError: they do not, or a LENGTH
        cannot be read."""
        rows: list[Row] = []
        for number in range(1, count + 1):
            row, start = self._cut(body, start, self._where(number))
            rows.append(row)
        if start != len(body):
            raise RemoteProtocolError(ResponseCode.BAD_LAYOUT, f"{len(body) - start} bytes after record {count}")
        return rows

    def cut_one(self, body: bytes, start: int) -> tuple[Row, int]:
        """The row at `start`, and where it ends. Raises RemoteProtocolError: the body ends before it, or a LENGTH
        cannot be read."""
        return self._cut(body, start, "")

    def cut_prefix(self, body: bytes) -> Row:
        """As many whole fields as a short body has (1011)."""
        row: list[bytes] = []
        start = 0
        for field in self.fields:
            if start + field.size > len(body):
                break
            row.append(body[start : start + field.size])
            start += field.size
        return row

    def fills(self, body: bytes, start: int, count: int, after: int = 0) -> bool:
        """Whether `count` records from `start` on, by their lengths alone, end `after` bytes before the body does."""
        try:
            for _ in range(count):
                raws = self._before.unpack_from(body, start)
                start += self.fixed_size + sum(decode_number(raws[place]) for place in self._length_places)
        except (struct.error, FieldError):
            return False
        return start == len(body) - after

    def _cut(self, body: bytes, start: int, where: str) -> tuple[Row, int]:
        """The raw fields of the record at `start`, and where it ends."""
        end = start + self._before.size
        if end > len(body):
            raise RemoteProtocolError(ResponseCode.BAD_LAYOUT, f"{where}body ends early")
        row = list(self._before.unpack_from(body, start))
        for field, place in zip(self.counted, self._length_places, strict=True):
            if field.kind is FieldKind.BYTES and not row[place].strip(PADDING_READ):
                row[place] = b"%d" % (len(body) - end)  # the manual does not need FILE_LENGTH: LENGTH says it too
            size = self._counted_size(field, row[place], where)
            end += size
            if field.kind is FieldKind.BYTES and end > len(body):
                fault = f"{field.counted_by} {size}, but {len(body) - end + size} bytes came"
                raise RemoteProtocolError(ResponseCode.FILE_LENGTH_WRONG, fault)
            row.append(body[end - size : end])
        if end + self._after.size > len(body):
            raise RemoteProtocolError(ResponseCode.BAD_LAYOUT, f"{where}body ends early")
        row += self._after.unpack_from(body, end)
        return row, end + self._after.size

    @staticmethod
    def _counted_size(field: Field, length: bytes, where: str) -> int:
        try:
            size = decode_number(length)
        except FieldError as error:
            raise RemoteProtocolError(error.response, f"{where}{field.counted_by} {error}") from None
        if field.kind is FieldKind.BYTES and size > field.limit:
            raise RemoteProtocolError(ResponseCode.FILE_TOO_LARGE, f"{field.counted_by} {size} is over {field.limit}")
        return size

    # -- rows to records

    def records(self, rows: Sequence[Row]) -> list[Record]:
        """The records of whole rows. Raises RemoteProtocolError: a field cannot be read; its detail names record and
        field."""
        if not rows:
            return []
        faults: dict[int, str] = {}
        try:
            columns = [decode(cells) for decode, cells in zip(self._decoders, zip(*rows, strict=True), strict=True)]
        except FieldError:
            columns = self._readable_columns(rows, faults)
        found = list(
            map(self.record, *(repeat(value) if place < 0 else columns[place] for place, value in self._arguments))
        )
        for place, fault in faults.items():
            found[place].fault = fault  # type: ignore[attr-defined]
        return found

    def reread_texts(self, records: Sequence[Any], rows: Sequence[Row], charset: Charset) -> None:
        """Give `records`, those of `rows`, the texts that `charset` reads as UTF-8, and mark them. A text that CP949
        lacks cannot be sent to a telephone: that is its message's fault."""
        for place, field in self._text_places:
            cells = [row[place] for row in rows]
            if b"".join(cells).isascii():
                continue
            for record, cell in zip(records, cells, strict=True):
                if charset is Charset.UTF_8 or may_be_utf8(cell):
                    self._reread(record, field, cell, charset)

    @staticmethod
    def _reread(record: Any, field: Field, cell: bytes, charset: Charset) -> None:
        text = utf8_instead(cell, charset)
        if text is None:
            return
        setattr(record, field.attribute, text)
        record.utf8 = True
        if not record.fault and not cp949_has(text):
            record.fault = f"{field.name} has a character that CP949 lacks"

    def _readable_columns(self, rows: Sequence[Row], faults: dict[int, str]) -> list[Sequence[Any]]:
        """The columns of rows of which something cannot be read: what is only one message's trouble goes into `faults`,
        by the row's place, and its value is None. Raises RemoteProtocolError: it is the packet's trouble."""
        columns: list[Sequence[Any]] = []
        for field, decode, cells in zip(self.fields, self._decoders, zip(*rows, strict=True), strict=True):
            try:
                columns.append(decode(cells))
            except FieldError:
                if not self._forgives(field):
                    self._blame(rows)
                columns.append([self._value_or_fault(field, cell, place, faults) for place, cell in enumerate(cells)])
        return columns

    def _forgives(self, field: Field) -> bool:
        """Whether an unreadable `field` is the trouble of its record alone: a time, where a record can say so."""
        return field.kind is FieldKind.TIME and "fault" in self.record.__struct_fields__

    @staticmethod
    def _value_or_fault(field: Field, raw: bytes, place: int, faults: dict[int, str]) -> Any:
        try:
            return DECODERS[field.kind](raw)
        except FieldError as error:
            faults.setdefault(place, f"{field.name} {error}")
            return None

    def record_of_prefix(self, row: Row) -> Record:
        """The record of a row that ends early; the fields that it lacks keep their defaults. Raises
        RemoteProtocolError: a field cannot be read; its detail names it."""
        try:
            values = {field.attribute: DECODERS[field.kind](raw) for field, raw in zip(self.fields, row, strict=False)}
        except FieldError:
            self._blame([row])
        return self.record(**values)

    def _blame(self, rows: Iterable[Row]) -> NoReturn:
        """Find the first field that cannot be read, and refuse the packet for it."""
        for number, row in enumerate(rows, 1):
            for field, raw in zip(self.fields, row, strict=False):
                if self._forgives(field):
                    continue
                try:
                    DECODERS[field.kind](raw)
                except FieldError as error:
                    detail = f"{self._where(number)}{field.name} {error}"
                    raise RemoteProtocolError(error.response, detail) from None
        raise AssertionError("no field is at fault")

    # -- records to bytes

    def encode(self, records: Sequence[Record], padding: bytes) -> bytes:
        """The records' bytes, one after the other. Raises LocalProtocolError: a value does not fit its field; the
        message names record, field and reason."""
        if not records:
            return b""
        try:
            return self._encode(records, padding)
        except LocalProtocolError:
            self._blame_values(records, padding)

    def _encode(self, records: Sequence[Record], padding: bytes) -> bytes:
        rows = map(self._values, records)
        values: Iterable[Sequence[Any]] = zip(*rows, strict=True) if len(self._encoders) > 1 else [list(rows)]
        columns: list[Sequence[bytes]] = [()] * len(self.fields)
        for place, encode, column in zip(self._valued_places, self._encoders, values, strict=True):
            columns[place] = encode(column, padding)
        for place, counted in zip(self._length_places, self._counted_places, strict=True):
            size = self.fields[place].size
            columns[place] = [(b"%d" % len(cell)).ljust(size, padding) for cell in columns[counted]]
        return b"".join(chain.from_iterable(zip(*columns, strict=True)))

    def _blame_values(self, records: Iterable[Record], padding: bytes) -> NoReturn:
        """Find the first value that cannot be written, and say so."""
        for number, record in enumerate(records, 1):
            for place, encode in zip(self._valued_places, self._encoders, strict=True):
                try:
                    encode([getattr(record, self.fields[place].attribute)], padding)
                except LocalProtocolError as error:
                    raise LocalProtocolError(f"{self._where(number)}{error}") from None
        raise AssertionError("no value is at fault")
