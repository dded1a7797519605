"""Rows that a gateway rejects with unknown codes: is it the row or the gateway? In memory, for one table.

A gateway other than samlink has codes of its own. A refusal concerns the request first: only when the same request was
refused twice does the client library divide it, so each row that comes here was refused alone. A row that is refused
alone for the third time gets 79, so that it never stops the table.

But a gateway may refuse everything for a while: the account has no money, a system is down. While it takes nothing, at
most one row is given up in each round, with a backoff between rounds, so that such a day does not cost the whole table.
"""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

from samlink.agent.driver_errors import reason_of
from samlink.agent.judge.verdict import Refused
from samlink.agent.tables.rows import Claimed, Key
from samlink.client import PacketRefusedError
from samlink.vocabulary.problem import N_, Problem
from samlink.vocabulary.results import ResultCode

TIMES: Final = 3
"""How often a row is refused alone before it is given up."""
REMEMBERED: Final = 1000
"""Rows that are remembered; the oldest are forgotten first, and then counted from 0."""
LONGEST_PAUSE: Final = 12
"""The longest backoff between two rounds in which nothing was taken, in units of `retry_seconds`."""


class Rejections:
    """The rejected rows of one table."""

    def __init__(self) -> None:
        self._times: OrderedDict[Key, int] = OrderedDict()
        self._rounds_in_vain: int = 0
        self._taken = 0
        """Rows that were taken, by any of the table's feeders, since rows were last given up or kept."""

    @property
    def pause(self) -> int:
        """The backoff before the next round, in units of `retry_seconds`."""
        return min(1 << max(0, self._rounds_in_vain - 1), LONGEST_PAUSE)

    @property
    def in_vain(self) -> bool:
        """Whether nothing was taken lately: rows that were not tried yet may show whose fault it is."""
        return self._rounds_in_vain > 0

    def hear(self, rejected: Sequence[tuple[Claimed, PacketRefusedError]], taken: int) -> list[tuple[Claimed, Refused]]:
        """Note the rows of one round that were refused alone, and how many rows the gateway took; the rows to give
        up."""
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
            del self._times[row.key]
        return [(row, Refused(ResultCode.AGENT_OTHER, _third_time(error))) for row, error in lost]

    def _count(self, row: Claimed) -> int:
        """Count a row once more; how often by now."""
        times = self._times.pop(row.key, 0) + 1
        self._times[row.key] = times
        if len(self._times) > REMEMBERED:
            self._times.popitem(last=False)
        return times


def _third_time(error: PacketRefusedError) -> Problem:
    return Problem("row.rejected", N_("{why}, for the third time"), why=reason_of(error))
