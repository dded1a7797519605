"""An idle agent asks its database one thing a second for each table, and one task asks after an outage."""

import asyncio
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from samlink.agent.agent import Agent
from samlink.agent.tables.engine import engine_of
from samlink.agent.watch import events
from samlink.testing.scripted_gateway import ScriptedGateway
from samlink.watch.events import Event
from tests.agent import servers
from tests.agent.customer import Customer
from tests.agent.run.test_failures import count
from tests.agent.running import logged, running, until

pytestmark = pytest.mark.filterwarnings("ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning")
ROUNDS = 5
TABLES = 3
MOST_IN_A_ROUND = 10
"""Statements of all tables in one `poll_seconds`, commits counted."""
Notes = Callable[[], list[str]]


@pytest.fixture(params=["mariadb", "postgresql"])
def noted(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[sa.URL, Notes]]:
    """A database, and the statements that its server was given."""
    if request.param == "mariadb":
        file = tmp_path / "statements"
        with servers.mariadb(tmp_path, "--general-log=on", f"--general-log-file={file}") as databases:
            is_statement = re.compile(r"\t *\d+ (Query|Execute|Ping)\t")
            yield databases(), lambda: [line for line in file.read_text().splitlines() if is_statement.search(line)]
    else:
        with servers.postgresql(tmp_path, "log_statement=all") as databases:
            said = databases.server.said
            yield databases(), lambda: [line for line in [*said] if "LOG:  statement:" in line or "execute" in line]


def heard(agent: Agent, kind: type[Event]) -> "asyncio.Queue[Event]":
    """The events of a kind that the agent tells from now on."""
    queue: asyncio.Queue[Event] = asyncio.Queue()

    def hear(event: Event) -> None:
        if isinstance(event, kind):
            queue.put_nowait(event)

    agent.events.subscribe(hear)
    return queue


async def test_an_idle_agent_asks_little(noted: tuple[sa.URL, Notes], gateway: ScriptedGateway) -> None:
    gateway.results_by_themselves = True
    url, notes = noted
    engine = engine_of(url)
    customer = Customer(engine)
    customer.insert(3)
    async with running(url, gateway.settings(), poll_seconds=1.0) as agent:
        await until(lambda: len(logged(customer)) == 3)
        engine.dispose()
        looks = heard(agent, events.RowsClaimed)
        for _ in range(TABLES):
            await looks.get()
        before = notes()
        for _ in range(TABLES * ROUNDS):
            await looks.get()
        asked = notes()[len(before) :]
    assert TABLES * (ROUNDS - 1) <= len(asked) <= MOST_IN_A_ROUND * ROUNDS, "\n".join(asked)


async def test_one_task_asks_after_an_outage_and_says_so_once(
    noted: tuple[sa.URL, Notes], gateway: ScriptedGateway, tmp_path: Path
) -> None:
    gateway.results_by_themselves = True
    url, _ = noted
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    customer = Customer(engine)
    locked, cut, opened = LOCK_OUT[engine.dialect.name]
    with engine.connect() as owner, capture_logs() as lines:
        async with running(_of_agent(url, customer), gateway.settings(), retry_seconds=0.05) as agent:
            waits = heard(agent, events.Waiting)
            customer.insert(3)
            await until(lambda: len(logged(customer)) == 3)
            owner.exec_driver_sql(locked)
            for statement in owner.exec_driver_sql(cut).scalars().all():
                owner.exec_driver_sql(statement)
            await waits.get()
            customer.insert(2)
            owner.exec_driver_sql(opened)
            await until(lambda: len(logged(customer)) == 5)
    assert count(lines, "waiting") == 1
    assert count(lines, "going_on") == 1


LOCK_OUT = {
    "mysql": (
        "ALTER USER agent@localhost IDENTIFIED BY 'another'",
        "SELECT concat('KILL ', id) FROM information_schema.processlist WHERE user = 'agent'",
        "ALTER USER agent@localhost IDENTIFIED BY ''",
    ),
    "postgresql": (
        "ALTER ROLE guest NOLOGIN",
        "SELECT 'SELECT pg_terminate_backend(' || pid || ')' FROM pg_stat_activity WHERE usename = 'guest'",
        "ALTER ROLE guest LOGIN",
    ),
}
"""How an owner keeps the agent out, ends its sessions, and lets it in again."""


def _of_agent(url: sa.URL, customer: Customer) -> sa.URL:
    """The database, for a user of the agent's own."""
    if customer.engine.dialect.name == "mysql":
        customer.run("CREATE USER agent@localhost")
        customer.run(f"GRANT ALL ON {url.database}.* TO agent@localhost")
        return url.set(username="agent")
    customer.run("CREATE ROLE guest SUPERUSER LOGIN")
    return url.set(username="guest")
