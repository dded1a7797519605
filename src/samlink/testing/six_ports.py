"""Six listening ports in a row, for gateways that tests script."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from typing import Final

from samlink.link.free_ports import free_base_port
from samlink.vocabulary.services import Duty, Service, port_of

PORT_ATTEMPTS: Final = 50


async def open_six_ports(
    open_one: Callable[[Service, Duty, int], Awaitable[asyncio.Server]], base_port: int = 0
) -> tuple[int, list[asyncio.Server]]:
    """Open a server on each port of a gateway; return the base port and the servers.

    Args:
        open_one: opens the server of a service and duty on a port.
        base_port: where to listen; 0 finds six ports that are free.

    Raises:
        OSError: a port is taken, or no six free ports in a row were found.
    """
    for attempt in range(PORT_ATTEMPTS):
        found = base_port or free_base_port()
        servers: list[asyncio.Server] = []
        try:
            for service, duty in itertools.product(Service, Duty):
                servers.append(await open_one(service, duty, port_of(service, duty, found)))
        except OSError:  # another process was faster
            for server in servers:
                server.close()
            if base_port or attempt == PORT_ATTEMPTS - 1:
                raise
        else:
            return found, servers
    raise AssertionError("the last attempt returns or raises")
