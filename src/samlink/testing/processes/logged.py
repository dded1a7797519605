"""A process of ours that logs lines of JSON on stderr: started, killed, started again, and read all the while.

What is common to a gateway and to an agent. Nothing here waits for a guessed time, only for the process's own words or
for its end, and never longer than a named limit.
"""

import asyncio
import contextlib
import os
import signal
import sys
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any, Final, Self

import msgspec

START_LIMIT_SECONDS: Final = 120.0
END_LIMIT_SECONDS: Final = 60.0
LINES_KEPT: Final = 200
"""Of its log, to be shown when it does not do what it should."""
LINE_BYTES: Final = 1 << 20

SAMLINK: Final = (sys.executable, "-m", "samlink")
"""The command line, as this interpreter runs it."""
_TRACEBACK: Final = "Traceback (most recent call last)"


class DidNotStartError(Exception):
    """It ended, or was silent for too long, before it had started; the text is its log."""


class LoggedProcess:
    """One process after another of one command. As a context manager it leaves none behind."""

    def __init__(self) -> None:
        self.lines: deque[str] = deque(maxlen=LINES_KEPT)
        """The latest of what it logged."""
        self.faults: list[str] = []
        """Every line with a traceback, of all processes: a fault of its own, whatever happened to it."""
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._started: asyncio.Future[Any] | None = None
        """Of what `spawn` started; `_said` sets it."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._process is not None:
            self.kill_all()
            await self.ended()

    @property
    def running(self) -> bool:
        """Whether it was started, and its end was not awaited yet."""
        return self._process is not None

    @property
    def over(self) -> bool:
        """Whether it has ended by itself."""
        return self._process is not None and self._process.returncode is not None

    @property
    def pid(self) -> int:
        """Its process ID; 0 when it does not run."""
        return 0 if self._process is None else self._process.pid

    async def spawn(self) -> None:
        """Start it, and wait for nothing."""
        raise NotImplementedError

    def kill_all(self) -> None:
        """SIGKILL to it, and to what it started."""
        self.send(signal.SIGKILL)

    def terminate(self) -> None:
        """SIGTERM: it finishes what it has begun, and ends."""
        self.send(signal.SIGTERM)

    def send(self, number: signal.Signals) -> None:
        """A signal, now; a process that is gone already is no error."""
        # Not the process's own `kill`, which would take the exit code of one that has just ended from asyncio.
        assert self._process is not None
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process.pid, number)

    async def ended(self) -> int:
        """Wait until it has ended; its exit code, negative for a signal. Raises TimeoutError: it goes on."""
        assert self._process is not None
        assert self._reader is not None
        async with asyncio.timeout(END_LIMIT_SECONDS):
            # What it started has the same stderr, so that this ends with the last of them.
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

    # -- for those that know which command it is

    async def _until_started(self) -> Any:
        """Wait for what `_said` gave to `_has_started`. Raises DidNotStartError: it ended instead, or took too long."""
        assert self._started is not None
        try:
            async with asyncio.timeout(START_LIMIT_SECONDS):
                return await asyncio.shield(self._started)
        except TimeoutError:
            raise DidNotStartError(self.log()) from None

    def _has_started(self, value: Any = None) -> None:
        if self._started is not None and not self._started.done():
            self._started.set_result(value)

    async def _launch(self, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        """Run `samlink` with arguments; nothing is waited for."""
        assert self._process is None, "it runs already"
        self.lines.clear()
        self._started = asyncio.get_running_loop().create_future()
        self._process = await asyncio.create_subprocess_exec(
            *SAMLINK,
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            limit=LINE_BYTES,
            start_new_session=True,  # a Ctrl-C is for the program that started it
            env={**os.environ, **environment, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        self._reader = asyncio.create_task(self._read(self._process))

    def _said(self, event: Mapping[str, Any]) -> None:
        """A line of its log was read."""

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stderr is not None
        async for line in process.stderr:
            text = line.decode(errors="replace").rstrip()
            self.lines.append(text)
            if _TRACEBACK in text:
                self.faults.append(text)
            with contextlib.suppress(msgspec.DecodeError):
                if isinstance(event := msgspec.json.decode(line), dict):
                    self._said(event)
        # It has closed its stderr: it has ended, or is about to.
        if self._started is not None and not self._started.done():
            self._started.set_exception(DidNotStartError(self.log()))
            self._started.exception()  # somebody who killed it does not ask
