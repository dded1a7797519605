"""The rules at work over a real link, on each kind of database: what is refused, what waits, and that nothing stops."""

import asyncio
import time
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import structlog

from samlink.agent.agent import Agent
from samlink.agent.ddl import create_rule_tables
from samlink.agent.errors import TableError
from samlink.agent.judge.quiet_hours import Window
from samlink.agent.judge.rules import Rules, Terms
from samlink.client import ClientSettings
from samlink.testing.pictures import jpeg
from samlink.testing.scripted_gateway import Refuse, ScriptedGateway, result_of
from samlink.vocabulary.responses import ResponseCode
from samlink.vocabulary.services import Service
from samlink.vocabulary.times import KST
from tests.agent.customer import Customer
from tests.agent.running import logged, running, settings, until
from tests.agent.tables.claim.test_unreadable_rows import spoil

TERMS = Terms(duplicate_seconds=600, black_list="UShotBlock")
BEFORE_SIX = datetime(2025, 6, 16, 5, 59, 59, 700_000, tzinfo=KST).timestamp()


def rules(**changes: Any) -> dict[str, Any]:
    """Settings of an agent with these rules."""
    return {"rules": Rules(**changes)}


def codes(customer: Customer, table: str = "UShotSMS") -> list[int]:
    """Results of all finished rows, in their order."""
    return [row["sendresult"] for row in logged(customer, table)]


def have_finished(customer: Customer, table: str, count: int) -> bool:
    """Whether so many rows have their result."""
    return len(logged(customer, table)) == count


def has_taken(gateway: ScriptedGateway, count: int) -> bool:
    """Whether the gateway took so many messages."""
    return len(gateway.messages) == count


async def test_equal_rows_are_sent_once_and_listed_receivers_get_nothing(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway
) -> None:
    gateway.results_by_themselves = True
    create_rule_tables(customer.engine, TERMS, "UShot")
    customer.run("INSERT INTO UShotBlock (Receiver) VALUES ('010-9999-8888')")
    customer.insert(3)
    customer.insert(Receiver="+82 10 9999 8888")
    with structlog.testing.capture_logs() as lines:
        async with running(url, gateway.settings(), **rules(duplicate_seconds=600, black_list="UShotBlock")):
            await until(lambda: len(logged(customer)) == 4)
    assert codes(customer) == [6, 74, 74, 79]
    assert len(gateway.messages) == 1
    said = str(lines)
    assert "black list" in said
    assert "9999" not in said.replace("-****-", "")


async def test_two_agents_send_equal_rows_once(customer: Customer, url: sa.URL, gateway: ScriptedGateway) -> None:
    gateway.results_by_themselves = True
    create_rule_tables(customer.engine, TERMS, "UShot")
    customer.insert(60)
    work = rules(duplicate_seconds=600) | {"rows": 7}
    async with running(url, gateway.settings(), **work), running(url, gateway.settings(), **work):
        await until(lambda: len(logged(customer)) == 60)
    assert sorted(codes(customer)) == [6] + [74] * 59
    assert len(gateway.messages) == 1


async def test_a_message_that_was_not_sent_or_failed_is_sent_when_it_comes_again(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway
) -> None:
    gateway.results_by_themselves = True
    create_rule_tables(customer.engine, TERMS, "UShot")
    gateway.refuses = lambda record: record.sender == "15881111"
    gateway.steps.append(Refuse(ResponseCode.SERVICE_NOT_ALLOWED))
    customer.insert(Sender="15881111")
    customer.insert(2)
    async with running(url, gateway.settings(), **rules(duplicate_seconds=600)):
        await until(lambda: len(logged(customer)) == 3)
    first, *others = codes(customer)
    assert first == 79
    # Which of the two goes is not promised: each may be in a claim of its own.
    assert sorted(others) == [6, 74]


async def test_a_message_whose_result_was_a_failure_is_sent_when_it_comes_again(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway
) -> None:
    create_rule_tables(customer.engine, TERMS, "UShot")
    async with running(url, gateway.settings(), **rules(duplicate_seconds=600)):
        for code, finished in ((8, 1), (6, 2)):
            customer.insert()
            await gateway.until(partial(has_taken, gateway, finished))
            gateway.deliver([result_of(list(gateway.messages.values())[-1], code)], service=Service.SMS)
            await until(partial(have_finished, customer, "UShotSMS", finished))
        customer.insert()
        await until(partial(have_finished, customer, "UShotSMS", 3))
    assert codes(customer) == [8, 6, 74]


