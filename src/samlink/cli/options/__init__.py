"""Options that several commands share, and how examples stand under a command's help."""

from pathlib import Path
from typing import Annotated

import typer

Data = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="DIR",
        envvar="SAMLINK_DATA",
        help="The directory that holds everything. Default: ./samlink-data",
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for a program to read.")]
Account = Annotated[str, typer.Argument(metavar="ID", help="The account.", show_default=False)]
Closed = Annotated[bool, typer.Option("--closed", help="The account of that ID that was removed last.")]
AccountNumber = Annotated[
    int | None,
    typer.Option(
        "--number", metavar="N", help="Of several accounts of that ID, the one of this number.", show_default=False
    ),
]
Reveal = Annotated[bool, typer.Option("--reveal", help="Show telephone numbers whole.")]
Host = Annotated[
    str | None,
    typer.Option("--host", metavar="ADDR", help="The gateway's address. Default: 127.0.0.1", show_default=False),
]
BasePort = Annotated[
    int | None,
    typer.Option(
        "--base-port",
        metavar="N",
        help="The first of the gateway's six ports. Default: 33300",
        show_default=False,
    ),
]
AccountId = Annotated[
    str | None, typer.Option("--id", metavar="ID", help="The account to log in with.", show_default=False)
]
Profile = Annotated[
    Path | None,
    typer.Option(
        "--profile",
        metavar="FILE",
        help="Where host, base_port, id, password and the like stand (TOML, mode 0600: see examples/profile.toml); "
        "variables such as SAMLINK_HOST and SAMLINK_ID win. Default: SAMLINK_PROFILE, else "
        "~/.config/samlink/profile.toml, if there is one.",
        show_default=False,
    ),
]


def examples(*lines: str) -> str:
    """Examples as a command's epilog, each on a line of its own."""
    return "\n".join(("\b", "Examples:", *(f"  {line}" for line in lines)))
