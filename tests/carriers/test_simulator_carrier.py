"""The simulated carrier on an event loop, with a clock that only the test moves."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samlink.carriers.contract import Answer, CarrierResult, SubmitLostError, Verdict
from samlink.carriers.simulator import Chance, SimulatedCarrier, SimulatorSettings
from samlink.core.message import Claimed
from samlink.testing.clock import StandingClock
from samlink.testing.conformance.carrier import batch, claimed, let_others_run
from samlink.vocabulary.results import NETWORK_RESULTS
from tests.carriers.sample import START_MS, ids

ALWAYS = Chance(1.0)
Make = Callable[..., Coroutine[Any, Any, SimulatedCarrier]]


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock(START_MS)


@pytest.fixture
async def make(clock: StandingClock) -> AsyncIterator[Make]:
    """Makes started carriers of the given settings, on the test's clock."""
    made: list[SimulatedCarrier] = []

    async def make_one(**told: Any) -> SimulatedCarrier:
        carrier = SimulatedCarrier(SimulatorSettings(**told), now_ms=clock)
        made.append(carrier)
        await carrier.start()
        return carrier

    yield make_one
    for carrier in made:
        await carrier.stop()


def move(clock: StandingClock, carrier: SimulatedCarrier, step_ms: int) -> None:
    clock.ms += step_ms
    carrier.wake()


def submitting(carrier: SimulatedCarrier, messages: Sequence[Claimed]) -> asyncio.Task[Sequence[Answer]]:
    async def submit() -> Sequence[Answer]:
        return await carrier.submit(messages)

    return asyncio.create_task(submit())


def fetching(carrier: SimulatedCarrier, limit: int = 1_000) -> asyncio.Task[Sequence[CarrierResult]]:
    async def fetch() -> Sequence[CarrierResult]:
        return await carrier.results(limit)

    return asyncio.create_task(fetch())


async def test_every_code_on_purpose(make: Make) -> None:
    carrier = await make()
    codes = sorted(NETWORK_RESULTS)
    await carrier.submit([claimed(code, f"010777766{code:02}") for code in codes])
    results = await carrier.results(100)
    assert [(result.id, result.result) for result in results] == [(code, code) for code in codes]
    assert {result.sent_at_ms for result in results} == {START_MS}


async def test_without_delay_results_are_there_when_submit_returns(make: Make) -> None:
    carrier = await make()
    await carrier.submit(batch(1, 3))
    with pytest.raises(StopIteration):
        # A coroutine that has a result at once never gives up the loop.
        carrier.results(10).send(None)


async def test_a_delay_is_waited_for(make: Make, clock: StandingClock) -> None:
    carrier = await make(delay_ms=100)
    await carrier.submit(batch(1, 3))
    waiting = fetching(carrier)
    move(clock, carrier, 99)
    await let_others_run()
    assert not waiting.done()
    move(clock, carrier, 1)
    assert ids(await waiting) == [1, 2, 3]


async def test_a_delay_ends_by_itself_on_a_real_clock() -> None:
    carrier = SimulatedCarrier(SimulatorSettings(delay_ms=1, delay_spread_ms=3))
    await carrier.start()
    await carrier.submit(batch(1, 20))
    seen: set[int] = set()
    while len(seen) < 20:
        results = await carrier.results(20)
        carrier.acknowledge(results)
        seen.update(ids(results))
    await carrier.stop()


async def test_a_later_deadline_does_not_hide_an_earlier_one_on_a_real_clock() -> None:
    told = SimulatorSettings(delay_ms=1, result_late=Chance(receivers=frozenset({"01011112222"})))
    carrier = SimulatedCarrier(told)
    await carrier.start()
    await carrier.submit([claimed(1, "01011112222")])
    waiting = fetching(carrier)
    await let_others_run()
    await carrier.submit([claimed(2)])
    async with asyncio.timeout(10):
        assert ids(await waiting) == [2]
    await carrier.stop()


async def test_held_it_takes_nothing(make: Make) -> None:
    carrier = await make(held=True)
    waiting = submitting(carrier, batch(1, 3))
    await let_others_run()
    assert carrier.held
    assert not waiting.done()
    assert carrier.open_results == 0
    carrier.release()
    assert {answer.verdict for answer in await waiting} == {Verdict.TAKEN}
    carrier.hold()
    waiting = submitting(carrier, batch(4, 1))
    await let_others_run()
    assert not waiting.done()
    assert ids(await carrier.results(10)) == [1, 2, 3]
    await carrier.stop()
    assert [(answer.verdict, answer.result) for answer in await waiting] == [(Verdict.LATER, 98)]


