"""The customer: a thread that inserts rows all the time, and sees what happens around it.

It inserts while few rows wait, so that the tables never run dry and never grow without bound, however fast the machine
is. Between two inserts it looks at what shows from outside: rows that moved, the carrier's journal.
"""

import threading
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from samlink.agent import ddl
from samlink.agent.tables.engine import engine_of
from samlink.agent.tables.schema.mapping import own_tables
from tests.agent_kill.orders import OWN_COLUMNS, TABLES, Order, Orders
from tests.agent_kill.shapes import Shape

WAITING: Final = 60
"""So many rows of a table wait at most, not counting those that were claimed."""
AT_ONCE: Final = 12
PAUSE_SECONDS: Final = 0.03
"""Between an insert and the next: what a customer's own business takes."""


class Shop:
    """A customer's database with our tables, columns of its own in them, and the program that fills them."""

    def __init__(self, url: sa.URL, orders: Orders, journal: Path, saw: Callable[[str], object], shape: Shape) -> None:
        """`saw` is called in the shop's thread with `inserted` and `carried`; `journal` is the carrier's directory."""
        self.engine = engine_of(url)
        ddl.create(self.engine, "UShot", own_tables())
        inspector = sa.inspect(self.engine)
        there = {name.lower(): name for name in inspector.get_table_names()}
        self.names: Mapping[str, str] = {table: there[table.lower()] for table in TABLES}
        """The tables as the database has them."""
        with self.engine.begin() as connection:
            for table in self.names.values():
                for name, kind in OWN_COLUMNS.items():
                    connection.execute(sa.text(f"ALTER TABLE {table} ADD COLUMN {name} {kind}"))
                for statement in shape.statements:
                    connection.execute(sa.text(statement.format(table=table)))
        self._own_ids = shape.own_ids
        self.orders: dict[str, Order] = {}
        """All that was inserted, by OrderNo."""
        self._source = orders
        self._journal = journal
        self._saw = saw
        self._closed = threading.Event()

    def close(self) -> None:
        """Insert nothing more."""
        self._closed.set()

    def run(self) -> None:
        """Insert until it is closed."""
        self._insert(self._source.one_of_each())
        size = 0
        while not self._closed.wait(PAUSE_SECONDS):
            if size != (size := self._journal_size()):
                self._saw("carried")
            if self.waiting() < WAITING:
                self._insert(self._source.some(AT_ONCE))
                self._saw("inserted")

    def waiting(self) -> int:
        """Rows that nobody has claimed yet."""
        return self._count("sendresult = 0")

    def open_rows(self) -> int:
        """Rows that have not moved yet."""
        return self._count("1 = 1")

    # -- inside

    def _insert(self, orders: list[Order]) -> None:
        with self.engine.begin() as connection:
            for order in orders:
                # A text that is the same for the same order, and a UUID.
                own = {"MsgID": str(uuid.uuid5(uuid.NAMESPACE_OID, order.number))} if self._own_ids else {}
                values = {name: value for name, value in (own | dict(order.values)).items() if value is not None}
                places = ", ".join(f":{name}" for name in values)
                statement = f"INSERT INTO {self.names[order.table]} ({', '.join(values)}) VALUES ({places})"
                connection.execute(sa.text(statement), values)
        # Not before the commit: a row that is not there was not ordered.
        self.orders.update((order.number, order) for order in orders)

    def _count(self, where: str) -> int:
        counts = (f"(SELECT count(*) FROM {name} WHERE {where})" for name in self.names.values())
        # To look takes no lock on SQLite's database.
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            return int(connection.execute(sa.text(f"SELECT {' + '.join(counts)}")).scalar_one())

    def _journal_size(self) -> int:
        return sum(file.stat().st_size for file in self._journal.glob("carrier-*.log"))
