"""Tables on terminals of any width, and in pipes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from samlink.cli.output.formatting import ROWS_LAID_OUT, print_table
from samlink.testing.processes.logged import SAMLINK
from tests.cli.send.test_messages import make_account

READ_BYTES = 65_536


def on_a_terminal(columns: int, directory: Path, *arguments: str) -> list[str]:
    """The lines that a command writes to a terminal of so many columns, without what is not text."""
    ours, theirs = os.openpty()
    surroundings = {"PYTHONPATH": os.pathsep.join(sys.path), "COLUMNS": str(columns), "TERM": "dumb"}
    with os.fdopen(ours, "rb", buffering=0) as read:
        with os.fdopen(theirs, "wb") as write:
            subprocess.run(
                [*SAMLINK, *arguments], stdout=write, cwd=directory, env=os.environ | surroundings, check=True
            )
        return read.read(READ_BYTES).decode().replace("\r", "").splitlines()


@pytest.mark.parametrize("columns", [40, 60, 80, 120])
@pytest.mark.parametrize("language", ["C.UTF-8", "ko_KR.UTF-8"])
def test_no_word_is_cut_and_no_line_is_too_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, columns: int, language: str
) -> None:
    monkeypatch.setenv("LANG", language)
    make_account(tmp_path / "data", "shop", allow=("203.0.113.128/25",))
    lines = on_a_terminal(columns, tmp_path, "account", "list", "--data", "data")
    assert any("203.0.113.128/25" in line for line in lines), lines
    assert max(map(len, lines)) <= columns


def test_a_table_in_a_pipe_has_a_line_for_each_row(tmp_path: Path) -> None:
    make_account(tmp_path / "data", "shop")
    command = [*SAMLINK, "account", "list", "--data", "data"]
    surroundings = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "COLUMNS": "20"}
    ran = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=surroundings, check=True)
    assert len(ran.stdout.splitlines()) == 2


def test_a_long_table_has_a_line_for_each_row_and_straight_columns(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [(str(number), "가" * (number % 3), "끝") for number in range(ROWS_LAID_OUT + 1)]
    print_table(["No", "이름", "End"], rows, right=[0])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(rows) + 1
    assert lines[0] == " No  이름  End"
    assert lines[1] == "  0        끝"
    assert lines[3] == "  2  가가  끝"
