"""Reports on their way to customers (commit point 3): a row for each settled message and way.

A row is inserted with the settlement and deleted with the delivery, so that the table holds only debts. Whoever
delivers one holds it under a token for a lease, so that a result is with one node at a time; that it is on one
connection of that node at a time, the node sees to (`gateway.reports.mailbox`).
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from samlink.store.sqlite import statements
from samlink.store.sqlite.engine.rows import id_list
from samlink.store.sqlite.engine.verbs import Verbs

SQL: Final = statements.load("reports")
SAM: Final = 1
"""The way over a report connection: SAM10's pages and SAM11's push."""


class Reports(Verbs):
    """The verbs about results on their way to the customer."""

    def owe(self, ids: Sequence[int], now_ms: int, taking: tuple[int, int] | None = None) -> None:
        """These messages are settled now; with a Lease, their reports are taken at once."""
        if not ids:
            return
        token, until_ms = (None, None) if taking is None else (taking[0], now_ms + taking[1])
        bindings = {"ids": id_list(ids), "way": SAM, "token": token, "until": until_ms, "attempts": int(bool(taking))}
        self._db.execute(SQL["owe"], bindings)

    def owe_again(self, ids: Iterable[int]) -> None:
        """These are to be reported once more."""
        self.owe(list(ids), 0)

    def take(
        self, lease: tuple[int, int], account: int, service: int, limit: int, after: tuple[int, int]
    ) -> list[tuple[Any, ...]]:
        """Take what nobody else holds; Reports as tuples. `after` is the last page's last id, and the time."""
        (token, lease_ms), (after_id, now_ms) = lease, after
        place = {"account": account, "service": service, "way": SAM, "after": after_id}
        found: list[tuple[Any, ...]] = self._db.execute(
            SQL["takeable"], place | {"token": token, "now": now_ms, "limit": limit}
        ).fetchall()
        if found:
            ids = id_list(row[0] for row in found)
            self._db.execute(SQL["take"], place | {"token": token, "until": now_ms + lease_ms, "ids": ids})
        return found

    def renew(self, lease: tuple[int, int], ids: list[int], now_ms: int) -> list[int]:
        """See `Store.renew_reports`; `lease` is a Lease."""
        token, lease_ms = lease
        bindings = {"token": token, "until": now_ms + lease_ms, "way": SAM, "ids": id_list(ids)}
        found: list[tuple[Any, ...]] = self._db.execute(SQL["renew"], bindings).fetchall()
        return [row[0] for row in found]

    def delivered(self, token: int, ids: list[int], now_ms: int) -> None:
        self._db.execute(SQL["delivered"], {"token": token, "way": SAM, "ids": id_list(ids)})
        self._db.execute(SQL["reported"], {"now": now_ms, "ids": id_list(ids)})

    def end_leases(self) -> None:
        """End the leases of every process before this one, which has the store for itself."""
        self._db.execute(SQL["end_leases"])
