"""The operator's side of the store, in the caller's process, while a gateway runs or not.

`Admin` has the verbs as plain calls, `SqliteAdminStore` is the `AdminStore` over it.
"""

import asyncio
import contextlib
import functools
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import apsw
from msgspec.structs import asdict

from samlink.core.account import Account
from samlink.store.contract import ClockDoubt, LedgerEntry, MessageView, StoreLostError
from samlink.store.contract.admin import Changes
from samlink.store.contract.problems import account_unknown
from samlink.store.contract.values import LAST, TrailEntry
from samlink.store.credentials import key_fault
from samlink.store.faults import FaultError
from samlink.store.sqlite.engine.engine import Engine
from samlink.store.sqlite.policy_admin import PolicyAdmin
from samlink.store.sqlite.transactions import number_of
from samlink.store.wall_clock import wall_clock_ms
from samlink.vocabulary.problem import Problem


def _settings(account_id: str, changes: Changes) -> Callable[[Engine, Account], Account]:
    """What changes settings of the account in a transaction."""
    return lambda engine, before: engine.accounts.set_account(
        account_id, changes(before) if callable(changes) else changes
    )


class Admin(PolicyAdmin):
    """Each method is one transaction of its own; all raise StoreError with a plain sentence.

    Use it as a context manager. A gateway that runs on the same directory notices what was changed here within 0.2 s.
    """

    def __enter__(self) -> "Admin":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database."""
        self._engine.close()

    # -- accounts
    def add_account(self, account: Account, password_hash: str) -> Account:
        """Add an account, its number given here; a balance becomes its first top-up."""
        with self._changing("add_account") as (engine, change):
            added = engine.accounts.add_account(account, password_hash, self._clock())
            change.of(added.no, {}, asdict(added))
            return added

    def set_account(self, account_id: str, changes: Changes) -> Account:
        """Change the settings named in `changes`, by the names of Account's fields; the balance is not one.

        A function gets the account as it is at that moment, and says what is to change of it: so two who change a part
        of the same setting do not undo each other.
        """
        return self._change_account("set_account", account_id, _settings(account_id, changes))

    def change_password(
        self, account_id: str, password_hash: str, *, old_for_ms: int | None = None, changes: Changes | None = None
    ) -> Account:
        """Give the account another password, and change settings; see `AdminStore`."""
        old_until_ms = None if old_for_ms is None else self._clock() + old_for_ms
        set_account = _settings(account_id, changes or {})

        def change(engine: Engine, before: Account) -> Account:
            set_account(engine, before)
            return engine.accounts.change_password(account_id, password_hash, old_until_ms)

        return self._change_account("change_password", account_id, change)

    def end_old_password(self, account_id: str) -> Account:
        """End the password before the last change, and its sessions, ahead of time."""
        return self._change_account(
            "end_old_password", account_id, lambda engine, _: engine.accounts.end_old_password(account_id)
        )

    def _change_account(self, verb: str, account_id: str, do: Callable[[Engine, Account], Account]) -> Account:
        with self._changing(verb) as (engine, change):
            before = engine.accounts.open_account(account_id)
            account = do(engine, before)
            change.of(account.no, asdict(before), asdict(account))
            return account

    def close_account(self, account_id: str) -> None:
        """Close an account: its ID is free again, its number, messages and ledger stay."""
        with self._changing("close_account") as (engine, change):
            change.of(engine.accounts.open_account(account_id).no, {"closed": False}, {"closed": True})
            engine.accounts.close_account(account_id, self._clock())

    def account(self, account_id: str) -> Account:
        """The open account of that ID."""
        with self._reading() as engine:
            found = engine.accounts.account(account_id)
        if found is None:
            raise account_unknown(account_id)
        return found[0]

    def accounts(self) -> list[Account]:
        """Every account, closed ones too."""
        with self._reading() as engine:
            return engine.accounts.accounts()

    # -- money
    def top_up(self, account_id: str, amount: int, note: str) -> int:
        """Add `amount` (1/100 won; negative to correct) to the balance; the new balance."""
        with self._changing("top_up") as (engine, change):
            account = engine.accounts.open_account(account_id)
            balance = engine.money.top_up(account.no, amount, note, self._clock())
            change.of(account.no, {"balance": account.balance}, {"balance": balance, "note": note})
            return balance

    def ledger(self, account: str | int, *, before: int = LAST, limit: int = 50) -> list[LedgerEntry]:
        """The entries of an account (an open one's ID, or a number) numbered below `before`, newest first."""
        with self._reading() as engine:
            return engine.money.ledger(number_of(engine, account), before, limit)

    # -- who changed what
    def trail(self, account: str | int | None = None, *, before: int = LAST, limit: int = 50) -> list[TrailEntry]:
        """The entries numbered below `before`, newest first; one account's (an open one's ID, or a number), or all."""
        with self._reading() as engine:
            return engine.trail.lines(None if account is None else number_of(engine, account), before, limit)

    # -- messages
    def counts(self) -> dict[str, int]:
        """How many messages are in each state."""
        with self._reading() as engine:
            return engine.search.counts()

    def find(
        self, account: str | int, *, receiver: str = "", message_id: str = "", limit: int = 50
    ) -> list[MessageView]:
        """The messages of an account (an open one's ID, or a number), newest first."""
        with self._reading() as engine:
            return engine.search.find(number_of(engine, account), receiver, message_id, limit)

    def clock_doubt(self) -> ClockDoubt | None:
        """The doubt of the machine's clock that goes on, if any."""
        with self._reading() as engine:
            return engine.clock.clock_doubt()

    def confirm_clock(self) -> None:
        """Confirm that the machine's clock is right."""
        now_ms = self._clock()
        with self._changing("confirm_clock") as (engine, change):
            change.new = {"clock_ms": now_ms}
            engine.clock.confirm_clock(now_ms)

    def rise_above(self, id: int) -> None:
        """Give no id up to `id` out again: a carrier has had messages under them that are not in this store."""
        with self._changing("rise_above") as (engine, change):
            change.new = {"no_id_up_to": id}
            engine.epochs.rise_above(id, self._clock())

    def doubt_queued(self) -> None:
        """Take what is queued and due for unknown: it may have been sent by a gateway on a later copy of this store."""
        now_ms = self._clock()
        with self._changing("doubt_queued") as (engine, change):
            change.new = {"queued_is_unknown_ms": now_ms}
            engine.epochs.doubt_queued(now_ms)

    def audit(self) -> list[Problem]:
        """What does not agree in the whole store, a sentence each; empty when all is well. Reads every row."""
        with self._reading() as engine:
            found = engine.audit.audit()
            faults: list[FaultError | None] = []
            with contextlib.suppress(apsw.CorruptError, StoreLostError):  # the audit has told of the damage
                faults.append(engine.epochs.mark_fault())
                faults.append(key_fault(self._data))
        return [*(fault for fault in faults if fault is not None), *found]


P = ParamSpec("P")
R = TypeVar("R")


def _in_thread(
    verb: Callable[Concatenate[Admin, P], R],
) -> Callable[Concatenate["SqliteAdminStore", P], Coroutine[Any, Any, R]]:
    """The same verb, done by the store's own thread while the event loop goes on."""

    async def do(self: "SqliteAdminStore", /, *args: P.args, **kwargs: P.kwargs) -> R:
        call = functools.partial(verb, self.admin, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self.thread, call)

    return do


class SqliteAdminStore:
    """`AdminStore` on one data directory; one verb at a time. See the Protocol for what each promises."""

    def __init__(self, data: Path, *, tool: str = "python", clock: Callable[[], int] = wall_clock_ms) -> None:
        """Open the database in `data`; see `Admin`. Raises StoreError."""
        self.admin = Admin(data, tool=tool, clock=clock)
        self.thread = ThreadPoolExecutor(1, "store-admin")

    async def __aenter__(self) -> "SqliteAdminStore":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    add_account = _in_thread(Admin.add_account)
    set_account = _in_thread(Admin.set_account)
    change_password = _in_thread(Admin.change_password)
    end_old_password = _in_thread(Admin.end_old_password)
    close_account = _in_thread(Admin.close_account)
    account = _in_thread(Admin.account)
    accounts = _in_thread(Admin.accounts)
    top_up = _in_thread(Admin.top_up)
    ledger = _in_thread(Admin.ledger)
    senders = _in_thread(Admin.senders)
    add_senders = _in_thread(Admin.add_senders)
    remove_senders = _in_thread(Admin.remove_senders)
    filters = _in_thread(Admin.filters)
    add_filter = _in_thread(Admin.add_filter)
    remove_filter = _in_thread(Admin.remove_filter)
    profiles = _in_thread(Admin.profiles)
    put_profile = _in_thread(Admin.put_profile)
    remove_profile = _in_thread(Admin.remove_profile)
    templates = _in_thread(Admin.templates)
    put_template = _in_thread(Admin.put_template)
    remove_template = _in_thread(Admin.remove_template)
    add_opt_outs = _in_thread(Admin.add_opt_outs)
    remove_opt_outs = _in_thread(Admin.remove_opt_outs)
    opt_outs = _in_thread(Admin.opt_outs)
    opted_out = _in_thread(Admin.opted_out)
    counts = _in_thread(Admin.counts)
    find = _in_thread(Admin.find)
    trail = _in_thread(Admin.trail)
    audit = _in_thread(Admin.audit)
    clock_doubt = _in_thread(Admin.clock_doubt)
    confirm_clock = _in_thread(Admin.confirm_clock)
    rise_above = _in_thread(Admin.rise_above)
    doubt_queued = _in_thread(Admin.doubt_queued)

    async def close(self) -> None:
        """Close the database when the verb that runs has ended."""
        await asyncio.get_running_loop().run_in_executor(self.thread, self.admin.close)
        self.thread.shutdown()
