"""The content of a file or of standard input, up to a named limit."""

import sys
from pathlib import Path
from typing import Final

from samlink.cli.errors import CommandError, reading
from samlink.cli.language import _
from samlink.vocabulary.text import file_text

STANDARD_INPUT: Final = "-"


def place_of(path: Path) -> str:
    """The file's name in a sentence."""
    return _("standard input") if str(path) == STANDARD_INPUT else str(path)


def read_bytes(path: Path, limit: int) -> bytes:
    """The whole content, at most `limit` bytes; `-` is standard input. Raises CommandError."""
    with reading(path):
        if str(path) == STANDARD_INPUT:
            content = sys.stdin.buffer.read(limit + 1)
        else:
            with path.open("rb") as file:
                content = file.read(limit + 1)
    if len(content) > limit:
        raise CommandError("{place} is longer than {limit} bytes.", place=place_of(path), limit=f"{limit:,}")
    return content


def text_of(content: bytes, place: str) -> str:
    """The text: UTF-8 or UTF-16 by its byte order mark, else UTF-8, else CP949, as Korean Excel saves CSV.

    Raises CommandError for any other encoding.
    """
    try:
        return file_text(content)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CommandError(
            "{path} is not a text in UTF-8, UTF-16 or CP949 (line {line}).", path=place, line=f"{line:,}"
        ) from error


def read_text(path: Path, limit: int) -> str:
    """The content as text, without a byte order mark and without the line break at its end. Raises CommandError."""
    return text_of(read_bytes(path, limit), place_of(path)).removesuffix("\n").removesuffix("\r")
