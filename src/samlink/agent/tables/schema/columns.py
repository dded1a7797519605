"""The columns of a customer's table as its database describes them, and values in the types of the columns. Pure.

Families store the same thing in different types: a state is CHAR(1) here and SMALLINT there. Databases compare a text
with a number each in its own way, or not at all, so every value is sent in the type of its column.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import mssql, postgresql

from samlink.agent.errors import TableError
from samlink.agent.tables.schema import moments
from samlink.agent.tables.schema.ids import FromText, from_text
from samlink.agent.tables.schema.mapping import TIMES, Field, TableMapping, Translation, translated
from samlink.agent.tables.schema.names import joined, split
from samlink.vocabulary.problem import N_
from samlink.vocabulary.results import ResultCode
from samlink.vocabulary.times import KST

Type = sa.types.TypeEngine[Any]


class Untyped(sa.types.UserDefinedType[Any]):
    """A type of the customer's own: its values are sent as they are, and the database finds the type."""

    cache_ok = True


class Columns(msgspec.Struct, frozen=True):
    """The columns of a table that a mapping names."""

    names: Mapping[Field, str]
    """As the database spells them."""
    texts: frozenset[Field]
    """Fields whose columns hold text."""
    room: Mapping[Field, int]
    """Characters that fit into a text column; columns without a limit are left out."""
    times: Mapping[Field, moments.TimeForm]
    """How the columns of times have them."""
    id_from_text: FromText
    """Makes an id from its text in a link."""
    mapping: TableMapping
    """With states, results and codes in the types of their columns."""


def columns_of(table: str, mapping: TableMapping, there: Mapping[str, Type], database: str) -> Columns:
    """The columns of a table, from all that it has and their types; `database`: SQLAlchemy's name of its dialect.

    Raises:
        TableError: a column is missing, a value of the mapping does not fit into its column, a column cannot hold
            times, or the id is of a type by which no row is found again.
    """
    names = {
        field: found_column(name, there, table)
        for field, name in mapping.columns.items()
        if field not in mapping.optional or _same_name(name, list(there))
    }
    types = {field: there[name] for field, name in names.items()}
    texts = frozenset(field for field, kind in types.items() if isinstance(kind, sa.String))
    room = {field: kind.length for field, kind in types.items() if isinstance(kind, sa.String) and kind.length}

    def fit(field: Field, value: int | str) -> int | str:
        return _in_type(value, types[field], f"{table}.{names[field]}")

    def fit_all(field: Field, translation: Translation) -> Translation:
        if field not in types:
            return translation
        for code in sorted({*ResultCode} - {ResultCode.INITIAL, ResultCode.REQUESTED}):
            fit(field, translated(translation, int(code)))
        return {key: fit(field, value) for key, value in translation.items()}

    in_types = msgspec.structs.replace(
        mapping,
        waiting=fit(Field.STATE, mapping.waiting),
        sending=fit(Field.STATE, mapping.sending),
        finished=None if mapping.finished is None else fit(Field.STATE, mapping.finished),
        results=fit_all(Field.RESULT, mapping.results),
        codes=fit_all(Field.CODE, mapping.codes),
    )
    times: dict[Field, moments.TimeForm] = {
        field: _time_form(types[field], mapping.times.get(field, ""), database, f"{table}.{names[field]}")
        for field in TIMES
        if field in types
    }
    if database == "postgresql":
        _require_numbers(table, names, types)
    if (id_from_text := from_text(types[Field.ID], database)) is None:
        raise TableError(
            "table.id_type",
            N_("column {column} is of the type {type}; an id must be a whole number, a text, bytes or a UUID"),
            column=f"{table}.{names[Field.ID]}",
            type=types[Field.ID].__visit_name__,
        )
    return Columns(names, texts, room, times, id_from_text, in_types)


def _require_numbers(table: str, names: Mapping[Field, str], types: Mapping[Field, Type]) -> None:
    """PostgreSQL compares no boolean with a state, and neither a boolean nor a text with a priority."""
    for field, wrong in ((Field.STATE, sa.Boolean), (Field.PRIORITY, sa.Boolean | sa.String)):
        if isinstance(types.get(field), wrong):
            template = N_("column {column} is of the type {type}; {field} must be a number")
            column, name = f"{table}.{names[field]}", types[field].__visit_name__
            raise TableError("table.not_a_number", template, column=column, type=name, field=field)


def found_table(name: str, inspector: sa.Inspector) -> str:
    """The name of a table or view as the database spells it, whatever its case. Raises TableError if it is missing."""
    wanted, schema = split(name)[0], found_schema(name, inspector)
    there = _same_name(wanted, [*inspector.get_table_names(schema), *inspector.get_view_names(schema)])
    if there is None:
        raise TableError("table.missing", N_("there is no table {table}"), table=name)
    return joined(there, schema)


