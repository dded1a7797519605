"""A scripted gateway for every test, and a loop whose clock can be moved."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from samlink.testing.scripted_gateway import ScriptedGateway
from tests.client.clock import MovableClock


@pytest.fixture
async def gateway() -> AsyncIterator[ScriptedGateway]:
    """A gateway that takes everything until it is told otherwise."""
    async with ScriptedGateway() as gateway:
        yield gateway


@pytest.fixture
async def clock(monkeypatch: pytest.MonkeyPatch) -> MovableClock:
    """The clock of the test's loop, and a wall clock beside it."""
    loop = asyncio.get_running_loop()
    clock = MovableClock(loop)
    monkeypatch.setattr(loop, "time", clock.loop_time)
    return clock
