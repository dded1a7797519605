"""The customer of the agent's benchmark: makes tables of its own in a database, inserts rows, looks for their results.

Everything here blocks; call it in a thread. The tables' names begin with a prefix of their own, and they are dropped at
the end: any database will do, whatever else it holds.
"""

import contextlib
import functools
import operator
import re
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import sqlalchemy as sa

from samlink.agent import ddl
from samlink.agent.tables.engine import engine_of, lock_rows, one_of
from samlink.agent.tables.schema import definitions
from samlink.agent.tables.schema.mapping import own_tables
from samlink.bench.findings import BenchError
from samlink.bench.load import SENDER
from samlink.vocabulary.problem import N_

PREFIX: Final = "SamlinkBench"
LOOK_SECONDS: Final = 0.02
INSERT_ROWS: Final = 1000
CLAIMED_ROWS: Final = 500
"""Rows of one claim of the floor: as many as an agent claims unless it is told otherwise."""
URGENT: Final = "01000009906"
SINGLE: Final = "01000009806"
_COLUMNS: Final = ("Sender", "Receiver", "Msg", "Priority", "SendResult", "Telecom", "MsgID")
_TEXT: Final = "[samlink] 인증번호는 123456입니다. 타인에게 알려주지 마십시오. 감사합니다."


class Customer:
    """A customer's database with tables for the benchmark. Made by `customer`."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self._fold: Callable[[str], str] = str.lower if engine.dialect.name in definitions.FOLDED else str
        self._tables: dict[str, sa.TableClause] = {}
        self._live = self._fold(f"{PREFIX}SMS")
        self._log = re.compile(rf"{re.escape(self._live)}_\d{{6}}", re.IGNORECASE)

    @property
    def database(self) -> str:
        """The database's kind and version."""
        version = ".".join(str(part) for part in self.engine.dialect.server_version_info or ())
        name = "mariadb" if getattr(self.engine.dialect, "is_mariadb", False) else self.engine.dialect.name
        return f"{name} {version}".strip()

    def insert(self, count: int, receiver: str = "", priority: int = 0, table: str = "") -> None:
        """Insert rows that are to be sent at once."""
        into = self._table(table or self._live)
        with self.engine.begin() as connection:
            for start in range(0, count, INSERT_ROWS):
                numbers = range(start, min(start + INSERT_ROWS, count))
                values = [self._row(receiver or f"0100000{number % 100:02}06", priority) for number in numbers]
                connection.execute(sa.insert(into), values)

    def floor(self, rows: int) -> float:
        """Rows a second of a bare loop on one connection: a claim in one transaction, its results in the next; in a
        table like the one that the agent works on, without keys, log, judge and gateway."""
        (mapping,) = own_tables(f"{PREFIX}Floor", ["SMS"])
        ddl.create(self.engine, f"{PREFIX}Floor", [mapping])
        name = self._fold(mapping.table)
        self.insert(rows, table=name)
        table, (state, telecom, key) = self._table(name), map(self._fold, ("SendResult", "Telecom", "MsgID"))
        waiting = sa.select(table.c[key]).where(table.c[state] == 0).order_by(table.c[key]).limit(CLAIMED_ROWS)
        claim = lock_rows(waiting, self.engine.dialect, skip=True)
        began, ids = time.monotonic(), [0]
        while ids:
            with self.engine.begin() as connection:
                ids = [*connection.execute(claim).scalars()]
                chosen = sa.update(table).where(one_of(table.c[key], ids, connection.dialect))
                connection.execute(chosen.values({state: 1}))
            with self.engine.begin() as connection:
                connection.execute(chosen.values({state: 6, telecom: "01190"}))
        return rows / (time.monotonic() - began)

    def finished(self) -> int:
        """How many rows have a result, wherever they stand."""
        return self._count(self._names())

    def moved(self) -> int:
        """How many rows stand in a log."""
        return self._count(self._names()[1:])

    def delivered(self) -> int:
        """How many rows have the result 6."""
        return self._count(self._names(), 6)

    def seconds_of_one(self, receiver: str, priority: int, limit_seconds: float) -> float:
        """Insert one row, and the time until its result stands in it. Raises BenchError: it does not come."""
        began = time.monotonic()
        before = self._count_to(receiver)
        self.insert(1, receiver, priority)
        while self._count_to(receiver) <= before:
            if time.monotonic() - began > limit_seconds:
                template = N_("no result came for {seconds} s; the benchmark stops here")
                raise BenchError("bench.agent_stalled", template, seconds=f"{limit_seconds:g}")
            time.sleep(LOOK_SECONDS)
        return time.monotonic() - began

    def drop(self) -> None:
        """Drop all tables and views of the benchmark."""
        quote = self.engine.dialect.identifier_preparer.quote
        with self.engine.begin() as connection:
            inspector = sa.inspect(connection)
            views = [("VIEW", name) for name in inspector.get_view_names()]
            for kind, name in (*views, *(("TABLE", name) for name in inspector.get_table_names())):
                if name.lower().startswith(PREFIX.lower()):
                    connection.exec_driver_sql(f"DROP {kind} {quote(name)}")

    # -- inside

    def _row(self, receiver: str, priority: int) -> dict[str, Any]:
        values = (SENDER, receiver, _TEXT, priority)
        return {self._fold(column): value for column, value in zip(_COLUMNS, values, strict=False)}

    def _table(self, name: str) -> sa.TableClause:
        if name not in self._tables:
            self._tables[name] = sa.table(name, *(sa.column(self._fold(column)) for column in _COLUMNS))
        return self._tables[name]

    def _column(self, name: str, column: str) -> sa.ColumnClause[Any]:
        return self._table(name).c[self._fold(column)]

    def _names(self) -> list[str]:
        """The live table, and its logs."""
        with self.engine.connect() as connection:
            names = sa.inspect(connection).get_table_names()
        return [self._live, *(name for name in names if self._log.fullmatch(name))]

    def _count(self, names: Sequence[str], result: int | None = None) -> int:
        def wanted(name: str) -> sa.ColumnElement[bool]:
            state = self._column(name, "SendResult")
            return state > 1 if result is None else state == result

        return self._counted(names, wanted)

    def _count_to(self, receiver: str) -> int:
        return self._counted(
            self._names(),
            lambda name: sa.and_(self._column(name, "SendResult") > 1, self._column(name, "Receiver") == receiver),
        )

    def _counted(self, names: Sequence[str], wanted: Callable[[str], sa.ColumnElement[bool]]) -> int:
        """Count in one statement: a row that moves between two would be counted twice, or not at all."""
        counts = [
            sa.select(sa.func.count()).select_from(self._table(name)).where(wanted(name)).scalar_subquery()
            for name in names
        ]
        if not counts:
            return 0
        with self.engine.connect() as connection:
            return int(connection.execute(sa.select(functools.reduce(operator.add, counts))).scalar_one())


@contextlib.contextmanager
def customer(url: sa.URL) -> Iterator[Customer]:
    """A customer with new tables in the database; they are dropped at the end. Raises SQLAlchemyError: the database
    cannot be used."""
    engine = engine_of(url)
    try:
        one = Customer(engine)
        one.drop()
        ddl.create(engine, PREFIX, own_tables(PREFIX))
        try:
            yield one
        finally:
            one.drop()
    finally:
        engine.dispose()
