"""A SQLite store and its operator for the store's tests."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from samlink.core.account import Account
from samlink.store.sqlite.admin import Admin
from samlink.store.sqlite.store import SqliteStore, open_store
from samlink.testing.conformance.sample import CLOCK, NOW, account


def add_account(data: Path, new: Account | None = None) -> int:
    """Add an account on the side, as the command line does; its number."""
    with Admin(data, clock=CLOCK) as admin:
        return admin.add_account(new or account(), "hash").no


def audit(data: Path) -> list[str]:
    """What `samlink audit` would say."""
    with Admin(data) as admin:
        return [str(found) for found in admin.audit()]


@contextlib.asynccontextmanager
async def opened(data: Path) -> AsyncIterator[SqliteStore]:
    """A store on `data`, closed at the end."""
    CLOCK.ms = NOW
    store = await open_store(data, clock=CLOCK)
    try:
        yield store
    finally:
        await store.close()
