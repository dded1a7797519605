"""Every command block of every page runs as printed, in order, in both languages."""

import contextlib
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, Block, blocks, commands, exit_code, text_of
from tests.docs.terminal import STAYS, Machine, Terminal

KOREAN_SUFFIX = ".ko.md"
DATABASE = "shop.sqlite"
PROGRAM = "first.py"
AGENT = "samlink agent run"
DELIVERED = 6
LOOK_SECONDS = 0.1
LOOKS_LIMIT = 600
"""How often a person looks for a result, and how long after the last look."""
INSTEAD = {
    "make test": "make -n test",  # it is what runs this test
    "make setup-agent": "make -n setup-agent",  # it installs drivers from the network
}
"""Commands that a test cannot run, and what it runs in their place."""


class Reader:
    """A person who types a page from its beginning to its end."""

    def __init__(self, directory: Path, page: str) -> None:
        self._machine = Machine(directory, "ko_KR.UTF-8" if page.endswith(KOREAN_SUFFIX) else "C.UTF-8")
        self._terminals = [Terminal(self._machine)]
        self._page = page

    def work_through(self) -> None:
        """Run every block that is to be run."""
        for block in blocks(self._page):
            where = f"{self._page}:{block.line}"
            if block.kind == "sh":
                self._type(block, where)
            elif block.kind == "python":
                (self._machine.directory / PROGRAM).write_text(block.text, encoding="utf-8")
            elif block.kind == "sql":
                self._query(block, where)

    def close(self) -> None:
        """Stop what still runs."""
        for terminal in self._terminals:
            terminal.close()
        self._machine.close()

    def _type(self, block: Block, where: str) -> None:
        typed = list(commands(block.text))
        for number, command in enumerate(typed, start=1):
            if STAYS.search(command):
                self._stay(command, last=number == len(typed))
                continue
            code, output = self._free().run(INSTEAD.get(command.partition("  ")[0].rstrip(), command))
            assert code == exit_code(command), f"{where}: {command}\n{output}"

    def _stay(self, command: str, *, last: bool) -> None:
        """A command that stays is stopped by what follows it in its block, and a gateway by the next gateway."""
        for terminal in self._terminals:
            if terminal.stays and AGENT not in command and AGENT not in terminal.stays:
                terminal.interrupt()
        terminal = self._free()
        terminal.start(command)
        if not last:
            terminal.interrupt()

    def _query(self, block: Block, where: str) -> None:
        """Run the statements on the page's SQLite database; look until every row that was asked for is delivered."""
        with contextlib.closing(sqlite3.connect(self._machine.directory / DATABASE, isolation_level=None)) as database:
            database.row_factory = sqlite3.Row
            for statement in filter(str.strip, block.text.split(";\n")):
                found = database.execute(statement).fetchall()
                looks = 0
                while statement.startswith("SELECT") and {row["SendResult"] for row in found} != {DELIVERED}:
                    looks += 1
                    assert looks < LOOKS_LIMIT, f"{where}: {statement}: {[dict(row) for row in found]}"
                    time.sleep(LOOK_SECONDS)
                    found = database.execute(statement).fetchall()

    def _free(self) -> Terminal:
        """The last terminal, or another one when a command stays in that."""
        if self._terminals[-1].stays:
            self._terminals.append(Terminal(self._machine))
        return self._terminals[-1]


@pytest.fixture
def read(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Reader]:
    """A reader of the page that is the test's parameter."""
    reader = Reader(tmp_path, request.param)
    yield reader
    reader.close()


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "read", [page for page in PAGES if any(block.kind == "sh" for block in blocks(page))], indirect=True
)
def test_every_command_of_a_page_runs_as_printed(read: Reader) -> None:
    read.work_through()


@pytest.mark.parametrize("page", PAGES)
def test_every_block_says_what_it_is(page: str) -> None:
    assert [block.line for block in blocks(page) if not block.kind] == []
    assert "\n    samlink " not in text_of(page), "commands stand in a fenced block"
