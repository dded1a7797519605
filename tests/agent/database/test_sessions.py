"""The agent's sessions are guests: named, with short waits, and through a pooler they leave nothing behind."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from samlink.agent.database.sessions import looking, ping_after
from samlink.agent.tables.engine import engine_of
from samlink.link.free_ports import free_base_port
from samlink.testing.scripted_gateway import ScriptedGateway
from tests.agent import servers
from tests.agent.customer import Customer
from tests.agent.running import logged, running, until

ROWS = 60


@pytest.fixture
def pooled(tmp_path: Path) -> Iterator[sa.URL]:
    """A database behind PgBouncer, whose users all share one session of the server."""
    with servers.postgresql(tmp_path) as databases, servers.pgbouncer(tmp_path, databases, free_base_port()) as url:
        yield url


async def test_through_a_pooler_nothing_fails_and_nothing_is_left_to_others(
    pooled: sa.URL, gateway: ScriptedGateway
) -> None:
    gateway.results_by_themselves = True
    ours = engine_of(pooled)
    customer = Customer(ours)
    # The customer's own program, of another user of the pool, between the agent's transactions.
    theirs = sa.create_engine(pooled, isolation_level="AUTOCOMMIT", connect_args={"prepare_threshold": None})
    failures: list[str] = []
    with theirs.connect() as connection:
        connection.exec_driver_sql("SET TIME ZONE 'Asia/Tokyo'")
        async with running(pooled, gateway.settings(), rows=5) as agent:
            agent.events.subscribe(lambda event: failures.append(type(event).__name__))
            for _ in range(ROWS // 10):
                customer.insert(10)
                connection.exec_driver_sql("SELECT count(*) FROM ushotsms")
            await until(lambda: len(logged(customer)) == ROWS)
        left = [connection.exec_driver_sql(f"SHOW {name}").scalar_one() for name in ("lock_timeout", "TimeZone")]
        prepared = connection.exec_driver_sql("SELECT count(*) FROM pg_prepared_statements").scalar_one()
    theirs.dispose()
    ours.dispose()
    assert [*left, prepared] == ["0", "Asia/Tokyo", 0]
    assert "Waiting" not in failures
    assert len(gateway.messages) == ROWS


def test_a_look_through_a_pooler_speaks_korean_time_whatever_others_speak(pooled: sa.URL) -> None:
    ours = engine_of(pooled)
    theirs = sa.create_engine(pooled, isolation_level="AUTOCOMMIT", connect_args={"prepare_threshold": None})
    with theirs.connect() as other:
        for _ in range(2):
            other.exec_driver_sql("SET TIME ZONE 'UTC'")
            with looking(ours) as connection:
                assert connection.exec_driver_sql("SHOW TimeZone").scalar_one() == "Asia/Seoul"
            assert other.exec_driver_sql("SHOW TimeZone").scalar_one() == "UTC"
    ours.dispose()
    theirs.dispose()


def test_a_lock_is_waited_for_five_seconds_in_a_transaction(url: sa.URL) -> None:
    asked = {"postgresql": "SHOW lock_timeout", "mysql": "SELECT @@lock_wait_timeout, @@innodb_lock_wait_timeout"}
    engine = engine_of(url)
    if engine.dialect.name in asked:
        with engine.begin() as connection:
            found = connection.exec_driver_sql(asked[engine.dialect.name]).one()
        assert {str(value) for value in found} <= {"5s", "5"}
    engine.dispose()


def test_sessions_carry_the_agents_name(url: sa.URL) -> None:
    engine = engine_of(url)
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        if engine.dialect.name == "postgresql":
            asked = "SELECT application_name FROM pg_stat_activity WHERE pid = pg_backend_pid()"
            assert connection.exec_driver_sql(asked).scalar_one() == "samlink agent"
        elif engine.dialect.name == "mysql":
            # The server has a table of it if its performance schema is on.
            assert driver._connect_attrs["program_name"] == "samlink agent"
    engine.dispose()


def test_a_connection_that_was_cut_while_it_was_idle_is_replaced(url: sa.URL) -> None:
    cut = {"postgresql": "SELECT pg_terminate_backend({id})", "mysql": "KILL {id}"}
    who = {"postgresql": "SELECT pg_backend_pid()", "mysql": "SELECT connection_id()"}
    engine = engine_of(url)
    ping_after(engine, 0.0)
    other = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    if (name := engine.dialect.name) in cut:
        with engine.connect() as connection:
            first = connection.exec_driver_sql(who[name]).scalar_one()
        with other.connect() as connection:
            connection.exec_driver_sql(cut[name].format(id=first))
        with engine.connect() as connection:
            assert connection.exec_driver_sql(who[name]).scalar_one() != first
    engine.dispose()
    other.dispose()


@pytest.mark.parametrize("may_log_rows", [False, True])
async def test_a_server_whose_binary_log_holds_statements_is_worked_on(
    tmp_path: Path, gateway: ScriptedGateway, may_log_rows: bool
) -> None:
    gateway.results_by_themselves = True
    flags = ("--log-bin", "--binlog-format=STATEMENT", "--server-id=1")
    with servers.mariadb(tmp_path, *flags) as databases:
        url = databases()
        customer = Customer(engine_of(url))
        customer.run("CREATE USER agent@localhost")
        customer.run(f"GRANT ALL ON {url.database}.* TO agent@localhost")
        if may_log_rows:
            customer.run("GRANT BINLOG ADMIN ON *.* TO agent@localhost")
        customer.insert(5)
        async with running(url.set(username="agent"), gateway.settings()):
            await until(lambda: len(logged(customer)) == 5)
        customer.engine.dispose()
    assert len(gateway.messages) == 5
