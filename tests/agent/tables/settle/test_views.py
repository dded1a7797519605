"""The view over a table and its logs: every row stands in it once, and rows never wait for it."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from samlink.agent.tables.settle.archive import Archive, Waits
from samlink.agent.tables.settle.views import AGAIN_SECONDS, LogView
from samlink.vocabulary.problem import Problem
from tests.agent.customer import MONTH, NOW, Customer, lease

JULY = NOW + 30 * 24 * 3600


def finish(customer: Customer, now: float = NOW) -> None:
    """Give all rows a result."""
    rows = customer.sms.claim(lease(now, random=str(now)[-7:-2].encode()), 1000)
    customer.sms.refuse([(row, 79) for row in rows], now)


def seen(customer: Customer, *columns: str) -> list[tuple[object, ...]]:
    """What the view shows."""
    name = customer.engine.dialect.identifier_preparer.quote(customer.sms.mapping.view_name(customer.sms.name))
    with customer.engine.connect() as connection:
        rows = connection.execute(sa.text(f"SELECT {', '.join(columns)} FROM {name} ORDER BY 1")).all()
    return [tuple(row) for row in rows]


def test_rows_are_found_wherever_they_stand(customer: Customer) -> None:
    mover = Archive(customer.sms)
    for now in (NOW, JULY):
        customer.insert()
        finish(customer, now)
        assert mover.move(now, 10) == 1
    customer.insert()
    assert seen(customer, "MsgID", "SendResult") == [(1, 79), (2, 79), (3, 0)]


def test_a_column_that_an_old_log_lacks_is_empty_there(customer: Customer) -> None:
    mover = Archive(customer.sms)
    customer.insert()
    finish(customer)
    mover.move(NOW, 10)
    customer.run(f"ALTER TABLE {customer.sms.name} ADD Memo VARCHAR(20)")
    customer.insert(Memo="새 열")
    finish(customer, JULY)
    mover.move(JULY, 10)
    assert seen(customer, "MsgID", "Memo") == [(1, None), (2, "새 열")]


CONVERTED = {
    "mysql": "ALTER TABLE {} CONVERT TO CHARACTER SET {}",
    # PostgreSQL changes no column that a view shows.
    "postgresql": "DROP VIEW ushotsms_all; ALTER TABLE {} ALTER COLUMN msg TYPE VARCHAR(2000) COLLATE {}",
}


@pytest.mark.parametrize(
    ("url", "into"),
    [
        ("mariadb", "utf8mb4 COLLATE utf8mb4_unicode_ci"),
        ("mariadb", "euckr COLLATE euckr_korean_ci"),
        ("mariadb", "utf8mb3 COLLATE utf8mb3_bin"),
        ("postgresql", '"C"'),
    ],
    indirect=["url"],
)
def test_a_table_may_be_converted_in_the_middle_of_a_month(customer: Customer, into: str) -> None:
    mover = Archive(customer.sms)
    customer.insert(Msg="앞")
    finish(customer)
    mover.move(NOW, 10)
    for statement in CONVERTED[customer.engine.dialect.name].format(customer.sms.name, into).split("; "):
        customer.run(statement)
    customer.insert(Msg="뒤")
    finish(customer, NOW + 1)
    mover.move(NOW + 1 + AGAIN_SECONDS, 10)
    assert seen(customer, "MsgID", "Msg") == [(1, "앞"), (2, "뒤")]
    customer.insert(Msg="새")
    assert seen(customer, "MsgID", "Msg")[-1] == (3, "새")


@pytest.mark.parametrize("url", ["mariadb"], indirect=True)
def test_a_log_follows_a_table_that_takes_more_characters_now(customer: Customer) -> None:
    customer.run("ALTER TABLE UShotSMS CONVERT TO CHARACTER SET euckr")
    mover = Archive(customer.sms)
    customer.insert(Msg="앞")
    finish(customer)
    mover.move(NOW, 10)
    customer.run("ALTER TABLE UShotSMS CONVERT TO CHARACTER SET utf8mb4")
    customer.insert(Msg="뒤 😀")
    finish(customer, NOW + 1)
    assert mover.move(NOW + 1, 10) == 1
    assert seen(customer, "MsgID", "Msg") == [(1, "앞"), (2, "뒤 😀")]


def test_a_row_without_a_result_is_not_shown_as_one_with(customer: Customer) -> None:
    customer.insert()
    rows = customer.sms.claim(lease(), 10)
    customer.sms.mark_sent([(row.group_id, row.message_id) for row in rows], NOW)
    assert Archive(customer.sms).move_unanswered(NOW + 25 * 3600, 10, Waits()) == 1
    assert seen(customer, "MsgID", "SendResult") == [(1, 1)]


def test_the_view_is_made_at_the_start_and_when_it_went_away(customer: Customer) -> None:
    Archive(customer.sms).move(NOW, 10)
    assert seen(customer, "MsgID") == []
    customer.run(f"DROP VIEW {customer.sms.name}_ALL")
    Archive(customer.sms).move(NOW, 10)
    assert seen(customer, "MsgID") == []


def test_a_log_that_its_customer_dropped_goes_out_of_the_view(customer: Customer) -> None:
    mover = Archive(customer.sms)
    for now in (NOW, JULY):
        customer.insert()
        finish(customer, now)
        mover.move(now, 10)
    cascade = " CASCADE" if customer.engine.dialect.name == "postgresql" else ""
    customer.run(f"DROP TABLE {customer.sms.log_name(MONTH)}{cascade}")
    mover.move(JULY + AGAIN_SECONDS, 10)
    assert seen(customer, "MsgID") == [(2,)]


def test_two_agents_make_it_at_the_same_time(customer: Customer) -> None:
    views = [LogView(customer.sms) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        for _ in range(5):
            list(threads.map(lambda view: (view.outdated(), view.keep(NOW)), views))
    assert seen(customer, "MsgID") == []


def test_a_view_that_cannot_be_made_is_told_once_and_rows_move(customer: Customer) -> None:
    name = customer.sms.mapping.view_name(customer.sms.name)
    quoted = customer.engine.dialect.identifier_preparer.quote(name)
    customer.run(f"CREATE TABLE {quoted} (id INT)")
    told: list[tuple[str, Problem]] = []
    mover = Archive(customer.sms, lambda view, why: told.append((view, why)))
    for now in (NOW, NOW + 1, NOW + AGAIN_SECONDS + 1):
        customer.insert()
        finish(customer, now)
        assert mover.move(now, 10) == 1
    ((view, why),) = told
    assert (view, why.code) == (name, "database.error")
    customer.run(f"DROP TABLE {quoted}")
    mover.move(NOW + 3 * AGAIN_SECONDS, 10)
    assert len(seen(customer, "MsgID")) == 3


def test_a_log_that_the_customer_made_is_in_the_view_as_soon_as_a_row_is_in_it(customer: Customer) -> None:
    mover = Archive(customer.sms)
    assert mover.move(NOW, 10) == 0
    customer.run(f"CREATE TABLE {customer.sms.name}_{MONTH} AS SELECT * FROM {customer.sms.name}")
    customer.insert()
    finish(customer)
    assert mover.move(NOW + 1, 10) == 1
    assert len(seen(customer, "MsgID")) == 1


@pytest.mark.parametrize("url", ["mariadb", "postgresql"], indirect=True)
def test_what_was_granted_on_the_view_stays_when_a_month_is_added(customer: Customer) -> None:
    mover = Archive(customer.sms)
    mover.move(NOW, 10)
    name = f"{customer.sms.name}_ALL"
    reader = "reader" if customer.engine.dialect.name == "postgresql" else "'reader'@'localhost'"
    customer.run(f"CREATE USER {reader}")
    try:
        customer.run(f"GRANT SELECT ON {name} TO {reader}")
        customer.insert()
        finish(customer)
        mover.move(NOW, 10)
        if customer.engine.dialect.name == "postgresql":
            with customer.engine.connect() as connection:
                may = sa.text(f"SELECT has_table_privilege('reader', '{name.lower()}', 'SELECT')")
                assert connection.execute(may).scalar_one()
    finally:
        if customer.engine.dialect.name == "postgresql":
            customer.run("DROP OWNED BY reader")
        customer.run(f"DROP USER {reader}")
