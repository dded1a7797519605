"""Commit point 2: a result, its refund, and the report that is owed for it."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

import apsw

from samlink.core.message import Outcome
from samlink.store.sqlite import statements
from samlink.store.sqlite.engine.messages.reports import Reports
from samlink.store.sqlite.engine.money import Money
from samlink.store.sqlite.engine.rows import id_list, place_of
from samlink.store.sqlite.engine.verbs import Verbs
from samlink.vocabulary.results import ResultCode
from samlink.vocabulary.services import Service

SQL: Final = statements.load("settle")
_CHARGED: Final = place_of(Outcome, "charged")
_NAME: Final = slice(place_of(Outcome, "carrier"), place_of(Outcome, "carrier_ref") + 1)
_REFERENCE: Final = place_of(Outcome, "carrier_ref")

EARLIER_MS: Final = 3_600_000
"""A result that came so much before its message was accepted is another's: the carrier has used a reference again."""


class Candidate(NamedTuple):
    """A message that may be settled: a row of the statement `candidates`."""

    id: int
    account: int
    service: int
    group_id: str
    message_id: str
    receiver: str
    sent_at_ms: int | None
    result: int | None
    telecom: str | None
    price: int
    parent: int | None
    fallback: int | None

    def report(self, outcome: Sequence[Any]) -> tuple[Any, ...]:
        """Its Report, as a tuple, now that it has this outcome."""
        _, result, sent_at_ms, telecom, *_ = outcome
        return (*self[:6], sent_at_ms, result, telecom)


