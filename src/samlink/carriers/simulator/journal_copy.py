"""A copy of the simulated carrier's journal beside a copy of the store, while both are being written.

The two are not of one moment, so the copy errs on the side that loses nothing: it has every message that the store's
copy may call sent, and as acknowledged only those results that the store's copy has for certain. So it is made in two
steps, one before the store is copied and one after.
"""

import os
from pathlib import Path

from samlink.carriers.simulator.journal import journal_files
from samlink.store.private_folders import make_private

_ACKNOWLEDGED = b"A "


class JournalCopy:
    """One copy: `before`, then the store is copied, then `after`."""

    def __init__(self, directory: Path, target: Path) -> None:
        """From the journal in `directory` into the new directory `target`; nothing when there is no journal."""
        self._directory = directory
        self._target = target
        self._copied: dict[str, int] = {}
        """Bytes of each file that were copied before."""

    def before(self) -> None:
        """Copy all that there is. Raises OSError."""
        files = journal_files(self._directory)
        if files:
            make_private(self._target)
        for path in files:
            whole = _whole_lines(path)
            self._append(path.name, whole)
            self._copied[path.name] = len(whole)

    def after(self) -> None:
        """Add what came meanwhile, but for acknowledgements: their results are given again. Raises OSError."""
        files = journal_files(self._directory)
        if files and not self._target.is_dir():
            make_private(self._target)
        for path in files:
            lines = _whole_lines(path)[self._copied.get(path.name, 0) :].splitlines(keepends=True)
            self._append(path.name, b"".join(line for line in lines if not line.startswith(_ACKNOWLEDGED)))

    def _append(self, name: str, content: bytes) -> None:
        handle = os.open(self._target / name, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "ab") as file:
            file.write(content)


def _whole_lines(path: Path) -> bytes:
    """Without a line that is just being written; empty for a file that has just been deleted."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return b""
    return content[: content.rfind(b"\n") + 1]
