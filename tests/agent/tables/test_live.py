"""The verbs on tables, on each kind of database: claims, leases, results, and moves to the log."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from samlink.agent import ddl
from samlink.agent.errors import TableError
from samlink.agent.tables.claim import links
from samlink.agent.tables.claim.unlocked import UnlockedTable
from samlink.agent.tables.live import LiveTable
from samlink.agent.tables.rows import RowResult
from samlink.agent.tables.schema.mapping import Field, TableMapping, own_tables
from samlink.agent.tables.settle.archive import Archive, Waits
from samlink.agent.tables.settle.results import settle
from samlink.vocabulary.services import Service
from tests.agent.customer import MONTH, NOW, Customer, lease

RESULT_AT = 1_750_000_100
SC_TRAN = TableMapping(
    table="SC_TRAN",
    service=Service.SMS,
    waiting="0",
    sending="1",
    finished="2",
    log="SC_LOG_{month}",
    columns={
        Field.ID: "TR_NUM",
        Field.RESERVE_AT: "TR_SENDDATE",
        Field.STATE: "TR_SENDSTAT",
        Field.RESULT: "TR_RSLTSTAT",
        Field.RECEIVER: "TR_PHONE",
        Field.SENDER: "TR_CALLBACK",
        Field.TEXT: "TR_MSG",
    },
)


def sent(customer: Customer, count: int = 1) -> list[tuple[str, str]]:
    """Rows that were claimed and sent; their keys."""
    customer.insert(count)
    keys = [(row.group_id, row.message_id) for row in customer.sms.claim(lease(), 1000)]
    customer.sms.mark_sent(keys, NOW)
    return keys


def results(keys: list[tuple[str, str]], code: int = 6) -> list[RowResult]:
    """A result for each key."""
    return [RowResult(*key, code, RESULT_AT, "01190") for key in keys]


def test_a_claim_takes_waiting_rows_and_writes_their_keys_down(customer: Customer) -> None:
    customer.insert(3)
    claimed = customer.sms.claim(lease(), 2)
    assert [row.row_id for row in claimed] == [1, 2]
    assert [(row.group_id, row.message_id) for row in claimed] == [("250616000640GEZDGNBV", str(n)) for n in (1, 2)]
    assert claimed[0].values[Field.TEXT] == "안녕"
    assert customer.states() == [1, 1, 0]
    assert [(link["message_id"], link["row_id"], link["state"]) for link in customer.link_rows()] == [
        ("1", "1", links.CLAIMED),
        ("2", "2", links.CLAIMED),
    ]


def test_rows_are_held_until_they_are_due(customer: Customer) -> None:
    customer.insert(ReserveDT="2025-06-16 00:06:40")
    customer.insert(ReserveDT="2025-06-16 00:06:41")
    assert [row.row_id for row in customer.sms.claim(lease(), 10)] == [1]
    assert [row.row_id for row in customer.sms.claim(lease(NOW + 1), 10)] == [2]


def test_agents_at_the_same_time_share_rows(customer: Customer) -> None:
    customer.insert(200)

    def take(agent: int) -> list[int]:
        taken: list[int] = []
        for turn in range(100):
            rows = customer.sms.claim(lease(random=bytes([agent, turn, 0, 0, 0])), 10)
            taken += [row.row_id for row in rows]
            if len(taken) >= 200 or not rows:
                break
        return taken

    with ThreadPoolExecutor(4) as threads:
        taken = [row for rows in threads.map(take, range(4)) for row in rows]
    assert sorted(taken + [row.row_id for row in customer.sms.claim(lease(), 200)]) == list(range(1, 201))


def test_a_dead_agents_claims_come_back_with_the_same_keys(customer: Customer) -> None:
    customer.insert(2)
    first = customer.sms.claim(lease(), 10)
    assert customer.sms.claim_again(lease(NOW + 60, b"other"), 10) == []
    again = customer.sms.claim_again(lease(NOW + 61, b"other"), 10)
    assert [(row.row_id, row.group_id, row.message_id) for row in again] == [
        (row.row_id, row.group_id, row.message_id) for row in first
    ]
    assert not any(row.again for row in again), "nothing says that they may have been sent"
    assert customer.sms.claim_again(lease(NOW + 62, b"third"), 10) == [], "the second has a lease of its own"


def test_what_was_being_sent_is_known_to_whoever_takes_it_over(customer: Customer) -> None:
    customer.insert(2)
    first = customer.sms.claim(lease(), 10)
    assert customer.sms.mark_sending(first[:1], NOW) == {(first[0].group_id, first[0].message_id)}
    again = customer.sms.claim_again(lease(NOW + 61), 10)
    assert {row.row_id: row.again for row in again} == {1: True, 2: False}


def test_what_somebody_has_taken_over_is_his(customer: Customer) -> None:
    """An agent that slept past its lease neither sends, refuses nor gives back what is another's now."""
    customer.insert(2)
    slow = customer.sms.claim(lease(), 10)
    quick = customer.sms.claim_again(lease(NOW + 61, b"other"), 10)
    assert customer.sms.mark_sending(slow, NOW + 62) == set()
    customer.sms.refuse([(row, 79) for row in slow], NOW + 62)
    customer.sms.release(slow, NOW + 62)
    assert customer.states() == [1, 1]
    assert len(customer.sms.mark_sending(quick, NOW + 63)) == 2


