"""The results that are not acknowledged yet: when each is due, which were fetched, which must be given again.

No clock and no loop: the time is an argument, and `deadline_ms` says when `advance` has something to do next. A result
that was fetched and not acknowledged is given again after `repeat_after_ms`, or up to twice that: one sweep over the
open results in each such period, instead of a timer for each.
"""

import heapq
from collections import deque
from collections.abc import Iterable, Sequence

from samlink.carriers.contract import CarrierResult


class OpenResult(CarrierResult, gc=False):
    """A result that is owed to the gateway; it is handed out as it is."""

    message: int = 0
    """Our id, also when `id` is 0."""
    receiver: str = ""
    """Masked."""
    due_ms: int = 0
    left: int = 1
    """How many acknowledgements are awaited: 2 for a result that is given twice."""
    handed: int = 0
    """The period in which it was last fetched; 0 for not since it was queued."""


class Outbox:
    """Open results by message id, those that are due, and those that will be."""

    def __init__(self, repeat_after_ms: int) -> None:
        self.open: dict[int, OpenResult] = {}
        self._by_reference: dict[str, int] = {}
        self._ready: deque[OpenResult] = deque()
        self._later: list[tuple[int, int, OpenResult]] = []
        self._queued = 0
        self._repeat_after_ms = repeat_after_ms
        self._period = 1
        self._sweep_at_ms: int | None = None

    def add(self, results: Iterable[OpenResult], now_ms: int) -> None:
        """Owe these results. One of a message that is open already is owed beside it."""
        for result in results:
            known = self.open.setdefault(result.message, result)
            if known is not result:
                known.left += result.left
            elif not result.id:
                self._by_reference[result.reference] = result.message
            copies = result.left
            if result.due_ms > now_ms:
                for _ in range(copies):
                    self._queued += 1
                    heapq.heappush(self._later, (result.due_ms, self._queued, known))
            elif copies == 1:
                self._ready.append(known)
            else:
                self._ready.extend([known] * copies)

    def advance(self, now_ms: int) -> bool:
        """Make ready what is due by now; True when something is ready."""
        while self._later and self._later[0][0] <= now_ms:
            self._ready.append(heapq.heappop(self._later)[2])
        if self._sweep_at_ms is not None and self._sweep_at_ms <= now_ms:
            self._sweep(now_ms)
        return bool(self._ready)

    def fetch(self, limit: int, now_ms: int) -> list[CarrierResult]:
        """Up to `limit` results that are due, in the order in which they came due."""
        fetched: list[CarrierResult] = []
        ready, period = self._ready, self._period
        while ready and len(fetched) < limit:
            result = ready.popleft()
            if result.left:
                result.handed = period
                fetched.append(result)
        if fetched and self._sweep_at_ms is None:
            self._sweep_at_ms = now_ms + self._repeat_after_ms
        return fetched

    def acknowledge(self, results: Sequence[CarrierResult]) -> list[int]:
        """Forget these; returns the ids of those that were open."""
        ids: list[int] = []
        opened = self.open
        for result in results:
            known = opened.get(result.id or self._by_reference.get(result.reference, 0))
            if known is None:
                continue
            message = known.message
            ids.append(message)
            known.left -= 1
            if not known.left:
                del opened[message]
                if not known.id:
                    del self._by_reference[known.reference]
        return ids

    def give_again(self) -> None:
        """Queue again, at once, every result that was fetched and not acknowledged."""
        for result in self.open.values():
            if result.handed:
                self._queue_again(result)

    def deadline_ms(self) -> int | None:
        """When `advance` has something to do next; None for never."""
        if not self._later:
            return self._sweep_at_ms
        due_ms = self._later[0][0]
        return due_ms if self._sweep_at_ms is None else min(due_ms, self._sweep_at_ms)

    def _sweep(self, now_ms: int) -> None:
        awaited = False
        for result in self.open.values():
            if not result.handed:
                continue
            if result.handed < self._period:
                self._queue_again(result)
            else:
                awaited = True
        self._period += 1
        self._sweep_at_ms = now_ms + self._repeat_after_ms if awaited else None

    def _queue_again(self, result: OpenResult) -> None:
        result.handed = 0
        self._ready.append(result)
