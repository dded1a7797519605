"""Whether the files that the writer has open are still those that have their names.

Who deletes or replaces the database under a gateway leaves it with a file that nobody will ever find again: every
commit would succeed, and be gone at the next start.
"""

from collections.abc import Iterable
from pathlib import Path


class Presence:
    """Files as they were when it was made."""

    def __init__(self, paths: Iterable[Path]) -> None:
        """`paths` are there now."""
        self._known = [(path, _identity(path)) for path in paths]

    def lost(self) -> Path | None:
        """The first file that was deleted or replaced; None if all are there. Costs some microseconds."""
        for path, identity in self._known:
            if _identity(path) != identity:
                return path
        return None


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
