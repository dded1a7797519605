"""Accounts and their money: what is refused changes nothing, and each refusal has a code."""

from typing import Any

import pytest

from samlink.core.account import FeeType
from samlink.core.input import InputError
from samlink.operations import accounts, money
from samlink.operations.problems import OperationError
from samlink.store.contract import AdminStore
from samlink.store.credentials import Credentials


async def test_an_account_gets_a_generated_password_or_the_chosen_one(
    store: AdminStore, credentials: Credentials
) -> None:
    generated = await accounts.add(store, credentials, "alerts", {"kinds": ("sms",)})
    assert len(generated.password or "") == 20
    assert generated.account.kinds == ("sms",)
    chosen = await accounts.add(store, credentials, "agency", {}, chosen="Chosen-Long-1")
    assert chosen.password is None
    assert [account.id for account in await accounts.listed(store)] == ["shop", "alerts", "agency"]


@pytest.mark.parametrize(
    ("account_id", "settings", "code"),
    [
        ("a b", {}, "account.bad_id"),
        ("x" * 21, {}, "account.bad_id"),
        ("new", {"batch_limit": 0}, "number.out_of_range"),
        ("new", {"max_msg_size": 3_001}, "number.out_of_range"),
        ("new", {"sms_cost": 1_000_01}, "cost.too_long"),
        ("new", {"month_limit": -1}, "limit.unreadable"),
        ("new", {"allow": ("203.0.113.7/24",)}, "allow.host_bits"),
        ("new", {"redirect": "nowhere"}, "redirect.bad"),
        ("new", {"kinds": ("fax",)}, "choice.unknown"),
        ("new", {"fee_type": 3}, "choice.unknown"),
        ("new", {"charset": "latin1"}, "choice.unknown"),
        ("new", {"default_sender": "05012345678"}, "phone.not_sender"),
        ("new", {"rules": {"duplicate": "maybe"}}, "choice.unknown"),
        ("new", {"refund": {"999": True}}, "charge.unknown"),
    ],
)
async def test_a_setting_that_cannot_be_adds_no_account(
    store: AdminStore, credentials: Credentials, account_id: str, settings: dict[str, Any], code: str
) -> None:
    with pytest.raises(InputError) as caught:
        await accounts.add(store, credentials, account_id, settings)
    assert caught.value.code == code
    assert [account.id for account in await accounts.listed(store, closed=True)] == ["shop"]


async def test_an_id_is_given_to_one_open_account(store: AdminStore, credentials: Credentials) -> None:
    with pytest.raises(OperationError) as caught:
        await accounts.add(store, credentials, "shop", {})
    assert caught.value.code == "account.exists"
    await accounts.close(store, "shop")
    again = await accounts.add(store, credentials, "shop", {})
    assert (again.account.no, again.account.balance) == (2, 0)


async def test_rules_and_charges_are_merged_into_what_the_account_has(
    store: AdminStore, credentials: Credentials
) -> None:
    await accounts.change(store, credentials, "shop", {"rules": {"duplicate": "on", "user code": "warn"}})
    changed = await accounts.change(store, credentials, "shop", {"rules": {"user code": None}, "refund": {"8": True}})
    assert changed.account.rules == {"duplicate": "on"}
    assert changed.account.refund == {"8": True}


async def test_a_change_that_cannot_be_leaves_every_setting(store: AdminStore, credentials: Credentials) -> None:
    before = await accounts.named(store, "shop")
    with pytest.raises(InputError):
        await accounts.change(store, credentials, "shop", {"sms_cost": 9_00, "second_limit": -5})
    assert await accounts.named(store, "shop") == before


async def test_a_password_is_not_changed_with_settings_that_cannot_be(
    store: AdminStore, credentials: Credentials
) -> None:
    before = await accounts.named(store, "shop")
    with pytest.raises(InputError):
        await accounts.change(store, credentials, "shop", {"second_limit": -5}, password=accounts.Password())
    assert await accounts.named(store, "shop") == before
    done = await accounts.change(store, credentials, "shop", {"second_limit": 5}, password=accounts.Password())
    assert (done.account.second_limit, done.account.password_no) == (5, before.password_no + 1)


async def test_a_debt_cannot_become_prepaid(store: AdminStore, credentials: Credentials) -> None:
    await accounts.change(store, credentials, "shop", {"fee_type": FeeType.POSTPAID})
    assert await money.top_up(store, "shop", -1_500_00, "a correction") == -500_00
    with pytest.raises(OperationError) as caught:
        await accounts.change(store, credentials, "shop", {"fee_type": FeeType.PREPAID})
    assert caught.value.code == "account.owes"
    assert str(caught.value) == "account shop has a balance of -500 won: top it up before it becomes prepaid"


async def test_a_prepaid_balance_does_not_go_below_zero(store: AdminStore) -> None:
    assert await money.top_up(store, "shop", -1_000_00) == 0
    with pytest.raises(OperationError) as caught:
        await money.top_up(store, "shop", -1)
    assert caught.value.code == "topup.below_zero"
    with pytest.raises(InputError):
        await money.top_up(store, "shop", 0)
    assert [entry.amount for entry in await money.ledger(store, accounts.Which("shop"))] == [-1_000_00, 1_000_00]


async def test_a_closed_account_is_read_and_not_changed(store: AdminStore, credentials: Credentials) -> None:
    with pytest.raises(OperationError) as caught:
        await accounts.readable(store, accounts.Which("shop", closed=True))
    assert caught.value.code == "account.none_closed"
    await accounts.close(store, "shop")
    assert (await accounts.readable(store, accounts.Which("shop", closed=True))).closed
    assert (await accounts.readable(store, accounts.Which("shop", number=1))).closed
    for refused, code in (
        (accounts.change(store, credentials, "shop", {"batch_limit": 5}), "account.unknown_but_closed"),
        (accounts.named(store, "nobody"), "account.unknown"),
        (accounts.readable(store, accounts.Which("shop", number=2)), "account.no_number"),
    ):
        with pytest.raises(OperationError) as caught:
            await refused
        assert caught.value.code == code


async def test_a_new_password_may_overlap_the_old_one(store: AdminStore, credentials: Credentials) -> None:
    changed = await accounts.change(store, credentials, "shop", {}, password=accounts.Password(overlap_ms=60_000))
    assert changed.password
    assert changed.account.old_password_until_ms is not None
    ended = await accounts.change(store, credentials, "shop", {}, end_old_password=True)
    assert ended.account.old_password_until_ms is None
