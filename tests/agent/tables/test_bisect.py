"""Rows whose claim the database refuses, by a trigger of the customer's: the others go, and these when they may."""

from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from samlink.agent.driver_errors import is_refusal
from samlink.agent.judge.expired_rows import expire
from samlink.agent.tables import bisect
from samlink.agent.tables.bisect import RefusedRows
from samlink.testing.scripted_gateway import ScriptedGateway
from tests.agent.customer import NOW, Customer, lease
from tests.agent.run.test_failures import count
from tests.agent.running import logged, running, until

LOCKED = "locked"
SECRET = "the code is 482913"
_RAISE = {
    "sqlite": f"BEGIN SELECT RAISE(ABORT, '{SECRET}'); END",
    "mysql": f"BEGIN IF NEW.Msg = '{LOCKED}' THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '{SECRET}'; END IF; END",
    "postgresql": "EXECUTE FUNCTION say_no()",
}
_WHEN = {"sqlite": f"WHEN NEW.Msg = '{LOCKED}'", "mysql": "", "postgresql": f"WHEN (NEW.Msg = '{LOCKED}')"}
_FUNCTION = f"CREATE FUNCTION say_no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE '{SECRET}'; END $$"


def lock(customer: Customer) -> None:
    """Rows of one text cannot be changed from now on."""
    kind = customer.engine.dialect.name
    if kind == "postgresql":
        customer.run(_FUNCTION)
    table = f"{customer.sms.name} FOR EACH ROW {_WHEN[kind]}"
    customer.run(f"CREATE TRIGGER locked BEFORE UPDATE ON {table} {_RAISE[kind]}")


def unlock(customer: Customer) -> None:
    """They can be changed again."""
    on = f" ON {customer.sms.name}" if customer.engine.dialect.name == "postgresql" else ""
    customer.run(f"DROP TRIGGER locked{on}")


def found(customer: Customer, refused: RefusedRows) -> list[Any]:
    """New rows that refuse to be claimed."""
    due = partial(customer.sms.due_ids, lease(), 100, urgent=False, without=refused.ids)
    return list(refused.find(due, partial(customer.sms.try_claim, lease()), refused.ids)[0])


async def test_a_row_that_cannot_be_claimed_stops_nobody_and_goes_when_it_is_mended(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway
) -> None:
    gateway.results_by_themselves = True
    customer.insert(3)
    customer.insert(2, Msg=LOCKED, Priority=1)
    customer.insert(3)
    lock(customer)
    with capture_logs() as lines:
        async with running(url, gateway.settings(), rows=5):
            await until(lambda: len(logged(customer)) == 6)
            customer.insert(1)
            await until(lambda: len(logged(customer)) == 7)
            assert customer.states() == [0, 0]
            unlock(customer)
            await until(lambda: len(logged(customer)) == 9)
            # Another feeder may take the rows before the first one tries them again.
            await until(lambda: count(lines, "going_on", doing="claim all rows of UShotSMS") == 1)
    assert len(gateway.messages) == 9
    assert sum(line["rows"] for line in lines if line["event"] == "rows_cannot_be_claimed") == 2
    assert count(lines, "waiting") == 0
    assert SECRET not in repr(lines)


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_a_table_that_refuses_for_no_row_of_its_own_is_waited_for(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway
) -> None:
    """A claim that is refused as a whole, and row by row is not, is told as what it is."""
    gateway.results_by_themselves = True
    customer.insert(3)
    body = "BEGIN IF (SELECT count(*) FROM changed) > 1 THEN RAISE 'one by one'; END IF; RETURN NULL; END"
    customer.run(f"CREATE FUNCTION say_no() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$")
    on = f"ON {customer.sms.name} REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION say_no()"
    customer.run(f"CREATE TRIGGER locked AFTER UPDATE {on}")
    with capture_logs() as lines:
        async with running(url, gateway.settings()):
            await until(lambda: count(lines, "waiting", doing="claim UShotSMS") > 0)
            unlock(customer)
            await until(lambda: len(logged(customer)) == 3)
    assert count(lines, "rows_cannot_be_claimed") == 0


KEEP = {
    "sqlite": "CREATE TRIGGER kept BEFORE DELETE ON UShotSMS WHEN OLD.MsgID IN (SELECT id FROM orders) "
    "BEGIN SELECT RAISE(ABORT, 'it is referred to'); END",
    "mysql": "ALTER TABLE orders ADD FOREIGN KEY (id) REFERENCES UShotSMS (MsgID)",
    "postgresql": "ALTER TABLE orders ADD FOREIGN KEY (id) REFERENCES ushotsms (msgid)",
}


