"""What is sent again, to whom, and what is said of what may not be: by the gateway's promise, or by the setting."""

import asyncio

import pytest

from samlink import wire
from samlink.client import (
    ConnectionNews,
    Failed,
    GatewayUnreachableError,
    Outcome,
    OutcomeUnknownError,
    PacketRefusedError,
    RefusedError,
    Sender,
    Sent,
    Service,
    SettingsError,
    Version,
)
from samlink.testing.scripted_gateway import Refuse, ScriptedGateway, Step
from samlink.vocabulary.responses import ResponseCode
from samlink.vocabulary.services import Duty
from samlink.wire.records import ResultRecord
from tests.client.sample import LONG, ids, message, messages, one_job


@pytest.fixture
def stranger(gateway: ScriptedGateway) -> ScriptedGateway:
    """A gateway that does not say that it is samlink."""
    gateway.name = ""
    return gateway


BREAKS = [Step.DROP, Step.TAKE_AND_DROP]


async def test_a_message_whose_caller_was_cancelled_and_which_may_have_been_taken_is_listed_at_the_end(
    stranger: ScriptedGateway,
) -> None:
    stranger.steps.append(Step.TAKE_AND_STAY_SILENT)
    async with Sender(stranger.settings()) as sender:
        sending = asyncio.create_task(sender.send(message(1)))
        await stranger.until(lambda: stranger.requests)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        stranger.drop_all()
        await sender.send(message(2))
        stranger.steps.append(Step.TAKE_AND_DROP)
        with pytest.raises(OutcomeUnknownError):  # a caller that hears of it needs no list
            await sender.send(message(3))
    assert [key.message_id for key in sender.unfinished.unanswered] == ["M1"]


@pytest.mark.parametrize("step", BREAKS)
@pytest.mark.parametrize(
    ("name", "setting", "again"),
    [
        ("samlink", "auto", True),
        ("", "auto", False),
        ("samlinks", "auto", False),
        ("SAMLINK", "auto", False),
        ("samlink", "no", False),
        ("", "yes", True),
    ],
)
async def test_what_got_no_answer_is_sent_again_where_that_is_promised(
    gateway: ScriptedGateway, step: Step, name: str, setting: str, again: bool
) -> None:
    gateway.name = name
    gateway.steps.append(step)
    async with Sender(gateway.settings(resend_unanswered=setting)) as sender:
        first = await asyncio.gather(sender.send(message(1)), return_exceptions=True)
        assert isinstance(await sender.send(message(2)), Sent)
    assert isinstance(first[0], Sent if again else OutcomeUnknownError)
    assert [ids(request.records) for request in gateway.requests] == [["M1"]] * (1 + again) + [["M2"]]


async def test_what_breaks_its_connection_each_time_does_not_keep_its_neighbours_waiting(
    gateway: ScriptedGateway,
) -> None:
    """It is found by halves, and waits until all others are taken."""
    gateway.breaks_over = lambda record: record.message_id == "M11" and len(gateway.messages) < 29
    async with Sender(gateway.settings()) as sender:
        outcomes = [outcome async for outcome in sender.send_many(messages(30))]
    assert all(isinstance(outcome, Sent) for outcome in outcomes)
    requests = [ids(request.records) for request in gateway.requests]
    assert [len(names) for names in requests[:4]] == [30, 30, 30, 15], "thrice as it is, and then by halves"
    assert requests[-1] == ["M11"]
    assert len(requests) < 40
    taken = [name for names in requests if "M11" not in names for name in names]
    assert sorted(taken) == sorted({*taken}), "nothing was taken twice"


async def test_an_unknown_outcome_is_told_at_once_and_says_why(stranger: ScriptedGateway) -> None:
    stranger.steps.append(Step.TAKE_AND_DROP)
    async with Sender(stranger.settings(give_up_seconds=1_000_000)) as sender:
        with pytest.raises(
            OutcomeUnknownError, match=r"no answer came: the .*; the message may have been taken or not"
        ):
            await sender.send(message(1))


async def test_a_promise_of_one_gateway_is_none_of_the_next(gateway: ScriptedGateway) -> None:
    """The reconnect may lead elsewhere: a redirect, another machine behind the same name."""

    def leave() -> bool:
        if len(gateway.requests) == 1:
            gateway.name = ""
        return False

    gateway.steps.append(Step.TAKE_AND_DROP)
    async with Sender(gateway.settings()) as sender:
        sending = asyncio.create_task(sender.send(message(1)))
        await gateway.until(lambda: leave() or len(gateway.requests) == 1)
        with pytest.raises(OutcomeUnknownError, match="does not promise"):
            await sending
    assert len(gateway.requests) == 1


