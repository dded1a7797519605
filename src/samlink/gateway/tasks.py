"""Tasks that nobody awaits: none dies without a log line, and none outlives the part that it belongs to."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from samlink.gateway.watch.events import PartFailed
from samlink.store.contract import StoreLostError
from samlink.watch.events import Events


class Tasks:
    """The running tasks of one part."""

    def __init__(self, what: str, events: Events) -> None:
        """`what` names one of them, for the log."""
        self._events = events
        self._what = what
        self._running: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._running)

    def start(self, work: Coroutine[Any, Any, None], *, at_end: Callable[[], None] | None = None) -> None:
        """Run `work` beside everything else; `at_end` is called when it has ended in whatever way."""
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._ended)
        if at_end is not None:
            task.add_done_callback(lambda _: at_end())

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._running.discard(task)
        error = None if task.cancelled() else task.exception()
        # A store that is lost ends the whole gateway, which says so once.
        if error is not None and not isinstance(error, StoreLostError):
            self._events.tell(PartFailed(self._what, error))

    async def fewer_than(self, count: int) -> None:
        """Until less than `count` are running."""
        while len(self._running) >= count:
            await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)

    async def cancel(self) -> None:
        """End them all."""
        for task in self._running:
            task.cancel()
        await self.fewer_than(1)
