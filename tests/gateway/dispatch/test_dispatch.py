"""What becomes of messages at carriers that behave, and at carriers that do not."""

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

from samlink.carriers.contract import Answer, SubmitLostError, Verdict
from samlink.core.message import Claimed
from samlink.gateway import GatewayError
from samlink.gateway.dispatch import dispatcher
from samlink.store.contract import StoreFullError
from samlink.testing.clock import until
from samlink.vocabulary.services import Service
from samlink.wire import commands
from samlink.wire.commands import Version
from tests.gateway.running import NOW_MS, running, sms
from tests.gateway.scripted_carrier import (
    ScriptedCarrier,
    by_reference,
    later,
    lost,
    refused,
    result,
    taken,
)

KST_NOW = NOW_MS // 1000


async def test_a_result_that_comes_before_the_carriers_answer_is_delivered(tmp_path: Path) -> None:
    carrier = ScriptedCarrier()
    async with running(tmp_path, carrier=carrier) as gateway, gateway.sender() as sender, gateway.reports() as reports:
        carrier.hold()
        await sender.send([sms(1)])
        await until(lambda: carrier.submitted)
        carrier.give(result(carrier.messages[0]))
        assert [one.result for one in await reports.taken(1)] == [6]
        carrier.release()
        await gateway.state("reported", 1)
        assert len(carrier.acknowledged) == 1


async def test_a_result_by_reference_finds_its_message_before_and_after_the_answer(tmp_path: Path) -> None:
    carrier = ScriptedCarrier(by_reference)
    async with running(tmp_path, carrier=carrier) as gateway, gateway.sender() as sender, gateway.reports() as reports:
        carrier.hold()
        await sender.send([sms(1)])
        await until(lambda: carrier.messages)
        carrier.give(result(0, reference=f"ref-{carrier.messages[0].id}"))
        await until(lambda: carrier.acknowledged)
        carrier.release()
        assert [one.message_id for one in await reports.taken(1)] == ["1"]
        await sender.send([sms(2)])
        await gateway.state("sent", 1)
        carrier.give(result(0, reference=f"ref-{carrier.messages[1].id}"))
        assert [one.message_id for one in await reports.taken(1)] == ["2"]


async def test_a_result_that_comes_twice_is_delivered_once(tmp_path: Path) -> None:
    carrier = ScriptedCarrier()
    async with running(tmp_path, carrier=carrier) as gateway, gateway.sender() as sender, gateway.reports() as reports:
        await sender.send([sms(1), sms(2)])
        await until(lambda: len(carrier.messages) == 2)
        first, second = carrier.messages
        carrier.give(result(first), result(first, 11), result(first))
        assert [one.result for one in await reports.taken(1)] == [6]
        carrier.give(result(first), result(second, 11))
        assert [(one.message_id, one.result) for one in await reports.taken(1)] == [("2", 11)]
        await until(lambda: len(carrier.acknowledged) == 5)


async def test_a_result_three_days_late_finds_its_message(tmp_path: Path) -> None:
    carrier = ScriptedCarrier()
    async with running(tmp_path, carrier=carrier) as gateway, gateway.sender() as sender, gateway.reports() as reports:
        await sender.send([sms(1)])
        await gateway.state("sent", 1)
        gateway.pass_time(3 * 86400 - 60)
        carrier.give(result(carrier.messages[0]))
        assert [one.result for one in await reports.taken(1)] == [6]


async def test_a_message_without_a_result_is_given_up_after_three_days(tmp_path: Path) -> None:
    carrier = ScriptedCarrier()
    async with running(tmp_path, carrier=carrier) as gateway, gateway.sender() as sender, gateway.reports() as reports:
        paid = gateway.balance()
        await sender.send([sms(1)])
        await gateway.state("sent", 1)
        gateway.pass_time(3 * 86400 + 60)
        assert [one.result for one in await reports.taken(1)] == [11]
        assert gateway.balance() == paid
        carrier.give(result(carrier.messages[0]))  # too late: the first result stays
        await until(lambda: carrier.acknowledged)
        assert gateway.audit() == []


