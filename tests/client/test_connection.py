"""Logging in: terms, redirects, refusals, and a gateway that is not there."""

import asyncio
import logging
import socket
from typing import Any

import pytest

from samlink.cli.output.link_errors import explain
from samlink.client import (
    ClientSettings,
    ConnectionNews,
    GatewayUnreachableError,
    LoginRefusedError,
    OutcomeUnknownError,
    Sender,
    Service,
    Version,
    _connection,
)
from samlink.link import Link, open_link
from samlink.testing.scripted_gateway import PASSWORD, Refuse, ScriptedGateway, Step
from samlink.vocabulary.responses import ResponseCode
from samlink.vocabulary.services import Duty
from samlink.wire import ClientSession
from tests.client.clock import MovableClock
from tests.client.sample import message


@pytest.mark.parametrize("version", Version)
@pytest.mark.parametrize("padding", [b" ", b"\0"])
async def test_the_login_tells_the_limits(gateway: ScriptedGateway, version: Version, padding: bytes) -> None:
    gateway.batch_limit, gateway.variable, gateway.max_msg_size = 77, True, 2500
    async with Sender(gateway.settings(version=version, padding=padding)) as sender:
        terms = await sender.connect(Service.MMS)
    assert (terms.batch, terms.service_class, terms.variable, terms.text_bytes) == (77, 1, True, 2500)
    assert (terms.prepaid, terms.balance) == (True, 100_000)
    assert gateway.login_ids == ["scripted"]


async def test_a_host_that_cannot_be_reached_is_replaced_by_a_spare_one(gateway: ScriptedGateway) -> None:
    settings = gateway.settings(host="127.0.0.2", spare_hosts=("127.0.0.3", "127.0.0.1"))
    async with Sender(settings) as sender:
        await sender.connect(Service.SMS)
    assert gateway.login_ids == ["scripted"]
    with pytest.raises(GatewayUnreachableError, match=r"127\.0\.0\.2"):
        await _connection.log_in(gateway.settings(host="127.0.0.2", spare_hosts=["127.0.0.3"]), Service.SMS, Duty.SEND)


async def test_connections_are_opened_when_they_are_needed(gateway: ScriptedGateway) -> None:
    async with Sender(gateway.settings()) as sender:
        assert gateway.connections == 0
        await sender.send(message())
        assert [peer.service for peer in gateway.peers] == [Service.SMS]


async def test_the_news_of_connections_are_told(gateway: ScriptedGateway) -> None:
    heard: list[ConnectionNews] = []
    gateway.logins.append(Refuse(ResponseCode.LOGIN_BUSY))
    async with Sender(gateway.settings(on_connection=heard.append)) as sender:
        await sender.send(message())
        gateway.drop_all()
        await gateway.until(lambda: gateway.connections == 3)
        await sender.send(message())
    assert [(news.service, news.duty, news.up) for news in heard] == [
        (Service.SMS, Duty.SEND, up) for up in (False, True, False, True, False)
    ]
    assert [str(news.failure or "")[:9] for news in heard] == ["the login", "", "", "", ""]


