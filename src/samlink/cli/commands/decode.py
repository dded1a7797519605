"""`samlink decode`: a captured stream as frames that a person can read."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from samlink.cli.errors import CommandError
from samlink.cli.language import _
from samlink.cli.options import Json, examples
from samlink.cli.output.formatting import print_json, print_note

STANDARD_INPUT = Path("-")
LIMIT_BYTES = 64 * 1024 * 1024


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command(
        short_help="Show a captured stream as readable frames.",
        epilog=examples(
            "samlink decode capture.bin",
            "xxd -p capture.bin | samlink decode",
            "samlink decode --json hexdump.txt | jq .problem",
        ),
    )(decode)


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

    place = _("standard input") if file == STANDARD_INPUT else str(file)
    try:
        stream = parse_capture(_read(file))
    except CaptureError as error:
        raise CommandError(_("{place} is neither raw frames nor hex: {why}."), place=place, why=error) from error
    frames = describe_stream(stream, reveal=reveal)
    if not any(frame.command for frame in frames):
        raise CommandError(
            _("there is no frame in the {count} bytes of {place}."), place=place, count=f"{len(stream):,}"
        )
    if as_json:
        for frame in frames:
            print_json(frame.to_dict())
    else:
        print(format_described(frames))


def _read(file: Path) -> bytes:
    try:
        if file != STANDARD_INPUT:
            with file.open("rb") as opened:
                content = opened.read(LIMIT_BYTES + 1)
        else:
            if sys.stdin.isatty():
                print_note(_("Paste hex, then Ctrl-D on a line of its own."))
            content = sys.stdin.buffer.read(LIMIT_BYTES + 1)
    except OSError as error:
        raise CommandError(_("{path} cannot be read: {why}."), path=file, why=error) from error
    if len(content) > LIMIT_BYTES:
        raise CommandError(_("the capture is longer than {limit} bytes."), limit=f"{LIMIT_BYTES:,}")
    return content
