"""A real store on disk, with one account."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from samlink.operations import accounts
from samlink.store.contract import AdminStore
from samlink.store.credentials import Credentials
from samlink.store.sqlite.admin import SqliteAdminStore


@pytest.fixture
def credentials(tmp_path: Path) -> Credentials:
    """Of the store's directory."""
    return Credentials.open(tmp_path)


@pytest.fixture
async def store(tmp_path: Path, credentials: Credentials) -> AsyncIterator[AdminStore]:
    """A store with the prepaid account `shop`, balance 1,000 won."""
    async with SqliteAdminStore(tmp_path, tool="samlink test") as opened:
        await accounts.add(opened, credentials, "shop", {"balance": 1_000_00})
        yield opened
