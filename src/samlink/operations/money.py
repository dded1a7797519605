"""Balances and their ledger."""

from samlink.core.account import FeeType
from samlink.core.input import InputError
from samlink.operations import accounts
from samlink.operations.problems import OperationError
from samlink.store.contract import AdminStore, LedgerEntry
from samlink.vocabulary.money import won_text
from samlink.vocabulary.problem import N_


async def top_up(store: AdminStore, account_id: str, amount: int, note: str = "") -> int:
    """Add `amount` (1/100 won; negative corrects an earlier one) to the balance, with an entry in the ledger.

    The new balance. Raises InputError for 0, OperationError `account.unknown` or `balance.below_zero`.
    """
    if amount == 0:
        raise InputError("topup.zero", N_("a top-up of 0 won changes nothing"))
    account = await accounts.named(store, account_id)
    if account.fee_type == FeeType.PREPAID and account.balance + amount < 0:
        template = N_("the prepaid balance of {id} is {balance} and cannot go below zero")
        raise OperationError("topup.below_zero", template, id=account.id, balance=won_text(account.balance))
    return await store.top_up(account_id, amount, note)


async def ledger(
    store: AdminStore, which: accounts.Which, *, before: int | None = None, limit: int = 50
) -> list[LedgerEntry]:
    """The entries of an account, newest first: those numbered below `before`, or the last ones."""
    account = await accounts.readable(store, which)
    place = {} if before is None else {"before": before}
    return await store.ledger(account.no, limit=limit, **place)
