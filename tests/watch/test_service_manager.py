"""systemd hears when the service works, that it goes on, and when it stops."""

import asyncio
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from samlink.watch import service_manager


def test_the_service_manager_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(10)
        monkeypatch.setenv(service_manager.VARIABLE, str(tmp_path / "notify"))
        service_manager.tell(service_manager.READY)
        assert manager.recv(100) == b"READY=1"


@pytest.mark.parametrize("address", ["", "@nobody-listens-here", "nowhere/notify"])
def test_it_is_no_failure_when_nobody_listens(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(service_manager.VARIABLE, address)
    service_manager.tell(service_manager.READY)


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.settimeout(10)
        monkeypatch.setenv(service_manager.VARIABLE, str(tmp_path / "notify"))
        yield listening


async def test_it_hears_of_a_process_again_and_again_until_that_hangs(
    manager: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(service_manager.WATCHDOG_VARIABLE, "1000")
    monkeypatch.setenv(service_manager.WATCHDOG_PID_VARIABLE, str(os.getpid()))
    asked = 0
    hangs = asyncio.Event()

    async def answers() -> None:
        nonlocal asked
        asked += 1
        if asked > 3:
            hangs.set()
            await asyncio.Event().wait()

    telling = asyncio.create_task(service_manager.keep_alive(answers))
    await hangs.wait()
    telling.cancel()
    manager.setblocking(False)
    assert [manager.recv(100) for _ in range(3)] == [b"WATCHDOG=1"] * 3
    with pytest.raises(BlockingIOError):
        manager.recv(100)


@pytest.mark.parametrize(
    ("given", "process", "seconds"),
    [("", "", None), ("x", "", None), ("0", "", None), ("30000000", "", 30.0), ("30000000", "1", None)],
)
def test_a_watchdog_is_for_the_process_that_it_names(
    monkeypatch: pytest.MonkeyPatch, given: str, process: str, seconds: float | None
) -> None:
    monkeypatch.setenv(service_manager.WATCHDOG_VARIABLE, given)
    monkeypatch.setenv(service_manager.WATCHDOG_PID_VARIABLE, process)
    assert service_manager.watchdog_seconds() == seconds
