"""Times in every form that customers' columns have: never early, never held for ever, written as they are read."""

import random
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import msgspec
import pytest
import sqlalchemy as sa

from samlink.agent.ddl import create
from samlink.agent.errors import TableError
from samlink.agent.judge.rules import Terms
from samlink.agent.judge.verdict import Refused, judge
from samlink.agent.tables.backlog import pending
from samlink.agent.tables.claim.links import link_table
from samlink.agent.tables.claim.odd_times import PAGE
from samlink.agent.tables.engine import engine_of
from samlink.agent.tables.live import LiveTable
from samlink.agent.tables.rows import Claimed, RowResult
from samlink.agent.tables.schema.mapping import Field, TableMapping
from samlink.agent.tables.schema.moments import TimeForm, kst
from samlink.agent.tables.settle.results import settle
from samlink.vocabulary.services import Service
from samlink.vocabulary.times import KST
from tests.agent.customer import NOW, lease

SENT: Final = NOW - 3
PLAIN: Final = "2025-06-16 00:06:37"
TEXTS: Final = {
    "CHAR(8)": "20250616",
    "VARCHAR(12)": "202506160006",
    "VARCHAR(14)": "20250616000637",
    "CHAR(14)": "20250616000637",
    "VARCHAR(16)": "2025-06-16 00:06",
    "VARCHAR(19)": PLAIN,
    "VARCHAR(20)": PLAIN,
    "VARCHAR(23)": f"{PLAIN}.000",
    "CHAR(23)": f"{PLAIN}.000",
    "TEXT": PLAIN,
}
NUMBERS: Final = {"BIGINT": "20250616000637", "DECIMAL(14)": "20250616000637"}
TYPES: Final[dict[str, dict[str, str]]] = {
    "sqlite": TEXTS | NUMBERS | {"DATETIME": PLAIN, "TIMESTAMP": PLAIN, "DATE": "2025-06-16", "": PLAIN},
    "mariadb": TEXTS
    | NUMBERS
    | {"DATETIME": PLAIN, "DATETIME(3)": PLAIN, "TIMESTAMP NULL": PLAIN, "DATE": "2025-06-16"},
    "postgresql": TEXTS
    | NUMBERS
    | {"TIMESTAMP": PLAIN, "TIMESTAMP(0)": PLAIN, "TIMESTAMPTZ": f"{PLAIN}+09:00", "DATE": "2025-06-16"},
}
"""How each type shows the second SENT, as its database's own column."""
NAMED: Final = {
    "YYYY-MM-DDTHH:MM:SS": ("VARCHAR(30)", "2025-06-16T00:06:37"),
    "YYYY-MM-DDTHH:MM:SS+09:00": ("VARCHAR(30)", "2025-06-16T00:06:37+09:00"),
    "YYYY/MM/DD HH:MM:SS": ("VARCHAR(30)", "2025/06/16 00:06:37"),
    "YYYY.MM.DD HH:MM:SS": ("VARCHAR(30)", "2025.06.16 00:06:37"),
    "YYYYMMDDHHMMSS": ("VARCHAR(30)", "20250616000637"),
    "YYYYMMDD": ("INTEGER", "20250616"),
    "epoch": ("INTEGER", str(int(SENT))),
    "epoch_ms": ("BIGINT", f"{int(SENT)}000"),
}
"""Forms that a mapping names: a type, and the same second."""
CASES: Final = [
    *((kind, type, "", shown) for kind, types in TYPES.items() for type, shown in types.items()),
    *((kind, type, form, shown) for kind in TYPES for form, (type, shown) in NAMED.items()),
]


