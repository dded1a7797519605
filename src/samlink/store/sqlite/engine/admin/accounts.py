"""Accounts: added, changed and closed by the command line; never deleted."""

from collections.abc import Mapping
from typing import Any, Final

import apsw
import msgspec

from samlink.core.account import Account
from samlink.store.contract import StoreError
from samlink.store.contract.problems import account_unknown
from samlink.store.sqlite import statements
from samlink.store.sqlite.engine.admin.account_rows import SETTINGS, account_of, by_name, columns_of
from samlink.store.sqlite.engine.money import Money
from samlink.store.sqlite.engine.verbs import Verbs
from samlink.vocabulary.problem import N_

SQL: Final = statements.load("accounts")
PASSWORDS: Final = statements.load("passwords")


class Accounts(Verbs):
    """The verbs about accounts."""

    def __init__(self, db: apsw.Connection, money: Money) -> None:
        self._db = db
        self._money = money

    def account(self, account_id: str) -> tuple[Account, str] | None:
        found = [*by_name(self._db.execute(SQL["open_account"], (account_id,)))]
        if not found:
            return None
        changed: list[tuple[Any, ...]] = self._db.execute(PASSWORDS["of"], (found[0]["no"],)).fetchall()
        return account_of(found[0], *(changed[0] if changed else ())), str(found[0]["password"])

    def old_password(self, account: int, now_ms: int) -> str | None:
        found: list[tuple[Any, ...]] = self._db.execute(
            PASSWORDS["old"], {"account": account, "now": now_ms}
        ).fetchall()
        return found[0][0] if found else None

    def accounts(self) -> list[Account]:
        changed = {account: change for account, *change in self._db.execute(PASSWORDS["all"]).fetchall()}
        rows = by_name(self._db.execute(SQL["all_accounts"]))
        return [account_of(row, *changed.get(row["no"], ())) for row in rows]

    def add_account(self, account: Account, password_hash: str, now_ms: int) -> Account:
        """Add `account` (its `no` is given here); its balance becomes a first top-up.

        Raises StoreError when an open account has that ID.
        """
        if self.account(account.id) is not None:
            raise StoreError("store.account_exists", N_("there is an account {id} already"), id=account.id)
        self._checked("add", columns_of(account) | {"id": account.id, "password": password_hash, "now": now_ms})
        self._checked("set", columns_of(account) | {"id": account.id, "password": None})
        no = self._db.last_insert_rowid()
        if account.balance:
            self._money.top_up(no, account.balance, "first balance", now_ms)
        return self.open_account(account.id)

    def set_account(self, account_id: str, changes: Mapping[str, Any]) -> Account:
        """Change the settings named in `changes` (see SETTINGS)."""
        unknown = changes.keys() - set(SETTINGS)
        if unknown:
            template = N_("an account has no setting {names}")
            raise StoreError("store.setting_unknown", template, names=", ".join(sorted(unknown)))
        account = msgspec.structs.replace(self.open_account(account_id), **changes)
        self._checked("set", columns_of(account) | {"id": account_id, "password": None})
        return self.open_account(account_id)

    def change_password(self, account_id: str, password_hash: str, old_until_ms: int | None) -> Account:
        """Give the account another password; the one before is good until `old_until_ms`, or (None) no more."""
        found = self.account(account_id)
        if found is None:
            raise account_unknown(account_id)
        account, before = found
        old = None if old_until_ms is None else before
        self._db.execute(PASSWORDS["change"], {"account": account.no, "old": old, "until": old_until_ms})
        self._checked("set", columns_of(account) | {"id": account_id, "password": password_hash})
        return self.open_account(account_id)

    def end_old_password(self, account_id: str) -> Account:
        """Let the password before be good no more."""
        self._db.execute(PASSWORDS["end_old"], (self.open_account(account_id).no,))
        return self.open_account(account_id)

    def close_account(self, account_id: str, now_ms: int) -> None:
        """Nobody logs in with it any more; its messages, ledger and number stay."""
        self.open_account(account_id)
        self._db.execute(SQL["close"], {"id": account_id, "now": now_ms})

    def open_account(self, account_id: str) -> Account:
        """The open account of that ID. Raises StoreError."""
        found = self.account(account_id)
        if found is None:
            raise account_unknown(account_id)
        return found[0]

    def _checked(self, statement: str, bindings: dict[str, Any]) -> None:
        try:
            self._db.execute(SQL[statement], bindings)
        except apsw.ConstraintError as error:
            # The statement's values are not in SQLite's words, so the password's hash is not either.
            template = N_("a setting is out of range: {why}")
            raise StoreError("store.setting_out_of_range", template, why=str(error)) from error
