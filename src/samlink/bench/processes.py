"""Processes that the benchmarks start: `samlink serve`, whose carrier can be held, and small servers of our own."""

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, Final

from samlink.bench.findings import BenchError
from samlink.bench.load import Target
from samlink.bench.measure import cpu_seconds, resident_mb
from samlink.bench.store import ACCOUNT_ID
from samlink.carriers.simulator.changes import write_changes
from samlink.testing.processes.gateway import GatewayProcess
from samlink.testing.processes.logged import DidNotStartError
from samlink.vocabulary.problem import N_
from samlink.vocabulary.services import Duty, Service

ANSWER_SECONDS: Final = 60.0
LOG_LINES: Final = 3


class BenchGateway(GatewayProcess):
    """A gateway on a data directory, with a simulated carrier that can be held, and what it uses. See `gateway`."""

    def __init__(self, data: Path, *, held: bool, base_port: int) -> None:
        super().__init__(data, f"base_port = {base_port}\n[simulator]\nheld = {json.dumps(held)}\n")
        self._changed = asyncio.Event()

    def port(self, duty: Duty) -> int:
        """Its SMS port."""
        return self.ports[Service.SMS, duty]

    def target(self, password: str, account_id: str = ACCOUNT_ID) -> Target:
        """Where to send, and as whom."""
        return Target(
            host="127.0.0.1",
            send_port=self.port(Duty.SEND),
            report_port=self.port(Duty.REPORT),
            id=account_id,
            password=password,
        )

    async def hold(self, *, held: bool = True) -> None:
        """Have the carrier take nothing, or messages again (`held=False`); returns when it has begun to."""
        self._changed.clear()
        write_changes(self.directory / "simulator", {"held": held})
        async with answering():
            await self._changed.wait()

    def cpu_seconds(self) -> dict[str, float]:
        """CPU time so far, by process."""
        return {name: cpu_seconds(pid) for name, pid in self._pids().items()}

    def resident_mb(self, *, peak: bool) -> dict[str, float]:
        """Resident memory, by process."""
        return {name: resident_mb(pid, peak=peak) for name, pid in self._pids().items()}

    def _pids(self) -> dict[str, int]:
        return {"gateway": self.pid, "writer": self.writer_pid}

    def _said(self, event: Mapping[str, Any]) -> None:
        super()._said(event)
        if event.get("event") == "simulator_changed":
            self._changed.set()


@contextlib.asynccontextmanager
async def gateway(data: Path, *, held: bool = False, base_port: int = 0) -> AsyncIterator[BenchGateway]:
    """A gateway that serves `data`, on six ports from `base_port`, or on any (0); killed at the end if it still runs.
    Raises BenchError: it does not start."""
    async with BenchGateway(data, held=held, base_port=base_port) as served:
        try:
            await served.start()
        except DidNotStartError:
            why = " ".join(list(served.lines)[-LOG_LINES:])
            raise BenchError("bench.gateway_ended", N_("the gateway did not start: {why}"), why=why) from None
        yield served


@contextlib.asynccontextmanager
async def child(module: str, *arguments: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, Any]]:
    """Run `python -m module arguments…`: the process and the line of JSON that it prints when it is ready.

    It ends with its standard input, or is killed at the end of the block.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *arguments),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,  # a Ctrl-C is the benchmark's
    )
    assert process.stdout is not None
    try:
        async with answering():
            line = await process.stdout.readline()
        if not line:
            raise BenchError("bench.child_ended", N_("a process of the benchmark has ended; its reason stands above"))
        yield process, json.loads(line)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


@contextlib.asynccontextmanager
async def answering() -> AsyncIterator[None]:
    """Raises BenchError when the block takes longer than a process may take to answer."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            yield
    except TimeoutError:
        template = N_("a process of the benchmark did not answer within {seconds} s")
        raise BenchError("bench.child_silent", template, seconds=f"{ANSWER_SECONDS:g}") from None