async def test_a_fault_of_the_callers_callback_ends_no_connection(
    gateway: ScriptedGateway, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(_: ConnectionNews) -> None:
        raise ZeroDivisionError

    async with Sender(gateway.settings(on_connection=fails)) as sender:
        await sender.send(message())
    assert len(gateway.messages) == 1
    assert "on_connection_failed" in caplog.text


async def test_a_redirect_is_followed(gateway: ScriptedGateway) -> None:
    async with ScriptedGateway() as other, Sender(gateway.settings()) as sender:
        gateway.logins.append(Refuse(ResponseCode.REDIRECT, other.address(Service.SMS, Duty.SEND)))
        await sender.send(message())
        assert len(other.messages) == 1
        assert not gateway.messages


async def test_redirects_in_a_ring_end(gateway: ScriptedGateway) -> None:
    here = Refuse(ResponseCode.REDIRECT, gateway.address(Service.SMS, Duty.SEND))
    gateway.logins.extend([here] * 4)
    async with Sender(gateway.settings()) as sender:
        with pytest.raises(LoginRefusedError, match="more than 3 redirects in a row") as raised:
            await sender.connect(Service.SMS)
        assert not raised.value.final
        assert gateway.connections == 4


async def test_after_a_ring_of_redirects_it_is_tried_again(gateway: ScriptedGateway) -> None:
    here = Refuse(ResponseCode.REDIRECT, gateway.address(Service.SMS, Duty.SEND))
    gateway.logins.extend([here] * 5)
    async with Sender(gateway.settings()) as sender:
        await sender.send(message())
    assert gateway.connections == 6


@pytest.mark.parametrize("address", ["", "somewhere", ":33300", "127.0.0.1:0", "127.0.0.1:99999", "127.0.0.1:http"])
async def test_a_redirect_to_nowhere_is_told(gateway: ScriptedGateway, address: str) -> None:
    gateway.logins.append(Refuse(ResponseCode.REDIRECT, address))
    async with Sender(gateway.settings()) as sender:
        with pytest.raises(LoginRefusedError, match="the redirect names no address"):
            await sender.connect(Service.SMS)


async def test_a_wrong_password_is_told_at_once(gateway: ScriptedGateway, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with Sender(gateway.settings(password="wr0ng-word", reconnect_seconds=10)) as sender:
        with pytest.raises(LoginRefusedError, match="wrong ID or password") as raised:
            await sender.send(message())
        assert raised.value.final
        with pytest.raises(LoginRefusedError):
            await sender.send(message())
        assert gateway.connections == 1, "a refused login is not tried again at once"
        with pytest.raises(LoginRefusedError):
            await sender.connect(Service.SMS)
        assert gateway.connections == 2
    assert "wr0ng-word" not in caplog.text + str(raised.value)


async def test_connections_of_a_pool_that_are_refused_for_good_do_not_log_in_with_every_message(
    gateway: ScriptedGateway, clock: MovableClock, caplog: pytest.LogCaptureFixture
) -> None:
    gateway.logins.extend([Refuse(ResponseCode.ACCOUNT_CLOSED)] * 2)
    async with Sender(gateway.settings(reconnect_seconds=10), connections=3) as pool:
        await pool.send(message(0))
        await clock.until(lambda: caplog.text.count("login_refused service=SMS") == 2)
        for number in range(1, 5):
            await pool.send(message(number))
        assert gateway.connections == 3, "a refused login is not tried again at once"
        await clock.move(10)
        await pool.send(message(5))
        await pool.connect(Service.SMS)
    assert gateway.connections == 5


async def test_a_login_refused_for_now_is_tried_again(gateway: ScriptedGateway) -> None:
    gateway.logins.append(Refuse(ResponseCode.TOO_MANY_CONNECTIONS, "2"))
    async with Sender(gateway.settings()) as sender:
        await sender.send(message())
    assert gateway.connections == 2


async def test_a_login_refused_after_a_lost_answer_leaves_the_fate_unknown(gateway: ScriptedGateway) -> None:
    async with Sender(gateway.settings()) as sender:
        await sender.connect(Service.SMS)
        gateway.steps.append(Step.TAKE_AND_DROP)
        gateway.logins.append(Refuse(ResponseCode.ACCOUNT_CLOSED))
        with pytest.raises(OutcomeUnknownError, match="account suspended or closed"):
            await sender.send(message())


async def test_a_gateway_that_is_not_there_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    settings = ClientSettings(host="127.0.0.1", base_port=port, id="scripted", password=PASSWORD)
    async with Sender(settings) as sender:
        with pytest.raises(GatewayUnreachableError, match=rf"the gateway at 127.0.0.1:{port} cannot be reached"):
            await sender.connect(Service.SMS)


async def test_a_host_that_is_no_name_is_told() -> None:
    async with Sender(ClientSettings(host="gateway..example", id="scripted", password=PASSWORD)) as sender:
        with pytest.raises(GatewayUnreachableError, match=r"gateway..example:33300 cannot be reached: .*label"):
            await sender.connect(Service.SMS)


async def test_a_gateway_that_closes_before_the_login_is_unreachable(gateway: ScriptedGateway) -> None:
    gateway.closes_at_once = True
    async with Sender(gateway.settings(reconnect_seconds=10)) as sender:
        with pytest.raises(
            GatewayUnreachableError, match=r"did not answer the login: the (peer closed|connection broke)"
        ):
            await sender.connect(Service.SMS)


async def test_a_gateway_that_closes_at_once_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """An address that no account allows is closed without a word; that may come before our login is written."""

    async def open_and_lose(*arguments: Any, **named: Any) -> Link[ClientSession]:
        link = await open_link(*arguments, **named)
        await link.closed
        return link

    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    monkeypatch.setattr(_connection, "open_link", open_and_lose)
    port = server.sockets[0].getsockname()[1]
    async with server, Sender(ClientSettings(host="127.0.0.1", base_port=port, id="a", password="b")) as sender:
        with pytest.raises(GatewayUnreachableError, match="did not answer the login"):
            await sender.connect(Service.SMS)


@pytest.mark.parametrize(
    "answer", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"SSH-2.0-OpenSSH_9.6\r\n", b"\x15\x03\x03\x00\x02\x02\x46"]
)
async def test_a_server_of_another_kind_is_told_from_a_gateway_that_closes(answer: bytes) -> None:
    async def other(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        writer.close()

    async with await asyncio.start_server(other, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        settings = ClientSettings(host="127.0.0.1", base_port=port, id="demo", password="secret")
        async with Sender(settings) as sender:
            with pytest.raises(GatewayUnreachableError, match="SOH") as raised:
                await sender.connect(Service.SMS)
        assert raised.value.speaks_otherwise
        said = explain(raised.value, settings)
        assert "is no gateway of this link" in said
        assert "SOH" in said
