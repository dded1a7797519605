"""Rows of uploaded files; their bytes are in `samlink.store.files`."""

from typing import Any, Final

from samlink.store.contract import StoredFile
from samlink.store.sqlite import statements
from samlink.store.sqlite.money import Money

SQL: Final = statements.load("files")


class FileRows(Money):
    """The verbs about files."""

    def add_file(self, row: list[Any]) -> None:
        """See `Store.add_file`; a StoredFile as a list."""
        self.db.execute(SQL["add"], row)

    def file(self, account: int, name: str) -> StoredFile | None:
        """See `Store.file`."""
        found: list[tuple[Any, ...]] = self.db.execute(SQL["one"], (account, name)).fetchall()
        return StoredFile(*found[0]) if found else None
