"""The black list: a table in the customer's database of receivers that get nothing. Blocks; call it in a thread.

Numbers are compared, not spellings. Those that are written in a usual way (`USUAL`) are found by the index of their
column, so that one that is inserted counts from the next claim on. All others (a dash too few, a blank of another kind,
a carriage return of a file) are read and kept in memory; they are looked for again and again, for at most one part in
`LOOKING_SHARE` of the time, which with an ordinary list is at each claim.
"""

import time
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final

import sqlalchemy as sa

from samlink.agent.errors import TableError
from samlink.agent.judge.values import text_of
from samlink.agent.judge.verdict import RECEIVER
from samlink.agent.tables.engine import one_of
from samlink.agent.tables.schema.columns import found_column, found_table
from samlink.agent.tables.schema.definitions import MYSQL
from samlink.agent.tables.schema.names import clause, split
from samlink.vocabulary.numbers import digits_of
from samlink.vocabulary.problem import N_

FORMS_AT_ONCE: Final = 1000
"""Values in one list: as many as every database takes."""
UNUSUAL_LIMIT: Final = 100_000
"""Entries that are kept in memory."""
LOOKING_SHARE: Final = 20
_SEPARATORS: Final = ("", "-", " ", ".")
_ABROAD: Final = ("82", "+82")
_NUMBER_CHARACTERS: Final = 20
_REST: Final = "(1[0-9]|5[0-9]{{1,2}}){0}[0-9]{{3,4}}{0}[0-9]{{4}}"
USUAL: Final = "|".join(
    (
        "^(0|[+]?820?)?(1[0-9]{8,9}|5[0-9]{6,10})$",
        f"^(0|[+]?82[- ]?){_REST.format('-')}$",
        f"^(0|[+]?82 ){_REST.format(' ')}$",
        f"^(0|[+]?82[.]){_REST.format('[.]')}$",
    )
)
"""What `forms` writes, as a regular expression."""


def black_list_table(metadata: sa.MetaData, name: str, column: str) -> sa.Table:
    """The table, for `samlink agent init`."""
    table, schema = split(name)
    number = sa.Column(column, sa.String(_NUMBER_CHARACTERS), primary_key=True)
    return sa.Table(table, metadata, number, schema=schema, **MYSQL)


class BlackList:
    """A black list as its database has it."""

    def __init__(self, engine: sa.Engine, name: str, column: str) -> None:
        """Raises TableError if the table or the column is missing, or too much of the list is written unusually."""
        self._engine = engine
        with engine.connect() as connection:
            inspector = sa.inspect(connection)
            there = found_table(name, inspector)
            types = {found["name"]: found["type"] for found in inspector.get_columns(*split(there))}
        receiver = found_column(column, types, there)
        self._numbered = isinstance(types[receiver], sa.Integer | sa.Numeric)
        self._is_text = isinstance(types[receiver], sa.String)
        # A text column may have any type; numbers are longer than 32 bits.
        told = sa.column(receiver, sa.BigInteger) if self._numbered else sa.column(receiver)
        self._receiver: sa.ColumnClause[Any] = clause(there, told).c[receiver]
        self.name = there
        self.useless = 0
        """How many entries can never match a receiver."""
        self._unusual: frozenset[str] = frozenset()
        self._look_at = 0.0
        with engine.connect() as connection:
            self._look(connection)

    def listed(self, receivers: Iterable[str]) -> frozenset[str]:
        """The receivers (digits, as the wire has them) that are on the list.

        Raises:
            TableError: too much of the list is written in unusual ways.
        """
        asked = frozenset(receivers)
        values = iter([value for receiver in sorted(asked) for value in self._values(receiver)])
        found: set[str] = set()
        with self._engine.connect() as connection:
            if asked and time.monotonic() >= self._look_at:
                self._look(connection)
            while some := list(islice(values, FORMS_AT_ONCE)):
                query = sa.select(self._receiver).where(one_of(self._receiver, some, connection.dialect))
                found.update(digits for value in connection.execute(query).scalars() for digits in _digits_of(value))
        return asked & (found | self._unusual)

    def _look(self, connection: sa.Connection) -> None:
        """Read the entries that no index finds by their number."""
        begun = time.monotonic()
        entry: sa.ColumnElement[Any] = self._receiver
        entry = entry if self._is_text else sa.cast(entry, sa.String(64))
        # SQL Server has no regular expressions.
        usual = entry.not_like("%[^0-9]%") if connection.dialect.name == "mssql" else entry.regexp_match(USUAL)
        query = sa.select(self._receiver).where(sa.not_(usual)).limit(UNUSUAL_LIMIT + 1)
        entries = [[*_digits_of(value)] for value in connection.execute(query).scalars()]
        if len(entries) > UNUSUAL_LIMIT:
            template = N_("table {table} has more than {limit} numbers that are not written as digits; write them so")
            raise TableError("table.unusual_numbers", template, table=self.name, limit=UNUSUAL_LIMIT)
        self._unusual = frozenset(digits for found in entries for digits in found)
        self.useless = sum(not found for found in entries)
        now = time.monotonic()
        self._look_at = now + LOOKING_SHARE * (now - begun)

    def _values(self, receiver: str) -> Iterable[str | int]:
        if self._numbered:
            return sorted({int(form) for form in forms(receiver) if form.isdigit()})
        return forms(receiver)


def forms(receiver: str) -> tuple[str, ...]:
    """The usual ways to write a mobile number of 10 or 11 digits: `01012345678`, `010-1234-5678`, `+82 10-1234-5678`,
    and without its first zero, as a table program leaves it; and one that begins with 05: `0505-123-4567` too."""
    ends = (3, 4) if receiver.startswith("05") else (3,)
    return tuple(dict.fromkeys(form for end in ends for form in _forms(receiver, end)))


def _forms(receiver: str, end: int) -> Iterator[str]:
    """The ways to write a number whose first group has `end` digits."""
    parts = (receiver[1:end], receiver[end:-4], receiver[-4:])
    rests = [separator.join(parts) for separator in _SEPARATORS]
    yield from (f"0{rest}" for rest in rests)
    yield "".join(parts)
    for abroad in _ABROAD:
        yield from (f"{abroad}{rest}" for rest in rests[:2])
        yield from (f"{abroad}{separator}{'-'.join(parts)}" for separator in ("-", " "))
        yield from (f"{abroad}{separator}{separator.join(parts)}" for separator in (" ", "."))
        yield f"{abroad}{receiver}"


def _digits_of(value: object) -> Iterator[str]:
    """The number of an entry, unless it is none that a receiver could have."""
    try:
        text = text_of(value).strip()
    except ValueError:
        return
    # A table program takes the first zero off.
    written = (digits_of(form) for form in (text, f"0{text}"))
    yield from islice((digits for digits in written if digits is not None and RECEIVER.fullmatch(digits)), 1)
