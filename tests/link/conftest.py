"""The tests of this folder run on asyncio's own loop and on uvloop."""

import asyncio
from collections.abc import Callable, Mapping

import uvloop


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """What pytest-asyncio makes loops by."""
    return {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}
