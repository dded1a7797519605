"""Log lines that a stranger can cause: the first of each kind at once, then one in a while that says how many came.

A kind is an event, an address and what else is given as `by`. Kinds are bounded; what comes beyond is one kind.
"""

import asyncio
from collections.abc import Callable
from typing import Any, Final

INTERVAL_SECONDS: Final = 60.0
KINDS_LIMIT: Final = 500
OTHERS: Final = "others"


class RepeatedLines:
    """Lines through one logger's method, as `log.info`."""

    def __init__(self, *, interval_seconds: float = INTERVAL_SECONDS) -> None:
        self._interval_seconds = interval_seconds
        self._since: dict[tuple[str, str, str], int] = {}
        """By kind: how many came after the one that was written."""
        self._last: dict[tuple[str, str, str], tuple[Callable[..., Any], dict[str, Any]]] = {}
        self._timer: asyncio.TimerHandle | None = None

    def say(self, log: Callable[..., Any], event: str, *, peer: str, by: str = "", **fields: Any) -> None:
        """Write the line, or count it."""
        kind = (event, peer, by)
        if kind not in self._since and len(self._since) >= KINDS_LIMIT:
            kind = (event, OTHERS, "")
        if kind in self._since:
            self._since[kind] += 1
            self._last[kind] = (log, {"peer": kind[1], **fields})
            return
        self._since[kind] = 0
        log(event, peer=peer, **fields)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._interval_seconds, self._tell)

    def _tell(self) -> None:
        """Write how many there were; a kind that was quiet may be written at once again."""
        self._timer = None
        since, self._since = self._since, {}
        last, self._last = self._last, {}
        for kind, count in since.items():
            if count:
                log, fields = last[kind]
                log(kind[0], **fields, repeated=count)
                self._since[kind] = 0
        if self._since:
            self._timer = asyncio.get_running_loop().call_later(self._interval_seconds, self._tell)

    def close(self) -> None:
        """Write what was counted, and count no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._tell()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