async def test_beyond_the_throughput_submit_waits(make: Make, clock: StandingClock) -> None:
    carrier = await make(throughput=100)
    await carrier.submit(batch(1, 100))
    waiting = submitting(carrier, batch(101, 10))
    await let_others_run()
    assert not waiting.done()
    move(clock, carrier, 9)
    await let_others_run()
    assert not waiting.done()
    move(clock, carrier, 1)
    assert len(await waiting) == 10


async def test_beyond_the_throughput_it_may_answer_95(make: Make, clock: StandingClock) -> None:
    carrier = await make(throughput=100, over_throughput="later")
    await carrier.submit(batch(1, 100))
    answers = await carrier.submit(batch(101, 2))
    assert [(answer.verdict, answer.result) for answer in answers] == [(Verdict.LATER, 95)] * 2
    clock.ms += 1_000
    assert {answer.verdict for answer in await carrier.submit(batch(101, 2))} == {Verdict.TAKEN}


async def test_throughput_over_a_minute(make: Make, clock: StandingClock) -> None:
    carrier = await make(throughput=50)
    first = 1
    for _ in range(60):
        waiting = [submitting(carrier, batch(first + 10 * number, 10)) for number in range(5)]
        first += 50
        while not all(task.done() for task in waiting):
            move(clock, carrier, 5)
            await let_others_run()
            carrier.acknowledge(await carrier.results(1_000) if carrier.open_results else [])
    assert clock.ms - START_MS == pytest.approx(59_000, abs=1_000)


async def test_with_too_many_results_open_submit_waits(make: Make) -> None:
    carrier = await make(batch_limit=10, open_limit=20)
    await carrier.submit(batch(1, 10))
    await carrier.submit(batch(11, 10))
    waiting = submitting(carrier, batch(21, 5))
    results = await carrier.results(100)
    await let_others_run()
    assert not waiting.done()
    carrier.acknowledge(results[:4])
    await let_others_run()
    assert not waiting.done()
    carrier.acknowledge(results[4:5])
    assert len(await waiting) == 5


async def test_a_cancelled_submit_leaves_nothing_behind(make: Make) -> None:
    carrier = await make(held=True)
    waiting = submitting(carrier, batch(1, 3))
    await let_others_run()
    waiting.cancel()
    await let_others_run()
    carrier.release()
    await let_others_run()
    assert carrier.open_results == 0


async def test_a_result_not_acknowledged_comes_again_in_the_same_run(make: Make, clock: StandingClock) -> None:
    carrier = await make(repeat_after_ms=1_000)
    await carrier.submit(batch(1, 2))
    carrier.acknowledge((await carrier.results(10))[:1])
    waiting = fetching(carrier)
    await let_others_run()
    move(clock, carrier, 1_000)
    move(clock, carrier, 1_000)
    assert ids(await waiting) == [2]


async def test_several_may_wait_for_results(make: Make) -> None:
    carrier = await make()
    waiting = [fetching(carrier, 2) for _ in range(3)]
    await let_others_run()
    await carrier.submit(batch(1, 6))
    results = [result for some in await asyncio.gather(*waiting) for result in some]
    assert sorted(ids(results)) == [1, 2, 3, 4, 5, 6]


async def test_its_memory_of_ids_has_a_limit(make: Make) -> None:
    carrier = await make(remembered_ids=50)
    for first in range(1, 1_001, 10):
        await carrier.submit(batch(first, 10))
        carrier.acknowledge(await carrier.results(10))
    await carrier.submit(batch(951, 50, attempts=2))
    assert carrier.open_results == 0
    await carrier.submit(batch(1, 1, attempts=2))
    assert carrier.open_results == 1


# -- misbehaviours


async def test_answer_lost(make: Make) -> None:
    carrier = await make(answer_lost=ALWAYS)
    with pytest.raises(SubmitLostError) as lost:
        await carrier.submit(batch(1, 3))
    assert lost.value.answers == []
    assert ids(await carrier.results(10)) == [1, 2, 3]
    answers = await carrier.submit(batch(1, 3, attempts=2))
    assert {answer.verdict for answer in answers} == {Verdict.TAKEN}
    assert carrier.open_results == 3


@pytest.mark.parametrize(("rest_taken", "had"), [(0.0, [1, 2]), (1.0, [1, 2, 3, 4])])
async def test_lost_mid_batch(make: Make, rest_taken: float, had: list[int]) -> None:
    carrier = await make(lost_mid_batch=Chance(receivers=frozenset({"01011112222"})), lost_rest_taken=rest_taken)
    with pytest.raises(SubmitLostError) as lost:
        await carrier.submit([claimed(1), claimed(2), claimed(3, "01011112222"), claimed(4)])
    assert [(answer.id, answer.verdict) for answer in lost.value.answers] == [(1, Verdict.TAKEN), (2, Verdict.TAKEN)]
    assert ids(await carrier.results(10)) == had


