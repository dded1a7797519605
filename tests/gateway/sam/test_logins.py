"""Who may connect and log in, and what each is told."""

import asyncio
import itertools
from pathlib import Path

import pytest

from samlink.core.account import FeeType, ServiceClass
from samlink.gateway import GatewayError
from samlink.store.contract import StoreError, StoreLostError
from samlink.testing.clock import WAIT_SECONDS, until
from samlink.testing.thin_client import connected
from samlink.vocabulary.money import WON
from samlink.vocabulary.responses import ResponseCode
from samlink.vocabulary.services import PORT_OFFSETS, Duty, Service
from samlink.wire.commands import Version
from samlink.wire.records import Login
from tests.gateway.running import account, running, sms


async def first_byte(port: int) -> bytes:
    """What the gateway says to somebody who says nothing; empty when it closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            return await reader.read(1)
    except ConnectionResetError:
        return b""
    finally:
        writer.close()


async def test_an_address_that_nobody_allows_is_closed_on_every_port(tmp_path: Path) -> None:
    async with running(tmp_path, account(allow=())) as gateway:
        for allow in [("203.0.113.7/32",), ("2001:db8::/32",), ("127.0.0.1/33", "nonsense", "")]:
            gateway.add(account(f"shop{allow[0]}"[:20], allow=allow))
        for port in gateway.gateway.ports.values():
            assert await first_byte(port) == b""


async def test_an_address_of_another_account_may_connect_but_not_log_in(tmp_path: Path) -> None:
    other = account("other", allow=("203.0.113.0/24",))
    async with running(tmp_path, account(), other) as gateway, connected(gateway.port()) as client:
        answer = await client.try_login("other", "secret")
        assert (answer.response, answer.message) == (ResponseCode.LOGIN_FAILED, "login failed")
        await client.ended()


@pytest.mark.parametrize("slow", [False, True], ids=["generated password", "chosen password"])
async def test_a_wrong_password_and_an_unknown_id_are_told_the_same(tmp_path: Path, slow: bool) -> None:
    async with running(tmp_path) as gateway:
        gateway.add(account("shop"), slow=slow)
        told = set()
        for id, password in [
            ("shop", "wrong"),
            ("nobody", "secret"),
            ("shop", ""),
            ("", "secret"),
            ("shop", "secret2"),
        ]:
            async with connected(gateway.port()) as client:
                answer = await client.try_login(id, password)
                told.add((answer.response, answer.message, answer.packet.empty))
                await client.ended()
        assert {response for response, *_ in told} == {ResponseCode.LOGIN_FAILED}
        assert len(told) == 1
        async with gateway.sender(id="shop") as sender:
            assert sender.session.idle


async def test_a_refusal_takes_as_long_for_an_unknown_id_as_for_a_wrong_password(tmp_path: Path) -> None:
    async with running(tmp_path, waits={"login_failure_seconds": 0.4}) as gateway:
        gateway.add(account("shop"), slow=True)
        loop = asyncio.get_running_loop()
        took = []
        for id in ("nobody", "demo", "shop"):
            async with connected(gateway.port()) as client:
                began = loop.time()
                await client.try_login(id, "wrong")
                took.append(loop.time() - began)
        assert min(took) >= 0.39, took


async def test_every_port_takes_a_login_in_both_versions(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway:
        for (service, duty), version in itertools.product(PORT_OFFSETS, Version):
            async with connected(gateway.port(service, duty), service, duty, version) as client:
                await client.login()
                assert client.session.idle


async def test_a_login_is_told_prices_balance_and_limits(tmp_path: Path) -> None:
    prepaid = account(
        balance=1_234 * WON + 56, sms_cost=990, lms_cost=3_000, mms_cost=20_000, batch_limit=7, variable=False
    )
    postpaid = account(
        "later", fee_type=FeeType.POSTPAID, balance=0, service_class=ServiceClass.CALLBACK_URL_ONLY, max_msg_size=3000
    )
    async with running(tmp_path, prepaid, postpaid) as gateway:
        async with connected(gateway.port()) as client:
            answer = await client.login()
            assert (answer.fee_type, answer.balance, answer.variable) == (1, 1_234, "N")
            assert (answer.sms_cost, answer.lms_cost, answer.mms_cost) == (990, 3_000, 20_000)
            assert client.batch_limit == "7|1|samlink"
        async with connected(gateway.port()) as client:
            answer = await client.login("later")
            assert (answer.fee_type, answer.balance, answer.variable, answer.max_msg_size) == (2, 0, "Y", 3000)
            assert client.batch_limit == "30|2|samlink"


async def test_the_balance_at_a_login_is_the_balance_now(tmp_path: Path) -> None:
    async with running(tmp_path, account(balance=100 * WON)) as gateway:
        async with gateway.sender() as sender:
            await sender.send([sms(1), sms(2)])
        async with connected(gateway.port()) as client:
            assert (await client.login()).balance == 60


async def test_a_redirect_names_the_other_node(tmp_path: Path) -> None:
    async with running(tmp_path, account(redirect="198.51.100.7:33300")) as gateway:
        async with connected(gateway.port()) as client:
            answer = await client.try_login("demo", "secret")
            assert (answer.response, answer.message) == (ResponseCode.REDIRECT, "198.51.100.7:33300")
            await client.ended()
        async with connected(gateway.port()) as client:
            assert (await client.try_login("demo", "wrong")).response == ResponseCode.LOGIN_FAILED


async def test_an_account_that_was_added_a_moment_ago_can_send_at_once(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway:
        gateway.store.hold("accounts")  # the news of the change does not arrive
        gateway.add(account("new"))
        async with gateway.sender(id="new") as sender:
            assert (await sender.send([sms(1)])).response == ResponseCode.OK
        gateway.store.release("accounts")


async def test_a_login_is_told_when_the_store_cannot_answer(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway:
        gateway.store.fail(StoreError("store.test", "not now"), "account")
        async with connected(gateway.port()) as client:
            answer = await client.try_login("demo", "secret")
            assert answer.response == ResponseCode.STORE_UNAVAILABLE
        gateway.store.recover()
        async with gateway.sender() as sender:
            assert sender.session.idle


async def test_an_account_that_is_closed_during_its_login_stays_out(tmp_path: Path) -> None:
    """The password takes long to check; meanwhile the account is closed, and the gateway hears of that."""
    async with running(tmp_path) as gateway:
        gateway.add(account("shop"), slow=True)
        gateway.store.hold("account")
        async with connected(gateway.port(Service.SMS, Duty.REPORT), duty=Duty.REPORT) as client:
            answering = asyncio.create_task(client.try_login("shop", "secret"))
            await until(lambda: gateway.store.calls["account"])
            read = gateway.store.calls["accounts"]
            gateway.close_account("shop")
            await until(lambda: gateway.store.calls["accounts"] > read)
            gateway.store.release("account")
            assert (await answering).response == ResponseCode.LOGIN_FAILED
            await client.ended()


# -- limits


async def test_logins_beyond_the_limit_are_told_to_try_again(tmp_path: Path) -> None:
    """Those whose check is slow; a right generated password is in nobody's way."""
    async with (
        running(tmp_path, limits={"logins_waiting": 1, "password_checks": 1}) as gateway,
        connected(gateway.port()) as first,
        connected(gateway.port()) as second,
    ):
        gateway.add(account("shop"), slow=True)
        logins = gateway.gateway._listener._logins
        async with logins._places.place("127.0.0.1"):
            answering = asyncio.create_task(first.try_login("shop", "secret"))
            await until(lambda: len(logins._crowd) == 1)
            assert (await second.try_login("shop", "wrong")).response == ResponseCode.LOGIN_BUSY
            async with gateway.sender() as sender:
                assert sender.session.idle
        assert (await answering).response == ResponseCode.OK
        assert len(logins._crowd) == 0