def test_a_row_that_its_customer_deleted_is_not_taken_over(customer: Customer) -> None:
    customer.insert(2)
    customer.sms.claim(lease(), 10)
    customer.run(f"DELETE FROM {customer.sms.name} WHERE MsgID = 1")
    assert [row.row_id for row in customer.sms.claim_again(lease(NOW + 61), 10)] == [2]
    assert customer.sms.claim_again(lease(NOW + 200), 1)[0].row_id == 2


def test_what_was_not_sent_keeps_its_keys_and_is_taken_over_at_once(customer: Customer) -> None:
    customer.insert(2)
    old = customer.sms.claim(lease(), 1)
    customer.sms.mark_sending(old, NOW)
    again = customer.sms.claim_again(lease(NOW + 61), 1)
    new = customer.sms.claim(lease(NOW + 61, b"other"), 1)
    customer.sms.mark_sending(new, NOW + 61)
    customer.sms.release([*again, *new], NOW + 62)
    taken = customer.sms.claim_again(lease(NOW + 62), 10)
    assert {(row.group_id, row.again) for row in taken} == {(old[0].group_id, True), (new[0].group_id, False)}


def test_a_result_comes_back_into_its_row_once(customer: Customer) -> None:
    keys = sent(customer, 2)
    settle(customer.tables, customer.links, results(keys[:1]), NOW + 9)
    settle(customer.tables, customer.links, results(keys[:1], 8), NOW + 10)
    row, other = customer.rows()
    assert (row["sendresult"], row["telecom"], str(row["senddt"])[:19]) == (6, "01190", "2025-06-16 00:08:20")
    assert (other["sendresult"], other["senddt"]) == (1, None)


def test_a_result_that_comes_before_the_row_is_marked_as_sent_stays(customer: Customer) -> None:
    customer.insert()
    keys = [(row.group_id, row.message_id) for row in customer.sms.claim(lease(), 10)]
    settle(customer.tables, customer.links, results(keys), NOW)
    customer.sms.mark_sent(keys, NOW)
    assert customer.link_rows()[0]["state"] == links.FINISHED
    assert customer.states() == [6]


def test_a_result_of_somebody_else_is_told(customer: Customer) -> None:
    foreign = RowResult("G", "M", 6)
    assert settle(customer.tables, customer.links, [foreign, *results(sent(customer))], NOW) == [foreign]
    assert customer.states() == [6]


