"""`samlink optout`: receivers that have opted out over 080 (rules "opted out" and "opted out everywhere", 81)."""

from pathlib import Path
from typing import Annotated

import typer

from samlink.cli.commands.send.recipients import listed_numbers
from samlink.cli.data_directory import administer, existing, resolve
from samlink.cli.errors import WrongUsageError
from samlink.cli.help.pages import Commands
from samlink.cli.language import _, say
from samlink.cli.options import Data, Json, Reveal, examples
from samlink.cli.options.files import place_of, read_bytes
from samlink.cli.options.number_rows import numbers_of
from samlink.cli.output import answers
from samlink.cli.output.answers import answer
from samlink.cli.output.formatting import masked
from samlink.core.input import in_range

FILE_LIMIT_BYTES = 128 * 1024 * 1024
"""Some eight million numbers."""
LINES_LIMIT = 10_000_000

app = Commands(
    help="Receivers that have opted out. A message to one of them gets 81. Takes effect at once.",
    epilog=examples(
        "samlink optout add --account shop 010-1234-5678",
        "samlink optout import --all optouts.txt",
        "samlink optout check 010-1234-5678 --account shop",
    ),
)

_Numbers = Annotated[list[str], typer.Argument(metavar="NUMBER...", help="01x…")]
_Account = Annotated[str | None, typer.Option("--account", metavar="ID", help="Of this account's messages.")]
_Everyone = Annotated[bool, typer.Option("--all", help="Of every account's messages.")]


@app.command(epilog=examples("samlink optout add --account shop 010-1234-5678", "samlink optout add --all 01012345678"))
def add(
    *,
    numbers: _Numbers,
    account: _Account = None,
    everyone: _Everyone = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Add receivers that have opted out."""
    from samlink.operations import optouts

    holder = _holder(account, everyone)
    _say_added(holder, *administer(data, lambda store: optouts.add(store, holder, numbers)), as_json=as_json)


@app.command(
    "import",
    epilog=examples(
        "samlink optout import --account shop optouts.txt", "samlink optout import --all export.csv --column 휴대폰"
    ),
)
def import_file(
    *,
    file: Annotated[Path, typer.Argument(metavar="FILE|-", help="A number on each line; - is standard input.")],
    column: Annotated[
        str | None,
        typer.Option("--column", metavar="NAME|N", help="Of a CSV or TSV: the column that holds the numbers."),
    ] = None,
    account: _Account = None,
    everyone: _Everyone = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Add all numbers of a file, or none of it: a line that is no receiver's number is named, with the reason.

    Numbers that are there already stay. A million take some seconds.
    """
    from samlink.operations import optouts

    holder = _holder(account, everyone)
    existing(resolve(data))  # before a long file is read
    given = dict.fromkeys(
        numbers_of(read_bytes(file, FILE_LIMIT_BYTES), place_of(file))
        if column is None
        else listed_numbers(file, column)
    )
    _say_added(holder, *administer(data, lambda store: optouts.add_digits(store, holder, given)), as_json=as_json)


@app.command(
    "list", epilog=examples("samlink optout list --all", "samlink optout list --account shop --limit 1000 --json")
)
def list_numbers(
    *,
    account: _Account = None,
    everyone: _Everyone = False,
    limit: Annotated[int, typer.Option("--limit", metavar="N", help="Most lines.")] = 50,
    after: Annotated[str, typer.Option("--after", metavar="NUMBER", help="Only numbers after this.")] = "",
    reveal: Reveal = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """List numbers in ascending order; masked, unless --reveal or --json is given."""
    from samlink.operations import optouts

    holder = _holder(account, everyone)
    in_range(limit, "--limit", 1, LINES_LIMIT)
    found = administer(data, lambda store: optouts.listed(store, holder, after=after, limit=limit))
    shown = str if reveal else masked
    answers.numbers(found, shown, none=_("No number has opted out there."), as_json=as_json)


@app.command(epilog=examples("samlink optout check 010-1234-5678 --account shop"))
def check(
    *,
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="01x…")],
    account: _Account = None,
    data: Data = None,
    as_json: Json = False,
) -> int:
    """Say whether a number has opted out of everyone's messages, or of the account's; exit with 1 if so."""
    from samlink.operations import optouts

    found = administer(data, lambda store: optouts.check(store, number, account))
    if found.everyone:
        sentence = _("The number has opted out of everyone's messages.")
    elif found.account:
        sentence = say("The number has opted out of the messages of {id}.", id=account)
    else:
        sentence = _("The number has not opted out.")
    answer(sentence, found._asdict(), as_json=as_json)
    return int(found.everyone or bool(found.account))


@app.command(epilog=examples("samlink optout remove --account shop 010-1234-5678"))
def remove(
    *,
    numbers: _Numbers,
    account: _Account = None,
    everyone: _Everyone = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Let receivers be written to again: all or nothing."""
    from samlink.operations import optouts

    holder = _holder(account, everyone)
    count = administer(data, lambda store: optouts.remove(store, holder, numbers))
    sentence = say("Numbers removed: {count}.", count=count)
    answer(sentence, {"account": holder, "removed": count}, as_json=as_json)


def _holder(account: str | None, everyone: bool) -> str | None:
    """Whose list is meant; None for everyone's."""
    if account is not None and everyone:
        raise WrongUsageError("give either {one} or {other}, not both.", one="--account", other="--all")
    if account is None and not everyone:
        raise WrongUsageError("whose messages is it about: give --account ID, or --all for everyone's.")
    return account


def _say_added(holder: str | None, new: int, known: int, *, as_json: bool) -> None:
    sentence = say("Numbers added: {new} new, {known} known already.", new=f"{new:,}", known=f"{known:,}")
    answer(sentence, {"account": holder, "added": new, "known": known}, as_json=as_json)