async def test_an_account_has_so_many_connections_and_no_more(tmp_path: Path) -> None:
    async with running(tmp_path, limits={"connections_per_account": 2}) as gateway:
        async with gateway.sender(), gateway.reports(), connected(gateway.port()) as third:
            answer = await third.try_login("demo", "secret")
            assert answer.response == ResponseCode.TOO_MANY_CONNECTIONS
            assert "2" in answer.message
        await until(lambda: gateway.connections == 0)
        async with gateway.sender(), gateway.reports() as reports:
            assert reports.session.idle


async def test_logins_that_fail_midway_leave_no_place_taken(tmp_path: Path) -> None:
    async with running(tmp_path, limits={"connections_per_account": 1, "connections": 3}) as gateway:
        for _ in range(4):
            async with connected(gateway.port()) as client:
                assert (await client.try_login("demo", "wrong")).response == ResponseCode.LOGIN_FAILED
                await client.ended()
        gateway.store.fail(StoreError("store.test", "not now"), "account")
        async with connected(gateway.port()) as client:
            await client.try_login("demo", "secret")
            await client.ended()
        gateway.store.recover()
        gateway.store.hold("account")
        async with connected(gateway.port()) as client:
            client.session.login(Login("demo", "secret"), client.link.now)
            client.link.flush()
            asked = gateway.store.calls["account"]
            await until(lambda: gateway.store.calls["account"] > asked)
            await client.close(at_once=True)
        gateway.store.release("account")
        await until(lambda: gateway.connections == 0)
        async with gateway.sender() as sender:
            assert sender.session.idle


async def test_connections_beyond_the_limit_are_closed_and_places_come_back(tmp_path: Path) -> None:
    async with running(tmp_path, limits={"connections": 2}) as gateway:
        async with gateway.sender(), gateway.sender():
            assert await first_byte(gateway.port()) == b""
        await until(lambda: gateway.connections == 0)
        async with gateway.sender() as sender:
            assert sender.session.idle


async def test_connections_of_one_address_are_limited(tmp_path: Path) -> None:
    async with running(tmp_path, limits={"connections_per_address": 1}) as gateway, gateway.sender():
        assert await first_byte(gateway.port()) == b""


async def test_a_lost_store_at_a_login_ends_the_gateway(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway:
        gateway.store.fail(StoreLostError("store.test", "the disk failed"), "account")
        async with connected(gateway.port()) as client:
            assert (await client.try_login("demo", "secret")).response == ResponseCode.STORE_UNAVAILABLE
        gateway.store.fail(StoreLostError("store.test", "the disk failed"), "claim")
        with pytest.raises(GatewayError, match="the store is lost: the disk failed"):
            await gateway.ended()