@pytest.mark.parametrize(
    ("result_code", "seen"), [(0, 11), (1, 11), (73, 11), (-5, 11), (12345, 11), (95, 95), (13, 13)]
)
async def test_a_carriers_word_that_cannot_be_stored_or_shown_holds_up_nobody(
    tmp_path: Path, result_code: int, seen: int
) -> None:
    carrier = ScriptedCarrier()
    async with running(tmp_path, carrier=carrier) as gateway, gateway.sender() as sender, gateway.reports() as reports:
        await sender.send([sms(1), sms(2)])
        await until(lambda: len(carrier.messages) == 2)
        first, second = carrier.messages
        strange = result(
            first, result_code, telecom="한국통신\x03\ud83d01190", sent_at_ms=-(1 << 40), carrier_code="\ud83d" * 5_000
        )
        carrier.give(strange, result(1 << 70), result(-1), result(0, reference="\ud83d"), result(second))
        results = await reports.taken(2)
        assert [one.result for one in results] == [seen, 6]
        assert results[0].sent_at == KST_NOW
        assert gateway.audit() == []


async def test_what_is_refused_by_the_carrier_is_final_and_costs_nothing(tmp_path: Path) -> None:
    carrier = ScriptedCarrier(refused(13))
    async with running(tmp_path, carrier=carrier) as gateway, gateway.sender() as sender, gateway.reports() as reports:
        paid = gateway.balance()
        await sender.send([sms(1)])
        assert [one.result for one in await reports.taken(1)] == [13]
        assert gateway.balance() == paid


async def test_what_was_not_taken_goes_again_later_and_is_then_recorded_as_sent(tmp_path: Path) -> None:
    carrier = ScriptedCarrier(later(96), later(95), taken)
    async with running(tmp_path, carrier=carrier) as gateway, gateway.sender() as sender, gateway.reports() as reports:
        await sender.send([sms(1)])
        await until(lambda: len(carrier.submitted) == 1)
        await gateway.state("queued", 1)
        gateway.pass_time(2)
        await until(lambda: len(carrier.submitted) == 2)
        await gateway.state("queued", 1)
        gateway.pass_time(4)
        await until(lambda: len(carrier.submitted) == 3)
        await gateway.state("sent", 1)
        carrier.give(result(carrier.messages[0]))
        assert [one.result for one in await reports.taken(1)] == [6]


async def test_what_is_never_taken_ends_with_the_carriers_own_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("samlink.core.retry.ATTEMPTS_LIMIT", 2)
    carrier = ScriptedCarrier(later(98))
    async with running(tmp_path, carrier=carrier) as gateway, gateway.sender() as sender, gateway.reports() as reports:
        await sender.send([sms(1)])
        await until(lambda: carrier.submitted)
        await gateway.state("queued", 1)
        gateway.pass_time(2)
        assert [one.result for one in await reports.taken(1)] == [98]


async def test_what_may_have_been_sent_never_ends_with_not_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """95 to 99 promise that a message was not sent; nobody knows that of one whose answer was once lost."""
    monkeypatch.setattr("samlink.core.retry.ATTEMPTS_LIMIT", 2)
    carrier = ScriptedCarrier(lost, later(98), idempotent=True)
    async with running(tmp_path, carrier=carrier) as gateway, gateway.sender() as sender, gateway.reports() as reports:
        await sender.send([sms(1)])
        await until(lambda: len(carrier.submitted) == 2)
        await gateway.state("unknown", 1)
        carrier.give(result(carrier.messages[0]))
        assert [one.result for one in await reports.taken(1)] == [6]


async def test_a_lost_answer_waits_for_its_report_at_a_carrier_that_knows_no_repeats(tmp_path: Path) -> None:
    carrier = ScriptedCarrier(lost)
    async with running(tmp_path, carrier=carrier) as gateway, gateway.sender() as sender, gateway.reports() as reports:
        await sender.send([sms(1), sms(2)])
        await gateway.state("unknown", 2)
        gateway.pass_time(86400 - 600)
        carrier.give(result(carrier.messages[0]))
        assert [one.message_id for one in await reports.taken(1)] == ["1"]
        gateway.pass_time(660)
        assert [(one.message_id, one.result) for one in await reports.taken(1)] == [("2", 11)]
        assert len(carrier.submitted) == 1


async def test_a_lost_answer_is_asked_for_again_at_a_carrier_that_idempotent(tmp_path: Path) -> None:
    carrier = ScriptedCarrier(lost, taken, idempotent=True)
    async with running(tmp_path, carrier=carrier) as gateway, gateway.sender() as sender, gateway.reports() as reports:
        await sender.send([sms(1)])
        await until(lambda: len(carrier.submitted) == 2)
        await gateway.state("sent", 1)
        carrier.give(result(carrier.messages[0]))
        assert [one.result for one in await reports.taken(1)] == [6]