async def test_a_file_is_uploaded_once_for_all_claims_and_connections_and_anew_when_it_changed(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway, tmp_path: Path
) -> None:
    gateway.results_by_themselves = True
    (tmp_path / "a.jpg").write_bytes(jpeg())
    async with running(url, gateway.settings(), files=str(tmp_path), rows=2):
        for finished in (5, 10, 15):
            customer.insert(5, table="UShotMMS", File_Path1="a.jpg")
            await until(partial(have_finished, customer, "UShotMMS", finished))
        before = len(gateway.uploads)
        (tmp_path / "a.jpg").write_bytes(jpeg(b"another"))
        customer.insert(table="UShotMMS", File_Path1="a.jpg")
        await until(lambda: len(logged(customer, "UShotMMS")) == 16)
    assert (before, len(gateway.uploads)) == (1, 2)


async def test_rows_of_every_kind_of_wrong_get_their_codes_and_the_good_ones_go(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway, tmp_path: Path
) -> None:
    gateway.results_by_themselves = True
    (tmp_path / "a.jpg").write_bytes(b"BM no picture")
    bad: list[tuple[dict[str, Any], int]] = [
        ({"TimeoutDT": "2020-01-01 00:00:00", "Sender": ""}, 75),
        ({"Sender": "", "Receiver": ""}, 76),
        ({"Receiver": "1012345678", "File_Path1": "../a.jpg"}, 77),
        ({"File_Path1": "a.jpg", "File_Path2": "../a.jpg"}, 73),
        ({"File_Path1": "a.jpg", "Msg": "😀"}, 78),
        ({"Msg": "😀"}, 78),
    ]
    for values, _ in bad:
        customer.insert(table="UShotMMS", **values)
    customer.insert(3)
    spoilt = spoil(customer, 2)
    async with running(url, gateway.settings(), files=str(tmp_path)):
        await until(lambda: len(logged(customer, "UShotMMS")) == len(bad))
        await until(lambda: len(customer.values("UShotSMS", "MsgID")) == 0)
    assert codes(customer, "UShotMMS") == [code for _, code in bad]
    assert len(gateway.messages) == (2 if spoilt else 3)


def agent_at(url: sa.URL, link: ClientSettings, begin: float, *quiet: Window) -> Agent:
    """An agent whose clock says `begin` now."""
    start = time.monotonic()
    chosen = settings(url, quiet=quiet)
    return Agent(chosen, link=link, clock=lambda: begin + time.monotonic() - start)


async def test_rows_wait_through_quiet_hours_unless_their_timeout_passes(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway
) -> None:
    gateway.results_by_themselves = True
    customer.insert(2)
    customer.insert(TimeoutDT="2025-06-16 04:00:00")
    agent = agent_at(url, gateway.settings(), BEFORE_SIX - 3600, Window(begin="00:00", end="06:00"))
    stop = asyncio.Event()
    task = asyncio.create_task(agent.run(stop))
    await until(lambda: codes(customer) == [75])
    assert not gateway.messages
    assert customer.states() == [0, 0]
    stop.set()
    await task


async def test_rows_go_when_quiet_hours_end(customer: Customer, url: sa.URL, gateway: ScriptedGateway) -> None:
    gateway.results_by_themselves = True
    customer.insert(2)
    window = Window(begin="00:00", end="06:00", tables=("UShotSMS",))
    agent, stop = agent_at(url, gateway.settings(), BEFORE_SIX, window), asyncio.Event()
    task = asyncio.create_task(agent.run(stop))
    await until(lambda: codes(customer) == [6, 6])
    stop.set()
    await task


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_an_agent_whose_rules_need_a_table_that_is_missing_says_so(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway
) -> None:
    with pytest.raises(TableError, match="no table UShotBlock"):
        async with running(url, gateway.settings(), **rules(black_list="UShotBlock")):
            pass
