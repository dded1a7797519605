"""The account that a command names, looked up in the store."""

from typing import TYPE_CHECKING

from samlink.cli.errors import CommandError
from samlink.cli.language import _
from samlink.cli.options.parsing import shown

if TYPE_CHECKING:
    from samlink.core.account import Account
    from samlink.store.sqlite.admin import Admin


def open_account(store: "Admin", account_id: str) -> "Account | None":
    """The open account of that ID, if there is one."""
    return next((account for account in store.accounts() if account.id == account_id and not account.closed), None)


def existing_account(store: "Admin", account_id: str) -> "Account":
    """The open account of that ID. Raises CommandError when there is none."""
    account = open_account(store, account_id)
    if account is None:
        closed = _closed(store, account_id)
        unknown, removed = (
            _("there is no account {id}; `samlink account list` shows all."),
            _(
                "account {id} was removed; `samlink account show`, `history`, `ledger` "
                "and `find` read it with --closed."
            ),
        )
        raise CommandError(removed if closed else unknown, id=shown(account_id))
    return account


def readable_account(store: "Admin", account_id: str, *, closed: bool, number: int | None) -> "Account":
    """The account that a command only reads: the open one of that ID, or with `closed` the one that was removed last,
    or the one of that `number`. Raises CommandError when there is none."""
    if number is not None:
        found = next((one for one in store.accounts() if one.id == account_id and one.no == number), None)
        if found is None:
            raise CommandError(
                _("there is no account {id} of number {number}; `samlink account list --all` shows all."),
                id=shown(account_id),
                number=number,
            )
        return found
    if not closed:
        return existing_account(store, account_id)
    if not (removed := _closed(store, account_id)):
        raise CommandError(_("no account {id} was ever removed."), id=shown(account_id))
    return removed[-1]


def _closed(store: "Admin", account_id: str) -> "list[Account]":
    return [account for account in store.accounts() if account.id == account_id and account.closed]