async def test_a_carrier_that_loses_every_answer_is_asked_more_and_more_rarely(tmp_path: Path) -> None:
    carrier = ScriptedCarrier(lost, idempotent=True)
    async with running(tmp_path, carrier=carrier) as gateway, gateway.sender() as sender:
        await sender.send([sms(1)])
        await until(lambda: len(carrier.submitted) == 3)
        await gateway.state("queued", 1)
        gateway.pass_time(1)
        asked = gateway.store.calls["claim"]
        await until(lambda: gateway.store.calls["claim"] > asked + 1)
        assert len(carrier.submitted) == 3
        gateway.pass_time(1)
        await until(lambda: len(carrier.submitted) == 4)


async def test_a_doubtful_message_past_its_time_limit_is_not_called_unsent(tmp_path: Path) -> None:
    """90 says "not sent"; of this one nobody knows."""
    carrier = ScriptedCarrier(lost, idempotent=True)
    async with running(tmp_path, carrier=carrier) as gateway, gateway.sender() as sender, gateway.reports() as reports:
        carrier.hold()
        await sender.send([sms(1, timeout_at=KST_NOW + 10)])
        await until(lambda: carrier.submitted)
        gateway.pass_time(11)
        carrier.release()
        await gateway.state("unknown", 1)
        passed = gateway.store.calls["unknowns"]
        await until(lambda: gateway.store.calls["unknowns"] > passed + 1)
        assert len(carrier.submitted) == 1
        carrier.give(result(carrier.messages[0]))
        assert [one.result for one in await reports.taken(1)] == [6]


async def test_answers_for_a_part_leave_only_the_others_unknown(tmp_path: Path) -> None:
    def first_only(messages: Sequence[Claimed]) -> list[Answer]:
        raise SubmitLostError(taken(messages[:1]))

    carrier = ScriptedCarrier(first_only)
    async with running(tmp_path, carrier=carrier) as gateway, gateway.sender() as sender:
        await sender.send([sms(1), sms(2), sms(3)])
        await gateway.state("unknown", 2)
        await gateway.state("sent", 1)


def _nothing(_: Sequence[Claimed]) -> list[Answer]:
    return []


def _of_others(messages: Sequence[Claimed]) -> list[Answer]:
    return [Answer(message.id + 1_000, Verdict.REFUSED, result=11) for message in messages]


def _a_fault(_: Sequence[Claimed]) -> list[Answer]:
    raise RuntimeError("a fault of the carrier's")


@pytest.mark.parametrize("answering", [_nothing, _of_others, _a_fault])
async def test_a_carrier_that_answers_nonsense_leaves_messages_unknown_and_stops_nobody(
    tmp_path: Path, answering: object
) -> None:
    carrier = ScriptedCarrier(answering, taken)  # type: ignore[arg-type]
    async with running(tmp_path, carrier=carrier) as gateway, gateway.sender() as sender, gateway.reports() as reports:
        await sender.send([sms(1)])
        await gateway.state("unknown", 1)
        await sender.send([sms(2)])
        await gateway.state("sent", 1)
        carrier.give(*map(result, carrier.messages))
        assert {one.message_id for one in await reports.taken(2)} == {"1", "2"}


async def test_a_submit_that_outlives_its_lease_is_unknown_until_it_is_answered(tmp_path: Path) -> None:
    carrier = ScriptedCarrier()
    async with running(tmp_path, carrier=carrier) as gateway, gateway.sender() as sender:
        carrier.hold()
        await sender.send([sms(1)])
        await until(lambda: carrier.submitted)
        gateway.pass_time(121)
        await gateway.state("unknown", 1)
        carrier.release()
        await gateway.state("sent", 1)
        assert len(carrier.submitted) == 1


