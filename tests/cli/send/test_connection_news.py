"""A gateway that goes away and comes back, as who waits for results is told of it."""

import asyncio
import signal
from collections.abc import Callable
from pathlib import Path

from samlink.cli.commands.send.connection_news import told
from samlink.client import ClientSettings, Receiver
from samlink.link.free_ports import free_base_port
from tests.cli.running import Process
from tests.cli.send.test_messages import PASSWORD, make_account


async def test_a_gateway_that_comes_back_is_said(start: Callable[..., Process], tmp_path: Path) -> None:
    make_account(tmp_path / "data", "shop")
    base_port = free_base_port()
    serve = ("serve", "--data", "data", "--base-port", str(base_port))
    gateway = start(*serve)
    gateway.read_until("Ctrl-C")
    settings = ClientSettings(
        host="127.0.0.1", base_port=base_port, id="shop", password=PASSWORD, reconnect_seconds=0.1
    )
    notes: asyncio.Queue[str] = asyncio.Queue()
    async with Receiver(settings) as receiver:
        await receiver.connect()
        async with told(receiver, notes.put_nowait):
            gateway.signal(signal.SIGKILL)
            assert "broke; it is tried again every 0.1 s" in await asyncio.wait_for(notes.get(), 30)
            await asyncio.to_thread(start(*serve).read_until, "Ctrl-C")
            assert "Connected to the gateway" in await asyncio.wait_for(notes.get(), 30)
