"""Prices and addresses of an account."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samlink.core.account import Account, in_networks
from samlink.vocabulary.kinds import Kind


def account(**changes: Any) -> Account:
    """Any account."""
    return Account(no=1, id="demo", **changes)


def test_every_kind_has_its_own_price() -> None:
    prices = {Kind.SMS: 990, Kind.LMS: 3_050, Kind.MMS: 20_000}
    one = account(sms_cost=990, lms_cost=3_050, mms_cost=20_000)
    assert {kind: one.price(kind) for kind in prices} == prices
    assert all(account().price(kind) > 0 for kind in Kind)


def test_an_account_lets_nobody_in_by_default() -> None:
    assert not account().allows("127.0.0.1")
    assert not account().allows("::1")


@pytest.mark.parametrize(
    ("allow", "address", "allowed"),
    [
        (("203.0.113.7",), "203.0.113.7", True),
        (("203.0.113.7/32",), "203.0.113.8", False),
        (("10.0.0.0/8", "192.168.0.0/16"), "192.168.3.4", True),
        (("0.0.0.0/0",), "198.51.100.1", True),
        (("0.0.0.0/0",), "2001:db8::1", False),
        (("2001:db8::/32",), "2001:db8:1::1", True),
        (("fe80::/10",), "fe80::1%eth0", True),
        (("127.0.0.0/8",), "::ffff:127.0.0.1", True),
        (("127.0.0.0/8",), "::ffff:10.0.0.1", False),
        (("",), "127.0.0.1", False),
        (("10.0.0.1/8",), "10.0.0.1", False),
        (("localhost", "127.0.0.1"), "127.0.0.1", True),
        (("0.0.0.0/0",), "", False),
        (("0.0.0.0/0",), "localhost", False),
    ],
)
def test_what_a_list_allows(allow: tuple[str, ...], address: str, allowed: bool) -> None:
    assert account(allow=allow).allows(address) is allowed


@given(st.lists(st.text(max_size=20), max_size=5), st.text(max_size=20) | st.ip_addresses().map(str))
def test_nonsense_lets_nobody_in(networks: list[str], address: str) -> None:
    assert in_networks(address, networks) in {True, False}
    assert not in_networks("not an address", networks)
