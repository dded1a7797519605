"""Dispatch: claim due messages, hand them to the carrier, settle what it brings back (commit point 2).

The one window that nobody can close lies between the claim's commit and the carrier's answer. It is named: a message is
SENDING from the claim on, and UNKNOWN when the answer does not come. Whether it is sent again is the carrier's policy
(`drops_repeats`), never a guess.
"""

import asyncio
from collections.abc import Callable, Sequence

import structlog

from samlink.carriers.contract import Answer, Carrier, CarrierResult, SubmitLostError, Verdict
from samlink.codes.results import ResultCode, result
from samlink.core.message import Claimed, Outcome, Report
from samlink.core.retry import wait_ms
from samlink.gateway.limits import Limits, Waits
from samlink.gateway.marks import Marks
from samlink.gateway.reports import Mailboxes
from samlink.store.contract import Store, StoreError, StoreLostError

_log = structlog.get_logger(__name__)


class Dispatch:
    """Two loops: one claims and submits, one settles the carrier's results."""

    def __init__(
        self,
        store: Store,
        carrier: Carrier,
        mailboxes: Mailboxes,
        *,
        limits: Limits,
        waits: Waits,
        token: int,
        now_ms: Callable[[], int],
    ) -> None:
        """`token` fences this gateway's claims from those of one that ran before."""
        self._store = store
        self._carrier = carrier
        self._mailboxes = mailboxes
        self._claim_limit = min(limits.claim_batch, carrier.batch_limit)
        self._waits = waits
        self._token = token
        self._now_ms = now_ms
        self._slots = asyncio.Semaphore(limits.submits)
        self._work = asyncio.Event()
        self._draining = False
        self._submits: set[asyncio.Task[None]] = set()
        self._marks = Marks(store, carrier.name, token=token, waits=waits, now_ms=now_ms)

    def wake(self) -> None:
        """There may be something due."""
        self._work.set()

    async def drain(self) -> None:
        """Claim no more, wait for the carrier's answers to what it has been given, and record them."""
        self._draining = True
        self._work.set()
        if self._submits:
            await asyncio.wait(self._submits)
        self._mailboxes.hand(await self._marks.write())

    # -- out

    async def claim_loop(self) -> None:
        """Claim what is due and submit it, a bounded number of batches at once."""
        while not self._draining:
            await self._slots.acquire()
            claimed: list[Claimed] = []
            try:
                claimed = await self._claim()
            finally:
                if not claimed:
                    self._slots.release()
            if not claimed:
                await self._wait(self._waits.poll_seconds)
                continue
            task = asyncio.create_task(self._submit(claimed))
            self._submits.add(task)
            task.add_done_callback(self._submit_ended)

    def _submit_ended(self, task: "asyncio.Task[None]") -> None:
        self._submits.discard(task)
        self._slots.release()
        if not task.cancelled() and (error := task.exception()) is not None:
            # The claim's lease ends, and the message becomes UNKNOWN: nothing is lost, nothing is sent twice.
            _log.error("a batch was not brought to its end", reason=str(error))

    async def _claim(self) -> list[Claimed]:
        if self._draining:
            return []
        self._work.clear()
        now_ms = self._now_ms()
        try:
            return await self._store.claim(
                self._token, self._claim_limit, now_ms, now_ms + int(self._waits.lease_seconds * 1000)
            )
        except StoreLostError:
            raise
        except StoreError as error:
            _log.warning("nothing claimed, trying again", reason=str(error))
            return []

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._work.wait()
        except TimeoutError:
            pass

    async def _submit(self, claimed: Sequence[Claimed]) -> None:
        now_ms = self._now_ms()
        late = [m for m in claimed if m.expires_at_ms is not None and m.expires_at_ms <= now_ms]
        if late:
            outcomes = [_refused(m.id, ResultCode.TIME_LIMIT_PASSED, now_ms) for m in late]
            await self._settle(outcomes)
            claimed = [m for m in claimed if m.expires_at_ms is None or m.expires_at_ms > now_ms]
        if not claimed:
            return
        self._marks.submitting(m.id for m in claimed)
        lost: list[int] = []
        try:
            answers = await self._carrier.submit(claimed)
        except SubmitLostError as error:
            answers = error.answers
            answered = {answer.id for answer in answers}
            lost = [m.id for m in claimed if m.id not in answered]
        await self._take_answers(claimed, answers)
        if lost:
            self._marks.lost(lost)
            _log.warning("the carrier's answer was lost", carrier=self._carrier.name, messages=len(lost))
            now_ms = self._now_ms()
            await self._store.unknown(self._token, lost, now_ms, now_ms + self._result_wait_ms)

    @property
    def _result_wait_ms(self) -> int:
        return int(self._waits.result_seconds * 1000)

    async def _take_answers(self, claimed: Sequence[Claimed], answers: Sequence[Answer]) -> None:
        taken = [answer for answer in answers if answer.verdict == Verdict.TAKEN]
        self._marks.taken(taken)
        if len(taken) == len(answers):
            return
        now_ms = self._now_ms()
        attempts = {message.id: message.attempts for message in claimed}
        refused: list[Outcome] = []
        for answer in answers:
            if answer.verdict == Verdict.TAKEN:
                continue
            self._marks.settled((answer.id,))
            wait = wait_ms(attempts[answer.id]) if answer.verdict == Verdict.LATER else None
            if wait is None:
                refused.append(_refused(answer.id, answer.result, now_ms, answer.carrier_code))
            else:
                await self._store.requeue([answer.id], now_ms + wait)
        if refused:
            await self._settle(refused)

    # -- in

    async def result_loop(self) -> None:
        """Settle what the carrier brings, and tell it when that is durable."""
        while True:
            results = await self._carrier.results(self._claim_limit)
            await self._settle([_outcome(found, self._carrier.name) for found in results])
            self._carrier.acknowledge(results)

    async def mark_loop(self) -> None:
        """Record what was taken and has no result yet."""
        while True:
            await self._marks.wait()
            try:
                self._mailboxes.hand(await self._marks.write())
            except StoreLostError:
                raise
            except StoreError as error:
                _log.warning("carrier's answers not recorded, trying again", reason=str(error))
                await asyncio.sleep(self._waits.store_retry_seconds)

    async def _settle(self, outcomes: Sequence[Outcome]) -> None:
        reports = await self._settled(outcomes)
        self._marks.settled(outcome.id for outcome in outcomes)
        self._mailboxes.hand(reports)

    async def _settled(self, outcomes: Sequence[Outcome]) -> list[Report]:
        while True:
            try:
                return await self._store.settle(outcomes, self._now_ms())
            except StoreLostError:
                raise
            except StoreError as error:
                _log.warning("results not settled, trying again", reason=str(error), results=len(outcomes))
                await asyncio.sleep(self._waits.store_retry_seconds)


def _outcome(found: CarrierResult, carrier: str) -> Outcome:
    return Outcome(
        found.id,
        found.result,
        found.sent_at_ms,
        found.telecom,
        result(found.result).charged,
        carrier,
        found.reference,
        found.carrier_code,
    )


def _refused(message: int, code: int, now_ms: int, carrier_code: str = "") -> Outcome:
    return Outcome(message, code, now_ms, "", result(code).charged, carrier_code=carrier_code)
