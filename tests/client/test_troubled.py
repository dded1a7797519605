"""Everything at once, on a line that breaks and a gateway that refuses, by seeds: nothing lost, nothing twice."""

import asyncio
import random
from collections import Counter

import pytest

from samlink.client import Message, Receiver, Sender, Sent, Service, Version
from samlink.testing.scripted_gateway import Refuse, ScriptedGateway, Step
from samlink.vocabulary.responses import ResponseCode
from samlink.vocabulary.services import Duty
from tests.client.clock import MovableClock
from tests.client.sample import LONG

MESSAGES = 400
TROUBLES = (
    Step.TAKE_AND_DROP,
    Step.DROP,
    Refuse(ResponseCode.OVERLOADED),
    Refuse(ResponseCode.SHUTTING_DOWN),
    Refuse(ResponseCode.STORE_UNAVAILABLE),
)


def script(gateway: ScriptedGateway, chance: random.Random) -> None:
    """Have about one in three requests, and some logins, go wrong."""
    for _ in range(40):
        gateway.steps.append(chance.choice(TROUBLES) if chance.random() < 0.35 else Step.TAKE)
    gateway.logins.extend([Refuse(ResponseCode.TOO_MANY_CONNECTIONS)] * chance.randrange(3))


async def send_all(pool: Sender, given: list[Message]) -> list[Sent]:
    """Send all; every one must be taken in the end."""
    outcomes = [outcome async for outcome in pool.send_many(given)]
    assert [outcome.message for outcome in outcomes] == given
    taken = [outcome for outcome in outcomes if isinstance(outcome, Sent)]
    assert len(taken) == len(given), [outcome for outcome in outcomes if not isinstance(outcome, Sent)][:3]
    return taken


async def let_time_pass(clock: MovableClock) -> None:
    """Polls come every 5 s; nobody wants to wait for that."""
    while True:
        await clock.move(0.05)


@pytest.mark.parametrize("version", Version)
@pytest.mark.parametrize("seed", range(8))
async def test_each_message_is_taken_and_its_result_handed_on_exactly_once(
    gateway: ScriptedGateway, clock: MovableClock, version: Version, seed: int
) -> None:
    chance = random.Random(seed)
    gateway.results_by_themselves = True
    gateway.variable = chance.random() < 0.5
    gateway.batch_limit = chance.choice((1, 7, 30))
    script(gateway, chance)
    given = [
        Message(to=f"010{number:08d}", text=chance.choice(("짧다", LONG)), group_id="G", message_id=f"M{number}")
        for number in range(MESSAGES)
    ]
    settings = gateway.settings(version=version, refusals_limit=1000, give_up_seconds=1_000_000)
    counted: Counter[str] = Counter()
    passing = asyncio.create_task(let_time_pass(clock))
    async with Sender(settings, connections=3) as pool, Receiver(settings, (Service.SMS, Service.MMS)) as receiver:
        sending = asyncio.create_task(send_all(pool, given))
        async for result in receiver:
            counted[result.message_id] += 1
            if chance.random() < 0.02:
                gateway.drop_all(Duty.REPORT)
            if len(counted) == MESSAGES:
                break
        sent = await sending
    passing.cancel()
    assert {outcome.key for outcome in sent} == set(gateway.messages)
    assert set(counted.values()) == {1}
    assert not pool.unfinished.unanswered