def found_schema(name: str, inspector: sa.Inspector) -> str | None:
    """The schema of a table's name as the database spells it; None: the session's. Raises TableError if it is
    missing."""
    _, schema = split(name)
    if schema is None:
        return None
    if (there := _same_name(schema, inspector.get_schema_names())) is None:
        template = N_("table {table}: there is no schema {schema}, or the agent's user has no right to it")
        raise TableError("table.schema_missing", template, table=name, schema=schema)
    return there


def found_column(name: str, columns: Iterable[str], table: str) -> str:
    """The name of a column as the database spells it, whatever its case. Raises TableError if it is missing."""
    there = _same_name(name, list(columns))
    if there is None:
        raise TableError("table.column_missing", N_("table {table} has no column {column}"), table=table, column=name)
    return there


def _same_name(name: str, names: list[str]) -> str | None:
    return name if name in names else next((there for there in names if there.lower() == name.lower()), None)


def _time_form(kind: Type, wanted: str, database: str, column: str) -> moments.TimeForm:
    """How a column has times. `wanted`: the name that the mapping gives, or empty."""
    kind = kind.data_type if isinstance(kind, postgresql.DOMAIN) else kind
    forms, default = _time_forms(kind, database)
    if (form := forms.get(wanted or default)) is not None:
        return form
    name = type(kind).__name__.upper() + (f"({length})" if (length := getattr(kind, "length", None)) else "")
    if not forms:
        template = N_("column {column} is {type}, which cannot hold times; a DATETIME can, or a VARCHAR(19)")
        raise TableError("table.no_times", template, column=column, type=name)
    if not (forms := {name: form for name, form in forms.items() if not form.is_native}):
        template = N_("column {column} is {type}, which cannot hold times in another form")
        raise TableError("table.not_for_times", template, column=column, type=name)
    template = N_("column {column} is {type}: give the form of its times in [tables.times], one of {forms}")
    raise TableError("table.time_form", template, column=column, type=name, forms=", ".join(forms))


def _time_forms(kind: Type, database: str) -> tuple[Mapping[str, moments.TimeForm], str]:
    """The forms of times that a column can have, by their names, and the default's name."""
    in_text = database == "sqlite" and isinstance(kind, sa.Date | sa.DateTime | sa.types.NullType)
    if isinstance(kind, sa.String) or in_text:
        room = getattr(kind, "length", None) or _UNLIMITED
        default = moments.BY_LENGTH[10 if isinstance(kind, sa.Date) else room if room in moments.BY_LENGTH else 19]
        return {name: form for name, form in moments.TEXTS.items() if form.characters <= room}, default
    if isinstance(kind, sa.Integer | sa.Numeric):
        most = _largest(kind, database)
        return {name: form for name, form in moments.NUMBERS.items() if form.write(_LATE) <= most}, "YYYYMMDDHHMMSS"
    if isinstance(kind, sa.DateTime | sa.types.NullType):  # the second: a type that SQLAlchemy does not know
        has_zone = isinstance(kind, mssql.DATETIMEOFFSET) or getattr(kind, "timezone", False)
        return {"": moments.A_TIME_WITH_ZONE if has_zone else moments.A_TIME}, ""
    return ({"": moments.A_DAY} if isinstance(kind, sa.Date) else {}), ""


def _largest(kind: Type, database: str) -> int:
    """A number that a column holds, with all smaller ones."""
    if isinstance(kind, sa.Numeric):
        return int(10 ** ((kind.precision or 38) - (kind.scale or 0) if kind.asdecimal else 15))
    small, big = isinstance(kind, sa.SmallInteger), isinstance(kind, sa.BigInteger) or database == "sqlite"
    return 1 << (15 if small else 63 if big else 31)


_UNLIMITED: Final = 1 << 30
_LATE: Final = datetime(2037, 12, 31, tzinfo=KST)


def _in_type(value: int | str, kind: Type, column: str) -> int | str:
    if isinstance(kind, sa.Enum) and str(value) not in kind.enums:
        # MariaDB and MySQL take '2' for the second word, whatever it is.
        template = N_("column {column} is an ENUM without {value}; add that, or map a value that it has")
        raise TableError("table.not_in_enum", template, column=column, value=value)
    if isinstance(kind, sa.String):
        if kind.length and len(str(value)) > kind.length:
            # Found now, and not with the first result of that kind.
            raise TableError(
                "table.column_too_short",
                N_("column {column} holds {limit} characters, too few for {value}"),
                column=column,
                limit=kind.length,
                value=value,
            )
        return str(value)
    if not isinstance(kind, sa.Integer | sa.Numeric) or isinstance(value, int):
        return value
    try:
        return int(value)
    except ValueError:
        raise TableError(
            "table.column_is_numeric",
            N_("column {column} holds numbers, but its mapping gives {value}"),
            column=column,
            value=value,
        ) from None
