"""Korean time, in which a time on the wire is `YYYY-MM-DD HH:MM:SS`: 19 bytes in a field of 20 (manual 3.B,
docs/protocol.md 2).

In the program a time is UTC in whole epoch seconds.
"""

import datetime
import functools
import re
from typing import Final

KST: Final = datetime.timezone(datetime.timedelta(hours=9), "KST")
"""Korean time: UTC+9, no summer time."""
KST_MS: Final = 9 * 3_600_000
"""Milliseconds that KST is ahead of UTC."""
HOUR_MS: Final = 3_600_000
DAY_MS: Final = 86_400_000

_EXACT: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)", re.ASCII)
_EPOCH_KST: Final = datetime.datetime(1970, 1, 1, 9, tzinfo=KST)


@functools.lru_cache(maxsize=4096)
def parse_time(text: str) -> int:
    """UTC epoch seconds of a time as the manual writes it.

    Raises:
        ValueError: the text is not exactly `YYYY-MM-DD HH:MM:SS`, or no such time exists.
    """
    match = _EXACT.fullmatch(text)
    if match is None:
        raise ValueError(f"{text[:20]!r} is not YYYY-MM-DD HH:MM:SS")
    year, month, day, hour, minute, second = map(int, match.groups())
    return int(datetime.datetime(year, month, day, hour, minute, second, tzinfo=KST).timestamp())


def in_kst(seconds: int) -> datetime.datetime:
    """A time in KST, from UTC epoch seconds: any that `parse_time` gives, down to `0001-01-01 00:00:00`, which programs
    write for "never" and `datetime.fromtimestamp` cannot read.

    Raises:
        OverflowError: there is no such time.
    """
    return _EPOCH_KST + datetime.timedelta(seconds=seconds)


@functools.lru_cache(maxsize=4096)
def format_time(seconds: int) -> str:
    """The 19 characters of a time in KST, from UTC epoch seconds.

    Raises:
        ValueError: the year does not fit four digits.
    """
    try:
        # Not strftime: its %Y writes the year 999 with three digits.
        return in_kst(seconds).isoformat(" ")[:19]
    except OverflowError as error:
        raise ValueError(f"no such time: {seconds} seconds") from error
