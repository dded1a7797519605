"""Running a gateway in this process: the event loop, signals, and errors of the start."""

import asyncio
import contextlib
import errno
import itertools
import os
import signal
import socket
from collections.abc import Awaitable, Callable, Collection, Iterator
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, Final

from samlink.cli.data_directory import keep_out_of_git
from samlink.cli.errors import CommandError, WrongUsageError
from samlink.cli.language import say
from samlink.vocabulary.problem import N_

if TYPE_CHECKING:
    from samlink.gateway import Gateway, GatewayError, GatewaySettings
    from samlink.gateway.gateway import OpenStore
    from samlink.store.faults import Fault


ONE_SIGNAL_SECONDS: Final = 0.5
"""Signals within this time are one: some programs that end others send theirs to the process and to its group."""
LENT_PORTS_FILE: Final = Path("/proc/sys/net/ipv4/ip_local_port_range")
CONNECT_SECONDS: Final = 1.0
_SIGNALS: Final = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGINT", "SIGBREAK") if hasattr(signal, name))
"""SIGBREAK is Windows's Ctrl-Break, which service wrappers send too."""


class StopEvent(asyncio.Event):
    """Set by a signal."""

    number = 0
    """The first signal's number; 0 while there was none."""


@contextlib.contextmanager
def reload_on_hangup(gateway: "Gateway") -> Iterator[None]:
    """SIGHUP has the gateway read again what can change while it runs; it never ends the process, not even in the last
    moment of a stop."""
    if not hasattr(signal, "SIGHUP"):
        yield
        return
    loop = asyncio.get_running_loop()
    # Not the loop's own handlers: at its end the loop would have the signal end the process.
    signal.signal(signal.SIGHUP, lambda *_: loop.call_soon_threadsafe(gateway.reload))
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)


@contextlib.contextmanager
def stop_on_signals() -> Iterator[StopEvent]:
    """An event that SIGTERM or SIGINT (Ctrl-C) sets, and Ctrl-Break on Windows; a second one ends the process at once.

    An immediate end loses nothing: acknowledged messages are on disk, and the next start recovers them.
    """
    loop = asyncio.get_running_loop()
    stop = StopEvent()
    first = 0.0

    def on_signal(number: int) -> None:
        nonlocal first
        if not stop.is_set():
            first = loop.time()
            stop.number = number
            stop.set()
        elif loop.time() - first > ONE_SIGNAL_SECONDS:
            os._exit(128 + number)

    with _handled(loop, on_signal):
        yield stop


