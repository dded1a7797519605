"""A carrier that does what a test tells it: its answers are a function, its results are given by hand."""

import asyncio
from collections.abc import Callable, Sequence

from samlink.carriers.contract import Answer, CarrierResult, SubmitLostError, Verdict
from samlink.core.message import Claimed
from tests.gateway.running import NOW_MS

Answering = Callable[[Sequence[Claimed]], Sequence[Answer]]


def taken(messages: Sequence[Claimed]) -> list[Answer]:
    """Every message is taken."""
    return [Answer(message.id, Verdict.TAKEN) for message in messages]


def by_reference(messages: Sequence[Claimed]) -> list[Answer]:
    """Every message is taken, under the carrier's own reference `ref-ID`."""
    return [Answer(message.id, Verdict.TAKEN, f"ref-{message.id}") for message in messages]


def lost(_: Sequence[Claimed]) -> list[Answer]:
    """The answer never comes."""
    raise SubmitLostError([])


def later(code: int) -> Answering:
    """No message is taken: come again later."""
    return lambda messages: [Answer(message.id, Verdict.LATER, result=code) for message in messages]


def refused(code: int) -> Answering:
    """No message is taken, for good."""
    return lambda messages: [Answer(message.id, Verdict.REFUSED, result=code) for message in messages]


def result(message: Claimed | int, code: int = 6, reference: str = "", **changes: object) -> CarrierResult:
    """A result for a message, or by its reference alone."""
    id = message if isinstance(message, int) else message.id
    values: dict[str, object] = {"sent_at_ms": NOW_MS, "telecom": "01190"}
    return CarrierResult(0 if reference else id, reference, code, **(values | changes))  # type: ignore[arg-type]


class ScriptedCarrier:
    """See the module; `submitted` are the messages of each submit, in order."""

    batch_limit = 500

    def __init__(self, *answering: Answering, idempotent: bool = False, name: str = "scripted") -> None:
        """Each submit is answered by the next of `answering`, the last of them for ever; all are taken without any."""
        self.name = name
        self.idempotent = idempotent
        self.answering = list(answering) or [taken]
        self.submitted: list[list[Claimed]] = []
        self.acknowledged: list[CarrierResult] = []
        self.stops = 0
        self._results: asyncio.Queue[CarrierResult | None] = asyncio.Queue()
        self._answer = asyncio.Event()
        self._answer.set()

    @property
    def messages(self) -> list[Claimed]:
        """Every message that came, as often as it came."""
        return [message for batch in self.submitted for message in batch]

    def hold(self) -> None:
        """Answer no submit until `release`."""
        self._answer.clear()

    def release(self) -> None:
        """Answer the submits that wait."""
        self._answer.set()

    def give(self, *results: CarrierResult) -> None:
        """Bring these results."""
        for one in results:
            self._results.put_nowait(one)

    def break_down(self) -> None:
        """Stop by itself."""
        self._results.put_nowait(None)

    def wake(self) -> None:
        """The clock was moved; nothing here depends on it."""

    def describe(self) -> str:
        """One line for people."""
        return "scripted carrier of a test"

    async def start(self) -> None:
        """Nothing to open."""

    async def submit(self, messages: Sequence[Claimed]) -> Sequence[Answer]:
        """Answer as told."""
        self.submitted.append(list(messages))
        await self._answer.wait()
        answering = self.answering.pop(0) if len(self.answering) > 1 else self.answering[0]
        return answering(messages)

    async def results(self, limit: int) -> Sequence[CarrierResult]:
        """Those that were given, up to `limit`."""
        found = [await self._results.get()]
        while len(found) < limit and not self._results.empty():
            found.append(self._results.get_nowait())
        return [] if None in found else [one for one in found if one is not None]

    def acknowledge(self, results: Sequence[CarrierResult]) -> None:
        """Remember what was acknowledged."""
        self.acknowledged.extend(results)

    async def stop(self) -> None:
        """Count it."""
        self.stops += 1