class Site:
    """A customer's table whose times are of one type."""

    def __init__(self, engine: sa.Engine, type: str, form: str = "") -> None:
        self.engine = engine
        create(self.engine, "UShot", ())
        self.type = type
        columns = ", ".join(f"{field} {type}" for field in (Field.RESERVE_AT, Field.TIMEOUT_AT, Field.SENT_AT))
        self.run(
            f"CREATE TABLE t (id INTEGER PRIMARY KEY, state INTEGER, result INTEGER, receiver VARCHAR(20), "
            f"sender VARCHAR(20), body VARCHAR(90), {columns})"
        )
        times = dict.fromkeys((Field.RESERVE_AT, Field.TIMEOUT_AT, Field.SENT_AT), form) if form else {}
        names = (Field.ID, Field.STATE, Field.RESULT, Field.RECEIVER, Field.SENDER, Field.RESERVE_AT, Field.TIMEOUT_AT)
        columns_of = {field: field.value for field in (*names, Field.SENT_AT)} | {Field.TEXT: "body"}
        mapping = TableMapping(table="t", service=Service.SMS, columns=columns_of, finished=2, times=times)
        self.links = link_table(sa.MetaData(), "UShot")
        self.table = LiveTable(self.engine, mapping, self.links)

    def run(self, statement: str, **values: Any) -> None:
        with self.engine.begin() as connection:
            connection.execute(sa.text(statement), values)

    def insert(self, *rows: tuple[int, Any, Any]) -> None:
        """Rows as the customer inserts them: ids, reserve times and timeouts."""
        insert = "INSERT INTO t (id, state, receiver, sender, body, reserve_at, timeout_at) "
        values = sa.text(f"{insert} VALUES (:id, 0, '01012345678', '0212345678', 'x', :reserve_at, :timeout_at)")
        with self.engine.begin() as connection:
            connection.execute(
                values, [{"id": id, "reserve_at": at, "timeout_at": timeout_at} for id, at, timeout_at in rows]
            )

    def claimed(self, now: float = NOW, limit: int = 50) -> dict[int, Claimed]:
        """The rows that claims take at a moment, by id."""
        found: dict[int, Claimed] = {}
        for number in range(100):
            pending(self.table, now, None)
            rows = self.table.claim(lease(now, b"%05d" % number), limit)
            if not rows:
                return found
            found |= {int(row.row_id): row for row in rows}
        raise AssertionError("claims go on and on")

    def codes(self, claimed: dict[int, Claimed], now: float = NOW) -> dict[int, int]:
        """The agent's codes for rows that it does not send."""
        at = datetime.fromtimestamp(now, KST)
        verdicts = {id: judge(row, Service.SMS, Terms(), at) for id, row in claimed.items()}
        return {id: int(verdict.code) for id, verdict in verdicts.items() if isinstance(verdict, Refused)}


@pytest.fixture
def engine(url: sa.URL) -> Iterator[sa.Engine]:
    """The agent's way into the database."""
    engine = engine_of(url)
    yield engine
    engine.dispose()


@pytest.fixture
def site(url: sa.URL, engine: sa.Engine, request: pytest.FixtureRequest) -> Site:
    """A table on a server that is in UTC, as servers in a cloud are."""
    type, form = getattr(request, "param", ("VARCHAR(40)", ""))
    zones = {
        "mysql": "SET GLOBAL time_zone = '+00:00'",
        "postgresql": f"ALTER DATABASE {url.database} SET timezone = UTC",
    }
    if (zone := zones.get(url.get_backend_name())) is not None:
        with sa.create_engine(url, poolclass=sa.NullPool).begin() as connection:
            connection.exec_driver_sql(zone)
    return Site(engine, type, form)


def begins(form: TimeForm, at: datetime) -> datetime:
    """The first second of what a form tells of a time: its day, its minute or itself."""
    if form.days:
        return at.replace(hour=0, minute=0, second=0)
    return at.replace(second=0) if form.name.endswith("MM") else at


