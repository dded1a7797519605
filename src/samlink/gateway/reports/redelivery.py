"""Results that went out and were not acknowledged: how often, and how often their connection then ended in order.

SAM10 has no acknowledgement but the next poll. A customer that connects for each poll never sends one, so an orderly
end (FIN) after the whole page was written counts too, but not the first: a FIN proves little (a killed client sends
one, so does a proxy). Counts are kept in memory; a start forgets them, and a page goes out a few times more.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from samlink.core.message import Report

ORDERLY_ENDS_NEEDED: Final = 3
"""Orderly ends after the same result that count as its delivery (docs/protocol.md 6)."""
WARNED_TIMES: Final = frozenset({5, 50, 500, 5000})
"""The deliveries of the same result that the log tells of."""
REMEMBERED_LIMIT: Final = 2000
"""Results of one mailbox whose deliveries are counted; the oldest counts are forgotten first."""


class _Deliveries(msgspec.Struct, gc=False):
    unacknowledged: int = 0
    ended_in_order: int = 0


class Redeliveries:
    """The counts of one mailbox."""

    def __init__(self) -> None:
        self._counts: dict[int, _Deliveries] = {}

    def returned(self, reports: Iterable[Report]) -> None:
        """These went out, and nobody acknowledged them."""
        for report in reports:
            self._count(report.id).unacknowledged += 1

    def ended_in_order(self, reports: Sequence[Report], *, needed: int) -> list[Report]:
        """These were written whole before their connection ended in order; those that count as delivered now."""
        delivered: list[Report] = []
        for report in reports:
            count = self._count(report.id)
            count.ended_in_order += 1
            if count.ended_in_order >= needed:
                delivered.append(report)
        return delivered

    def times(self, reports: Sequence[Report]) -> int:
        """Which delivery of the first of these this is, counted from 1."""
        if not self._counts or not reports:
            return 1
        count = self._counts.get(reports[0].id)
        return 1 if count is None else count.unacknowledged + 1

    def forget(self, ids: Iterable[int]) -> None:
        """These are delivered."""
        if self._counts:
            for id in ids:
                self._counts.pop(id, None)

    def _count(self, id: int) -> _Deliveries:
        count = self._counts.get(id)
        if count is None:
            count = self._counts[id] = _Deliveries()
            if len(self._counts) > REMEMBERED_LIMIT:
                del self._counts[next(iter(self._counts))]
        return count
