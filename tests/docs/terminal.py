"""Terminals at which the commands of a page are typed: shells on a machine with a checkout and ports of its own."""

import contextlib
import fcntl
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Self

from tests.docs.pages import ROOT, bare

WAIT_SECONDS: Final = 90.0
"""How long a command may take, or one that stays may take until it is up."""
STAYS: Final = re.compile(r"(?:samlink (?:serve|demo|agent run)|make run)\b")
"""Commands that stay until Ctrl-C."""
UP: Final = re.compile(r"Ctrl-C stops it\.|Ctrl-C를 누르면 종료합니다\.|agent_works|the agent works")
"""What a command that stays says when it is up."""
ASKS: Final = re.compile(r"\bread -rs\b")
"""A command that waits for the password to be typed."""
_PASSWORD: Final = re.compile(r"^(?:Password|비밀번호): (\S+)$", re.MULTILINE)
_DONE: Final = "the command is done:"
_NAMESPACE: Final = ("unshare", "--user", "--map-root-user", "--net")
_COPIED: Final = ("README.md", "README.ko.md", "Makefile", "pyproject.toml", "docs", "examples", "scripts")


class Machine:
    """A set-up checkout in a directory of its own, and a network of its own, in which the usual ports are free."""

    def __init__(self, directory: Path, locale: str) -> None:
        self.directory = directory / "samlink"
        self.password = ""
        """The last one that a command printed."""
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("SAMLINK_", "LC_"))
        }
        self.environment |= {"LANG": locale, "HOME": str(directory), "PYTHONPATH": str(ROOT / "src")}
        self._checkout()
        self._holder = subprocess.Popen(
            [*_NAMESPACE, "sh", "-c", "ip link set lo up && echo up && exec sleep infinity"],
            stdout=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._holder.stdout is not None
        self.enter: tuple[str, ...] = ()
        self._lock = (Path(tempfile.gettempdir()) / "samlink-docs.lock").open("w")
        if self._holder.stdout.readline() == "up\n":
            self.enter = ("nsenter", "--preserve-credentials", "-U", "-n", "-t", str(self._holder.pid))
        else:  # where no network of its own is to be had: the machine's, one page after another
            fcntl.flock(self._lock, fcntl.LOCK_EX)

    def close(self) -> None:
        """Give the network up."""
        self._lock.close()
        self._holder.kill()
        self._holder.wait()
        assert self._holder.stdout is not None
        self._holder.stdout.close()

    def _checkout(self) -> None:
        """What the pages' commands need of the checkout, and `.venv` as `make setup` leaves it."""
        self.directory.mkdir()
        for name in (*_COPIED, *(path.name for path in ROOT.glob("requirements*.lock"))):
            source = ROOT / name
            (shutil.copytree if source.is_dir() else shutil.copy2)(source, self.directory / name)
        for path in self.directory.rglob("*"):
            os.utime(path, (0, 0))  # older than what was made from it
        venv = self.directory / ".venv"
        stamps = venv / ".stamps"
        stamps.mkdir(parents=True)
        for entry in Path(sys.prefix).iterdir():
            if entry.name != stamps.name:
                (venv / entry.name).symlink_to(entry)
        for name in ("venv", "runtime", "agent", "dev"):
            (stamps / name).touch()


class Terminal:
    """A shell that is sent what a person types."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self.stays = ""
        """The command that stays in it until Ctrl-C; empty when it is free."""
        self._shell = subprocess.Popen(
            [*machine.enter, "bash", "--noprofile", "--norc"],
            cwd=machine.directory,
            env=machine.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            text=True,
            encoding="utf-8",
        )
        # Each command is a group of its own, as at a terminal: Ctrl-C reaches only that, and the shell goes on.
        self._type("set -m; trap : INT")

    def run(self, command: str) -> tuple[int, str]:
        """Type a command and wait for its end: its exit code and what it printed."""
        answer = f"\n{self._machine.password}" if ASKS.search(command) else ""
        self._type(f"{command}{answer}\nprintf '\\n{_DONE} %s\\n' $?")
        said = self._read(re.compile(rf"^{_DONE} (\d+)$", re.MULTILINE))
        output, _, code = said.rpartition(f"\n{_DONE} ")
        for found in _PASSWORD.finditer(output):
            self._machine.password = found[1]
        return int(code), output

    def start(self, command: str) -> str:
        """Type a command that stays, and wait until it is up: what it printed so far."""
        self._type(bare(command))
        self.stays = command
        return self._read(UP)

    def interrupt(self) -> str:
        """Press Ctrl-C: what the command that stays still printed."""
        with contextlib.suppress(ProcessLookupError):
            for job in self._jobs():
                os.killpg(job, signal.SIGINT)
        self.stays = ""
        return self.run("true")[1]

    def close(self) -> None:
        """End the shell and whatever runs in it."""
        if self.stays:
            self.interrupt()
        assert self._shell.stdin is not None
        assert self._shell.stdout is not None
        self._shell.stdin.close()
        self._shell.wait(WAIT_SECONDS)
        self._shell.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _jobs(self) -> Iterator[int]:
        """The groups of the shell's commands."""
        pid = self._shell.pid
        yield from map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split())

    def _type(self, text: str) -> None:
        assert self._shell.stdin is not None
        self._shell.stdin.write(text + "\n")
        self._shell.stdin.flush()

    def _read(self, end: re.Pattern[str]) -> str:
        """What is printed up to the line that `end` matches."""
        assert self._shell.stdout is not None
        said = ""
        with _limited(self._shell):
            for line in self._shell.stdout:
                said += line
                if end.search(line):
                    return said.rstrip("\n")
        raise AssertionError(f"the terminal was closed, or nothing came within {WAIT_SECONDS:g} s:\n{said}")


@contextlib.contextmanager
def _limited(shell: subprocess.Popen[str]) -> Iterator[None]:
    """End the shell when the block takes too long, so that reading from it ends."""
    timer = threading.Timer(WAIT_SECONDS, os.killpg, (shell.pid, signal.SIGKILL))
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
