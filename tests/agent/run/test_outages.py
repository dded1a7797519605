"""The whole database fails: a server that crashes, connections that are cut, no room, no right to write. The agent says
so, waits, and goes on; nothing is lost, and nothing is sent twice."""

import asyncio
import contextlib
import gc
import time
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs
from structlog.typing import EventDict

from samlink.agent.agent import Agent
from samlink.agent.database.sessions import ping_after
from samlink.agent.tables.engine import engine_of
from samlink.agent.tables.schema.moments import TIMESTAMP
from samlink.client import Service
from samlink.testing.scripted_gateway import ScriptedGateway, result_of
from samlink.vocabulary.times import KST
from tests.agent import servers
from tests.agent.conftest import SERVERS
from tests.agent.customer import Customer
from tests.agent.run.test_failures import count
from tests.agent.running import logged, settings, until

# PyMySQL leaves the socket of a connection that did not come about to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning")
ROWS = 300
AT_ONCE = 20
CUTS = 5
SENT_BEFORE = 10
HELD = 200
"""So many rows that their keys need room of their own."""
CUT = {
    "mysql": "SELECT concat('KILL ', id) FROM information_schema.processlist WHERE db = '{name}'",
    "postgresql": "SELECT 'SELECT pg_terminate_backend(' || pid || ')' FROM pg_stat_activity WHERE datname = '{name}'",
}
"""Statements that end every connection to a database."""


class Clock:
    """The agent's clock, which can be put forward: leases end, and rows are due."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@contextlib.asynccontextmanager
async def working(url: sa.URL, gateway: ScriptedGateway, clock: Clock, **work: Any) -> AsyncIterator[None]:
    """An agent at work."""
    agent, stop = Agent(settings(url, **work), link=gateway.settings(), clock=clock), asyncio.Event()
    task = asyncio.create_task(agent.run(stop))
    try:
        yield
    finally:
        stop.set()
        await task


@pytest.fixture
def lines() -> Iterator[list[EventDict]]:
    """What is logged."""
    with capture_logs() as lines:
        yield lines


@pytest.fixture(scope="module", params=["mariadb", "postgresql"])
def databases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Databases]:
    """A server that keeps what it has committed, and that nobody else uses."""
    with SERVERS[request.param](tmp_path_factory.mktemp(request.param), durable=True) as databases:
        yield databases


@pytest.fixture
def shop(databases: servers.Databases) -> Iterator[tuple[sa.URL, Customer]]:
    """A database on it, and its customer."""
    url = databases()
    engine = engine_of(url)
    ping_after(engine, 0.0)
    try:
        yield url, Customer(engine)
    finally:
        engine.dispose()


def went_out_once(customer: Customer, gateway: ScriptedGateway, rows: int) -> None:
    """Each row was sent under one pair of keys, and has its result."""
    assert [row["sendresult"] for row in logged(customer)] == [6] * rows
    assert len(gateway.messages) == rows


def said_well(lines: list[EventDict]) -> None:
    """Something was said, and no value of a row."""
    assert count(lines, "waiting") > 0
    assert not any("01012345678" in str(line) for line in lines)


async def test_a_server_that_crashes_is_waited_for(
    databases: servers.Databases,
    shop: tuple[sa.URL, Customer],
    gateway: ScriptedGateway,
    lines: list[EventDict],
    caplog: pytest.LogCaptureFixture,
) -> None:
    (url, customer), clock = shop, Clock()
    gateway.results_by_themselves = True
    customer.insert(ROWS)
    async with working(url, gateway, clock, rows=AT_ONCE):
        await gateway.until(lambda: len(gateway.messages) >= ROWS // 4)
        await asyncio.to_thread(databases.server.crash)
        await until(lambda: count(lines, "waiting") > 0)
        await asyncio.to_thread(databases.server.start)
        await until(lambda: count(lines, "going_on") > 0)
        # A claim whose commit was not answered comes back with its lease.
        clock.ahead = 3600.0
        await until(lambda: len(logged(customer)) == ROWS)
    went_out_once(customer, gateway, ROWS)
    said_well(lines)
    assert not [record for record in caplog.records if record.name.startswith("sqlalchemy")], "one sentence is enough"
    gc.collect()


def cut_all(databases: servers.Databases, url: sa.URL) -> None:
    """End every connection to a database, whatever it is doing."""
    engine = sa.create_engine(databases.at, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        found = connection.exec_driver_sql(CUT[engine.dialect.name].format(name=url.database))
        for statement in found.scalars().all():
            with contextlib.suppress(sa.exc.DBAPIError):  # it has ended by itself
                connection.exec_driver_sql(statement)


def reached(gateway: ScriptedGateway, messages: int) -> bool:
    """Whether the gateway has so many messages."""
    return len(gateway.messages) >= messages


async def test_connections_that_are_cut_lose_nothing(
    databases: servers.Databases, shop: tuple[sa.URL, Customer], gateway: ScriptedGateway
) -> None:
    (url, customer), clock = shop, Clock()
    gateway.results_by_themselves = True
    customer.insert(ROWS)
    async with working(url, gateway, clock, rows=AT_ONCE):
        for cut in range(1, CUTS + 1):
            await gateway.until(partial(reached, gateway, ROWS * cut // (CUTS + 1)))
            await asyncio.to_thread(cut_all, databases, url)
            clock.ahead += 3600.0
        await until(lambda: len(logged(customer)) == ROWS)
    went_out_once(customer, gateway, ROWS)


Trouble = Callable[[Customer], contextlib.AbstractContextManager[None]]


@contextlib.contextmanager
def every_connection_says(pragma: str, mended: str) -> Iterator[None]:
    """SQLite: a setting of each connection, as it is taken from its pool, and another one after the block."""
    now = [pragma]

    def taken(connection: Any, *_: object) -> None:
        connection.execute(now[0])

    sa.event.listen(sa.pool.Pool, "checkout", taken)
    try:
        yield
        now[0] = mended
    finally:
        # Once more for each connection, before nobody says anything any more.
        LEFT.append(taken)


LEFT: list[Callable[..., None]] = []


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """Listeners end with their test."""
    yield
    while LEFT:
        sa.event.remove(sa.pool.Pool, "checkout", LEFT.pop())


@contextlib.contextmanager
def statements(customer: Customer, before: tuple[str, ...], after: tuple[str, ...]) -> Iterator[None]:
    """Statements before the block, and after it."""
    url = customer.engine.url
    place = url.set(database="postgres" if url.get_backend_name() == "postgresql" else "mysql")
    admin = sa.create_engine(place, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")

    def run(wanted: tuple[str, ...]) -> None:
        with admin.connect() as connection:
            for statement in wanted:
                connection.exec_driver_sql(statement.format(name=url.database))

    run(before)
    yield
    run(after)


def read_only(customer: Customer) -> contextlib.AbstractContextManager[None]:
    """Nobody may write."""
    kind = customer.engine.dialect.name
    if kind == "sqlite":
        return every_connection_says("PRAGMA query_only = 1", "PRAGMA query_only = 0")
    if kind == "postgresql":
        end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        change = "ALTER DATABASE {name} SET default_transaction_read_only = "
        return statements(customer, (change + "on", end), (change + "off", end))
    return statements(customer, ("SET GLOBAL read_only = 1",), ("SET GLOBAL read_only = 0",))


_FUNCTION = """
CREATE FUNCTION no_room() RETURNS trigger AS $$ BEGIN
    RAISE 'could not extend file: No space left on device' USING ERRCODE = 'disk_full';
