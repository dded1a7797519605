"""Processes that the benchmark starts: the gateway (which starts its writer) and the echo server."""

import asyncio
import contextlib
import json
import sys
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any, Final

from samlink.bench.findings import BenchError
from samlink.bench.gateway import gateway_process
from samlink.bench.measure import children_of, cpu_seconds, is_running, resident_mb
from samlink.vocabulary.reader import _

START_SECONDS: Final = 120.0
STOP_SECONDS: Final = 60.0
_LOOK_SECONDS: Final = 0.02


class Child:
    """A Python module of ours that runs as a process, says a line of JSON when it is ready, and ends with its stdin."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.pid = process.pid

    async def say(self, line: str) -> Any:
        """Give it a line, and wait for the line with which it answers."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n".encode())
        return await self.hear()

    async def hear(self) -> Any:
        """The next line that it prints, read as JSON."""
        assert self._process.stdout is not None
        try:
            async with asyncio.timeout(START_SECONDS):
                line = await self._process.stdout.readline()
        except TimeoutError:
            raise BenchError(
                _("a process of the benchmark did not answer within {seconds} s"), seconds=f"{START_SECONDS:g}"
            ) from None
        if not line:
            raise BenchError(_("a process of the benchmark has ended; its reason stands above"))
        return json.loads(line)

    async def stop(self) -> None:
        """Close its input, and wait until it has ended."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await self._process.wait()
        except TimeoutError:
            raise BenchError(
                _("a process of the benchmark did not answer within {seconds} s"), seconds=f"{STOP_SECONDS:g}"
            ) from None

    async def kill(self) -> None:
        """End it now, and wait until its own children have ended too."""
        children = children_of(self.pid)
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        await asyncio.to_thread(_wait_for, children)

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.returncode is None


def _wait_for(pids: Sequence[int]) -> None:
    """Until none of these runs any more, at most `STOP_SECONDS`; they are not our own children."""
    until = time.monotonic() + STOP_SECONDS
    while any(is_running(pid) for pid in pids) and time.monotonic() < until:
        time.sleep(_LOOK_SECONDS)


@contextlib.asynccontextmanager
async def child(module: str, *arguments: str) -> AsyncIterator[Child]:
    """Run `python -m module arguments…`; killed at the end, if it still runs then."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *arguments),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,  # a Ctrl-C is the benchmark's; its children end with their input
    )
    one = Child(process)
    try:
        yield one
    finally:
        if one.running:
            await one.kill()


class GatewayChild:
    """A gateway on a data directory, and what it uses. Made by `gateway`."""

    def __init__(self, process: Child, send_port: int, report_port: int) -> None:
        self.process = process
        self.send_port = send_port
        self.report_port = report_port
        self._pids = {"gateway": process.pid, "writer": children_of(process.pid)[0]}

    async def hold(self) -> None:
        """Have the carrier take nothing."""
        await self.process.say(gateway_process.HOLD)

    async def release(self) -> None:
        """Have the carrier take messages again."""
        await self.process.say(gateway_process.RELEASE)

    def cpu_seconds(self) -> dict[str, float]:
        """CPU time so far, by process."""
        return {name: cpu_seconds(pid) for name, pid in self._pids.items()}

    def resident_mb(self, *, peak: bool) -> dict[str, float]:
        """Resident memory, by process."""
        return {name: resident_mb(pid, peak=peak) for name, pid in self._pids.items()}


@contextlib.asynccontextmanager
async def gateway(data: Path, *, held: bool = False, base_port: int = 0) -> AsyncIterator[GatewayChild]:
    """A gateway that serves `data`, on six ports from `base_port`, or on any (0)."""
    options = (str(data), str(base_port), *((gateway_process.HELD,) if held else ()))
    async with child(gateway_process.__name__, *options) as process:
        send_port, report_port = await process.hear()
        yield GatewayChild(process, send_port, report_port)
