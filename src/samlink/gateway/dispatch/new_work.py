"""New work wakes the dispatches that serve its route."""

import asyncio
from collections.abc import Collection


class NewWork:
    """One event for each dispatch."""

    def __init__(self) -> None:
        self._events: list[tuple[frozenset[str], asyncio.Event]] = []

    def event(self, routes: Collection[str]) -> asyncio.Event:
        """An event that is set when something may be due on one of `routes`; its waiter clears it."""
        event = asyncio.Event()
        self._events.append((frozenset(routes), event))
        return event

    def tell(self, routes: Collection[str]) -> None:
        """Something may be due on these routes."""
        for served, event in self._events:
            if not served.isdisjoint(routes):
                event.set()
