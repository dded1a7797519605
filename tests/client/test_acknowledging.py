"""Batches that the caller acknowledges: nothing before it was stored, nothing lost whenever the caller is killed."""

import asyncio
import random
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest

from samlink.client import Receiver, Service, Version
from samlink.testing.scripted_gateway import PASSWORD, ScriptedGateway
from samlink.vocabulary.services import Duty
from tests.client.sample import ids, results

SMS: Final = (Service.SMS,)
KILLS: Final = 3
PAGES: Final = 40


@pytest.fixture(params=Version)
async def receiver(gateway: ScriptedGateway, request: pytest.FixtureRequest) -> AsyncIterator[Receiver]:
    """A receiver of SMS results, in both versions."""
    async with Receiver(gateway.settings(version=request.param), SMS) as receiver:
        yield receiver


async def test_nothing_is_acknowledged_before_the_caller_says_so(gateway: ScriptedGateway, receiver: Receiver) -> None:
    gateway.deliver(results(1, 2, 3), results(4))
    batches = receiver.batches(2, auto_acknowledge=False)
    first, second = await anext(batches), await anext(batches)
    assert (ids(first), ids(second)) == (["M1", "M2"], ["M3"])
    second.acknowledge()
    assert not gateway.acknowledged
    first.acknowledge()
    third = await anext(batches)
    assert ids(third) == ["M4"]
    assert [len(keys) for keys in gateway.acknowledged] == [3]
    third.acknowledge()
    third.acknowledge()
    await gateway.until(lambda: len(gateway.acknowledged) == 2)


async def test_what_comes_again_while_the_caller_has_it_is_acknowledged_with_it(
    gateway: ScriptedGateway, receiver: Receiver
) -> None:
    gateway.deliver(results(1, 2))
    batches = receiver.batches(auto_acknowledge=False)
    first = await anext(batches)
    gateway.drop_all(Duty.REPORT)
    await gateway.until(lambda: gateway.connections == 2)
    gateway.deliver(results(3))
    waiting = asyncio.ensure_future(anext(batches))
    await gateway.until(lambda: gateway.polls > 1 or any(peer.page for peer in gateway.peers))
    first.acknowledge()
    assert ids(await waiting) == ["M3"]
    assert ids(first) == ["M1", "M2"]
    await gateway.until(lambda: gateway.acknowledged)


async def test_what_was_not_acknowledged_at_the_end_comes_to_the_next_receiver(gateway: ScriptedGateway) -> None:
    gateway.deliver(results(1, 2))
    settings = gateway.settings()
    async with Receiver(settings, SMS) as receiver:
        async for batch in receiver.batches(auto_acknowledge=False):
            assert ids(batch) == ["M1", "M2"]
            break
    async with Receiver(settings, SMS) as receiver:
        assert ids(await anext(receiver.batches())) == ["M1", "M2"]


PROGRAM: Final = """
import asyncio, os, sys
from samlink.client import ClientSettings, Receiver, Service, Version

async def main(port, version, journal):
    file = os.open(journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    settings = ClientSettings(
        host="127.0.0.1", base_port=int(port), id="scripted", password={password!r}, version=Version(version),
        reconnect_seconds=0,
    )
    async with Receiver(settings, [Service.SMS]) as receiver:
        async for batch in receiver.batches(2, auto_acknowledge=False):
            for result in batch:
                os.write(file, result.message_id.encode() + b"\\n")
            os.fsync(file)
            batch.acknowledge()
            await asyncio.sleep(0)

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.parametrize("version", Version)
async def test_a_receiver_that_is_killed_loses_nothing_that_it_acknowledged(
    gateway: ScriptedGateway, tmp_path: Path, version: Version
) -> None:
    chance = random.Random(str(version))
    journal = tmp_path / "journal"
    journal.touch()
    pages = [results(*range(3 * page, 3 * page + 3)) for page in range(PAGES)]
    gateway.deliver(*pages)
    command = (sys.executable, "-c", PROGRAM.format(password=PASSWORD), str(gateway.base_port), version, str(journal))

    def acknowledged() -> set[str]:
        return {key.message_id for keys in gateway.acknowledged for key in keys}

    for _ in range(KILLS):
        goal = len(gateway.acknowledged) + chance.randrange(1, 6)
        program = await asyncio.create_subprocess_exec(*command)
        await gateway.until(lambda goal=goal: len(gateway.acknowledged) >= goal)  # type: ignore[misc]
        program.send_signal(signal.SIGKILL)
        await program.wait()
        assert acknowledged() <= set(journal.read_text().split())
    program = await asyncio.create_subprocess_exec(*command)
    everything = {record.message_id for page in pages for record in page}
    # The last page of SAM10 is acknowledged by the poll after it.
    await gateway.until(lambda: acknowledged() == everything)
    program.send_signal(signal.SIGKILL)
    await program.wait()
    assert set(journal.read_text().split()) == everything
