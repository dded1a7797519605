"""From the queue to a carrier: claims, their answers, and what becomes of those that nobody answered for."""

from collections.abc import Mapping
from typing import Any, Final

from samlink.store.contract import Rescued
from samlink.store.sqlite import statements
from samlink.store.sqlite.engine.settle import Settling, id_list
from samlink.vocabulary.services import Service

SQL: Final = statements.load("sending")
CONTENT_LIMIT: Final = 8 << 20
"""Characters of text and Kakao parts in one answer, about: a few hundred of the longest Kakao messages would otherwise
fill the gateway's memory, and be more than the channel carries."""
# Places in a Claimed as a tuple.
_TEXT: Final = 6
_KAKAO: Final = 13


class Sending(Settling):
    """The verbs between QUEUED and DONE that are not a result."""

    def claim(self, token: int, limit: int, now_ms: int, lease_until_ms: int) -> list[tuple[Any, ...]]:
        """See `Store.claim`; Claimeds as tuples."""
        rows = self._with_content("claimable", {"now": now_ms, "limit": limit})
        if rows:
            ids = id_list(row[0] for row in rows)
            self.db.execute(SQL["claim"], {"token": token, "lease_until": lease_until_ms, "ids": ids})
        return rows

    def submitted(
        self, token: int, references: list[tuple[int, str, str]], now_ms: int, wait_until_ms: int
    ) -> tuple[list[tuple[Any, ...]], list[list[Any]]]:
        """See `Store.submitted`; Reports as tuples, Outcomes as lists."""
        settling, judged = self._early(references)
        left_alone = {outcome[0] for outcome in judged}
        rows = [
            (id, carrier, reference, token, now_ms, wait_until_ms)
            for id, carrier, reference in references
            if id not in left_alone
        ]
        self.db.executemany(SQL["submitted"], rows)
        return self.settle(settling, now_ms), judged

    def unknown(self, token: int, ids: list[int], now_ms: int, wait_until_ms: int) -> None:
        """See `Store.unknown`."""
        bindings = {"token": token, "ids": id_list(ids), "now": now_ms, "wait_until": wait_until_ms}
        self.db.execute(SQL["unknown"], bindings)

    def requeue(self, ids: list[int], due_at_ms: int, token: int | None) -> None:
        """See `Store.requeue`."""
        self.db.execute(SQL["requeue"], {"ids": id_list(ids), "due": due_at_ms, "token": token})

    def rescue(self, now_ms: int, all_claims: bool, waits_until_ms: tuple[int, int]) -> Rescued:
        """See `Store.rescue`; the waits are of an SMS and of everything else."""
        sms, other = waits_until_ms
        bindings = {"now": now_ms, "all_claims": all_claims, "sms": Service.SMS, "sms_until": sms, "other_until": other}
        self.db.execute(SQL["rescue"], bindings)
        return Rescued(unknown=self.db.changes())

    def unknowns(self, after_id: int, limit: int) -> list[tuple[Any, ...]]:
        """See `Store.unknowns`; Claimeds as tuples."""
        return self._with_content("unknowns", {"after_id": after_id, "limit": limit})

    def overdue(self, now_ms: int, limit: int) -> list[tuple[Any, ...]]:
        """See `Store.overdue`; Claimeds as tuples."""
        return self._with_content("overdue", {"now": now_ms, "limit": limit})

    def _with_content(self, statement: str, bindings: Mapping[str, int]) -> list[tuple[Any, ...]]:
        """The rows of `statement`, Claimeds as tuples: the first ones, up to `CONTENT_LIMIT`, and at least one."""
        rows: list[tuple[Any, ...]] = []
        left = CONTENT_LIMIT
        found = self.db.execute(SQL[statement], bindings)
        for row in found:
            rows.append(row)
            left -= len(row[_TEXT]) + len(row[_KAKAO])
            if left <= 0:
                break
        found.close()
        return rows

    def next_due_ms(self) -> int | None:
        """See `Store.next_due_ms`."""
        due = self.db.execute(SQL["next_due"]).get
        return None if due is None else int(due)
