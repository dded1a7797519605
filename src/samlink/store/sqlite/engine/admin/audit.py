"""The proof that the ledger, the balances, the messages and their results agree."""

import contextlib
import datetime
import time
from collections.abc import Callable
from typing import Any, Final

import apsw

from samlink.store.sqlite import statements
from samlink.store.sqlite.engine.verbs import Verbs
from samlink.vocabulary.money import WON
from samlink.vocabulary.problem import N_, Problem

SQL: Final = statements.load("audit")


def _won(amount: int) -> str:
    return f"{amount / WON:,.2f} won"


def _date(day: int) -> str:
    return (datetime.date(1970, 1, 1) + datetime.timedelta(day)).isoformat()


class Discrepancy(Problem):
    """What does not agree in the store."""


_FINDINGS: Final[dict[str, Callable[..., Discrepancy]]] = {
    "balances": lambda id, no, balance, total: Discrepancy(
        "audit.balance",
        N_("account {id} (number {no}) has a balance of {balance}, but its ledger sums up to {total}"),
        id=id,
        no=no,
        balance=_won(balance),
        total=_won(total),
    ),
    "charges": lambda no, account, amount, count, paid, found: Discrepancy(
        "audit.charge",
        N_(
            "ledger entry {no} charges account number {account} {amount} for {count} messages, "
            "but {found} messages for {paid} name it"
        ),
        no=no,
        account=account,
        amount=_won(amount),
        count=count,
        found=found,
        paid=_won(paid),
    ),
    "wrong_charges": lambda id, charge: Discrepancy(
        "audit.charge_of_another",
        N_("message {id} names ledger entry {charge}, which is not a charge of its account"),
        id=id,
        charge=charge,
    ),
    "missing_refunds": lambda id, price: Discrepancy(
        "audit.refund_missing",
        N_("message {id} is not charged, but its price of {price} was not refunded"),
        id=id,
        price=_won(price),
    ),
    "wrong_refunds": lambda no, id: Discrepancy(
        "audit.refund_wrong", N_("ledger entry {no} refunds message {id}, which is not owed that"), no=no, id=id
    ),
    "pruned_refunds": lambda account, more, amount: Discrepancy(
        "audit.refunds_of_pruned",
        N_("account number {account} had {more} refunds of {amount} against what its pruned messages were owed"),
        account=account,
        more=f"{more:+d}",
        amount=_won(amount),
    ),
    "without_content": lambda id: Discrepancy(
        "audit.content_missing", N_("message {id} waits, but has no content to send"), id=id
    ),
    "forgotten_results": lambda id, carrier: Discrepancy(
        "audit.result_forgotten",
        N_("message {id} waits, although carrier {carrier} has given its result"),
        id=id,
        carrier=carrier,
    ),
    "fallbacks": lambda id, parent: Discrepancy(
        "audit.fallback",
        N_("message {id} stands in for message {parent}, and the two do not agree"),
        id=id,
        parent=parent,
    ),
    "lost_fallbacks": lambda id, child: Discrepancy(
        "audit.fallback_lost",
        N_("message {id} waits for message {child}, which does not stand in for it"),
        id=id,
        child=child,
    ),
    "usage": lambda account, day, more: Discrepancy(
        "audit.usage",
        N_("account number {account} has {more} messages on {day} against those that its limits have counted"),
        account=account,
        more=f"{more:+d}",
        day=_date(day),
    ),
    "reports": lambda id: Discrepancy(
        "audit.report", N_("message {id} has a result, and its report does not agree with it"), id=id
    ),
}
"""By statement: what a row of it means."""


CHECKED_SECONDS: Final = 3.0
"""How long a start looks for damage at most."""
CHECKED_TABLES: Final = ("account", "ledger", "message", "content")
"""What a start looks at, in this order."""
_STEPS: Final = 10_000
"""Of SQLite's machine, between two looks at the time."""


class Audit(Verbs):
    """The verb `audit`, and the short one of a start."""

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

    def audit(self) -> list[Problem]:
        """What does not agree in the whole store; empty when all is well. Reads every row.

        That a settled message has one result, and every other rule about the columns of one row, is a CHECK of the
        table; the database's own integrity check goes over those again, and over the indexes.
        """
        found: list[Problem] = []
        for name, finding in _FINDINGS.items():
            # Pages that cannot be read are found below, and hide nothing that can be.
            with contextlib.suppress(apsw.CorruptError):
                found += [finding(*row) for row in self._db.execute(SQL[name]).fetchall()]
        for damage in self._damages("PRAGMA integrity_check"):
            found.append(Discrepancy("audit.damage", N_("the database is damaged: {why}"), why=damage))
        return found

    def _damages(self, check: str) -> list[str]:
        """What an integrity check finds, a line each."""
        try:
            rows: list[tuple[Any, ...]] = self._db.execute(check).fetchall()
        except (apsw.CorruptError, apsw.NotADBError) as error:
            return [str(error)]
        lines = [line for (text,) in rows for line in text.splitlines()]
        return [line for line in lines if line != "ok" and not line.startswith("***")]
