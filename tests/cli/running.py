"""The command line as a process of its own, and what it left behind."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from samlink.testing.processes.logged import SAMLINK

LIMIT_SECONDS = 60.0


class Ran(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str

    def failed_plainly(self, *said: str, code: int) -> None:
        """Assert that it failed with one sentence that holds each of `said`."""
        assert self.code == code, self
        assert is_one_sentence(self.err), self.err
        for part in said:
            assert part in self.err, self.err


def is_one_sentence(text: str) -> bool:
    """Whether `text` is one line from samlink that ends as a sentence or a question does, and no traceback."""
    line = text.rstrip("\n")
    return "\n" not in line and line.startswith("samlink: ") and line.endswith((".", "?")) and "Traceback" not in line


class Process:
    """One run of the real command, with its output read line by line."""

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        directory: Path,
        environment: dict[str, str] | None = None,
        merged: bool = False,
    ) -> None:
        """Start it in `directory`; `merged`: stderr's lines among stdout's."""
        self.arguments = (*SAMLINK, *arguments)
        self.lines: list[str] = []
        self._process = subprocess.Popen(
            self.arguments,
            cwd=directory,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)} | (environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if merged else subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def read_until(self, pattern: str) -> str:
        """Read lines of stdout until one fits; that line. Fails when the output ends before."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.lines.append(line.rstrip("\n"))
            if re.search(pattern, line):
                return line.rstrip("\n")
        _, err = self._process.communicate(timeout=LIMIT_SECONDS)
        raise AssertionError(f"no line like {pattern!r} in {self.lines}; stderr: {err or ''}")

    def wait_for(self, sign: Callable[[], bool]) -> None:
        """Look, again and again, until `sign` is true; fails when it ends before, or takes too long."""
        until = time.monotonic() + LIMIT_SECONDS
        while not sign():
            assert self._process.poll() is None, self._process.communicate()
            assert time.monotonic() < until, self.arguments

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self._process.send_signal(number)

    def finish(self) -> Ran:
        """Wait until it ends."""
        out, err = self._process.communicate(timeout=LIMIT_SECONDS)
        return Ran(self._process.returncode, "\n".join([*self.lines, out]), err or "")

    def end(self) -> None:
        """Make sure that it is gone."""
        if self._process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.communicate(timeout=LIMIT_SECONDS)
