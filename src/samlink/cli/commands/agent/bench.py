"""`samlink agent bench`: how fast an agent is on this machine, with a database of the customer's kind."""

import os
from typing import TYPE_CHECKING, Annotated

import typer

from samlink.cli.commands.agent.errors import explained
from samlink.cli.commands.agent.options import PASSWORD_VARIABLE, database_url
from samlink.cli.commands.bench import Batch, Directory, measured, place_for, show
from samlink.cli.options import Json

if TYPE_CHECKING:
    import sqlalchemy as sa

Url = Annotated[
    str | None,
    typer.Option(
        "--url",
        metavar="URL",
        help=f"The database, without a password ({PASSWORD_VARIABLE} has it); tables SamlinkBench… are made there and "
        "dropped. Default: a new SQLite file.",
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
    from samlink.bench.agent.scenario import run
    from samlink.cli.output.agent_bench import print_report

    plan = AgentPlan(rows=rows, waiting=waiting, connections=connections, batch=batch)
    with explained():
        database = None if url is None else _url(url)
        found = measured(lambda tell: run(plan, database, place_for(directory), tell), quiet=json)
    show(found, print_report, as_json=json)


def _url(text: str) -> "sa.URL":
    url, password = database_url(text), os.environ.get(PASSWORD_VARIABLE)
    return url.set(password=password) if password else url
