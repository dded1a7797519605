"""Hours in which nothing is sent."""

from datetime import UTC, datetime

import msgspec
import pytest

from samlink.agent.judge.quiet_hours import Window, silence
from samlink.vocabulary.services import Service
from samlink.vocabulary.times import KST

NIGHT = Window(begin="21:00", end="08:00")
WEEKEND = Window(begin="00:00", end="24:00", days=("sat", "sun"))
LUNCH = Window(begin="12:00", end="13:00", except_urgent=True)


def at(text: str) -> datetime:
    """A time in Korea; 2025-06-16 is a Monday."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=KST)


@pytest.mark.parametrize(
    ("windows", "now", "until"),
    [
        ((), "2025-06-16 03:00", None),
        ((NIGHT,), "2025-06-16 20:59", None),
        ((NIGHT,), "2025-06-16 21:00", "2025-06-17 08:00"),
        ((NIGHT,), "2025-06-17 07:59", "2025-06-17 08:00"),
        ((NIGHT,), "2025-06-17 08:00", None),
        ((Window(begin="21:00", end="08:00", days=("fri",)),), "2025-06-21 07:00", "2025-06-21 08:00"),
        ((Window(begin="21:00", end="08:00", days=("fri",)),), "2025-06-21 21:30", None),
        ((WEEKEND,), "2025-06-20 23:59", None),
        ((WEEKEND,), "2025-06-21 00:00", "2025-06-23 00:00"),
        ((WEEKEND, NIGHT), "2025-06-20 22:00", "2025-06-23 08:00"),
        ((Window(begin="09:00", end="09:00", days=("mon",)),), "2025-06-17 08:59", "2025-06-17 09:00"),
        ((LUNCH, NIGHT), "2025-06-16 12:00", "2025-06-16 13:00"),
    ],
)
def test_it_is_quiet_within_windows(windows: tuple[Window, ...], now: str, until: str | None) -> None:
    quiet = silence(windows, at(now))
    assert (quiet and quiet.until) == (until and at(until))
    assert silence(windows, at(now).astimezone(UTC)) == quiet, "hours are Korea's, wherever the agent runs"


def test_urgent_rows_go_where_every_open_window_lets_them() -> None:
    noon = at("2025-06-16 12:30")
    long = Window(begin="11:00", end="15:00")
    assert [quiet and quiet.urgent_goes for quiet in (silence((LUNCH,), noon), silence((LUNCH, long), noon))] == [
        True,
        False,
    ]


def test_windows_without_an_end_do_not_keep_anybody_busy() -> None:
    always = Window(begin="00:00", end="24:00")
    quiet = silence((always,), at("2025-06-16 12:00"))
    assert quiet is not None
    assert quiet.until > at("2025-07-01 00:00")


def test_a_window_is_for_some_tables_or_services() -> None:
    mms = Window(begin="21:00", end="08:00", tables=("ushotmms",))
    assert [mms.is_of(name, frozenset({Service.MMS})) for name in ("UShotMMS", "UShotSMS")] == [True, False]
    kakao = Window(begin="20:00", end="08:00", services=(Service.KMS,))
    assert [kakao.is_of("any", frozenset({service})) for service in Service] == [False, False, True]
    assert kakao.is_of("of several", frozenset(Service)), "rather too quiet than not quiet"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"from": "9:00", "to": "10:00"}, "quiet.from"),
        ({"from": "24:00", "to": "10:00"}, "quiet.from"),
        ({"from": "09:00", "to": "24:01"}, "quiet.to"),
        ({"from": "09:00", "to": "10:00", "days": ["monday"]}, "quiet.days"),
        ({"from": "09:00", "to": "10:00", "days": []}, "quiet.days"),
        ({"from": "09:00"}, "to"),
    ],
)
def test_a_window_that_is_none_is_named(values: dict[str, object], said: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=said):
        msgspec.convert(values, Window)
