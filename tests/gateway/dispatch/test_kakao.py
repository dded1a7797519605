"""Kakao end to end: 1054 in, one result out, and the SMS or LMS that goes in a message's place."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from samlink.carriers.contract import Answer, Verdict
from samlink.core.message import DEFAULT_ROUTE, Claimed
from samlink.core.routing import RouteRow
from samlink.gateway.settings import CarrierSettings
from samlink.testing.clock import until
from samlink.vocabulary.kinds import Kind
from samlink.vocabulary.money import WON
from samlink.vocabulary.responses import ResponseCode
from samlink.vocabulary.services import Service
from samlink.wire import commands
from samlink.wire.commands import Version
from samlink.wire.records import KmsRecord, ResultRecord
from tests.gateway.kakao import ALT_TEXT, ATTACHMENT, kakao, ready
from tests.gateway.running import Running, account, running
from tests.gateway.scripted_carrier import ScriptedCarrier, by_reference, lost, refused, result, taken

START: Final = 10_000 * WON
AT, SMS, LMS = 8 * WON, 20 * WON, 50 * WON
NO_FRIEND: Final = {"carrier_code": "3019", "telecom": "KAKAO"}
TWO = 2


async def send(gateway: Running, *records: KmsRecord, version: Version = Version.SAM11) -> None:
    """Send a packet of 1054, which must be taken."""
    async with gateway.sender(Service.KMS, version) as sender:
        answer = await sender.send(records, commands.SEND_KMS)
        assert answer.response == ResponseCode.OK, answer


async def results(gateway: Running, count: int) -> list[ResultRecord]:
    """So many results of the KMS report port, and no more after them."""
    async with gateway.reports(service=Service.KMS) as reports:
        found = await reports.taken(count)
        await gateway.state("done", 0)
        return found


def seen(found: Sequence[ResultRecord]) -> list[tuple[str, int, str]]:
    """What matters of results."""
    return sorted((one.message_id, one.result, one.telecom) for one in found)


async def submitted(carrier: ScriptedCarrier, count: int) -> Claimed:
    """The message number `count` at the carrier."""
    await until(lambda: len(carrier.messages) >= count)
    return carrier.messages[count - 1]


# -- with the simulated carrier


@pytest.mark.parametrize("version", Version)
@pytest.mark.parametrize("padding", [b" ", b"\0"])
async def test_kakao_delivers(tmp_path: Path, version: Version, padding: bytes) -> None:
    async with running(tmp_path) as gateway:
        await ready(gateway)
        async with gateway.sender(Service.KMS, version, padding=padding) as sender:
            friend = {"kind": "FT", "template_code": "", "text": "친구에게 🎁"}
            packet = [kakao(1), kakao(2, **friend), kakao(3, template_code="BUTTON", attachment=ATTACHMENT)]
            answer = await sender.send(packet, commands.SEND_KMS)
            assert answer.response == ResponseCode.OK
            keys = [(key.group_id, key.message_id) for key in answer.packet.records]
            assert keys == ([("20250616", str(n)) for n in (1, 2, 3)] if version is Version.SAM11 else [])
            assert (await sender.send(packet, commands.SEND_KMS)).response == ResponseCode.OK, "a resend"
            other = [kakao(1, **friend)]
            assert (await sender.send(other, commands.SEND_KMS)).response == ResponseCode.KEY_REUSED
        async with gateway.reports(version, Service.KMS) as reports:
            found = await (reports.polled(3) if version is Version.SAM10 else reports.taken(3))
        assert seen(found) == [(str(n), 6, "KAKAO") for n in (1, 2, 3)]
        assert gateway.balance() == START - 2 * AT - 15 * WON
        assert gateway.audit() == []


@pytest.mark.parametrize("digits", [62, 63, 64])
async def test_without_a_fallback_the_result_is_kakaos(tmp_path: Path, digits: int) -> None:
    async with running(tmp_path) as gateway:
        await ready(gateway)
        await send(gateway, kakao(digits))
        assert seen(await results(gateway, 1)) == [(str(digits), digits, "KAKAO")]
        assert gateway.balance() == START
        assert gateway.audit() == []


@pytest.mark.parametrize(
    ("alt_type", "alt_text", "price", "kind"),
    [
        ("S", ALT_TEXT, SMS, Kind.SMS),
        ("L", ALT_TEXT, LMS, Kind.LMS),
        ("A", "가" * 45, SMS, Kind.SMS),
        ("A", "가" * 46, LMS, Kind.LMS),
        ("A", "", SMS, Kind.SMS),
    ],
)
async def test_a_fallback_brings_one_result_under_the_messages_key(
    tmp_path: Path, alt_type: str, alt_text: str, price: int, kind: Kind
) -> None:
    digits = 62 + len(alt_text) % 3
    plain = {"kind": "FT", "template_code": "", "text": "주문 7 출발"}
    async with running(tmp_path, simulator={"digits": True}) as gateway:
        await ready(gateway)
        await send(gateway, kakao(100 + digits, alt_type=alt_type, alt_text=alt_text, **plain))
        # The fallback's own digits are 62 to 64 too, which are no network's result: delivered.
        (found,) = await results(gateway, 1)
        assert (found.group_id, found.message_id, found.result) == ("20250616", str(100 + digits), 6)
        assert found.receiver == f"0101234{100 + digits:04d}"
        assert found.telecom in {"01190", "01690", "01990"}
        assert gateway.balance() == START - price
        views = gateway.views()
        parent = views[str(100 + digits)]
        child = views[str(parent.id)]
        assert (parent.fallback, child.parent, child.kind) == (child.id, parent.id, kind)
        assert parent.carrier_code in {"3019", "3016", "1003"}
        async with gateway.reports() as reports, gateway.reports(service=Service.MMS) as others:
            assert reports.session.idle
            assert others.session.idle
        assert (await gateway.store.counts())["reported"] == TWO
        assert gateway.audit() == []


async def test_what_may_have_arrived_gets_no_fallback(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway:
        await ready(gateway)
        await send(gateway, kakao(35, alt_type="A", alt_text=ALT_TEXT))
        assert seen(await results(gateway, 1)) == [("35", 62, "KAKAO")]
        view = gateway.views()["35"]
        assert (view.carrier_code, view.fallback) == ("3005", None)
        assert gateway.audit() == []


async def test_results_that_come_twice_late_or_by_reference(tmp_path: Path) -> None:
    everyone = {"share": 1.0}
    simulator = {"result_twice": everyone, "by_reference": everyone, "seed": 3}
    tables: dict[str, Any] = {"simulator": {name: _chance(value) for name, value in simulator.items()}}
    async with running(tmp_path, **tables) as gateway:
        await ready(gateway)
        packet = [kakao(number, alt_type="S", alt_text=ALT_TEXT) for number in (60, 61, 62, 162, 262, 362)]
        await send(gateway, *packet)
        assert {(one.message_id, one.result) for one in await results(gateway, 6)} == {
            (one.message_id, 6) for one in packet
        }
        await until(lambda: gateway.carrier.open_results == 0)
        assert gateway.balance() == START - 2 * AT - 4 * SMS
        assert gateway.audit() == []


def _chance(value: Any) -> Any:
    from samlink.carriers.simulator.settings import Chance

    return Chance(**value) if isinstance(value, dict) else value


# -- with a carrier that does what it is told


async def test_a_result_by_reference_before_the_carriers_answer_gets_its_fallback(tmp_path: Path) -> None:
    carrier = ScriptedCarrier(by_reference)
    async with running(tmp_path, carrier=carrier) as gateway:
        await ready(gateway)
        carrier.hold()
        await send(gateway, kakao(1, alt_type="S", alt_text=ALT_TEXT), kakao(2))
        first = await submitted(carrier, 1)
        carrier.give(result(first, 62, f"ref-{first.id}", **NO_FRIEND))
        await until(lambda: carrier.acknowledged)
        carrier.release()
        fallback = await submitted(carrier, 3)
        assert (fallback.parent, fallback.text) == (first.id, ALT_TEXT)
        carrier.give(
            result(fallback, 6, f"ref-{fallback.id}"), result(first.id + 1, 62, f"ref-{first.id + 1}", **NO_FRIEND)
        )
        assert seen(await results(gateway, 2)) == [("1", 6, "01190"), ("2", 62, "KAKAO")]
        assert len(carrier.acknowledged) == 3
        assert gateway.audit() == []


@pytest.mark.parametrize("told_before", [True, False])
async def test_a_refusal_by_a_reference_that_a_crash_forgot_gets_its_fallback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told_before: bool
) -> None:
    """The carrier gives it before the crash, or again after the start, before the message is submitted again."""
    monkeypatch.setattr("samlink.gateway.gateway.TAKE_BACK_SECONDS", 0.05)
    carrier = ScriptedCarrier(by_reference, idempotent=True)
    async with running(tmp_path, carrier=carrier, waits={"drain_seconds": 0.1}) as gateway:
        await ready(gateway)
        carrier.hold()
        await send(gateway, kakao(1, alt_type="S", alt_text=ALT_TEXT))
        first = await submitted(carrier, 1)
        refusal = result(first, 62, f"ref-{first.id}", **NO_FRIEND)
        if told_before:
            carrier.give(refusal)
            await until(lambda: carrier.acknowledged)
        await gateway.stop()
        await gateway.start()
        assert (await submitted(carrier, 2)).id == first.id
        if not told_before:
            carrier.give(refusal)
            await until(lambda: carrier.acknowledged)
        carrier.release()
        fallback = await submitted(carrier, 3)
        assert (fallback.parent, fallback.text) == (first.id, ALT_TEXT)
        carrier.give(result(fallback, 6, f"ref-{fallback.id}"), refusal)
        assert seen(await results(gateway, 1)) == [("1", 6, "01190")]
        assert gateway.balance() == START - SMS
        assert gateway.audit() == []


async def test_a_result_by_reference_of_nobody_holds_up_nobody(tmp_path: Path) -> None:
    carrier = ScriptedCarrier(by_reference)
    async with running(tmp_path, carrier=carrier) as gateway:
        await ready(gateway)
        carrier.give(*(result(0, 62, f"nobody-{number}", **NO_FRIEND) for number in range(200)))
        await until(lambda: len(carrier.acknowledged) == 200)
        carrier.hold()
        await send(gateway, kakao(1))
        message = await submitted(carrier, 1)
        for number in range(120):
            carrier.give(result(0, 62, f"others-{number}", **NO_FRIEND))
            await until(lambda: not carrier._results.qsize())
        carrier.release()
        carrier.give(result(message, 6, f"ref-{message.id}", telecom="KAKAO"))
        assert seen(await results(gateway, 1)) == [("1", 6, "KAKAO")]
        await until(lambda: len(carrier.acknowledged) == 321)


async def test_a_refusal_at_submit_gets_its_fallback_too(tmp_path: Path) -> None:
    def no_friend(messages: Sequence[Claimed]) -> list[Answer]:
        return [Answer(message.id, Verdict.REFUSED, result=62, carrier_code="3019") for message in messages]

    carrier = ScriptedCarrier(no_friend, taken)
    async with running(tmp_path, carrier=carrier) as gateway:
        await ready(gateway)
        await send(gateway, kakao(1, alt_type="S", alt_text=ALT_TEXT))
        fallback = await submitted(carrier, 2)
        carrier.give(result(fallback))
        assert seen(await results(gateway, 1)) == [("1", 6, "01190")]
        assert gateway.balance() == START - SMS


async def test_a_fallback_that_fails_costs_nothing(tmp_path: Path) -> None:
    carrier = ScriptedCarrier(taken, refused(13))
    async with running(tmp_path, carrier=carrier) as gateway:
        await ready(gateway)
        await send(gateway, kakao(1, alt_type="S", alt_text=ALT_TEXT))
        carrier.give(result(await submitted(carrier, 1), 62, **NO_FRIEND))
        assert seen(await results(gateway, 1)) == [("1", 13, "")]
        assert gateway.balance() == START
        assert gateway.audit() == []


async def test_a_fallback_that_the_balance_does_not_cover(tmp_path: Path) -> None:
    carrier = ScriptedCarrier()
    async with running(tmp_path, account(balance=2 * AT + 1), carrier=carrier) as gateway:
        await ready(gateway)
        await send(gateway, kakao(1, alt_type="S", alt_text=ALT_TEXT), kakao(2), kakao(3))
        first, second = await submitted(carrier, 1), await submitted(carrier, 2)
        carrier.give(result(first, 62, **NO_FRIEND), result(second, telecom="KAKAO"))
        assert seen(await results(gateway, 3)) == [("1", 62, "KAKAO"), ("2", 6, "KAKAO"), ("3", 92, "")]
        assert gateway.views()["1"].reason == "fallback: balance"
        assert gateway.balance() == AT + 1
        assert gateway.audit() == []


async def test_the_kakao_price_pays_a_part_of_the_fallback(tmp_path: Path) -> None:
    carrier = ScriptedCarrier()
    async with running(tmp_path, account(balance=SMS), carrier=carrier) as gateway:
        await ready(gateway)
        await send(gateway, kakao(1, alt_type="S", alt_text=ALT_TEXT))
        carrier.give(result(await submitted(carrier, 1), 62, **NO_FRIEND))
        carrier.give(result(await submitted(carrier, 2)))
        assert seen(await results(gateway, 1)) == [("1", 6, "01190")]
        assert gateway.balance() == 0


async def test_an_account_that_may_send_no_sms_gets_none_as_a_fallback(tmp_path: Path) -> None:
    carrier = ScriptedCarrier()
    async with running(tmp_path, account(kinds=("at", "lms")), carrier=carrier) as gateway:
        await ready(gateway)
        await send(gateway, kakao(1, alt_type="S", alt_text=ALT_TEXT), kakao(2, alt_type="L", alt_text=ALT_TEXT))
        first, second = await submitted(carrier, 1), await submitted(carrier, 2)
        carrier.give(result(first, 62, **NO_FRIEND), result(second, 62, **NO_FRIEND))
        carrier.give(result(await submitted(carrier, 3)))
        assert seen(await results(gateway, 2)) == [("1", 62, "KAKAO"), ("2", 6, "01190")]
        assert gateway.views()["1"].reason == "fallback: message kind"
        assert gateway.balance() == START - LMS
        assert gateway.audit() == []


async def test_an_account_that_was_closed_meanwhile_sends_nothing_more(tmp_path: Path) -> None:
    carrier = ScriptedCarrier()
    async with running(tmp_path, carrier=carrier) as gateway:
        await ready(gateway)
        await send(gateway, kakao(1, alt_type="S", alt_text=ALT_TEXT))
        first = await submitted(carrier, 1)
        gateway.close_account()
        await until(lambda: gateway.gateway._accounts.get(1) is None)
        carrier.give(result(first, 62, **NO_FRIEND))
        await gateway.state("done", 1)
        assert len(carrier.messages) == 1
        assert gateway.audit() == []


async def test_a_fallback_that_is_queued_when_the_gateway_stops_goes_out_after_the_start(tmp_path: Path) -> None:
    carrier = ScriptedCarrier()
    async with running(tmp_path, carrier=carrier) as gateway:
        await ready(gateway)
        await send(gateway, kakao(1, alt_type="S", alt_text=ALT_TEXT))
        first = await submitted(carrier, 1)
        await gateway.state("sent", 1)
        gateway.store.hold("claim")
        gateway.gateway._new_work.tell({DEFAULT_ROUTE})
        asked = gateway.store.calls["claim"]
        await until(lambda: gateway.store.calls["claim"] > asked or asked)
        carrier.give(result(first, 62, **NO_FRIEND))
        await until(lambda: carrier.acknowledged)
        gateway.begin_stop()
        gateway.store.release("claim")
        await gateway.ended()
        await gateway.start()
        fallback = await submitted(carrier, 2)
        assert fallback.parent == first.id
        carrier.give(result(first, 62, **NO_FRIEND), result(fallback), result(fallback))
        assert seen(await results(gateway, 1)) == [("1", 6, "01190")]
        assert len(carrier.messages) == TWO
        assert gateway.balance() == START - SMS
        assert gateway.audit() == []


async def test_a_fallback_whose_answer_is_lost_is_not_sent_again_by_a_carrier_that_forgets(tmp_path: Path) -> None:
    carrier = ScriptedCarrier(taken, lost)
    async with running(tmp_path, carrier=carrier) as gateway:
        await ready(gateway)
        await send(gateway, kakao(1, alt_type="S", alt_text=ALT_TEXT))
        carrier.give(result(await submitted(carrier, 1), 62, **NO_FRIEND))
        await gateway.state("unknown", 1)
        gateway.pass_time(24 * 3600 + 1)
        assert seen(await results(gateway, 1)) == [("1", 11, "")]
        assert gateway.balance() == START
        assert gateway.audit() == []


async def test_a_lost_answer_of_kakao_calls_for_no_fallback(tmp_path: Path) -> None:
    carrier = ScriptedCarrier(lost)
    async with running(tmp_path, carrier=carrier) as gateway:
        await ready(gateway)
        await send(gateway, kakao(1, alt_type="S", alt_text=ALT_TEXT))
        await gateway.state("unknown", 1)
        gateway.pass_time(72 * 3600 - 60)
        assert len(carrier.messages) == 1
        gateway.pass_time(120)
        assert seen(await results(gateway, 1)) == [("1", 11, "")]
        assert len(carrier.messages) == 1


async def test_a_time_limit_is_the_fallbacks_too(tmp_path: Path) -> None:
    carrier = ScriptedCarrier()
    async with running(tmp_path, carrier=carrier) as gateway:
        await ready(gateway)
        limit = gateway.clock.ms // 1000 + 60
        await send(gateway, kakao(1, alt_type="S", alt_text=ALT_TEXT, timeout_at=limit))
        first = await submitted(carrier, 1)
        await gateway.state("sent", 1)
        gateway.pass_time(61)
        carrier.give(result(first, 62, **NO_FRIEND))
        assert seen(await results(gateway, 1)) == [("1", 90, "")]
        assert len(carrier.messages) == 1
        assert gateway.balance() == START
        assert gateway.audit() == []


async def test_what_comes_after_the_fallback_has_begun_changes_nothing(tmp_path: Path) -> None:
    carrier = ScriptedCarrier()
    async with running(tmp_path, carrier=carrier) as gateway:
        await ready(gateway)
        await send(gateway, kakao(1, alt_type="S", alt_text=ALT_TEXT))
        first = await submitted(carrier, 1)
        carrier.give(*(result(first, 62, **NO_FRIEND) for _ in range(3)))
        fallback = await submitted(carrier, 2)
        carrier.give(result(first, 6, telecom="KAKAO"), result(first, 63, carrier_code="3016"), result(fallback))
        carrier.give(result(first, 62, **NO_FRIEND))
        assert seen(await results(gateway, 1)) == [("1", 6, "01190")]
        await until(lambda: len(carrier.acknowledged) == 7)
        assert len(carrier.messages) == TWO
        assert gateway.balance() == START - SMS
        assert gateway.audit() == []


# -- with a carrier for Kakao alone


async def test_a_fallback_goes_by_the_route_of_what_it_is(tmp_path: Path) -> None:
    talk, sms = ScriptedCarrier(name="talk"), ScriptedCarrier(name="sms")
    settings = {
        "carriers": (
            CarrierSettings(name="talk", kind="simulator", routes=("kakao",)),
            CarrierSettings(name="sms", kind="simulator"),
        ),
        "routes": (RouteRow(route="kakao", services=("KMS",)),),
    }
    async with running(tmp_path, carrier=talk, others=[sms], **settings) as gateway:
        await ready(gateway)
        await send(gateway, kakao(1, alt_type="S", alt_text=ALT_TEXT))
        message = await submitted(talk, 1)
        talk.give(result(message, 63, **NO_FRIEND))
        stand_in = await submitted(sms, 1)
        assert (stand_in.kind, stand_in.parent) == (Kind.SMS, message.id)
        sms.give(result(stand_in))
        assert seen(await results(gateway, 1)) == [("1", 6, "01190")]
        assert len(talk.messages) == len(sms.messages) == 1
        assert gateway.audit() == []
