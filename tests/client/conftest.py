"""A scripted gateway for every test, and a loop whose clock can be moved."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from samlink.testing.scripted_gateway import ScriptedGateway


@pytest.fixture
async def gateway() -> AsyncIterator[ScriptedGateway]:
    """A gateway that takes everything until it is told otherwise."""
    async with asyncio.timeout(20), ScriptedGateway() as gateway:
        yield gateway
