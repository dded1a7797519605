"""The promises of `samlink.carriers.contract.Carrier`, for any carrier to be tried by.

Subclass `CarrierConformance` in a test module of your own and give it a fixture `carrier`:

    class TestOurs(CarrierConformance):
        @pytest.fixture
        async def carrier(self, tmp_path):
            carrier = OurCarrier(tmp_path)
            await carrier.start()
            yield carrier
            await carrier.stop()

The fixture yields a carrier that was started, takes everything, delivers the receiver 01012345678, and gives its
results without waiting for a clock. It may name its messages by reference: `resolve` finds them by the answers. Needs
pytest and pytest-asyncio in `asyncio_mode = "auto"` (`pip install samlink[testing]`).
"""

import asyncio
from collections.abc import Sequence
from typing import Final

import pytest

from samlink.carriers.contract import Answer, Carrier, CarrierResult, Verdict
from samlink.core.message import Claimed
from samlink.vocabulary.kinds import Kind
from samlink.vocabulary.results import ResultCode

RECEIVER: Final = "01012345678"
"""Delivered by every carrier that is tried."""
TURNS: Final = 10
"""Of the loop, enough for every task that can go on and for what it sets off."""


def claimed(message_id: int, receiver: str = RECEIVER, *, attempts: int = 1, text: str = "안녕하세요") -> Claimed:
    """A claimed SMS."""
    return Claimed(
        id=message_id,
        account=1,
        kind=Kind.SMS,
        sender="0212345678",
        receiver=receiver,
        subject="",
        text=text,
        url="",
        user_code="",
        files="",
        expires_at_ms=None,
        attempts=attempts,
    )


def batch(first: int, count: int, *, attempts: int = 1) -> list[Claimed]:
    """So many messages with ids from `first`, to receivers that are delivered."""
    return [claimed(message_id, attempts=attempts) for message_id in range(first, first + count)]


async def let_others_run() -> None:
    """Give the loop to the other tasks."""
    for _ in range(TURNS):
        await asyncio.sleep(0)


def resolve(results: Sequence[CarrierResult], answers: Sequence[Answer]) -> list[int]:
    """The message ids that results name, by id or by the reference of an answer."""
    by_reference = {answer.reference: answer.id for answer in answers if answer.reference}
    return [result.id or by_reference[result.reference] for result in results]


async def all_results(carrier: Carrier, count: int, *, acknowledge: bool = True) -> list[CarrierResult]:
    """The next `count` results, acknowledged as they come."""
    results: list[CarrierResult] = []
    while len(results) < count:
        some = await carrier.results(count - len(results))
        assert 1 <= len(some) <= count - len(results)
        results.extend(some)
        if acknowledge:
            carrier.acknowledge(some)
    return results


