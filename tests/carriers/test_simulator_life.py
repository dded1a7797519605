"""Everything at once: a small gateway that sends again what is unknown, a carrier that misbehaves and is restarted.

However it goes, a carrier that recognises repeats delivers each message once, and every result is settled.
"""

import asyncio
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samlink.carriers.contract import Answer, SubmitLostError, Verdict
from samlink.carriers.simulator import Chance, SimulatedCarrier, SimulatorSettings, read_journal
from samlink.testing.clock import StandingClock
from samlink.testing.conformance.carrier import claimed, let_others_run
from tests.carriers.sample import START_MS

MESSAGES = 60
BATCH = 8


class SmallGateway:
    """What a gateway must remember of its messages, in memory: attempts, references, results."""

    def __init__(self) -> None:
        self.attempts = dict.fromkeys(range(1, MESSAGES + 1), 0)
        self.queued = list(self.attempts)
        self.references: dict[str, int] = {}
        self.results: dict[int, int] = {}
        self.early: dict[str, int] = {}

    async def send(self, carrier: SimulatedCarrier) -> None:
        """Submit the next batch, and settle or queue again by its answers."""
        batch, self.queued = self.queued[:BATCH], self.queued[BATCH:]
        for message_id in batch:
            self.attempts[message_id] += 1
        messages = [claimed(message_id, attempts=self.attempts[message_id]) for message_id in batch]
        try:
            answers = await carrier.submit(messages)
        except SubmitLostError as lost:
            answers = lost.answers
        for answer in answers:
            self._answered(answer)
        answered = {answer.id for answer in answers if answer.verdict is not Verdict.LATER}
        self.queued += [message_id for message_id in batch if message_id not in answered]

    def _answered(self, answer: Answer) -> None:
        if answer.verdict is Verdict.REFUSED:
            self.results[answer.id] = answer.result
        if answer.reference:
            self.references[answer.reference] = answer.id
            if answer.reference in self.early:
                self.results[answer.id] = self.early[answer.reference]

    async def settle(self, carrier: SimulatedCarrier, *, acknowledge: bool) -> None:
        """Take what results there are, without waiting for more."""
        waiting = asyncio.ensure_future(carrier.results(BATCH))
        await let_others_run()
        if not waiting.done():
            waiting.cancel()
            return
        for result in waiting.result():
            message_id = result.id or self.references.get(result.reference)
            if message_id is None:
                self.early[result.reference] = result.result
            else:
                self.results[message_id] = result.result
        if acknowledge:
            carrier.acknowledge(waiting.result())


async def live(told: SimulatorSettings, directory: Path, order: random.Random) -> SmallGateway:
    """Send everything, settle everything, and restart the carrier now and then."""
    clock, gateway = StandingClock(START_MS), SmallGateway()
    carrier = SimulatedCarrier(told, directory, now_ms=clock)
    await carrier.start()
    for _ in range(2_000):
        if gateway.queued:
            await gateway.send(carrier)
        await gateway.settle(carrier, acknowledge=order.random() < 0.7)
        clock.ms += order.randrange(30)
        carrier.wake()
        if order.random() < 0.1:
            await carrier.stop()
            await carrier.start()
        if not (gateway.queued or carrier.open_results):
            break
    await carrier.stop()
    return gateway


SHARES = st.builds(Chance, share=st.sampled_from([0.0, 0.2, 1.0]))


@settings(max_examples=30, deadline=None)
@given(
    told=st.builds(
        SimulatorSettings,
        seed=st.integers(0, 1_000),
        delay_ms=st.sampled_from([0, 40]),
        delay_spread_ms=st.sampled_from([0, 40]),
        failure_mix=st.sampled_from([{}, {7: 0.5}]),
        answer_lost=SHARES,
        lost_mid_batch=SHARES,
        result_late=SHARES,
        result_twice=SHARES,
        refused=SHARES,
        later=SHARES,
        by_reference=SHARES,
        late_ms=st.just(200),
        repeat_after_ms=st.just(50),
        journal_segment_bytes=st.just(1024),
        keep_journal=st.just(True),
    ),
    seed=st.integers(0, 1_000),
)
def test_each_message_is_delivered_once_and_settled(
    tmp_path_factory: pytest.TempPathFactory, told: SimulatorSettings, seed: int
) -> None:
    directory = tmp_path_factory.mktemp("life")
    gateway = asyncio.run(live(told, directory, random.Random(seed)))
    assert sorted(gateway.results) == list(range(1, MESSAGES + 1))
    entries = read_journal(directory)
    assert {message_id: entry.result for message_id, entry in entries.items()} == gateway.results
    for entry in entries.values():
        taken = entry.submitted - entry.repeats - entry.refused
        assert taken == (0 if entry.refused else 1)
        assert entry.delivered == (entry.result == 6)
        assert entry.acknowledged >= entry.results_due