@contextlib.contextmanager
def _handled(loop: asyncio.AbstractEventLoop, on_signal: Callable[[int], None]) -> Iterator[None]:
    """Signals come to `on_signal`, in the loop."""
    before: dict[int, Any] = {}

    def later(number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(on_signal, number)

    for number in _SIGNALS:
        try:
            loop.add_signal_handler(number, on_signal, number)
        except NotImplementedError:  # loops of Windows
            before[number] = signal.signal(number, later)
    try:
        yield
    finally:
        for number in _SIGNALS:
            if number in before:
                signal.signal(number, before[number])
            else:
                loop.remove_signal_handler(number)


async def serve(
    settings: "GatewaySettings",
    stop: asyncio.Event,
    started: Callable[["Gateway"], Awaitable[None]],
    *,
    open_store: "OpenStore | None" = None,
    accept: "Collection[Fault]" = (),
) -> None:
    """Start a gateway, await `started` beside it, and serve until `stop` is set; then drain.

    When `stop` is set or the gateway fails before `started` has returned, `started` is cancelled. The ports are tried
    before anything is written, so that a start that fails for them leaves no directory behind. A data directory with a
    fault is refused, unless that is in `accept`.

    Raises:
        WrongUsageError: what the settings name (a carrier, a certificate, a token) cannot be used.
        CommandError: the gateway cannot start, or failed.
    """
    from samlink.gateway import Gateway, GatewayError, UnusableSettingError

    _try_ports(settings)
    keep_out_of_git(settings.directory)
    gateway = Gateway(settings, open_store=open_store, accept=accept)
    with reload_on_hangup(gateway):
        try:
            await gateway.start()
        except UnusableSettingError as error:
            raise WrongUsageError("the settings cannot be used: {why}.", why=error) from error
        except GatewayError as error:
            raise CommandError(_cannot_start(settings, error)) from error
        await _until_stopped(gateway, stop, started)


async def _until_stopped(
    gateway: "Gateway", stop: asyncio.Event, started: Callable[["Gateway"], Awaitable[None]]
) -> None:
    from samlink.gateway import GatewayError

    serving = asyncio.create_task(gateway.run(stop))
    beside = asyncio.ensure_future(started(gateway))
    try:
        await asyncio.wait({serving, beside}, return_when=asyncio.FIRST_COMPLETED)
        if beside.done() and beside.exception() is not None:
            stop.set()
        await serving
    except GatewayError as error:
        raise CommandError(
            "the gateway had to stop: {why}; nothing that was acknowledged is lost.", why=error
        ) from error
    finally:
        beside.cancel()
        stop.set()
        await asyncio.gather(serving, beside, return_exceptions=True)
    if not beside.cancelled() and (failure := beside.exception()) is not None:
        raise failure


def _try_ports(settings: "GatewaySettings") -> None:
    """Raises CommandError when the gateway cannot listen where it is told to."""
    from samlink.gateway.sam.acceptor import listen
    from samlink.vocabulary.services import PORT_OFFSETS

    firsts = filter(None, (settings.base_port, settings.tls.base_port if settings.tls else 0))
    for first, offset in itertools.product(firsts, PORT_OFFSETS.values()):
        try:
            for listening in listen(settings.hosts, first + offset):
                listening.close()
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise CommandError(_port_taken(settings, first, first + offset)) from None
            template = N_("the gateway cannot listen on {host}, port {port}: {why}.")
            raise CommandError(template, host=settings.host, port=first + offset, why=error) from None


def _cannot_start(settings: "GatewaySettings", error: "GatewayError") -> str:
    cause = error.__cause__
    if isinstance(cause, OSError) and cause.errno == errno.EADDRINUSE:
        return _port_taken(settings, error.first_port, error.first_port)
    return say("the gateway cannot start: {why}.", why=error)


def _port_taken(settings: "GatewaySettings", first: int, port: int) -> str:
    option = f"--base-port {_other_base_port(first)}"
    other = f'make run RUN_ARGS="{option}"' if "MAKELEVEL" in os.environ else option
    host, last = settings.host, first + 5
    lent = _lent_ports()
    if lent is None or port not in lent or any(_answers(one, port) for one in settings.hosts):
        template = N_(
            "a port from {first} to {last} on {host} is taken by another program: stop that, "
            "or choose others, such as `{other}`."
        )
        return say(template, host=host, first=first, last=last, other=other)
    low, high = lent.start, lent.stop - 1
    template = N_(
        "a port from {first} to {last} on {host} is in use by an outgoing connection of this "
        "machine, for the system takes the ports {lowest} to {highest} for those: keep ours "
        "free with `sysctl -w net.ipv4.ip_local_reserved_ports={first}-{last}`, or choose "
        "others, such as `{other}`."
    )
    return say(template, host=host, first=first, last=last, lowest=low, highest=high, other=other)


def _answers(host: str, port: int) -> bool:
    """Whether somebody listens there."""
    try:
        with socket.create_connection((host, port), CONNECT_SECONDS):
            return True
    except OSError:
        return False


def _lent_ports() -> range | None:
    """The ports that the system takes for outgoing connections; None where it does not say."""
    try:
        lowest, highest = map(int, LENT_PORTS_FILE.read_text(encoding="ascii").split())
    except (OSError, ValueError):
        return None
    return range(lowest, highest + 1)


def _other_base_port(taken: int) -> int:
    return taken + 100 if taken + 105 <= 65535 else taken - 100
