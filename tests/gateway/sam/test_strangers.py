"""Connections that say nothing take places of their own, and whoever wants to log in comes in beside them."""

import asyncio
import contextlib
import errno
import resource
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import structlog

from samlink.gateway.sam import acceptor
from samlink.gateway.sam.acceptor import Acceptor, listen
from samlink.gateway.sam.descriptors import TooFewDescriptorsError, room_for
from samlink.gateway.settings import SettingsError, load_settings
from samlink.testing.clock import until
from samlink.vocabulary.responses import ResponseCode
from samlink.watch.events import Events
from tests.gateway.running import Running, account, running, sms
from tests.gateway.sam.test_guessing import EVERYWHERE, answer_to, from_address

FEW = {
    "connections": 40,
    "connections_per_address": 30,
    "connections_before_login": 20,
    "connections_before_login_per_address": 10,
}


@contextlib.asynccontextmanager
async def idle(gateway: Running, count: int, *addresses: str) -> AsyncIterator[None]:
    """So many connections from each address that say nothing."""
    writers = []
    for address in addresses * count:
        _, writer = await asyncio.open_connection("127.0.0.1", gateway.port(), local_addr=(address, 0))
        writers.append(writer)
    try:
        yield
    finally:
        for writer in writers:
            writer.transport.abort()


async def test_a_customer_comes_in_beside_a_crowd_of_strangers(tmp_path: Path) -> None:
    crowd = [f"127.0.1.{number}" for number in range(1, 9)]
    async with (
        running(tmp_path, account(allow=EVERYWHERE), limits=FEW) as gateway,
        gateway.sender() as sender,
        idle(gateway, 12, *crowd),
    ):
        await until(lambda: gateway.connections <= FEW["connections_before_login"] + 1)
        for address in ("127.0.0.9", *crowd):
            assert (await answer_to(gateway, "demo", "secret", address))[0] == ResponseCode.OK
        assert (await sender.send([sms(1)])).response == ResponseCode.OK


async def test_who_shares_an_address_with_strangers_comes_in_too(tmp_path: Path) -> None:
    async with running(tmp_path, account(allow=EVERYWHERE), limits=FEW) as gateway, idle(gateway, 60, "127.0.0.9"):
        for _ in range(20):
            assert (await answer_to(gateway, "demo", "secret", "127.0.0.9"))[0] == ResponseCode.OK


async def test_a_login_that_is_being_checked_gives_way_to_nobody(tmp_path: Path) -> None:
    async with running(tmp_path, account(allow=EVERYWHERE), limits=FEW) as gateway:
        gateway.store.hold("account")
        login = asyncio.create_task(answer_to(gateway, "demo", "secret", "127.0.0.9"))
        await until(lambda: gateway.store.calls["account"])
        async with idle(gateway, 40, "127.0.0.9"):
            gateway.store.release("account")
            assert (await login)[0] == ResponseCode.OK


async def is_turned_away(gateway: Running) -> None:
    """Come, and be closed without a word."""
    async with from_address(gateway, "127.0.0.9") as raw:
        assert await raw.is_closed()


async def test_strangers_cost_a_bounded_number_of_log_lines(tmp_path: Path) -> None:
    with structlog.testing.capture_logs() as logs:
        async with running(tmp_path, account(allow=("203.0.113.7",))) as gateway:
            for _ in range(50):
                await is_turned_away(gateway)
    lines = [line for line in logs if line["event"] in {"connection_refused", "connection_limited"}]
    assert [line.get("repeated") for line in lines] == [None, 49]


# -- sockets


async def test_several_addresses_are_one_gateway(tmp_path: Path) -> None:
    async with running(tmp_path, account(allow=EVERYWHERE), host="127.0.0.1, 127.0.0.2") as gateway:
        for host in ("127.0.0.1", "127.0.0.2"):
            reader, writer = await asyncio.open_connection(host, gateway.port())
            assert not reader.at_eof()
            writer.transport.abort()


@pytest.mark.parametrize("host", ["", " ", "127.0.0.1,", ","])
def test_an_empty_address_does_not_open_everything(host: str) -> None:
    with pytest.raises(SettingsError, match="an address to listen on is missing"):
        load_settings(None, data="x", host=host)


def test_a_port_that_is_taken_leaves_nothing_open() -> None:
    with listen(["127.0.0.2"], 0)[0] as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match="in use"):
            listen(["127.0.0.1", "127.0.0.2"], port)
        listen(["127.0.0.1"], port)[0].close()


class Exhausted:
    """A listening socket that has no descriptor left for a while."""

    def __init__(self, inner: socket.socket) -> None:
        self._inner = inner
        self.failures = 2

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)

    def accept(self) -> tuple[socket.socket, object]:
        """As the system does, when it can."""
        if self.failures:
            self.failures -= 1
            raise OSError(errno.EMFILE, "Too many open files")
        return self._inner.accept()


async def test_accepting_goes_on_when_descriptors_are_there_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acceptor, "REST_SECONDS", 0.01)
    listening = listen(["127.0.0.1"], 0)[0]
    came: asyncio.Queue[str] = asyncio.Queue()

    def accepted(one: socket.socket, address: str) -> None:
        one.close()
        came.put_nowait(address)

    accepts = Acceptor(Exhausted(listening), accepted, Events())  # type: ignore[arg-type]
    with socket.create_connection(("127.0.0.1", accepts.port)):
        assert await came.get() == "127.0.0.1"
    accepts.close()
    accepts.close()


@pytest.mark.parametrize(
    ("soft", "hard", "connections", "room"),
    [(1024, 4096, 2000, 2000), (1024, 1024, 2000, 832), (65536, 65536, 2000, 2000), (64, 64, 2000, 32), (64, 64, 3, 3)],
)
def test_connections_fit_the_limit_of_open_files(
    monkeypatch: pytest.MonkeyPatch, soft: int, hard: int, connections: int, room: int
) -> None:
    limits = [soft, hard]
    monkeypatch.setattr(resource, "getrlimit", lambda _: tuple(limits))
    monkeypatch.setattr(resource, "setrlimit", lambda _, given: limits.__setitem__(slice(None), given))
    assert room_for(connections) == room
    assert limits[1] == hard
    assert limits[0] >= soft


def test_too_few_open_files_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (10, 10))
    with pytest.raises(TooFewDescriptorsError, match="only 10 files may be open at once"):
        room_for(2000)
