"""Tables on whose locks no claim may rely, and that roll nothing back: each verb, and what a death in it leaves."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from samlink.agent.tables.bisect import bisect
from samlink.agent.tables.claim import links, orphans
from samlink.agent.tables.claim.unlocked import UnlockedTable
from samlink.agent.tables.rows import RowResult
from samlink.agent.tables.schema.mapping import Field, own_tables
from samlink.agent.tables.settle.archive import Archive, Waits
from samlink.agent.tables.settle.results import settle
from samlink.agent.tables.settle.unwritten_results import write_kept
from tests.agent.customer import MONTH, NOW, Customer, lease

LATE = NOW + 25 * 3600


STEPS = ("copy", "delete", "end")
"""Before each of them an agent dies; `end` deletes the marks."""


class Died(Exception):
    """The agent was killed here."""


def die(*_: Any, **__: Any) -> None:
    """Be killed."""
    raise Died


@pytest.fixture(params=["MyISAM", "Aria", "view"])
def table(request: pytest.FixtureRequest, customer: Customer) -> UnlockedTable:
    """The customer's table of SMS, kept so."""
    if request.param == "view":
        customer.run("RENAME TABLE UShotSMS TO behind")
        customer.run("CREATE VIEW UShotSMS AS SELECT * FROM behind")
    else:
        customer.run(f"ALTER TABLE UShotSMS ENGINE={request.param}")
    table = UnlockedTable(customer.engine, own_tables()[0], customer.links)
    assert not table.facts.locks_rows
    customer.sms = customer.tables[table.source] = table
    return table


pytestmark = pytest.mark.parametrize("url", ["mariadb"], indirect=True)


def sent(customer: Customer, count: int = 1) -> list[tuple[str, str]]:
    """Rows that were claimed and sent; their keys."""
    customer.insert(count)
    keys = [row.key for row in customer.sms.claim(lease(), 1000)]
    customer.sms.mark_sent(keys, NOW)
    return keys


def finished(customer: Customer, count: int = 1) -> None:
    """Rows with a result."""
    settle(
        customer.tables, customer.links, [RowResult(*key, 6, int(NOW), "01190") for key in sent(customer, count)], NOW
    )


def test_agents_at_the_same_time_share_rows(table: UnlockedTable, customer: Customer) -> None:
    customer.insert(200)
    customer.insert(40, Priority=1)

    def take(agent: int) -> list[int]:
        taken: list[int] = []
        for turn in range(60):
            rows = table.claim(lease(random=bytes([agent, turn, 0, 0, 0])), 10, urgent=agent == 0)
            taken += [row.row_id for row in rows]
        return taken

    with ThreadPoolExecutor(4) as threads:
        taken = [row for rows in threads.map(take, range(4)) for row in rows]
    assert sorted(taken) == list(range(1, 241))


