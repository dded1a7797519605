"""What operators ask about messages."""

from typing import Any, Final

import msgspec

from samlink.core.message import State
from samlink.store.contract.values import Backlog, MessageView
from samlink.store.sqlite import statements
from samlink.store.sqlite.engine.verbs import Verbs

SQL: Final = statements.load("search")


class Search(Verbs):
    """The verbs that look messages up and count them."""

    def counts(self) -> dict[str, int]:
        """See `Store.counts`. Reads indexes only; the reported are what is left of all ids ever given."""
        queued = self._db.execute(SQL["count_queued"]).get
        flight: list[tuple[Any, ...]] = self._db.execute(SQL["count_flight"]).fetchall()
        sending, unknown, sent = flight[0]
        done = self._db.execute(SQL["count_done"]).get
        ever = self._db.execute(SQL["count_ever"]).get
        return {
            State.QUEUED.value: queued,
            State.SENDING.value: sending,
            State.UNKNOWN.value: unknown,
            State.SENT.value: sent,
            State.DONE.value: done,
            State.REPORTED.value: ever - queued - sending - unknown - sent - done,
        }

    def backlog(self, now_ms: int, limit: int) -> Backlog:
        found: list[tuple[Any, ...]] = self._db.execute(SQL["backlog_due"], {"now": now_ms, "limit": limit}).fetchall()
        due, oldest = found[0]
        in_flight = self._db.execute(SQL["backlog_in_flight"], {"limit": limit}).get
        unreported = self._db.execute(SQL["backlog_unreported"], {"limit": limit}).get
        return Backlog(due, oldest, in_flight, unreported)

    def find(self, account: int, receiver: str, message_id: str, limit: int) -> list[MessageView]:
        bindings = {"account": account, "receiver": receiver, "message_id": message_id, "limit": limit}
        return [msgspec.convert(row, MessageView, strict=False) for row in self._db.execute(SQL["find"], bindings)]
