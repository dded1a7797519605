"""The ids a carrier has had, as many as it is told to remember."""

from collections.abc import Iterable, Set


class RememberedIds:
    """The latest ids, at least `at_least` of them and less than three times as many.

    Two sets, the older of which is dropped whole: forgetting costs nothing.
    """

    def __init__(self, at_least: int) -> None:
        self._at_least = at_least
        self._recent: set[int] = set()
        self._older: set[int] = set()

    def known(self, ids: Set[int]) -> Set[int]:
        """Which of these it remembers."""
        if self._recent.isdisjoint(ids) and self._older.isdisjoint(ids):
            return frozenset()
        return {message_id for message_id in ids if message_id in self._recent or message_id in self._older}

    def add(self, ids: Iterable[int]) -> None:
        """Remember these, at most `at_least` of them in one call."""
        self._recent.update(ids)
        if len(self._recent) >= self._at_least:
            self._older, self._recent = self._recent, set()

    def __len__(self) -> int:
        return len(self._recent) + len(self._older)
