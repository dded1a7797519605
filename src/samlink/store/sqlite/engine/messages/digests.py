"""What was accepted lately, by digests of receiver and content: how a duplicate (84) is found.

A digest is random, so a table that is ordered by digests would have a page of its own changed, logged and copied for
nearly each of them. What is written here are packets (`digest_packet`): one row for all digests of a packet, at the
table's end. The process that accepts mirrors that table in memory and looks digests up there. Up to `IN_MEMORY` are so;
the oldest beyond it move to the table `digest`, many at a time and in its order, and are looked up there.

So the two tables are the truth, and a change of them is undone with its transaction. The mirror only follows: before
each use it drops what the table does not have any more, and reads what it has not seen, as after a start.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import apsw
import msgspec

from samlink.store.sqlite import statements
from samlink.store.sqlite.database import store_error
from samlink.store.sqlite.engine.verbs import Verbs

SQL: Final = statements.load("digests")
IN_MEMORY: Final = 400_000
"""Most digests that are mirrored, for all accounts together; each takes about 100 bytes."""
MOVED_AT_ONCE: Final = 20_000
"""So many of the oldest move when there are more: a page of the table `digest` then takes several of them."""
SWEPT_AT_ONCE: Final = 20_000
"""Digests that one step of `sweep` removes, about, however many its packets have."""
PACKET_WEIGHT: Final = 3
"""A packet takes the memory of so many digests beside its own."""

_packed: Final = msgspec.msgpack.Encoder()
_unpacked: Final = msgspec.msgpack.Decoder(list[bytes])
_NOTHING_REPLACED: Final[Mapping[bytes, int]] = {}


class _Packet(NamedTuple):
    """One row of `digest_packet`, mirrored."""

    account: int
    at_ms: int
    digests: Sequence[bytes]
    replaced: Mapping[bytes, int]
    """The times that its digests had before."""


class Mirror:
    """The packets of the table `digest_packet`, and their digests by account."""

    def __init__(self, given: int = 0) -> None:
        """`given` is the highest number that a packet has had in this process."""
        self._given = given
        self._packets: dict[int, _Packet] = {}
        self._order: deque[int] = deque()
        """Numbers of packets, ascending; of forgotten ones too."""
        self._times: dict[int, dict[bytes, int]] = {}
        """By account: when a digest was accepted last."""
        self.weight = 0
        """How much is mirrored, in digests."""

    @property
    def newest(self) -> int:
        """The number of the last packet that was added; 0 for none."""
        return self._order[-1] if self._order else 0

    @property
    def next_number(self) -> int:
        """For a packet to be added to the table. None is given twice, or one that took the place of a newest packet
        that was swept would not be told from it when both are undone."""
        return self._given + 1

    def without_packets(self) -> "Mirror":
        """An empty one, to be filled anew."""
        return Mirror(self._given)

    def lacks(self, oldest: int) -> bool:
        """Whether it has forgotten the table's oldest packet, since the removal of that was rolled back."""
        return bool(self._order) and oldest < self._order[0]

    def add(self, no: int, account: int, at_ms: int, digests: Sequence[bytes]) -> None:
        """Mirror the table's newest packet."""
        times = self._times.setdefault(account, {})
        replaced = _NOTHING_REPLACED
        if not times.keys().isdisjoint(digests):
            replaced = {digest: times[digest] for digest in digests if digest in times}
        times.update(dict.fromkeys(digests, at_ms))
        self._packets[no] = _Packet(account, at_ms, digests, replaced)
        self._order.append(no)
        self._given = max(self._given, no)
        self.weight += len(digests) + PACKET_WEIGHT

    def known(self, account: int, digests: Sequence[bytes], since_ms: int) -> set[bytes]:
        """Which of `digests` were accepted after `since_ms`."""
        times = self._times.get(account, {})
        if times.keys().isdisjoint(digests):
            return set()
        return {digest for digest in digests if times.get(digest, since_ms) > since_ms}

    def keep(self, oldest: int, newest: int) -> None:
        """Drop what is not between these numbers: rolled back at the one end, moved to another table at the other."""
        order = self._order
        while order and order[-1] > newest:
            self._drop(order.pop(), undone=True)
        while order and order[0] < oldest:
            self.forget(order.popleft())

    def forget(self, no: int) -> None:
        """The table does not have this packet any more."""
        self._drop(no, undone=False)

    def _drop(self, no: int, *, undone: bool) -> None:
        packet = self._packets.pop(no, None)
        if packet is None:
            return
        account, at_ms, digests, replaced = packet
        times = self._times.get(account, {})
        for digest in digests:
            if times.get(digest) != at_ms:
                continue  # a later packet has it too
            if undone and digest in replaced:
                times[digest] = replaced[digest]
            else:
                del times[digest]
        if not times:
            self._times.pop(account, None)
        self.weight -= len(digests) + PACKET_WEIGHT


