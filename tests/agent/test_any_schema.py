"""Any table of the family: types, order, charset, engine and further columns are drawn from a seed, and so are rows.

Each row is sent once with its text and time, waits for its time, or is refused with its code; the log has every column.
A failure shows its seed; SAMLINK_SCHEMA_SEED plays that one again.
"""

import os
import random
import time
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
import pytest
import sqlalchemy as sa

from samlink.agent.check import check_database
from samlink.agent.tables.schema.mapping import Field, TableMapping
from samlink.agent.tables.schema.moments import month_of
from samlink.testing.scripted_gateway import ScriptedGateway
from samlink.vocabulary.services import Service
from samlink.vocabulary.times import KST
from samlink.wire.records import SendRecord
from tests.agent.customer import Customer
from tests.agent.running import running, settings, until

SEEDS: Final = 4
SOAK_SEEDS: Final = 100
ROWS: Final = 16
SENT: Final = datetime(2009, 1, 1, 9, 30, 10, tzinfo=KST)
"""When the carrier sends every message, as the scripted gateway says."""
PLAIN, COMPACT, MILLIS, ZONED = "%Y-%m-%d %H:%M:%S", "%Y%m%d%H%M%S", "%Y-%m-%d %H:%M:%S.000", "%Y-%m-%d %H:%M:%S+09:00"
TEXT_TIMES: Final = (("VARCHAR(14)", COMPACT), ("VARCHAR(19)", PLAIN), ("CHAR(19)", PLAIN), ("VARCHAR(23)", MILLIS))
TIMES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "sqlite": (("DATETIME", PLAIN), *TEXT_TIMES, ("BIGINT", COMPACT)),
    "mysql": (("DATETIME", PLAIN), ("TIMESTAMP NULL", PLAIN), *TEXT_TIMES, ("BIGINT", COMPACT)),
    "postgresql": (("TIMESTAMP", PLAIN), ("TIMESTAMPTZ", ZONED), *TEXT_TIMES, ("BIGINT", COMPACT)),
}
TEXT_IDS: Final = (("VARCHAR(36)", "'가-{}'"), ("CHAR(32)", "'k{}'"))
_UUID: Final = ("UUID", "'00112233-4455-6677-8899-00112233{}'")
IDS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "sqlite": (("INTEGER", "{}"), *TEXT_IDS),
    "mysql": (
        ("BIGINT", "{}"),
        ("INT UNSIGNED", "{}"),
        ("DECIMAL(20)", "1844674407370955{}"),
        *TEXT_IDS,
        ("BINARY(16)", "UNHEX('0011223344556677889900112233{}')"),
        _UUID,
    ),
    "postgresql": (
        ("BIGINT", "{}"),
        ("NUMERIC(20)", "1844674407370955{}"),
        *TEXT_IDS,
        _UUID,
        ("BYTEA", "decode('{}', 'hex')"),
    ),
}
"""Types of ids, and how one is written of four digits."""
STATES: Final = (
    ("INT", 0, 1, 2),
    ("SMALLINT", 1, 2, 3),
    ("CHAR(1)", "0", "1", "2"),
    ("CHAR(5)", "1", "2", "3"),
    ("VARCHAR(8)", "wait", "send", "done"),
)
OPTIONS: Final = ("", " CHARACTER SET euckr", " CHARACTER SET utf8mb3", " ENGINE=MyISAM", " ENGINE=Aria")
EXTRA: Final = (
    ("user_id VARCHAR(20)", "'홍길동'"),
    ("amount DECIMAL(12, 2) NOT NULL DEFAULT 0", "1234.50"),
    ("etc1 CHAR(10)", "'주문 1'"),
    ("etc2 INT", "NULL"),
    ("flag SMALLINT NOT NULL DEFAULT 7", "7"),
    ('"order" INT', "9"),
    ("memo TEXT", "'메모 ''a'' % : \\\\'"),
)
TRIGGERS: Final = {
    "sqlite": ("CREATE TRIGGER seen AFTER UPDATE ON box BEGIN INSERT INTO history VALUES (1); END",),
    "mysql": ("CREATE TRIGGER seen AFTER UPDATE ON box FOR EACH ROW INSERT INTO history VALUES (1)",),
    "postgresql": (
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO history SELECT 1; RETURN new; END'",
        "CREATE TRIGGER seen AFTER UPDATE ON box FOR EACH ROW EXECUTE FUNCTION f()",
    ),
}


