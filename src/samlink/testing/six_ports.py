"""Six listening ports in a row, for gateways that tests script."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Coroutine
from typing import Final, Self

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


class SixPorts:
    """What gateways that tests script have in common: `async with` listens on the six ports and ends the connections'
    tasks. `_listen` opens one port."""

    def __init__(self, fixed_port: int = 0) -> None:
        self.base_port = 0
        self._fixed_port = fixed_port
        self._servers: list[asyncio.Server] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Event()

    async def __aenter__(self) -> Self:
        self.base_port, self._servers = await open_six_ports(self._listen, self._fixed_port)
        return self

    async def __aexit__(self, *_: object) -> None:
        for server in self._servers:
            server.close()
        self.drop_all()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until `condition` holds; it is looked at after everything that happens here."""
        while not condition():
            self._changed.clear()
            await self._changed.wait()

    def drop_all(self) -> None:
        """Close the connections without a farewell."""

    async def _listen(self, service: Service, duty: Duty, port: int) -> asyncio.Server:
        raise NotImplementedError

    def _serve_in_a_task(self, serve: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(serve)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
