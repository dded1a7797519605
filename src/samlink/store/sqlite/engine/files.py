"""Rows of uploaded files; their bytes are in `samlink.store.blobs.directory`."""

from collections.abc import Sequence
from typing import Any, Final

import apsw

from samlink.store.contract import FILE_BLOCK_BYTES, StoredFile
from samlink.store.sqlite import statements

SQL: Final = statements.load("files")


class Files:
    """The verbs about files."""

    def __init__(self, db: apsw.Connection) -> None:
        self._db = db

    def add_file(self, row: list[Any]) -> None:
        """See `Store.add_file`; a StoredFile as a list."""
        self._db.execute(SQL["add"], row)

    def file(self, account: int, name: str) -> StoredFile | None:
        """See `Store.file`."""
        found: list[tuple[Any, ...]] = self._db.execute(SQL["one"], (account, name)).fetchall()
        return StoredFile(*found[0]) if found else None

    def file_bytes(self, account: int) -> int:
        """See `Store.file_bytes`."""
        return int(self._db.execute(SQL["bytes"], {"account": account, "block": FILE_BLOCK_BYTES}).get)

    def unknown_files(self, names: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
        """See `Store.unknown_files`."""
        return [name for name in names if self.file(*name) is None]

    def expired_files(self, before_ms: int, limit: int) -> list[StoredFile]:
        """See `Store.expired_files`."""
        found: list[tuple[Any, ...]] = self._db.execute(SQL["expired"], (before_ms, limit)).fetchall()
        return [StoredFile(*row) for row in found]

    def forget_file(self, account: int, name: str, before_ms: int) -> bool:
        """See `Store.forget_file`."""
        self._db.execute(SQL["forget"], (account, name, before_ms))
        return bool(self._db.changes())
