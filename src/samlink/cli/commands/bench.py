"""`samlink bench`: how fast a gateway is on this machine, and whether it loses anything."""

import asyncio
import ipaddress
import os
import signal
import tempfile
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar

import typer

from samlink.cli.errors import CommandError, WrongUsageError
from samlink.cli.help.pages import command
from samlink.cli.language import note
from samlink.cli.options import Json, examples
from samlink.cli.output.formatting import print_json
from samlink.core.input import quoted
from samlink.vocabulary.problem import N_

if TYPE_CHECKING:
    from samlink.bench.load import Target
    from samlink.vocabulary.language import Phrase

T = TypeVar("T")
ID_VARIABLE: Final = "SAMLINK_ID"
PASSWORD_VARIABLE: Final = "SAMLINK_PASSWORD"
BEYOND: Final = "--beyond-this-machine"
DISK: Final = Path("/var/tmp")
"""By convention on a disk, where /tmp may be memory."""


Messages = Annotated[int, typer.Option("--messages", min=1, max=5_000_000, metavar="N", help="Messages of each run.")]
Connections = Annotated[int, typer.Option("--connections", min=1, max=60, metavar="N", help="Send connections.")]
Batch = Annotated[int, typer.Option("--batch", min=1, max=1000, metavar="N", help="Messages of one send request.")]
Runs = Annotated[
    int, typer.Option("--runs", min=1, max=99, metavar="N", help="Runs of each kind; the median is reported.")
]
Queued = Annotated[
    int,
    typer.Option(
        "--queued", min=0, max=5_000_000, metavar="N", help="Messages in the queue of the start that is timed; 0: none."
    ),
]
Seconds = Annotated[
    float, typer.Option("--seconds", min=0.1, max=600.0, metavar="N", help="Length of each run at an even pace.")
]
Rules = Annotated[bool, typer.Option("--rules/--no-rules", help="Whether to measure what the rules of admission cost.")]
Attacked = Annotated[
    bool, typer.Option("--attacked", help="Measure, too, how a good customer fares beside attacks on the gateway.")
]
OptOuts = Annotated[
    int,
    typer.Option(
        "--opt-outs",
        min=0,
        max=10_000_000,
        metavar="N",
        help="Opt-outs for everyone while that is measured; the account has a tenth of it.",
    ),
]
Directory = Annotated[
    Path | None,
    typer.Option(
        "--directory", metavar="DIR", help=f"Where the data lies meanwhile; should be a disk. Default: {DISK}"
    ),
]
Against = Annotated[
    str | None,
    typer.Option(
        "--against",
        metavar="HOST:PORT",
        help="Send to the gateway at this address (its SMS send port) instead of one started for this. "
        f"{ID_VARIABLE} and {PASSWORD_VARIABLE} say as whom; the account needs the sender 0212345678.",
    ),
]
Beyond = Annotated[bool, typer.Option(BEYOND, help="Allow --against an address that is not a loopback one.")]


@command(
    epilog=examples(
        "samlink bench",
        "samlink bench --messages 20000 --runs 1 --queued 0 --no-rules",
        "samlink bench --json > bench.json",
        "SAMLINK_ID=bench SAMLINK_PASSWORD=… samlink bench --against 127.0.0.1:33300",
    )
)
def bench(
    *,
    messages: Messages = 120_000,
    connections: Connections = 8,
    batch: Batch = 30,
    runs: Runs = 3,
    queued: Queued = 1_000_000,
    seconds: Seconds = 4.0,
    rules: Rules = True,
    opt_outs: OptOuts = 1_000_000,
    attacked: Attacked = False,
    directory: Directory = None,
    against: Against = None,
    beyond_this_machine: Beyond = False,
    json: Json = False,
) -> None:
    """Measure a gateway on this machine: one is started for it, on a temporary directory, with a simulated carrier.

    Ends with 1 when a message was lost, came twice, or the counts of client and store do not agree.
    """
    from samlink.bench.findings import Plan

    plan = Plan(
        messages=messages,
        runs=runs,
        connections=connections,
        batch=batch,
        queued=queued,
        paced_seconds=seconds,
        rules=rules,
        opt_outs=opt_outs,
        attacked=attacked,
    )
    from samlink.bench.gateway.scenarios import run, run_against
    from samlink.cli.output.bench import print_report

    target = _target(against, beyond_this_machine=beyond_this_machine) if against is not None else None
    place = place_for(directory)
    found = measured(
        lambda tell: run(plan, place, tell) if target is None else run_against(plan, target, place, tell), quiet=json
    )
    show(found, print_report, as_json=json)


def measured(start: "Callable[[Callable[[Phrase], None]], Coroutine[Any, Any, T]]", *, quiet: bool) -> "T":
    """Run a benchmark, which is given a function that tells its steps on stderr. SIGTERM ends it as Ctrl-C does: the
    gateway is stopped and its data removed. Raises CommandError."""
    from samlink.bench.findings import BenchError
    from samlink.link.loop import run_loop

    async def until_terminated() -> T:
        task = asyncio.current_task()
        assert task is not None
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        return await start(lambda step: None if quiet else note("{step}", step=step))

    try:
        return run_loop(until_terminated())
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
    except BenchError as error:
        raise CommandError("{why}.", why=error) from error


def show(found: "T", print_report: "Callable[[T], None]", *, as_json: bool) -> None:
    """Print the findings."""
    if not as_json:
        print_report(found)
        return
    import msgspec

    print_json(msgspec.to_builtins(found))


def place_for(directory: Path | None) -> Path:
    """Where the data lies meanwhile."""
    return directory or (DISK if DISK.is_dir() else Path(tempfile.gettempdir()))


def _target(address: str, *, beyond_this_machine: bool) -> "Target":
    from samlink.bench.load import Target
    from samlink.vocabulary.services import PORT_OFFSETS, Duty, Service

    host, _sep, port = address.rpartition(":")
    host = host.strip("[]")
    if not (host and port.isascii() and port.isdigit() and 0 < int(port) < 65535):
        raise WrongUsageError(
            "--against: {address} is not HOST:PORT, such as 127.0.0.1:33300.", address=quoted(address)
        )
    if not (beyond_this_machine or _is_loopback(host)):
        raise WrongUsageError(
            "--against: {host} is not this machine, and a gateway there may send for real: give {option} as well.",
            host=quoted(host),
            option=BEYOND,
        )
    account_id, password = os.environ.get(ID_VARIABLE), os.environ.get(PASSWORD_VARIABLE)
    if not account_id or not password:
        template = N_("--against needs the account's ID in {id} and its password in {password}.")
        raise WrongUsageError(template, id=ID_VARIABLE, password=PASSWORD_VARIABLE)
    send = int(port)
    report = send + PORT_OFFSETS[Service.SMS, Duty.REPORT] - PORT_OFFSETS[Service.SMS, Duty.SEND]
    return Target(host=host, send_port=send, report_port=report, id=account_id, password=password)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
