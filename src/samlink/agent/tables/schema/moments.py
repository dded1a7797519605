"""Times in customers' tables: Korean time, each in the form of its column. Pure.

    form                        the column                          by default for
    --------------------------  ----------------------------------  -------------------------------------------
    a time, a day               DATETIME, TIMESTAMP, DATE           these types; the sessions speak Korean time
    YYYY-MM-DD HH:MM:SS …       text: one row of `TEXTS`            text, by its length; SQLite's DATETIME
    YYYYMMDDHHMMSS …, epoch     numbers: one row of `NUMBERS`       numbers of 14 digits

A database compares a text with a text and a number with a number, so a form says which values it compares right. Values
in another form (customers write `2026-11-28T09:00` into a column of `2026-11-28 09:00:00`) are read here, one by one.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from samlink.vocabulary.times import KST

TIMESTAMP: Final = "%Y-%m-%d %H:%M:%S"
_DAY_ENDS: Final = time(23, 59, 59)
_WRITTEN: Final = re.compile(
    r"(\d{4})[-/.] ?(\d\d?)[-/.] ?(\d\d?)\.?"
    r"(?:[T ] *(오전|오후|AM|PM)? *(\d\d?):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?)? *(Z|[+-]\d\d(?::?\d\d)?)?",
    re.ASCII | re.IGNORECASE,
)
_DIGITS: Final = re.compile(
    r"(\d{4})(\d\d)(\d\d)(?:T?()(\d\d)(\d\d)(?:(\d\d)(?:\.?\d{3}|\.?\d{6})?)?)?(Z|[+-]\d\d(?::?\d\d)?)?", re.ASCII
)
_AFTERNOON: Final = frozenset({"오후", "PM"})
_NO_TIME: Final = " 0-/.:T"
"""A value of nothing else is no time, in a column without NULL."""


def kst(seconds: float) -> datetime:
    """UTC epoch seconds as a time of the tables: Korean time without a zone, in whole seconds."""
    return datetime.fromtimestamp(int(seconds), KST).replace(tzinfo=None)


def month_of(seconds: float) -> str:
    """`YYYYMM` in Korea of UTC epoch seconds."""
    return f"{datetime.fromtimestamp(seconds, KST):%Y%m}"


def moment(value: object, *, last: bool = False) -> datetime | None:
    """A column's value as a time in KST, or None if it has none. `last`: a day alone means its last second, not its
    first.

    Raises:
        ValueError: it is not a time, or in none of the forms that are read.
        OverflowError: it is beyond the years that there are.
    """
    if value is None:
        return None
    if isinstance(value, int | float | Decimal):
        value = str(int(value))
    if isinstance(value, str):
        value = _read(value.strip(), last=last)
        if value is None:
            return None
    elif isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, _DAY_ENDS if last else time())
    if not isinstance(value, datetime):
        raise ValueError("it is not a time")
    aware = value.replace(tzinfo=KST) if value.tzinfo is None else value.astimezone(KST)
    # The wire has whole seconds.
    return aware - timedelta(microseconds=aware.microsecond)


def _read(text: str, *, last: bool) -> datetime | None:
    if not text.strip(_NO_TIME):
        return None
    found = _WRITTEN.fullmatch(text) or _DIGITS.fullmatch(text)
    if found is None:
        raise ValueError("it is not a time")
    year, month, day, half, hour, minute, second, zone = found.groups()
    if hour is None:
        at = _DAY_ENDS if last else time()
    else:
        hours = int(hour) if not half else int(hour) % 12 + 12 * (half.upper() in _AFTERNOON)
        at = time(hours, int(minute), int(second or 0))
    return datetime.combine(date(int(year), int(month), int(day)), at, _zone_of(zone))


def _zone_of(zone: str | None) -> timezone:
    if not zone:
        return KST
    if zone in "Zz":
        return UTC
    digits = zone[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if zone[0] == "-" else offset)


class TimeForm(msgspec.Struct, frozen=True):
    """How times stand in one column."""

    name: str
    """As a mapping's `times` has it."""
    write: Callable[[datetime], Any]
    """A time in KST, without a zone, as the driver takes it."""
    characters: int = 0
    """The length of such a text; 0 for all else."""
    patterns: tuple[str, ...] = ()
    """LIKE patterns of the texts that the database compares right."""
    ends: tuple[int, int] | None = None
    """The numbers that it compares right."""
    days: bool = False
    """Whether it has days only."""
    unit: int = 0
    """Of a number that counts from 1970: how many are a second."""

    @property
    def is_native(self) -> bool:
        """Whether the database knows it for a time, whatever stands in the row."""
        return not self.patterns and self.ends is None

    def read(self, value: Any, *, last: bool = False) -> datetime | None:
        """As `moment`, which also says what is raised; a number that counts by this form's unit."""
        if self.unit and isinstance(value, int | float | Decimal) and value and self.is_own(value):
            return datetime.fromtimestamp(int(value) // self.unit, KST)
        # Digits of a day or a time in a column that counts are that day or time; in another unit they are none.
        return moment(value, last=last)

    def compares(self, column: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
        """Whether the database compares the column's value right, or it is no time."""
        if self.ends is not None:
            return sa.or_(column.between(*self.ends), column == 0)
        if not self.patterns:
            return sa.true()
        text = sa.func.rtrim(column)
        return sa.or_(*(text.like(pattern) for pattern in self.patterns), text == "")

    def is_own(self, value: Any) -> bool:
        """The same of a value that was read."""
        if value is None or self.is_native:
            return True
        if self.ends is not None:
            return isinstance(value, int | float | Decimal) and (not value or self.ends[0] <= value <= self.ends[1])
        if not isinstance(value, str):
            return False
        text = value.rstrip(" ")
        return not text or any(_regex(pattern).fullmatch(text) for pattern in self.patterns)


def _regex(pattern: str) -> re.Pattern[str]:
    return re.compile(re.escape(pattern).replace("_", r"\d").replace("%", r"\d+"), re.ASCII)


def _text_form(name: str, pattern: str) -> TimeForm:
    def write(moment: datetime) -> str:
        return moment.strftime(pattern)

    whole = pattern.removesuffix(_NO_FRACTION)
    exact = re.sub("%.", "__", whole.replace("%Y", "____"))
    has_fraction = ":%S" in whole[-4:]
    patterns = (exact, f"{exact}.%") if has_fraction else (exact,)
    return TimeForm(name, write, len(write(_EARLIEST)), patterns, days="%H" not in pattern)


def _number_form(name: str, pattern: str) -> TimeForm:
    def write(moment: datetime) -> int:
        return int(moment.strftime(pattern))

    ends = write(_EARLIEST), write(_LATEST)
    return TimeForm(name, write, ends=ends, days="%H" not in pattern)


def _epoch_form(name: str, unit: int) -> TimeForm:
    def write(moment: datetime) -> int:
        return int(moment.replace(tzinfo=KST).timestamp()) * unit

    return TimeForm(name, write, ends=(unit * 10**8, unit * 10**10 - 1), unit=unit)


def _with_zone(moment: datetime) -> datetime:
    return moment.replace(tzinfo=KST)


_EARLIEST: Final = datetime(1900, 1, 1, tzinfo=KST)
_LATEST: Final = datetime(9999, 12, 31, 23, 59, 59, tzinfo=KST)
_NO_FRACTION: Final = ".000"
A_TIME: Final = TimeForm("a time", lambda moment: moment)
A_TIME_WITH_ZONE: Final = TimeForm("a time", _with_zone)
"""For a column with a zone: whatever the session's zone, and for drivers to which none is UTC."""
A_DAY: Final = TimeForm("a day", datetime.date, days=True)
_PATTERNS: Final = {
    "YYYYMMDD": "%Y%m%d",
    "YYYYMMDDHHMM": "%Y%m%d%H%M",
    "YYYYMMDDHHMMSS": "%Y%m%d%H%M%S",
    "YYYY-MM-DD": "%Y-%m-%d",
    "YYYY-MM-DD HH:MM": "%Y-%m-%d %H:%M",
    "YYYY-MM-DD HH:MM:SS": TIMESTAMP,
    "YYYY-MM-DD HH:MM:SS.mmm": f"{TIMESTAMP}{_NO_FRACTION}",
    "YYYY-MM-DDTHH:MM:SS": "%Y-%m-%dT%H:%M:%S",
    "YYYY-MM-DDTHH:MM:SS+09:00": "%Y-%m-%dT%H:%M:%S+09:00",
    "YYYY/MM/DD HH:MM:SS": "%Y/%m/%d %H:%M:%S",
    "YYYY.MM.DD HH:MM:SS": "%Y.%m.%d %H:%M:%S",
}
TEXTS: Final[Mapping[str, TimeForm]] = MappingProxyType(
    {name: _text_form(name, pattern) for name, pattern in _PATTERNS.items()}
)
NUMBERS: Final[Mapping[str, TimeForm]] = MappingProxyType(
    {name: _number_form(name, pattern) for name, pattern in _PATTERNS.items() if name.isalpha()}
    | {"epoch": _epoch_form("epoch", 1), "epoch_ms": _epoch_form("epoch_ms", 1000)}
)
FORMS: Final = tuple(dict.fromkeys((*TEXTS, *NUMBERS)))
"""Names that a mapping's `times` may have."""
BY_LENGTH: Final[Mapping[int, str]] = MappingProxyType(
    {len(name): name for name in TEXTS if "T" not in name and "/" not in name and "." not in name[:-4]}
)
"""The form of a text column by its length, unless its mapping says otherwise."""


def month_in(form: TimeForm, value: object, now: float) -> str:
    """`YYYYMM` of a column's value, or of `now`, UTC epoch seconds, if it has no time or none that can be read."""
    try:
        at = form.read(value)
    except (ValueError, OverflowError):
        at = None
    return month_of(now) if at is None else f"{at:%Y%m}"
