"""Say when the gateway goes away and when it is back, while a command waits for results.

The client makes a broken connection again by itself and says nothing; a person who waits wants to know.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Final

from samlink.cli.language import note, say

if TYPE_CHECKING:
    from samlink.client import Receiver

LOOK_SECONDS: Final = 0.5
"""How often the connections are looked at."""


@contextlib.asynccontextmanager
async def told(receiver: "Receiver", note: Callable[[str], None] = note) -> AsyncIterator[None]:
    """While the block runs, a `note` (a line on stderr) each time that `receiver` loses its connections or has them
    again."""
    watching = asyncio.create_task(_watch(receiver, note))
    try:
        yield
    finally:
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching


async def _watch(receiver: "Receiver", note: Callable[[str], None]) -> None:
    address = f"{receiver.settings.host}:{receiver.settings.base_port}"
    was_connected = True
    while True:
        if receiver.connected is not was_connected:
            was_connected = receiver.connected
            seconds = f"{receiver.settings.reconnect_seconds:g}"
            note(
                say("Connected to the gateway at {address} again.", address=address)
                if was_connected
                else say(
                    "The connection to the gateway at {address} broke; it is tried again every {seconds} s.",
                    address=address,
                    seconds=seconds,
                )
            )
        await asyncio.sleep(LOOK_SECONDS)