async def test_a_row_that_cannot_move_stops_nobody_and_moves_when_it_may(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway
) -> None:
    gateway.results_by_themselves = True
    customer.insert(5)
    customer.run("CREATE TABLE orders (id BIGINT)")
    customer.run("INSERT INTO orders VALUES (2), (4)")
    customer.run(KEEP[customer.engine.dialect.name])
    with capture_logs() as lines:
        async with running(url, gateway.settings()):
            await until(lambda: len(logged(customer)) == 3)
            await until(lambda: customer.states() == [6, 6])
            customer.insert(1)
            await until(lambda: len(logged(customer)) == 4)
            customer.run("DELETE FROM orders")
            await until(lambda: len(logged(customer)) == 6)
    assert customer.states() == []
    assert sum(line["rows"] for line in lines if line["event"] == "rows_cannot_be_moved") == 2
    assert count(lines, "going_on", doing="move all rows of UShotSMS") == 1
    assert count(lines, "waiting") == 0


def test_a_timeout_that_a_row_refuses_is_told_to_the_others(customer: Customer) -> None:
    for text in ("a", LOCKED, "b"):
        customer.insert(Msg=text, TimeoutDT="2025-06-15 00:00:00")
    lock(customer)
    assert expire(customer.sms, NOW, 100) == 2
    assert customer.states() == [75, 0, 75]
    assert expire(customer.sms, NOW, 100) == 0


def test_refusing_rows_are_found_among_others_and_left_out(customer: Customer) -> None:
    for text in ("a", LOCKED, "b", "c", LOCKED, "d"):
        customer.insert(Msg=text)
    lock(customer)
    refused = RefusedRows(60.0)
    with pytest.raises(sa.exc.DBAPIError) as error:
        customer.sms.claim(lease(), 100)
    assert is_refusal(error.value)
    assert found(customer, refused) == [2, 5]
    assert customer.states() == [0] * 6, "looking changes nothing"
    assert customer.link_rows() == []
    assert found(customer, refused) == [], "they are known"
    assert [row.row_id for row in customer.sms.claim(lease(), 100, without=refused.ids)] == [1, 3, 4, 6]


def test_refusing_rows_are_tried_again_and_not_too_often(customer: Customer) -> None:
    customer.insert(2, Msg=LOCKED)
    lock(customer)
    refused = RefusedRows(60.0)
    found(customer, refused)
    assert not refused.try_again(NOW, partial(customer.sms.try_claim, lease()))
    customer.run(f"DELETE FROM {customer.sms.name} WHERE MsgID = 1")
    assert not refused.try_again(NOW + 59, partial(customer.sms.try_claim, lease()))
    assert list(refused.ids) == [1, 2]
    assert not refused.try_again(NOW + 600, partial(customer.sms.try_claim, lease()))
    assert list(refused.ids) == [2]
    unlock(customer)
    assert refused.try_again(NOW + 6000, partial(customer.sms.try_claim, lease()))
    assert list(refused.ids) == []


@pytest.mark.parametrize("url", ["mariadb", "postgresql"], indirect=True)
def test_a_refusing_row_that_somebody_holds_is_not_forgotten(customer: Customer) -> None:
    customer.insert(2, Msg=LOCKED)
    lock(customer)
    refused = RefusedRows(0.0)
    assert found(customer, refused) == [1, 2]
    with customer.engine.begin() as connection:
        connection.execute(sa.text(f"SELECT * FROM {customer.sms.name} WHERE MsgID = 1 FOR UPDATE"))
        assert not refused.try_again(NOW, partial(customer.sms.try_claim, lease()))
    assert list(refused.ids) == [1, 2]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_no_more_rows_are_remembered_than_a_list_may_hold(customer: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bisect, "REFUSED_LIMIT", 3)
    customer.insert(5, Msg=LOCKED)
    lock(customer)
    refused = RefusedRows(60.0)
    assert found(customer, refused) == [1, 2, 3]
    assert found(customer, refused) == []


def test_a_database_that_fails_refuses_no_row(customer: Customer) -> None:
    with pytest.raises(sa.exc.DBAPIError) as error, customer.engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1 FROM nowhere")
    assert not is_refusal(error.value)
