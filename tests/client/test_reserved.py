"""LMS and MMS with a reserve time wait in the sender; an SMS waits at the gateway."""

import asyncio
from pathlib import Path

import pytest

from samlink.client import Held, Message, MessageError, Sender, SenderClosedError, SenderFullError, Sent
from samlink.client._send.reserved import LOOK_AGAIN_SECONDS, Reserved
from samlink.testing.scripted_gateway import ScriptedGateway
from tests.client.clock import MovableClock
from tests.client.sample import LONG, ids, message


def reserved(clock: MovableClock, seconds: float, number: int = 0, text: str = LONG) -> Message:
    """A message for a time so many seconds after the beginning."""
    return Message(to="01012345678", text=text, reserve_at=clock.after(seconds), group_id="G", message_id=f"M{number}")


async def test_an_sms_goes_at_once_with_its_reserve_time(gateway: ScriptedGateway, clock: MovableClock) -> None:
    async with Sender(gateway.settings(wall_clock=clock.wall)) as sender:
        await sender.send(reserved(clock, 3600, text="짧다"))
    assert gateway.requests[0].records[0].reserve_at == int(clock.after(3600).timestamp())


async def test_an_lms_is_held_until_its_time(gateway: ScriptedGateway, clock: MovableClock) -> None:
    async with Sender(gateway.settings(wall_clock=clock.wall)) as sender:
        late = asyncio.create_task(sender.send(reserved(clock, 3600, 1)))
        soon = asyncio.create_task(sender.send(reserved(clock, 60, 2)))
        await asyncio.sleep(0)
        assert ids(sender.held) == ["M2", "M1"]
        await clock.move(59)
        assert not gateway.connections
        await clock.move(1)
        await soon
        assert ids(sender.held) == ["M1"]
        await clock.move(3540)
        await late
    assert ids([request.records[0] for request in gateway.requests]) == ["M2", "M1"]
    assert gateway.requests[0].records[0].reserve_at == int(clock.after(60).timestamp())


async def test_a_time_that_has_passed_holds_nothing(gateway: ScriptedGateway, clock: MovableClock) -> None:
    async with Sender(gateway.settings(wall_clock=clock.wall)) as sender:
        await sender.send(reserved(clock, 0))
    assert len(gateway.messages) == 1


async def test_the_wall_clock_is_looked_at_again_since_it_may_be_set(
    gateway: ScriptedGateway, clock: MovableClock
) -> None:
    set_forward = 0.0
    async with Sender(gateway.settings(wall_clock=lambda: clock.wall() + set_forward)) as sender:
        sending = asyncio.create_task(sender.send(reserved(clock, 1_000_000)))
        await asyncio.sleep(0)
        set_forward = 1_000_000
        await clock.move(LOOK_AGAIN_SECONDS)
        await sending


async def test_in_a_stream_a_held_message_is_told_at_once_and_sent_later(
    gateway: ScriptedGateway, clock: MovableClock
) -> None:
    async with Sender(gateway.settings(wall_clock=clock.wall)) as sender:
        given = [reserved(clock, 60, 0), reserved(clock, -1, 1), reserved(clock, 30, 2)]
        outcomes = [outcome async for outcome in sender.send_many(given)]
        assert [type(outcome) for outcome in outcomes] == [Held, Sent, Held]
        await clock.move(30)
        assert isinstance(outcomes[2], Held)
        assert (await outcomes[2].sent()).key.message_id == "M2"
        assert ids(sender.held) == ["M0"]
    assert ids(sender.unfinished.held) == ["M0"]
    assert isinstance(outcomes[0], Held)
    with pytest.raises(SenderClosedError, match="before the message's reserve time"):
        await outcomes[0].sent()
    assert list(gateway.messages) == [("G", "M1", "01012345678"), ("G", "M2", "01012345678")]


async def test_what_is_wrong_with_a_held_message_is_told_before_it_is_held(
    gateway: ScriptedGateway, clock: MovableClock, tmp_path: Path
) -> None:
    async with Sender(gateway.settings(wall_clock=clock.wall)) as sender:
        for changes in ({"sender": "me"}, {"files": (tmp_path / "gone.jpg",)}):
            given = Message(to="01012345678", text=LONG, reserve_at=clock.after(60), **changes)
            with pytest.raises(MessageError):
                await sender.send(given)
        assert not sender.held


async def test_a_cancelled_wait_lets_go(gateway: ScriptedGateway, clock: MovableClock) -> None:
    async with Sender(gateway.settings(wall_clock=clock.wall)) as sender:
        sending = asyncio.create_task(sender.send(reserved(clock, 60)))
        await asyncio.sleep(0)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        assert not sender.held
        await clock.move(60)
    assert not gateway.connections


async def test_no_more_than_the_limit_is_held(
    gateway: ScriptedGateway, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("samlink.client._send.reserved.HELD_LIMIT", 1)
    async with Sender(gateway.settings(wall_clock=clock.wall)) as sender:
        sending = asyncio.create_task(sender.send(reserved(clock, 60)))
        await asyncio.sleep(0)
        with pytest.raises(SenderFullError):
            await sender.send(reserved(clock, 60, 1))
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending


async def test_cancelled_waits_are_forgotten_before_they_are_due() -> None:
    reserved = Reserved(lambda: 0.0)
    for number in range(100):
        waiting = asyncio.create_task(reserved.until(1000.0, message(number)))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait([waiting])
    assert len(reserved._heap) <= 1
    reserved.close()
