"""A clock that a test moves, and waiting for something to come about: never for a guessed time, never for ever."""

import asyncio
from collections.abc import Callable
from typing import Final

WAIT_SECONDS: Final = 20.0
"""For anything that must come; a test fails when it does not."""
STEP_SECONDS: Final = 0.005


class StandingClock:
    """A wall clock, UTC epoch milliseconds, that stands still until it is moved."""

    def __init__(self, ms: int) -> None:
        self.ms = ms

    def __call__(self) -> int:
        return self.ms


async def a_moment() -> None:
    """Let others work before looking again."""
    await asyncio.sleep(STEP_SECONDS)


async def until(condition: Callable[[], object]) -> None:
    """Wait until `condition` is true. Raises TimeoutError: it did not become so within `WAIT_SECONDS`."""
    async with asyncio.timeout(WAIT_SECONDS):
        while not condition():
            await a_moment()
