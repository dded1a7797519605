"""Several carriers at once: each takes what its routes hold, and none waits for another."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from samlink.carriers.contract import CarrierError
from samlink.core.routing import RouteRow
from samlink.gateway import GatewayError
from samlink.gateway.settings import CarrierSettings, GatewaySettings
from samlink.testing.clock import until
from samlink.testing.pictures import jpeg
from samlink.vocabulary.services import Service
from samlink.wire import commands
from tests.gateway.running import Running, account, running, sms
from tests.gateway.scripted_carrier import ScriptedCarrier, later, lost, result, taken

SIMULATED = "simulator"
ONE_AT_A_TIME = {"limits": {"claim_batch": 1, "submits": 1}}


def carriers(**routes: Sequence[str]) -> dict[str, Any]:
    """Settings with a carrier for each name, and what its routes are; `a` to `z` go by the sender's first digits."""
    named = {route for served in routes.values() for route in served} - {"default"}
    return {
        "carriers": tuple(CarrierSettings(name=name, kind=SIMULATED, routes=tuple(of)) for name, of in routes.items()),
        "routes": tuple(RouteRow(route=route, senders=(f"070{ord(route) - 96}",)) for route in sorted(named)),
        "waits": {"carrier_retry_seconds": 0.02},
    }


def to(route: str, number: int, **changes: Any) -> Any:
    """SMS `number`, which takes that route."""
    return sms(number, sender=f"070{ord(route) - 96}1234567", **changes)


async def test_a_slow_and_a_dead_carrier_hold_up_nobody_elses_messages(tmp_path: Path) -> None:
    good, slow, dead = (ScriptedCarrier(name=name) for name in ("good", "slow", "dead"))
    settings = carriers(good=["default", "a"], slow=["b"], dead=["c"])
    async with running(tmp_path, carrier=good, others=[slow, dead], **settings, **ONE_AT_A_TIME) as gateway:
        slow.hold()
        dead.break_down()
        await until(lambda: dead.stops)
        async with gateway.sender() as sender, gateway.reports() as reports:
            for first in range(1, 40, 4):
                await sender.send([to("b", first), to("c", first + 1), to("a", first + 2), sms(first + 3)])
            await until(lambda: len(good.messages) == 20)
            good.give(*(result(message) for message in good.messages))
            received = await reports.taken(20)
            assert {int(one.message_id) % 4 for one in received} == {3, 0}
            assert len(slow.messages) == 1, "one batch of it is at the slow carrier, the others wait"
            slow.release()
            await until(lambda: len(slow.messages) == len(dead.messages) == 10)
            slow.give(*(result(message) for message in slow.messages))
            dead.give(*(result(message) for message in dead.messages))
            await reports.taken(20)
        assert gateway.audit() == []


async def test_simulated_carriers_of_which_one_takes_nothing_and_one_cannot_start(tmp_path: Path) -> None:
    """As the settings make them: a good one, one that is held, and one whose journal cannot be opened at first."""
    settings = carriers(good=["default"], slow=["b"], dead=["c"])
    good, slow, dead = settings["carriers"]
    settings["carriers"] = (good, msgspec.structs.replace(slow, options={"held": True}), dead)
    blocked = tmp_path / "carriers" / "dead"
    blocked.parent.mkdir(parents=True)
    blocked.touch()
    async with running(tmp_path, **settings) as gateway, gateway.sender() as sender, gateway.reports() as reports:
        await sender.send([message for n in range(1, 30, 3) for message in (to("b", n), to("c", n + 1), sms(n + 2))])
        received = await reports.taken(10)
        assert {int(one.message_id) % 3 for one in received} == {0}
        blocked.unlink()
        received = await reports.taken(10)
        assert {int(one.message_id) % 3 for one in received} == {2}
        gateway.gateway.carriers[1].change({"held": False})  # type: ignore[attr-defined]
        received = await reports.taken(10)
        assert {int(one.message_id) % 3 for one in received} == {1}
    assert gateway.audit() == []