def test_a_result_belongs_to_its_claim_and_not_to_another_row_with_the_id(customer: Customer) -> None:
    """The table was emptied while results were awaited, and counts from 1 again."""
    keys = sent(customer, 2)
    customer.run(f"DELETE FROM {customer.sms.name}")
    customer.insert(MsgID=1)
    settle(customer.tables, customer.links, results(keys[1:], 8), NOW)
    assert customer.states() == [0]
    [row] = customer.sms.claim(lease(random=b"other"), 10)
    customer.sms.mark_sent([row.key], NOW)
    settle(customer.tables, customer.links, results(keys[:1], 8), NOW)
    assert customer.states() == [1]
    settle(customer.tables, customer.links, results([row.key]), NOW)
    assert customer.states() == [6]


def test_two_late_rows_with_one_id_are_never_in_the_logs_together(customer: Customer) -> None:
    """Or both would get the result of either."""
    archive, name = Archive(customer.sms), customer.sms.name
    late, later = NOW + 25 * 3600, NOW + 60 * 3600
    [first] = sent(customer)
    assert archive.move_unanswered(late, 10, Waits()) == 1
    customer.insert(MsgID=1, Msg="둘째")
    [row] = customer.sms.claim(lease(late, b"other"), 10)
    customer.sms.mark_sent([row.key], late)
    assert archive.move_unanswered(later, 10, Waits()) == 0
    settle(customer.tables, customer.links, results([first], 8), later)
    assert (customer.states(), customer.states(month=MONTH)) == ([1], [8])
    assert archive.move_unanswered(later, 10, Waits()) == 1
    settle(customer.tables, customer.links, results([row.key]), later)
    found = customer.values(f"{name}_{MONTH}", "Msg", "SendResult")
    assert sorted(found) == [("둘째", 6), ("안녕", 8)]


def test_an_id_that_differs_in_case_only_is_another_id(customer: Customer) -> None:
    binary = " COLLATE utf8mb4_bin" if customer.engine.dialect.name == "mysql" else ""
    customer.run(
        f"CREATE TABLE SC_TRAN (TR_NUM VARCHAR(9){binary} PRIMARY KEY, TR_SENDDATE VARCHAR(19),"
        " TR_SENDSTAT CHAR(1), TR_RSLTSTAT VARCHAR(10), TR_PHONE VARCHAR(20), TR_CALLBACK VARCHAR(20),"
        " TR_MSG VARCHAR(9))"
    )
    table = LiveTable(customer.engine, SC_TRAN, customer.links)
    keys = []
    for id in ("a1", "A1"):
        customer.run(f"INSERT INTO SC_TRAN VALUES ('{id}', NULL, '0', NULL, '01012345678', '0212345678', '{id}')")
        [row] = table.claim(lease(random=id.encode() * 3), 10)
        table.mark_sent([row.key], NOW)
        keys.append(row.key)
    assert Archive(table).move_unanswered(NOW + 25 * 3600, 1, Waits()) == 1
    settle({table.source: table}, customer.links, results(keys), NOW)
    found = [row for name in ("SC_TRAN", f"SC_LOG_{MONTH}") for row in customer.values(name, "TR_NUM", "TR_RSLTSTAT")]
    assert sorted(found) == [("A1", "6"), ("a1", "6")]


def test_a_row_that_its_customer_put_back_is_not_taken_over_but_claimed_anew(customer: Customer) -> None:
    customer.insert()
    old = customer.sms.claim(lease(), 10)
    customer.sms.mark_sending(old, NOW)
    customer.run(f"UPDATE {customer.sms.name} SET SendResult = 0")
    assert customer.sms.claim_again(lease(NOW + 61, b"other"), 10) == []
    [new] = customer.sms.claim(lease(NOW + 61, b"other"), 10)
    assert new.key != old[0].key


