"""What a database says of the columns of a customer's table, and values in the kind that a column has. Pure.

Families hold the same things in different kinds: a state is CHAR(1) here and SMALLINT there. Databases compare a text
with a number each in its own way, or not at all, so every value goes out in the kind of its column.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import sqlalchemy as sa

from samlink.agent.errors import TableError
from samlink.agent.tables.mapping import Field, TableMapping, Translation

Type = sa.types.TypeEngine[Any]


class Columns(msgspec.Struct, frozen=True):
    """The columns of a table that a mapping speaks of."""

    names: Mapping[Field, str]
    """As the database has them."""
    texts: frozenset[Field]
    """Fields whose columns hold text."""
    room: Mapping[Field, int]
    """Characters that fit into a column of text; those without a limit are left out."""
    numbered: bool
    """Whether the id is a number."""
    mapping: TableMapping
    """With states, results and codes in the kinds of their columns."""


def columns_of(table: str, mapping: TableMapping, there: Mapping[str, Type]) -> Columns:
    """The columns of a table, from all that it has and their types.

    Raises:
        TableError: a column is not there, or a value of the mapping does not fit into its column.
    """
    what = f"table {table} has no column {{name}}"
    names = {field: found(name, there, what) for field, name in mapping.columns.items()}
    types = {field: there[name] for field, name in names.items()}
    texts = frozenset(field for field, kind in types.items() if isinstance(kind, sa.String))
    room = {field: kind.length for field, kind in types.items() if isinstance(kind, sa.String) and kind.length}

    def fit(field: Field, value: int | str) -> int | str:
        return _in_kind(value, types[field], f"{table}.{names[field]}")

    def fit_all(field: Field, translation: Translation) -> Translation:
        return {key: fit(field, value) for key, value in translation.items()} if field in types else translation

    in_kind = msgspec.structs.replace(
        mapping,
        waiting=fit(Field.STATE, mapping.waiting),
        sending=fit(Field.STATE, mapping.sending),
        finished=None if mapping.finished is None else fit(Field.STATE, mapping.finished),
        results=fit_all(Field.RESULT, mapping.results),
        codes=fit_all(Field.CODE, mapping.codes),
    )
    return Columns(names, texts, room, isinstance(types[Field.ID], sa.Integer | sa.Numeric), in_kind)


def found(name: str, names: Iterable[str], what: str) -> str:
    """A name as the database has it: the same, or the same but for case.

    Raises:
        TableError: there is none; the sentence is `what` with the name in it.
    """
    names = list(names)
    if name in names:
        return name
    for there in names:
        if there.lower() == name.lower():
            return there
    raise TableError(what.format(name=name))


def _in_kind(value: int | str, kind: Type, where: str) -> int | str:
    if isinstance(kind, sa.String):
        if kind.length and len(str(value)) > kind.length:
            # Found now, and not with the first result of that kind.
            raise TableError(f"{where} has room for {kind.length} characters, and {value} is longer")
        return str(value)
    if not isinstance(kind, sa.Integer | sa.Numeric) or isinstance(value, int):
        return value
    try:
        return int(value)
    except ValueError:
        raise TableError(f"{where} holds numbers, and {value} is none") from None
