"""Signals stop a loop that can hear of them, and one that cannot, as those of Windows."""

import asyncio
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from typing import TypeVarTuple, Unpack

import pytest

from samlink.cli.commands.serve import run
from samlink.cli.commands.serve.run import stop_on_signals
from samlink.cli.errors import CommandError
from samlink.gateway import GatewaySettings

Ts = TypeVarTuple("Ts")


class LoopWithoutSignals(asyncio.SelectorEventLoop):
    """As a loop of Windows: it has no signal handlers of its own."""

    def add_signal_handler(self, sig: int, callback: Callable[[Unpack[Ts]], object], *args: *Ts) -> None:
        """Nothing of the kind."""
        raise NotImplementedError

    def remove_signal_handler(self, sig: int) -> bool:
        """Nothing of the kind."""
        raise NotImplementedError


async def until_told() -> None:
    """Send ourselves a signal and wait for what it does."""
    with stop_on_signals() as stop:
        signal.raise_signal(signal.SIGINT)
        await stop.wait()


@pytest.mark.parametrize("loop", [asyncio.SelectorEventLoop, LoopWithoutSignals])
def test_a_signal_stops_the_loop_and_handlers_are_as_before(loop: Callable[[], asyncio.AbstractEventLoop]) -> None:
    before = signal.getsignal(signal.SIGINT)
    with asyncio.Runner(loop_factory=loop) as runner:
        runner.get_loop().run_until_complete(until_told())
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize(("listens", "said"), [(True, "taken by another program"), (False, "ip_local_reserved_ports")])
def test_a_port_that_an_outgoing_connection_has_is_told_from_one_that_is_taken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, listens: bool, said: str
) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        if listens:
            holder.listen()
        port = holder.getsockname()[1]
        lent = tmp_path / "range"
        lent.write_text(f"{port} {port}")
        monkeypatch.setattr(run, "LENT_PORTS_FILE", lent)
        with pytest.raises(CommandError, match=said):
            run._try_ports(GatewaySettings(data=str(tmp_path), base_port=port - 2))