@pytest.mark.parametrize("url", ["mariadb", "postgresql"], indirect=True)
def test_an_id_that_stands_twice_in_a_view_is_refused_and_stops_no_other(customer: Customer) -> None:
    customer.run("CREATE TABLE behind (id INT, stat INT, rcv VARCHAR(20), msg VARCHAR(9))")
    customer.run("INSERT INTO behind VALUES (1, 0, '01012345678', 'a'), (1, 0, '01012345678', 'b'), (2, 0, '', 'c')")
    customer.run("CREATE VIEW orders AS SELECT * FROM behind")
    columns = {Field.ID: "id", Field.STATE: "stat", Field.RESULT: "stat", Field.RECEIVER: "rcv", Field.TEXT: "msg"}
    mapping = TableMapping(table="orders", service=Service.SMS, columns=columns)
    kind = UnlockedTable if customer.engine.dialect.name == "mysql" else LiveTable
    table = kind(customer.engine, mapping, customer.links)
    claimed = {row.row_id: row for row in table.claim(lease(), 10)}
    assert claimed[2].fault is None
    assert "more than one row" in str(claimed[1].fault)
    table.refuse([(claimed[1], 79)], NOW)
    assert customer.values("behind", "msg", "stat") == [("a", 79), ("b", 79), ("c", 1)]


def test_an_id_that_no_link_can_hold_is_refused_and_stops_no_other(customer: Customer) -> None:
    customer.run(
        "CREATE TABLE SC_TRAN (TR_NUM VARCHAR(90) PRIMARY KEY, TR_SENDDATE VARCHAR(19), TR_SENDSTAT CHAR(1),"
        " TR_RSLTSTAT VARCHAR(10), TR_PHONE VARCHAR(20), TR_CALLBACK VARCHAR(20), TR_MSG VARCHAR(9))"
    )
    for id in ("k" * 64, "k" * 65):
        customer.run(f"INSERT INTO SC_TRAN VALUES ('{id}', NULL, '0', NULL, '01012345678', '0212345678', '{len(id)}')")
    table = LiveTable(customer.engine, SC_TRAN, customer.links)
    short, long = sorted(table.claim(lease(), 10), key=lambda row: len(row.row_id))
    assert short.fault is None
    assert "has an id that is too long" in str(long.fault)
    table.refuse([(long, 79)], NOW)
    assert customer.values("SC_TRAN", "TR_MSG", "TR_SENDSTAT", "TR_RSLTSTAT") == [("64", "1", None), ("65", "2", "79")]


def test_codes_of_the_agent_are_written(customer: Customer) -> None:
    customer.insert(2)
    rows = customer.sms.claim(lease(), 10)
    customer.sms.refuse([(rows[0], 76), (rows[1], 77)], NOW)
    assert customer.states() == [76, 77]
    assert customer.sms.claim_again(lease(NOW + 999), 10) == []


def test_finished_rows_move_with_every_column_that_the_customer_added(customer: Customer) -> None:
    customer.run(f"ALTER TABLE {customer.sms.name} ADD COLUMN Memo VARCHAR(50)")
    keys = sent(customer, 3)
    customer.run(f"UPDATE {customer.sms.name} SET Memo = '주문 7' WHERE MsgID = 2")
    settle(customer.tables, customer.links, results(keys[:2]), NOW)
    before = customer.rows()
    assert Archive(customer.sms).move(NOW, 100) == 2
    assert customer.rows() == before[2:]
    assert customer.rows(month=MONTH) == before[:2]
    assert before[1]["memo"] == "주문 7"


def test_a_column_that_is_added_in_the_middle_of_a_month_is_carried(customer: Customer) -> None:
    settle(customer.tables, customer.links, results(sent(customer)), NOW)
    mover = Archive(customer.sms)
    assert mover.move(NOW, 100) == 1
    customer.run(f"ALTER TABLE {customer.sms.name} ADD COLUMN Memo VARCHAR(50)")
    customer.insert(Memo="새 열")
    rows = customer.sms.claim(lease(random=b"other"), 10)
    customer.sms.refuse([(rows[0], 79)], NOW)
    assert mover.move(NOW, 100) == 1
    assert [row["memo"] for row in customer.rows(month=MONTH)] == [None, "새 열"]


