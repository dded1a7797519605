"""The time that an agent goes by: the machine's clock, but not when it jumps.

A clock that jumps would send reserved rows early, expire others, take over what other agents hold and forget keys. So
the agent runs on the monotonic clock and follows corrections up to `FOLLOWED_SECONDS`. After a longer jump it goes on
by elapsed time, until the database's clock agrees with the machine's, the jump is taken back, or it has lasted for
`CONFIRM_SECONDS`. A database on the same machine has jumped too, and is believed.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Final

import sqlalchemy as sa

from samlink.agent.database.clocks import skew
from samlink.agent.flow.retrier import Retrier
from samlink.agent.watch import events
from samlink.watch.events import Events

FOLLOWED_SECONDS: Final = 10.0
CONFIRM_SECONDS: Final = 6 * 3600.0
LOOK_SECONDS: Final = 5.0
_sleep = asyncio.sleep
_DOING: Final = "follow this machine's clock"


def steady_seconds() -> float:
    """Seconds that have passed since an arbitrary moment; also while the machine was suspended, where it can tell."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class Clock:
    """Call it for the time, UTC epoch seconds."""

    def __init__(self, wall: Callable[[], float] = time.time, steady: Callable[[], float] = steady_seconds) -> None:
        self._wall = wall
        self._steady = steady
        self._offset = wall() - steady()
        self._doubted_at: float | None = None

    def __call__(self) -> float:
        return self._steady() + self._offset

    def step(self) -> float:
        """Compare with the machine's clock, and follow a small correction; how far that clock is ahead, if it is not
        followed, else 0."""
        step = self._wall() - self()
        if abs(step) > FOLLOWED_SECONDS:
            return step
        self._offset += step
        return 0.0

    async def watch(self, engine: sa.Engine, retrier: Retrier, tell: Events) -> None:
        """Compare again and again until cancelled."""
        while True:
            if (step := self.step()) and self._doubted_at is None:
                self._doubted_at = self._steady()
                tell.tell(events.ClockDoubted(round(step)))
            if self._doubted_at is not None and await self._is_over(step, engine, retrier):
                self._offset = self._wall() - self._steady()
                self._doubted_at = None
                tell.tell(events.GoingOn(_DOING))
            await _sleep(LOOK_SECONDS)

    async def _is_over(self, step: float, engine: sa.Engine, retrier: Retrier) -> bool:
        """Whether the machine's clock may be believed again."""
        if not step or self._doubted_at is None or self._steady() - self._doubted_at >= CONFIRM_SECONDS:
            return True
        ahead = await retrier.in_database("ask the database for the time", lambda: skew(engine, self._wall))
        return ahead is not None and abs(ahead) <= FOLLOWED_SECONDS
