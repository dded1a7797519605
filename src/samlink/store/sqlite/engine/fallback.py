"""What is sent in the place of a Kakao message that Kakao will not deliver, and is charged in its place."""

from typing import Any, Final

from samlink.core.limits import BALANCE
from samlink.store.sqlite import statements
from samlink.store.sqlite.database import Savepoint
from samlink.store.sqlite.engine.accept import Accepting
from samlink.store.sqlite.engine.settle import ACCOUNT, FALLBACK, ID, PARENT, PRICE, RECEIVER, RESULT, Settling, id_list

SQL: Final = statements.load("fallback")
GROUP: Final = "\x01fallback"
"""The group of every fallback; a wire's text has no control characters, so that no customer's key is like it."""
NEVER: Final = (1 << 63) - 1
"""The deadline of a message that waits for its fallback, which has one."""

# Places in a NewMessage as a list.
_PRICE: Final = 13
_RESULT: Final = 14
_REASON: Final = 15


class _NotCovered(Exception):
    """The balance does not cover the fallback: undo what was begun."""


class FallingBack(Accepting, Settling):
    """The verbs `pending` and `fall_back`."""

    def pending(self, names: list[tuple[int, str, str]]) -> list[tuple[Any, ...] | None]:
        """See `Store.pending`; Claimeds as tuples."""
        ids = [id or self._id_of(carrier, reference) for id, carrier, reference in names]
        rows: dict[int, tuple[Any, ...]] = {row[0]: row for row in self.db.execute(SQL["pending"], (id_list(ids),))}
        return [rows.get(id) for id in ids]

    def fall_back(self, fallbacks: list[tuple[list[Any], list[Any]]], now_ms: int) -> list[tuple[Any, ...]]:
        """See `Store.fall_back`; (Outcome, NewMessage)s as lists, the answer Reports as tuples."""
        reports: list[tuple[Any, ...]] = []
        for outcome, message in fallbacks:
            outcome[0] = outcome[0] or self._id_of(outcome[5], outcome[6])
            parent = self._candidates([outcome[0]]).get(outcome[0])
            if parent is not None and parent[RESULT] is None and parent[FALLBACK] is None and parent[PARENT] is None:
                reason = self._stand_in(parent, outcome, message, now_ms)
                if not reason:
                    self._forget_early([outcome])
                    continue
                self.db.execute(SQL["set_reason"], (f"fallback: {reason}", outcome[0]))
            # Also of what is settled, waits for its fallback, or is one itself: there it does what is right.
            reports += self.settle([outcome], now_ms)
        return reports

    def _stand_in(self, parent: tuple[Any, ...], outcome: list[Any], message: list[Any], now_ms: int) -> str:
        """Give the Kakao message's price back, charge and queue its fallback; or why not."""
        if message[_RESULT] is not None:
            return str(message[_REASON] or message[_RESULT])
        try:
            with Savepoint(self.db):
                self._replace(parent, outcome, message, now_ms)
        except _NotCovered:
            return BALANCE.name
        return ""

    def _replace(self, parent: tuple[Any, ...], outcome: list[Any], message: list[Any], now_ms: int) -> None:
        id, account = parent[ID], parent[ACCOUNT]
        if parent[PRICE]:
            self._refund(account, {id: parent[PRICE]}, now_ms)
        charge = None
        if message[_PRICE]:
            charge = self._take(account, message[_PRICE], 1, now_ms)
            if charge is None:
                raise _NotCovered
        keyed = [GROUP, str(id), parent[RECEIVER], *message[3:]]
        (child,) = self._insert_rows(account, [keyed], charge, now_ms)
        self.db.execute(SQL["link_child"], (id, child))
        _, _, _, _, _, carrier, reference, code = outcome
        self.db.execute(SQL["link_parent"], (id, child, code, carrier, reference, now_ms, NEVER))
