"""What a doubted clock means to the store: it is said, written down, and moves no deadline behind anybody's back."""

from collections.abc import Sequence

from samlink.gateway.clock import Cause, Clock, Doubt, Step
from samlink.gateway.watch.events import ClockBelieved, ClockDoubted, TimeSet
from samlink.store.contract import Store
from samlink.watch.events import Events


class Timekeeper:
    """Keeps a `Clock` and the store together; one for a gateway."""

    def __init__(self, clock: Clock, store: Store, events: Events) -> None:
        self._clock = clock
        self._store = store
        self._events = events
        self._said: Doubt | None = None
        self._steps: Sequence[Step] = ()
        """Set in the clock, and not yet in the store."""

    @property
    def settled(self) -> bool:
        """Whether the time is beyond doubt, in the store too: else nothing is given up, and nothing removed."""
        return self._clock.doubt is None and not self._steps

    @property
    def may_be_ahead(self) -> bool:
        """Whether times that seem past may be yet to come."""
        return self._clock.doubt is not None and self._clock.doubt.cause is Cause.AHEAD

    async def begin(self) -> None:
        """Compare the clock with what the store knows, before anything goes by it."""
        self._clock.begin(await self._store.seen_ms(), await self._store.clock_doubt())
        await self._tell()

    async def look(self) -> None:
        """Look at the clock again, and let the store follow."""
        doubt = None if self._clock.doubt is None else await self._store.clock_doubt()
        confirmed = doubt is not None and doubt.confirmed
        step = self._clock.believe() if confirmed else self._clock.look()
        if step is not None:
            self._steps = (*self._steps, step)
        while self._steps:
            first, *later = self._steps
            await self._store.move_time(first.old_ms, first.new_ms, mixed=first.mixed)
            self._steps = tuple(later)
            self._events.tell(TimeSet(_seconds(first.new_ms - first.old_ms)))
        if self._clock.doubt != self._said:
            await self._tell()

    async def _tell(self) -> None:
        doubt = self._clock.doubt
        await self._store.doubt_clock(None if doubt is None else doubt.step_ms)
        if doubt is not None:
            self._events.tell(ClockDoubted(doubt.cause.value, _seconds(doubt.step_ms)))
        elif self._said is not None:
            self._events.tell(ClockBelieved())
        self._said = doubt


def _seconds(ms: int) -> int:
    return round(ms / 1000)