async def test_result_before_answer(make: Make) -> None:
    carrier = await make(result_before_answer=ALWAYS, by_reference=ALWAYS)
    waiting = submitting(carrier, batch(1, 2))
    results = await carrier.results(10)
    assert not waiting.done()
    await let_others_run()
    assert waiting.done()
    answers = await waiting
    assert [answer.reference for answer in answers] == [result.reference for result in results]
    assert ids(results) == [0, 0]


async def test_result_before_answer_when_nobody_fetches(make: Make, clock: StandingClock) -> None:
    carrier = await make(result_before_answer=ALWAYS, answer_wait_ms=500)
    waiting = submitting(carrier, batch(1, 2))
    await let_others_run()
    move(clock, carrier, 499)
    await let_others_run()
    assert not waiting.done()
    move(clock, carrier, 1)
    assert len(await waiting) == 2


async def test_result_late(make: Make, clock: StandingClock) -> None:
    three_days_ms = 3 * 24 * 60 * 60 * 1_000
    carrier = await make(result_late=Chance(receivers=frozenset({"01011112222"})), late_ms=three_days_ms)
    await carrier.submit([claimed(1, "01011112222"), claimed(2)])
    results = await carrier.results(10)
    assert ids(results) == [2]
    carrier.acknowledge(results)
    waiting = fetching(carrier)
    move(clock, carrier, three_days_ms - 1)
    await let_others_run()
    assert not waiting.done()
    move(clock, carrier, 1)
    assert ids(await waiting) == [1]


async def test_result_twice(make: Make) -> None:
    carrier = await make(result_twice=ALWAYS)
    await carrier.submit(batch(1, 1))
    first = await carrier.results(1)
    carrier.acknowledge(first)
    second = await carrier.results(1)
    assert ids(first) == ids(second) == [1]
    carrier.acknowledge(second)
    assert carrier.open_results == 0


async def test_never(make: Make) -> None:
    carrier = await make(never=Chance(receivers=frozenset({"01011112222"})))
    answers = await carrier.submit([claimed(1, "01011112222"), claimed(2)])
    assert {answer.verdict for answer in answers} == {Verdict.TAKEN}
    assert ids(await carrier.results(10)) == [2]
    assert carrier.open_results == 1


async def test_refused(make: Make) -> None:
    carrier = await make(refused=Chance(receivers=frozenset({"01011112222"})), refused_result=37)
    answers = await carrier.submit([claimed(1, "01011112222"), claimed(2)])
    assert [(answer.verdict, answer.result) for answer in answers] == [(Verdict.REFUSED, 37), (Verdict.TAKEN, 0)]
    assert ids(await carrier.results(10)) == [2]


async def test_later(make: Make) -> None:
    carrier = await make(later=ALWAYS, later_attempts=2, later_result=97)
    for attempts in (1, 2):
        (answer,) = await carrier.submit(batch(1, 1, attempts=attempts))
        assert (answer.verdict, answer.result) == (Verdict.LATER, 97)
    (answer,) = await carrier.submit(batch(1, 1, attempts=3))
    assert answer.verdict is Verdict.TAKEN


async def test_a_carrier_that_forgets_delivers_a_repeat_again(make: Make) -> None:
    carrier = await make(idempotent=False)
    assert not carrier.idempotent
    await carrier.submit(batch(1, 1))
    await carrier.submit(batch(1, 1, attempts=2))
    assert ids(await carrier.results(10)) == [1, 1]


async def story(seed: int, share: float) -> list[object]:
    """Everything that a run of one seed answers and gives, by the clock."""
    clock, told = StandingClock(START_MS), Chance(share)
    carrier = SimulatedCarrier(
        SimulatorSettings(
            seed=seed,
            delay_spread_ms=50,
            failure_mix={7: 0.3},
            answer_lost=told,
            lost_mid_batch=told,
            result_late=told,
            result_twice=told,
            never=told,
            refused=told,
            later=told,
            by_reference=told,
            late_ms=20,
        ),
        now_ms=clock,
    )
    await carrier.start()
    told_so_far: list[object] = []
    for first in range(1, 41, 10):
        try:
            told_so_far.append(list(await carrier.submit(batch(first, 10))))
        except SubmitLostError as lost:
            told_so_far.append(("lost", list(lost.answers)))
    for _ in range(8):
        move(clock, carrier, 10)
        waiting = fetching(carrier)
        await let_others_run()
        told_so_far.append(list(waiting.result()) if waiting.done() else None)
        waiting.cancel()
    await carrier.stop()
    return told_so_far


@settings(max_examples=25)
@given(seed=st.integers(0, 2**64 - 1), share=st.floats(0, 1))
def test_a_seed_replays_a_run(seed: int, share: float) -> None:
    assert asyncio.run(story(seed, share)) == asyncio.run(story(seed, share))


def test_another_seed_is_another_run() -> None:
    assert asyncio.run(story(1, 0.3)) != asyncio.run(story(2, 0.3))
