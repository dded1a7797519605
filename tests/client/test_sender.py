"""One message at a time: kinds, lost answers, refusals, waits that end, and cancelled sends."""

import asyncio
from typing import Any

import pytest

from samlink import wire
from samlink.client import (
    GatewayUnreachableError,
    Kind,
    Message,
    MessageError,
    MessageKey,
    OutcomeUnknownError,
    PacketRefusedError,
    Sender,
    SenderClosedError,
    SenderFullError,
    Sent,
    Service,
    Version,
)
from samlink.client._send import queue
from samlink.testing.scripted_gateway import Refuse, ScriptedGateway, Step
from samlink.vocabulary.responses import ResponseCode
from samlink.wire import GatewaySession, Packet, SendRecord, commands
from tests.client.clock import MovableClock
from tests.client.sample import LONG, ids, message


@pytest.mark.parametrize("version", Version)
@pytest.mark.parametrize("user_code", [False, True])
@pytest.mark.parametrize(("variable", "codes"), [(False, ["1020", "1024", "1024"]), (True, ["1020", "1044", "1045"])])
async def test_each_kind_goes_by_its_command(
    gateway: ScriptedGateway, version: Version, user_code: bool, variable: bool, codes: list[str]
) -> None:
    gateway.variable = variable
    code = "123456789" if user_code else ""
    async with Sender(gateway.settings(version=version, user_code=user_code)) as sender:
        name = await sender.upload(b"\xff\xd8 no picture \xff\xd9", "JPG")
        changes: list[dict[str, Any]] = [{}, {"text": LONG}, {"files": (name,), "subject": "제목"}]
        for number, fields in enumerate(changes):
            given = {"to": "010-1234-5678", "text": "가나다", "message_id": f"M{number}"}
            sent = await sender.send(Message(**(given | fields), group_id="G", user_code=code))
            assert sent.key == MessageKey("G", f"M{number}", "01012345678")
            assert sent.kind is list(Kind)[number]
    assert [request.command for request in gateway.requests] == codes
    assert gateway.requests[2].files == (name,)
    mms = gateway.requests[2].records[0]
    assert isinstance(mms, SendRecord)
    assert (mms.subject, mms.user_code) == ("제목", code)


async def test_what_cannot_be_sent_goes_nowhere(gateway: ScriptedGateway) -> None:
    async with Sender(gateway.settings()) as sender:
        with pytest.raises(MessageError, match="character 1"):
            await sender.send(message(text="👍"))
    assert gateway.connections == 0


@pytest.mark.parametrize("variable", [False, True])
async def test_a_text_that_the_first_login_does_not_allow_is_not_sent(gateway: ScriptedGateway, variable: bool) -> None:
    gateway.variable, gateway.max_msg_size = variable, 2100
    async with Sender(gateway.settings()) as sender:
        with pytest.raises(MessageError, match=r"text has 2400 bytes in CP949, this login takes at most 2[01]00"):
            await sender.send(message(text="가" * 1200))
        assert (await sender.send(message(text="가" * 1000))).kind is Kind.LMS
    assert len(gateway.requests) == 1


@pytest.mark.parametrize("step", [Step.DROP, Step.TAKE_AND_DROP])
async def test_a_lost_answer_is_asked_for_with_the_same_keys(gateway: ScriptedGateway, step: Step) -> None:
    gateway.steps.extend([step, step])
    async with Sender(gateway.settings()) as sender:
        await sender.send(message(5))
    assert len(gateway.requests) == 3
    assert all(request.records == gateway.requests[0].records for request in gateway.requests)
    assert len(gateway.messages) == 1


async def test_a_broken_connection_is_made_again_after_10_seconds(
    gateway: ScriptedGateway, clock: MovableClock, caplog: pytest.LogCaptureFixture
) -> None:
    gateway.steps.append(Step.TAKE_AND_DROP)
    async with Sender(gateway.settings(reconnect_seconds=10)) as sender:
        sending = asyncio.create_task(sender.send(message()))
        await clock.until(lambda: "service=SMS duty=send" in caplog.text)
        await clock.move(9.5)
        assert gateway.connections == 1
        await clock.move(0.5)
        await sending
    assert gateway.connections == 2


async def test_a_gateway_that_never_answers_is_left_after_a_while(
    gateway: ScriptedGateway, clock: MovableClock
) -> None:
    gateway.steps.append(Step.TAKE_AND_STAY_SILENT)
    async with Sender(gateway.settings()) as sender:
        sending = asyncio.create_task(sender.send(message()))
        await gateway.until(lambda: gateway.requests)
        await clock.move(60)
        await sending
    assert len(gateway.requests) == 2
    assert len(gateway.messages) == 1


