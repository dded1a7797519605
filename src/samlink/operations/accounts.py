"""Accounts: add, show, change, close."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from msgspec.structs import replace

from samlink.core import input
from samlink.core.account import Account, FeeType
from samlink.operations.problems import OperationError
from samlink.store.contract import AdminStore
from samlink.store.credentials import Credentials, generate_password
from samlink.vocabulary.money import won_text
from samlink.vocabulary.problem import N_

Settings = Mapping[str, Any]
"""New values by the names of Account's fields. `rules` and `refund` hold only what changes; None takes an entry out."""


class Password(NamedTuple):
    """The password that an account gets."""

    chosen: str | None = None
    """None: one is generated."""
    overlap_ms: int | None = None
    """How long the one before stays good; None: its sessions end."""


class Changed(NamedTuple):
    """An account after a change."""

    account: Account
    password: str | None = None
    """The generated password: it is stored as a hash, and cannot be shown again."""


async def add(
    store: AdminStore, credentials: Credentials, account_id: str, settings: Settings, *, chosen: str | None = None
) -> Changed:
    """Add an account with a chosen or a generated password. `balance` may be among the settings: the first top-up.

    Raises InputError, and OperationError `account.exists`.
    """
    new = Account(no=0, id=input.account_id(account_id))
    new = replace(new, **merged(settings, new))
    new.validate()
    if await find_open(store, account_id) is not None:
        template = N_("there is an account {id} already; `samlink account set {id}` changes it")
        raise OperationError("account.exists", template, id=account_id)
    password = chosen or generate_password()
    return Changed(await store.add_account(new, _hash(credentials, password, chosen)), None if chosen else password)


async def change(
    store: AdminStore,
    credentials: Credentials,
    account_id: str,
    settings: Settings,
    *,
    password: Password | None = None,
    end_old_password: bool = False,
) -> Changed:
    """Change settings of an account, its password, or both, in one transaction.

    Raises InputError, and OperationError `account.unknown`, `account.owes`.
    """
    await named(store, account_id)

    def settled(now: Account) -> Settings:
        return _settled(settings, now)

    if password is not None:
        given = password.chosen or generate_password()
        hashed = _hash(credentials, given, password.chosen)
        account = await store.change_password(account_id, hashed, old_for_ms=password.overlap_ms, changes=settled)
        return Changed(account, None if password.chosen else given)
    return Changed(await store.set_account(account_id, settled, end_old_password=end_old_password))


async def close(store: AdminStore, account_id: str) -> None:
    """Close an account for good: nobody logs in with it any more; its messages and its ledger stay."""
    await named(store, account_id)
    await store.close_account(account_id)


async def listed(store: AdminStore, *, closed: bool = False) -> list[Account]:
    """The open accounts; with `closed` the closed ones too."""
    return [account for account in await store.accounts() if closed or not account.closed]


async def find_open(store: AdminStore, account_id: str) -> Account | None:
    """The open account of that ID, or None."""
    return next((account for account in await listed(store) if account.id == account_id), None)


async def named(store: AdminStore, account_id: str) -> Account:
    """The open account of that ID. Raises OperationError `account.unknown` or `account.unknown_but_closed`."""
    if (account := await find_open(store, account_id)) is not None:
        return account
    shown = input.quoted(account_id)
    if await _closed(store, account_id):
        template = N_(
            "account {id} was removed; `samlink account show`, `history`, `ledger` and `find` read it with --closed"
        )
        raise OperationError("account.unknown_but_closed", template, id=shown)
    raise OperationError("account.unknown", N_("there is no account {id}; `samlink account list` shows all"), id=shown)


class Which(NamedTuple):
    """An account to read."""

    id: str
    closed: bool = False
    """The one of that ID that was closed last, not the open one."""
    number: int | None = None
    """Of several of that ID, the one of this number."""


async def readable(store: AdminStore, which: Which) -> Account:
    """An account to read, open or closed.

    Raises OperationError `account.unknown`, `account.none_closed`, `account.no_number`.
    """
    if which.number is not None:
        for account in await store.accounts():
            if (account.id, account.no) == (which.id, which.number):
                return account
        template = N_("there is no account {id} of number {number}; `samlink account list --all` shows all")
        raise OperationError("account.no_number", template, id=input.quoted(which.id), number=which.number)
    if not which.closed:
        return await named(store, which.id)
    if removed := await _closed(store, which.id):
        return removed[-1]
    raise OperationError("account.none_closed", N_("no account {id} was ever removed"), id=input.quoted(which.id))


def merged(changes: Settings, account: Account) -> dict[str, Any]:
    """`changes` with whole `rules` and `refund`: the account's, with the changed entries put in or taken out."""
    whole = dict(changes)
    for name in ("rules", "refund"):
        if name in changes:
            values: dict[str, Any] = getattr(account, name) | changes[name]
            whole[name] = {key: value for key, value in values.items() if value is not None}
    return whole


def _settled(settings: Settings, now: Account) -> dict[str, Any]:
    """The whole new settings of the account as it is now, validated."""
    changes = merged(settings, now)
    account = replace(now, **changes)
    account.validate()
    if account.fee_type == FeeType.PREPAID and account.balance < 0:
        template = N_("account {id} has a balance of {balance}: top it up before it becomes prepaid")
        raise OperationError("account.owes", template, id=account.id, balance=won_text(account.balance))
    return changes


async def _closed(store: AdminStore, account_id: str) -> list[Account]:
    return [account for account in await store.accounts() if account.id == account_id and account.closed]


def _hash(credentials: Credentials, password: str, chosen: str | None) -> str:
    return credentials.hash_chosen(password) if chosen else credentials.hash_generated(password)
