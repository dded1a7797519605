"""The ledger and the balances that are its sums."""

from typing import Any, Final

import apsw

from samlink.core.account import FeeType
from samlink.store.contract import LedgerEntry, StoreError
from samlink.store.contract.problems import account_number_unknown
from samlink.store.sqlite import statements
from samlink.store.sqlite.engine.verbs import Verbs
from samlink.vocabulary.problem import N_

SQL: Final = statements.load("money")


class Money(Verbs):
    """What may change a balance: an entry in the ledger and a conditional UPDATE, together."""

    def balance(self, account: int) -> int:
        """The balance of the account with that number, 1/100 won. Raises StoreError when there is none."""
        return self._money(account)[0]

    def _money(self, account: int) -> tuple[int, int]:
        found: list[tuple[Any, ...]] = self._db.execute(SQL["balance"], (account,)).fetchall()
        if not found:
            raise account_number_unknown(account)
        balance, fee_type = found[0]
        return int(balance), int(fee_type)

    def spendable(self, account: int) -> int | None:
        """What the account can still spend; None for a postpaid one: all it likes."""
        balance, fee_type = self._money(account)
        return None if fee_type == FeeType.POSTPAID else balance

    def take(self, account: int, amount: int, messages: int, now_ms: int) -> int | None:
        """Charge `amount` for a packet; the entry's number, or None when the balance does not cover it."""
        self._db.execute(SQL["take"], {"account": account, "amount": amount})
        if not self._db.changes():
            return None
        return self._enter(account, now_ms, "charge", -amount, messages)

    def refund(self, account: int, amounts: dict[int, int], now_ms: int) -> None:
        """Give back the price of each message (id: 1/100 won)."""
        self._db.execute(SQL["give"], {"account": account, "amount": sum(amounts.values())})
        rows = [(account, now_ms, "refund", amount, 1, message, "") for message, amount in amounts.items()]
        self._db.executemany(SQL["enter"], rows)

    def top_up(self, account: int, amount: int, note: str, now_ms: int) -> int:
        """Add `amount` (1/100 won; negative corrects an earlier one); the new balance.

        Raises StoreError when a prepaid balance would go below zero.
        """
        before = self.balance(account)
        try:
            self._db.execute(SQL["give"], {"account": account, "amount": amount})
        except apsw.ConstraintError as error:
            raise StoreError("store.balance_below_zero", N_("a prepaid balance cannot go below zero")) from error
        self._enter(account, now_ms, "top-up", amount, 0, note=note)
        return before + amount

    def _enter(self, account: int, now_ms: int, cause: str, amount: int, messages: int, *, note: str = "") -> int:
        self._db.execute(SQL["enter"], (account, now_ms, cause, amount, messages, None, note))
        return self._db.last_insert_rowid()

    def ledger(self, account: int, before: int, limit: int) -> list[LedgerEntry]:
        """The account's entries numbered below `before`, newest first."""
        found = self._db.execute(SQL["lines"], {"account": account, "before": before, "limit": limit})
        return [LedgerEntry(*row) for row in found]
