"""What stands in the tables, counted: by state, up to a limit, and without keeping anybody from writing."""

import contextlib
import time
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from samlink.agent.errors import TableError
from samlink.agent.settings import AgentSettings, Database, Gateway, Work
from samlink.agent.tables.engine import engine_of
from samlink.agent.tables.schema.mapping import Field, own_tables
from samlink.agent.tables.schema.moments import kst
from samlink.agent.watch import overview
from samlink.agent.watch.overview import Overview, TableView
from tests.agent.customer import Customer, lease


def settings(url: sa.URL) -> AgentSettings:
    """Settings for this database."""
    database = Database(url=url.render_as_string())
    return AgentSettings(database=database, gateway=Gateway(host="unused", id="x"), work=Work())


def seen(url: sa.URL) -> TableView:
    """The first table, counted."""
    overview = Overview(settings(url))
    try:
        return overview.look()[0]
    finally:
        overview.close()


def test_rows_are_counted_by_what_they_wait_for(customer: Customer, url: sa.URL) -> None:
    now = time.time()
    soon = kst(now) + timedelta(hours=1)
    customer.insert(5)
    claimed = customer.sms.claim(lease(now), 4)
    customer.sms.mark_sent([(row.group_id, row.message_id) for row in claimed[:2]], now)
    customer.sms.mark_sent([(row.group_id, row.message_id) for row in claimed[2:3]], now - 100 * 3600)
    customer.insert(2)
    customer.insert(3, ReserveDT=f"{soon:%Y-%m-%d %H:%M:%S}")
    customer.insert(ReserveDT="2020-01-01 00:00:00")
    customer.insert(2, SendResult=6)
    customer.insert(1, SendResult=77)
    view = seen(url)
    assert (view.waiting, view.held, view.sending) == (4, 3, 1)
    assert (view.unanswered, view.late, view.finished) == (2, 1, 3)


def test_a_count_ends_at_its_limit(customer: Customer, url: sa.URL, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overview, "COUNT_LIMIT", 10)
    customer.insert(25)
    customer.insert(9, SendResult=6)
    view = seen(url)
    assert (view.waiting, view.finished) == (10, 9)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_who_looks_keeps_nobody_from_writing_and_is_not_kept_out(customer: Customer, url: sa.URL) -> None:
    looking = engine_of(url, only_reads=True)
    with customer.engine.begin() as writing, looking.connect() as connection:
        count = sa.select(sa.func.count()).select_from(customer.sms.live)
        assert connection.execute(count).scalar() == 0
        writing.exec_driver_sql("INSERT INTO UShotSMS (Receiver, Msg) VALUES ('01012345678', 'x')")
        connection.rollback()
    looking.dispose()
    assert len(customer.rows()) == 1


def test_a_missing_database_file_is_said_and_not_made(tmp_path: Path) -> None:
    url = sa.URL.create("sqlite", database=str(tmp_path / "nothing.sqlite"))
    with pytest.raises(TableError, match=r"no database file .*nothing\.sqlite"):
        seen(url)
    assert list(tmp_path.iterdir()) == []


def test_urgent_rows_are_those_with_a_priority_above_0(customer: Customer, url: sa.URL) -> None:
    for priority in (0, 1, 9, -1):
        customer.insert(priority=priority)
    customer.insert(priority=5, ReserveDT="2999-01-01 00:00:00")
    view = seen(url)
    assert (view.waiting, view.urgent, view.held) == (4, 2, 1)


def test_a_priority_of_text_is_read_by_its_digits(customer: Customer, url: sa.URL) -> None:
    customer.run(f"ALTER TABLE {customer.sms.name} ADD COLUMN hurry VARCHAR(4)")
    for priority in ("0", None, "", "1", "9 ", "-1"):
        customer.insert(hurry=priority)
    own = own_tables()[0]
    mapping = replace(own, columns={**own.columns, Field.PRIORITY: "hurry"})
    given = settings(url)
    overview = Overview(replace(given, work=replace(given.work, own_tables=False), tables=(mapping,)))
    with contextlib.closing(overview):
        if customer.engine.dialect.name == "postgresql":
            with pytest.raises(TableError, match="priority must be a number"):
                overview.look()
            return
        [view] = overview.look()
    assert (view.waiting, view.urgent) == (6, 2)
