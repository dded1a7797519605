"""What the gateway keeps of the store in memory, read again when another process has changed it."""

import asyncio
from collections.abc import Awaitable, Callable

from samlink.gateway.tasks import Tasks
from samlink.gateway.watch.events import StoreFailing
from samlink.store.contract import StoreError, StoreLostError
from samlink.watch.events import Events


class Refresher:
    """Calls `read` after each change, one reading at a time, and again after a pause when the store could not answer.

    Who was closed must not stay, and who opted out must not be written to, because the disk was full for a moment.
    """

    def __init__(self, what: str, read: Callable[[], Awaitable[None]], *, retry_seconds: float, events: Events) -> None:
        """`what` is read, for the log."""
        self._what = what
        self._events = events
        self._read = read
        self._retry_seconds = retry_seconds
        self._changed = False
        self._reading = False
        self._readings = Tasks(f"reading the {what}", events)

    def changed(self) -> None:
        """There is something new; a change that comes while an earlier one is being read is read after it."""
        self._changed = True
        if not self._reading:
            self._reading = True
            self._readings.start(self._read_all())

    @property
    def waiting(self) -> bool:
        """Whether a change waits until an earlier one has been read."""
        return self._changed

    async def stop(self) -> None:
        """Hear of no more changes."""
        await self._readings.cancel()

    async def _read_all(self) -> None:
        try:
            while self._changed:
                self._changed = False
                await self._read_once()
        finally:
            self._reading = False

    async def _read_once(self) -> None:
        try:
            await self._read()
        except StoreLostError:
            return
        except StoreError as error:
            self._events.tell(StoreFailing(f"read the {self._what}", str(error)))
            self._changed = True
            await asyncio.sleep(self._retry_seconds)
