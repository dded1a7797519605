"""Commit point 1: deduplicate, judge what only the transaction can judge, charge, insert."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

import apsw

from samlink.core.limits import BALANCE
from samlink.core.message import NewMessage
from samlink.store.contract import Accepted, KeyConflict
from samlink.store.sqlite import statements
from samlink.store.sqlite.database import Savepoint
from samlink.store.sqlite.engine.epochs import Epochs
from samlink.store.sqlite.engine.messages.digests import Digests
from samlink.store.sqlite.engine.messages.limits import Limits, Terms
from samlink.store.sqlite.engine.messages.reports import Reports
from samlink.store.sqlite.engine.messages.retention import Retention
from samlink.store.sqlite.engine.money import Money
from samlink.store.sqlite.engine.rows import place_of
from samlink.store.sqlite.engine.verbs import Verbs

SQL: Final = statements.load("accept")

PRICE: Final = place_of(NewMessage, "price")
RESULT: Final = place_of(NewMessage, "result")
REASON: Final = place_of(NewMessage, "reason")
KEY: Final = slice(0, place_of(NewMessage, "receiver") + 1)
"""Group, message ID and receiver."""
_DIGEST: Final = place_of(NewMessage, "digest")
_CONTENT: Final = slice(place_of(NewMessage, "service"), place_of(NewMessage, "files") + 1)
_KAKAO: Final = place_of(NewMessage, "kakao")


def _content(row: list[Any]) -> list[Any]:
    """The columns of the statement `known_content`."""
    return [*row[_CONTENT], row[_KAKAO]]


def _digests(rows: Sequence[list[Any]]) -> list[bytes]:
    """The digests of what is to be sent."""
    return [row[_DIGEST] for row in rows if row[_DIGEST] is not None and row[RESULT] is None]


class _NotAll(Exception):
    """Not every row of the packet could be inserted and paid for: undo, and look closer."""


class Accept(Verbs):
    """The verb `accept`."""

    def __init__(
        self,
        db: apsw.Connection,
        money: Money,
        limits: Limits,
        *,
        digests: Digests,
        retention: Retention,
        epochs: Epochs,
        reports: Reports,
    ) -> None:
        self._db = db
        self._money = money
        self._limits = limits
        self._digests = digests
        self._retention = retention
        self._epochs = epochs
        self._reports = reports

    def accept(self, account: int, rows: list[list[Any]], now_ms: int) -> Accepted | KeyConflict:
        """See `Store.accept`; `rows` are NewMessages as lists.

        Nearly every packet is new, within the limits and paid for, so that is tried first, whole.
        """
        terms = self._limits.terms(account)
        try:
            with Savepoint(self._db):
                self._check_limits(account, terms, rows, now_ms)
                self._check_wiped(account, terms, rows)
                digests = self._check_duplicates(account, terms, rows, now_ms)
                self._insert(account, terms, rows, now_ms)
                self._digests.remember(account, digests, now_ms)
        except _NotAll:
            return self._accept_checked(account, terms, rows, now_ms)
        return Accepted(stored=len(rows), unpaid=0)

    def _check_limits(self, account: int, terms: Terms, rows: Sequence[list[Any]], now_ms: int) -> None:
        """Raises _NotAll when the limits of number do not cover all of `rows`."""
        if terms[:3] == (None, None, None):
            return
        if not self._limits.allowance(account, terms, (), now_ms).covers(len(rows)):
            raise _NotAll

    def _check_duplicates(self, account: int, terms: Terms, rows: Sequence[list[Any]], now_ms: int) -> list[bytes]:
        """The digests of what is sent; raises _NotAll when one of `rows` is a duplicate, of another of them too."""
        digests = _digests(rows)
        if digests and (
            len(set(digests)) < len(digests) or self._digests.duplicates(account, digests, terms.since_ms(now_ms))
        ):
            raise _NotAll
        return digests

    def _check_wiped(self, account: int, terms: Terms, rows: Sequence[list[Any]]) -> None:
        """Raises _NotAll when a wiped message may have the key of one of `rows`."""
        if not terms.has_wiped:
            return
        groups = apsw.carray(tuple({str(row[0]) for row in rows} or {""}))
        if self._db.execute(SQL["wiped_group"], (account, groups)).fetchall():
            raise _NotAll

    def _insert(self, account: int, terms: Terms, rows: Sequence[list[Any]], now_ms: int) -> None:
        """Charge, count and insert all of `rows`, which then are refused, priced or free; raises _NotAll otherwise."""
        charge = self._charge(account, rows, now_ms)
        self.insert_rows(account, rows, charge, now_ms)
        if count := sum(row[RESULT] is None for row in rows):
            self._limits.use(account, terms, count, now_ms)

    def insert_rows(self, account: int, rows: Sequence[list[Any]], charge: int | None, now_ms: int) -> range:
        """Insert all of `rows`; their ids. Raises _NotAll when a key is known."""
        first = self._epochs.next_id()
        bound = [[*row, account, charge, now_ms, id] for id, row in enumerate(rows, first)]
        before = self._db.total_changes()
        self._db.executemany(SQL["insert_message"], bound)
        if self._db.total_changes() - before != len(rows):
            raise _NotAll
        self._db.executemany(SQL["insert_content"], bound)
        refused = [id for id, row in enumerate(rows, first) if row[RESULT] is not None]
        self._reports.owe(refused, now_ms)
        return range(first, first + len(rows))

    def _charge(self, account: int, rows: Sequence[list[Any]], now_ms: int) -> int | None:
        prices = [row[PRICE] for row in rows if row[PRICE]]
        if not prices:
            return None
        charge = self._money.take(account, sum(prices), len(prices), now_ms)
        if charge is None:
            raise _NotAll
        return charge

    def _accept_checked(self, account: int, terms: Terms, rows: list[list[Any]], now_ms: int) -> Accepted | KeyConflict:
        repeated: set[tuple[str, str, str]] = set()
        fresh = self._fresh(account, terms, rows, repeated)
        if isinstance(fresh, KeyConflict):
            return fresh
        accepted = Accepted(stored=len(fresh), unpaid=0, reported_again=self._report_again(account, repeated))
        self._refuse_exceeding(account, terms, fresh, accepted, now_ms=now_ms)
        self._insert(account, terms, fresh, now_ms)
        # Where the rule only warns, one may stand in it twice.
        self._digests.remember(account, tuple(dict.fromkeys(_digests(fresh))), now_ms)
        return accepted

    def _report_again(self, account: int, keys: Iterable[tuple[str, str, str]]) -> int:
        """Have the results of known messages reported once more; how many have one already."""
        found: list[tuple[Any, ...]] = self._db.executemany(
            SQL["report_again"], [(account, *key) for key in keys]
        ).fetchall()
        self._db.executemany(SQL["count_repeat"], found)
        self._reports.owe_again(row[0] for row in found)
        return len(found)

    def _fresh(
        self, account: int, terms: Terms, rows: list[list[Any]], repeated: set[tuple[str, str, str]]
    ) -> list[list[Any]] | KeyConflict:
        """The rows whose key is new, in the packet too; the keys of the others that are stored go into `repeated`."""
        fresh: list[list[Any]] = []
        seen: dict[tuple[str, str, str], list[Any]] = {}
        for row in rows:
            key = (row[0], row[1], row[2])
            known = seen.get(key) or self._known(account, key)
            if known is None and terms.has_wiped and self._was_wiped(account, key, row):
                known = _content(row)
            if known is None:
                fresh.append(row)
            elif known != _content(row):
                return KeyConflict(*key)
            elif key not in seen:
                repeated.add(key)
            seen[key] = _content(row)
        return fresh

    def _known(self, account: int, key: tuple[str, str, str]) -> list[Any] | None:
        found = self._db.execute(SQL["known_content"], (account, *key)).get
        return None if found is None else list(found)

    def _was_wiped(self, account: int, key: tuple[str, str, str], row: list[Any]) -> bool:
        """Whether this very message was accepted, and wiped since."""
        group_id, message_id, _ = key
        receiver = self._retention.wiped_receiver(account, (*key, *_content(row)))
        return bool(self._db.execute(SQL["wiped_key"], (account, group_id, message_id, receiver)).fetchall())

    def _refuse_exceeding(
        self, account: int, terms: Terms, rows: list[list[Any]], accepted: Accepted, *, now_ms: int
    ) -> None:
        """Refuse, at no price, the rows that the limits do not cover, and count them in `accepted`."""
        left = self._limits.allowance(account, terms, _digests(rows), now_ms)
        left.money = self._money.spendable(account)
        left.modes = json.loads(terms.rules)
        accepted.warned = left.warned
        for row in rows:
            if row[RESULT] is not None:
                continue
            rule = left.refuse(row[_DIGEST], row[PRICE])
            if rule is None:
                continue
            row[PRICE], row[RESULT], row[REASON] = 0, int(rule.result), rule.name
            if rule is BALANCE:
                accepted.unpaid += 1
            else:
                accepted.limited[rule.result] = accepted.limited.get(rule.result, 0) + 1
