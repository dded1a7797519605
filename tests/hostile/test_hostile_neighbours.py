"""No customer can hurt another, and no stranger anybody: each attack for a while beside a good customer."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest

from samlink.bench.gateway.attacked import attack
from samlink.bench.gateway.attacks import ATTACKS
from samlink.testing.processes.gateway import GatewayProcess
from tests.hostile.neighbour import (
    WAIT_LIMIT_SECONDS,
    Neighbour,
    fill,
    lines_of,
    named,
    resident_kilobytes,
)

SHORT_SECONDS: Final = 1.0
LONG_SECONDS: Final = 30.0
LONGEST_SECONDS: Final = 300.0
"""Beyond that, an attack ends by itself."""
MUTATED: Final = "mutated frames"
MUTATED_SECONDS: Final = 20.0
LONG_MUTATED_SECONDS: Final = 600.0
DRAIN_SECONDS: Final = 3.0
STOP_MARGIN_SECONDS: Final = 4.0
"""For a process to end once it has drained, on a machine that is busy."""
SETTLES_LOOKS: Final = 200
SETTLES_STEP_SECONDS: Final = 0.05
MEMORY_GROWTH: Final = 1.10
MEMORY_ROUNDS: Final = 8
"""Parts of an attack within which memory must find its level: on a busy machine the first may be too short."""
SETTINGS: Final = f"base_port = 0\n[waits]\ndrain_seconds = {DRAIN_SECONDS}\n"
HARDEST_TO_STOP: Final = ("pictures", "pipelined polls", "long requests")


@contextlib.asynccontextmanager
async def gateway_with_accounts(directory: Path) -> AsyncIterator[GatewayProcess]:
    """A gateway in a process of its own."""
    data = directory / "data"
    fill(data)
    async with GatewayProcess(data, SETTINGS) as gateway:
        await gateway.start()
        yield gateway


async def settled(pid: int, limit_kilobytes: float) -> int:
    """What it has in memory when it has had time to give back what it was working with."""
    found = resident_kilobytes(pid)
    for _ in range(SETTLES_LOOKS):
        if found <= limit_kilobytes:
            break
        await asyncio.sleep(SETTLES_STEP_SECONDS)
        found = resident_kilobytes(pid)
    return found


async def under_attack(gateway: GatewayProcess, name: str, seconds: float) -> None:
    """The attack beside the good customer, who gets answers of each kind meanwhile, until memory finds its level."""
    neighbour, ports = Neighbour(named(gateway)), named(gateway)
    levels: list[int] = []
    async with attack(name, ports, seconds + LONGEST_SECONDS) as attacker, neighbour.working():
        while len(levels) < 2 or (len(levels) < MEMORY_ROUNDS and levels[-1] > levels[-2] * MEMORY_GROWTH):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(attacker.wait(), seconds / 2)
            await neighbour.answered_each()
            levels.append(resident_kilobytes(gateway.pid))
        assert attacker.returncode is None, "it attacked all the time"
    warm = levels[-2]
    grown = await settled(gateway.pid, warm * MEMORY_GROWTH)
    assert neighbour.failures == {}, (name, neighbour.told)
    slowest = sorted(neighbour.waits_seconds)[-5:]
    assert slowest[-1] <= WAIT_LIMIT_SECONDS, (name, slowest)
    assert grown <= warm * MEMORY_GROWTH, (name, warm, grown)
    faults = [line for line in lines_of(gateway.log()) if line.get("level") == "error" or "exception" in line]
    assert faults == []


async def stops_in_time(gateway: GatewayProcess) -> None:
    """SIGTERM ends it within its drain."""
    gateway.send(signal.SIGTERM)
    async with asyncio.timeout(DRAIN_SECONDS + STOP_MARGIN_SECONDS):
        await gateway.ended()


async def test_a_good_customer_beside_every_attack_in_turn(tmp_path: Path) -> None:
    async with gateway_with_accounts(tmp_path) as gateway:
        for name in sorted(ATTACKS.keys() - {MUTATED}):
            await under_attack(gateway, name, SHORT_SECONDS)
        await stops_in_time(gateway)


@pytest.mark.parametrize("name", HARDEST_TO_STOP)
async def test_a_gateway_under_attack_stops_within_its_drain(tmp_path: Path, name: str) -> None:
    async with gateway_with_accounts(tmp_path) as gateway, attack(name, named(gateway), LONGEST_SECONDS):
        neighbour = Neighbour(named(gateway))
        async with neighbour.working():
            await neighbour.answered_each()
        await stops_in_time(gateway)


async def test_frames_that_are_a_few_bytes_off(tmp_path: Path) -> None:
    async with gateway_with_accounts(tmp_path) as gateway:
        await under_attack(gateway, MUTATED, MUTATED_SECONDS)


@pytest.mark.soak
@pytest.mark.parametrize("name", ATTACKS)
async def test_a_good_customer_beside_an_attack_that_lasts(tmp_path: Path, name: str) -> None:
    async with gateway_with_accounts(tmp_path) as gateway:
        await under_attack(gateway, name, LONG_SECONDS)
        await stops_in_time(gateway)


@pytest.mark.soak
async def test_frames_that_are_a_few_bytes_off_for_ten_minutes(tmp_path: Path) -> None:
    async with gateway_with_accounts(tmp_path) as gateway:
        await under_attack(gateway, MUTATED, LONG_MUTATED_SECONDS)