async def test_nothing_is_submitted_once_its_lease_may_end_however_it_was_spent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steady = SimpleNamespace(now_ms=0)
    monkeypatch.setattr(dispatcher, "monotonic_ms", lambda: steady.now_ms)
    carrier = ScriptedCarrier()
    async with running(tmp_path, carrier=carrier) as gateway, gateway.sender() as sender:
        gateway.store.hold("claim")
        await until(lambda: gateway.store.calls["claim"] > gateway.store.answers["claim"])
        await sender.send([sms(1, timeout_at=KST_NOW + 60), sms(2)])
        gateway.store.release("claim")  # it found nothing yet
        gateway.store.hold("claim")
        await gateway.state("sending", 2)
        gateway.pass_time(60)
        gateway.store.fail(StoreFullError("store.test", "the disk is full"), "settle")
        gateway.store.release("claim")
        await until(lambda: gateway.store.calls["settle"] > 1)
        steady.now_ms += 110_000
        gateway.store.recover()
        await gateway.state("sent", 1)
        assert [(message.receiver[-1], message.attempts) for message in carrier.messages] == [("2", 2)]


async def test_a_carrier_without_room_slows_the_claims_down(tmp_path: Path) -> None:
    carrier = ScriptedCarrier()
    limits = {"claim_batch": 10, "submits": 2}
    async with running(tmp_path, carrier=carrier, limits=limits) as gateway, gateway.sender() as sender:
        carrier.hold()
        for start in range(0, 60, 30):
            await sender.send([sms(number) for number in range(start, start + 30)])
        await until(lambda: len(carrier.submitted) == 2)
        assert len(carrier.messages) == 20
        assert (await gateway.store.counts())["queued"] == 40
        carrier.release()
        await gateway.state("sent", 60)
        assert max(map(len, carrier.submitted)) == 10


async def test_a_carrier_that_stops_by_itself_ends_the_gateway_with_one_sentence(tmp_path: Path) -> None:
    carrier = ScriptedCarrier()
    async with running(tmp_path, carrier=carrier) as gateway:
        carrier.break_down()
        with pytest.raises(GatewayError, match=r"^the carrier scripted has stopped$"):
            await gateway.ended()
        assert carrier.stops == 1


# -- times


async def test_an_sms_waits_for_its_reserve_time_and_an_lms_does_not(tmp_path: Path) -> None:
    carrier = ScriptedCarrier()
    async with running(tmp_path, carrier=carrier) as gateway, gateway.sender() as sender:
        await sender.send([sms(1, reserve_at=KST_NOW + 3600), sms(2, reserve_at=KST_NOW - 3600)])
        async with gateway.sender(Service.MMS) as mms:
            await mms.send([sms(3, reserve_at=KST_NOW + 3600)], commands.SEND_LMS)
        await gateway.state("sent", 2)
        await gateway.state("queued", 1)
        assert {message.receiver[-1] for message in carrier.messages} == {"2", "3"}
        gateway.pass_time(3600)
        await gateway.state("sent", 3)


async def test_a_message_past_its_timeout_gets_90_at_once_in_the_queue_and_at_the_claim(tmp_path: Path) -> None:
    carrier = ScriptedCarrier()
    one_by_one = running(tmp_path, carrier=carrier, limits={"claim_batch": 1, "submits": 1})
    async with one_by_one as gateway, gateway.sender() as sender, gateway.reports() as reports:
        paid = gateway.balance()
        await sender.send([sms(1, timeout_at=KST_NOW)])
        assert [one.result for one in await reports.taken(1)] == [90]
        carrier.hold()
        await sender.send([sms(2)])
        await until(lambda: carrier.submitted)
        await sender.send([sms(3, timeout_at=KST_NOW + 60)])
        await sender.send([sms(4, reserve_at=KST_NOW + 3600, timeout_at=KST_NOW + 60)])
        gateway.pass_time(60)
        assert {(one.message_id, one.result) for one in await reports.taken(2)} == {("3", 90), ("4", 90)}
        carrier.release()
        carrier.give(result(carrier.messages[0]))
        await reports.taken(1)
        assert gateway.balance() == paid - 2_000
        assert len(carrier.messages) == 1


async def test_results_of_sam10_and_sam11_are_the_same(tmp_path: Path) -> None:
    carrier = ScriptedCarrier()
    async with running(tmp_path, carrier=carrier) as gateway, gateway.sender() as sender:
        await sender.send([sms(1)])
        await gateway.state("sent", 1)
        carrier.give(result(carrier.messages[0], 8))
        await gateway.state("done", 1)
        async with gateway.reports(Version.SAM10) as polling:
            first = await polling.poll()
        async with gateway.reports(Version.SAM11) as pushing:
            assert await pushing.taken(1) == first
        assert (first[0].result, first[0].sent_at, first[0].telecom) == (8, KST_NOW, "01190")
