"""The operator's verbs on a store: accounts, money, lists, search, trail.

Each verb is one transaction: it happens whole, together with its entry in the trail, or not at all. `account` is the ID
of an open account; where a number is taken too, it also names a closed one. Each raises StoreError, with the code
`store.account_unknown` if there is no such account. A gateway on the same store learns of a change by `Store.changes`.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from samlink.core.account import Account
from samlink.core.kakao import Profile, Template
from samlink.store.contract.values import (
    LAST,
    ClockDoubt,
    FilterRow,
    LedgerEntry,
    MessageView,
    TrailEntry,
)
from samlink.vocabulary.problem import Problem

Changes = Mapping[str, Any] | Callable[[Account], Mapping[str, Any]]
"""New values by the names of Account's fields, or a function that is told the account as the transaction found it: two
who change parts of one setting at once do not undo each other."""


class AdminStore(Protocol):
    """What `samlink account`, `sender`, `optout` … and an administration's API do to a store."""

    # -- accounts
    async def add_account(self, account: Account, password_hash: str) -> Account:
        """Add an account; its `no` is given by the store, and its balance becomes the first top-up.

        Raises StoreError: `store.account_exists`, `store.setting_out_of_range`.
        """

    async def set_account(self, account_id: str, changes: Changes, *, end_old_password: bool = False) -> Account:
        """Change settings of an account; the balance is not one. What `changes` raises leaves all as it was.

        With `end_old_password`, the password before the last change ends too, and its sessions, ahead of time.
        """

    async def change_password(
        self, account_id: str, password_hash: str, *, old_for_ms: int | None = None, changes: Changes | None = None
    ) -> Account:
        """Give the account another password, and with it change settings as `set_account` does.

        The password before stays good for `old_for_ms`; None: its sessions end.
        """

    async def close_account(self, account_id: str) -> None:
        """Close an account: nobody logs in any more, its ID is free again; its number, messages and ledger stay."""

    async def account(self, account_id: str) -> Account:
        """The open account of that ID."""

    async def accounts(self) -> list[Account]:
        """Every account, closed ones too."""

    # -- money
    async def top_up(self, account_id: str, amount: int, note: str) -> int:
        """Add `amount` (1/100 won; negative corrects an earlier one) to the balance; the new balance.

        Raises StoreError `store.balance_below_zero` for a prepaid account.
        """

    async def ledger(self, account: str | int, *, before: int = LAST, limit: int = 50) -> list[LedgerEntry]:
        """The account's entries numbered below `before`, newest first."""

    # -- senders
    async def senders(self, account_id: str) -> list[str]:
        """The account's registered sender numbers."""

    async def add_senders(self, account_id: str, numbers: Iterable[str]) -> int:
        """Register sender numbers, all or none; how many are new."""

    async def remove_senders(self, account_id: str, numbers: Iterable[str]) -> None:
        """Take sender numbers off the register, all or none. Raises StoreError `store.sender_unknown`."""

    # -- filters
    async def filters(self, account_id: str) -> list[FilterRow]:
        """The account's filters, in the order they were made."""

    async def add_filter(self, account_id: str, kind: str, value: str) -> bool:
        """Add a filter of `sender`, `receiver` or `words`; whether it is new."""

    async def remove_filter(self, account_id: str, no: int) -> None:
        """Remove a filter by its number. Raises StoreError `store.filter_unknown`."""

    # -- Kakao
    async def profiles(self, account_id: str) -> list[Profile]:
        """The Kakao channels that the account may send from."""

    async def put_profile(self, account_id: str, profile: Profile) -> None:
        """Add a profile, or change the one of its sender key."""

    async def remove_profile(self, account_id: str, sender_key: str) -> None:
        """Remove a profile with its templates. Raises StoreError `store.profile_unknown`."""

    async def templates(self, account_id: str) -> list[Template]:
        """The approved templates of all the account's profiles."""

    async def put_template(self, account_id: str, template: Template) -> None:
        """Add a template, or change the one of its code. Raises StoreError `store.profile_unknown`."""

    async def remove_template(self, account_id: str, sender_key: str, code: str) -> None:
        """Remove a template. Raises StoreError `store.template_unknown`."""

    # -- opt-outs; None is everyone's list
    async def add_opt_outs(self, account_id: str | None, numbers: Iterable[str]) -> int:
        """Add receivers that opted out, all or none; how many are new. A million take a second or two.

        Raises StoreError `store.opt_out_malformed` for the first number that is not one.
        """

    async def remove_opt_outs(self, account_id: str | None, numbers: Iterable[str]) -> None:
        """Allow messages to these numbers again, all or none. Raises StoreError `store.opt_out_unknown`."""

    async def opt_outs(self, account_id: str | None, *, after: str = "", limit: int = 50) -> list[str]:
        """Numbers that have opted out, in order, beginning behind `after`."""

    async def opted_out(self, account_id: str | None, number: str) -> bool:
        """Whether the number is in this list; everyone's list is one of its own."""

    # -- search
    async def counts(self) -> dict[str, int]:
        """How many messages are in each state, by its name; `reported` counts all that ever were."""

    async def find(
        self, account: str | int, *, receiver: str = "", message_id: str = "", limit: int = 50
    ) -> list[MessageView]:
        """The account's messages, newest first."""

    async def trail(self, account: str | int | None = None, *, before: int = LAST, limit: int = 50) -> list[TrailEntry]:
        """The administrative changes numbered below `before`, newest first; one account's, or all."""

    async def audit(self) -> list[Problem]:
        """What does not agree in the whole store; empty when all is well. Reads every row."""

    # -- the clock, and copies that were put back
    async def clock_doubt(self) -> ClockDoubt | None:
        """The doubt of the machine's clock; None if it is believed."""

    async def confirm_clock(self) -> None:
        """Confirm that the machine's clock is right."""

    async def rise_above(self, id: int) -> None:
        """Give no message id up to `id` out again: a carrier knows messages under them that are not in this store."""

    async def doubt_queued(self) -> None:
        """Take what is queued and due for unknown: a gateway on a later copy of this store may have sent it."""

    async def close(self) -> None:
        """Close the store; again, it does nothing."""
