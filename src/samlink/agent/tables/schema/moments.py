"""Times in customers' tables: Korean time, as a column of times or as text. Pure."""

from datetime import datetime, timedelta
from typing import Final

from samlink.vocabulary.times import KST

TIMESTAMP: Final = "%Y-%m-%d %H:%M:%S"
_NEVER: Final = ("", "0000-00-00 00:00:00")
"""No time, in a column without NULL and in old versions of MySQL."""


def kst(seconds: float) -> datetime:
    """UTC epoch seconds as a time of the tables: Korean time without a zone, in whole seconds."""
    return datetime.fromtimestamp(int(seconds), KST).replace(tzinfo=None)


def month_of(seconds: float) -> str:
    """`YYYYMM` in Korea of UTC epoch seconds."""
    return f"{datetime.fromtimestamp(seconds, KST):%Y%m}"


def moment(value: object) -> datetime | None:
    """A column's value as a time in KST, or None if it has none.

    Raises:
        ValueError: it is neither a time nor `YYYY-MM-DD HH:MM:SS`.
    """
    if value is None:
        return None
    if isinstance(value, str):
        text = value.strip()
        if text in _NEVER:
            return None
        value = datetime.fromisoformat(text)
    if not isinstance(value, datetime):
        raise ValueError("it is not a time")
    aware = value.replace(tzinfo=KST) if value.tzinfo is None else value.astimezone(KST)
    # The wire has whole seconds.
    return aware - timedelta(microseconds=aware.microsecond)


def month_in(value: object, now: float) -> str:
    """`YYYYMM` of a column's value, or of `now`, UTC epoch seconds, if it has no time or none that can be read."""
    try:
        at = moment(value)
    except (ValueError, OverflowError):
        at = None
    return month_of(now) if at is None else f"{at:%Y%m}"
