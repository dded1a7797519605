"""A token bucket that is fed with the time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samlink.carriers.simulator.pace import Pace


def test_no_bound_never_waits() -> None:
    pace = Pace(0, 0)
    pace.take(1_000_000)
    assert pace.wait_ms(0) == 0


def test_the_first_second_comes_at_once() -> None:
    pace = Pace(100, 0)
    pace.take(100)
    assert pace.wait_ms(0) == 10


def test_a_batch_of_more_than_a_second_passes_and_is_owed() -> None:
    pace = Pace(100, 0)
    assert pace.wait_ms(0) == 0
    pace.take(300)
    assert pace.wait_ms(0) == 2_010
    assert pace.wait_ms(2_000) == 10
    assert pace.wait_ms(2_010) == 0


def test_idle_time_is_saved_up_for_one_second_only() -> None:
    pace = Pace(100, 0)
    assert pace.wait_ms(60_000) == 0
    pace.take(100)
    assert pace.wait_ms(60_000) == 10


def test_a_clock_that_steps_back_does_not_stop_it() -> None:
    pace = Pace(100, 100_000)
    pace.take(100)
    assert pace.wait_ms(0) == 10
    assert pace.wait_ms(10) == 0


@given(
    per_second=st.integers(1, 100_000),
    steps=st.lists(st.tuples(st.integers(0, 500), st.integers(1, 500)), min_size=1, max_size=50),
)
def test_no_more_pass_than_were_let(per_second: int, steps: list[tuple[int, int]]) -> None:
    pace, now_ms, passed, last = Pace(per_second, 0), 0, 0, 0
    for pause_ms, count in steps:
        now_ms += pause_ms
        now_ms += pace.wait_ms(now_ms)
        assert pace.wait_ms(now_ms) == 0
        pace.take(count)
        passed, last = passed + count, count
    assert passed - last <= per_second + per_second * now_ms / 1_000


@pytest.mark.parametrize("per_second", [1, 7, 999, 20_000])
def test_it_waits_no_longer_than_needed(per_second: int) -> None:
    pace, now_ms = Pace(per_second, 0), 0
    pace.take(per_second)
    for _ in range(200):
        now_ms += pace.wait_ms(now_ms)
        pace.take(1)
    assert now_ms == pytest.approx(200 * 1_000 / per_second, abs=1)
