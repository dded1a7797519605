"""Times as customers' tables have them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samlink.agent.tables.schema.moments import NUMBERS, TEXTS, TimeForm, kst, moment, month_of
from samlink.vocabulary.times import KST

NINE = datetime(2025, 6, 16, 9, 0, 1, tzinfo=KST)


@pytest.mark.parametrize(
    "value", ["2025-06-16 09:00:01", "2025-06-16 09:00:01.000000 ", NINE, NINE.replace(tzinfo=None, microsecond=9)]
)
def test_times_are_korean(value: object) -> None:
    assert moment(value) == NINE == datetime(2025, 6, 16, 0, 0, 1, tzinfo=UTC)


@pytest.mark.parametrize("value", [None, "", "0000-00-00 00:00:00"])
def test_some_values_are_no_time(value: object) -> None:
    assert moment(value) is None


@pytest.mark.parametrize("value", ["later", 7, "2025-13-01 00:00:00"])
def test_what_is_not_a_time_is_not_guessed(value: object) -> None:
    with pytest.raises(ValueError):
        moment(value)


@given(
    st.sampled_from([*TEXTS.values(), *NUMBERS.values()]),
    st.integers(150_000_000, 4_000_000_000).map(kst),
)
def test_a_time_is_read_as_its_form_wrote_it(form: TimeForm, at: datetime) -> None:
    written = form.write(at)
    assert form.is_own(written)
    read = form.read(written)
    assert read is not None
    begun = at.replace(hour=0, minute=0, second=0) if form.days else at
    begun = begun.replace(second=0) if form.name.endswith("HH:MM") or form.name.endswith("HHMM") else begun
    assert read == begun.replace(tzinfo=KST)
    assert form.write(at + timedelta(days=1)) > written


@pytest.mark.parametrize("form", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("value", ["2025-06-16T09:00:00Z", "16.06.2025", "내일", 7, b"x", "2025-06-16 9:00"])
def test_a_value_in_another_form_is_not_its_own(form: TimeForm, value: object) -> None:
    assert not form.is_own(value)


def test_a_day_of_a_timeout_lasts_until_its_end() -> None:
    assert moment("2025-06-16", last=True) == datetime(2025, 6, 16, 23, 59, 59, tzinfo=KST)
    assert moment(date(2025, 6, 16), last=True) == datetime(2025, 6, 16, 23, 59, 59, tzinfo=KST)
    assert moment("2025-06-16 00:00:00", last=True) == datetime(2025, 6, 16, tzinfo=KST)


def test_a_month_is_koreas() -> None:
    last_second = datetime(2025, 5, 31, 14, 59, 59, tzinfo=UTC).timestamp()
    assert (month_of(last_second), month_of(last_second + 1)) == ("202505", "202506")
    assert str(kst(last_second)) == "2025-05-31 23:59:59"
