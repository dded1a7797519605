"""The proof that the ledger, the balances, the messages and their results agree."""

import contextlib
import datetime
import time
from collections.abc import Callable
from typing import Any, Final

import apsw

from samlink.store.sqlite import statements
from samlink.vocabulary.money import WON

SQL: Final = statements.load("audit")


def _won(amount: int) -> str:
    return f"{amount / WON:,.2f} won"


def _date(day: int) -> str:
    return (datetime.date(1970, 1, 1) + datetime.timedelta(day)).isoformat()


_SENTENCES: Final[dict[str, Callable[..., str]]] = {
    "balances": lambda id, no, balance, total: (
        f"account {id} (number {no}) has a balance of {_won(balance)}, but its ledger sums up to {_won(total)}"
    ),
    "charges": lambda no, account, amount, count, paid, found: (
        f"ledger entry {no} charges account number {account} {_won(amount)} for {count} messages, "
        f"but {found} messages for {_won(paid)} name it"
    ),
    "wrong_charges": lambda id, charge: (
        f"message {id} names ledger entry {charge}, which is not a charge of its account"
    ),
    "missing_refunds": lambda id, price: (
        f"message {id} is not charged, but its price of {_won(price)} was not refunded"
    ),
    "wrong_refunds": lambda no, id: f"ledger entry {no} refunds message {id}, which is not owed that",
    "pruned_refunds": lambda account, more, amount: (
        f"account number {account} had {more:+d} refunds of {_won(amount)} against what its pruned messages were owed"
    ),
    "without_content": lambda id: f"message {id} waits, but has no content to send",
    "forgotten_results": lambda id, carrier: f"message {id} waits, although carrier {carrier} has given its result",
    "fallbacks": lambda id, parent: f"message {id} stands in for message {parent}, and the two do not agree",
    "lost_fallbacks": lambda id, child: f"message {id} waits for message {child}, which does not stand in for it",
    "usage": lambda account, day, more: (
        f"account number {account} has {more:+d} messages on {_date(day)} against those that its limits have counted"
    ),
}
"""What each statement's row means, in words for the operator."""


CHECKED_SECONDS: Final = 3.0
"""How long a start looks for damage at most."""
CHECKED_TABLES: Final = ("account", "ledger", "message", "content")
"""What a start looks at, in this order."""
_STEPS: Final = 10_000
"""Of SQLite's machine, between two looks at the time."""


class Audit:
    """The verb `audit`, and the short one of a start."""

    def __init__(self, db: apsw.Connection) -> None:
        self._db = db

    def check_pages(self, seconds: float = CHECKED_SECONDS) -> str | None:
        """The first damage in the tables that messages and money live in; None if there is none, as far as `seconds`
        reach."""
        until = time.monotonic() + seconds
        self._db.set_progress_handler(lambda: time.monotonic() > until, _STEPS)
        try:
            for table in CHECKED_TABLES:
                if found := self._damages(f"PRAGMA integrity_check({table})"):
                    return f"table {table}: {found[0]}"
        except apsw.InterruptError:
            return None
        finally:
            self._db.set_progress_handler(None)
        return None

    def audit(self) -> list[str]:
        """What does not agree in the whole store, a sentence each; empty when all is well. Reads every row.

        That a settled message has one result, and every other rule about the columns of one row, is a CHECK of the
        table; the database's own integrity check goes over those again, and over the indexes.
        """
        found: list[str] = []
        for name, sentence in _SENTENCES.items():
            # Pages that cannot be read are found below, and hide nothing that can be.
            with contextlib.suppress(apsw.CorruptError):
                found += [sentence(*row) for row in self._db.execute(SQL[name]).fetchall()]
        return found + [f"the database is damaged: {problem}" for problem in self._damages("PRAGMA integrity_check")]

    def _damages(self, check: str) -> list[str]:
        """What an integrity check finds, a line each."""
        try:
            rows: list[tuple[Any, ...]] = self._db.execute(check).fetchall()
        except (apsw.CorruptError, apsw.NotADBError) as error:
            return [str(error)]
        lines = [line for (text,) in rows for line in text.splitlines()]
        return [line for line in lines if line != "ok" and not line.startswith("***")]
