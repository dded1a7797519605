"""Rows of uploaded files; their bytes are in `samlink.store.blobs.directory`."""

from collections.abc import Sequence
from typing import Any, Final

from samlink.store.contract import FILE_BLOCK_BYTES, StoredFile
from samlink.store.sqlite import statements
from samlink.store.sqlite.engine.verbs import Verbs

SQL: Final = statements.load("files")


class Files(Verbs):
    """The verbs about files."""

    def add_file(self, row: list[Any]) -> None:
        """See `Store.add_file`; a StoredFile as a list."""
        self._db.execute(SQL["add"], row)

    def file(self, account: int, name: str) -> StoredFile | None:
        found: list[tuple[Any, ...]] = self._db.execute(SQL["one"], (account, name)).fetchall()
        return StoredFile(*found[0]) if found else None

    def file_bytes(self, account: int) -> int:
        return int(self._db.execute(SQL["bytes"], {"account": account, "block": FILE_BLOCK_BYTES}).get)

    def unknown_files(self, names: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
        return [name for name in names if self.file(*name) is None]

    def expired_files(self, before_ms: int, limit: int) -> list[StoredFile]:
        found: list[tuple[Any, ...]] = self._db.execute(SQL["expired"], (before_ms, limit)).fetchall()
        return [StoredFile(*row) for row in found]

    def forget_file(self, account: int, name: str, before_ms: int) -> bool:
        self._db.execute(SQL["forget"], (account, name, before_ms))
        return bool(self._db.changes())
