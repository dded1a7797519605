"""What an account may still send: read and used up in the accepting transaction (`samlink.core.limits`)."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import apsw

from samlink.core.limits import Allowance, current_second, first_of_month, kst_day
from samlink.store.contract.problems import account_number_unknown
from samlink.store.sqlite import statements
from samlink.store.sqlite.engine.messages.digests import Digests
from samlink.store.sqlite.engine.verbs import Verbs

SQL: Final = statements.load("limits")


class Terms(NamedTuple):
    """An account's limits, as the row has them."""

    month_limit: int | None
    day_limit: int | None
    second_limit: int | None
    duplicate_window_seconds: int
    rules: str
    has_wiped: int
    """Whether messages of it were wiped, whose keys cannot be compared any more."""

    def since_ms(self, now_ms: int) -> int:
        """What was accepted after this time (UTC epoch ms) has no duplicate now."""
        return now_ms - self.duplicate_window_seconds * 1000


class Limits(Verbs):
    """The limits of number, and duplicates."""

    def __init__(self, db: apsw.Connection, digests: Digests) -> None:
        self._db = db
        self._digests = digests

    def terms(self, account: int) -> Terms:
        """The account's limits. Raises StoreError: there is no such account."""
        found: list[tuple[Any, ...]] = self._db.execute(SQL["terms"], (account,)).fetchall()
        if not found:
            raise account_number_unknown(account)
        return Terms(*found[0])

    def allowance(self, account: int, terms: Terms, digests: Sequence[bytes], now_ms: int) -> Allowance:
        """What is left of the limits of number, whatever their modes; `digests` are those of the packet."""
        left = Allowance()
        if terms.month_limit is not None or terms.day_limit is not None:
            month, day = self._used(account, terms, now_ms)
            left.month = None if terms.month_limit is None else terms.month_limit - month
            left.day = None if terms.day_limit is None else terms.day_limit - day
        if terms.second_limit is not None:
            second, messages = self._rate(account)
            left.second = terms.second_limit - (messages if current_second(second, now_ms) == second else 0)
        if digests:
            left.recent = self._digests.duplicates(account, digests, terms.since_ms(now_ms))
        return left

    def _used(self, account: int, terms: Terms, now_ms: int) -> tuple[int, int]:
        day = kst_day(now_ms)
        first = day if terms.month_limit is None else first_of_month(day)
        bindings = {"account": account, "first": first, "day": day}
        found: list[tuple[Any, ...]] = self._db.execute(SQL["used"], bindings).fetchall()
        month, today = found[0]
        return month, today

    def _rate(self, account: int) -> tuple[int | None, int]:
        found: list[tuple[Any, ...]] = self._db.execute(SQL["rate"], (account,)).fetchall()
        return found[0] if found else (None, 0)

    def use(self, account: int, terms: Terms, count: int, now_ms: int) -> None:
        """`count` messages are accepted for sending."""
        self._db.execute(SQL["use"], (account, kst_day(now_ms), count))
        if terms.second_limit is not None:
            second = current_second(self._rate(account)[0], now_ms)
            self._db.execute(SQL["use_second"], (account, second, count))
