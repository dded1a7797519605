"""What a TCP socket knows beyond its bytes: whether the peer's system has taken what was written."""

import fcntl
import struct
import termios
from typing import Final, Protocol

_INT: Final = struct.Struct("i")


class HasDescriptor(Protocol):
    """As much of a socket as both `socket.socket` and uvloop's stand-in have."""

    def fileno(self) -> int:
        """Its descriptor."""


def all_acknowledged(sock: HasDescriptor) -> bool:
    """Whether the peer's system has acknowledged all bytes that were written; False where nobody can say."""
    try:
        (waiting,) = _INT.unpack(fcntl.ioctl(sock.fileno(), termios.TIOCOUTQ, bytes(_INT.size)))
    except OSError:
        return False
    return bool(waiting == 0)
