"""`DirectoryBlobs`: a `FileStore` behind a bounded pool of threads, so that the event loop goes on."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from samlink.store.blobs.directory import FileStore

T = TypeVar("T")


class DirectoryBlobs:
    """The `Blobs` in `data`/files."""

    def __init__(self, data: Path, *, threads: int) -> None:
        """At most `threads` files are written or read at once."""
        self._files = FileStore(data)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="blobs")

    async def _do(self, call: Callable[..., T], *arguments: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, call, *arguments)

    async def name(self, content: bytes, extension: str) -> str:
        """What `save` calls such a file."""
        return await self._do(self._files.name, content, extension)

    async def save(self, account: int, content: bytes, extension: str) -> str:
        """Keep `content`, durable on return; its name."""
        return await self._do(self._files.save, account, content, extension)

    async def read(self, account: int, name: str) -> bytes:
        """The file's bytes."""
        return await self._do(self._files.read, account, name)

    async def size(self, account: int, name: str) -> int | None:
        """The file's bytes, counted. Without a thread: it takes microseconds."""
        return self._files.size(account, name)

    async def delete(self, account: int, name: str) -> None:
        """Remove the file."""
        await self._do(self._files.delete, account, name)

    async def pages(self, size: int) -> AsyncIterator[list[tuple[int, str]]]:
        """Account and name of every file, up to `size` at a time."""
        left = self._files.every()
        while found := await self._do(lambda: list(itertools.islice(left, size))):
            yield found

    async def sweep(self) -> int:
        """Remove drafts that a crash left, while nobody saves; how many."""
        return await self._do(self._files.sweep)

    async def close(self) -> None:
        """Finish what is being written."""
        await asyncio.to_thread(self._pool.shutdown)
