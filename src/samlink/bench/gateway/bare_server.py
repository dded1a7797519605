"""The floor of an attack: a server that accepts connections and closes them, on two ports. Prints them as JSON, ends
with its standard input."""

import asyncio
import json
import sys

from samlink.link.loop import run_loop


class AcceptAndClose(asyncio.Protocol):
    """Nobody is let in."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Closed at once."""
        transport.close()


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    servers = [await loop.create_server(AcceptAndClose, "127.0.0.1", 0, backlog=512) for _ in range(2)]
    print(json.dumps([server.sockets[0].getsockname()[1] for server in servers]), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    for server in servers:
        server.close()


if __name__ == "__main__":
    run_loop(_serve())
