"""Results: each handed on exactly once, and acknowledged only after it was taken."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime

import pytest

from samlink.client import (
    ClientError,
    GatewayUnreachableError,
    LoginRefusedError,
    MessageKey,
    Receiver,
    RecentKeys,
    Result,
    Service,
    SettingsError,
    Version,
)
from samlink.link.free_ports import free_base_port
from samlink.testing.scripted_gateway import Refuse, ScriptedGateway
from samlink.vocabulary.responses import ResponseCode
from samlink.vocabulary.services import Duty
from samlink.vocabulary.times import KST, parse_time
from samlink.wire import ResultRecord, choices
from tests.client.clock import MovableClock
from tests.client.sample import ids, results

SMS = (Service.SMS,)


async def take(receiver: Receiver, count: int) -> list[Result]:
    """The next results, the last one of which stays in hand."""
    return [await anext(receiver) for _ in range(count)]


@pytest.fixture(params=Version)
def version(request: pytest.FixtureRequest) -> Version:
    """Both ways to take results."""
    assert isinstance(request.param, Version)
    return request.param


@pytest.fixture
async def receiver(gateway: ScriptedGateway, version: Version) -> AsyncIterator[Receiver]:
    """A receiver of SMS results."""
    async with Receiver(gateway.settings(version=version), SMS) as receiver:
        yield receiver


async def test_a_result_says_what_became_of_the_message(gateway: ScriptedGateway, receiver: Receiver) -> None:
    gateway.deliver([ResultRecord("G", "M", "01012345678", 1_230_769_810, 8, "01190")])
    result = await anext(receiver)
    assert result.key == MessageKey("G", "M", "01012345678")
    assert result.sent_at == datetime(2009, 1, 1, 9, 30, 10, tzinfo=KST)
    assert (result.code, result.korean, result.english) == (8, "단말기 전원 꺼짐", "handset switched off")
    assert not result.delivered
    assert result.telecom == "01190"
    assert "01012345678" not in repr(result)


def test_a_time_that_stands_for_never_can_be_read() -> None:
    sent_seconds = parse_time("0001-01-01 00:00:00")
    assert Result("G", "M", "01012345678", sent_seconds, 7).sent_at == datetime(1, 1, 1, tzinfo=KST)


async def test_results_come_from_all_services(gateway: ScriptedGateway, version: Version) -> None:
    async with Receiver(gateway.settings(version=version)) as receiver:
        gateway.deliver(results(1, 2), service=Service.SMS)
        gateway.deliver(results(3, 4), service=Service.MMS)
        gateway.deliver(results(5, 6), service=Service.KMS)
        assert sorted(ids(await take(receiver, 6))) == ["M1", "M2", "M3", "M4", "M5", "M6"]
        assert {(peer.service, peer.duty) for peer in gateway.peers} == {(service, Duty.REPORT) for service in Service}
        assert receiver.unavailable == []


async def test_a_gateway_without_kakao_is_no_failure_unless_kakao_was_asked_for(gateway: ScriptedGateway) -> None:
    settings = gateway.settings(addresses={"kms_report": str(free_base_port())})
    async with Receiver(settings) as receiver:
        await receiver.connect()
        assert receiver.connected
        assert receiver.unavailable == [Service.KMS]
        gateway.deliver(results(1), service=Service.SMS)
        assert ids(await take(receiver, 1)) == ["M1"]
    async with Receiver(settings, list(Service)) as receiver:
        with pytest.raises(GatewayUnreachableError):
            await receiver.connect()


async def test_kakao_that_refuses_the_login_for_good_stops_nothing(gateway: ScriptedGateway) -> None:
    async with ScriptedGateway() as refusing:
        refusing.logins.append(Refuse(ResponseCode.ADDRESS_NOT_ALLOWED, "no Kakao here"))
        settings = gateway.settings(addresses={"kms_report": str(refusing.base_port + 5)})
        async with Receiver(settings) as receiver:
            await receiver.connect()
            assert receiver.unavailable == [Service.KMS]
            gateway.deliver(results(1), service=Service.MMS)
            assert ids(await take(receiver, 1)) == ["M1"]


async def test_a_page_is_acknowledged_when_the_caller_comes_back_after_its_last_result(
    gateway: ScriptedGateway, receiver: Receiver, clock: MovableClock
) -> None:
    gateway.deliver(results(1, 2), results(3))
    assert ids(await take(receiver, 2)) == ["M1", "M2"]
    await clock.move(6)
    assert not gateway.acknowledged, "the second result is still in hand"
    assert ids(await take(receiver, 1)) == ["M3"]
    assert [ids(keys) for keys in gateway.acknowledged] == [["M1", "M2"]]
    coming_back = asyncio.create_task(anext(receiver))
    await gateway.until(lambda: len(gateway.acknowledged) == 2)
    coming_back.cancel()
    with pytest.raises(asyncio.CancelledError):
        await coming_back


async def test_leaving_takes_the_result_in_hand(gateway: ScriptedGateway, version: Version) -> None:
    gateway.deliver(results(1, 2))
    async with Receiver(gateway.settings(version=version), SMS) as receiver:
        await take(receiver, 2)
    await gateway.until(lambda: gateway.acknowledged)
    assert [ids(keys) for keys in gateway.acknowledged] == [["M1", "M2"]]


async def test_leaving_by_an_exception_does_not_take_it(gateway: ScriptedGateway, version: Version) -> None:
    gateway.deliver(results(1))
    with pytest.raises(LookupError):
        await fail_with_a_result_in_hand(gateway, version)
    await gateway.until(lambda: not gateway.peers)
    assert not gateway.acknowledged
    async with Receiver(gateway.settings(version=version), SMS) as receiver:
        assert ids(await take(receiver, 1)) == ["M1"]


async def fail_with_a_result_in_hand(gateway: ScriptedGateway, version: Version) -> None:
    """A caller that breaks while it works on a result."""
    async with Receiver(gateway.settings(version=version), SMS) as receiver:
        await anext(receiver)
        raise LookupError


async def test_half_a_page_is_not_acknowledged(gateway: ScriptedGateway, version: Version) -> None:
    gateway.deliver(results(1, 2, 3))
    async with Receiver(gateway.settings(version=version), SMS) as receiver:
        await take(receiver, 2)
    await gateway.until(lambda: not gateway.peers)
    assert not gateway.acknowledged


async def test_repeats_are_dropped_and_acknowledged(gateway: ScriptedGateway, receiver: Receiver) -> None:
    gateway.deliver(results(1, 1, 2), results(2, 1), results(2, 3))
    assert ids(await take(receiver, 3)) == ["M1", "M2", "M3"]
    assert len(gateway.acknowledged) == 2


async def test_one_key_with_two_receivers_is_two_results(gateway: ScriptedGateway, receiver: Receiver) -> None:
    gateway.deliver([*results(1, receiver="01011112222"), *results(1, receiver="01033334444")], results(2))
    assert [result.receiver for result in await take(receiver, 2)] == ["01011112222", "01033334444"]
    assert not gateway.acknowledged
    await take(receiver, 1)
    assert [ids(keys) for keys in gateway.acknowledged] == [["M1", "M1"]]


async def test_after_a_broken_connection_each_is_still_handed_on_once(
    gateway: ScriptedGateway, receiver: Receiver
) -> None:
    gateway.deliver(results(1, 2, 3), results(4))
    assert ids(await take(receiver, 2)) == ["M1", "M2"]
    gateway.drop_all()
    assert ids(await take(receiver, 2)) == ["M3", "M4"]
    gateway.drop_all()
    gateway.deliver(results(5))
    assert ids(await take(receiver, 1)) == ["M5"]
    assert [ids(keys) for keys in gateway.acknowledged][:1] == [["M1", "M2", "M3"]]


async def test_a_result_in_hand_that_comes_again_is_not_acknowledged_before_it_was_taken(
    gateway: ScriptedGateway, receiver: Receiver, clock: MovableClock
) -> None:
    gateway.deliver(results(1))
    await take(receiver, 1)
    gateway.drop_all()
    await gateway.until(lambda: gateway.connections == 2 and gateway.peers and gateway.peers[0].page)
    await clock.settle()
    assert not gateway.acknowledged
    gateway.deliver(results(2))
    assert ids(await take(receiver, 1)) == ["M2"]
    assert [ids(keys) for keys in gateway.acknowledged] == [["M1"]]


async def test_sam10_polls_every_5_seconds_and_at_once_after_results(
    gateway: ScriptedGateway, clock: MovableClock
) -> None:
    async with Receiver(gateway.settings(version=Version.SAM10), SMS) as receiver:
        await receiver.connect()
        waiting = asyncio.create_task(anext(receiver))
        await gateway.until(lambda: gateway.polls == 1)
        await clock.move(4.5)
        assert gateway.polls == 1
        gateway.deliver(results(1))
        await clock.move(0.5)
        assert (await waiting).message_id == "M1"
        assert gateway.polls == 2
        waiting = asyncio.create_task(anext(receiver))
        await gateway.until(lambda: gateway.polls == 3)
        waiting.cancel()


async def test_sam11_answers_keepalives(gateway: ScriptedGateway, clock: MovableClock) -> None:
    async with Receiver(gateway.settings(), SMS) as receiver:
        await receiver.connect()
        for _ in range(5):
            await clock.move(31)
        gateway.deliver(results(1))
        await take(receiver, 1)
    assert gateway.connections == 1


async def test_a_caller_that_is_too_slow_is_reconnected_and_misses_nothing(
    gateway: ScriptedGateway, receiver: Receiver, clock: MovableClock
) -> None:
    gateway.deliver(results(1, 2))
    await take(receiver, 1)
    await clock.move(choices.REPORT_SILENCE_LIMIT_SECONDS + 1)
    await gateway.until(lambda: gateway.connections == 2)
    assert ids(await take(receiver, 1)) == ["M2"]


async def test_batches_are_taken_as_a_whole(gateway: ScriptedGateway, receiver: Receiver) -> None:
    gateway.deliver(results(1, 2, 3), results(4))
    batches = receiver.batches(2)
    assert ids(await anext(batches)) == ["M1", "M2"]
    assert ids(await anext(batches)) == ["M3"]
    assert not gateway.acknowledged
    assert ids(await anext(batches)) == ["M4"]
    assert len(gateway.acknowledged) == 1


async def test_a_memory_of_the_callers_outlives_the_receiver(gateway: ScriptedGateway, version: Version) -> None:
    seen: set[MessageKey] = set()
    gateway.deliver(results(1, 2))
    async with Receiver(gateway.settings(version=version), SMS, seen=seen) as receiver:
        await take(receiver, 1)
        assert not seen, "a result in hand is not taken yet"
    assert seen == {MessageKey("G", "M1", "01012345678")}
    async with Receiver(gateway.settings(version=version), SMS, seen=seen) as receiver:
        assert ids(await take(receiver, 1)) == ["M2"]


def test_the_memory_forgets_the_oldest() -> None:
    keys = [MessageKey("G", str(number), "01012345678") for number in range(3)]
    memory = RecentKeys(2)
    for key in keys:
        memory.add(key)
    assert [key in memory for key in keys] == [False, True, True]


async def test_several_receivers_share_the_results_of_an_id(gateway: ScriptedGateway) -> None:
    settings = gateway.settings()
    async with Receiver(settings, SMS) as first, Receiver(settings, SMS) as second:
        await first.connect()
        await second.connect()
        gateway.deliver(results(1), results(2))
        assert {(await anext(first)).message_id, (await anext(second)).message_id} == {"M1", "M2"}


async def test_a_refused_login_is_told_and_tried_again_when_iterated_again(
    gateway: ScriptedGateway, receiver: Receiver
) -> None:
    gateway.logins.append(Refuse(ResponseCode.ADDRESS_NOT_ALLOWED))
    gateway.deliver(results(1))
    with pytest.raises(LoginRefusedError, match="IP address not registered"):
        await anext(receiver)
    assert ids(await take(receiver, 1)) == ["M1"]


async def test_connecting_tells_of_a_refusal_for_now(gateway: ScriptedGateway, receiver: Receiver) -> None:
    gateway.logins.append(Refuse(ResponseCode.TOO_MANY_CONNECTIONS))
    with pytest.raises(LoginRefusedError, match="too many connections"):
        await receiver.connect()
    await receiver.connect()
    assert gateway.connections == 2


async def test_closing_ends_the_iteration(gateway: ScriptedGateway, receiver: Receiver) -> None:
    waiting = asyncio.create_task(anext(receiver, None))
    await gateway.until(lambda: gateway.login_ids)
    await receiver.close()
    assert await waiting is None
    assert [result async for result in receiver] == []
    assert [batch async for batch in receiver.batches()] == []


async def test_a_closed_receiver_does_not_connect(gateway: ScriptedGateway, receiver: Receiver) -> None:
    connecting = asyncio.create_task(receiver.connect())
    await asyncio.sleep(0)
    await receiver.close()
    with pytest.raises(ClientError, match="the receiver is closed"):
        await connecting
    with pytest.raises(ClientError, match="the receiver is closed"):
        await receiver.connect()


async def test_a_receiver_needs_a_service(gateway: ScriptedGateway) -> None:
    with pytest.raises(SettingsError):
        Receiver(gateway.settings(), ())
