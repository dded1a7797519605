"""The bytes of uploaded MMS files: what the gateway keeps, and hands to carriers.

A blob is named by its content, `<md5>.<extension>`, and belongs to an account: nobody reaches another account's by any
name. Which blobs are known, and how old they are, is the `Store`'s to say (`add_file`): a blob without a row is a
leftover of a crash.
"""

from collections.abc import AsyncIterator
from typing import Protocol


class Blobs(Protocol):
    """Files by account and name. Every verb raises StoreError if it cannot be done."""

    async def name(self, content: bytes, extension: str) -> str:
        """What `save` calls such a file."""

    async def save(self, account: int, content: bytes, extension: str) -> str:
        """Keep `content`, durable on return; its name. The same bytes get the same name.

        Raises StoreFullError, StoreLostError (an fsync failed), StoreError (an impossible extension, other faults).
        """

    async def read(self, account: int, name: str) -> bytes:
        """The file's bytes. Raises StoreError if there is no file of that name."""

    async def size(self, account: int, name: str) -> int | None:
        """The file's bytes, counted; None if there is no file of that name."""

    async def delete(self, account: int, name: str) -> None:
        """Remove the file; one that is gone already is no error."""

    def pages(self, size: int) -> AsyncIterator[list[tuple[int, str]]]:
        """Account and name of every file, up to `size` at a time, read as they are asked for; one that comes or goes
        meanwhile may be missed."""

    async def close(self) -> None:
        """Finish what is being written."""