async def test_a_message_that_a_dead_carrier_may_have_had_has_an_end(tmp_path: Path) -> None:
    good, dead = ScriptedCarrier(name="good"), ScriptedCarrier(lost, idempotent=True, name="dead")
    settings = carriers(good=["default"], dead=["a"]) | {"waits": {"carrier_retry_seconds": 3600.0}}
    async with running(tmp_path, carrier=good, others=[dead], **settings) as gateway:
        async with gateway.sender() as sender, gateway.reports() as reports:
            await sender.send([to("a", 1)])
            await until(lambda: len(dead.messages) == 3)
            await gateway.state("queued", 1)
            dead.break_down()
            await until(lambda: not gateway.gateway.counters.carriers_up["dead"])
            gateway.pass_time(24 * 3600 + 120)
            (received,) = await reports.taken(1)
            assert (received.message_id, received.result) == ("1", 11)
        assert not good.messages
        assert gateway.audit() == []


class UnreachableCarrier(ScriptedCarrier):
    """It cannot start before `reach`."""

    reached = False
    highest_id = 0

    async def start(self) -> None:
        if not self.reached:
            raise CarrierError("carrier.dead", "the carrier's line is dead")


async def test_a_carrier_that_cannot_start_is_started_as_soon_as_it_can(tmp_path: Path) -> None:
    good, late = ScriptedCarrier(name="good"), UnreachableCarrier(name="late")
    settings = carriers(good=["default"], late=["a"])
    async with running(tmp_path, carrier=good, others=[late], **settings) as gateway, gateway.sender() as sender:
        await sender.send([to("a", 1), sms(2)])
        await until(lambda: good.messages)
        assert not late.messages
        late.reached = True
        await until(lambda: late.messages)


async def test_a_late_carrier_that_knows_a_later_life_of_the_store_gets_nothing(tmp_path: Path) -> None:
    good, late = ScriptedCarrier(name="good"), UnreachableCarrier(name="late")
    late.highest_id = 1 << 60
    async with running(tmp_path, carrier=good, others=[late], **carriers(good=["default"], late=["a"])) as gateway:
        async with gateway.sender() as sender:
            await sender.send([to("a", 1), sms(2)])
        late.reached = True
        stops = late.stops
        await until(lambda: late.stops > stops + 2)
        assert not late.messages
        late.highest_id = 0
        await until(lambda: late.messages)


async def test_the_gateway_ends_with_its_last_carrier(tmp_path: Path) -> None:
    one, other = UnreachableCarrier(name="one"), ScriptedCarrier(name="other")
    async with running(tmp_path, carrier=one, others=[other], **carriers(one=["a"], other=["default"])) as gateway:
        other.break_down()
        with pytest.raises(GatewayError, match=r"^the carrier other has stopped$"):
            await gateway.ended()


async def test_carriers_that_share_a_route_share_its_messages(tmp_path: Path) -> None:
    one, other = ScriptedCarrier(name="one"), ScriptedCarrier(name="other")
    settings = carriers(one=["default"], other=["default"])
    async with running(tmp_path, carrier=one, others=[other], **settings, **ONE_AT_A_TIME) as gateway:
        one.hold()
        async with gateway.sender() as sender:
            await sender.send([sms(number) for number in range(1, 11)])
            await until(lambda: len(one.messages) + len(other.messages) == 10)
        assert len(one.messages) <= 1, "the slow one keeps no more than it was given"
        one.release()


async def test_what_may_be_at_one_carrier_is_never_given_to_another(tmp_path: Path) -> None:
    one = ScriptedCarrier(lost, taken, name="one", idempotent=True)
    other = ScriptedCarrier(name="other", idempotent=True)
    settings = carriers(one=["default"], other=["default"])
    async with running(tmp_path, carrier=one, others=[other], **settings) as gateway, gateway.sender() as sender:
        other.hold()
        await sender.send([sms(1)])
        await until(lambda: one.messages or other.messages)
        if not one.messages:
            await sender.send([sms(2)])
            await until(lambda: one.messages)
        await until(lambda: len(one.messages) == 2)
        assert one.messages[0].id == one.messages[1].id
        other.release()


