"""Commit point 1: deduplicate, charge, insert."""

from collections.abc import Sequence
from typing import Any, Final

from samlink.store.contract import Accepted, KeyConflict
from samlink.store.sqlite import statements
from samlink.store.sqlite.database import Savepoint
from samlink.store.sqlite.money import Money

SQL: Final = statements.load("accept")

NO_BALANCE: Final = 92
"""The result of a message that the balance does not cover."""

# Places in a row: the fields of core.message.NewMessage, in order.
_PRICE: Final = 13
_RESULT: Final = 14
_KAKAO: Final = 17


def _content(row: list[Any]) -> list[Any]:
    """What the statement `known_content` reads."""
    return [*row[3:11], row[_KAKAO]]


class _NotAll(Exception):
    """Not every row of the packet could be inserted and paid for: undo, and look closer."""


class Accepting(Money):
    """The verb `accept`."""

    def accept(self, account: int, rows: list[list[Any]], now_ms: int) -> Accepted | KeyConflict:
        """See `Store.accept`; `rows` are NewMessages as lists.

        Nearly every packet is new and paid for, so that is tried first, whole, without looking.
        """
        try:
            with Savepoint(self.db):
                self._insert(account, rows, now_ms)
        except _NotAll:
            return self._accept_checked(account, rows, now_ms)
        return Accepted(stored=len(rows), unpaid=0)

    def _insert(self, account: int, rows: Sequence[list[Any]], now_ms: int) -> None:
        """Charge and insert all of `rows`, which then are refused, priced or free; raises _NotAll otherwise."""
        charge = self._charge(account, rows, now_ms)
        last = self.db.execute(SQL["last_id"]).get or 0
        bound = [[*row, account, charge, now_ms, id] for id, row in enumerate(rows, last + 1)]
        before = self.db.total_changes()
        self.db.executemany(SQL["insert_message"], bound)
        if self.db.total_changes() - before != len(rows):
            raise _NotAll
        self.db.executemany(SQL["insert_content"], bound)

    def _charge(self, account: int, rows: Sequence[list[Any]], now_ms: int) -> int | None:
        prices = [row[_PRICE] for row in rows if row[_PRICE]]
        if not prices:
            return None
        charge = self._take(account, sum(prices), len(prices), now_ms)
        if charge is None:
            raise _NotAll
        return charge

    def _accept_checked(self, account: int, rows: list[list[Any]], now_ms: int) -> Accepted | KeyConflict:
        fresh = self._fresh(account, rows)
        if isinstance(fresh, KeyConflict):
            return fresh
        unpaid = self._refuse_unpaid(account, fresh)
        self._insert(account, fresh, now_ms)
        return Accepted(stored=len(fresh), unpaid=unpaid)

    def _fresh(self, account: int, rows: list[list[Any]]) -> list[list[Any]] | KeyConflict:
        """The rows whose key is new, in the packet too."""
        fresh: list[list[Any]] = []
        seen: dict[tuple[str, str, str], list[Any]] = {}
        for row in rows:
            key = (row[0], row[1], row[2])
            known = seen.get(key) or self._known(account, key)
            if known is None:
                fresh.append(row)
            elif known != _content(row):
                return KeyConflict(*key)
            seen[key] = _content(row)
        return fresh

    def _known(self, account: int, key: tuple[str, str, str]) -> list[Any] | None:
        found = self.db.execute(SQL["known_content"], (account, *key)).get
        return None if found is None else list(found)

    def _refuse_unpaid(self, account: int, rows: list[list[Any]]) -> int:
        """Refuse (92, free) the rows from the first that the balance does not cover on; how many."""
        left = self._spendable(account)
        if left is None:
            return 0
        unpaid = 0
        for row in rows:
            left -= row[_PRICE]
            if row[_PRICE] and (left < 0 or unpaid):
                row[_PRICE], row[_RESULT] = 0, NO_BALANCE
                unpaid += 1
        return unpaid