Found = dict[str, dict[str, Any]]
"""Rows by receiver, with all columns."""


class Row(msgspec.Struct):
    """A row as its customer means it."""

    receiver: str
    text: str
    reserve_at: datetime | None = None
    timeout_at: datetime | None = None
    code: int | None = 6
    """Its result; None: its time has not come."""


class Schema(msgspec.Struct):
    """A table."""

    create: tuple[str, ...]
    mapping: TableMapping
    id: str
    times: Mapping[str, str]
    """The pattern of each column of times."""
    extra: tuple[tuple[str, str], ...]
    narrow: bool
    """Whether its charset has no emoji."""

    def written(self, column: str, moment: datetime | None) -> str:
        """A time as SQL."""
        return "NULL" if moment is None else f"'{moment.strftime(self.times[column])}'"

    def insert(self, number: int, row: Row) -> str:
        """The statement that orders a row."""
        text = row.text.replace("'", "''")
        values = {
            "id": self.id.format(f"{number:04}" if "4455" in self.id or "hex" in self.id.lower() else number + 1000)
        }
        values |= {
            "stat": f"'{self.mapping.waiting}'",
            "rcv": f"'{row.receiver}'",
            "snd": "'0212345678'",
            "msg": f"'{text}'",
        }
        values |= {"req": self.written("req", row.reserve_at), "till": self.written("till", row.timeout_at)}
        values |= {definition.split()[0]: value for definition, value in self.extra}
        return f"INSERT INTO box ({', '.join(values)}) VALUES ({', '.join(values.values())})"


def schema_of(database: str, chance: random.Random) -> Schema:
    """Draw a table."""
    id_type, id = chance.choice(IDS[database])
    state, waiting, sending, finished = chance.choice(STATES)
    drawn = {name: chance.choice(TIMES[database]) for name in ("req", "till", "sent", "came")}
    extra = tuple(chance.sample(EXTRA, chance.randint(0, 4)))
    needed = chance.choice(("", " NOT NULL"))
    columns = [
        f"id {id_type} NOT NULL PRIMARY KEY",
        f"stat {state} NOT NULL",
        f"rslt {chance.choice(('INT', 'VARCHAR(4)', 'CHAR(2)'))}",
        f"rcv VARCHAR(20){needed}",
        f"snd {chance.choice(('VARCHAR(20)', 'CHAR(16)'))}",
        f"msg {chance.choice(('VARCHAR(500)', 'TEXT'))}{needed}",
        *(f"{name} {kind}" for name, (kind, _) in drawn.items()),
        f"net {chance.choice(('VARCHAR(10)', 'CHAR(3)'))}",
        *(definition for definition, _ in extra),
    ]
    chance.shuffle(columns)
    options = chance.choice(OPTIONS) if database == "mysql" else ""
    quote = "`" if database == "mysql" else '"'
    create = [f"CREATE TABLE box ({', '.join(columns)}){options}".replace('"', quote), "CREATE TABLE history (n INT)"]
    create += TRIGGERS[database] if chance.random() < 0.5 else ()
    names = {"id": "id", "state": "stat", "result": "rslt", "receiver": "rcv", "sender": "snd", "text": "msg"}
    names |= {"reserve_at": "req", "timeout_at": "till", "sent_at": "sent", "result_at": "came", "telecom": "net"}
    forms = {
        Field(field): "YYYYMMDDHHMMSS" for field, name in names.items() if name in drawn and drawn[name][0] == "BIGINT"
    }
    mapping = TableMapping(
        table="box",
        service=Service.SMS,
        columns={Field(field): name for field, name in names.items()},
        waiting=waiting,
        sending=sending,
        finished=finished,
        times=forms,
    )
    patterns = {name: pattern for name, (_, pattern) in drawn.items()}
    quoted = tuple((definition.replace('"', quote), value) for definition, value in extra)
    return Schema(tuple(create), mapping, id, patterns, quoted, options.endswith(("euckr", "utf8mb3")))


