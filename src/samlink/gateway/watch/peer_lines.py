"""Events that a peer can cause: each is handed on, and of the lines of one kind the first are written at once, then one
in a while that says how many came.

A kind is an event, an address and what else is given as `by`. Kinds are bounded; what comes beyond is one kind.
"""

import asyncio
import functools
from collections.abc import Callable
from typing import Any, Final

from samlink.watch.events import Event, Events, log_event

INTERVAL_SECONDS: Final = 60.0
KINDS_LIMIT: Final = 500
CUSTOMER_LINES: Final = 10
"""Lines of one event of one customer, from one address, that are written at once: what happens now and then is seen
line by line."""
OTHERS: Final = "others"

Tell = Callable[[Event], None]
"""Tells of one peer."""


class _Kind:
    """Lines of one kind in this interval."""

    __slots__ = ("context", "count", "event", "left")

    def __init__(self, left: int) -> None:
        self.left = left
        """How many more are written at once."""
        self.count = 0
        """How many came after those, the last of them `event` with `context`."""
        self.event: Event
        self.context: dict[str, Any]


class PeerLines:
    """Hands events on, and writes their lines or counts them."""

    def __init__(self, events: Events) -> None:
        self._events = events
        self._kinds: dict[tuple[str, str, str], _Kind] = {}
        self._timer: asyncio.TimerHandle | None = None

    def tell(self, event: Event, *, peer: str, by: str = "", at_once: int = 1, **context: Any) -> None:
        """Hand the event on; write its line if it is one of the first `at_once` of its kind, else count it."""
        self._events.tell(event)
        if event.level is None:
            return
        name = (event.name, peer, by)
        if name not in self._kinds and len(self._kinds) >= KINDS_LIMIT:
            name = (event.name, OTHERS, "")
        kind = self._kinds.setdefault(name, _Kind(at_once))
        if kind.left:
            kind.left -= 1
            log_event(event, peer=peer, **context)
        else:
            kind.count += 1
            kind.event, kind.context = event, {"peer": name[1], **context}
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(INTERVAL_SECONDS, self._write_counts)

    def about(self, account_id: str, peer: str) -> Tell:
        """To tell of a customer who has logged in from `peer`."""
        return functools.partial(self.tell, peer=peer, by=account_id, at_once=CUSTOMER_LINES, account=account_id)

    def _write_counts(self) -> None:
        """Write how many there were; a kind that was quiet may be written at once again."""
        self._timer = None
        kinds, self._kinds = self._kinds, {}
        for name, kind in kinds.items():
            if kind.count:
                log_event(kind.event, **kind.context, repeated=kind.count)
                self._kinds[name] = _Kind(0)
        if self._kinds:
            self._timer = asyncio.get_running_loop().call_later(INTERVAL_SECONDS, self._write_counts)

    def close(self) -> None:
        """Write what was counted, and count no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._write_counts()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
