"""Files that are on the disk when a call returns."""

import os
from pathlib import Path


class SyncError(OSError):
    """An fsync failed: nobody can say what is on the disk."""


def write(path: Path, content: bytes, *, again: bool = False) -> None:
    """Make a file, private and whole on the disk; its name is when its folder is synced.

    Raises OSError: it is there already and not to be written `again`, or cannot be written.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | (os.O_TRUNC if again else os.O_EXCL), 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        _sync(file.fileno())


def sync(path: Path) -> None:
    """A file's content, or the names in a folder. Raises OSError."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        _sync(handle)
    finally:
        os.close(handle)


def _sync(handle: int) -> None:
    try:
        os.fsync(handle)
    except OSError as error:
        raise SyncError(error.errno, error.strerror) from error
