"""A real agent as a process of its own, to be started, killed and started again: `samlink agent run`.

    agent = AgentProcess(file, settings, {"SAMLINK_PASSWORD": password})
    await agent.start()
    agent.kill()
    await agent.ended()

It logs at the level *debug*, so that whoever kills it hears where it is: `heard` is called with the name of each event.
"""

import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from samlink.agent.watch.events import Started
from samlink.testing.processes.logged import LoggedProcess

STARTED: Final = Started.name
"""What an agent logs when it has found its tables."""


class AgentProcess(LoggedProcess):
    """One agent with one settings file, one process after another. As a context manager it leaves none behind."""

    def __init__(
        self,
        file: Path,
        settings: str,
        environment: Mapping[str, str],
        heard: Callable[[str], object] = str,
        *,
        log_level: str = "debug",
    ) -> None:
        """`settings` is TOML, written to `file` at each start; `environment` has the passwords that it names.

        Below the level info nobody hears that it works: then `spawn` only.
        """
        super().__init__()
        self.file = file
        self.settings = settings
        self._environment = environment
        self._heard = heard
        self._log_level = log_level

    async def start(self) -> None:
        """Start it and wait until it works. Raises DidNotStartError: it ended instead, or took too long."""
        await self.spawn()
        await self.works()

    async def spawn(self) -> None:
        """Start it, and wait for nothing."""
        self.file.write_text(self.settings, encoding="utf-8")
        arguments = ("agent", "run", "--config", str(self.file), "--log-json", "--log-level", self._log_level)
        await self._launch(arguments, self._environment)

    async def works(self) -> None:
        """Wait until what `spawn` started works. Raises DidNotStartError."""
        await self._until_started()

    def kill(self) -> None:
        """SIGKILL, now; a process that is gone already is no error."""
        self.send(signal.SIGKILL)

    # -- inside

    def _said(self, event: Mapping[str, Any]) -> None:
        name = str(event.get("event"))
        if name == STARTED:
            self._has_started()
        self._heard(name)
