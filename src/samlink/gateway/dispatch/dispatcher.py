"""Dispatch for one carrier: claim due messages, submit them, settle the results it brings (commit point 2).

The one window that nobody can close lies between the claim's commit and the carrier's answer. It is named: a message is
SENDING from the claim on, and UNKNOWN when the answer does not come. Whether it is sent again is the carrier's policy
(`idempotent`), never a guess. What the store cannot record (a full disk) is tried again until it can; meanwhile the
batch keeps its slot, so that nothing more is claimed than can be told.
"""

import asyncio
import functools
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final, TypeVar

from samlink.carriers.contract import Answer, Carrier, CarrierError, SubmitLostError, Verdict
from samlink.core.message import Claimed, Outcome
from samlink.core.retry import wait_ms
from samlink.gateway.clock import monotonic_ms
from samlink.gateway.dispatch.fallback import Fallbacks
from samlink.gateway.dispatch.in_flight import InFlight
from samlink.gateway.dispatch.new_work import NewWork
from samlink.gateway.dispatch.outcomes import outcome_of, refused_outcome
from samlink.gateway.limits import Limits
from samlink.gateway.reports.mailbox import Mailboxes
from samlink.gateway.tasks import Tasks
from samlink.gateway.waits import Waits
from samlink.gateway.watch.events import (
    AnswersLost,
    BatchAnswered,
    CarrierFailed,
    MessagesClaimed,
    ResultsSettled,
    StoreFailing,
)
from samlink.store.contract import Store, StoreError, StoreLostError, Submitted
from samlink.vocabulary.problem import N_
from samlink.vocabulary.results import ResultCode
from samlink.watch.events import Events

T = TypeVar("T")
LEASE_MARGIN: Final = 0.1
"""The part of a lease in which nothing is submitted any more."""


