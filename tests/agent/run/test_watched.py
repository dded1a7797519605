"""An agent that is watched: what its port and its log tell of troubles, and that neither tells what rows hold."""

import asyncio
import socket
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from msgspec.structs import replace
from structlog.testing import capture_logs
from structlog.typing import EventDict

from samlink.agent.agent import Agent
from samlink.testing.scripted_gateway import Refuse, ScriptedGateway, result_of
from samlink.vocabulary.responses import ResponseCode
from samlink.watch.settings import Monitoring
from tests.agent.customer import Customer
from tests.agent.running import LIMIT_SECONDS, a_moment, logged, running, settings, until

NUMBER = "01012345678"
TEXT = "비밀 인증번호 482913"


@pytest.fixture
def lines() -> Iterator[list[EventDict]]:
    """What is logged."""
    with capture_logs() as lines:
        yield lines


def told(lines: list[EventDict]) -> set[str]:
    """The names of the lines."""
    return {str(line["event"]) for line in lines}


async def test_the_counters_are_what_the_tables_say(customer: Customer, url: sa.URL, gateway: ScriptedGateway) -> None:
    gateway.results_by_themselves = True
    customer.insert(40, Msg=TEXT)
    customer.insert(3, Receiver="0212345678")
    async with running(url, gateway.settings()) as agent:
        await until(lambda: len(logged(customer)) == 43 and agent.counters.read().tables["UShotSMS"].moved == 43)
        counted = agent.counters.read()
    table = counted.tables["UShotSMS"]
    assert (table.claimed, table.sent, table.refused, table.moved) == (43, 40, {77: 3}, 43)
    assert counted.results == {6: 40}
    assert {(view.service, view.duty): view.up for view in counted.connections} == {
        ("SMS", "send"): 2,
        ("SMS", "report"): 1,
        ("MMS", "report"): 1,
        ("KMS", "report"): 1,
    }


async def test_a_database_that_fails_is_told_without_what_rows_hold(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway, lines: list[EventDict]
) -> None:
    trigger = {
        "sqlite": "BEGIN SELECT RAISE(ABORT, '" + TEXT + NUMBER + "'); END",
        "mysql": "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '" + TEXT + NUMBER + "'",
        "postgresql": "EXECUTE FUNCTION refuse()",
    }[customer.engine.dialect.name]
    if customer.engine.dialect.name == "postgresql":
        body = "BEGIN RAISE EXCEPTION '" + TEXT + "' USING DETAIL = '" + NUMBER + "'; END"
        customer.run(f"CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$")
    customer.insert(2, Msg=TEXT, Receiver=NUMBER)
    customer.run(f"CREATE TRIGGER refusal BEFORE UPDATE ON {customer.sms.name} FOR EACH ROW {trigger}")
    async with running(url, gateway.settings()) as agent:
        await until(lambda: "rows_cannot_be_claimed" in told(lines))
        errors = agent.counters.read().errors
        on = f" ON {customer.sms.name}" if customer.engine.dialect.name == "postgresql" else ""
        customer.run(f"DROP TRIGGER refusal{on}")
        await gateway.until(lambda: len(gateway.messages) == 2)
        await until(lambda: "going_on" in told(lines))
        assert agent.counters.read().waiting == ()
    assert [(error.part, error.what) for error in errors] == [("rows", "claim UShotSMS")]
    said = repr(lines) + repr(errors)
    assert not any(secret in said for secret in (NUMBER, TEXT, "인증번호", "482913")), said


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_no_line_of_a_busy_day_holds_a_number_or_a_text(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway, lines: list[EventDict]
) -> None:
    gateway.refuses = lambda record: record.receiver == NUMBER
    gateway.logins.append(Refuse(ResponseCode.LOGIN_BUSY, f"busy {NUMBER}"))
    customer.insert(Receiver=NUMBER, Msg=TEXT)
    customer.insert(Receiver="010-9876-5432-1", Msg=TEXT)
    customer.insert(Receiver="01098765432", Msg=f"{TEXT} 😀")
    customer.insert(Receiver="01098765432", Msg=TEXT, URL="u" * 200)
    customer.insert(table="UShotMMS", Receiver="01098765432", Msg=TEXT, File_Path1=f"{NUMBER}.jpg")
    customer.insert(Receiver="01011112222", Msg=TEXT)
    async with running(url, gateway.settings(), sms_result_hours=1e-9):
        await until(lambda: len(logged(customer)) == 5 and len(logged(customer, "UShotMMS")) == 1)
        [record] = [record for record in gateway.messages.values() if record.receiver == "01011112222"]
        stray = result_of(record)
        stray.message_id = "unknown"
        gateway.deliver([stray])
        await until(lambda: "results_of_no_row" in told(lines))
    assert {"row_refused", "results_did_not_come", "results_of_no_row", "connection_up", "agent_works"} <= told(lines)
    said = repr(lines)
    secrets = (NUMBER, "98765432", "9876-5432", "01011112222", TEXT, "인증번호", "482913")
    assert not any(secret in said for secret in secrets), said


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_the_port_is_opened_and_waited_for_when_it_is_taken(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway, lines: list[EventDict]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        given = replace(settings(url), monitor=Monitoring(port=port))
        agent, stop = Agent(given, link=gateway.settings()), asyncio.Event()
        task = asyncio.create_task(agent.run(stop))
        await until(lambda: "waiting" in told(lines))
    async with asyncio.timeout(LIMIT_SECONDS):
        while not (answer := await health(port)):
            await a_moment()
    await until(lambda: bool(agent.counters.read().rows))
    stop.set()
    await task
    assert answer.startswith("HTTP/1.0 200")
    assert [view.table for view in agent.counters.read().rows] == ["UShotSMS", "UShotMMS", "UShotKMS"]
    assert [line["part"] for line in lines if line["event"] == "waiting"] == ["monitor"]


async def health(port: int) -> str:
    """What a port answers; empty when it is closed."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return ""
    writer.write(b"GET /health HTTP/1.0\r\n\r\n")
    answer = (await reader.read()).decode()
    writer.close()
    return answer
