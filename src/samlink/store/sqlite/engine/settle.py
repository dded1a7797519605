"""Commit point 2: a result, its refund, and the report that is owed for it."""

import array
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final

import apsw

from samlink.store.sqlite import statements
from samlink.store.sqlite.engine.money import Money
from samlink.vocabulary.services import Service

SQL: Final = statements.load("settle")
# Places in a row of the statement `candidates`.
ID: Final = 0
ACCOUNT: Final = 1
RECEIVER: Final = 5
SENT_AT: Final = 6
RESULT: Final = 7
PRICE: Final = 9
PARENT: Final = 10
FALLBACK: Final = 11
# Place in an Outcome as a list.
_CHARGED: Final = 4

EARLIER_MS: Final = 3_600_000
"""A result that came so much before its message was accepted is another's: the carrier has used a reference again."""
EXPIRED: Final = 90
"""The result of a message whose TIMEOUT_DT has passed."""


def id_list(ids: Iterable[int]) -> Any:
    """Ids as the table-valued argument of `IN carray(…)`, which takes no empty one: 0 is nobody's id."""
    return apsw.carray(array.array("q", ids) or array.array("q", (0,)))


def _report(row: tuple[Any, ...], outcome: Sequence[Any]) -> tuple[Any, ...]:
    """The Report, as a tuple, of a message that has this outcome now."""
    return (*row[:SENT_AT], outcome[2], outcome[1], outcome[3])


class Settling(Money):
    """The verbs `settle` and `expire`."""

    def settle(self, outcomes: list[list[Any]], now_ms: int) -> list[tuple[Any, ...]]:
        """See `Store.settle`; `outcomes` are Outcomes as lists, the answer Reports as tuples."""
        named = [outcome for outcome in outcomes if outcome[0] or self._name(outcome, now_ms)]
        if not named:
            return []
        rows = self._candidates(outcome[0] for outcome in named)
        settled: dict[int, list[Any]] = {}
        late: list[tuple[int, int, int]] = []
        for outcome in named:
            row = rows.get(outcome[0])
            if row is None or (row[RESULT] is None and row[FALLBACK] is not None):
                continue
            if row[RESULT] is not None or row[ID] in settled:
                late.append((outcome[1], row[ID], now_ms))
            else:
                settled[row[ID]] = outcome
        self._forget_early([outcome for outcome in named if outcome[0] in rows])
        self._apply_refund_settings(rows, settled)
        self.db.executemany(SQL["settle"], [(*outcome, now_ms) for outcome in settled.values()])
        self.db.executemany(SQL["late"], late)
        self._refund_uncharged(rows, settled, now_ms)
        reports = [_report(rows[id], outcome) for id, outcome in settled.items() if rows[id][PARENT] is None]
        children = [(rows[id], outcome) for id, outcome in settled.items() if rows[id][PARENT] is not None]
        return reports + self._settle_parents(children, now_ms) if children else reports

    def _candidates(self, ids: Iterable[int]) -> dict[int, tuple[Any, ...]]:
        return {row[ID]: row for row in self.db.execute(SQL["candidates"], (id_list(ids),))}

    def _apply_refund_settings(self, rows: dict[int, tuple[Any, ...]], settled: dict[int, list[Any]]) -> None:
        """Let an account's own word on which results are charged overrule the outcomes'."""
        accounts = id_list({rows[id][ACCOUNT] for id in settled})
        found = self.db.execute(SQL["refund_settings"], (accounts,)).fetchall()
        if not found:
            return
        charged = {no: json.loads(str(refund)) for no, refund in found}
        for id, outcome in settled.items():
            of_account = charged.get(rows[id][ACCOUNT], {})
            outcome[_CHARGED] = of_account.get(str(outcome[1]), outcome[_CHARGED])

    def _refund_uncharged(self, rows: dict[int, tuple[Any, ...]], settled: dict[int, list[Any]], now_ms: int) -> None:
        refunds: dict[int, dict[int, int]] = defaultdict(dict)
        for id, outcome in settled.items():
            if not outcome[_CHARGED] and rows[id][PRICE]:
                refunds[rows[id][ACCOUNT]][id] = rows[id][PRICE]
        for account, amounts in refunds.items():
            self._refund(account, amounts, now_ms)

    def _settle_parents(
        self, children: Sequence[tuple[tuple[Any, ...], list[Any]]], now_ms: int
    ) -> list[tuple[Any, ...]]:
        """Settle the Kakao messages whose fallbacks have these outcomes, and report them in the fallbacks' place."""
        self.db.execute(SQL["reported_by_parent"], {"ids": id_list(row[ID] for row, _ in children), "now": now_ms})
        parents = self._candidates(row[PARENT] for row, _ in children)
        found = [(parents[row[PARENT]], outcome) for row, outcome in children]
        self.db.executemany(SQL["settle_parent"], [(parent[ID], *outcome[1:4], now_ms) for parent, outcome in found])
        return [_report(parent, outcome) for parent, outcome in found]

    def place(self, outcomes: list[list[Any]], now_ms: int) -> list[int]:
        """See `Store.place`; Outcomes as lists."""
        return [outcome[0] if outcome[0] or self._name(outcome, now_ms) else 0 for outcome in outcomes]

    def _name(self, outcome: list[Any], now_ms: int) -> bool:
        """Find the message that the carrier's reference means; keep the result when it is not known yet."""
        _, result, sent_at_ms, telecom, charged, carrier, reference, code = outcome
        if not reference:
            return False
        outcome[0] = self._id_of(carrier, reference)
        if not outcome[0]:
            early = (carrier, reference, result, sent_at_ms, telecom, charged, code, now_ms)
            self.db.execute(SQL["keep_early"], early)
        return bool(outcome[0])

    def _id_of(self, carrier: str, reference: str) -> int:
        """The message that the carrier means; 0 for none (yet)."""
        return self.db.execute(SQL["id_of_reference"], (carrier, reference)).get or 0 if reference else 0

    def _early(self, references: Sequence[tuple[int, str, str]]) -> tuple[list[list[Any]], list[list[Any]]]:
        """The results of (id, carrier, reference) that are here already, by id: those to settle, and those that may
        call for a fallback."""
        settling: list[list[Any]] = []
        judged: list[list[Any]] = []
        if not self._any_early():
            return settling, judged
        for named in references:
            self.db.execute(SQL["drop_older"], (*named, EARLIER_MS))
            for *outcome, open, service in self.db.execute(SQL["early"], named).fetchall():
                outcome[_CHARGED] = bool(outcome[_CHARGED])
                (judged if open and service == Service.KMS else settling).append(outcome)
        return settling, judged

    def _any_early(self) -> bool:
        return bool(self.db.execute(SQL["any_early"]).fetchall())

    def _forget_early(self, outcomes: Sequence[Sequence[Any]]) -> None:
        """These have found their messages."""
        if self._any_early():
            named = [outcome[5:7] for outcome in outcomes if outcome[6]]
            self.db.executemany(SQL["drop_early"], named)

    def expire(self, now_ms: int, limit: int) -> list[tuple[Any, ...]]:
        """See `Store.expire`."""
        ids = [row[0] for row in self.db.execute(SQL["expired"], {"now": now_ms, "limit": limit})]
        return self.settle([[id, EXPIRED, now_ms, "", False, "", "", ""] for id in ids], now_ms)
