"""`DirectoryBlobs`: a `FileStore` behind a bounded pool of threads, so that the event loop goes on."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from samlink.store.blobs.directory import FileStore
from samlink.store.contract.blobs import Blobs

T = TypeVar("T")


class DirectoryBlobs(Blobs):
    """The `Blobs` in `data`/files."""

    def __init__(self, data: Path, *, threads: int) -> None:
        """At most `threads` files are written or read at once."""
        self._files = FileStore(data)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="blobs")

    async def _do(self, call: Callable[..., T], *arguments: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, call, *arguments)

    async def name(self, content: bytes, extension: str) -> str:
        return await self._do(self._files.name, content, extension)

    async def save(self, account: int, content: bytes, extension: str) -> str:
        return await self._do(self._files.save, account, content, extension)

    async def read(self, account: int, name: str) -> bytes:
        return await self._do(self._files.read, account, name)

    async def size(self, account: int, name: str) -> int | None:
        return self._files.size(account, name)  # without a thread: it takes microseconds

    async def delete(self, account: int, name: str) -> None:
        await self._do(self._files.delete, account, name)

    async def pages(self, size: int) -> AsyncIterator[list[tuple[int, str]]]:
        left = self._files.every()
        while found := await self._do(lambda: list(itertools.islice(left, size))):
            yield found

    async def sweep(self) -> int:
        """Remove drafts that a crash left, while nobody saves; how many."""
        return await self._do(self._files.sweep)

    async def close(self) -> None:
        await asyncio.to_thread(self._pool.shutdown)
