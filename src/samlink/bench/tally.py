"""Which messages were accepted, and how many results each of them has: nothing lost, nothing twice."""

from typing import Final

from samlink.bench.findings import BenchError
from samlink.vocabulary.problem import N_
from samlink.vocabulary.results import ResultCode

_MOST: Final = 255
"""Results of one message that are told apart."""


class Tally:
    """Counts by the messages' numbers, which begin at 0 and have no gaps."""

    def __init__(self) -> None:
        self._came = bytearray()
        self.accepted = 0
        """Messages that the gateway has answered for."""
        self.results = 0
        """Results that came."""
        self.failed = 0
        """Results other than delivered."""

    def begin(self, messages: int) -> range:
        """The numbers of so many messages that will be sent."""
        first = len(self._came)
        self._came.extend(bytes(messages))
        return range(first, first + messages)

    def came(self, number: int, result: int) -> None:
        """A result came for the message of that number."""
        self._came[number] = min(self._came[number] + 1, _MOST)
        self.results += 1
        if result != ResultCode.DELIVERED:
            self.failed += 1

    @property
    def missing(self) -> int:
        """Results that are still to come."""
        return self.accepted - self.results

    def verify(self) -> int:
        """How many messages there are, each of them accepted and with one result, delivered. Raises BenchError: it is
        not so; says how many are lost, doubled or failed."""
        lost = self._came.count(0)
        doubled = len(self._came) - lost - self._came.count(1)
        if lost or doubled or self.failed or self.accepted != len(self._came):
            template = N_(
                "the counts do not agree: {sent} accepted, {missing} without a result, {doubled} with several, "
                "{failed} failed"
            )
            raise BenchError(
                "bench.counts", template, sent=self.accepted, missing=lost, doubled=doubled, failed=self.failed
            )
        return self.accepted
