"""The view over a table and its logs, which finds a row wherever it is. Blocks.

It shows the table's columns; an older log that lacks one has NULL there. Rows never wait for it: a view that cannot be
made is told once and tried again later. Two agents may make it at the same time.
"""

import contextlib
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import mysql
from sqlalchemy.schema import CreateView, DropView

from samlink.agent.driver_errors import reason_of
from samlink.agent.tables.live import LiveTable
from samlink.agent.tables.schema.names import clause, joined, split
from samlink.agent.tables.settle.logs import lacking
from samlink.vocabulary.problem import Problem

AGAIN_SECONDS: Final = 600.0
_MADE_ANEW: Final = frozenset({"sqlite", "postgresql"})
"""Databases that can replace a view only by a similar one; in both a DROP can be rolled back."""
_MONTH: Final = "{month}"
_COLLATION: Final = "utf8mb4_general_ci"
_COLLATIONS: Final = ("table_schema", "table_name", "column_name", "collation_name")
ViewNotMade = Callable[[str, Problem], object]


def no_matter(_view: str, _why: Problem) -> None:
    """Nobody hears that a view was not made."""


class LogView:
    """The view of one table, if its mapping names one."""

    def __init__(self, table: LiveTable, not_made: ViewNotMade = no_matter) -> None:
        self._table = table
        self._not_made = not_made
        self._name = table.mapping.view_name(table.name)
        self._due_at = 0.0
        self._told = False
        self._made = ""
        """Its query, if this agent has made it."""

    def outdated(self) -> None:
        """A log has changed."""
        self._due_at = 0.0

    def keep(self, now: float) -> None:
        """Make the view again if a log has changed; at the start and from time to time, look for new and dropped logs.
        `now`: UTC epoch seconds."""
        if not self._name or now < self._due_at:
            return
        self._due_at = now + AGAIN_SECONDS
        try:
            self.make()
        except sa.exc.SQLAlchemyError as error:
            if not self._told:
                self._not_made(self._name, reason_of(error))
            self._told = True
        else:
            self._told = False

    def make(self) -> str:
        """Make the view for the table and its logs as they are now; its name if it is new, else an empty string.

        Grants on it are kept where the database can replace a view. PostgreSQL cannot if a column was dropped or has
        another type; there the view is dropped and made again.

        Raises:
            SQLAlchemyError: it cannot be made.
        """
        if not self._name:
            return ""
        with self._table.engine.begin() as connection:
            inspector = sa.inspect(connection)
            name, schema = split(self._name)
            is_new = name not in inspector.get_view_names(schema)
            wanted = self._select(connection, inspector)
            if is_new or str(wanted) != self._made:
                self._replace(connection, wanted)
        self._made = str(wanted)
        return self._name if is_new else ""

    def _replace(self, connection: sa.Connection, wanted: sa.CompoundSelect[tuple[object, ...]]) -> None:
        name, schema = split(self._name)
        replacing = CreateView(wanted, name, schema=schema, or_replace=True)
        if connection.dialect.name not in _MADE_ANEW:
            connection.execute(replacing)
            return
        if connection.dialect.name == "postgresql":
            with contextlib.suppress(sa.exc.DBAPIError), connection.begin_nested():
                connection.execute(replacing)
                return
        self.drop(connection)
        connection.execute(CreateView(wanted, name, schema=schema))

    def drop(self, connection: sa.Connection) -> None:
        """Drop the view, if there is one."""
        if self._name:
            name, schema = split(self._name)
            connection.execute(DropView(sa.Table(name, sa.MetaData(), schema=schema), if_exists=True))

    def _select(self, connection: sa.Connection, inspector: sa.Inspector) -> sa.CompoundSelect[tuple[object, ...]]:
        live = self._table.name
        columns = [column["name"] for column in inspector.get_columns(*split(live))]
        name, schema = split(self._table.log_name(_MONTH))
        pattern = re.compile(re.escape(name).replace(re.escape(_MONTH), r"\d{6}"), re.IGNORECASE)
        logs = sorted(joined(name, schema) for name in inspector.get_table_names(schema) if pattern.fullmatch(name))
        mixed = _of_mixed_collations(connection, inspector, (live, *logs))

        def shown(of: Any, name: str) -> sa.ColumnElement[Any]:
            return _collated(of[name]).label(name) if name.lower() in mixed else of[name]

        of = clause(live, *(sa.column(name) for name in columns)).c
        parts = [sa.select(*(shown(of, name) for name in columns))]
        for log in logs:
            there = [column["name"] for column in inspector.get_columns(*split(log))]
            missing = set(lacking(columns, there, inspector.dialect.name))
            names = [name for name in columns if name not in missing]
            of = clause(log, *(sa.column(name) for name in names)).c
            parts.append(
                sa.select(*(sa.null().label(name) if name in missing else shown(of, name) for name in columns))
            )
        return sa.union_all(*parts)


def _of_mixed_collations(connection: sa.Connection, inspector: sa.Inspector, tables: Sequence[str]) -> set[str]:
    """The columns, in lower case, whose texts are collated otherwise in one of the tables than in another, as they are
    once a table was converted: MariaDB and MySQL refuse to unite them."""
    if inspector.dialect.name not in {"mysql", "mariadb"}:
        return set()
    c = sa.table("columns", *map(sa.column, _COLLATIONS), schema="information_schema").c
    places = [(name, schema or inspector.default_schema_name) for name, schema in map(split, tables)]
    of_tables = sa.tuple_(c.table_name, c.table_schema).in_(places)
    query = sa.select(c.column_name, c.collation_name).where(of_tables, c.collation_name.is_not(None))
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name, collation in connection.execute(query):
        found[name.lower()].add(collation)
    return {name for name, collations in found.items() if len(collations) > 1}


def _collated(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """A text in a charset that has all characters, and in one collation."""
    return sa.collate(sa.cast(column, mysql.CHAR(charset="utf8mb4")), _COLLATION)
