"""Rows whose claim the database refuses: found by halves and left waiting, so that they do not stop the others. Blocks.

A claim changes its rows in one statement. A trigger or a constraint of the customer's that refuses one of them (a check
that was added after the row, a change that belongs to somebody else) refuses all. So, when a claim is refused, it is
tried half by half and taken back each time, down to the rows that refuse. These are left out of claims from then on,
and tried again now and then.
"""

import threading
import time
from collections.abc import Iterable, Sequence
from typing import Any, Final

import sqlalchemy as sa

from samlink.agent.reasons import is_somebodys_text
from samlink.agent.tables import Lease, LiveTable

REFUSED_LIMIT: Final = 1000
"""Rows of one table that are left out at most: as many as every database takes in one list of ids. With more of them
the table waits."""
TRYING_SHARE: Final = 20
"""One part in so many of the time is spent on trying them again, at most."""
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
    """Rows of one table that refuse to be claimed, as far as this agent knows. Shared by threads."""

    def __init__(self, table: LiveTable, retry_seconds: float) -> None:
        """`retry_seconds`: the wait before they are tried again, or more if that takes long."""
        self._table = table
        self._retry_seconds = retry_seconds
        self._looking = threading.Lock()
        self._try_at = 0.0
        self.ids: tuple[Any, ...] = ()
        """Their ids, at most `REFUSED_LIMIT`."""

    def find(
        self, lease: Lease, limit: int, left_out: Sequence[Any], *, urgent: bool
    ) -> tuple[list[Any], Exception | None]:
        """Look for them among the rows of a claim that was refused, `left_out` being those that it knew; the ids of
        those that are new, and what one of them said. None if it was refused for those that somebody has found
        meanwhile, or when there is no room for more.

        Raises:
            SQLAlchemyError, ValueError, OverflowError: the database fails, or a row cannot be read.
        """
        with self._looking:
            if self.ids != left_out or len(left_out) >= REFUSED_LIMIT:
                return [], None
            ids = self._table.due_ids(lease, limit, urgent=urgent, without=left_out)
            found, why = self._refusing(ids, lease)
            new = found[: REFUSED_LIMIT - len(left_out)]
            self.ids = (*self.ids, *new)
            return new, why

    def try_again(self, lease: Lease) -> bool:
        """Try them again if it is time for that; whether there were some, and none is left."""
        with self._looking:
            if not self.ids or lease.now < self._try_at:
                return False
            begun = time.monotonic()
            still, _ = self._refusing(self.ids, lease)
            self._try_at = lease.now + max(self._retry_seconds, TRYING_SHARE * (time.monotonic() - begun))
            self.ids = tuple(still)
            return not still

    # -- inside

    def _refusing(self, ids: Sequence[Any], lease: Lease) -> tuple[list[Any], Exception | None]:
        """Those of `ids` that refuse, and what one of them said."""
        if not ids:
            return [], None
        try:
            self._table.try_claim(ids, lease)
        except sa.exc.DBAPIError as error:
            if not is_a_refusal(error):
                raise
            if len(ids) == 1:
                return list(ids), error
        else:
            return [], None
        return self._of_halves((ids[: len(ids) // 2], ids[len(ids) // 2 :]), lease)

    def _of_halves(self, halves: Iterable[Sequence[Any]], lease: Lease) -> tuple[list[Any], Exception | None]:
        found: list[Any] = []
        why: Exception | None = None
        for half in halves:
            refusing, error = self._refusing(half, lease)
            found += refusing
            why = why or error
        return found, why