async def test_a_promise_that_was_given_once_is_not_forgotten_for_a_connection_that_gave_none(
    gateway: ScriptedGateway,
) -> None:
    """Requests of one job on two connections: to samlink, and to another gateway behind the same name."""
    gone = asyncio.Semaphore(0)

    def hear(news: ConnectionNews) -> None:
        if not news.up:
            gone.release()

    settings = gateway.settings(reconnect_seconds=0.1, on_connection=hear)
    gateway.steps.extend([Step.TAKE_AND_STAY_SILENT] * 2)
    async with Sender(settings, connections=2) as pool:
        await pool.connect(Service.SMS)
        gateway.name = ""
        gateway.peers[1].link.close(at_once=True)
        await gateway.until(lambda: len(gateway.login_ids) == 3)
        await gone.acquire()
        await pool.connect(Service.SMS)
        records = [wire.SendRecord("G", f"M{number}", "0212345678", "01012345678", text="x") for number in range(60)]
        sending = asyncio.create_task(one_job(pool, records))
        await gateway.until(lambda: len(gateway.requests) == 2)
        for peer in tuple(gateway.peers):  # samlink's is the older one
            peer.link.close(at_once=True)
            await gone.acquire()
        with pytest.raises(OutcomeUnknownError):
            await sending
        await pool.connect(Service.SMS)
    assert len(gateway.requests) == 2


@pytest.mark.parametrize(("name", "setting", "taken"), [("samlink", "auto", 2), ("", "auto", 1), ("", "yes", 2)])
async def test_what_an_earlier_run_may_have_sent_goes_only_where_that_is_safe(
    gateway: ScriptedGateway, name: str, setting: str, taken: int
) -> None:
    gateway.name = name
    async with Sender(gateway.settings(resend_unanswered=setting)) as sender:
        outcomes = [one async for one in sender.send_many(messages(2), repeated=lambda one: one.message_id == "M0")]
    assert [isinstance(outcome, Sent) for outcome in outcomes] == [taken == 2, True]
    assert sorted(name for request in gateway.requests for name in ids(request.records)) == ["M0", "M1"][-taken:]
    if taken == 1:
        assert isinstance(outcomes[0], Failed)
        assert isinstance(outcomes[0].error, OutcomeUnknownError)


async def test_a_message_that_was_given_up_does_not_go_along_when_its_request_is_tried_again(
    gateway: ScriptedGateway,
) -> None:
    """Its caller was told that it was refused, and may have sent it by other means."""
    gateway.steps.extend([Step.TAKE, Refuse(ResponseCode.OVERLOADED, "later")])
    async with Sender(gateway.settings(retry_seconds=1.5)) as sender:
        await sender.connect(Service.SMS)
        first, given_up, other = (
            asyncio.create_task(sender.send(message(number), timeout_seconds=seconds))
            for number, seconds in enumerate((60.0, 1.0, 60.0))
        )
        await first
        with pytest.raises(PacketRefusedError, match="later"):
            await given_up
        await other
    assert [ids(request.records) for request in gateway.requests] == [["M0"], ["M1", "M2"], ["M2"]]


async def test_each_message_of_a_lost_request_is_unknown_and_the_others_go_on(stranger: ScriptedGateway) -> None:
    stranger.steps.extend([Step.TAKE, Step.TAKE_AND_DROP])
    async with Sender(stranger.settings()) as sender:
        outcomes = [outcome async for outcome in sender.send_many(messages(90))]
    unknown = [place for place, outcome in enumerate(outcomes) if isinstance(outcome, Failed)]
    assert unknown == list(range(30, 60))
    assert all(isinstance(outcomes[place].error, OutcomeUnknownError) for place in unknown)  # type: ignore[union-attr]
    assert [len(request.records) for request in stranger.requests] == [30, 30, 30]


@pytest.mark.parametrize("code", [ResponseCode.OVERLOADED, ResponseCode.SESSION_ENDED, ResponseCode.BAD_FIELD])
async def test_a_code_of_a_stranger_says_that_nothing_was_taken_and_no_more(
    stranger: ScriptedGateway, code: ResponseCode
) -> None:
    stranger.steps.append(Refuse(code, "no"))
    async with Sender(stranger.settings()) as sender:
        with pytest.raises(PacketRefusedError) as raised:
            await sender.send(message(1))
        await sender.send(message(2))
    assert raised.value.response.code == code
    assert not raised.value.from_samlink
    assert [request.connection for request in stranger.requests] == [0, 0]


async def test_a_message_that_a_stranger_refuses_does_not_take_its_neighbours_with_it(
    stranger: ScriptedGateway,
) -> None:
    stranger.refuses = lambda record: record.message_id == "M11"
    async with Sender(stranger.settings()) as sender:
        outcomes = [outcome async for outcome in sender.send_many(messages(30))]
    assert [place for place, outcome in enumerate(outcomes) if not isinstance(outcome, Sent)] == [11]
    sizes = [len(request.records) for request in stranger.requests]
    assert sizes[:3] == [30, 30, 15], "once more as it is, and then by halves"
    assert all(count == 1 for count in stranger_taken(stranger).values())