async def test_a_message_without_an_answer_is_given_up(gateway: ScriptedGateway, clock: MovableClock) -> None:
    gateway.steps.append(Step.TAKE_AND_STAY_SILENT)
    async with Sender(gateway.settings(give_up_seconds=50)) as sender:
        sending = asyncio.create_task(sender.send(message()))
        await gateway.until(lambda: gateway.requests)
        await clock.move(50)
        with pytest.raises(OutcomeUnknownError, match="has not answered within 50 s"):
            await sending


async def test_what_was_given_up_leaves_room_for_more(clock: MovableClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """A gateway that is away for hours, and a program that goes on: what has failed does not wait any more."""
    monkeypatch.setattr(queue, "QUEUE_LIMIT", 3)
    async with ScriptedGateway() as gone:
        settings = gone.settings(give_up_seconds=50, reconnect_seconds=100)
    async with Sender(settings) as sender:
        for _ in range(2):
            sending = [asyncio.create_task(sender.send(message(number))) for number in range(4)]
            await clock.move(0)
            with pytest.raises(SenderFullError):
                await sending[3]
            await clock.move(50)
            errors = await asyncio.gather(*sending[:3], return_exceptions=True)
            assert {type(error) for error in errors} == {GatewayUnreachableError}


async def test_a_message_that_could_not_be_sent_is_given_up(clock: MovableClock) -> None:
    async with ScriptedGateway() as gone:
        settings = gone.settings(give_up_seconds=50, reconnect_seconds=100)
    async with Sender(settings) as sender:
        sending = asyncio.create_task(sender.send(message()))
        with pytest.raises(GatewayUnreachableError):
            await sender.connect(Service.SMS)
        await clock.move(50)
        with pytest.raises(GatewayUnreachableError, match=r"nothing could be sent within 50 s .*cannot be reached"):
            await sending


async def test_a_keepalive_goes_every_30_seconds_and_a_request_waits_for_its_answer(
    gateway: ScriptedGateway, clock: MovableClock
) -> None:
    async with Sender(gateway.settings()) as sender:
        await sender.send(message(0))
        for number in range(1, 5):
            clock.passed += 31
            await asyncio.sleep(0)
            await sender.send(message(number))
        for _ in range(4):
            await clock.move(31)
        await sender.send(message(9))
    assert gateway.connections == 1
    assert len(gateway.messages) == 6


async def test_a_refused_packet_is_told_with_its_code(gateway: ScriptedGateway) -> None:
    gateway.steps.append(Refuse(ResponseCode.KEY_REUSED, "key reused: G/M0"))
    async with Sender(gateway.settings()) as sender:
        with pytest.raises(PacketRefusedError) as raised:
            await sender.send(message())
        await sender.send(message(1))
    assert raised.value.response.code == "12011"
    assert raised.value.detail == "key reused: G/M0"
    assert raised.value.korean == "다른 메시지에 이미 쓰인 메시지 key"
    assert len(gateway.requests) == 2


async def test_a_packet_refused_for_now_goes_again_on_the_same_connection(
    gateway: ScriptedGateway, clock: MovableClock
) -> None:
    gateway.steps.extend([Refuse(ResponseCode.OVERLOADED)] * 2)
    async with Sender(gateway.settings(retry_seconds=5)) as sender:
        sending = asyncio.create_task(sender.send(message()))
        while not sending.done():
            await clock.move(5)
        await sending
    assert len(gateway.requests) == 3
    assert gateway.connections == 1


async def test_a_packet_refused_for_now_is_refused_in_the_end(gateway: ScriptedGateway) -> None:
    gateway.steps.extend([Refuse(ResponseCode.DISK_FULL)] * 5)
    async with Sender(gateway.settings(refusals_limit=5)) as sender:
        with pytest.raises(PacketRefusedError, match="disk full"):
            await sender.send(message())
        await sender.send(message(1))
    assert len(gateway.requests) == 6


async def test_a_packet_that_is_still_refused_for_now_is_given_up_with_that_refusal(
    gateway: ScriptedGateway, clock: MovableClock
) -> None:
    gateway.steps.append(Refuse(ResponseCode.DISK_FULL))
    async with Sender(gateway.settings(retry_seconds=1000, give_up_seconds=50)) as sender:
        sending = asyncio.create_task(sender.send(message()))
        await gateway.until(lambda: gateway.requests)
        await clock.move(50)
        with pytest.raises(PacketRefusedError, match="disk full"):
            await sending


async def test_a_gateway_that_shuts_down_is_asked_again_on_a_new_connection(gateway: ScriptedGateway) -> None:
    gateway.steps.append(Refuse(ResponseCode.SHUTTING_DOWN))
    async with Sender(gateway.settings()) as sender:
        await sender.send(message())
    assert gateway.connections == 2
    assert len(gateway.requests) == 2


async def test_a_refusal_after_a_lost_answer_leaves_the_fate_unknown(gateway: ScriptedGateway) -> None:
    gateway.steps.extend([Step.TAKE_AND_DROP, Refuse(ResponseCode.BAD_FIELD)])
    async with Sender(gateway.settings()) as sender:
        with pytest.raises(OutcomeUnknownError, match="an earlier attempt was not answered"):
            await sender.send(message())


async def test_tasks_that_send_at_the_same_time_share_requests(gateway: ScriptedGateway) -> None:
    async with Sender(gateway.settings()) as sender:
        await asyncio.gather(*(sender.send(message(number)) for number in range(60)))
    assert [len(request.records) for request in gateway.requests] == [30, 30]


async def test_a_send_that_is_cancelled_before_it_is_written_is_not_sent(gateway: ScriptedGateway) -> None:
    gateway.steps.append(Step.TAKE_AND_STAY_SILENT)
    async with Sender(gateway.settings(close_seconds=0)) as sender:
        first = asyncio.create_task(sender.send(message(0)))
        await gateway.until(lambda: gateway.requests)
        second = asyncio.create_task(sender.send(message(1)))
        await asyncio.sleep(0)
        second.cancel()
        with pytest.raises(asyncio.CancelledError):
            await second
        gateway.drop_all()
        await first
    assert [ids(request.records) for request in gateway.requests] == [["M0"], ["M0"]]
    assert not sender.unfinished.unanswered


async def test_a_send_that_is_cancelled_after_it_was_written_is_seen_through(gateway: ScriptedGateway) -> None:
    gateway.steps.append(Step.TAKE_AND_STAY_SILENT)
    async with Sender(gateway.settings()) as sender:
        sending = asyncio.create_task(sender.send(message(0)))
        await gateway.until(lambda: gateway.requests)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        gateway.drop_all()
        await gateway.until(lambda: len(gateway.requests) == 2)
    assert not sender.unfinished.unanswered


async def test_closing_tells_what_was_not_answered(gateway: ScriptedGateway) -> None:
    gateway.steps.append(Step.TAKE_AND_STAY_SILENT)
    async with Sender(gateway.settings(close_seconds=0)) as sender:
        sending = asyncio.create_task(sender.send(message(7)))
        await gateway.until(lambda: gateway.requests)
        waiting = asyncio.create_task(sender.send(message(8)))
        await asyncio.sleep(0)
    assert sender.unfinished.unanswered == (MessageKey("G", "M7", "01000000007"),)
    with pytest.raises(OutcomeUnknownError):
        await sending
    with pytest.raises(SenderClosedError):
        await waiting
    with pytest.raises(SenderClosedError):
        await sender.send(message())
    assert await sender.close() is sender.unfinished


async def test_a_cancelled_close_still_closes(gateway: ScriptedGateway) -> None:
    gateway.steps.append(Step.TAKE_AND_STAY_SILENT)
    sender = Sender(gateway.settings(close_seconds=0))
    sending = asyncio.create_task(sender.send(message(7)))
    await gateway.until(lambda: gateway.requests)
    closing = asyncio.create_task(sender.close())
    await asyncio.sleep(0)
    closing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await closing
    assert (await sender.close()).unanswered == (MessageKey("G", "M7", "01000000007"),)
    with pytest.raises(OutcomeUnknownError):
        await sending
    await gateway.until(lambda: not gateway.peers)


async def test_an_answer_that_names_other_messages_takes_none_and_ends_the_connection(
    gateway: ScriptedGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As of a gateway that answers twice, or a keepalive late: it would be taken for the answer of the next request."""

    def answer_another(session: GatewaySession, now: float) -> None:
        other = Packet(commands.SEND_ANSWER_KEYS, records=[wire.KeyRecord("G", "M99")])
        session._send(other, now, response=ResponseCode.OK, message="OK")
        session._asked = None

    async with Sender(gateway.settings()) as sender:
        with monkeypatch.context() as patch:
            patch.setattr(GatewaySession, "answer_messages", answer_another)
            with pytest.raises(OutcomeUnknownError, match="it answers something else"):
                await sender.send(message(0))
        await sender.send(message(1))
    assert [request.connection for request in gateway.requests] == [0, 1]


@pytest.mark.parametrize("named", [0, 2])
async def test_an_answer_of_00000_that_names_a_part_or_nothing_takes_all(
    gateway: ScriptedGateway, monkeypatch: pytest.MonkeyPatch, named: int
) -> None:
    def answer_a_part(session: GatewaySession, now: float) -> None:
        assert session._asked is not None
        keys = [wire.KeyRecord(one.group_id, one.message_id) for one in session._asked.records[:named]]
        session._send(Packet(commands.SEND_ANSWER_KEYS, records=keys), now, response=ResponseCode.OK, message="OK")
        session._asked = None

    monkeypatch.setattr(GatewaySession, "answer_messages", answer_a_part)
    async with Sender(gateway.settings()) as sender:
        outcomes = [outcome async for outcome in sender.send_many([message(number) for number in range(3)])]
    assert [isinstance(outcome, Sent) for outcome in outcomes] == [True, True, True]
    assert [request.connection for request in gateway.requests] == [0]