class CarrierConformance:
    """The promises of `samlink.carriers.contract.Carrier`, one test each."""

    async def test_it_says_what_it_is_in_one_line(self, carrier: Carrier) -> None:
        assert carrier.name
        assert str(carrier.describe())
        assert "\n" not in str(carrier.describe())

    async def test_each_message_of_a_batch_is_answered_in_order(self, carrier: Carrier) -> None:
        answers = await carrier.submit(batch(1, 30))
        assert [answer.id for answer in answers] == list(range(1, 31))
        assert {answer.verdict for answer in answers} == {Verdict.TAKEN}

    async def test_an_empty_batch_is_answered_with_nothing(self, carrier: Carrier) -> None:
        assert list(await carrier.submit([])) == []

    async def test_a_whole_batch_fits(self, carrier: Carrier) -> None:
        answers = await carrier.submit(batch(1, carrier.batch_limit))
        assert len(answers) == carrier.batch_limit

    async def test_a_batch_over_the_limit_is_our_own_fault(self, carrier: Carrier) -> None:
        with pytest.raises(ValueError, match="batch"):
            await carrier.submit(batch(1, carrier.batch_limit + 1))

    async def test_a_message_twice_in_a_batch_is_our_own_fault(self, carrier: Carrier) -> None:
        with pytest.raises(ValueError, match="once"):
            await carrier.submit([claimed(1), claimed(1)])

    async def test_every_message_gets_one_result(self, carrier: Carrier) -> None:
        answers = await carrier.submit(batch(1, 30))
        results = await all_results(carrier, 30)
        assert sorted(resolve(results, answers)) == list(range(1, 31))
        assert {result.result for result in results} == {ResultCode.DELIVERED}
        assert all(len(result.telecom.encode("cp949")) <= 7 for result in results)

    async def test_no_more_results_come_than_were_asked_for(self, carrier: Carrier) -> None:
        await carrier.submit(batch(1, 5))
        assert len(await carrier.results(2)) <= 2

    async def test_results_wait_for_a_message(self, carrier: Carrier) -> None:
        waiting = asyncio.create_task(_results(carrier))
        await let_others_run()
        assert not waiting.done()
        answers = await carrier.submit(batch(7, 1))
        results = await waiting
        carrier.acknowledge(results)
        assert resolve(results, answers) == [7]

    async def test_submits_may_overlap(self, carrier: Carrier) -> None:
        batches = await asyncio.gather(*(carrier.submit(batch(first, 10)) for first in range(1, 101, 10)))
        answers = [answer for some in batches for answer in some]
        results = await all_results(carrier, 100)
        assert sorted(resolve(results, answers)) == list(range(1, 101))

    async def test_an_acknowledged_result_does_not_come_after_a_restart(self, carrier: Carrier) -> None:
        answers = await carrier.submit(batch(1, 2))
        results = await all_results(carrier, 2, acknowledge=False)
        carrier.acknowledge([result for result in results if resolve([result], answers) == [1]])
        await carrier.stop()
        await carrier.start()
        again = await all_results(carrier, 1)
        assert resolve(again, answers) == [2]

    async def test_an_unacknowledged_result_comes_as_it_was_after_a_restart(self, carrier: Carrier) -> None:
        await carrier.submit(batch(1, 1))
        (result,) = await all_results(carrier, 1, acknowledge=False)
        await carrier.stop()
        await carrier.start()
        (again,) = await all_results(carrier, 1)
        assert _content(again) == _content(result)

    async def test_a_result_that_it_does_not_know_is_passed_over(self, carrier: Carrier) -> None:
        carrier.acknowledge([CarrierResult(4711, "", ResultCode.DELIVERED, 0, ""), CarrierResult(0, "ref", 6, 0, "")])
        answers = await carrier.submit(batch(1, 1))
        assert resolve(await all_results(carrier, 1), answers) == [1]

    async def test_acknowledging_twice_does_nothing(self, carrier: Carrier) -> None:
        await carrier.submit(batch(1, 1))
        results = await all_results(carrier, 1)
        carrier.acknowledge(results)
        answers = await carrier.submit(batch(2, 1))
        assert resolve(await all_results(carrier, 1), answers) == [2]

    async def test_a_repeat_is_taken_and_brings_no_second_result(self, carrier: Carrier) -> None:
        if not carrier.idempotent:
            return
        first = await carrier.submit(batch(1, 3))
        again = await carrier.submit(batch(1, 3, attempts=2))
        assert list(again) == list(first)
        results = await all_results(carrier, 3)
        later = await carrier.submit(batch(4, 1))
        assert sorted(resolve(results, first)) == [1, 2, 3]
        assert resolve(await all_results(carrier, 1), later) == [4]

    async def test_a_stopped_carrier_takes_nothing(self, carrier: Carrier) -> None:
        await carrier.stop()
        (answer,) = await carrier.submit(batch(1, 1))
        assert answer.verdict is Verdict.LATER
        assert 95 <= answer.result <= 99

    async def test_a_stopped_carrier_has_no_results(self, carrier: Carrier) -> None:
        waiting = asyncio.create_task(_results(carrier))
        await let_others_run()
        await carrier.stop()
        assert list(await waiting) == []
        assert list(await carrier.results(10)) == []

    async def test_stopping_twice_does_nothing(self, carrier: Carrier) -> None:
        await carrier.stop()
        await carrier.stop()

    async def test_it_works_again_after_a_restart(self, carrier: Carrier) -> None:
        await carrier.stop()
        await carrier.start()
        answers = await carrier.submit(batch(1, 1))
        assert resolve(await all_results(carrier, 1), answers) == [1]


async def _results(carrier: Carrier) -> Sequence[CarrierResult]:
    return await carrier.results(10)


def _content(result: CarrierResult) -> tuple[object, ...]:
    return (result.id, result.reference, result.result, result.sent_at_ms, result.telecom, result.carrier_code)
