"""A real gateway as a process of its own, to be started, killed and started again: `samlink serve` and its writer.

    gateway = GatewayProcess(directory, "base_port = 0")
    ports = await gateway.start()
    gateway.kill(Victim.BOTH)
    await gateway.ended()

Linux only: the writer is found in /proc. Nothing here waits for a guessed time, only for the gateway's own words, for
the end of a process, and never longer than a named limit.
"""

import contextlib
import enum
import os
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from samlink.testing.processes.logged import LoggedProcess
from samlink.vocabulary.services import PORT_OFFSETS, Duty, Service

_WRITER: Final = b"samlink.store.sqlite.writer.process"

Ports = Mapping[tuple[Service, Duty], int]


class Victim(enum.Enum):
    """Which processes a kill hits."""

    GATEWAY = "gateway"
    WRITER = "writer"
    BOTH = "both"


class GatewayProcess(LoggedProcess):
    """One gateway on one data directory, one process after another. As a context manager it leaves none behind."""

    def __init__(self, directory: Path, settings: str = "base_port = 0\n") -> None:
        """`settings` is TOML without `data`, which is `directory`; it is read again at each start."""
        super().__init__()
        self.directory = directory
        self.settings = settings
        self.ports: Ports = {}
        """Of the gateway that runs now, by service and duty."""
        self.writer_pid = 0

    async def start(self) -> Ports:
        """Start it and wait until it listens; the ports.

        Raises:
            DidNotStartError: it ended instead, or took too long.
        """
        await self.spawn()
        return await self.listening()

    async def spawn(self) -> None:
        """Start it, and wait for nothing."""
        file = self.directory.parent / f"{self.directory.name}.toml"
        file.write_text(f"data = '{self.directory}'\n{self.settings}", encoding="utf-8")
        self.writer_pid = 0
        await self._launch(("serve", "--config", str(file), "--log-json"), {})

    async def listening(self) -> Ports:
        """Wait until what `spawn` started listens; the ports. Raises DidNotStartError."""
        self.ports = await self._until_started()
        self.writer_pid = self.find_writer()
        return self.ports

    def kill(self, victim: Victim = Victim.GATEWAY) -> None:
        """SIGKILL, now; a process that is gone already is no error."""
        writer = self.writer_pid or self.find_writer()
        if victim is not Victim.WRITER:
            self.send(signal.SIGKILL)
        # Looked at again, so that nobody is hit who has got the number of a writer that is gone.
        if victim is not Victim.GATEWAY and _is_writer(writer):
            with contextlib.suppress(ProcessLookupError):
                os.kill(writer, signal.SIGKILL)

    def kill_all(self) -> None:
        """SIGKILL to the gateway and its writer."""
        self.kill(Victim.BOTH)

    def freeze_writer(self) -> None:
        """SIGSTOP its writer: nothing is committed any more, and whatever does not wait for a commit goes on."""
        if _is_writer(self.writer_pid):
            os.kill(self.writer_pid, signal.SIGSTOP)

    def find_writer(self) -> int:
        """The writer's process ID; 0 while there is none."""
        assert self.running
        return next((pid for pid in _children(self.pid) if _is_writer(pid)), 0)

    # -- inside

    def _said(self, event: Mapping[str, Any]) -> None:
        if event.get("event") == "listening":
            ports = event["ports"]
            self._has_started(
                {(service, duty): ports[f"{service.name} {duty.value}"] for service, duty in PORT_OFFSETS}
            )


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