def test_a_result_that_did_not_come_is_visible_and_finds_its_row_in_the_log(customer: Customer) -> None:
    keys = sent(customer, 2)
    mover = Archive(customer.sms)
    assert mover.move_unanswered(NOW + 23 * 3600, 100, Waits()) == 0
    assert mover.move_unanswered(NOW + 25 * 3600, 100, Waits()) == 2
    assert customer.states() == []
    assert customer.states(month=MONTH) == [1, 1]
    settle(customer.tables, customer.links, results(keys[:1]), NOW + 80 * 3600)
    assert customer.states(month=MONTH) == [6, 1]


def test_keys_are_forgotten_when_no_result_can_come(customer: Customer) -> None:
    keys = sent(customer, 2)
    settle(customer.tables, customer.links, results(keys[:1]), NOW)
    mover = Archive(customer.sms)
    mover.forget(NOW + 239 * 3600, Waits())
    assert len(customer.link_rows()) == 2
    mover.forget(NOW + 241 * 3600, Waits())
    assert [link["message_id"] for link in customer.link_rows()] == ["2"], "it still waits for its result"


def test_tables_are_made_once(customer: Customer) -> None:
    assert ddl.create(customer.engine, "UShot", own_tables()) == ()


def test_a_table_that_is_missing_is_named(customer: Customer) -> None:
    mapping = own_tables("Other")[0]
    with pytest.raises(TableError, match="no table OtherSMS"):
        LiveTable(customer.engine, mapping, customer.links)


def test_a_column_that_is_missing_is_named(customer: Customer) -> None:
    own = own_tables()[0]
    mapping = TableMapping(table=own.table, service=own.service, columns={**own.columns, Field.KIND: "Sort"})
    with pytest.raises(TableError, match="no column Sort"):
        LiveTable(customer.engine, mapping, customer.links)


def test_a_table_of_the_customers_own_layout_is_worked_on_as_it_is(customer: Customer) -> None:
    """As LG U+'s: text for states, a column of its own for the result, and a log by another name."""
    columns = "TR_NUM INTEGER PRIMARY KEY, TR_SENDDATE VARCHAR(19), TR_SENDSTAT CHAR(1), TR_RSLTSTAT VARCHAR(10)"
    customer.run(
        f"CREATE TABLE SC_TRAN ({columns}, TR_PHONE VARCHAR(20), TR_CALLBACK VARCHAR(20), TR_MSG VARCHAR(160))"
    )
    insert = "INSERT INTO SC_TRAN VALUES (:id, :at, '0', NULL, '01012345678', '0212345678', '안녕')"
    customer.run(insert, id=1, at="2025-06-16 00:00:00")
    customer.run(insert, id=2, at="2025-06-17 00:00:00")
    table = LiveTable(customer.engine, SC_TRAN, customer.links)
    (row,) = table.claim(lease(), 10)
    assert settle({table.source: table}, customer.links, [RowResult(row.group_id, row.message_id, 6)], NOW) == []
    assert Archive(table).move(NOW, 10) == 1
    assert customer.values("SC_TRAN", "TR_NUM", "TR_SENDSTAT", "TR_RSLTSTAT") == [(2, "0", None)]
    assert customer.values(f"SC_LOG_{MONTH}", "TR_NUM", "TR_SENDSTAT", "TR_RSLTSTAT") == [(1, "2", "6")]


@pytest.mark.parametrize("ids", [(7, 9_007_199_254_740_993), (-5, 7)])
def test_keys_have_the_ids_as_texts_whoever_makes_them(customer: Customer, ids: tuple[int, int]) -> None:
    """The database makes the texts of numbers, and the agent those of other ids: by them results find their rows."""
    for id in ids:
        customer.insert(MsgID=id)
    rows = customer.sms.claim(lease(), 10)
    assert {(link["message_id"], link["row_id"]) for link in customer.link_rows()} == {
        (row.message_id, str(row.row_id)) for row in rows
    }
    assert settle({"UShotSMS": customer.sms}, customer.links, [RowResult(*row.key, 6) for row in rows], NOW) == []
    assert customer.states() == [6, 6]
