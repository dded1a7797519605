"""Many messages: full requests, outcomes in order, one bad one among good ones."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from samlink.client import Failed, Message, MessageError, Outcome, PacketRefusedError, Sender, Sent, Service
from samlink.client._send.stream import WINDOW
from samlink.testing.scripted_gateway import Refuse, ScriptedGateway, Step
from samlink.vocabulary.responses import ResponseCode
from samlink.wire import GatewaySession, SendRecord
from tests.client.sample import LONG, ids, message, messages, one_job


async def outcomes_of(sender: Sender, given: list[Message]) -> list[Outcome]:
    """All outcomes."""
    return [outcome async for outcome in sender.send_many(given)]


async def test_requests_are_full_and_outcomes_in_order(gateway: ScriptedGateway) -> None:
    given = messages(100)
    async with Sender(gateway.settings()) as sender:
        outcomes = await outcomes_of(sender, given)
    assert [len(request.records) for request in gateway.requests] == [30, 30, 30, 10]
    assert [outcome.message for outcome in outcomes] == given
    assert all(isinstance(outcome, Sent) for outcome in outcomes)
    assert list(gateway.messages) == [outcome.key for outcome in outcomes if isinstance(outcome, Sent)]


async def test_kinds_and_files_are_packed_apart(gateway: ScriptedGateway) -> None:
    async with Sender(gateway.settings()) as sender:
        names = [await sender.upload(content, "jpg") for content in (b"first", b"second")]
        given = [
            Message(to="01012345678", text=LONG if n % 4 == 1 else "짧다", files=(names[n % 2],) if n % 4 > 1 else ())
            for n in range(80)
        ]
        outcomes = await outcomes_of(sender, given)
    assert [outcome.message for outcome in outcomes] == given
    sizes = sorted((request.command, request.files, len(request.records)) for request in gateway.requests)
    mms = sorted(("1024", (name,), 20) for name in names)
    assert sizes == [("1020", (), 20), ("1024", (), 20), *mms]


async def test_more_than_a_window_passes(gateway: ScriptedGateway) -> None:
    gateway.batch_limit = 1000
    async with Sender(gateway.settings()) as sender:
        outcomes = await outcomes_of(sender, messages(2 * WINDOW + 7))
    assert len(outcomes) == len(gateway.messages) == 2 * WINDOW + 7


async def test_a_bad_message_fails_alone(gateway: ScriptedGateway) -> None:
    given = messages(10)
    given[3] = message(3, text="👍")
    async with Sender(gateway.settings()) as sender:
        outcomes = await outcomes_of(sender, given)
    assert [isinstance(outcome, Sent) for outcome in outcomes] == [number != 3 for number in range(10)]
    assert isinstance(outcomes[3], Failed)
    assert isinstance(outcomes[3].error, MessageError)
    assert [len(request.records) for request in gateway.requests] == [9]


async def test_a_message_that_the_gateway_refuses_is_found_and_fails_alone(gateway: ScriptedGateway) -> None:
    gateway.refuses = lambda record: record.message_id in {"M3", "M17"}
    async with Sender(gateway.settings()) as sender:
        outcomes = await outcomes_of(sender, messages(30))
    failed = [outcome for outcome in outcomes if isinstance(outcome, Failed)]
    assert ids([outcome.message for outcome in failed]) == ["M3", "M17"]
    assert all(isinstance(outcome.error, PacketRefusedError) for outcome in failed)
    assert len(gateway.messages) == 28
    assert len(gateway.requests) < 30


async def test_a_culprit_is_found_although_the_gateway_closes_after_each_refusal(
    gateway: ScriptedGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse = GatewaySession.refuse

    def refuse_and_close(session: GatewaySession, code: ResponseCode, detail: str, now: float) -> None:
        refuse(session, code, detail, now)
        session.close()

    monkeypatch.setattr(GatewaySession, "refuse", refuse_and_close)
    gateway.refuses = lambda record: record.message_id == "M7"
    async with Sender(gateway.settings()) as sender:
        outcomes = await outcomes_of(sender, messages(20))
    assert [outcome.message.message_id for outcome in outcomes if not isinstance(outcome, Sent)] == ["M7"]
    assert len(gateway.messages) == 19
    assert len(gateway.requests) < 20


async def test_a_refusal_of_the_whole_packet_is_not_searched_for_a_culprit(gateway: ScriptedGateway) -> None:
    gateway.steps.append(Refuse(ResponseCode.WRONG_PORT))
    async with Sender(gateway.settings()) as sender:
        outcomes = await outcomes_of(sender, messages(30))
    assert all(isinstance(outcome, Failed) for outcome in outcomes)
    assert len(gateway.requests) == 1


async def test_a_batch_limit_that_shrinks_is_obeyed(gateway: ScriptedGateway) -> None:
    gateway.steps.append(Step.TAKE_AND_DROP)
    async with Sender(gateway.settings()) as sender:
        sending = asyncio.create_task(outcomes_of(sender, messages(30)))
        await gateway.until(lambda: gateway.requests)
        gateway.batch_limit = 10
        outcomes = await sending
    assert [len(request.records) for request in gateway.requests] == [30, 10, 10, 10]
    assert len(outcomes) == len(gateway.messages) == 30


async def test_lost_answers_lose_nothing_and_double_nothing(gateway: ScriptedGateway) -> None:
    gateway.steps.extend([Step.TAKE, Step.TAKE_AND_DROP, Step.DROP, Step.TAKE, Step.TAKE_AND_DROP])
    async with Sender(gateway.settings()) as sender:
        outcomes = await outcomes_of(sender, messages(200))
    assert all(isinstance(outcome, Sent) for outcome in outcomes)
    assert len(gateway.messages) == 200


async def test_messages_of_a_slow_source_do_not_wait_for_a_full_request(gateway: ScriptedGateway) -> None:
    more = asyncio.Event()

    async def source() -> AsyncIterator[Message]:
        yield message(0)
        yield message(1)
        await more.wait()
        yield message(2)

    async with Sender(gateway.settings()) as sender:
        stream = sender.send_many(source())
        assert ids([(await anext(stream)).message, (await anext(stream)).message]) == ["M0", "M1"]
        more.set()
        assert ids([outcome.message async for outcome in stream]) == ["M2"]
    assert [ids(request.records) for request in gateway.requests] == [["M0", "M1"], ["M2"]]


async def test_a_long_async_source_passes(gateway: ScriptedGateway) -> None:
    async def source() -> AsyncIterator[Message]:
        for given in messages(1000):
            yield given

    async with Sender(gateway.settings()) as sender:
        outcomes = [outcome async for outcome in sender.send_many(source())]
    assert ids([outcome.message for outcome in outcomes]) == [f"M{number}" for number in range(1000)]


@pytest.mark.parametrize("asynchronous", [False, True])
async def test_what_the_source_raises_is_raised_after_the_outcomes_before_it(
    gateway: ScriptedGateway, asynchronous: bool
) -> None:
    def source() -> Iterator[Message]:
        yield from messages(40)
        raise LookupError("the table is gone")

    async def slow_source() -> AsyncIterator[Message]:
        for given in source():
            yield given

    async with Sender(gateway.settings()) as sender:
        stream = sender.send_many(slow_source() if asynchronous else source())
        outcomes = [await anext(stream) for _ in range(40)]
        with pytest.raises(LookupError, match="the table is gone"):
            await anext(stream)
    assert ids([outcome.message for outcome in outcomes]) == [f"M{number}" for number in range(40)]
    assert all(isinstance(outcome, Sent) for outcome in outcomes)
    assert len(gateway.messages) == 40


async def test_a_stream_that_is_never_begun_reads_nothing(gateway: ScriptedGateway) -> None:
    read: list[Message] = []

    async def source() -> AsyncIterator[Message]:
        for given in messages(2):
            read.append(given)
            yield given

    tasks = asyncio.all_tasks()
    async with Sender(gateway.settings()) as sender:
        sender.send_many(source())
        await asyncio.sleep(0)
        assert asyncio.all_tasks() == tasks
    assert not read


async def test_stopping_early_withdraws_what_was_not_written(gateway: ScriptedGateway) -> None:
    read = 0

    def source() -> Iterator[Message]:
        nonlocal read
        for given in messages(100_000):
            read += 1
            yield given

    async with Sender(gateway.settings()) as sender:
        stream = sender.send_many(source())
        async for _ in stream:
            break
        await stream.aclose()  # type: ignore[attr-defined]
    assert read <= WINDOW + 200
    assert len(gateway.messages) <= 90


async def test_a_pool_keeps_its_connections_busy_and_loses_nothing(gateway: ScriptedGateway) -> None:
    gateway.steps.extend([Step.TAKE, Step.TAKE_AND_DROP, Step.TAKE, Step.DROP, Step.TAKE])
    given = messages(600)
    async with Sender(gateway.settings(), connections=4) as pool:
        await pool.connect(Service.SMS)
        outcomes = [outcome async for outcome in pool.send_many(given)]
        assert len(gateway.peers) == 4
    assert [outcome.message for outcome in outcomes] == given
    assert all(isinstance(outcome, Sent) for outcome in outcomes)
    assert len(gateway.messages) == 600
    assert len({request.connection for request in gateway.requests}) >= 4


async def test_one_large_job_keeps_all_connections_of_a_pool_busy(gateway: ScriptedGateway) -> None:
    records = [SendRecord("G", f"M{number}", "", "01012345678", text="a") for number in range(600)]
    async with Sender(gateway.settings(), connections=4) as pool:
        await pool.connect(Service.SMS)
        await one_job(pool, records)
    assert len({request.connection for request in gateway.requests}) == 4


async def test_urgent_messages_go_before_all_that_wait(gateway: ScriptedGateway) -> None:
    gateway.batch_limit = 2
    bulk, urgent = ([Message(to="01012345678", text=text) for _ in range(3)] for text in ("bulk", "urgent"))

    async def send(sender: Sender, given: list[Message], *, urgent: bool) -> None:
        outcomes = [outcome async for outcome in sender.send_many(given, urgent=urgent)]
        assert all(isinstance(outcome, Sent) for outcome in outcomes)

    async with Sender(gateway.settings()) as sender:
        # Both are queued before the login is through.
        await asyncio.gather(send(sender, bulk, urgent=False), send(sender, urgent, urgent=True))
    texts = [record.text for request in gateway.requests for record in request.records]
    assert texts == ["urgent"] * 3 + ["bulk"] * 3
