"""Quiet hours, in which nothing is sent: windows by time of day and day of the week, in KST. Pure.

    [[quiet]]
    from = "21:00"                      # until the next morning: a window may cross midnight
    to = "08:00"
    days = ["mon", "tue"]               # on which it begins; without it: all
    tables = ["UShotMMS"]               # without it: all
    services = [2]                      # 1 SMS, 2 MMS and LMS, 3 Kakao; without it: all
    except_urgent = true                # rows with a priority go

Rows wait, and are not refused: a row's own timeout is what ends its wait.
"""

import re
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Final

import msgspec

from samlink.agent.errors import SettingsError
from samlink.vocabulary.problem import N_
from samlink.vocabulary.services import Service
from samlink.vocabulary.times import KST

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TIME: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00")
_DAY: Final = timedelta(days=1)
_WINDOWS_IN_A_ROW: Final = 100
"""Windows that follow one another without a gap: the search for an end stops there."""


class Window(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[[quiet]]`."""

    begin: str = msgspec.field(name="from")
    """`HH:MM`, the first minute."""
    end: str = msgspec.field(name="to")
    """`HH:MM`, the first minute after it, or `24:00`; on the next day if it is not after `from`."""
    days: tuple[str, ...] = DAYS
    """Days on which it begins."""
    tables: tuple[str, ...] = ()
    services: tuple[Service, ...] = ()
    except_urgent: bool = False
    """Whether urgent rows are sent all the same."""

    def __post_init__(self) -> None:
        for name, value in (("from", self.begin), ("to", self.end)):
            if _TIME.fullmatch(value) is None or (name, value) == ("from", "24:00"):
                raise SettingsError(
                    "settings.quiet_time",
                    N_("quiet.{name} is {value}; it must be a time such as 21:00"),
                    name=name,
                    value=repr(value[:20]),
                )
        if not self.days or set(self.days) - set(DAYS):
            raise SettingsError("settings.quiet_days", N_("quiet.days must be some of {days}"), days=", ".join(DAYS))
        if self.begin == self.end and set(self.days) == set(DAYS):
            template = N_("quiet from {time} to {time} on every day is always: nothing would be sent")
            raise SettingsError("settings.quiet_always", template, time=self.begin)

    def is_of(self, table: str, services: frozenset[Service]) -> bool:
        """Whether it applies to this table; for a table of several services, whether it applies to one of them."""
        named = not self.tables or table.lower() in {name.lower() for name in self.tables}
        return named and (not self.services or not services.isdisjoint(self.services))

    def end_at(self, now: datetime) -> datetime | None:
        """When it ends, or None if it is not open at `now`."""
        local = now.astimezone(KST)
        for day in (local.date() - _DAY, local.date()):
            begin = datetime.combine(day, time(tzinfo=KST)) + _since_midnight(self.begin)
            long = (_since_midnight(self.end) - _since_midnight(self.begin)) % _DAY or _DAY
            if DAYS[day.weekday()] in self.days and begin <= local < begin + long:
                return begin + long
        return None


class Silence(msgspec.Struct, frozen=True):
    """Nothing is sent now."""

    until: datetime
    urgent_goes: bool
    """Whether urgent rows are sent."""


def silence(windows: Iterable[Window], now: datetime) -> Silence | None:
    """Whether it is quiet at `now` (with a time zone) for one table, and until when; None if it is not."""
    windows = tuple(windows)
    opened = [window for window in windows if window.end_at(now) is not None]
    if not opened:
        return None
    until = now
    for _ in range(_WINDOWS_IN_A_ROW):
        ends = [end for window in windows if (end := window.end_at(until)) is not None]
        if not ends:
            break
        until = max(ends)
    return Silence(until, all(window.except_urgent for window in opened))


def _since_midnight(text: str) -> timedelta:
    hours, minutes = text.split(":")
    return timedelta(hours=int(hours), minutes=int(minutes))
