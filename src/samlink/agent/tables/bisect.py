"""One bad row among many: it is found by halves, so that it stops no other. Blocks.

A statement about many rows fails as a whole when one of them cannot be read, or when a trigger or a constraint refuses
it. Then it is tried with half of the rows, and with half of those, down to the rows that fail alone.
"""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, Generic, NamedTuple, TypeVar

from samlink.agent.driver_errors import ROW_ERRORS, is_refusal

REFUSED_LIMIT: Final = 1000
"""Rows of one table that are left out at most: as many as every database takes in one list of ids. With more of them
the table waits."""
TRYING_SHARE: Final = 20
"""Trying them again takes at most one part in so many of the time."""
T = TypeVar("T")
Attempt = Callable[[Sequence[T]], Iterable[T]]
"""One whole transaction for some rows, which may be repeated. It returns the rows that it skipped because another
transaction holds them, and raises the database's error."""


class Bisected(NamedTuple, Generic[T]):
    """What `bisect` found."""

    bad: list[T]
    """Rows that fail alone."""
    skipped: list[T]
    """Rows that another transaction holds."""
    why: Exception | None
    """The error of the first of the bad rows."""


def bisect(rows: Sequence[T], attempt: Attempt[T], is_fault: Callable[[Exception], bool]) -> Bisected[T]:
    """Find the rows that fail alone; all others have had the attempt.

    Raises:
        SQLAlchemyError, ValueError, OverflowError: what `is_fault` says is no fault of a row.
    """
    bad: list[T] = []
    skipped: list[T] = []
    why: Exception | None = None
    pending = [rows] if rows else []
    while pending:
        some = pending.pop()
        try:
            skipped += attempt(some)
        except ROW_ERRORS as error:
            if not is_fault(error):
                raise
            half = len(some) // 2
            if half:
                pending += (some[half:], some[:half])
            else:
                bad += some
                why = why or error
    return Bisected(bad, skipped, why)


class RefusedRows:
    """Rows of one table whose change the database refuses, as far as this agent knows. Shared by threads.

    A claim, and a move to a log, leave them out, and retry them from time to time.
    """

    def __init__(self, retry_seconds: float) -> None:
        """`retry_seconds`: the least wait before they are tried again."""
        self._retry_seconds = retry_seconds
        self._looking = threading.Lock()
        self._try_at = 0.0
        self.ids: tuple[Any, ...] = ()
        """Their ids, at most `REFUSED_LIMIT`."""

    def find(
        self, among: Callable[[], Sequence[Any]], attempt: Attempt[Any], left_out: Sequence[Any]
    ) -> tuple[Sequence[Any], Exception | None]:
        """Look for refused rows `among` those of a change that failed while it left out `left_out`. The ids of the
        new ones, and what one of them raised; none if another thread has found some meanwhile, or if there is no room.

        Raises:
            SQLAlchemyError, ValueError, OverflowError: the database fails, or a row cannot be read.
        """
        with self._looking:
            if self.ids != left_out or len(left_out) >= REFUSED_LIMIT:
                return [], None
            found = bisect(among(), attempt, is_refusal)
            new = found.bad[: REFUSED_LIMIT - len(left_out)]
            self.ids = (*self.ids, *new)
            return new, found.why

    def try_again(self, now: float, attempt: Attempt[Any]) -> bool:
        """Try them again if it is time; whether there were some and none is left. `now`: UTC epoch seconds."""
        with self._looking:
            if not self.ids or now < self._try_at:
                return False
            begun = time.monotonic()
            found = bisect(self.ids, attempt, is_refusal)
            left = {*found.bad, *found.skipped}
            self._try_at = now + max(self._retry_seconds, TRYING_SHARE * (time.monotonic() - begun))
            self.ids = tuple(id for id in self.ids if id in left)
            return not self.ids
