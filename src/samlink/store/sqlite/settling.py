"""Commit point 2: a result, its refund, and the report that is owed for it."""

import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final

import apsw

from samlink.store.sqlite import statements
from samlink.store.sqlite.money import Money

SQL: Final = statements.load("settle")
# Places in a row of the statement `candidates`.
_ACCOUNT: Final = 1
_SENT_AT: Final = 6
_RESULT: Final = 7
_PRICE: Final = 9

EXPIRED: Final = 90
"""The result of a message whose TIMEOUT_DT has passed."""


def id_list(ids: Iterable[int]) -> Any:
    """Ids as the table-valued argument of `IN carray(…)`, which takes no empty one: 0 is nobody's id."""
    return apsw.carray(array.array("q", ids) or array.array("q", (0,)))


class Settling(Money):
    """The verbs `settle` and `expire`."""

    def settle(self, outcomes: list[list[Any]], now_ms: int) -> list[tuple[Any, ...]]:
        """See `Store.settle`; `outcomes` are Outcomes as lists, the answer Reports as tuples."""
        named = [outcome for outcome in outcomes if outcome[0] or self._name(outcome, now_ms)]
        if not named:
            return []
        found = self.db.execute(SQL["candidates"], (id_list(outcome[0] for outcome in named),))
        rows = {row[0]: row for row in found}
        reports: dict[int, tuple[Any, ...]] = {}
        settled: list[tuple[Any, ...]] = []
        late: list[tuple[int, int]] = []
        refunds: dict[int, dict[int, int]] = defaultdict(dict)
        for id, result, sent_at_ms, telecom, charged, carrier, reference, code in named:
            row = rows.get(id)
            if row is None:
                continue
            if row[_RESULT] is not None or id in reports:
                late.append((result, id))
                continue
            settled.append((id, result, sent_at_ms, telecom, charged, carrier, reference, code, now_ms))
            reports[id] = (*row[:_SENT_AT], sent_at_ms, result, telecom)
            if row[_PRICE] and not charged:
                refunds[row[_ACCOUNT]][id] = row[_PRICE]
        self.db.executemany(SQL["settle"], settled)
        self.db.executemany(SQL["late"], late)
        for account, amounts in refunds.items():
            self._refund(account, amounts, now_ms)
        return list(reports.values())

    def _name(self, outcome: list[Any], now_ms: int) -> bool:
        """Find the message that the carrier's reference means; keep the result when it is not known yet."""
        _, result, sent_at_ms, telecom, charged, carrier, reference, code = outcome
        if not reference:
            return False
        outcome[0] = self.db.execute(SQL["id_of_reference"], (carrier, reference)).get or 0
        if not outcome[0]:
            early = (carrier, reference, result, sent_at_ms, telecom, charged, code, now_ms)
            self.db.execute(SQL["keep_early"], early)
        return bool(outcome[0])

    def _settle_early(self, references: Sequence[tuple[int, str, str]], now_ms: int) -> list[tuple[Any, ...]]:
        """Settle those of (id, carrier, reference) whose result is here already."""
        if not self.db.execute(SQL["any_early"]).fetchall():
            return []
        outcomes: list[list[Any]] = []
        for id, carrier, reference in references:
            for row in self.db.execute(SQL["take_early"], (carrier, reference)).fetchall():
                result, sent_at_ms, telecom, charged, code = row
                outcomes.append([id, result, sent_at_ms, telecom, charged, carrier, reference, code])
        return self.settle(outcomes, now_ms)

    def expire(self, now_ms: int, limit: int) -> list[tuple[Any, ...]]:
        """See `Store.expire`."""
        ids = [row[0] for row in self.db.execute(SQL["expired"], {"now": now_ms, "limit": limit})]
        return self.settle([[id, EXPIRED, now_ms, "", False, "", "", ""] for id in ids], now_ms)
