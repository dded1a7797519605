"""Commit point 3, and what operators ask about messages."""

from typing import Any, Final

import msgspec

from samlink.core.message import State
from samlink.store.contract import Backlog, MessageView
from samlink.store.sqlite import statements
from samlink.store.sqlite.engine.money import Money
from samlink.store.sqlite.engine.settle import id_list

SQL: Final = statements.load("reports")


class Reporting(Money):
    """The verbs about results on their way to the customer."""

    def reports_for(self, account: int, service: int, after_id: int, limit: int) -> list[tuple[Any, ...]]:
        """See `Store.reports_for`; Reports as tuples."""
        return self.db.execute(SQL["reports_for"], (account, service, after_id, limit)).fetchall()

    def delivered(self, ids: list[int], now_ms: int) -> None:
        """See `Store.delivered`."""
        self.db.execute(SQL["delivered"], {"ids": id_list(ids), "now": now_ms})

    def backlog(self, now_ms: int, limit: int) -> Backlog:
        """See `Store.backlog`."""
        found: list[tuple[Any, ...]] = self.db.execute(SQL["backlog_due"], {"now": now_ms, "limit": limit}).fetchall()
        due, oldest = found[0]
        in_flight = self.db.execute(SQL["backlog_in_flight"], {"limit": limit}).get
        unreported = self.db.execute(SQL["backlog_unreported"], {"limit": limit}).get
        return Backlog(due, oldest, in_flight, unreported)

    def counts(self) -> dict[str, int]:
        """See `Store.counts`. Reads indexes only; the reported are what is left of all ids ever given."""
        queued = self.db.execute(SQL["count_queued"]).get
        sending, unknown, sent = self.db.execute(SQL["count_flight"]).fetchall()[0]
        done = self.db.execute(SQL["count_done"]).get
        ever = self.db.execute(SQL["count_ever"]).get
        return {
            State.QUEUED.value: queued,
            State.SENDING.value: sending,
            State.UNKNOWN.value: unknown,
            State.SENT.value: sent,
            State.DONE.value: done,
            State.REPORTED.value: ever - queued - sending - unknown - sent - done,
        }

    def find(self, account: int, receiver: str, message_id: str, limit: int) -> list[MessageView]:
        """See `Store.find`."""
        bindings = {"account": account, "receiver": receiver, "message_id": message_id, "limit": limit}
        return [msgspec.convert(row, MessageView, strict=False) for row in self.db.execute(SQL["find"], bindings)]
