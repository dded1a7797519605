"""Folders that nobody but their owner may enter, whatever the umask was when they were made."""

import contextlib
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

PRIVATE: Final = 0o700
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def make_private(folder: Path) -> None:
    """Make `folder`, and what is missing above it, with mode 0700; one that is there stays as it is. Raises OSError."""
    if folder.is_dir():
        return
    make_private(folder.parent)
    # Another process may make it at the same moment.
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=PRIVATE)
        folder.chmod(PRIVATE)


def open_to_others(data: Path) -> Iterator[Path]:
    """The data directory and the folders in it that others than the owner may enter, read or write."""
    for folder in (data, *sorted(path for path in data.iterdir() if path.is_dir())):
        if stat.S_IMODE(folder.stat().st_mode) & _OTHERS:
            yield folder
