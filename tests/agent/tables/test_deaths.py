"""An agent dies before any one of its statements: each row is sent under one key, and ends in the log once."""

import math
from collections import defaultdict
from typing import Any

import pytest
import sqlalchemy as sa

from samlink.agent.tables.claim.unlocked import UnlockedTable
from samlink.agent.tables.live import LiveTable
from samlink.agent.tables.rows import RowResult
from samlink.agent.tables.schema.mapping import own_tables
from samlink.agent.tables.settle.archive import Archive
from samlink.agent.tables.settle.results import settle
from tests.agent.customer import MONTH, NOW, Customer, lease

ROWS = 4


class Died(Exception):
    """The agent was killed here."""


class Life:
    """One agent after the other, and the gateway, which knows duplicates by their keys."""

    def __init__(self, customer: Customer) -> None:
        self.customer = customer
        self.turn = 0
        self.taken: defaultdict[Any, set[tuple[str, str]]] = defaultdict(set)
        """Keys under which the gateway took each row."""
        self.results: dict[tuple[str, str], RowResult] = {}

    def live(self) -> None:
        """Everything that an agent does, until it dies."""
        self.turn += 1
        now, random = NOW + 300 * self.turn, bytes([self.turn]) * 5
        table, links = self.customer.sms, self.customer.links
        held = lease(now, random)
        for rows in (table.claim_again(held, 10), table.claim(held, 2), table.claim(lease(now, b"other"), 10)):
            ours = table.mark_sending(rows, now) if rows else set()
            for row in rows:
                if row.key in ours:
                    self.taken[row.row_id].add(row.key)
                    self.results[row.key] = RowResult(*row.key, 6 + row.row_id % 2, int(now) + row.row_id, "01190")
            table.mark_sent(ours, now)
        if self.results:
            settle({table.source: table}, links, [*self.results.values()], now)
            self.results.clear()
        Archive(table).move(now, 10)


class Killer:
    """Ends an agent before or after one of its statements, and lets it run none after that."""

    def __init__(self, engine: sa.Engine) -> None:
        self.at = math.inf
        """So many statements are done; with a half, one more is, and not committed."""
        self.count = 0
        sa.event.listen(engine, "before_cursor_execute", self._before)
        sa.event.listen(engine, "after_cursor_execute", self._after)

    def ends(self, life: Life, at: float) -> bool:
        """Whether an agent dies there; else it has done all its work."""
        self.at, self.count = at, 0
        try:
            life.live()
        except Died:
            return True
        finally:
            self.at = math.inf
        return False

    def _before(self, *_: Any) -> None:
        self.count += 1
        if self.count > self.at:
            raise Died

    def _after(self, *_: Any) -> None:
        if self.count > self.at - 0.5 and self.at % 1:
            raise Died


@pytest.mark.parametrize("url", ["mariadb"], indirect=True)
@pytest.mark.parametrize("kind", [UnlockedTable, LiveTable], ids=["MyISAM", "InnoDB"])
def test_a_death_at_any_statement_sends_and_moves_each_row_once(
    customer: Customer, kind: type[LiveTable], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("samlink.agent.tables.settle.archive.month_of", lambda _now: MONTH)
    if kind is UnlockedTable:
        customer.run("ALTER TABLE UShotSMS ENGINE=MyISAM")
    Archive(customer.sms).move(NOW, 1)
    customer.run(f"CREATE TABLE IF NOT EXISTS UShotSMS_{MONTH} AS SELECT * FROM UShotSMS")
    killer, halves, died = Killer(customer.engine), 0, True
    while died:
        halves += 1
        for name in ("UShotSMS", f"UShotSMS_{MONTH}", "ushotlink"):
            customer.run(f"DELETE FROM {name}")
        customer.insert(ROWS)
        customer.sms = kind(customer.engine, own_tables()[0], customer.links)
        life = Life(customer)
        died = killer.ends(life, halves / 2)
        for _ in range(3):
            life.live()
        assert [len(keys) for keys in life.taken.values()] == [1] * ROWS, (halves, life.taken)
        assert customer.rows() == [], (halves, customer.link_rows())
        log = [(row["msgid"], row["sendresult"]) for row in customer.rows(month=MONTH)]
        assert log == [(id, 6 + id % 2) for id in sorted(life.taken)], halves
    assert halves > 50
