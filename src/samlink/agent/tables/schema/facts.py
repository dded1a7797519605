"""How a database keeps a table: by which engine, with which locks, and whether an id can stand in it twice. Blocks."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from samlink.agent.tables.schema.names import split

LOCKS_ROWS: Final = frozenset({"innodb"})
"""Engines of MariaDB and MySQL with transactions and row locks, in lower case."""
KEEPS_ROWS: Final = frozenset({"myisam", "aria", "rocksdb", "tokudb", "ndbcluster"})
"""Engines that keep what was written, each row by itself, and on whose locks no claim may rely."""
_ENGINE: Final = sa.text(
    "SELECT engine FROM information_schema.tables"
    " WHERE table_schema = COALESCE(:schema, DATABASE()) AND table_name = :name"
)
_MYSQL: Final = frozenset({"mysql", "mariadb"})
_NEVER_TWICE: Final = re.compile(r"nextval|identity|uuid|newid|newsequentialid|sys_guid", re.IGNORECASE)
"""Defaults that give each row another value."""


class TableFacts(msgspec.Struct, frozen=True):
    """How a database keeps a table."""

    engine: str = ""
    """The storage engine's name; empty for a view, and where databases have only one."""
    is_view: bool = False
    locks_rows: bool = True
    """Whether rows are locked and changes rolled back, so that a claim may rely on it."""
    nullable_id: bool = False
    unique_id: bool = True
    """Whether an index keeps two rows from having one id."""
    counted_id: bool = False
    """Whether the database gives each row another id, unless somebody writes one twice."""
    id_index: str = ""
    """MariaDB and MySQL: an index that begins with the id. Of a handful of rows they would read, and lock, all the
    others too."""


def facts_of(connection: sa.Connection, inspector: sa.Inspector, table: str, id: str) -> TableFacts:
    """The facts of a table or a view. `id`: the column of the id."""
    name, schema = split(table)
    is_view = name in inspector.get_view_names(schema)
    engine = "" if is_view else engine_name(connection, table)
    if is_view:
        # The tables behind it are not told.
        locks = connection.dialect.name not in _MYSQL
        return TableFacts(is_view=True, locks_rows=locks, unique_id=False)
    column = next(column for column in inspector.get_columns(name, schema) if column["name"] == id)
    key = inspector.get_pk_constraint(name, schema)["constrained_columns"]
    unique = any(columns == [id] for columns in (key, *_unique(inspector, table)))
    counted = (
        column.get("autoincrement") is True
        or column.get("identity") is not None
        or _NEVER_TWICE.search(str(column.get("default"))) is not None
    )
    index = _index_by(inspector, table, id, key) if engine else ""
    return TableFacts(
        engine=engine,
        locks_rows=not engine or engine.lower() in LOCKS_ROWS,
        nullable_id=bool(column["nullable"]) and id not in key,
        unique_id=unique,
        # MyISAM and Aria count within the columns that stand before the id in its only index.
        counted_id=counted and (bool(index) or not engine),
        id_index=index,
    )


def _index_by(inspector: sa.Inspector, table: str, id: str, key: Sequence[str]) -> str:
    if key[:1] == [id]:
        return "PRIMARY"
    names = (index["name"] for index in inspector.get_indexes(*split(table)) if index["column_names"][:1] == [id])
    return next((name for name in names if name), "")


def engine_name(connection: sa.Connection, table: str) -> str:
    """The storage engine of a table of MariaDB or MySQL; empty elsewhere."""
    if connection.dialect.name not in _MYSQL:
        return ""
    name, schema = split(table)
    return str(connection.execute(_ENGINE, {"name": name, "schema": schema}).scalar() or "")


def _unique(inspector: sa.Inspector, table: str) -> Iterator[Iterable[Any]]:
    """The columns of each unique constraint and index over all rows."""
    yield from (unique["column_names"] for unique in inspector.get_unique_constraints(*split(table)))
    for index in inspector.get_indexes(*split(table)):
        partial = any(name.endswith("_where") for name in index.get("dialect_options", ()))
        if index["unique"] and not partial:
            yield index["column_names"]
