"""A real gateway as a process of its own, to be started, killed and started again: `samlink serve` and its writer.

    gateway = GatewayProcess(directory, "base_port = 0")
    ports = await gateway.start()
    gateway.kill(Victim.BOTH)
    await gateway.ended()

Linux only: the writer is found in /proc. Nothing here waits for a guessed time, only for the gateway's own words, for
the end of a process, and never longer than a named limit.
"""

import asyncio
import contextlib
import enum
import os
import signal
import sys
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Final

import msgspec

from samlink.codes.services import PORT_OFFSETS, Duty, Service

START_LIMIT_SECONDS: Final = 60.0
END_LIMIT_SECONDS: Final = 60.0
LINES_KEPT: Final = 200
"""Of its log, to be shown when it does not do what it should."""
LINE_BYTES: Final = 1 << 20

_SERVE: Final = (sys.executable, "-c", "import sys; from samlink.cli import main; sys.exit(main())", "serve")
_TRACEBACK: Final = "Traceback (most recent call last)"
_WRITER: Final = b"samlink.store.sqlite.writer"

Ports = Mapping[tuple[Service, Duty], int]


class Victim(enum.Enum):
    """Which processes a kill hits."""

    GATEWAY = "gateway"
    WRITER = "writer"
    BOTH = "both"


class DidNotStartError(Exception):
    """The gateway ended, or was silent for too long, before it listened; the text is its log."""


class GatewayProcess:
    """One gateway on one data directory, one process after another. As a context manager it leaves none behind."""

    def __init__(self, directory: Path, settings: str = "base_port = 0\n") -> None:
        """`settings` is TOML without `data`, which is `directory`; it is read again at each start."""
        self.directory = directory
        self.settings = settings
        self.ports: Ports = {}
        """Of the gateway that runs now, by service and duty."""
        self.lines: deque[str] = deque(maxlen=LINES_KEPT)
        """The latest of what it logged."""
        self.faults: list[str] = []
        """Every line with a traceback, of all processes: a fault of its own, whatever happened to it."""
        self.writer_pid = 0
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._listening: asyncio.Future[Ports] | None = None

    async def __aenter__(self) -> "GatewayProcess":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self.kill(Victim.BOTH)
            await self.ended()

    async def start(self) -> Ports:
        """Start it and wait until it listens; the ports.

        Raises:
            DidNotStartError: it ended instead, or took too long.
        """
        await self.spawn()
        return await self.listening()

    async def spawn(self) -> None:
        """Start it, and wait for nothing."""
        assert self._process is None, "it runs already"
        file = self.directory.parent / f"{self.directory.name}.toml"
        file.write_text(f"data = '{self.directory}'\n{self.settings}", encoding="utf-8")
        self.lines.clear()
        self.writer_pid = 0
        self._listening = asyncio.get_running_loop().create_future()
        self._process = await asyncio.create_subprocess_exec(
            *_SERVE,
            *("--config", str(file), "--log-json"),
            stdin=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            limit=LINE_BYTES,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        self._reader = asyncio.create_task(self._read(self._process, self._listening))

    async def listening(self) -> Ports:
        """Wait until what `spawn` started listens; the ports. Raises DidNotStartError."""
        assert self._listening is not None
        try:
            async with asyncio.timeout(START_LIMIT_SECONDS):
                self.ports = await asyncio.shield(self._listening)
        except TimeoutError:
            raise DidNotStartError(self.log()) from None
        self.writer_pid = self.find_writer()
        return self.ports

    def kill(self, victim: Victim = Victim.GATEWAY) -> None:
        """SIGKILL, now; a process that is gone already is no error."""
        assert self._process is not None
        writer = self.writer_pid or self.find_writer()
        if victim is not Victim.WRITER:
            self._signal(signal.SIGKILL)
        # Looked at again, so that nobody is hit who has got the number of a writer that is gone.
        if victim is not Victim.GATEWAY and _is_writer(writer):
            with contextlib.suppress(ProcessLookupError):
                os.kill(writer, signal.SIGKILL)

    def freeze_writer(self) -> None:
        """SIGSTOP its writer: nothing is committed any more, and whatever does not wait for a commit goes on."""
        assert self._process is not None
        if _is_writer(self.writer_pid):
            os.kill(self.writer_pid, signal.SIGSTOP)

    def terminate(self) -> None:
        """SIGTERM: it answers what it took, and ends."""
        self._signal(signal.SIGTERM)

    async def ended(self) -> int:
        """Wait until it and its writer have ended; its exit code, negative for a signal.

        Raises:
            TimeoutError: it goes on.
        """
        assert self._process is not None
        assert self._reader is not None
        async with asyncio.timeout(END_LIMIT_SECONDS):
            # The writer has the same stderr, so that this ends with the last of the two.
            await asyncio.shield(self._reader)
            code = await self._process.wait()
        self._process = None
        return code

    async def stop(self) -> int:
        """`terminate` and `ended`."""
        self.terminate()
        return await self.ended()

    def log(self) -> str:
        """The latest lines of its log."""
        return "\n".join(self.lines)

    def find_writer(self) -> int:
        """The writer's process ID; 0 while there is none."""
        assert self._process is not None
        return next((pid for pid in _children(self._process.pid) if _is_writer(pid)), 0)

    # -- inside

    def _signal(self, number: signal.Signals) -> None:
        # Not the process's own `kill`, which would take the exit code of one that has just ended from asyncio.
        assert self._process is not None
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process.pid, number)

    async def _read(self, process: asyncio.subprocess.Process, listening: asyncio.Future[Ports]) -> None:
        assert process.stderr is not None
        async for line in process.stderr:
            text = line.decode(errors="replace").rstrip()
            self.lines.append(text)
            if _TRACEBACK in text:
                self.faults.append(text)
            if not listening.done() and (ports := _ports(line)):
                listening.set_result(ports)
        if not listening.done():
            listening.set_exception(DidNotStartError(self.log()))
            listening.exception()  # somebody who killed it does not ask


def _ports(line: bytes) -> Ports:
    try:
        event = msgspec.json.decode(line)
    except msgspec.DecodeError:
        return {}
    if not isinstance(event, dict) or event.get("event") != "listening":
        return {}
    return {(service, duty): event["ports"][f"{service.name} {duty.value}"] for service, duty in PORT_OFFSETS}


def _children(parent: int) -> list[int]:
    """Children of a process, by the fourth word of their /proc/…/stat."""
    entries = (entry for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return [int(entry.name) for entry in entries if _parent(entry) == parent]


def _parent(entry: Path) -> int:
    try:
        text = (entry / "stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    return int(text.rpartition(")")[2].split()[1])


def _is_writer(pid: int) -> bool:
    try:
        return _WRITER in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
