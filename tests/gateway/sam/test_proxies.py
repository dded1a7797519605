"""Trusted proxies: believed about who calls, with TLS behind their header or not; nobody else is."""

import asyncio
import contextlib
import ssl
import struct
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import structlog

from samlink.gateway.sam import listener
from samlink.gateway.settings import TlsSettings
from samlink.link import doorway
from samlink.link.proxy_header import SIGNATURE
from samlink.testing.certificates import Authority
from samlink.testing.clock import until
from samlink.testing.raw_connection import RawConnection, login_frame, raw_connection
from samlink.vocabulary.responses import ResponseCode
from tests.gateway.running import Running, account, running
from tests.gateway.sam.test_tls import NAME, Loop, both_loops, run

CUSTOMER = "203.0.113.7"
TRUSTED = ("127.0.0.1",)
LOCAL = SIGNATURE + struct.pack("!BBH", 0x20, 0, 0)


def header(caller: str) -> bytes:
    """Version 1, for IPv4."""
    return f"PROXY TCP4 {caller} 192.0.2.1 40000 33300\r\n".encode("ascii")


@both_loops
def test_allow_lists_see_the_address_that_a_trusted_proxy_names(tmp_path: Path, loop: Loop) -> None:
    async def test() -> None:
        async with running(tmp_path, account(allow=(CUSTOMER,)), trusted_proxies=TRUSTED) as gateway:
            async with raw_connection(gateway.port()) as raw:
                raw.write(header(CUSTOMER) + login_frame())
                answer = await raw.frame()
                assert answer is not None
                assert answer.response == ResponseCode.OK
            for caller in ("203.0.113.8", "127.0.0.1"):
                async with raw_connection(gateway.port()) as raw:
                    raw.write(header(caller) + login_frame())
                    assert await raw.rest() == b""

    run(loop, test())


@pytest.mark.parametrize(
    "beginning",
    [
        login_frame(),
        b"PROXY TCP4 nonsense 192.0.2.1 1 2\r\n" + login_frame(),
        b"PROXY TCP4 " + b"9" * 300,
        SIGNATURE + struct.pack("!BBH", 0x21, 0x11, 65535) + b"\0" * 5000,
        LOCAL + login_frame(),
    ],
)
async def test_a_proxy_that_names_nobody_or_nonsense_is_closed(tmp_path: Path, beginning: bytes) -> None:
    """Also where it calls for itself: no account allows its address."""
    async with running(tmp_path, account(allow=(CUSTOMER,)), trusted_proxies=TRUSTED) as gateway:
        async with raw_connection(gateway.port()) as raw:
            raw.write(beginning)
            assert await raw.rest() == b""
        await until(lambda: gateway.connections == 0)


async def probe(gateway: Running) -> None:
    """A health check of a proxy."""
    async with raw_connection(gateway.port()) as raw:
        raw.write(LOCAL)
        raw.end()
        assert await raw.rest() == b""


async def test_a_health_probe_leaves_nothing_and_says_nothing_wrong(tmp_path: Path) -> None:
    with structlog.testing.capture_logs() as logs:
        async with running(tmp_path, trusted_proxies=TRUSTED) as gateway:
            await probe(gateway)
            await until(lambda: gateway.connections == 0)
    assert not [line for line in logs if line["log_level"] != "info"]


async def test_a_header_that_does_not_come_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doorway, "HEADER_LIMIT_SECONDS", 0.05)
    async with running(tmp_path, trusted_proxies=TRUSTED) as gateway, raw_connection(gateway.port()) as raw:
        raw.write(b"PROXY ")
        assert await raw.rest() == b""


async def test_headers_are_awaited_of_so_many_and_the_oldest_gives_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "HEADERS_AWAITED_LIMIT", 1)
    async with (
        running(tmp_path, account(allow=(CUSTOMER,)), trusted_proxies=TRUSTED) as gateway,
        raw_connection(gateway.port()) as silent,
        raw_connection(gateway.port()) as raw,
    ):
        assert await silent.rest() == b""
        raw.write(header(CUSTOMER))
        await raw.login()


async def test_a_stop_does_not_wait_for_a_header(tmp_path: Path) -> None:
    async with running(tmp_path, trusted_proxies=TRUSTED) as gateway, raw_connection(gateway.port()) as raw:
        await until(lambda: gateway.gateway._listener._doorways)
        await gateway.stop()
        assert await raw.rest() == b""


@pytest.mark.parametrize("trusted", [(), ("203.0.113.0/24",)])
async def test_nobody_else_is_believed(tmp_path: Path, trusted: tuple[str, ...]) -> None:
    """A header of a peer that is no proxy is bytes that are no frame; without one it comes in as ever."""
    async with running(tmp_path, account(), account("afar", allow=(CUSTOMER,)), trusted_proxies=trusted) as gateway:
        async with raw_connection(gateway.port()) as raw:
            raw.write(header(CUSTOMER) + login_frame("afar"))
            assert b"00000" not in await raw.rest()
        async with gateway.sender() as client:
            assert client.batch_limit


@contextlib.asynccontextmanager
async def through_proxy(gateway: Running, context: ssl.SSLContext) -> AsyncIterator[RawConnection]:
    """TLS behind a proxy's header."""
    reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port())
    writer.write(header(CUSTOMER))
    await writer.start_tls(context, server_hostname=NAME)
    try:
        yield RawConnection(reader, writer)
    finally:
        writer.transport.abort()


@both_loops
def test_tls_begins_behind_the_header(tmp_path: Path, loop: Loop) -> None:
    async def test() -> None:
        authority = Authority(tmp_path)
        pair = authority.certificate(NAME)
        context = ssl.create_default_context(cafile=str(authority.ca_file))
        tls = TlsSettings(certificate_file=str(pair.certificate), key_file=str(pair.key))
        gateways = running(tmp_path / "data", account(allow=(CUSTOMER,)), tls=tls, trusted_proxies=TRUSTED)
        async with gateways as gateway, through_proxy(gateway, context) as raw:
            await raw.login()

    run(loop, test())
