"""Times as customers' tables have them."""

from datetime import UTC, datetime

import pytest

from samlink.agent.tables.schema.moments import kst, moment, month_of
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


def test_a_month_is_koreas() -> None:
    last_second = datetime(2025, 5, 31, 14, 59, 59, tzinfo=UTC).timestamp()
    assert (month_of(last_second), month_of(last_second + 1)) == ("202505", "202506")
    assert str(kst(last_second)) == "2025-05-31 23:59:59"
