"""The mark: a small file beside the database that says how far the database had come.

It is written, and is on the disk, after the commit that it tells of. So a database that the mark is ahead of was put
back, or has lost its tail. Losing the mark loses nothing else.
"""

from pathlib import Path
from typing import Final

import msgspec

from samlink.store import durable

MARK_NAME: Final = "samlink.mark"
DRAFT_NAME: Final = f".{MARK_NAME}.draft"
"""One name, since one process writes: a kill leaves one draft at most."""


class Mark(msgspec.Struct, frozen=True):
    """What the file says."""

    epoch: int
    """The token of the start that wrote it."""
    tick: int
    """How often the database had been marked."""
    last_id: int
    """The highest message id that was given out."""
    at_ms: int
    """When it was written, UTC epoch ms."""


def read_mark(data: Path) -> Mark | None:
    """The mark in `data`; None if there is none, or none that can be read."""
    try:
        return msgspec.json.decode((data / MARK_NAME).read_bytes(), type=Mark)
    except (OSError, msgspec.DecodeError):
        return None


def write_mark(data: Path, mark: Mark) -> None:
    """Replace the mark in `data`; the new one is on the disk on return, whole. Raises OSError."""
    draft = data / DRAFT_NAME
    try:
        durable.write(draft, msgspec.json.encode(mark) + b"\n", again=True)
        draft.replace(data / MARK_NAME)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
