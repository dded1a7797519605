"""The conformance suite against SQLite, through a real writer process."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from samlink.core.account import Account
from samlink.store.contract import Store
from samlink.store.sqlite.admin import Admin
from tests.store.conformance import Desk, StoreConformance
from tests.store.conformance_fallback import FallbackConformance
from tests.store.conformance_limits import LimitsConformance
from tests.store.conformance_retention import RetentionConformance
from tests.store.sample import add_account, audit, opened


class SqliteDesk(Desk):
    """The command line's side."""

    def __init__(self, data: Path) -> None:
        self._data = data

    def add_account(self, new: Account) -> int:
        return add_account(self._data, new)

    def set_account(self, account_id: str, **changes: Any) -> None:
        with Admin(self._data) as admin:
            admin.set_account(account_id, changes)

    def close_account(self, account_id: str) -> None:
        with Admin(self._data) as admin:
            admin.close_account(account_id)

    def audit(self) -> list[str]:
        return audit(self._data)


class OnSqlite:
    """A store and the command line's side of it, on one directory."""

    @pytest.fixture
    async def store(self, tmp_path: Path) -> AsyncIterator[Store]:
        async with opened(tmp_path) as store:
            yield store

    @pytest.fixture
    def desk(self, tmp_path: Path) -> Desk:
        return SqliteDesk(tmp_path)


class TestSqliteStore(OnSqlite, StoreConformance):
    """Lives and money."""


class TestSqliteLimits(OnSqlite, LimitsConformance):
    """Limits and duplicates."""


class TestSqliteFallback(OnSqlite, FallbackConformance):
    """Kakao's fallbacks, refunds by account, late results."""


class TestSqliteRetention(OnSqlite, RetentionConformance):
    """Pruned, wiped, swept."""
