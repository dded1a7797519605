"""The promises of `samlink.store.contract.blobs.Blobs`, for any implementation to be tried by.

Subclass `BlobsConformance` in a test module of your own and give it a fixture `blobs`, an empty one. Needs pytest and
pytest-asyncio in `asyncio_mode = "auto"`.
"""

import asyncio
import hashlib

import pytest

from samlink.store.contract import StoreError
from samlink.store.contract.blobs import Blobs

CONTENT = b"\xff\xd8 a picture \xff\xd9"
NAME = hashlib.md5(CONTENT, usedforsecurity=False).hexdigest() + ".jpg"


class BlobsConformance:
    """Files by account and name."""

    async def test_a_file_is_kept_under_its_md5(self, blobs: Blobs) -> None:
        assert await blobs.name(CONTENT, "Jpg") == NAME
        assert [await blobs.save(1, CONTENT, "Jpg"), await blobs.save(1, CONTENT, "jpg")] == [NAME, NAME]
        assert await blobs.read(1, NAME) == CONTENT
        assert await blobs.size(1, NAME) == len(CONTENT)

    async def test_a_file_is_its_accounts_own(self, blobs: Blobs) -> None:
        await blobs.save(1, CONTENT, "jpg")
        with pytest.raises(StoreError):
            await blobs.read(2, NAME)
        assert await blobs.size(2, NAME) is None
        await blobs.delete(2, NAME)
        assert await blobs.read(1, NAME) == CONTENT

    async def test_a_deleted_file_is_gone(self, blobs: Blobs) -> None:
        await blobs.save(1, CONTENT, "jpg")
        await blobs.delete(1, NAME)
        await blobs.delete(1, NAME)
        assert await blobs.size(1, NAME) is None
        with pytest.raises(StoreError):
            await blobs.read(1, NAME)

    @pytest.mark.parametrize("name", ["", "../../secret.key", "a.jpg", NAME.upper(), NAME + "\n", NAME + "/.."])
    async def test_no_name_leads_anywhere_else(self, blobs: Blobs, name: str) -> None:
        for use in (blobs.read, blobs.delete):
            with pytest.raises(StoreError):
                await use(1, name)

    @pytest.mark.parametrize("extension", ["", "jpeg", "j/g", "..", "그림"])
    async def test_an_impossible_extension_is_refused(self, blobs: Blobs, extension: str) -> None:
        with pytest.raises(StoreError):
            await blobs.save(1, CONTENT, extension)

    async def test_every_file_is_found_in_pages(self, blobs: Blobs) -> None:
        contents = [CONTENT + bytes([number]) for number in range(7)]
        names = await asyncio.gather(*(blobs.save(1 + n % 2, content, "jpg") for n, content in enumerate(contents)))
        pages = [page async for page in blobs.pages(3)]
        assert max(len(page) for page in pages) <= 3
        found = [entry for page in pages for entry in page]
        assert sorted(found) == sorted((1 + n % 2, name) for n, name in enumerate(names))

    async def test_it_closes(self, blobs: Blobs) -> None:
        saving = asyncio.create_task(blobs.save(1, CONTENT, "jpg"))
        await asyncio.sleep(0)
        await blobs.close()
        assert await saving == NAME
