"""The conformance suite of blobs against a directory."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from samlink.store.blobs.pool import DirectoryBlobs
from samlink.store.contract.blobs import Blobs
from samlink.testing.conformance.blobs import BlobsConformance


class TestDirectoryBlobs(BlobsConformance):
    """Files on the disk."""

    @pytest.fixture
    async def blobs(self, tmp_path: Path) -> AsyncIterator[Blobs]:
        blobs = DirectoryBlobs(tmp_path, threads=2)
        yield blobs
        await blobs.close()
