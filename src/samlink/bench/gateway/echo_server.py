"""The floor of the network: a server that sends back what it gets. Prints its port, ends with its standard input."""

import asyncio
import json
import sys
from typing import Final, cast

from samlink.link.loop import run_loop

BUFFER_BYTES: Final = 256 * 1024


class Echo(asyncio.BufferedProtocol):
    """Sends back what comes."""

    def __init__(self, buffer: bytearray) -> None:
        self._view = memoryview(buffer)
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def get_buffer(self, _size_hint: int) -> memoryview:
        return self._view

    def buffer_updated(self, nbytes: int) -> None:
        assert self._transport is not None
        self._transport.write(bytes(self._view[:nbytes]))


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    shared = bytearray(BUFFER_BYTES)
    server = await loop.create_server(lambda: Echo(shared), "127.0.0.1", 0)
    print(json.dumps(server.sockets[0].getsockname()[1]), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    run_loop(_serve())
