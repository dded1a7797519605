"""The promises of `samlink.store.contract.admin.AdminStore`, for any engine to be tried by.

Subclass `AdminConformance` in a test module of your own and give it a fixture `admin`, an empty AdminStore whose clock
is `samlink.testing.conformance.sample.CLOCK`. Needs pytest and pytest-asyncio in `asyncio_mode = "auto"`.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from samlink.core.account import Account, FeeType
from samlink.core.kakao import Profile, Template
from samlink.store.contract import AdminStore, StoreError
from samlink.testing.conformance.sample import CLOCK, NOW, PRICE, account

SENDER, OTHER_SENDER = "0212345678", "15881234"
RECEIVER, OTHER_RECEIVER = "01098765432", "01012345678"
KEY = "a" * 40
SECRET = "$argon2id$the-hash"

Verb = Callable[[AdminStore], Awaitable[Any]]

FAILING: dict[str, Verb] = {
    "an account that is there": lambda admin: admin.add_account(account("demo"), SECRET),
    "a setting out of range": lambda admin: admin.set_account("demo", {"batch_limit": 0}),
    "a balance below zero": lambda admin: admin.top_up("demo", -1_001 * PRICE, ""),
    "an account that is not there": lambda admin: admin.close_account("nobody"),
    "a sender that is not registered": lambda admin: admin.remove_senders("demo", [SENDER, OTHER_SENDER]),
    "a filter that is not there": lambda admin: admin.remove_filter("demo", 5),
    "a profile that is not there": lambda admin: admin.remove_profile("demo", KEY),
    "a template without its profile": lambda admin: admin.put_template("demo", Template(KEY, "T", "x", "", False)),
    "an opt-out that is not one": lambda admin: admin.add_opt_outs("demo", [OTHER_RECEIVER, "10-123"]),
    "an opt-out that is not there": lambda admin: admin.remove_opt_outs("demo", [RECEIVER, OTHER_RECEIVER]),
}
"""Each fails in a store with the account `demo`, the sender SENDER and the opt-out RECEIVER."""


class AdminConformance:
    """Accounts, money, lists and their trail."""

    @pytest.fixture
    async def shop(self, admin: AdminStore) -> Account:
        """An account `demo` with a sender and an opt-out."""
        CLOCK.ms = NOW
        made = await admin.add_account(account(), SECRET)
        await admin.add_senders("demo", [SENDER])
        await admin.add_opt_outs("demo", [RECEIVER])
        return made

    # -- accounts and money
    async def test_an_account_is_added_changed_and_closed(self, admin: AdminStore, shop: Account) -> None:
        changed = await admin.set_account("demo", {"sms_cost": 7, "allow": ("10.0.0.0/8",)})
        assert (changed.no, changed.sms_cost, changed.allow) == (shop.no, 7, ("10.0.0.0/8",))
        assert await admin.account("demo") == changed
        await admin.close_account("demo")
        with pytest.raises(StoreError, match="there is no account demo"):
            await admin.account("demo")
        again = await admin.add_account(account(balance=0), SECRET)
        assert [(known.no, known.closed) for known in await admin.accounts()] == [(shop.no, True), (again.no, False)]
        assert await admin.audit() == []

    async def test_a_change_is_worked_out_from_what_the_transaction_finds(
        self, admin: AdminStore, shop: Account
    ) -> None:
        await admin.set_account("demo", {"rules": {"user code": "on"}})
        changed = await admin.set_account("demo", lambda now: {"rules": now.rules | {"duplicate": "on"}})
        assert changed.rules == {"user code": "on", "duplicate": "on"}

    async def test_a_password_overlaps_with_the_next_for_a_while(self, admin: AdminStore, shop: Account) -> None:
        changed = await admin.change_password("demo", "next", old_for_ms=10)
        assert (changed.password_no, changed.old_password_until_ms) == (2, NOW + 10)
        with pytest.raises(StoreError):
            await admin.set_account("demo", {"batch_limit": 0}, end_old_password=True)
        assert (await admin.account("demo")).old_password_until_ms == NOW + 10
        ended = await admin.set_account("demo", {"batch_limit": 7}, end_old_password=True)
        assert (ended.password_no, ended.old_password_until_ms, ended.batch_limit) == (2, None, 7)
        assert (await admin.change_password("demo", "last")).old_password_until_ms is None

    async def test_a_balance_is_the_sum_of_its_ledger(self, admin: AdminStore, shop: Account) -> None:
        assert await admin.top_up("demo", 500, "cash") == 1_000 * PRICE + 500
        assert await admin.top_up("demo", -300, "a correction") == 1_000 * PRICE + 200
        entries = await admin.ledger("demo")
        assert [(entry.amount, entry.note) for entry in entries[:2]] == [(-300, "a correction"), (500, "cash")]
        assert sum(entry.amount for entry in entries) == (await admin.account("demo")).balance
        assert [entry.no for entry in await admin.ledger(shop.no, before=entries[0].no, limit=1)] == [entries[1].no]
        later = await admin.add_account(account("later", fee_type=FeeType.POSTPAID, balance=0), SECRET)
        assert await admin.top_up(later.id, -5, "") == -5
        assert await admin.audit() == []

    # -- lists
    async def test_senders_come_and_go(self, admin: AdminStore, shop: Account) -> None:
        assert await admin.add_senders("demo", [SENDER, OTHER_SENDER, OTHER_SENDER]) == 1
        assert sorted(await admin.senders("demo")) == sorted([SENDER, OTHER_SENDER])
        await admin.remove_senders("demo", [SENDER, OTHER_SENDER])
        assert await admin.senders("demo") == []

    async def test_filters_come_and_go(self, admin: AdminStore, shop: Account) -> None:
        assert await admin.add_filter("demo", "words", "casino")
        assert not await admin.add_filter("demo", "words", "casino")
        (found,) = await admin.filters("demo")
        assert (found.kind, found.value) == ("words", "casino")
        await admin.remove_filter("demo", found.no)
        assert await admin.filters("demo") == []

    async def test_profiles_take_their_templates_with_them(self, admin: AdminStore, shop: Account) -> None:
        profile, template = Profile(KEY, "@shop", False), Template(KEY, "T1", "#{name}", "", False)
        await admin.put_profile("demo", profile)
        await admin.put_template("demo", template)
        assert (await admin.profiles("demo"), await admin.templates("demo")) == ([profile], [template])
        await admin.put_template("demo", Template(KEY, "T1", "new", "", True))
        assert [known.text for known in await admin.templates("demo")] == ["new"]
        await admin.remove_template("demo", KEY, "T1")
        await admin.put_template("demo", template)
        await admin.remove_profile("demo", KEY)
        assert (await admin.profiles("demo"), await admin.templates("demo")) == ([], [])

    async def test_opt_outs_are_an_accounts_or_everyones(self, admin: AdminStore, shop: Account) -> None:
        assert await admin.add_opt_outs(None, [RECEIVER, OTHER_RECEIVER]) == 2
        assert await admin.opt_outs("demo") == [RECEIVER]
        first = await admin.opt_outs(None, limit=1)
        assert first + await admin.opt_outs(None, after=first[0]) == sorted([RECEIVER, OTHER_RECEIVER])
        await admin.remove_opt_outs(None, [RECEIVER, OTHER_RECEIVER])
        assert [await admin.opted_out(None, RECEIVER), await admin.opted_out("demo", RECEIVER)] == [False, True]

    # -- what holds for all
    @pytest.mark.parametrize("what", list(FAILING))
    async def test_what_fails_changes_nothing_and_leaves_no_entry(
        self, admin: AdminStore, shop: Account, what: str
    ) -> None:
        before = (await admin.trail(), await admin.accounts(), await admin.ledger("demo"))
        with pytest.raises(StoreError):
            await FAILING[what](admin)
        assert (await admin.trail(), await admin.accounts(), await admin.ledger("demo")) == before
        assert await admin.senders("demo") == [SENDER], "several are all or nothing"
        assert await admin.opt_outs("demo") == [RECEIVER]

    async def test_a_change_is_in_the_trail_without_secrets_or_numbers_of_people(
        self, admin: AdminStore, shop: Account
    ) -> None:
        await admin.change_password("demo", SECRET + "2")
        await admin.remove_opt_outs("demo", [RECEIVER])
        entries = await admin.trail("demo")
        assert [entry.verb for entry in entries[:2]] == ["remove_opt_outs", "change_password"]
        assert all(entry.at_ms == NOW for entry in entries)
        for secret in (RECEIVER, RECEIVER[1:], SECRET):
            assert secret not in repr(entries)

    async def test_a_store_without_messages_counts_none(self, admin: AdminStore, shop: Account) -> None:
        assert set((await admin.counts()).values()) == {0}
        assert await admin.find("demo") == []
        assert await admin.clock_doubt() is None