def rows_of(schema: Schema, chance: random.Random, now: datetime) -> list[Row]:
    """Draw rows."""
    rows = []
    for number in range(ROWS):
        row = Row(
            f"010{chance.randrange(1000, 9999)}{number:04}", f"{number} {chance.choice(('안녕하세요', 'abc', '똠 %s'))}"
        )
        match chance.randrange(9):
            case 0:
                row.reserve_at = now - timedelta(seconds=chance.randrange(60, 90_000))
            case 1:
                row.reserve_at, row.code = now + timedelta(days=chance.randrange(1, 40)), None
            case 2:
                row.timeout_at, row.code = now - timedelta(seconds=chance.randrange(60, 90_000)), 75
            case 3:
                row.timeout_at = now + timedelta(days=chance.randrange(1, 3))
            case 4:
                row.receiver, row.code = f"0212{number:05}", 77
            case 5 if not schema.narrow:
                row.text, row.code = f"{number} 😀", 78
            case 6:
                row.text = f"{number} 긴 글 " * 20 + "끝"
        rows.append(row)
    return rows


async def prove(customer: Customer, url: sa.URL, gateway: ScriptedGateway, seed: str) -> None:
    """Draw a table and rows, let an agent work on them, and look at all sides."""
    database = customer.engine.dialect.name
    chance = random.Random(f"{seed} {database}")
    schema, now = schema_of(database, chance), datetime.now(KST).replace(tzinfo=None, microsecond=0)
    rows = rows_of(schema, chance, now)
    with customer.engine.begin() as connection:
        for statement in (*schema.create, *(schema.insert(number, row) for number, row in enumerate(rows))):
            connection.exec_driver_sql(statement.replace("%", "%%") if database != "sqlite" else statement)
    before = whole(customer, "box")
    mapping, log = schema.mapping, f"box_{month_of(time.time())}"
    told = settings(url, (mapping,), own_tables=False)
    faults = [finding for finding in check_database(told) if finding.code == "table" and not finding.good]
    assert not faults, (seed, schema.create, faults)
    gateway.results_by_themselves = True
    async with running(url, gateway.settings(), tables=(mapping,), own_tables=False):
        left = sum(row.code is None for row in rows)
        await until(lambda: len(whole(customer, "box")) == left)
    sent = Counter(record.receiver for record in gateway.messages.values())
    assert sent == Counter(row.receiver for row in rows if row.code == 6), (seed, schema.create)
    wanted = {row.receiver: row for row in rows}
    for record in gateway.messages.values():
        assert isinstance(record, SendRecord)
        row = wanted[record.receiver]
        until_at = None if row.timeout_at is None else int(row.timeout_at.replace(tzinfo=KST).timestamp())
        assert (record.text, record.timeout_at) == (row.text, until_at), (seed, schema.create)
    there = (whole(customer, "box"), whole(customer, log))
    assert sum(map(len, there)) == len(rows), "no row is in both"
    look(schema, rows, before, there[0] | there[1], seed)


def look(schema: Schema, rows: list[Row], before: Found, there: Found, seed: str) -> None:
    """Every row has all that its customer wrote, and its result."""
    assert there.keys() == before.keys(), (seed, schema.create)
    mapping, written = schema.mapping, {"stat", "rslt", "sent", "came", "net"}
    for row in rows:
        now, was = there[row.receiver], before[row.receiver]
        assert {k: v for k, v in now.items() if k not in written} == {k: v for k, v in was.items() if k not in written}
        state = mapping.waiting if row.code is None else mapping.finished
        assert str(now["stat"]).strip() == str(state), (seed, schema.create, row)
        assert str(now["rslt"]).strip() == str(row.code), (seed, schema.create, row)
        if row.code == 6:
            shown = now["sent"].strftime(PLAIN) if isinstance(now["sent"], datetime) else str(now["sent"]).strip()
            pattern = PLAIN if isinstance(now["sent"], datetime) else schema.times["sent"]
            assert shown == SENT.strftime(pattern), (seed, schema.create, row)


def whole(customer: Customer, table: str) -> Found:
    """All rows of a table."""
    with customer.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET TIME ZONE 'Asia/Seoul'")
        found = connection.execute(sa.select(sa.text("*")).select_from(sa.table(table))).mappings().all()
    return {row["rcv"]: dict(row) for row in found}


@pytest.mark.parametrize("number", range(SEEDS))
async def test_any_table_is_worked_on_as_it_is(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway, number: int
) -> None:
    await prove(customer, url, gateway, os.environ.get("SAMLINK_SCHEMA_SEED") or str(number))


@pytest.mark.soak
@pytest.mark.parametrize("number", range(SEEDS, SOAK_SEEDS))
async def test_any_table_of_many(customer: Customer, url: sa.URL, gateway: ScriptedGateway, number: int) -> None:
    await prove(customer, url, gateway, str(number))
