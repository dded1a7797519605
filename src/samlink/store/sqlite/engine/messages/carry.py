"""From the queue to a carrier: claims, their answers, and what becomes of those that nobody answered for."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import apsw

from samlink.core.message import DEFAULT_ROUTE, Claimed
from samlink.store.contract import Rescued
from samlink.store.sqlite import statements
from samlink.store.sqlite.engine.messages.settle import Settle
from samlink.store.sqlite.engine.rows import id_list, place_of
from samlink.store.sqlite.engine.verbs import Verbs
from samlink.vocabulary.services import Service

SQL: Final = statements.load("sending")
CONTENT_LIMIT: Final = 8 << 20
"""Characters of text and Kakao parts in one answer, about: a few hundred of the longest Kakao messages would otherwise
fill the gateway's memory, and be more than the channel carries."""
OWN_ROUTE: Final = "@"
"""Before a carrier's name, the route of what that carrier may have had and no other may get."""
_TEXT: Final = place_of(Claimed, "text")
_KAKAO: Final = place_of(Claimed, "kakao")


class Carry(Verbs):
    """The verbs between QUEUED and DONE that are not a result."""

    def __init__(self, db: apsw.Connection, settle: Settle) -> None:
        self._db = db
        self._settle = settle

    def register(self, owner: str, now_ms: int) -> int:
        self._db.execute(SQL["register"], (owner, now_ms))
        return self._db.last_insert_rowid()

    def claim(
        self,
        token: int,
        limit: int,
        now_ms: int,
        lease_until_ms: int,
        claimant: tuple[str, Sequence[str]] = ("", (DEFAULT_ROUTE,)),
    ) -> list[tuple[Any, ...]]:
        """See `Store.claim`; the claimant is a carrier and its routes; Claimeds as tuples."""
        carrier, routes = claimant
        rows: list[tuple[Any, ...]] = []
        left = CONTENT_LIMIT
        for route in (f"{OWN_ROUTE}{carrier}", *routes):
            if len(rows) < limit and left > 0:
                due: dict[str, int | str] = {"now": now_ms, "limit": limit - len(rows), "route": route}
                more, left = self._with_content("claimable", due, left)
                rows += more
        if rows:
            ids = id_list(row[0] for row in rows)
            bindings = {"token": token, "lease_until": lease_until_ms, "ids": ids, "carrier": carrier}
            self._db.execute(SQL["claim"], bindings)
        return rows

    def reroute(self, served: Mapping[str, Sequence[str]], now_ms: int) -> int:
        carriers = {f"{OWN_ROUTE}{carrier}": [carrier] for carrier in served}
        for carrier, routes in served.items():
            for route in routes:
                carriers.setdefault(route, []).append(carrier)
        for route, names in carriers.items():
            if len(names) == 1:
                self._db.execute(SQL["doubtful_carrier"], {"route": route, "carrier": names[0]})
        before = self._db.total_changes()
        for found in self._db.execute(SQL["routes_in_use"]).fetchall():
            route = str(found[0])
            if route in carriers:
                continue
            if route.startswith(OWN_ROUTE):
                self._db.execute(SQL["abandon"], {"route": route, "now": now_ms})
            else:
                self._db.execute(SQL["reroute"], {"route": route, "to": DEFAULT_ROUTE})
        return self._db.total_changes() - before

    def renew(self, token: int, ids: list[int], now_ms: int, lease_until_ms: int) -> list[int]:
        bindings = {"token": token, "ids": id_list(ids), "now": now_ms, "lease_until": lease_until_ms}
        found: list[tuple[Any, ...]] = self._db.execute(SQL["renew"], bindings).fetchall()
        return [row[0] for row in found]

    def submitted(
        self,
        token: int,
        references: list[tuple[int, str, str]],
        now_ms: int,
        wait_until_ms: int,
        taking: tuple[int, int] | None = None,
    ) -> tuple[list[tuple[Any, ...]], list[list[Any]]]:
        """See `Store.submitted`; Reports as tuples, Outcomes as lists."""
        settling, judged = self._settle.early(references)
        left_alone = {outcome[0] for outcome in judged}
        rows = [
            (id, carrier, reference, token, now_ms, wait_until_ms)
            for id, carrier, reference in references
            if id not in left_alone
        ]
        self._db.executemany(SQL["submitted"], rows)
        return self._settle.settle(settling, now_ms, taking), judged

    def unknown(self, token: int, ids: list[int], now_ms: int, wait_until_ms: int) -> None:
        bindings = {"token": token, "ids": id_list(ids), "now": now_ms, "wait_until": wait_until_ms}
        self._db.execute(SQL["unknown"], bindings)

    def requeue(self, ids: list[int], due_at_ms: int, token: int | None) -> None:
        self._db.execute(SQL["requeue"], {"ids": id_list(ids), "due": due_at_ms, "token": token})

    def end_leases(self) -> None:
        """End the leases of every process before this one, which has the store for itself, and forget their owners."""
        self._db.execute(SQL["end_leases"])
        self._db.execute(SQL["forget_owners"])

    def rescue(self, now_ms: int, sms_until_ms: int, other_until_ms: int) -> Rescued:
        bindings = {"now": now_ms, "sms": Service.SMS, "sms_until": sms_until_ms, "other_until": other_until_ms}
        self._db.execute(SQL["rescue"], bindings)
        return Rescued(unknown=self._db.changes())

    def unknowns(self, after_id: int, limit: int, carrier: str = "") -> list[tuple[Any, ...]]:
        """See `Store.unknowns`; Claimeds as tuples."""
        return self._with_content("unknowns", {"after_id": after_id, "limit": limit, "carrier": carrier})[0]

    def overdue(self, now_ms: int, limit: int, sms_before_ms: int, other_before_ms: int) -> list[tuple[Any, ...]]:
        """See `Store.overdue`; Claimeds as tuples."""
        rows, left = self._with_content("overdue", {"now": now_ms, "limit": limit})
        if len(rows) < limit and left > 0:
            before = {"sms": Service.SMS, "sms_before": sms_before_ms, "other_before": other_before_ms}
            rows += self._with_content("forsaken", {**before, "limit": limit - len(rows)}, left)[0]
        return rows

    def _with_content(
        self, statement: str, bindings: Mapping[str, int | str], left: int = CONTENT_LIMIT
    ) -> tuple[list[tuple[Any, ...]], int]:
        """The first rows of `statement`, Claimeds as tuples, up to `left` characters and at least one; what is left."""
        rows: list[tuple[Any, ...]] = []
        found = self._db.execute(SQL[statement], bindings)
        for row in found:
            rows.append(row)
            left -= len(row[_TEXT]) + len(row[_KAKAO])
            if left <= 0:
                break
        found.close()
        return rows, left
