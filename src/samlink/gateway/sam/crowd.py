"""Who takes up a bounded room, by key (an address), and who has to give way when it is full.

The key with the most members does: so a crowd of one key costs its own members, and one more of any other finds room.
"""

from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
M = TypeVar("M", bound=Hashable)


class Crowd(Generic[K, M]):
    """Members by key, the oldest first."""

    def __init__(self, limit: int, *, limit_per_key: int) -> None:
        self._limit = limit
        self._limit_per_key = limit_per_key
        self._members: dict[K, dict[M, None]] = {}
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def gives_way(self, key: K) -> K | None:
        """The key of which a member has to go before one more of `key` may enter; None when there is room."""
        if len(self._members.get(key, ())) >= self._limit_per_key:
            return key
        if self._count < self._limit:
            return None
        largest = self.largest()
        if largest is None:
            return None
        return key if len(self._members.get(key, ())) >= len(self._members[largest]) else largest

    def has(self, key: K) -> bool:
        """Whether `key` has a member."""
        return key in self._members

    def largest(self) -> K | None:
        """The key with most members; None when there is none."""
        return max(self._members, key=lambda one: len(self._members[one]), default=None)

    def oldest(self, key: K) -> M:
        """The member of `key` that entered first."""
        return next(iter(self._members[key]))

    def newest(self, key: K) -> M:
        """The member of `key` that entered last."""
        return next(reversed(self._members[key]))

    def enter(self, key: K, member: M) -> None:
        """Count a member; once."""
        self._members.setdefault(key, {})[member] = None
        self._count += 1

    def leave(self, key: K, member: M) -> None:
        """Count a member no more; one that is not counted changes nothing."""
        members = self._members.get(key)
        if members is None or member not in members:
            return
        del members[member]
        self._count -= 1
        if not members:
            del self._members[key]
