"""What the carrier took and has no result yet, until the store knows it (SENDING → SENT).

Most results come within a blink of the carrier's answer, and settle the message at once; so an answer waits
`LINGER_SECONDS` before it is recorded by a commit of its own. A crash within it leaves the message UNKNOWN, as a crash
just before the answer would.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from samlink.carriers.contract import Answer
from samlink.core.message import Outcome, Report, storable
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
        self._submitting: dict[int, int] = {}
        """Submitted and not answered: id and service."""
        self._early: set[int] = set()
        """Those of them that are settled already."""
        self._taken: dict[int, tuple[str, int]] = {}
        """Answered, not settled, not recorded: id, the carrier's reference and the service."""
        self._reports: list[Report] = []
        self._outcomes: list[Outcome] = []
        """Both of a write whose other half failed: they go with the next one's."""
        self._any = asyncio.Event()
        self._writing = asyncio.Lock()

    def submitting(self, services: Mapping[int, int]) -> None:
        """These are being submitted: id and service."""
        self._submitting.update(services)

    def taken(self, answers: Sequence[Answer]) -> None:
        """The carrier has these."""
        for answer in answers:
            service = self._submitting.pop(answer.id, Service.MMS)
            if answer.id in self._early:
                self._early.discard(answer.id)
            else:
                self._taken[answer.id] = (storable(answer.reference), service)
        if self._taken:
            self._any.set()

    def not_taken(self, ids: Iterable[int]) -> None:
        """The carrier does not have these, or no answer will come for them."""
        for number in ids:
            self._submitting.pop(number, None)
            self._early.discard(number)

    def settled(self, ids: Iterable[int]) -> None:
        """These have their result; nothing is left to record."""
        submitting, taken = self._submitting, self._taken
        for number in ids:
            if number in submitting:
                self._early.add(number)
            else:
                taken.pop(number, None)

    async def wait(self) -> None:
        """Until there is something to record, and a little longer."""
        await self._any.wait()
        await asyncio.sleep(LINGER_SECONDS)
        self._any.clear()

    async def write(self) -> Submitted:
        """Record what is left; what became of results that came by reference before the answer did.

        Raises:
            StoreError: what was not recorded is kept for the next call, and so are reports and outcomes.
        """
        async with self._writing:
            by_wait: dict[int, list[tuple[int, str, str]]] = {}
            for number, (reference, service) in self._taken.items():
                wait_ms = self._waits.result_wait_ms(service)
                by_wait.setdefault(wait_ms, []).append((number, self._carrier, reference))
            for wait_ms, references in by_wait.items():
                submitted = await self._write(references, wait_ms)
                self._reports.extend(submitted.reports)
                self._outcomes.extend(submitted.early)
            found = Submitted(self._reports, self._outcomes)
            self._reports, self._outcomes = [], []
            return found

    async def _write(self, references: Sequence[tuple[int, str, str]], wait_ms: int) -> Submitted:
        try:
            submitted = await self._store.submitted(self._lease.token, references, wait_ms, taking=self._lease)
        except BaseException:
            self._any.set()
            raise
        for number, _, _ in references:
            self._taken.pop(number, None)
        return submitted
