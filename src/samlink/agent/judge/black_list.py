"""The black list: a table in the customer's database of receivers that get nothing. Blocks; call it in a thread.

Nothing is cached: a number that is inserted counts from the next claim on. Numbers are found in every usual way of
writing them, by the index of their column, and compared as the wire writes them.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final

import sqlalchemy as sa

from samlink.agent.judge.values import text_of
from samlink.agent.tables.engine import one_of
from samlink.agent.tables.schema.columns import found_column, found_table
from samlink.agent.tables.schema.definitions import MYSQL
from samlink.vocabulary.numbers import digits_of

FORMS_AT_ONCE: Final = 1000
"""Values in one list: as many as every database takes."""
_SEPARATORS: Final = ("", "-", " ", ".")
_ABROAD: Final = ("82", "+82")
_NUMBER_CHARACTERS: Final = 20


def black_list_table(metadata: sa.MetaData, name: str, column: str) -> sa.Table:
    """The table, for `samlink agent init`."""
    return sa.Table(name, metadata, sa.Column(column, sa.String(_NUMBER_CHARACTERS), primary_key=True), **MYSQL)


class BlackList:
    """A black list as its database has it."""

    def __init__(self, engine: sa.Engine, name: str, column: str) -> None:
        """Raises TableError if the table or the column is missing."""
        self._engine = engine
        with engine.connect() as connection:
            inspector = sa.inspect(connection)
            there = found_table(name, inspector)
            types = {found["name"]: found["type"] for found in inspector.get_columns(there)}
        receiver = found_column(column, types, there)
        self._numbered = isinstance(types[receiver], sa.Integer | sa.Numeric)
        # A text column may have any type; numbers are longer than 32 bits.
        told = sa.column(receiver, sa.BigInteger) if self._numbered else sa.column(receiver)
        self._receiver: sa.ColumnClause[Any] = sa.table(there, told).c[receiver]

    def listed(self, receivers: Iterable[str]) -> frozenset[str]:
        """The receivers (digits, as the wire has them) that are on the list."""
        asked = frozenset(receivers)
        values = iter([value for receiver in sorted(asked) for value in self._values(receiver)])
        found: set[str] = set()
        with self._engine.connect() as connection:
            while some := list(islice(values, FORMS_AT_ONCE)):
                query = sa.select(self._receiver).where(one_of(self._receiver, some, connection.dialect))
                found.update(digits for value in connection.execute(query).scalars() for digits in _digits_of(value))
        return asked & found

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
    try:
        text = text_of(value).strip()
    except ValueError:
        return
    digits = digits_of(text if text.lstrip("+").startswith(("0", "82")) else f"0{text}")
    if digits is not None:
        yield digits
