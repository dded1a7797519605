"""A few places for costly work, given out in rotation: by key (an address, an account), not by who came first.

One key never has all places, if there is more than one. Who stops waiting (is cancelled) is out of the queue at once.
"""

import asyncio
import contextlib
from collections import Counter, deque
from collections.abc import AsyncIterator, Hashable


class Places:
    """So many at once. Whoever uses them bounds how many wait."""

    def __init__(self, count: int) -> None:
        self._free = count
        self._each = max(1, count - 1)
        self._having: Counter[Hashable] = Counter()
        self._waiting: dict[Hashable, deque[asyncio.Future[None]]] = {}
        """The key whose turn is next first."""

    @contextlib.asynccontextmanager
    async def place(self, key: Hashable) -> AsyncIterator[None]:
        """Wait for a place, and have it until the end of the block."""
        await self._enter(key)
        try:
            yield
        finally:
            self._leave(key)

    async def _enter(self, key: Hashable) -> None:
        if self._free and self._having[key] < self._each and key not in self._waiting:
            self._take(key)
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(key, deque()).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._leave(key)  # the place came in the same moment
            else:
                self._forget(key, turn)
            raise

    def _take(self, key: Hashable) -> None:
        self._free -= 1
        self._having[key] += 1

    def _leave(self, key: Hashable) -> None:
        self._free += 1
        self._having[key] -= 1
        if not self._having[key]:
            del self._having[key]
        self._give_out()

    def _give_out(self) -> None:
        for key in list(self._waiting):
            if not self._free:
                return
            if self._having[key] >= self._each:
                continue
            if (turn := self._next_turn(key)) is not None:
                self._take(key)
                turn.set_result(None)

    def _next_turn(self, key: Hashable) -> asyncio.Future[None] | None:
        """The first of a key who still waits, None if nobody does; the key's others go behind all other keys."""
        waiting = self._waiting.pop(key)
        while waiting:
            turn = waiting.popleft()
            if turn.cancelled():
                continue  # its task has not run since, so it stood here still
            if waiting:
                self._waiting[key] = waiting
            return turn
        return None

    def _forget(self, key: Hashable, turn: asyncio.Future[None]) -> None:
        waiting = self._waiting.get(key, deque())
        if turn in waiting:
            waiting.remove(turn)
        if not waiting:
            self._waiting.pop(key, None)
