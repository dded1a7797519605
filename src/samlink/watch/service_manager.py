"""What a service manager is told of this process: systemd's notifications, one datagram each (sd_notify(3)).

Without NOTIFY_SOCKET, as everywhere but in a unit of `Type=notify`, nothing is told.
"""

import contextlib
import os
import socket
from typing import Final

READY: Final = "READY=1"
STOPPING: Final = "STOPPING=1"
VARIABLE: Final = "NOTIFY_SOCKET"


def tell(state: str) -> None:
    """Send one state. A service manager that does not listen is no reason to fail."""
    address = os.environ.get(VARIABLE, "")
    if not address or not hasattr(socket, "AF_UNIX"):
        return
    if address.startswith("@"):  # an abstract one, of Linux
        address = "\0" + address[1:]
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as telling:
        telling.sendto(state.encode(), address)
