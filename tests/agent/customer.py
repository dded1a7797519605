"""A customer of the agent: it makes tables, inserts rows, and looks at what became of them."""

from typing import Any

import sqlalchemy as sa

from samlink.agent import ddl
from samlink.agent.tables.claim import links
from samlink.agent.tables.live import LiveTable
from samlink.agent.tables.rows import ClaimLease
from samlink.agent.tables.schema.mapping import own_tables
from samlink.vocabulary.problem import Problem

NOW = 1_750_000_000.0
"""2025-06-16 00:06:40 in Korea."""
MONTH = "202506"
RANDOM = b"12345"


def lease(now: float = NOW, random: bytes = RANDOM) -> ClaimLease:
    """A claim for a minute."""
    return ClaimLease(now, now + 60, random)


class Customer:
    """A database with our own tables in it."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        ddl.create(engine, "UShot", own_tables())
        self.links = links.link_table(sa.MetaData(), "UShot")
        self.tables = {mapping.table: LiveTable(engine, mapping, self.links) for mapping in own_tables()}
        self.sms = self.tables["UShotSMS"]

    def insert(self, count: int = 1, table: str = "UShotSMS", **changes: Any) -> None:
        """Insert rows as a customer does."""
        values: dict[str, Any] = {"Sender": "0212345678", "Receiver": "01012345678", "Msg": "안녕"} | changes
        names = ", ".join(values)
        places = ", ".join(f":{name}" for name in values)
        with self.engine.begin() as connection:
            statement = sa.text(f"INSERT INTO {self.tables[table].name} ({names}) VALUES ({places})")
            connection.execute(statement, [values] * count)

    def run(self, statement: str, **values: Any) -> None:
        """Run a statement."""
        with self.engine.begin() as connection:
            connection.execute(sa.text(statement), values)

    def rows(self, table: str = "UShotSMS", month: str = "") -> list[dict[str, Any]]:
        """The rows of a table or of a month's log; names of columns in lower case."""
        name = self.tables[table].name + (f"_{month}" if month else "")
        with self.engine.connect() as connection:
            found = connection.execute(sa.text(f"SELECT * FROM {name} ORDER BY MsgID")).mappings().all()
        return [{key.lower(): value for key, value in row.items()} for row in found]

    def values(self, table: str, *columns: str) -> list[tuple[Any, ...]]:
        """Columns of all rows of any table."""
        with self.engine.connect() as connection:
            inspector = sa.inspect(connection)
            names = {name.lower(): name for name in (*inspector.get_table_names(), *inspector.get_view_names())}
            name = self.engine.dialect.identifier_preparer.quote(names[table.lower()])
            rows = connection.execute(sa.text(f"SELECT {', '.join(columns)} FROM {name} ORDER BY 1")).all()
        return [tuple(row) for row in rows]

    def states(self, table: str = "UShotSMS", month: str = "") -> list[int]:
        """SendResult of each row."""
        return [row["sendresult"] for row in self.rows(table, month)]

    def link_rows(self) -> list[dict[str, Any]]:
        """The agent's own rows."""
        with self.engine.connect() as connection:
            rows = connection.execute(sa.select(self.links).order_by(self.links.c.message_id)).mappings().all()
        return [dict(row) for row in rows]


def because(text: str) -> Problem:
    """A reason."""
    return Problem("test.reason", "{text}", text=text)
