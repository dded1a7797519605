"""Times: exactly YYYY-MM-DD HH:MM:SS in Korean time, and nothing else."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samlink.vocabulary.times import format_time, parse_time
from tests.wire.strategies import BOUNDED, FIRST_TIME, LAST_TIME

EXAMPLE = "2009-01-01 09:30:00"
"""The manual's own."""


def test_the_manuals_example_is_korean_time() -> None:
    utc = datetime.datetime(2009, 1, 1, 0, 30, 0, tzinfo=datetime.UTC)
    assert parse_time(EXAMPLE) == int(utc.timestamp()) == 1230769800
    assert format_time(1230769800) == EXAMPLE


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2009-01-01",
        "2009-01-01 09:30",
        "2009-1-1 9:30:00",
        "2009/01/01 09:30:00",
        "2009-01-01T09:30:00",
        "20090101093000",
        " 2009-01-01 09:30:00",
        "2009-01-01 09:30:00 ",
        "2009-01-01 09:30:00\n",
        "2009-01-01 09:30:00.0",
        "2009-01-01  09:30:00",
        "2009-01-01 09:30:60",
        "2009-01-01 24:00:00",
        "2009-02-29 00:00:00",
        "2009-13-01 00:00:00",
        "2009-00-10 00:00:00",
        "0000-01-01 00:00:00",
        "0000-00-00 00:00:00",
        "٢٠٠٩-٠١-٠١ ٠٩:٣٠:٠٠",
        "２００９-01-01 09:30:00",
        "+009-01-01 09:30:00",
        "-009-01-01 09:30:00",
    ],
)
def test_anything_but_the_exact_format_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_time(text)


@BOUNDED
@given(st.integers(FIRST_TIME, LAST_TIME))
def test_a_time_comes_back_and_takes_19_bytes(seconds: int) -> None:
    text = format_time(seconds)
    assert len(text) == 19
    assert parse_time(text) == seconds


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(FIRST_TIME, "0001-01-01 00:00:00"), (LAST_TIME, "9999-12-31 23:59:59"), (0, "1970-01-01 09:00:00")],
)
def test_the_first_and_the_last_year_have_four_digits_too(seconds: int, text: str) -> None:
    assert format_time(seconds) == text
    assert parse_time(text) == seconds


@pytest.mark.parametrize("seconds", [FIRST_TIME - 1, LAST_TIME + 1, 10**20, -(10**20)])
def test_a_year_beyond_four_digits_is_refused(seconds: int) -> None:
    with pytest.raises(ValueError, match="no such time"):
        format_time(seconds)


def test_what_is_remembered_is_bounded() -> None:
    assert parse_time.cache_info().maxsize is not None
    assert format_time.cache_info().maxsize is not None
