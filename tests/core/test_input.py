"""What an operator types is read into a value, or refused with the place and a code of its own, whatever it is."""

import contextlib
from collections.abc import Callable
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samlink.core import input
from samlink.core.input import InputError
from samlink.vocabulary.money import WON

PLACE: Final = "--here"


def weak_password(text: str, _place: str) -> str:
    return input.password(text, weak=True)


def password(text: str, _place: str) -> str:
    return input.password(text)


def account_id(text: str, _place: str) -> str:
    return input.account_id(text)


def correction(text: str, place: str) -> int:
    return input.won_amount(text, place, negative=True)


def price(text: str, place: str) -> int:
    return input.price(input.won_amount(text, place), place, text)


def networks(text: str, place: str) -> tuple[str, ...]:
    return input.networks([text], place)


READERS: Final[tuple[Callable[[str, str], Any], ...]] = (
    account_id,
    password,
    weak_password,
    input.duration_ms,
    input.won_amount,
    correction,
    price,
    networks,
    input.redirect,
    input.phone_number,
    input.sender_number,
    input.receiver_number,
)


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (account_id, "a/b", "a/b"),  # the manual gives an ID 20 characters of any kind
        (password, "x" * 12, "x" * 12),
        (weak_password, "x", "x"),
        (input.duration_ms, "7d", 7 * 86_400_000),
        (input.duration_ms, "30m", 1_800_000),
        (input.won_amount, "1,234.56", 123_456),
        (input.won_amount, "20", 20 * WON),
        (input.won_amount, ".5", 50),
        (correction, "-1.5", -150),
        (price, "9999.9", 999_990),
        (price, "999.99", 99_999),
        (networks, "203.0.113.7, 10.0.0.0/8,203.0.113.7", ("203.0.113.7/32", "10.0.0.0/8")),
        (networks, "2001:db8::/32", ("2001:db8::/32",)),
        (input.redirect, "b.example:33300", "b.example:33300"),
        (input.phone_number, "+82 10-1234-5678", "01012345678"),
        (input.sender_number, "1588-1234", "15881234"),
        (input.receiver_number, "010-1234-5678", "01012345678"),
    ],
)
def test_what_is_right_is_read(read: Callable[[str, str], Any], text: str, value: object) -> None:
    assert read(text, PLACE) == value


@pytest.mark.parametrize(
    ("read", "text", "code"),
    [
        (account_id, "", "account.bad_id"),
        (account_id, "a b", "account.bad_id"),
        (account_id, "x" * 21, "account.bad_id"),
        (password, "", "password.empty"),
        (password, "x" * 21, "password.too_long"),
        (password, "비밀번호", "password.bad_character"),
        (password, "x" * 11, "password.too_short"),
        (input.duration_ms, "7", "duration.unreadable"),
        (input.duration_ms, "0h", "duration.unreadable"),
        (input.duration_ms, "91d", "duration.unreadable"),
        (input.won_amount, "much", "won.unreadable"),
        (input.won_amount, ".", "won.unreadable"),
        (input.won_amount, "nan", "won.unreadable"),
        (input.won_amount, "1e999999", "won.unreadable"),
        (input.won_amount, "0.001", "won.too_fine"),
        (input.won_amount, "-1", "won.negative"),
        (input.won_amount, "1" * 5000, "won.too_much"),
        (price, "10000", "cost.too_long"),
        (price, "1000.55", "cost.too_long"),
        (networks, "somewhere", "allow.unreadable"),
        (networks, "10.0.0.1/8", "allow.host_bits"),
        (networks, "::ffff:10.0.0.0/104", "allow.mapped"),
        (input.redirect, "b.example", "redirect.bad"),
        (input.redirect, "b.example:0", "redirect.bad"),
        (input.redirect, "b.example:" + "1" * 5000, "redirect.bad"),
        (input.phone_number, "12", "phone.bad"),
        (input.sender_number, "050-1234-5678", "phone.not_sender"),
        (input.receiver_number, "02-123-4567", "phone.not_receiver"),
    ],
)
def test_what_is_wrong_is_refused_by_its_code(read: Callable[[str, str], Any], text: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        read(text, PLACE)
    assert caught.value.code == code
    assert caught.value.values.get("name", PLACE) == PLACE
    assert len(str(caught.value)) < 250


@given(read=st.sampled_from(READERS), text=st.text() | st.from_regex(r"[-+0-9.,:/eE_dhm]{1,30}", fullmatch=True))
def test_any_text_is_read_or_refused(read: Callable[[str, str], Any], text: str) -> None:
    with contextlib.suppress(InputError):
        read(text, PLACE)


@pytest.mark.parametrize(("number", "good"), [(0, False), (1, True), (65_530, True), (65_531, False)])
def test_a_base_port_leaves_room_for_the_other_five(number: int, good: bool) -> None:
    if good:
        assert input.base_port(number) == number
    else:
        with pytest.raises(InputError, match="--base-port"):
            input.base_port(number)


def test_numbers_are_taken_once_in_their_order() -> None:
    assert input.distinct(["010-1234-5678", "02-123-4567", "01012345678"], input.phone_number, PLACE) == [
        "01012345678",
        "021234567",
    ]


def test_a_quoted_text_is_short_and_has_no_control_characters() -> None:
    assert input.quoted("a\x07b") == "'a?b'"
    assert input.quoted("x" * 50) == f"'{'x' * 39}…'"
