"""What an account may still send, and Korea's days."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samlink.core.limits import LIMIT_RULES, Allowance, current_second, first_of_month, kst_day
from samlink.vocabulary.results import RESULTS, ResultCode

KST = datetime.timezone(datetime.timedelta(hours=9))
EPOCH = datetime.date(1970, 1, 1)
TIMES_MS = st.integers(0, 4_000_000_000_000)


@given(TIMES_MS)
def test_a_day_and_its_month_are_koreas(now_ms: int) -> None:
    there = datetime.datetime.fromtimestamp(now_ms // 1000, KST).date()
    day = kst_day(now_ms)
    assert EPOCH + datetime.timedelta(day) == there
    assert EPOCH + datetime.timedelta(first_of_month(day)) == there.replace(day=1)


def test_a_day_begins_at_three_in_the_afternoon_of_greenwich() -> None:
    midnight = int(datetime.datetime(2025, 2, 28, 15, tzinfo=datetime.UTC).timestamp()) * 1000
    assert kst_day(midnight) == kst_day(midnight - 1) + 1
    assert first_of_month(kst_day(midnight)) == kst_day(midnight)
    assert first_of_month(kst_day(midnight - 1)) == kst_day(midnight) - 28


@pytest.mark.parametrize(
    ("last", "now_ms", "second"),
    [(None, 5_999, 5), (5, 5_999, 5), (5, 6_000, 6), (6, 5_999, 6), (7, 5_000, 7), (8, 5_999, 5), (9_000, 5_000, 5)],
)
def test_a_second_does_not_begin_anew_for_a_slow_request(last: int | None, now_ms: int, second: int) -> None:
    assert current_second(last, now_ms) == second


def test_the_first_rule_of_several_wins_and_nothing_is_used_up() -> None:
    left = Allowance(month=0, day=0, second=0, money=0, recent={b"x"})
    assert [left.refuse(b"x", 1), left.refuse(b"y", 1)] == [LIMIT_RULES[0], LIMIT_RULES[1]]
    refused = []
    for name in ("month", "day", "second", "money"):
        rule = left.refuse(None, 1)
        refused.append(rule.result if rule else None)
        setattr(left, name, None)
    assert refused == [
        ResultCode.MONTHLY_LIMIT,
        ResultCode.DAILY_LIMIT,
        ResultCode.RATE_LIMIT,
        ResultCode.NO_BALANCE,
    ]
    assert left.refuse(None, 1) is None


def test_the_first_that_fit_go() -> None:
    left = Allowance(month=10, day=2, second=10, money=5)
    assert [left.refuse(None, 1) is None for _ in range(3)] == [True, True, False]
    assert (left.month, left.day, left.second, left.money) == (8, 0, 8, 3)


def test_once_the_balance_does_not_cover_one_nothing_that_costs_goes() -> None:
    left = Allowance(money=5)
    found = [left.refuse(None, price) for price in (3, 3, 0, 1, 2)]
    assert [rule.result if rule else None for rule in found] == [None, 92, None, 92, 92]


def test_a_duplicate_is_one_of_what_was_accepted() -> None:
    left = Allowance(day=1, recent={b"old"})
    found = [left.refuse(digest, 0) for digest in (b"old", b"new", b"new", b"other", b"other")]
    assert [rule.result if rule else None for rule in found] == [84, None, 84, 94, 94]


@pytest.mark.parametrize(("mode", "warned"), [("off", {}), ("warn", {84: 1, 93: 2, 94: 2, 95: 2})])
def test_rules_can_be_off_or_only_warn_but_not_the_balance(mode: str, warned: dict[int, int]) -> None:
    left = Allowance(month=0, day=0, second=0, money=1, modes={rule.name: mode for rule in LIMIT_RULES})
    found = [left.refuse(b"x", 1), left.refuse(b"x", 1)]
    assert [rule.result if rule else None for rule in found] == [None, 92]
    assert left.warned == warned


def test_what_is_covered_together() -> None:
    left = Allowance(month=3, day=2)
    assert [left.covers(count) for count in (2, 3)] == [True, False]
    assert Allowance().covers(10**9)


def test_the_rules_are_the_tables() -> None:
    assert [rule.result for rule in LIMIT_RULES] == [84, 93, 94, 95, 92]
    assert all(not RESULTS[rule.result].charged for rule in LIMIT_RULES)
