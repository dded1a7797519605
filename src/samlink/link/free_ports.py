"""Six ports in a row that nobody has, for gateways that must be found again on the same ones: tests, benchmarks."""

import os
import socket
from typing import Final

from samlink.vocabulary.services import PORT_OFFSETS

FIXED_PORTS: Final = range(20_000, 32_000)
"""Where they are looked for: below those that the system gives to clients, so that none of these takes one while the
gateway is down."""
_PROCESSES: Final = 1_000


def free_base_port() -> int:
    """The first of six ports that are free now; processes begin to look at different places.

    Raises:
        OSError: there are none.
    """
    begin = FIXED_PORTS.start + os.getpid() % _PROCESSES * len(PORT_OFFSETS)
    for first in range(begin, FIXED_PORTS.stop, len(PORT_OFFSETS)):
        if all(_is_free(first + offset) for offset in PORT_OFFSETS.values()):
            return first
    raise OSError("there are no six ports in a row that are free")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
