"""How many messages a second: a token bucket, fed with the time."""

from typing import Final

_MS: Final = 1_000


class Pace:
    """Lets `per_second` messages pass in each second, the first second's worth at once; 0 sets no bound.

    A batch passes when there is room for one message, and what it takes beyond is owed: so a batch that is larger than
    a second's worth passes too, and the next one waits for it.
    """

    def __init__(self, per_second: int, now_ms: int) -> None:
        self._per_second = per_second
        self._room = per_second * _MS
        """Thousandths of a message; negative is owed."""
        self._seen_ms = now_ms

    def wait_ms(self, now_ms: int) -> int:
        """How long until the next batch may pass; 0 when it may."""
        if not self._per_second:
            return 0
        self._room = min(self._per_second * _MS, self._room + max(0, now_ms - self._seen_ms) * self._per_second)
        self._seen_ms = now_ms
        return max(0, -(-(_MS - self._room) // self._per_second))

    def take(self, count: int) -> None:
        """Count messages that have passed."""
        self._room -= count * _MS
