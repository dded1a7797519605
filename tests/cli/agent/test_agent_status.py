"""`samlink agent status` in a terminal: alive, honest about what went away, and ended cleanly by Ctrl-C."""

import contextlib
import os
import pty
import re
import signal
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from samlink.cli.output.formatting import clean
from samlink.testing.processes.logged import SAMLINK
from tests.cli.running import LIMIT_SECONDS, Ran

Samlink = Callable[..., Ran]
SHOW_CURSOR = "\x1b[?25h"
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal:
    """A command in a terminal of its own."""

    def __init__(self, directory: Path, **environment: str) -> None:
        self._master, slave = pty.openpty()
        self.said = ""
        self.process = subprocess.Popen(
            (*SAMLINK, "agent", "status"),
            cwd=directory,
            env=os.environ | {"TERM": "xterm", "COLUMNS": "100", "LINES": "40"} | environment,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)

    def read_until(self, text: str) -> str:
        """What was said from now until `text` appears, without what moves the cursor."""
        said = ""
        while text not in said:
            try:
                said += ESCAPES.sub("", os.read(self._master, 65536).decode(errors="replace"))
            except OSError as error:
                raise AssertionError(f"no {text!r} in {said!r}") from error
        return said

    def end(self, number: signal.Signals) -> tuple[int, str]:
        """Send a signal; the exit code and all that was said after it."""
        self.process.send_signal(number)
        said = ""
        with contextlib.suppress(OSError):
            while part := os.read(self._master, 65536):
                said += part.decode(errors="replace")
        os.close(self._master)
        return self.process.wait(LIMIT_SECONDS), said


@pytest.fixture
def shop(samlink: Samlink, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A database with our tables, and settings for it."""
    assert samlink("agent", "init", "--url", "sqlite:///shop.sqlite").code == 0
    connection = sqlite3.connect(tmp_path / "shop.sqlite", isolation_level=None)
    yield connection
    connection.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_lives_and_ends_cleanly(shop: sqlite3.Connection, tmp_path: Path, number: signal.Signals) -> None:
    terminal = Terminal(tmp_path)
    terminal.read_until("UShotKMS")
    shop.executemany("INSERT INTO UShotSMS (Receiver, Msg) VALUES (?, 'x')", [("1",), ("2",)])
    terminal.read_until("UShotSMS        2")
    shop.execute("ALTER TABLE UShotSMS RENAME TO away")
    terminal.read_until("no such table: UShotSMS")
    shop.execute("ALTER TABLE away RENAME TO UShotSMS")
    terminal.read_until("counted 0 s ago")
    code, said = terminal.end(number)
    assert code == 0
    assert SHOW_CURSOR in said
    assert "Traceback" not in said


def test_korean_columns_stand_under_each_other(samlink: Samlink, shop: sqlite3.Connection, tmp_path: Path) -> None:
    shop.execute("INSERT INTO UShotSMS (Receiver, Msg, ReserveDT) VALUES ('1', 'x', '2999-01-01 00:00:00')")
    terminal = Terminal(tmp_path, LANG="ko_KR.UTF-8")
    said = terminal.read_until("집계")
    terminal.end(signal.SIGINT)
    lines = [line for line in said.replace("\r", "").split("\n") if line.startswith(("테이블", "UShot"))][:4]
    assert len({width(line.rstrip()) for line in lines}) == 1, lines


def width(text: str) -> int:
    """Columns of a terminal."""
    from rich.cells import cell_len

    return cell_len(clean(text))


def test_it_is_printed_once_when_nobody_watches(samlink: Samlink, shop: sqlite3.Connection) -> None:
    ran = samlink("agent", "status")
    assert ran.code == 0
    assert "no port under [monitor]" in ran.out
    assert "\x1b" not in ran.out
