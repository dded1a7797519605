"""The event loop of a process: uvloop's where it is installed."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

try:
    from uvloop import new_event_loop as _new_event_loop
except ImportError:  # not on Windows, nor on PyPy
    from asyncio import new_event_loop as _new_event_loop  # type: ignore[assignment]

T = TypeVar("T")


def run_loop(main: Coroutine[Any, Any, T]) -> T:
    """Run `main` in a new event loop: uvloop's where it is installed."""
    with asyncio.Runner(loop_factory=_new_event_loop) as runner:
        return runner.run(main)
