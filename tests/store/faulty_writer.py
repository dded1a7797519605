"""A writer whose disk fails on request: `python faulty_writer.py FD DIR`, with the fault's name in DIR/fault.

`full`: no write finds room. `sync`: an fsync fails; `sync-database`: only that of a checkpoint, which is of the
database file and not of its log. `read`: a read fails. An absent or empty file: all is well.
"""

import sys
from pathlib import Path
from typing import Any

import apsw

from samlink.store.sqlite.writer import process as writer

FAULT = Path(sys.argv[2]) / "fault"


def _fail(kind: type[apsw.Error], code: int) -> None:
    error: Any = kind("on purpose")
    error.result = code & 0xFF
    error.extendedresult = code
    raise error


def _fault() -> str:
    return FAULT.read_text() if FAULT.exists() else ""


class FaultyFile(apsw.VFSFile):
    """A file of the real disk, but for the faults."""

    def __init__(self, name: Any, flags: list[int]) -> None:
        super().__init__("", name, flags)
        self._is_database = bool(flags[0] & apsw.SQLITE_OPEN_MAIN_DB)

    def xWrite(self, data: Any, offset: int) -> None:
        if _fault() == "full":
            _fail(apsw.FullError, apsw.SQLITE_FULL)
        super().xWrite(data, offset)

    def xSync(self, flags: int) -> None:
        if _fault() == "sync" or (self._is_database and _fault() == "sync-database"):
            _fail(apsw.IOError, apsw.SQLITE_IOERR_FSYNC)
        super().xSync(flags)

    def xRead(self, amount: int, offset: int) -> Any:
        if _fault() == "read":
            _fail(apsw.IOError, apsw.SQLITE_IOERR_READ)
        return super().xRead(amount, offset)


class FaultyVFS(apsw.VFS):
    """The real file system, with files that fail."""

    def __init__(self) -> None:
        super().__init__("faulty", "")

    def xOpen(self, name: Any, flags: list[int]) -> FaultyFile:
        return FaultyFile(name, flags)


if __name__ == "__main__":
    vfs = FaultyVFS()
    writer.CHECKPOINT_PAGES = 50  # type: ignore[misc]
    sys.exit(writer.main(sys.argv[1:], vfs="faulty"))
