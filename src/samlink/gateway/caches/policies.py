"""What the admission rules judge by, account by account, kept as the store has it.

Lists are read at the start, again when another process has changed them, and at each login of their account (with the
opt-outs of everyone), so that what an operator registered before a customer logs in holds for the first message. While
the store cannot be read, the lists that were read last hold: none is ever taken to be empty.
"""

from dataclasses import replace
from typing import Final

import msgspec

from samlink.core.account import Account
from samlink.core.policy import EMPTY_POLICY, Filter, NumberSet, Policy
from samlink.core.rules import Context, Mode
from samlink.gateway.caches.accounts import Accounts
from samlink.gateway.caches.refresher import Refresher
from samlink.gateway.watch.events import UnknownRuleModes
from samlink.store.contract import EVERYONE, PolicyRows, PolicyVersion, Store
from samlink.watch.events import Events

_MODES: Final = frozenset(mode.value for mode in Mode)
_NEVER: Final = PolicyVersion(EVERYONE, -1, -1)


class Policies:
    """The policies of all accounts, and the contexts that rules are asked with."""

    def __init__(self, store: Store, accounts: Accounts, *, retry_seconds: float, events: Events) -> None:
        self._store = store
        self._events = events
        self._accounts = accounts
        self._refresher = Refresher("policies", self._read_changed, retry_seconds=retry_seconds, events=events)
        self._policies: dict[int, Policy] = {}
        self._versions: dict[int, PolicyVersion] = {}
        self._opted_out_everywhere = NumberSet()
        self._contexts: dict[int, tuple[Account, Context]] = {}

    async def start(self) -> None:
        """Read them, and again whenever accounts or policies have changed. Raises StoreError."""
        await self._read_changed()
        self._accounts.on_change(self._refresher.changed)

    async def stop(self) -> None:
        """Hear of no more changes."""
        await self._refresher.stop()

    def context(self, account: Account, now_ms: int) -> Context:
        """What to judge the account's messages by, at `now_ms` (UTC epoch ms)."""
        known = self._contexts.get(account.no)
        if known is None or known[0] is not account:
            policy = self._policies.get(account.no, EMPTY_POLICY)
            lists = replace(policy, opted_out_everywhere=self._opted_out_everywhere)
            known = (account, Context(self._with_known_modes(account), lists, now_ms))
            self._contexts[account.no] = known
        return known[1].at(now_ms)

    async def refresh(self, account: int) -> None:
        """Read one account's lists again, and everyone's opt-outs. Raises StoreError."""
        for number in (account, EVERYONE):
            await self._read(number, with_opt_outs=False)

    # -- inside

    def _learn(self, rows: PolicyRows) -> None:
        number = rows.version.account
        known = self._versions.get(number, _NEVER)
        if rows.version.lists < known.lists or rows.version.opt_outs < known.opt_outs:
            return  # a reading that began later has ended sooner
        opted_out = self._opted_out(number) if rows.opted_out is None else NumberSet.from_packed(rows.opted_out)
        if number == EVERYONE:
            self._opted_out_everywhere = opted_out
            self._contexts.clear()
        else:
            self._policies[number] = _policy(rows, opted_out)
            self._contexts.pop(number, None)
        self._versions[number] = rows.version

    def _with_known_modes(self, account: Account) -> Account:
        """The account without modes that do not exist: those rules have their defaults, and are never silently off."""
        rules = {name: mode for name, mode in account.rules.items() if mode in _MODES}
        if len(rules) == len(account.rules):
            return account
        unknown = sorted(account.rules.keys() - rules.keys())
        self._events.tell(UnknownRuleModes(account.id, tuple(unknown)))
        return msgspec.structs.replace(account, rules=rules)

    def _opted_out(self, number: int) -> NumberSet:
        if number == EVERYONE:
            return self._opted_out_everywhere
        return self._policies.get(number, EMPTY_POLICY).opted_out

    async def _read_changed(self) -> None:
        for version in await self._store.policy_versions():
            known = self._versions.get(version.account, _NEVER)
            if version != known:
                await self._read(version.account, with_opt_outs=version.opt_outs != known.opt_outs)

    async def _read(self, number: int, *, with_opt_outs: bool) -> None:
        """Read the lists of one account (or everyone's), the opt-outs too when they are not those that are known."""
        known = self._versions.get(number, _NEVER)
        rows = await self._store.policy(number, with_opt_outs=with_opt_outs)
        if rows.opted_out is None and rows.version.opt_outs != known.opt_outs:
            rows = await self._store.policy(number, with_opt_outs=True)
        if rows.version != known:
            self._learn(rows)


def _policy(rows: PolicyRows, opted_out: NumberSet) -> Policy:
    return Policy(
        senders=frozenset(rows.senders),
        opted_out=opted_out,
        filters=tuple(msgspec.convert({"kind": row.kind, "value": row.value}, Filter) for row in rows.filters),
        profiles={profile.sender_key: profile for profile in rows.profiles},
        templates={(template.sender_key, template.code): template for template in rows.templates},
    )
