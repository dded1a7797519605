"""What is sent in the place of a Kakao message that Kakao will not deliver, and is charged in its place."""

from typing import Any, Final

import apsw

from samlink.core.limits import BALANCE
from samlink.store.sqlite import statements
from samlink.store.sqlite.database import Savepoint
from samlink.store.sqlite.engine.messages import accept
from samlink.store.sqlite.engine.messages.accept import Accept
from samlink.store.sqlite.engine.messages.settle import Candidate, Settle
from samlink.store.sqlite.engine.money import Money
from samlink.store.sqlite.engine.rows import id_list
from samlink.store.sqlite.engine.verbs import Verbs

SQL: Final = statements.load("fallback")
GROUP: Final = "\x01fallback"
"""The group of every fallback; a wire's text has no control characters, so that no customer's key is like it."""
NEVER: Final = (1 << 63) - 1
"""The deadline of a message that waits for its fallback, which has one."""


class _NotCovered(Exception):
    """The balance does not cover the fallback: undo what was begun."""


class Fallback(Verbs):
    """The verbs `pending` and `fall_back`."""

    def __init__(self, db: apsw.Connection, money: Money, accept: Accept, settle: Settle) -> None:
        self._db = db
        self._money = money
        self._accept = accept
        self._settle = settle

    def pending(self, names: list[tuple[int, str, str]]) -> list[tuple[Any, ...] | None]:
        """See `Store.pending`; Claimeds as tuples."""
        ids = [id or self._settle.id_of(carrier, reference) for id, carrier, reference in names]
        rows: dict[int, tuple[Any, ...]] = {row[0]: row for row in self._db.execute(SQL["pending"], (id_list(ids),))}
        return [rows.get(id) for id in ids]

    def fall_back(
        self, fallbacks: list[tuple[list[Any], list[Any]]], now_ms: int, taking: tuple[int, int] | None = None
    ) -> list[tuple[Any, ...]]:
        """See `Store.fall_back`; (Outcome, NewMessage)s as lists, the answer Reports as tuples."""
        reports: list[tuple[Any, ...]] = []
        for outcome, message in fallbacks:
            *_, carrier, reference, _ = outcome
            outcome[0] = outcome[0] or self._settle.id_of(carrier, reference)
            parent = self._settle.candidates([outcome[0]]).get(outcome[0])
            if parent is not None and parent.result is parent.fallback is parent.parent is None:
                reason = self._stand_in(parent, outcome, message, now_ms)
                if not reason:
                    self._settle.forget_early([outcome])
                    continue
                self._db.execute(SQL["set_reason"], (f"fallback: {reason}", outcome[0]))
            # Also of what is settled, waits for its fallback, or is one itself: there it does what is right.
            reports += self._settle.settle([outcome], now_ms, taking)
        return reports

    def _stand_in(self, parent: Candidate, outcome: list[Any], message: list[Any], now_ms: int) -> str:
        """Give the Kakao message's price back, charge and queue its fallback; or why not."""
        if message[accept.RESULT] is not None:
            return str(message[accept.REASON] or message[accept.RESULT])
        try:
            with Savepoint(self._db):
                self._replace(parent, outcome, message, now_ms)
        except _NotCovered:
            return BALANCE.name
        return ""

    def _replace(self, parent: Candidate, outcome: list[Any], message: list[Any], now_ms: int) -> None:
        id, account = parent.id, parent.account
        if parent.price:
            self._money.refund(account, {id: parent.price}, now_ms)
        charge = None
        if message[accept.PRICE]:
            charge = self._money.take(account, message[accept.PRICE], 1, now_ms)
            if charge is None:
                raise _NotCovered
        keyed = [GROUP, str(id), parent.receiver, *message[accept.KEY.stop :]]
        (child,) = self._accept.insert_rows(account, [keyed], charge, now_ms)
        self._db.execute(SQL["link_child"], (id, child))
        *_, carrier, reference, code = outcome
        self._db.execute(SQL["link_parent"], (id, child, code, carrier, reference, now_ms, NEVER))