def stranger_taken(gateway: ScriptedGateway) -> dict[str, int]:
    """How often each message was in a request that was taken."""
    taken: dict[str, int] = {}
    for request in gateway.requests:
        if not any(gateway.refuses(record) for record in request.records):
            for name in ids(request.records):
                taken[name] = taken.get(name, 0) + 1
    return taken


async def test_halving_can_be_switched_off(stranger: ScriptedGateway) -> None:
    stranger.refuses = lambda record: record.message_id == "M1"
    async with Sender(stranger.settings(halve_refused=False)) as sender:
        outcomes = [outcome async for outcome in sender.send_many(messages(3))]
    assert all(isinstance(outcome, Failed) for outcome in outcomes)
    assert len(stranger.requests) == 1


async def test_a_message_whose_file_may_not_have_come_was_not_sent(stranger: ScriptedGateway) -> None:
    stranger.steps.append(Step.TAKE_AND_DROP)
    async with Sender(stranger.settings()) as sender:
        with pytest.raises(OutcomeUnknownError, match="the file may have been taken"):
            await sender.upload(b"\xff\xd8", "jpg")
    assert len(stranger.uploads) == 1


# -- how long, and in which order


@pytest.mark.parametrize("step", [Step.TAKE_AND_STAY_SILENT])
async def test_one_call_may_have_a_time_of_its_own(gateway: ScriptedGateway, step: Step) -> None:
    gateway.steps.append(step)
    async with Sender(gateway.settings(close_seconds=0)) as sender:
        with pytest.raises(OutcomeUnknownError, match=r"not answered within 0\.2 s"):
            await sender.send(message(1), timeout_seconds=0.2)


async def test_a_gateway_that_is_away_is_told_within_the_time_of_the_call() -> None:
    async with ScriptedGateway() as gateway:
        settings = gateway.settings()
    async with Sender(settings) as sender:
        with pytest.raises(GatewayUnreachableError, match=r"nothing could be sent within 0\.1 s"):
            await sender.send(message(1), timeout_seconds=0.1)
        with pytest.raises(SettingsError, match="timeout_seconds is 0, it must be more than 0"):
            await sender.send(message(1), timeout_seconds=0)


async def test_a_sender_says_whether_it_is_connected(gateway: ScriptedGateway) -> None:
    async with Sender(gateway.settings()) as sender:
        assert not sender.connected
        await sender.connect(Service.SMS)
        assert sender.connected
        assert (sender.is_connected(Service.SMS), sender.is_connected(Service.MMS)) == (True, False)
        await sender.send(message(1, LONG))
        assert sender.connected
        gateway.closes_at_once = True
        gateway.drop_all(Duty.SEND)
        await gateway.until(lambda: gateway.connections > 3)
        assert not sender.connected


async def send_all(pool: Sender, count: int) -> list[Outcome]:
    """Many messages, to the end."""
    return [outcome async for outcome in pool.send_many(messages(count))]


async def test_urgent_messages_go_before_all_that_wait_on_the_one_connection(gateway: ScriptedGateway) -> None:
    async with Sender(gateway.settings(), connections=1) as pool:
        await pool.connect(Service.SMS)
        bulk = asyncio.create_task(send_all(pool, 300))
        await gateway.until(lambda: gateway.requests)
        outcomes = [outcome async for outcome in pool.send_many([message(1000 + n) for n in range(3)], urgent=True)]
        await bulk
    assert all(isinstance(outcome, Sent) for outcome in outcomes)
    place = next(place for place, request in enumerate(gateway.requests) if "M1000" in ids(request.records))
    assert place < len(gateway.requests) - 1
    assert {request.connection for request in gateway.requests} == {0}


@pytest.mark.parametrize("version", Version)
@pytest.mark.parametrize("name", ["samlink", ""])
async def test_a_port_for_results_refuses_messages_at_once(
    gateway: ScriptedGateway, version: Version, name: str
) -> None:
    gateway.name = name
    async with Sender(gateway.settings(base_port=gateway.base_port + 1, version=version)) as sender:
        with pytest.raises(PacketRefusedError, match="12003"):
            await sender.send(message(1))


async def test_a_port_for_results_that_have_waited_refuses_messages_at_once(gateway: ScriptedGateway) -> None:
    gateway.deliver([ResultRecord("G1", "M9", "01012345678", None, 6)])
    async with Sender(gateway.settings(base_port=gateway.base_port + 1, reconnect_seconds=3600)) as sender:
        outcomes = [outcome async for outcome in sender.send_many(messages(3))]
    refusals = [outcome.error for outcome in outcomes if isinstance(outcome, Failed)]
    assert len(refusals) == 3
    assert all(isinstance(error, RefusedError) and error.response.code == ResponseCode.WRONG_PORT for error in refusals)
