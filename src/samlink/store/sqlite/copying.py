"""Copies of a database that another process may be writing: whole, of one moment."""

import os
from collections.abc import Collection
from pathlib import Path
from typing import Final

import apsw

from samlink.store.contract import StoredFile
from samlink.store.sqlite.database import DATABASE_NAME, reading, store_error

_FILES: Final = "SELECT account, name, extension, size, stored_at_ms FROM file ORDER BY account, name"
SAVED_NAME: Final = "samlink.db.saved"


def save_open(connection: apsw.Connection, data: Path) -> Path:
    """Write an open database, whose file has lost its name, into `data`; where. Raises OSError, apsw.Error."""
    path = data / SAVED_NAME
    number = 1
    while path.exists():
        number += 1
        path = data / f"{SAVED_NAME}.{number}"
    _fill(path, connection)
    return path


def copy_database(data: Path, target: Path) -> None:
    """Copy the database of `data` into the directory `target`, as it was at one moment. Raises StoreError, OSError.

    It holds up no writer: the log of the source grows until the copy is done.
    """
    with reading(data) as source:
        _fill(target / DATABASE_NAME, source)


def _fill(path: Path, source: apsw.Connection) -> None:
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    copy = apsw.Connection(str(path))
    try:
        with copy.backup("main", source, "main") as backup:
            backup.step(-1)  # all pages in one step, so of one moment
    finally:
        copy.close()


def files_of(data: Path) -> list[StoredFile]:
    """All files that the database in `data` has rows of. Raises StoreError."""
    with reading(data) as connection:
        return [StoredFile(*row) for row in connection.execute(_FILES).fetchall()]  # type: ignore[arg-type]


def forget_files(data: Path, names: Collection[tuple[int, str]]) -> None:
    """Forget these files, account and name, in a database that nobody else has open. Raises StoreError."""
    try:
        connection = apsw.Connection(str(data / DATABASE_NAME))
        try:
            connection.executemany("DELETE FROM file WHERE account = ? AND name = ?", list(names))
        finally:
            connection.close()
    except apsw.Error as error:
        raise store_error(error) from error
