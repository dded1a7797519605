"""The simulated carrier: takes messages, sends nothing anywhere, and gives the results that it was told to give.

`plan` says what happens to a message, `pace` when the next batch may pass, `outbox` which results are owed, `journal`
what survives a kill. This module puts them on the event loop, with one timer for all of them. The order of a batch is
fixed: the journal is written, then the results are owed, then the batch is answered.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from samlink.carriers.contract import Answer, CarrierContext, CarrierResult, ReadFile, SubmitLostError, Verdict
from samlink.carriers.simulator import lines
from samlink.carriers.simulator.changes import changed, read_changes, watch, write_started
from samlink.carriers.simulator.content import content_faults
from samlink.carriers.simulator.journal import Journal
from samlink.carriers.simulator.memory import RememberedIds
from samlink.carriers.simulator.outbox import OpenResult, Outbox
from samlink.carriers.simulator.pace import Pace
from samlink.carriers.simulator.plan import Loss, Plan, loss_of, planner, reference_of, telecom_for
from samlink.carriers.simulator.settings import SimulatorSettings, describe, settings_from
from samlink.core.message import Claimed
from samlink.vocabulary.language import Phrase
from samlink.vocabulary.numbers import mask_number
from samlink.vocabulary.results import ResultCode
from samlink.watch.lines import tell

_log = logging.getLogger(__name__)

_TOO_FAST: Final = int(ResultCode.RATE_LIMIT)
"""LATER: beyond the throughput."""
_UNAVAILABLE: Final = int(ResultCode.OUTSIDE_SYSTEM_DOWN)
"""LATER: the carrier is stopped, or its journal cannot be written."""
_CONTENT_REFUSED: Final = int(ResultCode.CARRIER_CONTENT)
"""The network does not take an MMS's files; the carrier's code says why."""


def wall_clock_ms() -> int:
    """Now, UTC epoch ms."""
    return time.time_ns() // 1_000_000


class _Waiters:
    """Tasks wait, `wake` lets all of them look again. A wake that nobody waits for is not kept."""

    def __init__(self) -> None:
        self._futures: list[asyncio.Future[None]] = []

    async def wait(self) -> None:
        """Until the next `wake`."""
        future = asyncio.get_running_loop().create_future()
        self._futures.append(future)
        try:
            await future
        finally:
            if future in self._futures:
                self._futures.remove(future)

    def wake(self) -> None:
        """Let everyone who waits go on."""
        futures, self._futures = self._futures, []
        for future in futures:
            if not future.done():
                future.set_result(None)


class SimulatedCarrier:
    """A carrier of the contract `samlink.carriers.contract.Carrier` that nothing leaves.

    With a `directory` it keeps a journal there and knows after a kill what it had; without one it knows that only as
    long as it lives. A test that moves `now_ms` calls `wake` afterwards.

    With `read_file` an MMS whose files are too large for its receiver's network, or missing, gets 50; without it the
    files are only counted and told by their names.
    """

    def __init__(
        self,
        settings: SimulatorSettings | None = None,
        directory: Path | None = None,
        *,
        name: str = "simulator",
        now_ms: Callable[[], int] = wall_clock_ms,
        read_file: ReadFile | None = None,
    ) -> None:
        self.name = name
        self.settings = settings = settings or SimulatorSettings()
        self.idempotent = settings.idempotent
        self.batch_limit = settings.batch_limit
        self._now_ms = now_ms
        self._read_file = read_file
        self._plan = planner(settings)
        self._pace = Pace(settings.throughput, now_ms())
        self._outbox = Outbox(settings.repeat_after_ms)
        self._remembered = RememberedIds(settings.remembered_ids)
        self._highest_id = 0
        self._base = settings
        self._directory = directory
        self._watching: asyncio.Task[None] | None = None
        self._journal = _journal(settings, directory)
        self._journal_fails = False
        self._running = False
        self._held = settings.held
        self._fetchers = _Waiters()
        self._submitters = _Waiters()
        self._alarm_ms: int | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at_ms = 0

    def describe(self) -> Phrase:
        """One line for people: that it is simulated, and its settings."""
        return describe(self.settings, journal=self._journal is not None)

    @property
    def open_results(self) -> int:
        """How many messages have a result that is not acknowledged."""
        return len(self._outbox.open)

    @property
    def highest_id(self) -> int:
        """The highest message id in its journal when it started; 0 for none."""
        return self._highest_id

    @property
    def held(self) -> bool:
        """It takes nothing until `release`."""
        return self._held

    def hold(self) -> None:
        """Take nothing from now on: `submit` waits. Results go on."""
        self._held = True

    def release(self) -> None:
        """Take messages again."""
        self._held = False
        self._submitters.wake()

    async def start(self) -> None:
        """Open the journal and owe again what it says is open. Raises JournalError."""
        if self._running:
            return
        if self._journal is None:
            self._outbox.give_again()
        else:
            recovered = self._journal.open()
            self._outbox = Outbox(self.settings.repeat_after_ms)
            self._outbox.add(_no_later_than_ever(recovered.open, self._now_ms()), self._now_ms())
            self._remember(recovered.ids)
            self._highest_id = max(recovered.ids, default=0)
        self._running = True
        self._watch()
        self.wake()

    def change(self, changes: Mapping[str, Any]) -> None:
        """Go on with `changes` over the settings that it was made with (`changes.FIXED` cannot be changed). What was
        taken before keeps its plan. Raises ValueError, and changes nothing, for what makes no sense."""
        settings = changed(self._base, changes)
        if settings == self.settings:
            return
        if settings.throughput != self.settings.throughput:
            self._pace = Pace(settings.throughput, self._now_ms())
        if settings.held != self.settings.held:
            self._held = settings.held
        self.settings = settings
        self._plan = planner(settings)
        tell(_log, logging.WARNING, "simulator_changed", settings=str(self.describe()))
        self.wake()

    async def stop(self) -> None:
        """Answer LATER to submits that wait, give no more results, close the journal."""
        self._running = False
        watching, self._watching = self._watching, None
        if watching is not None:
            watching.cancel()
        self._cancel_timer()
        self._fetchers.wake()
        self._submitters.wake()
        if self._journal is not None:
            self._journal.close()
        if watching is not None:
            await asyncio.gather(watching, return_exceptions=True)

    async def submit(self, messages: Sequence[Claimed]) -> Sequence[Answer]:
        """Take a batch; see the contract. Waits while held, beyond the throughput, or with too many results open."""
        if len(messages) > self.batch_limit or len({message.id for message in messages}) < len(messages):
            raise ValueError(f"a batch is at most {self.batch_limit} messages, each of them once")
        if not messages:
            return []
        faults = await content_faults(messages, self._read_file)
        code = await self._room_for(len(messages))
        if code:
            return [Answer(message.id, Verdict.LATER, result=code) for message in messages]
        loss = loss_of(self.settings, messages)
        if loss is not None:
            raise SubmitLostError(self._take_and_lose(messages, loss, faults))
        answers, first = self._take(messages, faults)
        if first:
            await self._fetched(first)
        return answers

    async def results(self, limit: int) -> Sequence[CarrierResult]:
        """Wait for results; see the contract."""
        while self._running:
            now_ms = self._now_ms()
            if self._outbox.advance(now_ms):
                results = self._outbox.fetch(limit, now_ms)
                self._arm(now_ms)
                if results:
                    self._submitters.wake()
                    return results
            else:
                self._arm(now_ms)
                await self._fetchers.wait()
        return []

    def acknowledge(self, results: Sequence[CarrierResult]) -> None:
        """Forget these results; see the contract. They come again after a start when the journal cannot be written."""
        ids = self._outbox.acknowledge(results)
        if ids and self._running and self._journal is not None:
            self._write(self._journal, lines.acknowledged_line(ids))
            self._rotate_when_full()
        self._submitters.wake()

    def wake(self) -> None:
        """Look at the clock again: give the results that are due, and let submits go on that may."""
        if not self._running:
            return
        self._cancel_timer()
        now_ms = self._now_ms()
        # Submits that wait look again now, and set it again.
        self._alarm_ms = None
        if self._outbox.advance(now_ms):
            self._fetchers.wake()
        self._submitters.wake()
        self._arm(now_ms)

    def _watch(self) -> None:
        """Take over what was changed, and look for changes from now on."""
        if self._directory is None:
            return
        try:
            write_started(self._directory, self._base)
            self.change(read_changes(self._directory))
        except (OSError, ValueError) as error:
            tell(_log, logging.WARNING, "simulator_keeps_settings", why=str(error))
        self._watching = asyncio.create_task(watch(self._directory, self.change), name="simulator changes")

    async def _room_for(self, count: int) -> int:
        """Wait until so many messages may be taken: 0, or the code of LATER."""
        while self._running:
            now_ms = self._now_ms()
            crowded = self.open_results + count > self.settings.open_limit
            wait_ms = self._pace.wait_ms(now_ms)
            if not (self._held or crowded or wait_ms):
                self._pace.take(count)
                return 0
            if wait_ms and self.settings.over_throughput == "later":
                return _TOO_FAST
            await self._changed(now_ms + wait_ms if wait_ms else None)
        return _UNAVAILABLE

    async def _fetched(self, results: Sequence[OpenResult]) -> None:
        """Wait until somebody has fetched these, but not for ever."""
        deadline_ms = self._now_ms() + self.settings.answer_wait_ms
        while self._running and self._now_ms() < deadline_ms:
            if all(result.handed or not result.left for result in results):
                return
            await self._changed(deadline_ms)

    async def _changed(self, alarm_ms: int | None) -> None:
        """Wait until something may have changed for a submit, or until the clock says `alarm_ms`."""
        if alarm_ms is not None:
            self._alarm_ms = alarm_ms if self._alarm_ms is None else min(self._alarm_ms, alarm_ms)
            self._arm(self._now_ms())
        await self._submitters.wait()

    def _take_and_lose(self, messages: Sequence[Claimed], loss: Loss, faults: Mapping[int, str]) -> Sequence[Answer]:
        answers, _ = self._take(messages if loss.rest_taken else messages[: loss.answered], faults)
        return answers[: loss.answered]

    def _take(self, messages: Sequence[Claimed], faults: Mapping[int, str]) -> tuple[list[Answer], list[OpenResult]]:
        """Judge, journal, owe. Returns the answers, and the results that are to be fetched before them."""
        now_ms = self._now_ms()
        repeats = self._remembered.known({message.id for message in messages}) if self.idempotent else frozenset()
        plan_of = self._plan
        answers: list[Answer] = []
        taken: list[OpenResult] = []
        notes: list[str] = []
        first: list[OpenResult] = []
        for message in messages:
            plan = plan_of(message)
            if message.id in repeats:
                answers.append(_taken_answer(message, plan))
                notes.append(lines.repeated_line(message.id))
            elif plan.verdict is not Verdict.TAKEN:
                answers.append(Answer(message.id, plan.verdict, result=plan.result))
                if plan.verdict is Verdict.REFUSED:
                    notes.append(lines.refused_line(message.id, mask_number(message.receiver), plan.result))
            else:
                answers.append(_taken_answer(message, plan))
                taken.append(_owed(message, plan, now_ms, faults.get(message.id)))
                if plan.before_answer:
                    first.append(taken[-1])
        if not self._keep(taken, notes):
            return [Answer(message.id, Verdict.LATER, result=_UNAVAILABLE) for message in messages], []
        self._owe(taken, now_ms)
        return answers, first

    def _keep(self, taken: Sequence[OpenResult], notes: Sequence[str]) -> bool:
        """Write a batch down; False when that failed."""
        if self._journal is None:
            return True
        text = lines.taken_lines(taken) + "".join(notes)
        return not text or self._write(self._journal, text)

    def _owe(self, taken: Sequence[OpenResult], now_ms: int) -> None:
        if self.idempotent:
            self._remembered.add([result.message for result in taken])
        self._outbox.add([result for result in taken if result.left], now_ms)
        self._rotate_when_full()
        self._fetchers.wake()

    def _write(self, journal: Journal, text: str) -> bool:
        try:
            journal.write(text)
        except OSError as error:
            if not self._journal_fails:
                tell(_log, logging.ERROR, "simulator_takes_nothing", why=f"journal: {error.strerror}")
            self._journal_fails = True
            return False
        self._journal_fails = False
        return True

    def _rotate_when_full(self) -> None:
        """Begin a new journal file, at a moment when the outbox owes exactly what the old files leave open."""
        if self._journal is None or not self._journal.full:
            return
        try:
            self._journal.rotate(lines.taken_lines(self._outbox.open.values(), "C"))
        except OSError as error:
            tell(_log, logging.WARNING, "simulator_keeps_journal_file", why=error.strerror)

    def _remember(self, ids: Sequence[int]) -> None:
        step = self.settings.remembered_ids
        for start in range(0, len(ids), step):
            self._remembered.add(ids[start : start + step])

    def _arm(self, now_ms: int) -> None:
        """Have one timer for the earliest thing that the clock will change."""
        deadline_ms = self._alarm_ms
        due_ms = self._outbox.deadline_ms()
        if deadline_ms is None or (due_ms is not None and due_ms < deadline_ms):
            deadline_ms = due_ms
        if deadline_ms is None or (self._timer is not None and self._timer_at_ms <= deadline_ms):
            return
        self._cancel_timer()
        loop = asyncio.get_running_loop()
        self._timer_at_ms = deadline_ms
        self._timer = loop.call_later(max(0, deadline_ms - now_ms) / 1000, self.wake)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None


def make_carrier(options: Mapping[str, Any], context: CarrierContext) -> SimulatedCarrier:
    """A simulated carrier for the registry; `options` are `SimulatorSettings`. Raises ValueError, naming the option."""
    settings, directory = settings_from(options), context.directory
    return SimulatedCarrier(settings, directory, name=context.name, now_ms=context.now_ms, read_file=context.read_file)


def _no_later_than_ever(results: Sequence[OpenResult], now_ms: int) -> Sequence[OpenResult]:
    """A clock that was set back between two runs delays no result by more than the result's own wait."""
    for result in results:
        result.due_ms = min(result.due_ms, now_ms + result.due_ms - result.sent_at_ms)
    return results


def _journal(settings: SimulatorSettings, directory: Path | None) -> Journal | None:
    if directory is None:
        return None
    return Journal(
        directory,
        segment_bytes=settings.journal_segment_bytes,
        segments=settings.journal_segments,
        keep_all=settings.keep_journal,
    )


def _taken_answer(message: Claimed, plan: Plan) -> Answer:
    return Answer(message.id, Verdict.TAKEN, reference_of(message.id) if plan.by_reference else "")


def _owed(message: Claimed, plan: Plan, now_ms: int, fault: str | None) -> OpenResult:
    by_reference = plan.by_reference
    return OpenResult(
        0 if by_reference else message.id,
        reference_of(message.id) if by_reference else "",
        plan.result if fault is None else _CONTENT_REFUSED,
        now_ms,
        telecom_for(message),
        plan.carrier_code if fault is None else fault,
        message.id,
        mask_number(message.receiver),
        now_ms + plan.wait_ms,
        plan.copies,
    )