END $$ LANGUAGE plpgsql
"""
_SIGNAL = "SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1114, MESSAGE_TEXT = 'The table is full'"
_TRIGGER = "CREATE TRIGGER no_room BEFORE INSERT ON ushotlink FOR EACH ROW"
FULL = {
    "postgresql": (_FUNCTION, f"{_TRIGGER} EXECUTE FUNCTION no_room()"),
    "mysql": (f"{_TRIGGER} {_SIGNAL}",),
}
"""What says what a full disk says; SQLite's is full indeed."""


@contextlib.contextmanager
def full(customer: Customer) -> Iterator[None]:
    """There is no room for one page more."""
    kind = customer.engine.dialect.name
    if kind == "sqlite":
        with every_connection_says("PRAGMA max_page_count = 1", "PRAGMA max_page_count = 1000000"):
            yield
        return
    for statement in FULL[kind]:
        customer.run(statement)
    yield
    customer.run("DROP TRIGGER no_room" + (" ON ushotlink" if kind == "postgresql" else ""))


def of_an_agent(url: sa.URL, customer: Customer) -> sa.URL:
    """The same database, for a user who has no more rights than an agent needs."""
    if customer.engine.dialect.name != "mysql":
        return url
    customer.run("CREATE OR REPLACE USER agent@localhost")
    customer.run(f"GRANT ALL ON {url.database}.* TO agent@localhost")
    return url.set(username="agent")


@pytest.mark.parametrize("trouble", [full, read_only], ids=["full", "read-only"])
async def test_a_database_that_takes_nothing_is_waited_for(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway, lines: list[EventDict], trouble: Trouble
) -> None:
    clock = Clock()
    customer.insert(SENT_BEFORE)
    due = datetime.now(KST) + timedelta(hours=1)
    customer.insert(HELD, ReserveDT=due.strftime(TIMESTAMP))
    async with working(of_an_agent(url, customer), gateway, clock):
        await gateway.until(lambda: len(gateway.messages) == SENT_BEFORE)
        first = list(gateway.messages.values())
        with trouble(customer):
            clock.ahead = 7200.0
            gateway.deliver([result_of(record, 6) for record in first], service=Service.SMS)
            # Results, the marks of rows that were sent, or the claim of the others: whatever comes first.
            await until(lambda: count(lines, "waiting") > 0)
            assert len(gateway.messages) == SENT_BEFORE
            gateway.results_by_themselves = True
        await until(lambda: len(logged(customer)) == SENT_BEFORE + HELD)
    went_out_once(customer, gateway, SENT_BEFORE + HELD)
    said_well(lines)
    assert count(lines, "going_on") > 0