class Digests(Verbs):
    """Finds duplicates, and remembers what is none."""

    def __init__(self, db: apsw.Connection) -> None:
        self._db = db
        self._mirror = Mirror()

    def load(self) -> None:
        """Mirror what the tables have; without it the first use does so. Raises StoreError when they cannot be read."""
        try:
            self._follow()
        except apsw.Error as error:
            raise store_error(error) from error

    def duplicates(self, account: int, digests: Sequence[bytes], since_ms: int) -> set[bytes]:
        """Which of `digests` the account was accepted for after `since_ms` (UTC epoch ms)."""
        any_older = self._follow()
        found = self._mirror.known(account, digests, since_ms)
        if any_older:
            rows = self._db.execute(SQL["older"], (account, apsw.carray(tuple(digests)), since_ms))
            found.update(row[0] for row in rows)
        return found

    def remember(self, account: int, digests: Sequence[bytes], now_ms: int) -> None:
        """Messages with these digests are accepted for sending. To be called after `duplicates`."""
        if not digests:
            return
        no = self._mirror.next_number
        self._db.execute(SQL["add"], (no, account, now_ms, _packed.encode(digests)))
        self._mirror.add(no, account, now_ms, digests)
        if self._mirror.weight > IN_MEMORY:
            self._move_oldest()

    def _follow(self) -> bool:
        """Bring the mirror to where the table is; whether the other table has anything."""
        found: list[tuple[Any, ...]] = self._db.execute(SQL["ends"]).fetchall()
        oldest, newest, any_older = found[0]
        if self._mirror.lacks(oldest):
            self._mirror = self._mirror.without_packets()
        mirror = self._mirror
        mirror.keep(oldest, newest)
        if mirror.newest < newest:
            for no, account, at_ms, digests in self._db.execute(SQL["later"], (mirror.newest,)):
                mirror.add(no, account, at_ms, _unpacked.decode(digests))
        return bool(any_older)

    def _move_oldest(self) -> None:
        """Move the packets that are not to be in memory any more; the mirror sees it at its next use."""
        moved: list[tuple[int, bytes, int]] = []
        last = 0
        packets = self._db.execute(SQL["oldest"])
        for no, account, at_ms, digests in packets:
            moved += [(account, digest, at_ms) for digest in _unpacked.decode(digests)]
            last = no
            if len(moved) >= MOVED_AT_ONCE:
                break
        packets.close()
        self._db.executemany(SQL["move"], sorted(moved))
        self._db.execute(SQL["moved"], (last,))

    def sweep(self, now_ms: int, limit: int) -> int:
        """Forget up to `limit` packets, and single digests, that are outside their accounts' windows; how many digests
        that were."""
        removed, last = 0, []
        packets = self._db.execute(SQL["ended"], {"now": now_ms, "limit": limit})
        for no, digests in packets:
            last.append(no)
            removed += len(_unpacked.decode(digests))
            if removed >= SWEPT_AT_ONCE:
                break
        packets.close()
        self._db.executemany(SQL["remove"], [(no,) for no in last])
        for no in last:
            self._mirror.forget(no)
        self._db.execute(SQL["forget"], {"now": now_ms, "limit": limit})
        return removed + self._db.changes()
