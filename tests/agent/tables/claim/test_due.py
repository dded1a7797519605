"""Which rows a claim takes, in which order, and how it finds them: on each kind of database."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from samlink.agent.judge.quiet_hours import Window
from samlink.agent.tables.claim.due import lock_due
from samlink.agent.tables.engine import DEADLOCKS_BORNE, despite_deadlocks
from samlink.agent.tables.schema.mapping import Field
from samlink.agent.tables.schema.moments import kst
from samlink.testing.scripted_gateway import ScriptedGateway
from tests.agent.customer import NOW, Customer, lease
from tests.agent.running import running, until

ALWAYS = Window(begin="00:00", end="24:00", except_urgent=True)
URGENT = "01099998888"


def at(hours: float) -> str:
    """So many hours from now, as a customer writes it."""
    return f"{kst(NOW) + timedelta(hours=hours):%Y-%m-%d %H:%M:%S}"


def texts(customer: Customer, limit: int, *, urgent: bool = False) -> list[str]:
    """Texts of the rows that the next claim takes."""
    return [row.values[Field.TEXT] for row in customer.sms.claim(lease(random=b"%05d" % limit), limit, urgent=urgent)]


def test_rows_whose_time_has_come_take_half_of_a_claim_the_earliest_first(customer: Customer) -> None:
    customer.insert(4, Msg="now")
    customer.insert(Msg="second", ReserveDT=at(-1))
    customer.insert(Msg="first", ReserveDT=at(-2))
    customer.insert(Msg="third", ReserveDT=at(-0.5))
    customer.insert(Msg="tomorrow", ReserveDT=at(24))
    assert texts(customer, 4) == ["first", "second", "now", "now"]
    assert texts(customer, 4) == ["third", "now", "now"]
    assert texts(customer, 4) == []


def test_urgent_rows_are_asked_for_by_themselves_the_highest_first(customer: Customer) -> None:
    customer.insert(3, Msg="bulk")
    customer.insert(Msg="urgent", Priority=1)
    customer.insert(Msg="most urgent", Priority=9)
    customer.insert(Msg="urgent tomorrow", Priority=9, ReserveDT=at(24))
    customer.insert(Msg="urgent and due", Priority=1, ReserveDT=at(-1))
    assert texts(customer, 9, urgent=True) == ["most urgent", "urgent", "urgent and due"]
    assert texts(customer, 9) == ["bulk"] * 3


async def test_an_urgent_row_passes_a_bulk(customer: Customer, url: sa.URL, gateway: ScriptedGateway) -> None:
    gateway.results_by_themselves = True
    customer.insert(1500)
    async with running(url, gateway.settings(), rows=10):
        await gateway.until(lambda: len(gateway.messages) > 0)
        await asyncio.to_thread(customer.insert, 1, Receiver=URGENT, Priority=1)
        await gateway.until(lambda: any(receiver == URGENT for _, _, receiver in gateway.messages))
        assert len(gateway.messages) < 1500


async def test_only_urgent_rows_go_in_quiet_hours_that_except_them(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway
) -> None:
    customer.insert(3)
    customer.insert(Receiver=URGENT, Priority=1)
    async with running(url, gateway.settings(), quiet=(ALWAYS,)):
        await gateway.until(lambda: len(gateway.messages) == 1)
        await until(lambda: customer.states() == [0, 0, 0, 1])
    assert [receiver for _, _, receiver in gateway.messages] == [URGENT]


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_a_claim_reads_an_index_however_many_rows_wait(customer: Customer) -> None:
    customer.run(
        "INSERT INTO ushotsms (sender, receiver, msg, reservedt) SELECT '0212345678', '01012345678', 'x', "
        "CASE WHEN n % 2 = 0 THEN TIMESTAMP '2035-01-01' END FROM generate_series(1, 40000) n"
    )
    customer.run("ANALYZE ushotsms")
    plans: list[str] = []

    def explained(connection: sa.Connection, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        if statement.startswith("SELECT"):
            plans.append("\n".join(connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).scalars()))

    with customer.engine.begin() as connection:
        sa.event.listen(connection, "after_cursor_execute", explained)
        for urgent in (False, True):
            lock_due(connection, customer.sms, kst(NOW), 300, urgent=urgent)
    assert len(plans) == 3
    assert all("Index Scan" in plan and "Seq Scan" not in plan for plan in plans), plans


class Refusal(Exception):
    """What pymysql raises: a number and a text."""

    __module__ = "pymysql.err"


def undone(times: int) -> Callable[[], str]:
    """A transaction that deadlocks undo so often."""
    left = [None] * times

    def work() -> str:
        if left:
            left.pop()
            raise sa.exc.OperationalError("UPDATE", {}, Refusal(1213, "Deadlock found"))
        return "done"

    return work


def test_a_transaction_that_a_deadlock_undid_is_begun_again_and_not_for_ever() -> None:
    assert despite_deadlocks(undone(DEADLOCKS_BORNE)) == "done"
    with pytest.raises(sa.exc.OperationalError):
        despite_deadlocks(undone(DEADLOCKS_BORNE + 1))


def test_what_failed_for_another_reason_is_not_begun_again() -> None:
    times = [0]

    def fails() -> None:
        times[0] += 1
        raise sa.exc.OperationalError("UPDATE", {}, Refusal(1205, "Lock wait timeout exceeded"))

    with pytest.raises(sa.exc.OperationalError):
        despite_deadlocks(fails)
    assert times == [1]
