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
from samlink.store.contract.admin import AdminStore, Changes
from samlink.store.contract.values import LAST, TrailEntry
from samlink.store.credentials import key_fault
from samlink.store.faults import FaultError
from samlink.store.sqlite.engine.admin.trail import Change
from samlink.store.sqlite.engine.engine import Engine
from samlink.store.sqlite.policy_admin import PolicyAdmin
from samlink.store.sqlite.transactions import number_of
from samlink.store.wall_clock import wall_clock_ms
from samlink.vocabulary.problem import Problem


class Admin(PolicyAdmin):
    """The verbs of `AdminStore` as plain calls, and what each promises stands there: one transaction each.

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
        with self._changing("add_account") as (engine, change):
            added = engine.accounts.add_account(account, password_hash, self._clock())
            change.of(added.no, {}, asdict(added))
            return added

    def set_account(self, account_id: str, changes: Changes, *, end_old_password: bool = False) -> Account:
        with self._changing("set_account") as (engine, change):
            before = _set(engine, account_id, changes)
            if end_old_password:
                engine.accounts.end_old_password(account_id)
            return _entered(engine, change, before)

    def change_password(
        self, account_id: str, password_hash: str, *, old_for_ms: int | None = None, changes: Changes | None = None
    ) -> Account:
        old_until_ms = None if old_for_ms is None else self._clock() + old_for_ms
        with self._changing("change_password") as (engine, change):
            before = _set(engine, account_id, changes or {})
            engine.accounts.change_password(account_id, password_hash, old_until_ms)
            return _entered(engine, change, before)

    def close_account(self, account_id: str) -> None:
        with self._changing("close_account") as (engine, change):
            change.of(engine.accounts.open_account(account_id).no, {"closed": False}, {"closed": True})
            engine.accounts.close_account(account_id, self._clock())

    def account(self, account_id: str) -> Account:
        with self._reading() as engine:
            return engine.accounts.open_account(account_id)

    def accounts(self) -> list[Account]:
        with self._reading() as engine:
            return engine.accounts.accounts()

    # -- money
    def top_up(self, account_id: str, amount: int, note: str) -> int:
        with self._changing("top_up") as (engine, change):
            account = engine.accounts.open_account(account_id)
            balance = engine.money.top_up(account.no, amount, note, self._clock())
            change.of(account.no, {"balance": account.balance}, {"balance": balance, "note": note})
            return balance

    def ledger(self, account: str | int, *, before: int = LAST, limit: int = 50) -> list[LedgerEntry]:
        with self._reading() as engine:
            return engine.money.ledger(number_of(engine, account), before, limit)

    # -- who changed what
    def trail(self, account: str | int | None = None, *, before: int = LAST, limit: int = 50) -> list[TrailEntry]:
        with self._reading() as engine:
            return engine.trail.lines(None if account is None else number_of(engine, account), before, limit)

    # -- messages
    def counts(self) -> dict[str, int]:
        with self._reading() as engine:
            return engine.search.counts()

    def find(
        self, account: str | int, *, receiver: str = "", message_id: str = "", limit: int = 50
    ) -> list[MessageView]:
        with self._reading() as engine:
            return engine.search.find(number_of(engine, account), receiver, message_id, limit)

    def clock_doubt(self) -> ClockDoubt | None:
        with self._reading() as engine:
            return engine.clock.clock_doubt()

    def confirm_clock(self) -> None:
        now_ms = self._clock()
        with self._changing("confirm_clock") as (engine, change):
            change.new = {"clock_ms": now_ms}
            engine.clock.confirm_clock(now_ms)

    def rise_above(self, id: int) -> None:
        with self._changing("rise_above") as (engine, change):
            change.new = {"no_id_up_to": id}
            engine.epochs.rise_above(id, self._clock())

    def doubt_queued(self) -> None:
        now_ms = self._clock()
        with self._changing("doubt_queued") as (engine, change):
            change.new = {"queued_is_unknown_ms": now_ms}
            engine.epochs.doubt_queued(now_ms)

    def audit(self) -> list[Problem]:
        with self._reading() as engine:
            found = engine.audit.audit()
            faults: list[FaultError | None] = []
            with contextlib.suppress(apsw.CorruptError, StoreLostError):  # the audit has told of the damage
                faults.append(engine.epochs.mark_fault())
                faults.append(key_fault(self._data))
        return [*(fault for fault in faults if fault is not None), *found]


def _set(engine: Engine, account_id: str, changes: Changes) -> Account:
    """Change settings; the account as it was before."""
    before = engine.accounts.open_account(account_id)
    engine.accounts.set_account(account_id, changes(before) if callable(changes) else changes)
    return before


def _entered(engine: Engine, change: Change, before: Account) -> Account:
    """The account as it is now, what differs from `before` entered in the trail."""
    account = engine.accounts.open_account(before.id)
    change.of(account.no, asdict(before), asdict(account))
    return account


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


class SqliteAdminStore(AdminStore):
    """`AdminStore` on one data directory; one verb at a time."""

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
