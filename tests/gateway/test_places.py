"""Places for costly work: who leaves, is cancelled or waits in the same moment."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from samlink.gateway.places import Places


async def waiting(places: Places, key: str) -> asyncio.Task[None]:
    """A task that waits for a place, has it for a moment and gives it back."""

    async def use() -> None:
        async with places.place(key):
            await asyncio.sleep(0)

    task = asyncio.create_task(use())
    await asyncio.sleep(0)
    return task


@pytest.mark.parametrize("cancelled", [(0,), (1,), (0, 1), (0, 1, 2)])
async def test_who_is_cancelled_when_a_place_becomes_free_does_not_get_it(cancelled: tuple[int, ...]) -> None:
    places = Places(1)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(places.place("a"))
        tasks = [await waiting(places, key) for key in ("b", "b", "c")]
        for number in cancelled:
            tasks[number].cancel()
        # The place becomes free before the cancelled tasks have run.
    found = await asyncio.gather(*tasks, return_exceptions=True)
    assert [isinstance(one, asyncio.CancelledError) for one in found] == [n in cancelled for n in range(3)]
    async with asyncio.timeout(5), places.place("d"):
        """Nothing is left behind: the place is free again."""
