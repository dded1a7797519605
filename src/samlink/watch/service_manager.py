"""What a service manager is told of this process: systemd's notifications, one datagram each (sd_notify(3)).

Without NOTIFY_SOCKET, as everywhere but in a unit of `Type=notify`, nothing is told.
"""

import asyncio
import contextlib
import os
import socket
from collections.abc import Awaitable, Callable
from typing import Final

READY: Final = "READY=1"
STOPPING: Final = "STOPPING=1"
WATCHDOG: Final = "WATCHDOG=1"
VARIABLE: Final = "NOTIFY_SOCKET"
WATCHDOG_VARIABLE: Final = "WATCHDOG_USEC"
WATCHDOG_PID_VARIABLE: Final = "WATCHDOG_PID"


def tell(state: str) -> None:
    """Send one state. A service manager that does not listen is no reason to fail."""
    address = os.environ.get(VARIABLE, "")
    if not address or not hasattr(socket, "AF_UNIX"):
        return
    if address.startswith("@"):  # an abstract one, of Linux
        address = "\0" + address[1:]
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as telling:
        telling.sendto(state.encode(), address)


def watchdog_seconds() -> float | None:
    """Within which time the service manager wants to hear of this process again and again; None if it does not."""
    given, process = os.environ.get(WATCHDOG_VARIABLE, ""), os.environ.get(WATCHDOG_PID_VARIABLE, "")
    if not (given.isascii() and given.isdigit()) or process not in {"", str(os.getpid())}:
        return None
    return int(given) / 1_000_000 or None


async def keep_alive(answers: Callable[[], Awaitable[None]]) -> None:
    """Tell the service manager that this process lives, twice in the time that it gives, as long as `answers` returns.

    It restarts a process that hangs, whose `answers` does not come back. Returns at once if it does not watch.
    """
    seconds = watchdog_seconds()
    while seconds is not None:
        await answers()
        tell(WATCHDOG)
        await asyncio.sleep(seconds / 2)
