"""Rows that a gateway rejects with codes that nobody here knows: whose fault is it? In memory, of one table.

A gateway that is not samlink has codes of its own. A refusal is the request's trouble first: the client library has the
same request refused twice before it tries its messages apart, so each row that is told here was refused alone. A row
that is refused alone for the third time gets 79, so that it never stops the table.

But a gateway may refuse everything for a while: an account without money, a system that is down. While it takes
nothing, one row at most is given up for each round, and rounds come more and more seldom, so that such a day does not
cost the whole table.
"""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

from samlink.agent.judge.verdict import Claimed, Refused
from samlink.client import PacketRefusedError
from samlink.vocabulary.results import ResultCode

TIMES: Final = 3
"""How often a row is refused alone before it is given up."""
REMEMBERED: Final = 1000
"""Rows of which that is known; the oldest are forgotten first, and then counted anew."""
LONGEST_PAUSE: Final = 12
"""The longest wait between two rounds in which nothing was taken, in waits after a failure (`retry_seconds`)."""


class Rejections:
    """What is known of one table's rows."""

    def __init__(self) -> None:
        self._times: OrderedDict[tuple[str, str], int] = OrderedDict()
        self._rounds_in_vain: int = 0
        self._taken = 0
        """Rows that were taken since rows were last given up or kept: by whichever of the table's feeders."""

    @property
    def pause(self) -> int:
        """How long to wait before the next round, in waits after a failure."""
        return min(1 << max(0, self._rounds_in_vain - 1), LONGEST_PAUSE)

    @property
    def in_vain(self) -> bool:
        """Whether nothing was taken lately: rows that were not tried yet may tell whose fault that is."""
        return self._rounds_in_vain > 0

    def hear(self, rejected: Sequence[tuple[Claimed, PacketRefusedError]], taken: int) -> list[tuple[Claimed, Refused]]:
        """The rows of one round that were refused alone, and how many rows the gateway took; which are given up."""
        self._taken += taken
        if self._taken:
            self._rounds_in_vain = 0
        elif rejected:
            self._rounds_in_vain += 1
        if not rejected:
            return []
        lost = [(row, error) for row, error in rejected if self._count(row) >= TIMES]
        if not self._taken:
            del lost[1:]
        self._taken = 0
        for row, _ in lost:
            del self._times[row.group_id, row.message_id]
        return [(row, Refused(ResultCode.AGENT_OTHER, f"{error}, for the third time")) for row, error in lost]

    def _count(self, row: Claimed) -> int:
        """Once more; how often by now."""
        key = (row.group_id, row.message_id)
        times = self._times.pop(key, 0) + 1
        self._times[key] = times
        if len(self._times) > REMEMBERED:
            self._times.popitem(last=False)
        return times
