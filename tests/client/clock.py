"""A clock that a test moves: timers of the loop fire as if the time had passed."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

BEGIN: Final = datetime(2027, 1, 1, tzinfo=UTC)


class MovableClock:
    """The loop's clock with an offset, and a wall clock that stands still until it is moved."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._time = loop.time
        self.passed = 0.0

    def loop_time(self) -> float:
        """For `loop.time`."""
        return self._time() + self.passed

    def wall(self) -> float:
        """UTC epoch seconds."""
        return BEGIN.timestamp() + self.passed

    def after(self, seconds: float) -> datetime:
        """A time so many seconds after the beginning."""
        return BEGIN + timedelta(seconds=seconds)

    async def move(self, seconds: float) -> None:
        """Let everybody begin to wait, let time pass, and let everybody do what is due then."""
        await self.settle()
        self.passed += seconds
        await self.settle()

    @staticmethod
    async def settle() -> None:
        """Let all tasks that can run do so."""
        for _ in range(10):
            await asyncio.sleep(0)

    async def until(self, condition: Callable[[], object]) -> None:
        """Let others run until `condition` holds."""
        while not condition():
            await self.settle()
