"""What all links of one event loop may hold of their peers' requests together.

Each link has `READ_AHEAD_BYTES` of its own. What it holds beyond that, of a request that is being received or that is
not answered yet, counts against a budget that all share. While there is room for the longest request left in it,
everybody reads. From then on that room is one link's at a time: the others read no further than their own share, and so
push back on their peers. The one may finish its request, whatever its length, and hands the turn on when that is dealt
with: answered, refused, or cut since it did not come to its end in time (`GatewaySession`). So nobody waits for
somebody who waits, small requests pass, and turns go round in the order in which links had to stop.

What is held is never more than the budget, one read of `RECEIVE_BUFFER_BYTES` (or the owner's buffer), and each link's
own share. What the requests become while they are worked on is a few times as much.
"""

from typing import Final, Protocol

from samlink.wire.session import READ_AHEAD_BYTES

LARGEST_MARGIN_BYTES: Final = 1024
"""A frame's header and its end, with room to spare."""


class Reader(Protocol):
    """A link, as the budget sees it."""

    def adjust_reading(self) -> None:
        """Ask `may_read` again."""


class RequestBudget:
    """Counts, and says who may read on."""

    def __init__(self, limit_bytes: int, *, largest_bytes: int) -> None:
        """`largest_bytes` is the longest body of a request, and `limit_bytes` at least that."""
        self._shared_bytes = limit_bytes - largest_bytes - LARGEST_MARGIN_BYTES
        self._beyond: dict[Reader, int] = {}
        """What each link holds beyond its own share."""
        self._first: Reader | None = None
        """Whose turn it is."""
        self._waiting: dict[Reader, None] = {}
        self.held_bytes = 0
        """What all of them hold beyond their own shares."""

    @property
    def tight(self) -> bool:
        """Whether only one link may read beyond its own share."""
        return self.held_bytes >= self._shared_bytes

    def may_take(self, reader: Reader, held: int) -> int | None:
        """How many bytes `reader`, which holds `held`, may take with its next read; None for as many as it likes."""
        return max(1, READ_AHEAD_BYTES - held) if self.tight and reader is not self._first else None

    def may_read(self, reader: Reader) -> bool:
        """Whether a link that wants to read may; one that may not is told later (`adjust_reading`)."""
        if not self.tight or reader is self._first or reader not in self._beyond:
            self._waiting.pop(reader, None)
            return True
        if self._first is None:
            self._first = reader
            return True
        self._waiting.setdefault(reader)
        return False

    def holds(self, reader: Reader, held: int) -> None:
        """A link holds `held` bytes now, its own share included."""
        beyond = max(0, held - READ_AHEAD_BYTES)
        before = self._beyond.get(reader, 0)
        if beyond == before:
            return
        was_tight = self.tight
        self.held_bytes += beyond - before
        if beyond:
            self._beyond[reader] = beyond
        else:
            del self._beyond[reader]
        if beyond < before and reader is self._first:
            self._first = None
        if self.tight and not was_tight:
            for one in list(self._beyond):
                one.adjust_reading()
        self._let_on()

    def leave(self, reader: Reader) -> None:
        """A link is over, and nothing of its requests is worked on any more."""
        self._waiting.pop(reader, None)
        self.holds(reader, 0)
        if reader is self._first:
            self._first = None
            self._let_on()

    def _let_on(self) -> None:
        if not self.tight:
            waiting, self._waiting = self._waiting, {}
            for reader in waiting:
                reader.adjust_reading()
        elif self._first is None and self._waiting:
            self._first = next(iter(self._waiting))
            del self._waiting[self._first]
            self._first.adjust_reading()
