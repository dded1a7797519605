"""`samlink decode`: a captured stream as frames that a person can read."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from samlink.cli.errors import CommandError
from samlink.cli.help.pages import command
from samlink.cli.language import note
from samlink.cli.options import Json, examples
from samlink.cli.options.files import place_of, read_bytes
from samlink.cli.output.formatting import print_json

STANDARD_INPUT = Path("-")
LIMIT_BYTES = 64 * 1024 * 1024


@command(
    short_help="Show a captured stream as readable frames.",
    epilog=examples(
        "samlink decode capture.bin",
        "xxd -p capture.bin | samlink decode",
        "samlink decode --json hexdump.txt | jq .problem",
    ),
)
def decode(
    *,
    file: Annotated[
        Path, typer.Argument(metavar="[FILE|-]", help="Raw bytes, or hex in any usual form; - is standard input.")
    ] = STANDARD_INPUT,
    reveal: Annotated[
        bool, typer.Option("--reveal", help="Show numbers and texts; passwords are never shown.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show a captured stream of either direction as readable frames, with the manual's field names.

    Raw bytes and hex are told apart by themselves; hex may come from xxd, hexdump -C, tcpdump -X or Wireshark. What
    cannot be read is shown with its place and the reason. With --json one frame a line.
    """
    from samlink.wire.describe import CaptureError, describe_stream, format_described, parse_capture

    if file == STANDARD_INPUT and sys.stdin.isatty():
        note("Paste hex, then Ctrl-D on a line of its own.")
    place = place_of(file)
    try:
        stream = parse_capture(read_bytes(file, LIMIT_BYTES))
    except CaptureError as error:
        raise CommandError("{place} is neither raw frames nor hex: {why}.", place=place, why=error) from error
    frames = describe_stream(stream, reveal=reveal)
    if not any(frame.command for frame in frames):
        raise CommandError("there is no frame in the {count} bytes of {place}.", place=place, count=f"{len(stream):,}")
    if as_json:
        for frame in frames:
            print_json(frame.to_dict())
    else:
        print(format_described(frames))
