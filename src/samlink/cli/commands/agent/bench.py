"""`samlink agent bench`: how fast an agent is on this machine, with a database of the customer's kind."""

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from samlink.cli.commands.agent.errors import explained, require_driver
from samlink.cli.errors import CommandError, WrongUsageError
from samlink.cli.language import _
from samlink.cli.options import Json

if TYPE_CHECKING:
    import sqlalchemy as sa

    from samlink.bench.agent.findings import AgentFindings, AgentPlan
    from samlink.vocabulary.language import Phrase

PASSWORD_VARIABLE: Final = "SAMLINK_DB_PASSWORD"
DISK: Final = Path("/var/tmp")
"""By convention on a disk, where /tmp may be memory."""

Url = Annotated[
    str | None,
    typer.Option(
        "--url",
        metavar="URL",
        help=f"The database, without a password ({PASSWORD_VARIABLE} has it); tables SamlinkBench… are made there and "
        "dropped. Default: a new SQLite file.",
        show_default=False,
    ),
]
Rows = Annotated[int, typer.Option("--rows", min=1, max=5_000_000, metavar="N", help="Rows that are timed.")]
Waiting = Annotated[
    int,
    typer.Option(
        "--waiting",
        min=0,
        max=10_000_000,
        metavar="N",
        help="Rows that wait behind them, to see what memory they take.",
    ),
]
Connections = Annotated[
    int, typer.Option("--connections", min=1, max=60, metavar="N", help="The agent's send connections.")
]
Batch = Annotated[int, typer.Option("--batch", min=1, max=1000, metavar="N", help="Messages of one send request.")]
Directory = Annotated[
    Path | None,
    typer.Option(
        "--directory",
        metavar="DIR",
        help=f"Where the gateway's data lies meanwhile; should be a disk. Default: {DISK}",
        show_default=False,
    ),
]


def bench(
    *,
    url: Url = None,
    rows: Rows = 60_000,
    waiting: Waiting = 0,
    connections: Connections = 2,
    batch: Batch = 30,
    directory: Directory = None,
    json: Json = False,
) -> None:
    """Measure an agent: rows of a bulk, an urgent row amid them, single rows; with a gateway started for this.

    Ends with 1 when a row was lost, or when the counts of the table and the gateway's store do not agree.
    """
    from samlink.bench.agent.findings import AgentPlan

    plan = AgentPlan(rows=rows, waiting=waiting, connections=connections, batch=batch)
    place = directory or (DISK if DISK.is_dir() else Path(tempfile.gettempdir()))
    with explained():
        found = _run(plan, None if url is None else _url(url), place, quiet=json)
    if json:
        import msgspec

        from samlink.cli.output.formatting import print_json

        print_json(msgspec.to_builtins(found))
        return
    from samlink.cli.output.agent_bench import print_report

    print_report(found)


def _run(plan: "AgentPlan", url: "sa.URL | None", directory: Path, *, quiet: bool) -> "AgentFindings":
    import asyncio

    from samlink.bench.agent.scenario import run
    from samlink.bench.findings import BenchError
    from samlink.cli.commands.bench import in_words, until_terminated
    from samlink.cli.output.formatting import print_note
    from samlink.link.loop import run_loop

    def tell(step: "Phrase") -> None:
        if not quiet:
            print_note(in_words(step))

    try:
        return run_loop(until_terminated(run(plan, url, directory, tell)))
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
    except BenchError as error:
        raise CommandError("{why}.", why=in_words(error)) from error


def _url(text: str) -> "sa.URL":
    import sqlalchemy as sa

    try:
        url = sa.make_url(text)
    except sa.exc.ArgumentError:
        raise WrongUsageError(
            _("--url is not a database's URL such as mysql+pymysql://agent@db.example/shop.")
        ) from None
    if url.password is not None:
        raise WrongUsageError(
            _("--url has a password in it, which everybody on this machine can read; put it into SAMLINK_DB_PASSWORD.")
        )
    require_driver(url)
    password = os.environ.get(PASSWORD_VARIABLE)
    return url.set(password=password) if password else url
