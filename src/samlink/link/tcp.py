"""What a TCP socket knows beyond its bytes: whether the route still stands, and what the peer's system has taken.

Without these a dropped route is noticed only when somebody writes, and then after a quarter of an hour. Systems that
lack an option do without it.
"""

import fcntl
import socket
import struct
import termios
from typing import Final, Protocol

ROUTE_LIMIT_SECONDS: Final = 60
"""A peer whose system does not answer for so long is given up, whether we write or not."""
_PROBES: Final = 3
_INT: Final = struct.Struct("i")


class TcpSocket(Protocol):
    """As much of a socket as both `socket.socket` and uvloop's stand-in have."""

    @property
    def family(self) -> int:
        """AF_INET or AF_INET6 for TCP."""

    def fileno(self) -> int:
        """Its descriptor."""

    def setsockopt(self, level: int, option: int, value: int, /) -> None:
        """As `socket.socket`."""


def watch_route(sock: TcpSocket) -> None:
    """Have the system end the connection when the peer's system is silent for `ROUTE_LIMIT_SECONDS`."""
    if sock.family not in {socket.AF_INET, socket.AF_INET6}:
        return
    idle = ROUTE_LIMIT_SECONDS // 2
    interval = (ROUTE_LIMIT_SECONDS - idle) // _PROBES
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (
        ("TCP_KEEPIDLE", idle),
        ("TCP_KEEPINTVL", interval),
        ("TCP_KEEPCNT", _PROBES),
        ("TCP_USER_TIMEOUT", ROUTE_LIMIT_SECONDS * 1000),
    ):
        if hasattr(socket, name):
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def all_acknowledged(sock: TcpSocket) -> bool:
    """Whether the peer's system has acknowledged all bytes that were written; False where nobody can say."""
    try:
        (waiting,) = _INT.unpack(fcntl.ioctl(sock.fileno(), termios.TIOCOUTQ, bytes(_INT.size)))
    except OSError:
        return False
    return bool(waiting == 0)
