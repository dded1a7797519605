"""How a command answers: a sentence or rows for a person, the same as JSON for a program."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from samlink.cli.language import note
from samlink.cli.output.formatting import print_json, print_table

T = TypeVar("T")


def answer(sentence: str, fields: Mapping[str, Any], *, as_json: bool) -> None:
    """Print what was done: one sentence, or one object."""
    if as_json:
        print_json(fields)
    else:
        print(sentence)


class Column(NamedTuple):
    """A column of a table; `right` if it holds numbers."""

    heading: str
    cell: Callable[[Any], str]
    right: bool = False


def print_columns(rows: Iterable[Any], columns: Iterable[Column]) -> None:
    """Print a table."""
    shown = list(columns)
    print_table(
        [column.heading for column in shown],
        ([column.cell(row) for column in shown] for row in rows),
        right=[place for place, column in enumerate(shown) if column.right],
    )


def listing(
    rows: Sequence[T], columns: Iterable[Column], fields: Callable[[T], Mapping[str, Any]], *, none: str, as_json: bool
) -> None:
    """Print a table, or the sentence `none` on stderr if it has no rows; as JSON one object a line."""
    if as_json:
        for row in rows:
            print_json(fields(row))
    elif rows:
        print_columns(rows, columns)
    else:
        note(none)


def numbers(found: Sequence[str], shown: Callable[[str], str], *, none: str, as_json: bool) -> None:
    """Print one number a line, or the sentence `none` on stderr; as JSON one object a line."""
    for number in found:
        if as_json:
            print_json({"number": number})
        else:
            print(shown(number))
    if not found and not as_json:
        note(none)