class Settle(Verbs):
    """The verbs `settle`, `place` and `expire`."""

    def __init__(self, db: apsw.Connection, money: Money, reports: Reports) -> None:
        self._db = db
        self._money = money
        self._reports = reports

    def settle(
        self, outcomes: list[list[Any]], now_ms: int, taking: tuple[int, int] | None = None
    ) -> list[tuple[Any, ...]]:
        """See `Store.settle`; `outcomes` are Outcomes as lists, `taking` a Lease, the answer Reports as tuples."""
        named = [outcome for outcome in outcomes if outcome[0] or self._name(outcome, now_ms)]
        if not named:
            return []
        rows = self.candidates(outcome[0] for outcome in named)
        settled: dict[int, list[Any]] = {}
        late: list[tuple[int, int, int]] = []
        for outcome in named:
            row = rows.get(outcome[0])
            if row is None or (row.result is None and row.fallback is not None):
                continue
            if row.result is not None or row.id in settled:
                late.append((outcome[1], row.id, now_ms))
            else:
                settled[row.id] = outcome
        self.forget_early([outcome for outcome in named if outcome[0] in rows])
        self._apply_refund_settings(rows, settled)
        self._db.executemany(SQL["settle"], [(*outcome, now_ms) for outcome in settled.values()])
        self._db.executemany(SQL["late"], late)
        self._refund_uncharged(rows, settled, now_ms)
        reported = [(rows[id], outcome) for id, outcome in settled.items() if rows[id].parent is None]
        children = [(rows[id], outcome) for id, outcome in settled.items() if rows[id].parent is not None]
        if children:
            reported += self._settle_parents(children, now_ms)
        self._reports.owe([row.id for row, _ in reported], now_ms, taking)
        return [row.report(outcome) for row, outcome in reported]

    def candidates(self, ids: Iterable[int]) -> dict[int, Candidate]:
        """The messages of these ids, by id, as far as there are any."""
        return {row[0]: Candidate._make(row) for row in self._db.execute(SQL["candidates"], (id_list(ids),))}

    def _apply_refund_settings(self, rows: dict[int, Candidate], settled: dict[int, list[Any]]) -> None:
        """Let an account's own word on which results are charged overrule the outcomes'."""
        accounts = id_list({rows[id].account for id in settled})
        found = self._db.execute(SQL["refund_settings"], (accounts,)).fetchall()
        if not found:
            return
        charged = {no: json.loads(str(refund)) for no, refund in found}
        for id, outcome in settled.items():
            of_account = charged.get(rows[id].account, {})
            outcome[_CHARGED] = of_account.get(str(outcome[1]), outcome[_CHARGED])

    def _refund_uncharged(self, rows: dict[int, Candidate], settled: dict[int, list[Any]], now_ms: int) -> None:
        refunds: dict[int, dict[int, int]] = defaultdict(dict)
        for id, outcome in settled.items():
            if not outcome[_CHARGED] and rows[id].price:
                refunds[rows[id].account][id] = rows[id].price
        for account, amounts in refunds.items():
            self._money.refund(account, amounts, now_ms)

    def _settle_parents(
        self, children: Sequence[tuple[Candidate, list[Any]]], now_ms: int
    ) -> list[tuple[Candidate, list[Any]]]:
        """Settle the Kakao messages whose fallbacks have these outcomes; they are reported in the fallbacks' place."""
        self._db.execute(SQL["reported_by_parent"], {"ids": id_list(row.id for row, _ in children), "now": now_ms})
        parents = self.candidates(row.parent for row, _ in children if row.parent is not None)
        found = [(parents[row.parent], outcome) for row, outcome in children if row.parent is not None]
        self._db.executemany(SQL["settle_parent"], [(parent.id, *outcome[1:4], now_ms) for parent, outcome in found])
        return found

    def place(self, outcomes: list[list[Any]], now_ms: int) -> list[int]:
        """See `Store.place`; Outcomes as lists."""
        return [outcome[0] if outcome[0] or self._name(outcome, now_ms) else 0 for outcome in outcomes]

    def _name(self, outcome: list[Any], now_ms: int) -> bool:
        """Find the message that the carrier's reference means; keep the result when it is not known yet."""
        _, result, sent_at_ms, telecom, charged, carrier, reference, code = outcome
        if not reference:
            return False
        outcome[0] = self.id_of(carrier, reference)
        if not outcome[0]:
            early = (carrier, reference, result, sent_at_ms, telecom, charged, code, now_ms)
            self._db.execute(SQL["keep_early"], early)
        return bool(outcome[0])

    def id_of(self, carrier: str, reference: str) -> int:
        """The message that the carrier means; 0 for none (yet)."""
        return self._db.execute(SQL["id_of_reference"], (carrier, reference)).get or 0 if reference else 0

    def early(self, references: Sequence[tuple[int, str, str]]) -> tuple[list[list[Any]], list[list[Any]]]:
        """The results of (id, carrier, reference) that are here already, by id: those to settle, and those that may
        call for a fallback."""
        settling: list[list[Any]] = []
        judged: list[list[Any]] = []
        if not self._any_early():
            return settling, judged
        for named in references:
            self._db.execute(SQL["drop_older"], (*named, EARLIER_MS))
            for *outcome, open, service in self._db.execute(SQL["early"], named).fetchall():
                outcome[_CHARGED] = bool(outcome[_CHARGED])
                (judged if open and service == Service.KMS else settling).append(outcome)
        return settling, judged

    def _any_early(self) -> bool:
        return bool(self._db.execute(SQL["any_early"]).fetchall())

    def forget_early(self, outcomes: Sequence[Sequence[Any]]) -> None:
        """These have found their messages."""
        if self._any_early():
            named = [outcome[_NAME] for outcome in outcomes if outcome[_REFERENCE]]
            self._db.executemany(SQL["drop_early"], named)

    def expire(self, now_ms: int, limit: int, taking: tuple[int, int] | None = None) -> list[tuple[Any, ...]]:
        ids = [row[0] for row in self._db.execute(SQL["expired"], {"now": now_ms, "limit": limit})]
        expired = ResultCode.TIME_LIMIT_PASSED
        return self.settle([[id, int(expired), now_ms, "", False, "", "", ""] for id in ids], now_ms, taking)
