"""What the carrier took and has no result yet, until the store knows it (SENDING → SENT).

Most results come within a blink of the carrier's answer, and settle the message at once; so an answer waits
`LINGER_SECONDS` before it is recorded by a commit of its own. A crash within it leaves the message UNKNOWN, as a crash
just before the answer would.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from samlink.carriers.contract import Answer
from samlink.core.message import Report
from samlink.gateway.limits import Waits
from samlink.gateway.outcomes import storable
from samlink.store.contract import Store

LINGER_SECONDS: Final = 0.05


class Marks:
    """Answers that wait to be recorded."""

    def __init__(self, store: Store, carrier: str, *, token: int, waits: Waits, now_ms: Callable[[], int]) -> None:
        self._store = store
        self._carrier = carrier
        self._token = token
        self._waits = waits
        self._now_ms = now_ms
        self._submitting: set[int] = set()
        """Submitted and not answered."""
        self._early: set[int] = set()
        """Those of them that are settled already."""
        self._taken: dict[int, str] = {}
        """Answered, not settled, not recorded: id and the carrier's reference."""
        self._any = asyncio.Event()

    def submitting(self, ids: Iterable[int]) -> None:
        """These are being submitted."""
        self._submitting.update(ids)

    def taken(self, answers: Sequence[Answer]) -> None:
        """The carrier has these."""
        for answer in answers:
            self._submitting.discard(answer.id)
            if answer.id in self._early:
                self._early.discard(answer.id)
            else:
                self._taken[answer.id] = storable(answer.reference)
        if self._taken:
            self._any.set()

    def not_taken(self, ids: Iterable[int]) -> None:
        """The carrier does not have these, or no answer will come for them."""
        for number in ids:
            self._submitting.discard(number)
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

    async def write(self) -> list[Report]:
        """Record what is left; reports of results that came by reference before the answer did.

        Raises:
            StoreError: nothing was recorded; it is kept for the next call.
        """
        taken = dict(self._taken)
        if not taken:
            return []
        now_ms = self._now_ms()
        references = [(number, self._carrier, reference) for number, reference in taken.items()]
        wait_until_ms = now_ms + int(self._waits.result_seconds * 1000)
        try:
            reports = await self._store.submitted(self._token, references, now_ms, wait_until_ms)
        except BaseException:
            self._any.set()
            raise
        for number in taken:
            self._taken.pop(number, None)
        return reports
