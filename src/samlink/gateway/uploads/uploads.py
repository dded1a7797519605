"""MMS files: taken from 2030, kept by the file store, known to the store under the account that sent them.

What a file is has to agree with its extension, and a picture has to decode to its last row: its headers have to promise
that this takes little, and a process of its own does it (`pictures`). An account's files together have a bound. A file
is forgotten when its time is over; a message that names it after that gets 69. What a crash left on the disk without a
row is removed after the next start.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Final, NamedTuple

from samlink.core.images import FILE_EXTENSIONS, Network, NetworkFile, file_fault, network_fault
from samlink.gateway.limits import Limits
from samlink.gateway.places import Places
from samlink.gateway.uploads.pictures import Pictures
from samlink.gateway.watch.events import FilesWithoutRowRemoved
from samlink.store.blobs.directory import FileStore
from samlink.store.contract import Store, StoredFile, StoreError, StoreLostError
from samlink.store.contract.blobs import Blobs
from samlink.vocabulary.file_types import told_extension
from samlink.vocabulary.responses import ResponseCode
from samlink.vocabulary.results import ResultCode
from samlink.watch.events import Events

KNOWN_LIMIT: Final = 10_000
"""Names of files that are remembered as known."""


_DECODED: Final = frozenset({"jpg", "bmp"})


class FileRefusedError(Exception):
    """A file that is not taken; `response` is what to answer."""

    def __init__(self, response: ResponseCode, detail: str) -> None:
        super().__init__(detail)
        self.response = response
        self.detail = detail


class FileFault(NamedTuple):
    """Why messages with these files are not sent."""

    result: ResultCode
    reason: str


class Uploads:
    """Takes files and answers whether an account has one."""

    def __init__(
        self, store: Store, blobs: Blobs, *, limits: Limits, now_ms: Callable[[], int], events: Events
    ) -> None:
        self._store = store
        self._events = events
        self._blobs = blobs
        self._now_ms = now_ms
        self._pictures = Pictures(limits.pictures, events)
        self._known: dict[tuple[int, str], NetworkFile] = {}
        self._removing = asyncio.Lock()
        """Held from forgetting a file until its bytes are gone."""
        self._room_limit = limits.file_bytes_per_account
        self._room: dict[int, int] = {}
        """By account: what its files take of the disk; counted when one comes, and anew when some have gone."""
        self._adding = Places(1)
        """Held from asking whether there is room for a file until it is there, bytes and row; accounts have it in
        rotation."""
        self._left_behind: AsyncIterator[list[tuple[int, str]]] | None = blobs.pages(limits.upkeep_batch)
        """What the last run left on the disk, as far as it was not looked through yet; None when all was."""

    async def take(self, account: int, extension: str, content: bytes) -> str:
        """Make the file durable; its name for FILE_NAMEn.

        Raises:
            FileRefusedError: its extension is none that a carrier takes, it is empty, not what its extension says, or
                damaged, or there is no room for it.
            StoreError: it could not be kept.
        """
        extension = extension.lower()
        if extension not in FILE_EXTENSIONS:
            extension = told_extension(content)
        if not extension:
            taken = " ".join(sorted(FILE_EXTENSIONS))
            raise FileRefusedError(ResponseCode.FILE_EXTENSION, f"FILE_EXT is none of {taken}")
        if not content:
            raise FileRefusedError(ResponseCode.FILE_LENGTH_WRONG, "FILE_LENGTH is 0")
        fault = file_fault(extension, content)
        if not fault and extension in _DECODED:
            fault = await self._pictures.fault(account, extension, content)
        if fault:
            raise FileRefusedError(ResponseCode.FILE_DAMAGED, fault)
        name = await self._blobs.name(content, extension)
        async with self._adding.place(account):
            await self._add(StoredFile(account, name, extension, len(content), self._now_ms()), content)
        # The same bytes of long ago may have been forgotten between the two, and their removal took ours with it.
        async with self._removing:
            if await self._blobs.size(account, name) is None:
                await self._blobs.save(account, content, extension)
        self._remember(account, name, NetworkFile(extension, len(content)))
        return name

    async def _add(self, file: StoredFile, content: bytes) -> None:
        """Keep the file if there is room for it, or if it is there already."""
        account = file.account
        known = await self._find(account, file.name) is not None
        if account not in self._room:
            self._room[account] = await self._store.file_bytes(account)
        room = self._room[account] + (0 if known else file.room)
        if not known and room > self._room_limit:
            raise FileRefusedError(ResponseCode.FILE_QUOTA, "file quota reached")
        await self._blobs.save(account, content, file.extension)
        try:
            await self._store.add_file(account, file.name, file.extension, file.size)
        except StoreError as error:
            if not known and not isinstance(error, StoreLostError):
                await self._blobs.delete(account, file.name)
            raise
        if account in self._room:
            self._room[account] = room

    async def fault(self, account: int, names: Sequence[str]) -> FileFault | None:
        """What is wrong with messages of the account that name these files: one is not the account's (69), or no
        network takes them together (60). Raises StoreError when the store cannot say."""
        files: list[NetworkFile] = []
        for place, name in enumerate(names, 1):
            file = await self._find(account, name)
            if file is None:
                # A name that we cannot have given is the customer's own text, which no reason repeats.
                shown = name if FileStore.is_name(name) else f"FILE_NAME {place}"
                return FileFault(ResultCode.CONTENT_OTHER, f"file unknown: {shown}")
            files.append(file)
        faults = [network_fault(network, files) for network in Network]
        if files and all(faults):
            return FileFault(ResultCode.CONTENT_SIZE, f"files: {faults[0]}")
        return None

    async def _find(self, account: int, name: str) -> NetworkFile | None:
        known = self._known.get((account, name))
        if known is not None:
            return known
        stored = await self._store.file(account, name)
        if stored is None:
            return None
        file = NetworkFile(stored.extension, stored.size)
        self._remember(account, name, file)
        return file

    async def expire(self, age_ms: int, limit: int) -> int:
        """Forget up to `limit` files that were uploaded last longer ago than `age_ms`; how many they were.

        Raises:
            StoreError: the store or the disk could not do it; what is left is found again.
        """
        expired = await self._store.expired_files(age_ms, limit)
        for file in expired:
            async with self._removing:
                await self._remove(file)
        return len(expired)

    async def _remove(self, file: StoredFile) -> None:
        if not await self._store.forget_file(file):
            return
        self._known.pop((file.account, file.name), None)
        self._room.pop(file.account, None)
        await self._blobs.delete(file.account, file.name)

    async def sweep(self) -> int:
        """Look through the next files that are kept, and remove those without a row; 0 when all were seen.

        Raises:
            StoreError: the store or the disk could not do it; what is left is found after the next start.
        """
        left = self._left_behind
        if left is None:
            return 0  # without a thread of the pool: housekeeping would wait for all pictures that are being decoded
        found = await anext(left, None)
        if found is None:
            self._left_behind = None
            return 0
        unknown = await self._store.unknown_files(found)
        removed = [await self._remove_unknown(account, name) for account, name in unknown]
        if any(removed):
            self._events.tell(FilesWithoutRowRemoved(sum(removed)))
        return len(found)

    async def _remove_unknown(self, account: int, name: str) -> bool:
        """Whether there is still no row: nobody can be between the bytes and the row of a file meanwhile."""
        async with self._adding.place(account):
            if await self._store.file(account, name) is not None:
                return False
            await self._blobs.delete(account, name)
            return True

    def _remember(self, account: int, name: str, file: NetworkFile) -> None:
        self._known[account, name] = file
        if len(self._known) > KNOWN_LIMIT:
            del self._known[next(iter(self._known))]

    async def start(self) -> None:
        """Processes begin when the first picture comes."""

    async def stop(self) -> None:
        """Look at no more pictures."""
        await self._pictures.stop()
