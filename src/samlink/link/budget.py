"""What all links of one event loop may hold of their peers' requests together.

Each link has `READ_AHEAD_BYTES` of its own. What it holds beyond that, of a request that is being received or that is
not answered yet, counts against a budget that all share. While there is room for the longest request left in it,
everybody reads. From then on that room is one link's at a time: the others read no further than their own share, and so
push back on their peers. The one may finish its request, whatever its length, and hands the turn on when that is dealt
with: answered, refused, or cut since it did not come to its end in time (`GatewaySession`). So nobody waits for
somebody who waits, small requests pass, and turns go round in the order in which links had to stop.

A customer's links have a share of it (`RequestShare`), in which the same holds among them, and which counts as one in
the whole: so one customer's long requests wait for each other, and hold up others only when several customers have
filled theirs. Whoever has a turn that somebody waits for has to use it: `laggards` names those who do not.

What is held is never more than the budget, one read of `RECEIVE_BUFFER_BYTES` (or the owner's buffer), and each link's
own share. What the requests become while they are worked on is a few times as much.
"""

from typing import Final, Generic, Protocol, TypeVar

from samlink.wire.sessions.session import READ_AHEAD_BYTES

SHARES: Final = 4
"""A customer's share is one of so many."""
PROGRESS_BYTES: Final = 32 * 1024
"""What has to come from one look at laggards to the next, of a request that others wait for."""
LARGEST_MARGIN_BYTES: Final = 1024
"""A frame's header and its end, with room to spare."""


class Reader(Protocol):
    """A link, as the budget sees it."""

    def adjust_reading(self) -> None:
        """Ask `may_read` again."""


class SlowReader(Reader, Protocol):
    """A link that can be given up."""

    @property
    def awaits_peer(self) -> bool:
        """Whether it is the peer's turn to send."""

    def give_up_request(self, why: str) -> None:
        """End for the request that is under way."""


R = TypeVar("R", bound=Reader)


class _Turns(Generic[R]):
    """Counts what several hold, and says who may read on."""

    def __init__(self, shared_bytes: int) -> None:
        self._shared_bytes = shared_bytes
        self._beyond: dict[R, int] = {}
        """What each holds beyond its own share."""
        self._first: R | None = None
        """Whose turn it is."""
        self._waiting: dict[R, None] = {}
        self.held_bytes = 0
        """What all of them hold beyond their own shares."""

    @property
    def tight(self) -> bool:
        """Whether only one link may read beyond its own share."""
        return self.held_bytes >= self._shared_bytes

    def may_read(self, reader: R) -> bool:
        """Whether a link that wants to read may; one that may not is told later (`adjust_reading`)."""
        if not self.tight or reader is self._first or reader not in self._beyond:
            self._waiting.pop(reader, None)
            return True
        if self._first is None:
            self._first = reader
            return True
        self._waiting.setdefault(reader)
        return False

    def holds_beyond(self, reader: R, beyond: int) -> None:
        """One holds so many bytes beyond its own share now."""
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

    def leave(self, reader: R) -> None:
        """One is over, and nothing of its requests is worked on any more."""
        self._waiting.pop(reader, None)
        self.holds_beyond(reader, 0)
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


class RequestBudget(_Turns["RequestShare"]):
    """The whole."""

    def __init__(self, limit_bytes: int, *, largest_bytes: int) -> None:
        """`largest_bytes` is the longest body of a request, and `limit_bytes` at least that."""
        super().__init__(limit_bytes - largest_bytes - LARGEST_MARGIN_BYTES)
        self._shares: dict[int, RequestShare] = {}

    def share(self, customer: int) -> "RequestShare":
        """The share of a customer, by a number of its own; the same one as long as anything is held in it."""
        share = self._shares.get(customer)
        if share is None:
            share = self._shares[customer] = RequestShare(self, customer, self._shared_bytes // SHARES)
        return share

    def forget(self, customer: int) -> None:
        """Nothing is held in this share any more."""
        self._shares.pop(customer, None)

    def waits_for(self, share: "RequestShare") -> bool:
        """Whether other customers wait for this one's turn to be over."""
        return share is self._first and bool(self._waiting)

    def lets(self, share: "RequestShare") -> bool:
        """Whether this customer may hold more than it does."""
        return not self.tight or share is self._first

    def laggards(self) -> list[SlowReader]:
        """Links that have a turn for which others wait, and have hardly read since the last look."""
        found = [share.laggard() for share in list(self._shares.values())]
        return [one for one in found if one is not None]


class RequestShare(_Turns[SlowReader]):
    """What one customer's links may hold."""

    def __init__(self, whole: RequestBudget, customer: int, shared_bytes: int) -> None:
        super().__init__(shared_bytes)
        self._whole = whole
        self._customer = customer
        self._links = 0
        self._seen: tuple[SlowReader | None, int] = (None, 0)
        """Whose turn it was at the last look, and what it held."""

    @property
    def tight(self) -> bool:
        """See `_Turns.tight`: here, or in the whole."""
        return super().tight or self._whole.tight

    def enter(self) -> None:
        """One more link counts here, until it leaves."""
        self._links += 1

    def may_take(self, reader: SlowReader, held: int) -> int | None:
        """How many bytes `reader`, which holds `held`, may take with its next read; None for as many as it likes."""
        free = not self.tight or (reader is self._first and self._whole.lets(self))
        return None if free else max(1, READ_AHEAD_BYTES - held)

    def may_read(self, reader: SlowReader) -> bool:
        """See `_Turns.may_read`; whose turn it is here may have to wait for its turn in the whole."""
        return super().may_read(reader) and (reader is not self._first or self._whole.may_read(self))

    def holds(self, reader: SlowReader, held: int) -> None:
        """A link holds `held` bytes now, its own share included."""
        beyond = max(0, held - READ_AHEAD_BYTES)
        if beyond != self._beyond.get(reader, 0):
            self.holds_beyond(reader, beyond)
            self._whole.holds_beyond(self, self.held_bytes)

    def leave(self, reader: SlowReader) -> None:
        """See `_Turns.leave`."""
        super().leave(reader)
        self._whole.holds_beyond(self, self.held_bytes)
        self._links -= 1
        if not self._links:
            self._whole.leave(self)
            self._whole.forget(self._customer)

    def adjust_reading(self) -> None:
        """The whole has become tight, or is no more, or it is this customer's turn."""
        if not self.tight:
            self._let_on()
        elif self._first is not None:
            self._first.adjust_reading()
        for reader in list(self._beyond):
            reader.adjust_reading()

    def laggard(self) -> SlowReader | None:
        """The link whose turn it is, if it does not use it and others wait."""
        first, (seen, before) = self._first, self._seen
        if first is None or not self._whole.lets(self):
            self._seen = (None, 0)
            return None
        held = self._beyond.get(first, 0)
        self._seen = (first, held)
        waited_for = bool(self._waiting) or self._whole.waits_for(self)
        slow = first is seen and held - before < PROGRESS_BYTES and first.awaits_peer
        return first if slow and waited_for else None