async def test_each_idempotent_carrier_gets_its_own_unknown_messages_again(tmp_path: Path) -> None:
    again, waiting = ScriptedCarrier(lost, taken, name="again", idempotent=True), ScriptedCarrier(lost, name="waiting")
    settings = carriers(again=["default"], waiting=["a"])
    async with running(tmp_path, carrier=again, others=[waiting], **settings) as gateway, gateway.sender() as sender:
        await sender.send([to("a", 1), sms(2)])
        await gateway.state("sent", 1)
        await gateway.state("unknown", 1)
        assert len(again.messages) == 2
        assert len(waiting.messages) == 1


async def test_a_route_that_is_gone_at_the_next_start_leaves_nothing_behind(tmp_path: Path) -> None:
    good, busy = ScriptedCarrier(name="good"), ScriptedCarrier(later(96), name="busy")
    settings = carriers(good=["default"], busy=["a"])
    async with running(tmp_path, carrier=good, others=[busy], **settings) as gateway:
        async with gateway.sender() as sender:
            await sender.send([to("a", number) for number in (1, 2, 3)])
        await until(lambda: len(busy.messages) == 3)
        await gateway.state("queued", 3)
    again = Running(tmp_path, good)
    await again.start()
    again.pass_time(5)
    await until(lambda: len(good.messages) == 3)
    await again.stop()


def test_a_carrier_has_a_name_of_its_own_and_its_routes_exist(tmp_path: Path) -> None:
    one = CarrierSettings(name="one", kind=SIMULATED)
    for wrong, said in (
        ({"carriers": (one, one)}, "each needs a name of its own"),
        ({"carriers": (one,), "simulator": {"delay_ms": 1}}, "stand in its `options`"),
        ({"routes": (RouteRow(route="otp"),)}, "no carrier serves the route otp"),
    ):
        with pytest.raises(ValueError, match=said):
            running_settings(tmp_path, **wrong)


def running_settings(data: Path, **settings: Any) -> GatewaySettings:
    """Settings as the tests give them."""
    values = {"data": str(data)} | {name: msgspec.to_builtins(value) for name, value in settings.items()}
    return msgspec.convert(values, GatewaySettings)


async def test_an_account_may_have_a_carrier_of_its_own(tmp_path: Path) -> None:
    good, own = ScriptedCarrier(name="good"), ScriptedCarrier(name="own")
    settings = {
        "carriers": (
            CarrierSettings(name="good", kind=SIMULATED),
            CarrierSettings(name="own", kind=SIMULATED, routes=("bank",)),
        ),
        "routes": (RouteRow(route="bank", accounts=("bank",)),),
    }
    async with running(tmp_path, account(), account("bank"), carrier=good, others=[own], **settings) as gateway:
        async with gateway.sender() as sender, gateway.sender(id="bank") as bank:
            await sender.send([sms(1)])
            await bank.send([sms(2)])
            await until(lambda: good.messages and own.messages)
        assert [message.receiver for message in own.messages] == [sms(2).receiver]


async def test_a_carrier_reads_the_files_of_an_mms_through_the_gateway(tmp_path: Path) -> None:
    """KTF takes a jpg of 200 KB, and SKT one of 300 KB: by the bytes, since names tell no size."""
    skt, ktf = "01012345078", "01012345178"
    async with (
        running(tmp_path, **carriers(good=["default"])) as gateway,
        gateway.sender(Service.MMS) as sender,
        gateway.reports(service=Service.MMS) as reports,
    ):
        name = (await sender.upload(jpeg(size=250 * 1024))).packet.head.name
        await sender.send([sms(1, receiver=skt), sms(2, receiver=ktf)], commands.SEND_MMS, name)
        found = {one.message_id: one.result for one in await reports.taken(2)}
        assert found == {"1": 6, "2": 50}
