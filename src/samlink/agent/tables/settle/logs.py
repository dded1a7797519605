"""The log of a table: its columns, and how it follows changes of the table. Pure, but for `columns_there`.

A log has the columns of its table, in their order, with their types: no keys, defaults, counters or computed values,
so that every row can be copied as it is. It has the table's indexes as plain ones, but for those of its queue.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa

from samlink.agent.errors import TableError
from samlink.agent.tables.schema import definitions
from samlink.agent.tables.schema.mapping import Field, TableMapping
from samlink.agent.tables.schema.names import clause, split
from samlink.vocabulary.problem import N_

CASELESS: Final = frozenset({"mysql", "mariadb", "sqlite", "mssql"})
"""Databases to which column names that differ only in case are the same."""
KEY_DEMANDED: Final = frozenset({"1173", "3750"})
"""A server's answer to a table without a primary key: innodb_force_primary_key, sql_require_primary_key."""
_MYSQL_CHARSETS: Final = ("charset", "default charset", "collate")
_WIDENING: Final[Mapping[str, str]] = {
    "mysql": "ALTER TABLE {table} MODIFY {column} {type} NULL",
    "mariadb": "ALTER TABLE {table} MODIFY {column} {type} NULL",
    "postgresql": "ALTER TABLE {table} ALTER COLUMN {column} TYPE {type}",
    "oracle": "ALTER TABLE {table} MODIFY ({column} {type})",
    "mssql": "ALTER TABLE {table} ALTER COLUMN {column} {type} NULL",
}
"""How a column's type is changed; SQLite's columns accept any value."""
_SIZES: Final = (
    ("TINYINT", "SMALLINT", "MEDIUMINT", "INTEGER", "BIGINT"),
    ("TINYTEXT", "TEXT", "MEDIUMTEXT", "LONGTEXT"),
    ("TINYBLOB", "BLOB", "MEDIUMBLOB", "LONGBLOB"),
)
_BIGGER: Final[Mapping[str, Sequence[str]]] = {
    name: family[place + 1 :] for family in _SIZES for place, name in enumerate(family)
}
"""Types without a length, and the types that hold more."""
_SIZES_OF_INDEXES: Final = ("mysql_length", "mariadb_length")
_HARMLESS: Final = ("_length", "_nulls_not_distinct", "_include", "_clustered", "_with")
"""Options of an index that a plain one has too, or can do without; others make it an index of another kind."""
_PROPERTIES: Final = ("length", "precision", "scale", "fsp")
Type = sa.types.TypeEngine[Any]


def columns_there(connection: sa.Connection, name: str) -> tuple[str, ...]:
    """The columns of a table in this transaction."""
    nothing = sa.select(sa.text("*")).select_from(clause(name)).where(sa.false())
    return tuple(connection.execute(nothing).keys())


def lacking(wanted: Iterable[str], there: Iterable[str], database: str) -> list[str]:
    """The columns of `wanted` that are not `there`, by the database's rules for case."""
    same = str.lower if database in CASELESS else str
    known = {same(name) for name in there}
    return [name for name in wanted if same(name) not in known]


