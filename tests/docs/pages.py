"""The pages that users read, and the blocks in them.

What follows the three backticks says what a test does with a block:

- `sh`: every command runs in order, as printed (tests/docs/test_pages.py);
- `sh as-root`, `sh long`, `sh later`, `bat`: these change the machine, take minutes, need what only time brings (rows
  in doubt), or are another system's; their commands, options and files exist (tests/docs/test_commands.py);
- `python`: is kept as `first.py`, for the commands after it; `sql`: runs on the page's SQLite database;
- `toml gateway`, `toml agent`, `toml profile`: can be loaded as those settings;
- `console` shows a command behind `$` and what it prints, and is not run;
- anything else (`text`, `yaml`, …) shows something and is not run.
"""

import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parents[2]
PAGES: Final = tuple(sorted(str(path.relative_to(ROOT)) for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"))))
"""Every page, by its path from the root of the checkout."""

_BLOCK: Final = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_HEREDOC: Final = re.compile(r"<<-?\s*'?(\w+)'?")
_REMARK: Final = re.compile(r"\s+#\s.*$")
_EXITS: Final = re.compile(r"#.*\b(?:exits with|종료 코드) (\d+)")


class Block(NamedTuple):
    """A fenced block of a page."""

    kind: str
    """What stands behind the three backticks."""
    text: str
    line: int
    """Where its first line stands in the page, from 1."""


def text_of(page: str) -> str:
    """The whole page."""
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: str) -> list[Block]:
    """The fenced blocks of a page, in order."""
    text = text_of(page)
    return [
        Block(found[1].strip(), found[2], text.count("\n", 0, found.start()) + 2) for found in _BLOCK.finditer(text)
    ]


def commands(text: str) -> Iterator[str]:
    """The commands of a block as a person types them, with here-documents and the lines that a backslash joins."""
    lines = iter(text.splitlines())
    for line in lines:
        if not line.strip() or line.startswith("#"):
            continue
        command = line
        while command.endswith("\\"):
            command += "\n" + next(lines)
        if found := _HEREDOC.search(line):
            document = itertools.takewhile(lambda further, end=found[1]: further != end, lines)  # type: ignore[misc]
            command = "\n".join((command, *document, found[1]))
        yield command


def bare(command: str) -> str:
    """A command of one line without the remark behind it."""
    return _REMARK.sub("", command)


def exit_code(command: str) -> int:
    """How the command ends: 0, or as the remark behind it says (`# exits with 1`)."""
    found = _EXITS.search(command)
    return int(found[1]) if found else 0
