"""Each statement that an agent runs again and again finds its rows by an index, however many rows there are."""

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from samlink.agent.judge.duplicates import Duplicates, digest_table
from samlink.agent.tables.backlog import pending
from samlink.agent.tables.claim import links
from samlink.agent.tables.settle.archive import Archive, Waits
from samlink.agent.tables.settle.unwritten_results import write_kept
from samlink.testing.scripted_gateway import ScriptedGateway
from tests.agent.customer import NOW, RANDOM, Customer, lease
from tests.agent.running import running

RESERVED, FINISHED, UNANSWERED = 20_000, 50_000, 20_000
SOAKED = (1_000_000, 5_000_000, 200_000)
A_PAGE = 1000
LOOKS = 300
"""Of three tables: a minute and more, so that the housekeeping of each minute is among them."""
HOUR = 3600
WAITS = Waits()
NUMBERS = {"mysql": "seq_1_to_{count}", "postgresql": "generate_series(1, {count}) AS numbers(seq)"}
TEXT = {"mysql": "CAST(seq + {first} AS CHAR)", "postgresql": "(seq + {first})::text"}
ANALYZE = {"mysql": "ANALYZE TABLE {table}", "postgresql": "ANALYZE {table}"}


def fill(customer: Customer, reserved: int, finished: int, unanswered: int, now: float = NOW) -> None:
    """Rows for later days, keys of finished rows, and rows without a result; a few of each kind of work among them."""
    kind = customer.engine.dialect.name
    customer.run(
        f"INSERT INTO {customer.sms.name} (Sender, Receiver, Msg, ReserveDT) "
        f"SELECT '0212345678', '01012345678', 'x', '2035-01-01' FROM {NUMBERS[kind].format(count=reserved)}"
    )
    add_links(customer, links.FINISHED, finished, 10_000_000, now - HOUR)
    add_links(customer, links.SENT, unanswered, 20_000_000, now - HOUR)
    few = {links.FINISHED: 300, links.SENT: 100, links.MOVED: 300, links.KEPT: 1, links.CLAIMED: 1}
    for state, hours in few.items():
        add_links(customer, state, 5, 30_000_000 + 100 * state + hours, now - hours * HOUR)
    customer.insert(5)
    customer.insert(5, SendResult=6)
    customer.insert(5, Priority=1)


def add_links(customer: Customer, state: int, count: int, first: int, at: float) -> None:
    """Keys in a state, which came into it then."""
    kind, since = customer.engine.dialect.name, int(at)
    text = TEXT[kind].format(first=first)
    customer.run(
        "INSERT INTO ushotlink (group_id, message_id, source, row_id, state, lease_until, since, code) "
        f"SELECT CONCAT('g', FLOOR((seq + {first}) / 500)), {text}, 'UShotSMS', {text}, {state}, {since}, {since}, 8 "
        f"FROM {NUMBERS[kind].format(count=count)}"
    )


Statement = tuple[str, Any]


@pytest.fixture
def statements(customer: Customer) -> Iterator[list[Statement]]:
    """The statements of the agent, with their parameters."""
    noted: list[Statement] = []

    def note(_: object, __: object, statement: str, parameters: Any, *_rest: object) -> None:
        noted.append((statement, parameters))

    sa.event.listen(customer.engine, "before_cursor_execute", note)
    yield noted
    sa.event.remove(customer.engine, "before_cursor_execute", note)


def run_all(customer: Customer) -> None:
    """Everything that an agent does again and again."""
    table, archive = customer.sms, Archive(customer.sms)
    digest_table(metadata := sa.MetaData(), "UShot")
    metadata.create_all(customer.engine)
    assert pending(table, NOW, WAITS.late_since(NOW, table.mapping)).finished
    assert len(table.claim_again(lease(), 500)) == 0
    assert len(table.claim(lease(), 500, urgent=True)) == 5
    assert len(table.claim(lease(random=RANDOM[::-1]), 500)) == 5
    assert archive.move(NOW, A_PAGE) == 5
    assert write_kept(table, NOW, 500, 5.0)
    assert archive.move_unanswered(NOW, A_PAGE, WAITS) == 0
    assert archive.forget(NOW, WAITS) is False
    links.overdue_unknown(table.engine, table.links, table.source, now=NOW, hours=24, shown=3)
    Duplicates(customer.engine, "UShot", 60).forget(NOW)


def scans(connection: sa.Connection, statement: Statement) -> list[str]:
    """The parts of a statement's plan that read more than a page of a table."""
    text, parameters = statement
    if connection.dialect.name == "mysql":
        rows = connection.exec_driver_sql(f"EXPLAIN {text}", parameters).mappings().all()
        return [str(dict(row)) for row in rows if row["table"] and int(str(row["rows"] or 0).split()[0]) > A_PAGE]
    plan = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {text}", parameters).scalar_one()
    return [str(part) for part in parts(plan[0]["Plan"]) if part["Node Type"] == "Seq Scan" and part["Plan Rows"] > 0]


def parts(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A plan and the plans in it."""
    yield plan
    for part in plan.get("Plans", ()):
        yield from parts(part)


def hot(statements: list[Statement]) -> list[Statement]:
    """Those about the customer's table and the keys."""
    return [
        (text, parameters)
        for text, parameters in statements
        if text.startswith(("SELECT", "UPDATE", "DELETE"))
        and any(name in text.lower() for name in ("ushotsms ", "ushotsms`", "ushotlink"))
    ]


def unindexed(customer: Customer, tried: list[Statement]) -> str:
    """The statements that read more than a page of a table, with the parts of their plans that do."""
    with customer.engine.connect() as connection:
        found = {one[0]: plan for one in tried if (plan := scans(connection, one))}
    return "\n".join(f"{text}\n    {plan}" for text, plan in found.items())


@pytest.mark.parametrize("url", ["mariadb", "postgresql"], indirect=True)
def test_every_hot_statement_goes_by_an_index(customer: Customer, statements: list[Statement]) -> None:
    fill(customer, RESERVED, FINISHED, UNANSWERED)
    statements.clear()
    pending(customer.sms, NOW, 0.0)
    assert not unindexed(customer, hot(statements)), "what is asked each second needs no statistics"
    for table in (customer.sms.name, customer.links.name):
        customer.run(ANALYZE[customer.engine.dialect.name].format(table=table))
    statements.clear()
    run_all(customer)
    tried = hot(statements)
    assert not unindexed(customer, tried)
    assert len(tried) > 20


@pytest.mark.soak
@pytest.mark.parametrize("url", ["mariadb"], indirect=True)
async def test_an_idle_agent_is_in_no_slow_log_beside_millions_of_rows(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway
) -> None:
    fill(customer, *SOAKED, now=time.time())
    for name, value in (("long_query_time", 1), ("slow_query_log", 1)):
        customer.run(f"SET GLOBAL {name} = {value}")
    before = slow_queries(customer)
    async with running(url, gateway.settings(), poll_seconds=1.0) as agent:
        queue: asyncio.Queue[object] = asyncio.Queue()
        agent.events.subscribe(lambda event: queue.put_nowait(event) if event.name == "claimed" else None)
        for _ in range(LOOKS):
            await queue.get()
    assert slow_queries(customer) == before


def slow_queries(customer: Customer) -> int:
    """How many statements took longer than `long_query_time`."""
    with customer.engine.connect() as connection:
        return int(connection.exec_driver_sql("SHOW GLOBAL STATUS LIKE 'Slow_queries'").one()[1])