@pytest.mark.parametrize(
    ("url", "site", "shown"),
    [(kind, (type, form), shown) for kind, type, form, shown in CASES],
    indirect=("url", "site"),
    ids=[f"{kind}-{form or type}" for kind, type, form, _ in CASES],
)
def test_a_row_goes_when_its_time_has_come_and_its_times_are_written_as_they_are_read(site: Site, shown: str) -> None:
    form = site.table.times[Field.RESERVE_AT]
    dice = random.Random(site.type)
    offsets = [-86_400 * 400, -1, 0, 1, 60, 86_400 * 400, *(dice.randrange(-90_000, 90_000) for _ in range(30))]
    site.insert(*((id, form.write(kst(NOW + offset)), None) for id, offset in enumerate(offsets)))
    site.insert((99, None, None), (98, None, form.write(kst(NOW + 86_400))), (97, None, form.write(kst(NOW - 86_400))))
    due = {id for id, offset in enumerate(offsets) if begins(form, kst(NOW + offset)) <= kst(NOW)}
    claimed = site.claimed()
    assert set(claimed) == due | {97, 98, 99}
    assert site.codes(claimed) == {97: 75}
    result = RowResult(*claimed[99].key, 6, int(SENT))
    assert settle({"t": site.table}, site.links, [result], NOW) == []
    with site.engine.connect() as connection:
        sent_at = connection.execute(sa.text("SELECT sent_at FROM t WHERE id = 99")).scalar_one()
    assert str(sent_at).rstrip() == shown


ODD: Final = [
    ("2025-06-16T00:05:40", True, 0),
    ("2025-06-16T00:07:40", False, 0),
    ("2025/06/16 00:05:40", True, 0),
    ("2025.06.16 00:07:40", False, 0),
    ("20250616000540", True, 0),
    ("20250616000740", False, 0),
    ("2025-06-15T15:05:40Z", True, 0),
    ("2025-06-15T15:07:40Z", False, 0),
    ("2025-06-15 22:07:40+07:00", False, 0),
    ("2025-06-16 오전 12:05:40", True, 0),
    ("2025-06-16 오전 12:07", False, 0),
    ("2025-06-16", True, 0),
    ("", True, 0),
    ("later", True, 79),
    ("2025-06-31 00:00:00", True, 79),
    ("2099-99-99 00:00:00", True, 79),
    ("1795824000", True, 79),
]
"""Texts of customers, whether their time has come, and the code of a row that has none."""


def test_a_time_in_another_form_than_its_columns_is_read_or_refused(site: Site) -> None:
    site.insert(*((id, text, None) for id, (text, _, _) in enumerate(ODD)))
    claimed = site.claimed()
    assert set(claimed) == {id for id, (_, due, _) in enumerate(ODD) if due}
    assert site.codes(claimed) == {id: code for id, (_, _, code) in enumerate(ODD) if code}
    assert set(site.claimed(NOW + 120)) == {id for id, (_, due, _) in enumerate(ODD) if not due}


@pytest.mark.parametrize("url", ["mariadb"], indirect=True)
@pytest.mark.parametrize("site", [("BIGINT", "epoch"), ("BIGINT", "epoch_ms")], indirect=True)
def test_a_day_or_time_in_digits_in_a_column_that_counts_is_not_early(site: Site) -> None:
    site.insert((1, 20250616000540, None), (2, 20250616000740, None), (3, 20250617, None), (4, 12345678901234567, None))
    claimed = site.claimed()
    assert set(claimed) == {1, 4}
    assert site.codes(claimed) == {4: 79}
    assert set(site.claimed(NOW + 120)) == {2}


@pytest.mark.parametrize("url", ["mariadb"], indirect=True)
@pytest.mark.parametrize("site", [("VARCHAR(25)", "")], indirect=True)
def test_a_row_whose_state_the_database_alone_calls_waiting_is_not_held_for_ever(site: Site) -> None:
    site.run("ALTER TABLE t MODIFY state CHAR(1)")
    mapping = msgspec.structs.replace(site.table.mapping, waiting="W", sending="S", finished="D")
    site.table = LiveTable(site.engine, mapping, site.links)
    site.insert((1, "2025-06-16T00:05:40", None), (2, "2025-06-16T00:07:40", None))
    site.run("UPDATE t SET state = 'w'")
    assert set(site.claimed()) == {1}


