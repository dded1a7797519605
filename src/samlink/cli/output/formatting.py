"""How values look to a person: money, times in KST, masked numbers, named codes, tables, and JSON lines."""

import json
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from samlink.cli.language import is_korean, reader
from samlink.vocabulary.language import said
from samlink.vocabulary.money import WON, won_text

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

ROWS_LAID_OUT: Final = 200
"""Longer tables are printed line by line."""
PLAIN_WIDTH: Final = 200
"""Columns of a table that goes to a file or a pipe."""


def money(amount: int) -> str:
    """1/100 won as a person reads them: `1,234.5원`, `1,234.5 won`."""
    return said(won_text(amount), reader())


def won(amount: int) -> int | float:
    """1/100 won as a JSON number of won."""
    return amount // WON if amount % WON == 0 else amount / WON


def kst(at_ms: int | None) -> str:
    """UTC epoch milliseconds as `2024-01-31 09:00:00` in Korean time; `-` for None."""
    from samlink.vocabulary.times import format_time

    return "-" if at_ms is None else format_time(at_ms // 1000)


def clock(at_ms: int | None) -> str:
    """The time of day in KST with milliseconds, `09:00:00.123`; `-` for None."""
    return "-" if at_ms is None else f"{kst(at_ms)[11:]}.{at_ms % 1000:03}"


def masked(number: str) -> str:
    """A telephone number as it may be shown."""
    from samlink.vocabulary.numbers import mask_number

    return mask_number(number)


def result_name(number: int) -> str:
    """A result code and its name in the reader's language: `6 성공`."""
    from samlink.vocabulary.results import result

    known = result(number)
    return f"{number} {known.korean if is_korean() else known.english}"


def response_name(code: str) -> str:
    """A response code and its name in the reader's language: `11001 wrong ID or password`."""
    from samlink.vocabulary.responses import response

    known = response(code)
    return f"{code or '-'} {known.korean if is_korean() else known.english}"


def telecom_name(telecom: str) -> str:
    """TELECOM with the carrier that it has stood for since 011, 016 and 019 were theirs: `01190 SKT`."""
    carrier = {"01190": "SKT", "01690": "KT", "01990": "LG U+"}.get(telecom)
    return f"{telecom} {carrier}" if carrier else telecom or "-"


def now_ms() -> int:
    """UTC epoch milliseconds."""
    return time.time_ns() // 1_000_000


def clean(text: str) -> str:
    """`text` without characters that a terminal could take for a command."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def console(*, stderr: bool = False) -> "Console":
    """Where tables and progress go; wide and without colour when it is no terminal."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    return Console(
        file=stream, highlight=False, markup=False, emoji=False, width=None if stream.isatty() else PLAIN_WIDTH
    )


def print_table(headings: Sequence[str], rows: Iterable[Sequence[str]], *, right: Iterable[int] = ()) -> None:
    """A table on stdout; `right` are the columns (from 0) that hold numbers.

    No word, such as a telephone number, is broken in two: on a terminal that is too narrow for that, each row is
    printed as names and values below one another. Elsewhere, and of many rows, each is one line, however long.
    """
    from rich import box
    from rich.table import Table
    from rich.text import Text

    rows = [*rows]
    out = console()
    if len(rows) > ROWS_LAID_OUT or not out.is_terminal:
        _print_lines(headings, rows, frozenset(right))
        return
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold")
    cells = [[Text(clean(cell)) for cell in row] for row in rows]
    columns = [[Text(heading), *(row[place] for row in cells)] for place, heading in enumerate(headings)]
    words = [max((word.cell_len for text in column for word in text.split()), default=0) for column in columns]
    if sum(words) + 2 * len(words) > out.width:  # with the blank on either side
        _print_below_one_another(headings, cells)
        return
    numbers = set(right)
    for place, heading in enumerate(headings):
        table.add_column(Text(heading), justify="right" if place in numbers else "left", min_width=words[place])
    for row in cells:
        table.add_row(*row)
    out.print(table)


def _print_lines(headings: Sequence[str], rows: Sequence[Sequence[str]], right: frozenset[int]) -> None:
    """A table with each row on one line, whatever the width: to lay out 10,000 takes seconds, and a pipe has none."""
    from rich.cells import cell_len

    lines = [list(headings), *([clean(cell) for cell in row] for row in rows)]
    widths = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        gaps = [" " * (width - cell_len(cell)) for cell, width in zip(line, widths, strict=True)]
        cells = (
            gap + cell if place in right else cell + gap
            for place, (cell, gap) in enumerate(zip(line, gaps, strict=True))
        )
        print("  ".join(cells).rstrip())


def _print_below_one_another(headings: Sequence[str], rows: "Iterable[Sequence[Text]]") -> None:
    for row in rows:
        print_pairs({heading: cell.plain for heading, cell in zip(headings, row, strict=True)})
        print()


def print_pairs(pairs: Mapping[str, str]) -> None:
    """Names and values, one a line, the values under each other."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=False, pad_edge=False)
    for name, value in pairs.items():
        table.add_row(Text(name, style="bold"), Text(clean(value)))
    console().print(table)


def print_json(value: Any) -> None:
    """One line of JSON on stdout, flushed."""
    print(json.dumps(value, ensure_ascii=False), flush=True)
