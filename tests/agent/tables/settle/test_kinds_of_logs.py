"""One log for all months, or none; late rows; the indexes of a log that is made: on each kind of database."""

from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from samlink.agent.tables.live import LiveTable
from samlink.agent.tables.rows import Claimed, RowResult
from samlink.agent.tables.schema.mapping import own_tables
from samlink.agent.tables.settle.archive import Archive, LateRows, Waits
from samlink.agent.tables.settle.results import settle
from samlink.agent.tables.settle.views import LogView
from tests.agent.customer import MONTH, NOW, Customer, lease

LATE = NOW + 25 * 3600


def table_with(customer: Customer, **changes: Any) -> LiveTable:
    """UShotSMS by another mapping."""
    mapping = msgspec.structs.replace(own_tables()[0], **changes)
    return LiveTable(customer.engine, mapping, customer.links)


def sent(table: LiveTable) -> Claimed:
    """The one row that waits, sent."""
    (row,) = table.claim(lease(), 10)
    table.mark_sent([row.key], NOW)
    return row


def settled(table: LiveTable, row: Claimed, code: int, now: float = NOW) -> None:
    """A result comes for a row."""
    assert settle({table.source: table}, table.links, [RowResult(*row.key, code)], now) == []


def test_one_log_for_all_months(customer: Customer) -> None:
    """It has a column of its reader, and a default that the reader waits for."""
    customer.run("CREATE TABLE sms_done (MsgID INT, SendResult INT, sync_flag CHAR(1) DEFAULT 'N')")
    table = table_with(customer, log="sms_done", log_constants={"proc_flag": "Y"}, view="sms_all")
    for now in (NOW, NOW + 40 * 86400):
        customer.insert()
        (row,) = table.claim(lease(now, random=str(now)[-7:-2].encode()), 10)
        settled(table, row, 6, now)
        assert Archive(table).move(now, 10) == 1
    assert customer.values("sms_done", "MsgID", "SendResult", "sync_flag") == [(1, 6, "N"), (2, 6, "N")]
    assert customer.values("sms_all", "MsgID") == [(1,), (2,)]
    assert LogView(table).make() == ""


def test_a_late_result_finds_its_row_in_the_one_log(customer: Customer) -> None:
    customer.insert()
    table = table_with(customer, log="sms_done", log_constants={"proc_flag": "Y"})
    row = sent(table)
    assert Archive(table).move_unanswered(LATE, 10, Waits()) == 1
    settled(table, row, 8, LATE)
    assert customer.values("sms_done", "SendResult", "proc_flag") == [(8, "Y")]


def test_without_a_log_rows_stay_and_their_keys_go(customer: Customer) -> None:
    customer.insert()
    table = table_with(customer, log="", view="")
    archive, row = Archive(table), sent(table)
    assert archive.move_unanswered(LATE, 10, Waits()) == 0
    settled(table, row, 6, LATE)
    assert archive.move(LATE, 10) == 0
    assert customer.states() == [6]
    archive.forget(LATE + 241 * 3600, Waits())
    assert customer.link_rows() == []
    assert f"{table.name}_{MONTH}" not in sa.inspect(customer.engine).get_table_names()


@pytest.mark.parametrize(("late_rows", "moved", "state"), [("move", 1, 1), (6, 1, 6), (11, 1, 11), ("stay", 0, 1)])
def test_what_becomes_of_a_late_row_is_the_customers_choice(
    customer: Customer, late_rows: LateRows, moved: int, state: int
) -> None:
    customer.insert()
    archive, row, waits = Archive(customer.sms), sent(customer.sms), Waits(late_rows=late_rows)
    assert archive.move_unanswered(NOW + 23 * 3600, 10, waits) == 0
    assert archive.move_unanswered(LATE, 10, waits) == moved
    archive.move(LATE, 10)
    assert customer.states(month=MONTH) == [state] if moved else customer.states() == [state]
    settled(customer.sms, row, 8, LATE)
    final = state if isinstance(late_rows, int) else 8
    assert customer.states(month=MONTH if moved else "") == [final], "a row has one result"


def test_a_log_has_the_indexes_of_its_table_but_those_of_the_queue(customer: Customer) -> None:
    name = customer.sms.name
    customer.run(f"CREATE INDEX by_receiver ON {name} (Receiver, ReserveDT)")
    customer.run(f"CREATE UNIQUE INDEX by_code ON {name} (IdentityCode)")
    for code in "ab":
        customer.insert(IdentityCode=code)
    rows = customer.sms.claim(lease(), 10)
    for row in rows:
        settled(customer.sms, row, 6)
    assert Archive(customer.sms).move(NOW, 10) == 2
    indexes = sa.inspect(customer.engine).get_indexes(f"{name}_{MONTH}")
    columns = sorted(tuple(str(column).lower() for column in index["column_names"]) for index in indexes)
    assert columns == [("identitycode",), ("msgid",), ("receiver", "reservedt")]
    assert not any(index["unique"] for index in indexes), "a later row may hold the same"