@pytest.mark.parametrize(("url", "site"), [("sqlite", ("DATETIME", ""))], indirect=True)
def test_sqlites_own_columns_take_any_text(site: Site) -> None:
    test_a_time_in_another_form_than_its_columns_is_read_or_refused(site)


@pytest.mark.parametrize("url", ["mariadb"], indirect=True)
def test_an_odd_time_is_found_in_a_long_table_by_a_page_a_look(site: Site) -> None:
    rows = f"SELECT seq, 0, '01012345678', 'x', '2030-01-01 00:00:00' FROM seq_1_to_{2 * PAGE + 10}"
    site.run(f"INSERT INTO t (id, state, receiver, body, reserve_at) {rows}")
    site.insert((3 * PAGE, "2025-06-15T00:00:00", None))
    assert not pending(site.table, NOW, None).due
    assert not pending(site.table, NOW, None).due
    assert pending(site.table, NOW, None).due
    assert set(site.claimed()) == {3 * PAGE}


@pytest.mark.parametrize(
    ("url", "site"),
    [("mariadb", ("TIMESTAMP NULL", "")), ("postgresql", ("TIMESTAMPTZ", ""))],
    indirect=True,
)
def test_an_instant_is_the_same_for_the_customer_in_another_zone(site: Site, url: sa.URL) -> None:
    zone = "SET time_zone = '-05:00'" if url.get_backend_name() == "mysql" else "SET TIME ZONE 'Etc/GMT+5'"
    customer = sa.create_engine(url, poolclass=sa.NullPool)
    insert = "INSERT INTO t (id, state, receiver, body, reserve_at) VALUES ({id}, 0, '010', 'x', '{at}')"
    with customer.begin() as connection:
        connection.exec_driver_sql(zone)
        # 00:06:40 in Korea is 10:06:40 of the day before, five hours behind UTC.
        connection.exec_driver_sql(insert.format(id=1, at="2025-06-15 10:06:40"))
        connection.exec_driver_sql(insert.format(id=2, at="2025-06-15 10:06:41"))
    claimed = site.claimed()
    assert set(claimed) == {1}
    settle({"t": site.table}, site.links, [RowResult(*claimed[1].key, 6, int(SENT))], NOW)
    epoch = "UNIX_TIMESTAMP(sent_at)" if url.get_backend_name() == "mysql" else "EXTRACT(EPOCH FROM sent_at)"
    with customer.connect() as connection:
        assert int(connection.exec_driver_sql(f"SELECT {epoch} FROM t WHERE id = 1").scalar_one()) == int(SENT)


@pytest.mark.parametrize(
    ("url", "site"), [("postgresql", ("TIMESTAMPTZ", "")), ("postgresql", ("TIMESTAMP", ""))], indirect=True
)
def test_a_look_for_work_knows_the_time_in_a_session_of_any_zone(site: Site, url: sa.URL) -> None:
    site.run(f"ALTER DATABASE {url.database} SET timezone = 'Pacific/Auckland'")
    site.engine.dispose()
    site.insert((1, kst(NOW + 1), None))
    assert not pending(site.table, NOW, None).due
    assert pending(site.table, NOW + 1, None).due


@pytest.mark.parametrize("url", ["mariadb", "postgresql"], indirect=True)
@pytest.mark.parametrize(
    ("type", "form", "why"),
    [
        ("VARCHAR(15)", "", "give the form of its times in"),
        ("INTEGER", "", "give the form of its times in .*epoch"),
        ("SMALLINT", "", "cannot hold times; a DATETIME can"),
        ("VARCHAR(14)", "YYYY-MM-DD HH:MM:SS", "YYYYMMDDHHMMSS"),
        ("TIME", "", "cannot hold times; a DATETIME can"),
        ("DOUBLE PRECISION", "", "cannot hold times; a DATETIME can"),
        ("DATE", "YYYYMMDD", "cannot hold times in another form"),
    ],
)
def test_a_column_that_cannot_hold_times_is_refused_at_once(engine: sa.Engine, type: str, form: str, why: str) -> None:
    with pytest.raises(TableError, match=why):
        Site(engine, type, form)
