"""The store for the command line: synchronous, in the caller's process, while a gateway runs or not."""

import contextlib
from collections.abc import Callable, Mapping
from typing import Any, Final

import apsw
from msgspec.structs import asdict

from samlink.core.account import Account
from samlink.store.contract import ClockDoubt, LedgerEntry, MessageView, StoreError, StoreLostError
from samlink.store.credentials import key_fault
from samlink.store.faults import FaultError
from samlink.store.sqlite.engine.engine import Engine
from samlink.store.sqlite.engine.trail import Entry
from samlink.store.sqlite.policy_admin import PolicyAdmin
from samlink.store.sqlite.transactions import number_of

LEDGER_END: Final = (1 << 63) - 1
"""A number above every ledger entry's."""


class Admin(PolicyAdmin):
    """Each method is one transaction of its own; all raise StoreError with a plain sentence.

    Use it as a context manager. A gateway that runs on the same directory notices what was changed here within 0.2 s.
    """

    def __enter__(self) -> "Admin":
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.close()

    # -- accounts
    def add_account(self, account: Account, password_hash: str, now_ms: int) -> Account:
        """Add an account, its number given here; a balance becomes its first top-up."""
        with self._changing("add_account") as (engine, change):
            added = engine.add_account(account, password_hash, now_ms)
            change.of(added.no, {}, asdict(added))
            return added

    def set_account(
        self, account_id: str, changes: Mapping[str, Any] | Callable[[Account], Mapping[str, Any]]
    ) -> Account:
        """Change the settings named in `changes`, by the names of Account's fields; the balance is not one.

        A function gets the account as it is at that moment, and says what is to change of it: so two who change a part
        of the same setting do not undo each other.
        """
        return self._change_account(
            "set_account",
            account_id,
            lambda engine, before: engine.set_account(account_id, changes(before) if callable(changes) else changes),
        )

    def change_password(self, account_id: str, password_hash: str, *, old_until_ms: int | None = None) -> Account:
        """Give the account another password. The one before is good too until `old_until_ms` (UTC, epoch ms); None:
        its sessions end."""
        return self._change_account(
            "change_password",
            account_id,
            lambda engine, _: engine.change_password(account_id, password_hash, old_until_ms),
        )

    def end_old_password(self, account_id: str) -> Account:
        """End the password before the last change, and its sessions, ahead of time."""
        return self._change_account(
            "end_old_password", account_id, lambda engine, _: engine.end_old_password(account_id)
        )

    def _change_account(self, verb: str, account_id: str, do: Callable[[Engine, Account], Account]) -> Account:
        with self._changing(verb) as (engine, change):
            before = engine.open_account(account_id)
            account = do(engine, before)
            change.of(account.no, asdict(before), asdict(account))
            return account

    def close_account(self, account_id: str, now_ms: int) -> None:
        """Close an account: its ID is free again, its number, messages and ledger stay."""
        with self._changing("close_account") as (engine, change):
            change.of(engine.open_account(account_id).no, {"closed": False}, {"closed": True})
            engine.close_account(account_id, now_ms)

    def account(self, account_id: str) -> Account:
        """The open account of that ID."""
        with self._reading() as engine:
            found = engine.account(account_id)
        if found is None:
            raise StoreError(f"there is no account {account_id}")
        return found[0]

    def accounts(self) -> list[Account]:
        """Every account, closed ones too."""
        with self._reading() as engine:
            return engine.accounts()

    # -- money
    def top_up(self, account_id: str, amount: int, note: str, now_ms: int) -> int:
        """Add `amount` (1/100 won; negative to correct) to the balance; the new balance."""
        with self._changing("top_up") as (engine, change):
            account = engine.open_account(account_id)
            balance = engine.top_up(account.no, amount, note, now_ms)
            change.of(account.no, {"balance": account.balance}, {"balance": balance, "note": note})
            return balance

    def ledger(self, account: str | int, *, before: int = LEDGER_END, limit: int = 50) -> list[LedgerEntry]:
        """The entries of an account (an open one's ID, or a number) numbered below `before`, newest first."""
        with self._reading() as engine:
            return engine.ledger(number_of(engine, account), before, limit)

    # -- who changed what
    def trail(self, account: str | int | None = None, *, before: int = LEDGER_END, limit: int = 50) -> list[Entry]:
        """The entries numbered below `before`, newest first; one account's (an open one's ID, or a number), or all."""
        with self._reading() as engine:
            return engine.trail(None if account is None else number_of(engine, account), before, limit)

    # -- messages
    def counts(self) -> dict[str, int]:
        """How many messages are in each state."""
        with self._reading() as engine:
            return engine.counts()

    def find(
        self, account: str | int, *, receiver: str = "", message_id: str = "", limit: int = 50
    ) -> list[MessageView]:
        """The messages of an account (an open one's ID, or a number), newest first."""
        with self._reading() as engine:
            return engine.find(number_of(engine, account), receiver, message_id, limit)

    def clock_doubt(self) -> ClockDoubt | None:
        """The doubt of the machine's clock that goes on, if any."""
        with self._reading() as engine:
            return engine.clock_doubt()

    def confirm_clock(self, now_ms: int) -> None:
        """Confirm that the machine's clock is right: it is `now_ms`."""
        with self._changing("confirm_clock") as (engine, change):
            change.new = {"clock_ms": now_ms}
            engine.confirm_clock(now_ms)

    def rise_above(self, id: int, now_ms: int) -> None:
        """Give no id up to `id` out again: a carrier has had messages under them that are not in this store."""
        with self._changing("rise_above") as (engine, change):
            change.new = {"no_id_up_to": id}
            engine.rise_above(id, now_ms)

    def doubt_queued(self, now_ms: int) -> None:
        """Take what is queued and due for unknown: it may have been sent by a gateway on a later copy of this store."""
        with self._changing("doubt_queued") as (engine, change):
            change.new = {"queued_is_unknown_ms": now_ms}
            engine.doubt_queued(now_ms)

    def audit(self) -> list[str]:
        """What does not agree in the whole store, a sentence each; empty when all is well. Reads every row."""
        with self._reading() as engine:
            found = engine.audit()
            faults: list[FaultError | None] = []
            with contextlib.suppress(apsw.CorruptError, StoreLostError):  # the audit has told of the damage
                faults.append(engine.mark_fault())
                faults.append(key_fault(self._data))
        return [*(str(fault) for fault in faults if fault is not None), *found]