class _HiddenKey(sa.types.UserDefinedType[int]):
    """A number of MariaDB and MySQL that counts by itself, and that only those see who ask for it by name."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "BIGINT NOT NULL AUTO_INCREMENT INVISIBLE PRIMARY KEY"


def hidden_key() -> sa.Column[int]:
    """A primary key for a log, for servers that demand one of each table."""
    return sa.Column("samlink_key", _HiddenKey())


def log_like(live: sa.Table, log: str, key: str, mapping: TableMapping | None = None, database: str = "") -> sa.Table:
    """A log for a table, indexed by the row's id and as the table is, with the columns that only logs have, if the
    mapping names any.

    Raises:
        TableError: SQLAlchemy does not know the type of a column.
    """
    name_of_log, schema = split(log)
    columns = {column.name: sa.Column(column.name, _type(column, database), nullable=True) for column in live.columns}
    if mapping is not None:
        there = {name.lower(): column for name, column in columns.items()}
        for name, of in mapping.log_copies.items():
            if name.lower() not in there and of.lower() in there:
                columns[name] = sa.Column(name, there[of.lower()].type, nullable=True)
        for name, constant in mapping.log_constants.items():
            kind = sa.Integer() if isinstance(constant, int) else sa.String(64)
            columns.setdefault(name, sa.Column(name, kind, nullable=True))
    options = dict(definitions.MYSQL)
    for name, value in live.kwargs.items():
        family, _, option = name.partition("_")
        if family in {"mysql", "mariadb"} and option in _MYSQL_CHARSETS:
            # The table's own charset: a row that fits there fits here.
            options.pop(f"{family}_charset", None)
            options[name] = value
    indexes = [
        sa.Index(f"{name_of_log}_{number}", *names, **sizes)
        for number, (names, sizes) in enumerate(_plain_indexes(live, key, mapping), 1)
    ]
    indexes.insert(0, sa.Index(f"{name_of_log}_id", key))
    return sa.Table(name_of_log, sa.MetaData(), *columns.values(), *indexes, schema=schema, **options)


def _plain_indexes(
    live: sa.Table, key: str, mapping: TableMapping | None
) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """The columns of a table's indexes and unique constraints, each list once, with the sizes of MySQL's prefixes. Left
    out are those that lead with the state or the priority, since they serve the queue alone, and those that are more
    than a list of columns."""
    queue = {mapping.columns[f].lower() for f in (Field.STATE, Field.PRIORITY) if mapping and f in mapping.columns}
    seen = {(key,), ()}
    unique = [one for one in live.constraints if isinstance(one, sa.UniqueConstraint)]
    indexes: list[sa.Index | sa.UniqueConstraint] = [*sorted(live.indexes, key=lambda index: str(index.name)), *unique]
    for index in indexes:
        names = tuple(column.name for column in index.columns)
        expressions = getattr(index, "expressions", names)
        given = {name: value for name, value in index.kwargs.items() if isinstance(value, sa.ClauseElement) or value}
        sizes: dict[str, Any] = {name: given[name] for name in _SIZES_OF_INDEXES if name in given}
        special = any(not name.endswith(_HARMLESS) for name in given)
        if names not in seen and len(names) == len(expressions) and names[0].lower() not in queue and not special:
            seen.add(names)
            yield names, sizes


def _type(column: sa.Column[Any], database: str) -> sa.types.TypeEngine[Any]:
    if not isinstance(column.type, sa.types.NullType):
        return column.type
    if database == "sqlite":
        return sa.LargeBinary()  # SQLite's name for a column without conversion
    raise TableError(
        "table.column_type_unknown",
        N_("column {column} of {table} has a type that samlink does not know; create its log by hand"),
        column=column.name,
        table=column.table.name,
    )


def copied_columns(
    mapping: TableMapping, columns: Sequence[str], only_in_log: Sequence[str]
) -> dict[str, sa.ColumnElement[Any]]:
    """What is copied into each column of a log: the table's column, or what the mapping gives for a column of logs
    only."""
    values: dict[str, sa.ColumnElement[Any]] = {name: sa.column(name) for name in columns}
    own = {name.lower(): name for name in only_in_log}
    there = {name.lower(): name for name in columns}
    for name, of in mapping.log_copies.items():
        if name.lower() in own and of.lower() in there:
            values[own[name.lower()]] = sa.column(there[of.lower()])
    for name, constant in mapping.log_constants.items():
        if name.lower() in own:
            values[own[name.lower()]] = sa.literal(constant)
    return values


def copying(
    table: str, log: str, values: Mapping[str, sa.ColumnElement[Any]], chosen: sa.ColumnElement[bool]
) -> sa.Insert:
    """The statement that copies rows of a table into a log. `chosen`: a condition on columns without a table."""
    rows = sa.select(*values.values()).select_from(clause(table)).where(chosen)
    return sa.insert(clause(log, *(sa.column(name) for name in values))).from_select(list(values), rows)


def widening(dialect: sa.Dialect, live: sa.Table, log: sa.Table) -> list[str]:
    """Statements that give a log's columns the types of its table's, where those hold more, and the log the charset of
    its table."""
    form, preparer = _WIDENING.get(dialect.name, ""), dialect.identifier_preparer
    if not form:
        return []
    name, same = preparer.format_table(log), str.lower if dialect.name in CASELESS else str
    there = {same(column.name): column for column in log.columns}
    pairs = [(column, there[same(column.name)]) for column in live.columns if same(column.name) in there]
    statements = [
        form.format(table=name, column=preparer.quote(old.name), type=new.type.compile(dialect=dialect))
        for new, old in pairs
        if new.type.compile(dialect=dialect) != old.type.compile(dialect=dialect) and _holds_more(new.type, old.type)
    ]
    charset = _charset(live)
    if charset and charset != _charset(log):
        # The table was converted since the log was made.
        statements.append(f"ALTER TABLE {name} CONVERT TO CHARACTER SET {charset}")
    return statements


def _charset(table: sa.Table) -> str:
    """The charset of a table of MariaDB or MySQL; empty elsewhere."""
    return next((str(value) for name, value in table.kwargs.items() if name.endswith("_default charset")), "")


def _holds_more(new: Type, old: Type) -> bool:
    """Whether the new type may hold values that the old cannot; types of different families count as such."""
    if isinstance(new, sa.Enum) and isinstance(old, sa.Enum):
        return bool(set(new.enums) - set(old.enums))
    if isinstance(new, sa.String) and isinstance(old, sa.String) and (new.length or old.length):
        return _more(new.length, old.length)
    names = type(new).__name__.upper(), type(old).__name__.upper()
    if names[0] == names[1]:
        return any(_more(getattr(new, size, None), getattr(old, size, None)) for size in _PROPERTIES)
    return names[1] not in _BIGGER.get(names[0], ())


def _more(new: int | None, old: int | None) -> bool:
    """Whether one size is larger than another; None is unlimited."""
    return old is not None and (new is None or new > old)
