"""Results of gateways that close or refuse; a receiver on the wrong port; what is left at the end."""

import asyncio
from collections.abc import Callable

import pytest

from samlink.client import ClientSettings, Receiver, Service, SettingsError, Version
from samlink.testing.scripted_gateway import ScriptedGateway
from samlink.testing.tolerance.client_rows import LAST, result
from samlink.testing.tolerance.vendor import HOST, Habits, Reply, Vendor, frame
from samlink.vocabulary.services import Duty
from samlink.wire import Frame
from tests.client.sample import ids, results

SMS = (Service.SMS,)


@pytest.fixture(autouse=True)
def quick_polls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("samlink.wire.choices.POLL_SECONDS", 0.01)


def settings(vendor: Vendor, version: Version = Version.SAM10, **changes: float) -> ClientSettings:
    """Settings of a client of a vendor."""
    given = {"reconnect_seconds": 0.0} | changes
    return ClientSettings(host=HOST, base_port=vendor.base_port, id="a", password="b", version=version, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("version", Version)
async def test_a_receiver_on_a_port_for_sending_says_so(gateway: ScriptedGateway, version: Version) -> None:
    wrong = gateway.settings(version=version, base_port=gateway.base_port - 1)
    async with Receiver(wrong, SMS) as receiver:
        with pytest.raises(SettingsError, match=f"no results at 127.0.0.1:{gateway.base_port}, .*check base_port"):
            await anext(receiver)


async def test_polls_that_are_refused_with_11xxx_twice_in_a_row_bring_a_new_login() -> None:
    def habits(code: str) -> Habits:
        return Habits(empty_poll=lambda version: Reply(frame("1031", version, code, "NO DATA")))

    for code, logins in (("11001", 3), ("20001", 1)):
        async with Vendor(habits(code)) as vendor, Receiver(settings(vendor), SMS) as receiver:
            waiting = asyncio.create_task(anext(receiver))
            await vendor.until(lambda vendor=vendor: len(vendor.seen("1030")) >= 6)  # type: ignore[misc]
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
        assert vendor.logins[Service.SMS, Duty.REPORT] >= logins
        assert (vendor.logins[Service.SMS, Duty.REPORT] > 1) is (logins > 1)


async def test_what_was_polled_and_not_handed_on_is_left_for_the_caller() -> None:
    page = b"3   " + result("A") + result("B", b"1  ") + result("C")
    async with Vendor(Habits(pages=[page])) as vendor:
        async with Receiver(settings(vendor), SMS) as receiver:
            assert (await anext(receiver)).message_id == "A"
        polls = len(vendor.seen("1030"))
    assert ids(receiver.unread) == ["C"]
    assert polls == 1, "a vendor's next page would be lost by another poll"


async def test_what_the_caller_had_and_did_not_take_is_left_too() -> None:
    page = b"3   " + result("A") + result("B") + result("C")
    async with Vendor(Habits(pages=[page])) as vendor:
        receiver = Receiver(settings(vendor), SMS)
        for name in ("A", "B"):
            assert (await anext(receiver)).message_id == name
        await receiver.close(take=False)
    assert ids(receiver.unread) == ["B", "C"]


async def test_a_pushed_page_that_was_not_acknowledged_is_not_left(gateway: ScriptedGateway) -> None:
    gateway.deliver(results(1, 2))
    async with Receiver(gateway.settings(version=Version.SAM11), SMS) as receiver:
        await anext(receiver)
    assert receiver.unread == []
    receiver = Receiver(gateway.settings(version=Version.SAM11), SMS)
    await anext(receiver)
    await receiver.close(take=False)
    assert receiver.unread == []


async def test_a_poll_that_is_under_way_is_waited_for_at_the_end() -> None:
    """A vendor counts its results as delivered when it has written them."""
    async with Vendor(Habits(pages=[b"1   " + result("A"), b"1   " + result(LAST)])) as vendor:
        receiver = Receiver(settings(vendor), SMS)
        await receiver.connect()
        await vendor.until(lambda: vendor.seen("1030"))
        await receiver.close()
    assert ids(receiver.unread) == ["A"]


async def test_nothing_is_polled_for_while_another_service_is_waited_for_at_the_end() -> None:
    """The answer would come when nobody reads any more."""
    polled: list[Service] = []

    class Deaf(Vendor):
        """It answers no poll for MMS."""

        def _reply(self, service: Service, duty: Duty, request: Frame, writer: asyncio.StreamWriter) -> Reply:
            if request.command == "1030":
                polled.append(service)
            silent = request.command == "1030" and service is Service.MMS
            return Reply() if silent else super()._reply(service, duty, request, writer)

    async with Deaf(Habits()) as vendor:
        receiver = Receiver(settings(vendor, close_seconds=0.5), (Service.SMS, Service.MMS))
        await receiver.connect()
        await vendor.until(lambda: {*polled} == {Service.SMS, Service.MMS})
        before = polled.count(Service.SMS)
        await receiver.close()
    assert polled.count(Service.SMS) <= before + 1, "one may have been under way"


@pytest.mark.parametrize("version", Version)
async def test_a_page_of_which_nothing_can_be_read_is_said_and_stops_nothing(
    version: Version, caplog: pytest.LogCaptureFixture
) -> None:
    pages = [b"1   " + b"what is this?", b"1   " + result(LAST)]
    async with Vendor(Habits(pages=pages)) as vendor, Receiver(settings(vendor, version), SMS) as receiver:
        assert (await anext(receiver)).message_id == LAST
    assert "it has results of which none can be read" in caplog.text
    assert not any(b"what" in body for body in vendor.acknowledged)


async def slowly(receiver: Receiver) -> list[str]:
    """MSG_IDs up to the last one; other tasks have their turn between one and the next."""
    got: list[str] = []
    async for one in receiver:
        got.append(one.message_id)
        await asyncio.sleep(0)
        if one.message_id == LAST:
            break
    return got


async def test_a_caller_that_takes_its_time_gets_all_of_a_page_whose_connection_ended() -> None:
    """Without this the page was dropped, for the gateway would deliver it again: a vendor does not."""
    pages = [b"30  " + b"".join(result(f"P{page}N{number}") for number in range(30)) for page in range(3)]
    closing: Callable[[bytes, str], Reply] = lambda body, version: Reply(frame("1031", version, body=body), close=True)  # noqa: E731
    async with Vendor(Habits(pages=[*pages, b"1   " + result(LAST)], page=closing)) as vendor:
        receiver = Receiver(settings(vendor), SMS)
        got = await slowly(receiver)
        await receiver.close()
    assert got == [*(f"P{page}N{number}" for page in range(3) for number in range(30)), LAST]
