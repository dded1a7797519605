"""What a file or standard input holds, up to a named limit."""

import os
import sys
from pathlib import Path
from typing import Final

from samlink.cli.errors import CommandError
from samlink.cli.texts import say

STANDARD_INPUT: Final = "-"


def place_of(path: Path) -> str:
    """What a sentence calls the file."""
    return say("decode.standard_input") if str(path) == STANDARD_INPUT else str(path)


def read_bytes(path: Path, limit: int) -> bytes:
    """The whole content, at most `limit` bytes; `-` is standard input. Raises CommandError."""
    try:
        if str(path) == STANDARD_INPUT:
            content = sys.stdin.buffer.read(limit + 1)
        else:
            with path.open("rb") as file:
                content = file.read(limit + 1)
    except OSError as error:
        raise CommandError(say("file.unreadable", path=path, why=os.strerror(error.errno or 0))) from error
    if len(content) > limit:
        raise CommandError(say("file.too_long", place=place_of(path), limit=f"{limit:,}"))
    return content


def read_text(path: Path, limit: int) -> str:
    """The content as UTF-8, without a byte order mark and without the line break at its end. Raises CommandError."""
    try:
        text = read_bytes(path, limit).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CommandError(say("file.not_text", path=place_of(path))) from None
    return text.removesuffix("\n").removesuffix("\r")
