"""Accounts change beside a running gateway, and open connections feel it at once."""

from collections.abc import Callable
from pathlib import Path

import pytest
import structlog

from samlink.gateway.sam import listener
from samlink.store.contract import StoreFullError
from samlink.store.credentials import Credentials
from samlink.testing.clock import until
from samlink.testing.thin_client import connected
from samlink.vocabulary.money import WON
from samlink.vocabulary.responses import ResponseCode
from tests.gateway.running import Running, account, running, sms

Change = Callable[[Running], None]


async def heard(gateway: Running, change: Change) -> None:
    """Make a change and wait until the gateway has read it, or could not."""
    read = gateway.store.answers["accounts"]
    change(gateway)
    await until(lambda: gateway.store.answers["accounts"] > read)


@pytest.mark.parametrize(
    "change",
    [
        lambda gateway: gateway.close_account(),
        lambda gateway: gateway.change(redirect="198.51.100.7:33300"),
        lambda gateway: gateway.change(allow=("203.0.113.0/24",)),
        lambda gateway: gateway.change(allow=()),
    ],
    ids=["closed", "moved", "another address", "no address"],
)
async def test_who_is_no_longer_wanted_is_closed_and_others_stay(tmp_path: Path, change: Change) -> None:
    async with running(tmp_path, account(), account("other")) as gateway, gateway.sender(id="other") as other:
        async with gateway.sender() as sender, gateway.reports() as reports:
            change(gateway)
            await sender.ended()
            await reports.ended()
        assert (await other.send([sms(1)])).response == ResponseCode.OK


async def test_a_request_that_was_taken_is_answered_before_the_close(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway, gateway.sender() as sender:
        gateway.store.hold("accept")
        sender.ask_to_send([sms(1)])
        await until(lambda: gateway.store.calls["accept"])
        await heard(gateway, lambda gateway: gateway.close_account())
        gateway.store.release("accept")
        assert (await sender.answer()).response == ResponseCode.OK
        await sender.ended()
        await gateway.state("done", 1)


async def test_the_batch_limit_changes_to_and_fro(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway, gateway.sender() as sender:
        packet = [sms(number) for number in range(3)]
        for limit, response in ((2, ResponseCode.BAD_COUNT), (30, ResponseCode.OK), (2, ResponseCode.BAD_COUNT)):
            await heard(gateway, lambda gateway: gateway.change(batch_limit=limit))  # noqa: B023
            assert (await sender.send(packet)).response == response


async def test_prices_hold_from_the_next_packet_on(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway, gateway.sender() as sender:
        await sender.send([sms(1)])
        await heard(gateway, lambda gateway: gateway.change(sms_cost=7 * WON))
        await sender.send([sms(2)])
        assert gateway.balance() == (10_000 - 20 - 7) * WON
        assert gateway.audit() == []


async def test_changes_that_come_while_one_is_being_read_are_read_too(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway, gateway.sender() as sender:
        gateway.store.hold("accounts")
        read = gateway.store.calls["accounts"]
        gateway.change(sms_cost=7 * WON)
        await until(lambda: gateway.store.calls["accounts"] > read)
        gateway.close_account()
        await until(lambda: gateway.gateway._accounts._refresher.waiting)
        gateway.store.release("accounts")
        await sender.ended()


async def test_a_change_that_cannot_be_read_is_read_later(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway, gateway.sender() as sender:
        gateway.store.fail(StoreFullError("store.test", "not now"), "accounts")
        await heard(gateway, lambda gateway: gateway.close_account())
        gateway.store.recover()
        await sender.ended()


async def test_a_new_address_may_connect_once_it_is_allowed(tmp_path: Path) -> None:
    async with running(tmp_path, account(allow=())) as gateway:
        await heard(gateway, lambda gateway: gateway.change(allow=("127.0.0.0/8",)))
        async with connected(gateway.port()) as client:
            await client.login()


def another_password(gateway: Running, password: str, *, old_for_ms: int | None = None, slow: bool = False) -> None:
    """Change the account's password beside the gateway."""
    credentials = Credentials.open(gateway.data)
    hashed = credentials.hash_chosen(password) if slow else credentials.hash_generated(password)
    gateway.tell(lambda admin: admin.change_password("demo", hashed, old_for_ms=old_for_ms))


async def test_a_session_ends_with_its_password(tmp_path: Path) -> None:
    with structlog.testing.capture_logs() as logs:
        async with running(tmp_path) as gateway, gateway.sender() as sender, gateway.reports() as reports:
            another_password(gateway, "the-new-one")
            await sender.ended()
            await reports.ended()
            async with connected(gateway.port()) as client:
                await client.login(password="the-new-one")
                gateway.change(sms_cost=7)
                assert (await client.send([sms(1)])).response == ResponseCode.OK
    assert {line["reason"] for line in logs if line["event"] == "connection_dropped"} == {"its password has ended"}


@pytest.mark.parametrize("slow", [False, True])
async def test_two_passwords_are_good_until_the_old_one_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slow: bool
) -> None:
    monkeypatch.setattr(listener, "PASSWORD_LOOK_SECONDS", 0.01)
    async with running(tmp_path) as gateway:
        another_password(gateway, "the-first-one", slow=slow)
        another_password(gateway, "the-new-one", old_for_ms=60_000, slow=slow)
        async with connected(gateway.port()) as old, connected(gateway.port()) as new:
            await old.login(password="the-first-one")
            await new.login(password="the-new-one")
            assert (await old.send([sms(1)])).response == ResponseCode.OK
            gateway.pass_time(61)
            await old.ended()
            assert (await new.send([sms(2)])).response == ResponseCode.OK
        for password, response in (("the-first-one", ResponseCode.LOGIN_FAILED), ("the-new-one", ResponseCode.OK)):
            async with connected(gateway.port()) as client:
                assert (await client.try_login("demo", password)).response == response


async def test_the_old_password_can_be_ended_ahead_of_time(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway, gateway.sender() as sender:
        another_password(gateway, "the-new-one", old_for_ms=60_000)
        async with gateway.sender() as another:
            assert (await another.send([sms(1)])).response == ResponseCode.OK
            gateway.tell(lambda admin: admin.set_account("demo", {}, end_old_password=True))
            await sender.ended()
            await another.ended()


async def test_an_id_given_out_again_inherits_nothing(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway:
        async with gateway.sender() as sender:
            await sender.send([sms(1)])
        await gateway.state("done", 1)
        gateway.close_account()
        gateway.add(account())
        async with gateway.sender() as sender, gateway.reports() as reports:
            assert (await sender.send([sms(1, text="another")])).response == ResponseCode.OK
            assert [one.message_id for one in await reports.taken(1)] == ["1"]
            await gateway.state("done", 1)
