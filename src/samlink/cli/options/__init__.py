"""Options that several commands share, how their values are checked, and how examples stand under a command's help."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, TypedDict, TypeVar

import typer

from samlink.cli.errors import WrongUsageError
from samlink.core.input import quoted

T = TypeVar("T")

SWITCHES: Final = {
    **dict.fromkeys(("true", "yes", "on", "1"), True),
    **dict.fromkeys(("false", "no", "off", "0"), False),
}
"""What is typed for true and false."""
Data = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="DIR",
        envvar="SAMLINK_DATA",
        help="The directory that holds everything. Default: ./samlink-data",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for a program to read.")]
Account = Annotated[str, typer.Argument(metavar="ID", help="The account.")]
Closed = Annotated[bool, typer.Option("--closed", help="The account of that ID that was removed last.")]
AccountNumber = Annotated[
    int | None, typer.Option("--number", metavar="N", help="Of several accounts of that ID, the one of this number.")
]
Reveal = Annotated[bool, typer.Option("--reveal", help="Show telephone numbers whole.")]
BasePort = Annotated[
    int | None, typer.Option("--base-port", metavar="N", help="The first of the gateway's six ports. Default: 33300")
]


class LinkOptions(TypedDict):
    """Where the gateway is, and who logs in; None where not typed."""

    account_id: Annotated[str | None, typer.Option("--id", metavar="ID", help="The account to log in with.")]
    host: Annotated[
        str | None, typer.Option("--host", metavar="ADDR", help="The gateway's address. Default: 127.0.0.1")
    ]
    base_port: BasePort
    profile: Annotated[
        Path | None,
        typer.Option(
            "--profile",
            metavar="FILE",
            help="Where host, base_port, id, password and the like stand (TOML, mode 0600: see examples/profile.toml); "
            "variables such as SAMLINK_HOST and SAMLINK_ID win. Default: SAMLINK_PROFILE, else "
            "~/.config/samlink/profile.toml, if there is one.",
        ),
    ]


def examples(*lines: str) -> str:
    """Examples as a command's epilog, each on a line of its own."""
    return "\n".join(("\b", "Examples:", *(f"  {line}" for line in lines)))


def one_of(text: str, known: Mapping[str, T], option: str) -> T:
    """The value of that name, whatever its case. Raises WrongUsageError."""
    found = {name.lower(): value for name, value in known.items()}
    if text.lower() not in found:
        raise WrongUsageError(
            "{name}: {text} is not one of {known}.", name=option, text=quoted(text), known=", ".join(found)
        )
    return found[text.lower()]


def seconds_up_to(limit: float, given: float, option: str) -> float:
    """`given`, if it is above 0 and at most `limit`. Raises WrongUsageError."""
    if not 0 < given <= limit:
        most, number = f"{limit:g}", f"{given:g}"
        raise WrongUsageError(
            "{name} is more than 0 and at most {most}, not {number}.", name=option, most=most, number=number
        )
    return given
