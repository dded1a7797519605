"""What the tests of the command line share: the command run in this process, and as a real one."""

import io
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from samlink.cli.entry import run
from tests.cli.running import Process, Ran


@pytest.fixture(autouse=True)
def clean_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An empty directory as the current one and as home, and an English locale."""
    for name in [name for name in os.environ if name.startswith(("SAMLINK_", "LC_")) or name == "LANG"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def samlink(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """Run one command line in this process."""

    def call(*arguments: str, stdin: str = "") -> Ran:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8"))
        capsys.readouterr()
        code = run(arguments)
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return call


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Process]]:
    """Start the real command; whatever still runs at the end of the test is ended."""
    started: list[Process] = []

    def begin(*arguments: str, merged: bool = False, **environment: str) -> Process:
        process = Process(arguments, directory=tmp_path, environment=environment, merged=merged)
        started.append(process)
        return process

    yield begin
    for process in started:
        process.end()