def test_a_row_whose_agent_died_before_it_was_changed_is_taken_over_once(
    table: UnlockedTable, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer.insert(2)
    with monkeypatch.context() as patch:
        patch.setattr(UnlockedTable, "_begin", die)
        with pytest.raises(Died):
            table.claim(lease(), 10)
    assert customer.states() == [0, 0]
    assert table.claim(lease(NOW + 1, b"other"), 10) == [], "they are in flight"
    taken = table.claim_again(lease(NOW + 61, b"other"), 10)
    assert [row.row_id for row in taken] == [1, 2]
    assert not any(row.again for row in taken), "they were certainly not sent"
    assert customer.states() == [1, 1]
    assert len(customer.link_rows()) == 3, "one for each row, and the door"


def test_rows_that_many_dead_agents_left_keep_their_keys(
    table: UnlockedTable, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than one claim takes over."""
    customer.insert(40)
    with monkeypatch.context() as patch:
        patch.setattr(UnlockedTable, "_begin", die)
        for agent in range(4):
            with pytest.raises(Died):
                table.claim(lease(NOW - agent, random=bytes([agent]) * 5), 10)
    keys = {link["row_id"]: (link["group_id"], link["message_id"]) for link in customer.link_rows() if link["source"]}
    taken: list[Any] = []
    while rows := table.claim_again(lease(NOW + 61, b"other"), 7):
        taken += rows
    assert {str(row.row_id): row.key for row in taken} == keys
    assert len(taken) == 40


def test_a_row_that_its_customer_cancels_in_between_is_not_sent(
    table: UnlockedTable, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer.insert(3)
    begin = UnlockedTable._begin

    def cancel(self: UnlockedTable, *given: Any) -> Any:
        customer.run("UPDATE UShotSMS SET SendResult = 79 WHERE MsgID = 1")
        customer.run("DELETE FROM UShotSMS WHERE MsgID = 2")
        return begin(self, *given)

    monkeypatch.setattr(UnlockedTable, "_begin", cancel)
    assert [row.row_id for row in table.claim(lease(), 10)] == [3]
    assert customer.states() == [79, 1]
    assert {link["row_id"] for link in customer.link_rows() if link["source"]} == {"3"}


def test_an_agent_that_slept_past_its_lease_drops_nothing_of_another(
    table: UnlockedTable, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer.insert()
    begin = UnlockedTable._begin
    taken: list[Any] = []

    def sleep(self: UnlockedTable, *given: Any) -> Any:
        taken.extend(table.claim_again(lease(NOW + 61, b"other"), 10))
        return begin(self, *given)

    with monkeypatch.context() as patch:
        patch.setattr(UnlockedTable, "_begin", sleep)
        slow = table.claim(lease(), 10)
    assert table.mark_sending(slow, NOW + 62) == set()
    assert table.mark_sending(taken, NOW + 62) == {taken[0].key}


def test_a_row_that_a_trigger_refuses_stops_no_other(table: UnlockedTable, customer: Customer) -> None:
    on = "behind" if table.facts.is_view else "UShotSMS"
    customer.insert(5)
    customer.run(
        f"CREATE TRIGGER no BEFORE UPDATE ON {on} FOR EACH ROW "
        "IF NEW.MsgID = 3 THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no'; END IF"
    )
    with pytest.raises(sa.exc.DBAPIError):
        table.claim(lease(), 10)
    with pytest.raises(sa.exc.DBAPIError):
        table.try_claim(lease(random=b"other"), [3])
    rows = table.claim_again(lease(NOW + 1, b"again"), 10)
    rows += table.claim(lease(NOW + 1, b"third"), 10, without=[3])
    assert sorted(row.row_id for row in rows) == [1, 2, 4, 5]
    assert customer.states() == [1, 1, 0, 1, 1]


def test_a_row_that_an_agent_left_and_a_trigger_refuses_now_stops_no_other(
    table: UnlockedTable, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    on = "behind" if table.facts.is_view else "UShotSMS"
    customer.insert(5)
    with monkeypatch.context() as patch:
        patch.setattr(UnlockedTable, "_begin", die)
        with pytest.raises(Died):
            table.claim(lease(), 10)
    customer.run(
        f"CREATE TRIGGER no BEFORE UPDATE ON {on} FOR EACH ROW "
        "IF NEW.MsgID = 3 THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no'; END IF"
    )
    rows = table.claim_again(lease(NOW + 61, b"again"), 10)
    assert sorted(row.row_id for row in rows) == [1, 2, 4, 5]
    assert customer.states() == [1, 1, 0, 1, 1]
    customer.run("DROP TRIGGER no")
    assert [row.row_id for row in table.claim(lease(NOW + 62, b"later"), 10)] == [3]


def test_no_decision_about_a_row_whose_result_comes_meanwhile(
    table: UnlockedTable, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A result is in the row before its link has ended: the row looks like nobody's to one who reads them in turn."""
    if table.facts.is_view:
        customer.run("ALTER TABLE behind ENGINE=MyISAM")
    [key] = sent(customer)
    without_link = orphans._without_link

    def result_comes(*given: Any) -> Any:
        settle(customer.tables, customer.links, [RowResult(*key, 6, int(NOW), "01190")], NOW)
        return without_link(*given)

    monkeypatch.setattr(orphans, "_without_link", result_comes)
    assert orphans.decide(table, [1], {"SendResult": 0}) == []
    assert customer.states() == [6]


def test_a_row_of_a_view_without_an_id_stops_no_other(customer: Customer) -> None:
    customer.run("CREATE TABLE behind (MsgID INT, SendResult INT, Receiver VARCHAR(20), Msg VARCHAR(20))")
    customer.run("INSERT INTO behind VALUES (NULL, 0, '01012345678', 'a'), (1, 0, '01012345678', 'b')")
    customer.run("DROP TABLE UShotSMS")
    customer.run("CREATE VIEW UShotSMS AS SELECT * FROM behind")
    names = {Field.ID: "MsgID", Field.STATE: "SendResult", Field.RESULT: "SendResult"}
    names |= {Field.RECEIVER: "Receiver", Field.TEXT: "Msg"}
    mapping = msgspec.structs.replace(own_tables()[0], columns=names)
    table = UnlockedTable(customer.engine, mapping, customer.links)
    ids = table.due_ids(lease(), 10, urgent=False, without=())
    assert table.try_claim(lease(), ids) == set()
    rows = table.claim_again(lease(NOW + 1), 10) + table.claim(lease(NOW + 1), 10)
    assert {row.row_id: row.fault is None for row in rows} == {1: True, None: False}


def test_rows_move_once_and_whole(table: UnlockedTable, customer: Customer) -> None:
    finished(customer, 9)
    before = customer.rows()
    moved = Archive(table).move(NOW, 1)
    with ThreadPoolExecutor(3) as threads:
        moved += sum(threads.map(lambda _: Archive(table).move(NOW, 3), range(3)))
    moved += Archive(table).move(NOW, 10)
    assert moved == 9
    assert customer.rows() == []
    assert customer.rows(month=MONTH) == before
    assert not [link for link in customer.link_rows() if link["state"] == links.MOVING]


@pytest.mark.parametrize("death", [(engine, step) for engine in ("InnoDB", "MyISAM") for step in STEPS], ids="-".join)
@pytest.mark.parametrize("answered", [True, False], ids=["answered", "late"])
def test_a_death_amid_a_move_is_carried_on(
    table: UnlockedTable, customer: Customer, monkeypatch: pytest.MonkeyPatch, death: tuple[str, str], answered: bool
) -> None:
    """A row is in one place, with its result, wherever the agent died and whenever the result came."""
    engine, step = death
    customer.run(f"CREATE TABLE UShotSMS_{MONTH} ENGINE={engine} AS SELECT * FROM UShotSMS")
    keys = sent(customer, 2)
    results = [RowResult(*key, 6, int(NOW), "01190") for key in keys]
    if answered:
        settle(customer.tables, customer.links, results, NOW)
    archive = Archive(table)

    def move(now: float) -> int:
        return archive.move(now, 10) if answered else archive.move_unanswered(now, 10, Waits())

    at = NOW if answered else LATE
    monkeypatch.setattr("samlink.agent.tables.settle.archive.month_of", lambda _now: MONTH)
    with monkeypatch.context() as patch:
        _die_at(patch, archive, step)
        with pytest.raises(Died):
            move(at)
    if not answered:
        settle(customer.tables, customer.links, results, at + 1)
    for later in (200, 210, 220):  # as the archiver does again and again
        write_kept(table, at + later, 10, 5.0)
        archive.move(at + later, 10)
        archive.move_unanswered(at + later, 10, Waits())
    assert customer.states() == []
    assert customer.states(month=MONTH) == [6, 6]
    assert {link["state"] for link in customer.link_rows()} == {links.FINISHED}


def test_a_kept_result_goes_into_the_log_to_which_its_row_has_just_moved(
    table: UnlockedTable, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    [key] = sent(customer)
    archive = Archive(table)
    monkeypatch.setattr("samlink.agent.tables.settle.archive.month_of", lambda _now: MONTH)
    with monkeypatch.context() as patch:
        _die_at(patch, archive, "end")
        with pytest.raises(Died):
            archive.move_unanswered(LATE, 10, Waits())
    settle(customer.tables, customer.links, [RowResult(*key, 6, int(NOW), "01190")], LATE + 1)

    def move_before(*given: Any) -> Any:
        archive.move(LATE + 200, 10)
        return bisect(*given)

    monkeypatch.setattr("samlink.agent.tables.settle.unwritten_results.bisect", move_before)
    write_kept(table, LATE + 200, 10, 5.0)
    assert customer.states() == []
    assert customer.states(month=MONTH) == [6]


def _die_at(patch: pytest.MonkeyPatch, archive: Archive, step: str) -> None:
    """Have the agent die before a step; nothing of it runs later."""
    copy, carry_on = archive._copy, archive._carry_on

    def carry_on_or_die(now: float, group: str = "") -> int:
        if group:
            raise Died
        return carry_on(now)

    def copy_and_die(connection: sa.Connection, log: str, ids: Sequence[Any]) -> int:
        copy(connection, log, ids)
        connection.commit()
        raise Died

    patch.setattr(archive, "_carry_on", carry_on_or_die)
    if step != "end":
        patch.setattr(archive, "_copy", {"copy": die, "delete": copy_and_die}[step])
