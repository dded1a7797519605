"""Messages that wait for their reserve time: all kinds but SMS (manual 3.B, 1024: the gateway sends at once).

The reserve time is the wall clock's, and that can be set; so the one timer looks at it again at least every
`LOOK_AGAIN_SECONDS`.
"""

import asyncio
import heapq
import itertools
from collections.abc import Callable
from typing import Final

from samlink.client.errors import SenderClosedError, SenderFullError
from samlink.client.messages import AnyMessage
from samlink.vocabulary.problem import N_

HELD_LIMIT: Final = 10_000
"""Messages that one sender holds."""
LOOK_AGAIN_SECONDS: Final = 30.0


class Reserved:
    """Messages that wait for their time, in memory only."""

    def __init__(self, wall_clock: Callable[[], float]) -> None:
        self._wall_clock = wall_clock
        self._heap: list[tuple[float, int, AnyMessage, asyncio.Future[None]]] = []
        self._numbers = itertools.count()
        self._timer: asyncio.TimerHandle | None = None
        self._held = 0
        self._closed = False

    def is_early(self, due: float) -> bool:
        """Whether `due` (UTC epoch seconds) is still to come."""
        return due > self._wall_clock()

    def check_room(self) -> None:
        """Raises SenderFullError when no more can be held."""
        if self._held >= HELD_LIMIT:
            raise SenderFullError(
                "sender.reserved_full", N_("{count} messages are held for their reserve time already"), count=HELD_LIMIT
            )

    @property
    def messages(self) -> list[AnyMessage]:
        """The held messages, earliest first."""
        return [
            message for _, _, message, future in sorted(self._heap, key=lambda entry: entry[:2]) if not future.done()
        ]

    async def until(self, due: float, message: AnyMessage) -> None:
        """Wait until `due`. A cancelled wait lets go of the message.

        Raises:
            SenderFullError: no more can be held.
            SenderClosedError: the sender was closed before.
        """
        self.check_room()
        if self._closed:
            raise SenderClosedError("sender.closed", N_("the sender is closed"))
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._heap, (due, next(self._numbers), message, future))
        self._held += 1
        self._arm()
        try:
            await future
        finally:
            self._held -= 1
            self._sweep()

    def look(self) -> None:
        """Release the messages that are due, and set the timer for the next; also after the wall clock was set."""
        now = self._wall_clock()
        while self._heap and (self._heap[0][0] <= now or self._heap[0][3].done()):
            future = heapq.heappop(self._heap)[3]
            if not future.done():
                future.set_result(None)
        self._arm()

    def close(self) -> list[AnyMessage]:
        """Fail all waits; return the held messages."""
        self._closed = True
        left = self.messages
        for *_, future in self._heap:
            if not future.done():
                future.set_exception(
                    SenderClosedError(
                        "sender.closed_reserved", N_("the sender was closed before the message's reserve time")
                    )
                )
        self._heap.clear()
        self._arm()
        return left

    def _sweep(self) -> None:
        """Forget cancelled waits once they are more than half; else they would stay until they are due."""
        if len(self._heap) > 2 * self._held:
            self._heap = [entry for entry in self._heap if not entry[3].done()]
            heapq.heapify(self._heap)
            self._arm()

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._heap:
            wait = min(max(self._heap[0][0] - self._wall_clock(), 0), LOOK_AGAIN_SECONDS)
            self._timer = asyncio.get_running_loop().call_later(wait, self.look)
