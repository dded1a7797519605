"""The time that the gateway goes by: the machine's clock, but not when it jumps.

`Clock` runs on the monotonic clock and follows small corrections of the machine's. It doubts the machine's clock

- at a start, when that is far ahead of the time that the store was last seen at (`AHEAD`: the gateway may have stood
  still so long, or the clock is wrong) or behind it (`BEHIND`: then it goes on from the time that the store knows);
- while it runs, when the machine's clock has moved otherwise than time has passed (`STEPPED`: it goes on as if nothing
  had happened). A start goes on with a doubt of this kind that the store knows, as long as the jump was not taken back.

While it doubts, nothing is given up and nothing is removed (`samlink.gateway.housekeeping`). The doubt ends when the
machine's clock is plausible again, when a person confirms it, or after `CONFIRM_SECONDS` without another jump or start.
"""

import enum
import time
from collections.abc import Callable
from typing import Final

import msgspec

from samlink.store.contract import ClockDoubt
from samlink.store.wall_clock import wall_clock_ms

FOLLOWED_MS: Final = 30_000
"""A correction up to this is followed at once. Shorter than every wait that matters: a lease is 120 s."""
FAR_MS: Final = 12 * 3_600_000
"""A start so long after the store was last seen is no ordinary restart."""
CONFIRM_SECONDS: Final = 6 * 3600.0
"""A clock that is doubted is believed when it has gone on so long without another jump."""


_STEADY: Final[int] = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def monotonic_ms() -> int:
    """Time that has passed, ms, from an arbitrary moment; also while the machine was suspended, where it can tell."""
    return time.clock_gettime_ns(_STEADY) // 1_000_000


class Cause(enum.Enum):
    """Why the machine's clock is doubted."""

    AHEAD = "ahead"
    BEHIND = "behind"
    STEPPED = "stepped"


class Doubt(msgspec.Struct, frozen=True):
    """A doubt that goes on."""

    cause: Cause
    step_ms: int
    """How far the machine's clock is from the time that was expected; negative: behind it."""
    since_ms: int
    """When it began, on the monotonic clock."""


class Step(msgspec.Struct, frozen=True):
    """The gateway's time was set: from now on it is `new_ms` where it was `old_ms`."""

    old_ms: int
    new_ms: int
    mixed: bool
    """Some times in the store are of before the start, and were right: only waits that still last are moved."""


class Clock:
    """Call it for the time, UTC epoch ms. It never runs backwards but by a `Step` or a correction that it follows."""

    def __init__(self, wall_ms: Callable[[], int] = wall_clock_ms, steady_ms: Callable[[], int] = monotonic_ms) -> None:
        self._wall_ms = wall_ms
        self._steady_ms = steady_ms
        self._offset_ms = wall_ms() - steady_ms()
        self._expected_ms: int | None = None
        """The offset with which it would be as late as the store knows, while a start's doubt goes on."""
        self.doubt: Doubt | None = None

    def __call__(self) -> int:
        return self._steady_ms() + self._offset_ms

    def begin(self, seen_ms: int | None, doubted: ClockDoubt | None = None) -> None:
        """Compare the machine's clock with the time at which the store was last seen; None: it never was.

        `doubted` is the doubt that was written down when the gateway ended, if it was in doubt.
        """
        if seen_ms is None:
            return
        ahead_ms = self() - seen_ms
        if doubted is not None and _goes_on(doubted, seen_ms, ahead_ms):
            self._offset_ms -= min(doubted.step_ms, ahead_ms)
            self._doubt(Cause.STEPPED, doubted.step_ms)
            return
        if ahead_ms < 0:
            self._offset_ms -= ahead_ms
        if -FOLLOWED_MS <= ahead_ms <= FAR_MS:
            return
        self._expected_ms = seen_ms - self._steady_ms()
        self._doubt(Cause.AHEAD if ahead_ms > 0 else Cause.BEHIND, ahead_ms)

    def look(self) -> Step | None:
        """Compare again, every second or so. Follows, begins or ends a doubt; the step if the time was set."""
        step_ms = self._wall_ms() - self()
        doubt = self.doubt
        if doubt is not None and (self._plausible() or self._steady_ms() - doubt.since_ms >= CONFIRM_SECONDS * 1000):
            return self.believe()
        if abs(step_ms) <= FOLLOWED_MS:
            self._offset_ms += step_ms
            if doubt is not None and doubt.cause is Cause.STEPPED:
                self.doubt = None
        elif doubt is None or (doubt.cause is Cause.STEPPED and abs(step_ms - doubt.step_ms) > FOLLOWED_MS):
            self._doubt(Cause.STEPPED, step_ms)
        return None

    def believe(self) -> Step | None:
        """Take the machine's clock as it is; the step, unless it is what the gateway goes by already."""
        mixed = self.doubt is not None and self.doubt.cause is Cause.AHEAD
        old_ms, new_ms = self(), self._wall_ms()
        self._offset_ms += new_ms - old_ms
        self._expected_ms = self.doubt = None
        return Step(old_ms, new_ms, mixed) if abs(new_ms - old_ms) > FOLLOWED_MS else None

    def _plausible(self) -> bool:
        """Whether the machine's clock has come to what an ordinary restart would have found."""
        if self._expected_ms is None:
            return False
        ahead_ms = self._wall_ms() - self._steady_ms() - self._expected_ms
        return -FOLLOWED_MS <= ahead_ms <= FAR_MS

    def _doubt(self, cause: Cause, step_ms: int) -> None:
        self.doubt = Doubt(cause, step_ms, self._steady_ms())


def _goes_on(doubted: ClockDoubt, seen_ms: int, ahead_ms: int) -> bool:
    """Whether the machine's clock is still ahead by a jump that a running gateway did not believe.

    Then the rest of `ahead_ms` is how long the gateway stood still. A jump back needs no memory: the start finds the
    clock behind `seen_ms`, or late enough to harm nobody. A doubt that began after `seen_ms` was a start's own (AHEAD),
    and is found again as it was found then.
    """
    stepped = doubted.step_ms > FOLLOWED_MS and doubted.since_ms <= seen_ms + FOLLOWED_MS
    stood_still_ms = ahead_ms - doubted.step_ms
    return stepped and not doubted.confirmed and -FOLLOWED_MS <= stood_still_ms <= FAR_MS
