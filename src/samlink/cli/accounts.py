"""The account that a command names, looked up in the store."""

from typing import TYPE_CHECKING

from samlink.cli.errors import CommandError
from samlink.cli.options.parsing import shown
from samlink.cli.texts import say

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
        key = "account.unknown_but_closed" if closed else "account.unknown"
        raise CommandError(say(key, id=shown(account_id)))
    return account


def readable_account(store: "Admin", account_id: str, *, closed: bool, number: int | None) -> "Account":
    """The account that a command only reads: the open one of that ID, or with `closed` the one that was removed last,
    or the one of that `number`. Raises CommandError when there is none."""
    if number is not None:
        found = next((one for one in store.accounts() if one.id == account_id and one.no == number), None)
        if found is None:
            raise CommandError(say("account.no_number", id=shown(account_id), number=number))
        return found
    if not closed:
        return existing_account(store, account_id)
    if not (removed := _closed(store, account_id)):
        raise CommandError(say("account.none_closed", id=shown(account_id)))
    return removed[-1]


def _closed(store: "Admin", account_id: str) -> "list[Account]":
    return [account for account in store.accounts() if account.id == account_id and account.closed]
