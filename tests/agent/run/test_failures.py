"""Rows and columns that refuse, on each kind of database: the agent says so, nobody else waits, nothing is lost.

Whatever fails is real: constraints, triggers, renamed tables, dropped columns, locks of a customer's own transaction.
"""

import contextlib
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs
from structlog.typing import EventDict

from samlink.agent.database import sessions
from samlink.agent.tables.claim import links
from samlink.client import Service
from samlink.testing.scripted_gateway import ScriptedGateway, result_of
from tests.agent.customer import Customer
from tests.agent.running import logged, running, until

REFUSED = 8
SAY_NO = {
    "sqlite": "CREATE TRIGGER no_result BEFORE UPDATE ON {table} WHEN NEW.SendResult = {code}"
    " BEGIN SELECT RAISE(ABORT, 'not this one'); END",
    "mysql": "ALTER TABLE {table} ADD CONSTRAINT no_result CHECK (SendResult <> {code})",
    "postgresql": "ALTER TABLE {table} ADD CONSTRAINT no_result CHECK (SendResult <> {code})",
}
SAY_YES = {
    "sqlite": "DROP TRIGGER no_result",
    "mysql": "ALTER TABLE {table} DROP CONSTRAINT no_result",
    "postgresql": "ALTER TABLE {table} DROP CONSTRAINT no_result",
}


@pytest.fixture
def lines() -> Iterator[list[EventDict]]:
    """What is logged."""
    with capture_logs() as lines:
        yield lines


def count(lines: list[EventDict], event: str, **fields: object) -> int:
    """How many lines of a name have these fields."""
    return sum(line["event"] == event and fields.items() <= line.items() for line in list(lines))


def refuse(customer: Customer, code: int) -> None:
    """The customer's table takes every result but one."""
    statement = SAY_NO[customer.engine.dialect.name]
    customer.run(statement.format(table=customer.sms.name, code=code))


def allow(customer: Customer) -> None:
    """It takes all again."""
    customer.run(SAY_YES[customer.engine.dialect.name].format(table=customer.sms.name))


def link_states(customer: Customer) -> list[int]:
    """States of the links of SMS, by row."""
    links = [link for link in customer.link_rows() if link["source"] == "UShotSMS"]
    return [link["state"] for link in sorted(links, key=lambda link: int(link["row_id"]))]


async def test_a_row_that_refuses_its_result_stops_nobody_and_gets_it_when_it_is_mended(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway, lines: list[EventDict]
) -> None:
    refuse(customer, REFUSED)
    customer.insert(5)
    async with running(url, gateway.settings()):
        await gateway.until(lambda: len(gateway.messages) == 5)
        records = list(gateway.messages.values())
        results = [result_of(record, REFUSED if record.message_id == "3" else 6) for record in records]
        gateway.deliver(results, service=Service.SMS)
        await until(lambda: len(logged(customer)) == 4)
        await until(lambda: link_states(customer)[2] == links.KEPT)
        assert customer.states() == [1]
        # The gateway goes on: what is kept was acknowledged.
        customer.insert(1)
        await gateway.until(lambda: len(gateway.messages) == 6)
        newest = next(record for record in gateway.messages.values() if record.message_id == "6")
        gateway.deliver([result_of(newest, 6)], service=Service.SMS)
        await until(lambda: len(logged(customer)) == 5)
        allow(customer)
        await until(lambda: len(logged(customer)) == 6)
    assert {row["msgid"]: row["sendresult"] for row in logged(customer)}[3] == REFUSED
    assert len(gateway.messages) == 6
    assert count(lines, "results_kept", table="UShotSMS") == 1


async def test_a_code_of_the_agents_own_that_is_refused_stops_nobody(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway, lines: list[EventDict]
) -> None:
    gateway.results_by_themselves = True
    refuse(customer, 77)
    customer.insert(Receiver="0212345678")
    customer.insert(4)
    async with running(url, gateway.settings()):
        await until(lambda: len(logged(customer)) == 4)
        assert customer.states() == [1]
        allow(customer)
        await until(lambda: len(logged(customer)) == 5)
    assert sorted(row["sendresult"] for row in logged(customer)) == [6, 6, 6, 6, 77]
    assert len(gateway.messages) == 4
    assert count(lines, "results_kept", table="UShotSMS") == 1


CHANGES = {
    "a table goes": ("ALTER TABLE {table} RENAME TO away", "ALTER TABLE away RENAME TO {table}"),
    "a column goes": (
        "ALTER TABLE {table} RENAME COLUMN Telecom TO Away",
        "ALTER TABLE {table} RENAME COLUMN Away TO Telecom",
    ),
}
"""Renamed, since the view over table and logs keeps a column from being dropped on some databases."""


@pytest.mark.parametrize("change", CHANGES)
async def test_one_tables_trouble_does_not_stop_the_others(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway, lines: list[EventDict], change: str
) -> None:
    broken, mended = CHANGES[change]
    customer.insert(3)
    customer.insert(3, table="UShotMMS", Subject="제목")
    async with running(url, gateway.settings()):
        await gateway.until(lambda: len(gateway.messages) == 6)
        await until(lambda: all(link["state"] == links.SENT for link in customer.link_rows()))
        customer.run(broken.format(table=customer.sms.name))
        for service, command in ((Service.SMS, "1020"), (Service.MMS, "1024")):
            records = [
                record for request in gateway.requests for record in request.records if request.command == command
            ]
            gateway.deliver([result_of(record, 6) for record in records], service=service)
        await until(lambda: len(logged(customer, "UShotMMS")) == 3)
        await until(lambda: link_states(customer) == [links.KEPT] * 3)
        customer.run(mended.format(table=customer.sms.name))
        await until(lambda: len(logged(customer)) == 3)
    assert [row["sendresult"] for row in logged(customer)] == [6] * 3
    assert len(gateway.messages) == 6
    assert count(lines, "results_kept", table="UShotSMS") == 1
    assert count(lines, "results_kept", table="UShotMMS") == 0


@contextlib.contextmanager
def holding(customer: Customer, row: int) -> Iterator[None]:
    """A transaction of the customer's own that has changed a row, and takes its time."""
    with customer.engine.connect() as connection, connection.begin():
        connection.execute(sa.text(f"UPDATE {customer.sms.name} SET IdentityCode = 'x' WHERE MsgID = {row}"))
        yield


@pytest.mark.parametrize("url", ["mariadb", "postgresql"], indirect=True)
async def test_a_row_that_a_customer_holds_for_long_waits_alone(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "LOCK_SECONDS", 1)
    customer.insert(4)
    async with running(url, gateway.settings()):
        await gateway.until(lambda: len(gateway.messages) == 4)
        await until(lambda: link_states(customer) == [links.SENT] * 4)
        with holding(customer, 2):
            gateway.deliver([result_of(record, 6) for record in gateway.messages.values()], service=Service.SMS)
            await until(lambda: len(logged(customer)) == 3)
        await until(lambda: len(logged(customer)) == 4)
    assert [row["sendresult"] for row in logged(customer)] == [6] * 4
    assert {row["identitycode"] for row in logged(customer)} == {"x", None}