class Dispatch:
    """Three loops for one carrier: one claims and submits, one settles its results, one records what it has taken."""

    def __init__(
        self,
        store: Store,
        carrier: Carrier,
        mailboxes: Mailboxes,
        fallbacks: Fallbacks,
        *,
        routes: Sequence[str],
        new_work: NewWork,
        limits: Limits,
        waits: Waits,
        now_ms: Callable[[], int],
        events: Events,
    ) -> None:
        """It claims under the token of `mailboxes`, this gateway's own."""
        self.carrier = carrier
        self.routes = tuple(routes)
        self.up = False
        """The carrier has started and not ended; while it is down, nothing is claimed for it."""
        self._turns = deque(routes)
        """The routes in the order in which the next claim looks at them, so that each is first in its turn."""
        self._store = store
        self._events = events
        self._mailboxes = mailboxes
        self._fallbacks = fallbacks
        self._claim_limit = min(limits.claim_batch, carrier.batch_limit)
        self._waits = waits
        self._token = mailboxes.lease.token
        self._now_ms = now_ms
        self._slots = asyncio.Semaphore(limits.submits)
        self._new_work = new_work
        self._work = new_work.event(routes)
        self._draining = False
        self._claims_ended = asyncio.Event()
        self._batches = Tasks("a batch at the carrier", events)
        self._in_flight = InFlight(store, carrier.name, lease=mailboxes.lease, waits=waits)

    def wake(self) -> None:
        """There may be something due."""
        self._work.set()

    async def drain(self) -> None:
        """Claim no more, wait for the carrier's answers to what it has been given, and record them."""
        self._draining = True
        self._work.set()
        await self._claims_ended.wait()
        await self._batches.fewer_than(1)
        while self._in_flight:
            await self._take_early(await self._in_flight.write())

    async def stop(self) -> None:
        """Wait for nothing: what the carrier has not answered is UNKNOWN at the next start."""
        await self._batches.cancel()

    # -- out

    async def claim_loop(self) -> None:
        """Claim what is due and submit it, a bounded number of batches at once."""
        try:
            while not self._draining:
                await self._slots.acquire()
                until_ms = monotonic_ms() + int(self._waits.lease_seconds * 1000 * (1 - LEASE_MARGIN))
                claimed = await self._claim()
                if claimed:
                    self._events.tell(MessagesClaimed(self.carrier.name, len(claimed)))
                    self._batches.start(self._carry(claimed, until_ms), at_end=self._slots.release)
                else:
                    self._slots.release()
                    await self._wait(self._waits.poll_seconds)
        finally:
            self._claims_ended.set()

    async def _claim(self) -> list[Claimed]:
        self._work.clear()
        if self._draining or not self.up:
            return []
        self._turns.rotate(-1)
        try:
            return await self._store.claim(
                self._token,
                self._claim_limit,
                int(self._waits.lease_seconds * 1000),
                carrier=self.carrier.name,
                routes=tuple(self._turns),
            )
        except StoreLostError:
            raise
        except StoreError as error:
            self._events.tell(StoreFailing("claim", str(error)))
            return []

    async def _wait(self, seconds: float) -> None:
        if self._draining:
            return
        try:
            async with asyncio.timeout(seconds):
                await self._work.wait()
        except TimeoutError:
            pass

    async def _carry(self, claimed: Sequence[Claimed], until_ms: int) -> None:
        """One batch, from its claim until the store knows what became of each of its messages.

        After `until_ms` (monotonic) its lease may end while it is submitted, and another claimer send it too.
        """
        now_ms = self._now_ms()
        if self._draining or monotonic_ms() > until_ms:
            await self._requeue([message.id for message in claimed], 0)
            return
        late = [m for m in claimed if m.expires_at_ms is not None and m.expires_at_ms <= now_ms]
        if late:
            await self._too_late(late, now_ms)
            if in_time := [m for m in claimed if m.expires_at_ms is None or m.expires_at_ms > now_ms]:
                await self._carry(in_time, until_ms)  # from the beginning: a full disk may have taken the whole lease
            return
        messages = {message.id: message for message in claimed}
        began = time.monotonic()
        answers = [answer for answer in await self._submit(claimed) if answer.id in messages]
        self._tell_answers(answers, time.monotonic() - began)
        if answers:
            await self._take_answers(answers, messages)
        if lost := messages.keys() - {answer.id for answer in answers}:
            self._events.tell(AnswersLost(self.carrier.name, len(lost)))
            await self._lose({number: messages[number].service for number in sorted(lost)})

    async def _too_late(self, late: Sequence[Claimed], now_ms: int) -> None:
        """90 says "not sent", which nobody knows of a message that may have been sent before: its report is awaited."""
        never_sent = [refused_outcome(m.id, ResultCode.TIME_LIMIT_PASSED, now_ms) for m in late if not m.unknowns]
        if never_sent:
            await self._settle(never_sent)
        if doubtful := {message.id: message.service for message in late if message.unknowns}:
            await self._lose(doubtful)

    def _tell_answers(self, answers: Sequence[Answer], seconds: float) -> None:
        verdicts = [answer.verdict for answer in answers]
        taken, later = verdicts.count(Verdict.TAKEN), verdicts.count(Verdict.LATER)
        self._events.tell(BatchAnswered(self.carrier.name, taken, len(answers) - taken - later, later, seconds))

    async def _submit(self, claimed: Sequence[Claimed]) -> Sequence[Answer]:
        """The carrier's answers; a message without one may have reached the carrier or not."""
        try:
            return await self.carrier.submit(claimed)
        except SubmitLostError as error:
            return error.answers
        except Exception as error:  # outermost: a carrier's own fault must not stop the others' traffic
            self._events.tell(CarrierFailed(self.carrier.name, error))
            return []

    async def _lose(self, services: Mapping[int, int]) -> None:
        """Nobody knows of these, given as id and service, whether the carrier has them."""
        by_wait: dict[int, list[int]] = {}
        for number, service in services.items():
            by_wait.setdefault(self._waits.result_wait_ms(service), []).append(number)
        for result_wait_ms, ids in by_wait.items():
            await self._stored("unknown outcomes", functools.partial(self._unknown, ids, result_wait_ms))

    async def _unknown(self, ids: Sequence[int], result_wait_ms: int) -> None:
        await self._store.unknown(self._token, ids, result_wait_ms)

    async def _take_answers(self, answers: Sequence[Answer], messages: Mapping[int, Claimed]) -> None:
        taken = [answer for answer in answers if answer.verdict == Verdict.TAKEN]
        self._in_flight.taken(taken, messages)
        if len(taken) == len(answers):
            return
        now_ms = self._now_ms()
        refused: list[Outcome] = []
        doubtful: dict[int, int] = {}
        later: dict[int, list[int]] = {}
        for answer in answers:
            if answer.verdict == Verdict.TAKEN:
                continue
            message = messages[answer.id]
            wait = wait_ms(message.attempts) if answer.verdict == Verdict.LATER else None
            if wait is None and answer.verdict == Verdict.LATER and message.unknowns:
                doubtful[message.id] = message.service  # 95 to 99 say "not sent", which nobody knows of it
            elif wait is None:
                refused.append(refused_outcome(answer.id, answer.result, now_ms, answer.carrier_code))
            else:
                later.setdefault(wait, []).append(answer.id)
        for wait, ids in later.items():
            await self._requeue(ids, wait)
        if refused:
            await self._settle(refused)
        if doubtful:
            await self._lose(doubtful)

    async def _requeue(self, ids: Sequence[int], delay_ms: int) -> None:
        await self._stored("what goes again later", lambda: self._store.requeue(ids, delay_ms, token=self._token))

    # -- in

    async def settle_results(self) -> CarrierError:
        """Settle what the carrier brings, and tell it when that is durable, until it ends; why it has ended."""
        carrier = self.carrier
        while True:
            try:
                results = await carrier.results(self._claim_limit)
                now_ms = self._now_ms()
                outcomes = [outcome_of(found, carrier.name, now_ms) for found in results]
            except Exception as error:  # outermost: a carrier's own fault must not stop the others' traffic
                return self.fault(error)
            if not results:
                return CarrierError("carrier.stopped", N_("the carrier {carrier} has stopped"), carrier=carrier.name)
            await self._settle(outcomes)
            try:
                carrier.acknowledge(results)
            except Exception as error:  # outermost: as above
                return self.fault(error)

    async def record_loop(self) -> None:
        """Record what was taken and has no result yet."""
        while True:
            await self._in_flight.wait()
            while self._in_flight:
                await self._take_early(await self._stored("the carrier's answers", self._in_flight.write))

    async def _take_early(self, submitted: Submitted) -> None:
        """Results that were here before the answer that says whose they are."""
        self._mailboxes.hand(submitted.reports)
        if submitted.early:
            await self._settle(submitted.early)

    async def _settle(self, outcomes: Sequence[Outcome]) -> None:
        final, fallbacks = await self._stored("results", lambda: self._fallbacks.sort(outcomes))
        if final:
            taking = self._mailboxes.lease
            self._mailboxes.hand(await self._stored("results", lambda: self._store.settle(final, taking=taking)))
        if fallbacks:
            taking = self._mailboxes.lease
            unsent = await self._stored("fallbacks", lambda: self._store.fall_back(fallbacks, taking=taking))
            self._mailboxes.hand(unsent)
            self._new_work.tell({fallback.message.route for fallback in fallbacks})
        self._in_flight.settled([outcome.id for outcome in outcomes])
        self._events.tell(ResultsSettled(Counter([outcome.result for outcome in final])))

    def fault(self, error: Exception) -> CarrierError:
        """What to say of an error that no carrier may raise; the log has the rest."""
        name = self.carrier.name
        self._events.tell(CarrierFailed(name, error))
        sentence = N_("the carrier {carrier} has failed: {reason}")
        return CarrierError("carrier.failed", sentence, carrier=name, reason=type(error).__name__)

    async def _stored(self, what: str, ask: Callable[[], Awaitable[T]]) -> T:
        """Ask the store until it can; only a store that is lost ends that."""
        while True:
            try:
                return await ask()
            except StoreLostError:
                raise
            except StoreError as error:
                self._events.tell(StoreFailing(f"record {what}", str(error)))
                await asyncio.sleep(self._waits.store_retry_seconds)
