"""Log lines that a peer can cause: the first of each kind at once, then one in a while that says how many came.

A kind is an event, an address and what else is given as `by`. Kinds are bounded; what comes beyond is one kind.
"""

import asyncio
import functools
from collections.abc import Callable
from typing import Any, Final, Protocol

INTERVAL_SECONDS: Final = 60.0
KINDS_LIMIT: Final = 500
CUSTOMER_LINES: Final = 10
"""Lines of one event of one customer, from one address, that are written at once: what happens now and then is seen
line by line."""
OTHERS: Final = "others"

Log = Callable[..., Any]
"""One logger's method, as `log.info`."""


class Say(Protocol):
    """Writes a line about one peer, or counts it."""

    def __call__(self, log: Log, event: str, /, **fields: Any) -> None: ...


class _Kind:
    """Lines of one kind in this interval."""

    __slots__ = ("count", "fields", "left", "log")

    def __init__(self, left: int) -> None:
        self.left = left
        """How many more are written at once."""
        self.count = 0
        """How many came after those, the last of them through `log` with `fields`."""
        self.log: Log
        self.fields: dict[str, Any]


class RepeatedLines:
    """Writes lines, or counts them."""

    def __init__(self, *, interval_seconds: float = INTERVAL_SECONDS) -> None:
        self._interval_seconds = interval_seconds
        self._kinds: dict[tuple[str, str, str], _Kind] = {}
        self._timer: asyncio.TimerHandle | None = None

    def say(self, log: Log, event: str, /, *, peer: str, by: str = "", at_once: int = 1, **fields: Any) -> None:
        """Write the line if it is one of the first `at_once` of its kind, else count it."""
        name = (event, peer, by)
        if name not in self._kinds and len(self._kinds) >= KINDS_LIMIT:
            name = (event, OTHERS, "")
        kind = self._kinds.setdefault(name, _Kind(at_once))
        if kind.left:
            kind.left -= 1
            log(event, peer=peer, **fields)
        else:
            kind.count += 1
            kind.log, kind.fields = log, {"peer": name[1], **fields}
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._interval_seconds, self._tell)

    def about(self, account_id: str, peer: str) -> Say:
        """For lines about a customer who has logged in from `peer`."""
        return functools.partial(self.say, peer=peer, by=account_id, at_once=CUSTOMER_LINES, account=account_id)

    def _tell(self) -> None:
        """Write how many there were; a kind that was quiet may be written at once again."""
        self._timer = None
        kinds, self._kinds = self._kinds, {}
        for name, kind in kinds.items():
            if kind.count:
                kind.log(name[0], **kind.fields, repeated=kind.count)
                self._kinds[name] = _Kind(0)
        if self._kinds:
            self._timer = asyncio.get_running_loop().call_later(self._interval_seconds, self._tell)

    def close(self) -> None:
        """Write what was counted, and count no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._tell()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
