"""The account that a command names, looked up in the store."""

from typing import TYPE_CHECKING

from samlink.cli.errors import CommandError
from samlink.cli.parsing import shown
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
        raise CommandError(say("account.unknown", id=shown(account_id)))
    return account
