"""MMS files: taken from 2030, kept by the file store, known to the store under the account that sent them."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from samlink.codes.responses import ResponseCode
from samlink.store.contract import Store, StoredFile
from samlink.store.files import FileStore
from samlink.wire.records import FileUpload

EXTENSIONS: Final = frozenset({"jpg", "sis", "bmp", "mmf", "skm", "k3g"})
"""What carriers take (manual 3.B, 1024)."""
KNOWN_LIMIT: Final = 10_000
"""Names of files that are remembered as known."""


class FileRefusedError(Exception):
    """A file, or the name of one, that is not taken; `response` is what to answer."""

    def __init__(self, response: ResponseCode, detail: str) -> None:
        super().__init__(detail)
        self.response = response
        self.detail = detail


class Uploads:
    """Takes files and answers whether an account has one."""

    def __init__(self, store: Store, files: FileStore, *, threads: int, now_ms: Callable[[], int]) -> None:
        self._store = store
        self._files = files
        self._now_ms = now_ms
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="upload")
        self._known: dict[tuple[int, str], None] = {}

    async def take(self, account: int, upload: FileUpload) -> str:
        """Make the file durable; its name for FILE_NAMEn.

        Raises:
            FileRefusedError: its extension is none that a carrier takes, or it is empty.
            StoreError: it could not be kept.
        """
        extension = upload.extension.lower()
        if extension not in EXTENSIONS:
            raise FileRefusedError(ResponseCode.FILE_EXTENSION, f"FILE_EXT is none of {' '.join(sorted(EXTENSIONS))}")
        if not upload.content:
            raise FileRefusedError(ResponseCode.FILE_LENGTH_WRONG, "FILE_LENGTH is 0")
        loop = asyncio.get_running_loop()
        name = await loop.run_in_executor(self._pool, self._files.save, account, upload.content, extension)
        await self._store.add_file(StoredFile(account, name, extension, len(upload.content), self._now_ms()))
        self._remember(account, name)
        return name

    async def check(self, account: int, names: Sequence[str]) -> None:
        """Make sure that each name is a file of the account's.

        Raises:
            FileRefusedError: one is not.
            StoreError: the store could not say.
        """
        for name in names:
            if (account, name) in self._known:
                continue
            if await self._store.file(account, name) is None:
                raise FileRefusedError(ResponseCode.NO_SUCH_FILE, f"no such file: {name}")
            self._remember(account, name)

    def _remember(self, account: int, name: str) -> None:
        self._known[account, name] = None
        if len(self._known) > KNOWN_LIMIT:
            del self._known[next(iter(self._known))]

    def close(self) -> None:
        """Finish what is being written."""
        self._pool.shutdown()
