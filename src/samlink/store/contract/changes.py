"""What others change in a store, told to any number of readers.

A reader that is slow misses nothing that matters: it hears once that accounts have changed, however often they did, and
reads them anew.
"""

import asyncio
import enum
import weakref


class Change(enum.StrEnum):
    """What has changed."""

    ACCOUNTS = "accounts"
    """Accounts, their money, or what rules look up."""


class Subscription:
    """One reader's changes: `async for change in subscription`. It begins when it is made, and ends with the store."""

    def __init__(self) -> None:
        self._pending: dict[Change, None] = {}
        self._news = asyncio.Event()
        self._ended = False

    def tell(self, change: Change) -> None:
        """Something has changed."""
        self._pending[change] = None
        self._news.set()

    def end(self) -> None:
        """There will be no more changes."""
        self._ended = True
        self._news.set()

    def __aiter__(self) -> "Subscription":
        return self

    async def __anext__(self) -> Change:
        while not self._pending:
            if self._ended:
                raise StopAsyncIteration
            self._news.clear()
            await self._news.wait()
        change = next(iter(self._pending))
        del self._pending[change]
        return change


class ChangeFeed:
    """The subscriptions to one store; one that nobody holds any more is forgotten."""

    def __init__(self) -> None:
        self._subscriptions: weakref.WeakSet[Subscription] = weakref.WeakSet()
        self._ended = False

    def subscribe(self) -> Subscription:
        """A new reader's changes from now on; none after the end."""
        subscription = Subscription()
        if self._ended:
            subscription.end()
        self._subscriptions.add(subscription)
        return subscription

    def tell(self, change: Change) -> None:
        """Tell every reader."""
        for subscription in tuple(self._subscriptions):
            subscription.tell(change)

    def end(self) -> None:
        """Tell every reader, of today and later, that there is no more to come."""
        self._ended = True
        for subscription in tuple(self._subscriptions):
            subscription.end()
