"""What the carrier took and has no result yet, until the store knows it (SENDING → SENT).

Most results come within a blink of the carrier's answer, and settle the message at once; so an answer waits
`LINGER_SECONDS` before it is recorded by a commit of its own. A crash within it leaves the message UNKNOWN, as a crash
just before the answer would. A result that came before the answer changes nothing here: the store then only learns the
carrier's reference.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from samlink.carriers.contract import Answer
from samlink.core.message import Claimed, storable
from samlink.gateway.waits import Waits
from samlink.store.contract import Store, Submitted
from samlink.store.contract.values import Lease
from samlink.vocabulary.services import Service

LINGER_SECONDS: Final = 0.05


class InFlight:
    """Answers that wait to be recorded."""

    def __init__(self, store: Store, carrier: str, *, lease: Lease, waits: Waits) -> None:
        self._store = store
        self._carrier = carrier
        self._lease = lease
        self._waits = waits
        self._taken: dict[int, tuple[str, int]] = {}
        """By the message's id: the carrier's reference, and how long a result is waited for, ms."""
        self._any = asyncio.Event()
        self._writing = asyncio.Lock()

    def __len__(self) -> int:
        return len(self._taken)

    def taken(self, answers: Sequence[Answer], messages: Mapping[int, Claimed]) -> None:
        """The carrier has these, of the batch `messages`."""
        wait_ms: dict[int, int] = {service: self._waits.result_wait_ms(service) for service in Service}
        for answer in answers:
            reference = answer.reference and storable(answer.reference)
            self._taken[answer.id] = (reference, wait_ms[messages[answer.id].service])
        if self._taken:
            self._any.set()

    def settled(self, ids: Iterable[int]) -> None:
        """These have their result; nothing is left to record."""
        taken = self._taken
        for number in ids:
            taken.pop(number, None)

    async def wait(self) -> None:
        """Until there is something to record, and a little longer."""
        await self._any.wait()
        await asyncio.sleep(LINGER_SECONDS)
        self._any.clear()

    async def write(self) -> Submitted:
        """Record the answers of one wait for results, and return the results that were here before them.

        Call it until nothing is left.

        Raises:
            StoreError: what was not recorded is kept for the next call.
        """
        async with self._writing:
            by_wait: dict[int, list[tuple[int, str, str]]] = defaultdict(list)
            for number, (reference, wait_ms) in self._taken.items():
                by_wait[wait_ms].append((number, self._carrier, reference))
            if not by_wait:
                return Submitted([], [])
            wait_ms, references = by_wait.popitem()
            submitted = await self._store.submitted(self._lease.token, references, wait_ms, taking=self._lease)
            self.settled(number for number, _, _ in references)
            return submitted
