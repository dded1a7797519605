"""The client library against a vendor that answers in halves, by the other command or not at all, and is killed again
and again: a message is acknowledged, or its outcome is unknown, and none comes twice."""

import asyncio
import contextlib
import sys
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from samlink.client import ClientSettings, Failed, Message, Outcome, OutcomeUnknownError, Sender, Sent, Version
from samlink.link.free_ports import free_base_port
from samlink.testing.tolerance.vendor import HOST
from samlink.testing.tolerance.vendor_process import READY

CONNECTIONS = 3
BETWEEN_KILLS = 400
"""Outcomes between one kill and the next."""
SECONDS = 300.0


class Mortal:
    """A vendor's process and its successors, on the same ports and with the same journal."""

    def __init__(self, directory: Path, seed: int) -> None:
        self.journal = directory / "journal"
        self.base_port = free_base_port()
        self._seed = seed
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start the next one, and wait for its ports."""
        self._seed += 1
        module = "samlink.testing.tolerance.vendor_process"
        arguments = (sys.executable, "-m", module, str(self.base_port), str(self.journal), str(self._seed))
        process = await asyncio.create_subprocess_exec(*arguments, stdout=asyncio.subprocess.PIPE)
        self._process = process
        assert process.stdout is not None
        assert await process.stdout.readline() == READY

    async def kill(self) -> None:
        """End it in the middle of whatever it does."""
        if self._process is not None:
            self._process.kill()
            await self._process.wait()
            self._process = None

    def came(self) -> Counter[str]:
        """How often each message came, by MSG_ID."""
        return Counter(line.split()[1] for line in self.journal.read_text(encoding="ascii").splitlines())


@contextlib.asynccontextmanager
async def mortal(directory: Path, seed: int) -> AsyncIterator[Mortal]:
    """A vendor that runs, and does not outlive the test."""
    vendor = Mortal(directory, seed)
    await vendor.start()
    try:
        yield vendor
    finally:
        await vendor.kill()


async def messages(count: int) -> AsyncIterator[Message]:
    """Messages with keys of their own; other tasks have their turn in between."""
    for number in range(count):
        yield Message(to=f"010{number:08d}", text="안녕하세요", group_id="G", message_id=f"M{number}")
        await asyncio.sleep(0)


async def send_all(pool: Sender, vendor: Mortal, kills: int) -> list[Outcome]:
    """What became of all messages; the vendor is killed after every `BETWEEN_KILLS` of them."""
    outcomes: list[Outcome] = []
    async for outcome in pool.send_many(messages(BETWEEN_KILLS * (kills + 1))):
        outcomes.append(outcome)
        if len(outcomes) % BETWEEN_KILLS == 0 and len(outcomes) <= BETWEEN_KILLS * kills:
            await vendor.kill()
            await vendor.start()
    return outcomes


async def run(directory: Path, version: Version, *, kills: int) -> None:
    """Send through `kills` kills, and compare what was said with what came."""
    async with asyncio.timeout(SECONDS * max(1, kills / 10)), mortal(directory, kills) as vendor:
        settings = ClientSettings(
            host=HOST, base_port=vendor.base_port, id="a", password="b", version=version, reconnect_seconds=0.02
        )
        async with Sender(settings, connections=CONNECTIONS) as pool:
            outcomes = await send_all(pool, vendor, kills)
        came = vendor.came()
    sent = {outcome.message.message_id for outcome in outcomes if isinstance(outcome, Sent)}
    failed = {one.message.message_id: one.error for one in outcomes if isinstance(one, Failed)}
    assert len(sent) + len(failed) == len(outcomes) == BETWEEN_KILLS * (kills + 1)
    assert not [name for name, times in came.items() if times > 1], "nothing comes twice"
    assert sent <= set(came), "nothing is called sent that did not come"
    assert all(isinstance(error, OutcomeUnknownError) for error in failed.values())
    assert sent
    assert failed


@pytest.mark.parametrize("version", Version)
async def test_a_message_is_acknowledged_or_unknown_and_never_comes_twice(tmp_path: Path, version: Version) -> None:
    await run(tmp_path, version, kills=3)


@pytest.mark.soak
@pytest.mark.parametrize("version", Version)
async def test_through_many_kills(tmp_path: Path, version: Version) -> None:
    await run(tmp_path, version, kills=100)
