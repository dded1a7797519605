"""The table of commands. Importing it must stay cheap: whatever is heavy waits inside its command."""

from typing import Annotated

import typer

from samlink import __version__
from samlink.cli.commands import bench, decode, demo, help, reports, simulator, upload
from samlink.cli.commands.admin import account, audit, backup, clock, filter, find, history, ledger, optout, sender
from samlink.cli.commands.agent import agent
from samlink.cli.commands.kms import kms
from samlink.cli.commands.send import send
from samlink.cli.commands.serve import serve
from samlink.cli.help.pages import Commands
from samlink.cli.options import examples

app = Commands(
    name="samlink",
    help="samlink, an open relay for the Korean UShot link protocol: SMS, LMS, MMS and Kakao over SAM10 and SAM11.",
    epilog=examples(
        "samlink demo                                  see it work: a gateway, four messages, their results",
        "samlink account add shop --allow 10.0.0.0/24  let a customer in",
        "samlink serve                                 run the gateway",
        "samlink send --to 010-1234-5678 --wait 안녕하세요",
    ),
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"samlink {__version__}")
        raise typer.Exit


@app.callback()
def samlink(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """samlink, an open relay for the Korean UShot link protocol: SMS, LMS, MMS and Kakao over SAM10 and SAM11."""
    del version  # its callback has done all


app.add(serve.serve)
app.add(bench.bench)
for name, group in (
    ("account", account),
    ("sender", sender),
    ("optout", optout),
    ("filter", filter),
    ("kms", kms),
    ("simulator", simulator),
    ("agent", agent),
    ("clock", clock),
):
    app.add_typer(group.app, name=name)
for command in (
    *(ledger.ledger, history.history, audit.audit, backup.backup, backup.restore, find.find),
    *(send.send, upload.upload, reports.reports, decode.decode, demo.demo, help.help_page, help.completion),
):
    app.add(command)
