"""Rows that refuse a change which they were to get with others: found by halves and left out, so that they do not stop
the others. Blocks.

A claim, or a move to a log, changes its rows in one transaction. A trigger or a constraint of the customer's that
refuses one of them (a check that was added after the row, another table that refers to it) refuses all. So, when it is
refused, it is tried half by half, down to the rows that refuse. These are left out from then on, and tried again now
and then.
"""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import sqlalchemy as sa

from samlink.agent.driver_errors import is_somebodys_text

REFUSED_LIMIT: Final = 1000
"""Rows of one table that are left out at most: as many as every database takes in one list of ids. With more of them
the table waits."""
TRYING_SHARE: Final = 20
"""One part in so many of the time is spent on trying them again, at most."""
Attempt = Callable[[Sequence[Any]], Iterable[Any]]
"""One whole transaction for rows by their ids, which may be begun again; it raises what the database says, and gives
the ids of those that it passed over, since somebody else holds them."""
_CHECKS: Final = frozenset({3819, 4025})
"""What MySQL and MariaDB say of a CHECK: to their driver it is an error like any other."""


def is_a_refusal(error: Exception) -> bool:
    """Whether a change failed for what a row holds or for what its table allows, and not because of the database."""
    if not isinstance(error, sa.exc.DBAPIError) or error.connection_invalidated or error.orig is None:
        return False
    if isinstance(error, sa.exc.IntegrityError | sa.exc.DataError) or is_somebodys_text(error.orig):
        return True
    # A trigger's own error code is of no class that drivers know.
    return type(error) is sa.exc.DatabaseError or not _CHECKS.isdisjoint(error.orig.args[:1])


class RefusedRows:
    """Rows of one table that refuse a change, as far as this agent knows. Shared by threads."""

    def __init__(self, retry_seconds: float) -> None:
        """`retry_seconds`: the wait before they are tried again, or more if that takes long."""
        self._retry_seconds = retry_seconds
        self._looking = threading.Lock()
        self._try_at = 0.0
        self.ids: tuple[Any, ...] = ()
        """Their ids, at most `REFUSED_LIMIT`."""

    def find(
        self, among: Callable[[], Sequence[Any]], attempt: Attempt, left_out: Sequence[Any]
    ) -> tuple[Sequence[Any], Exception | None]:
        """Look for them `among` the rows of a change that was refused, `left_out` being those that it knew; the ids of
        those that are new, and what one of them said. None if it was refused for those that somebody has found
        meanwhile, or when there is no room for more.

        Raises:
            SQLAlchemyError, ValueError, OverflowError: the database fails, or a row cannot be read.
        """
        with self._looking:
            if self.ids != left_out or len(left_out) >= REFUSED_LIMIT:
                return [], None
            found, why = refusing(among(), attempt)
            new = found[: REFUSED_LIMIT - len(left_out)]
            self.ids = (*self.ids, *new)
            return new, why

    def try_again(self, now: float, attempt: Attempt) -> bool:
        """Try them again if it is time for that; whether there were some, and none is left. `now`: UTC epoch
        seconds."""
        with self._looking:
            if not self.ids or now < self._try_at:
                return False
            begun = time.monotonic()
            left: set[Any] = set()

            def noting(ids: Sequence[Any]) -> Iterable[Any]:
                left.update(held := attempt(ids))
                return held

            left.update(refusing(self.ids, noting)[0])
            self._try_at = now + max(self._retry_seconds, TRYING_SHARE * (time.monotonic() - begun))
            self.ids = tuple(id for id in self.ids if id in left)
            return not self.ids


def refusing(ids: Sequence[Any], attempt: Attempt) -> tuple[Sequence[Any], Exception | None]:
    """Those of `ids` that refuse, and what one of them said; the others have had the change, if `attempt` commits.

    Raises:
        SQLAlchemyError: the database fails.
    """
    if not ids:
        return [], None
    try:
        attempt(ids)
    except sa.exc.DBAPIError as error:
        if not is_a_refusal(error):
            raise
        if len(ids) == 1:
            return ids, error
    else:
        return [], None
    return _of_halves((ids[: len(ids) // 2], ids[len(ids) // 2 :]), attempt)


def _of_halves(halves: Iterable[Sequence[Any]], attempt: Attempt) -> tuple[Sequence[Any], Exception | None]:
    found: list[Any] = []
    why: Exception | None = None
    for half in halves:
        some, error = refusing(half, attempt)
        found += some
        why = why or error
    return found, why
