"""The conformance suite against SQLite, through a real writer process."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from samlink.store.contract import AdminStore, Store
from samlink.store.sqlite.admin import SqliteAdminStore
from samlink.testing.conformance.admin import AdminConformance
from samlink.testing.conformance.sample import CLOCK
from samlink.testing.conformance.store import StoreConformance
from samlink.testing.conformance.store_fallback import FallbackConformance
from samlink.testing.conformance.store_limits import LimitsConformance
from samlink.testing.conformance.store_ownership import OwnershipConformance
from samlink.testing.conformance.store_retention import RetentionConformance
from tests.store.sample import opened


class OnSqlite:
    """A store and the command line's side of it, on one directory."""

    @pytest.fixture
    async def store(self, tmp_path: Path) -> AsyncIterator[Store]:
        async with opened(tmp_path) as store:
            yield store

    @pytest.fixture
    async def admin(self, tmp_path: Path) -> AsyncIterator[AdminStore]:
        async with SqliteAdminStore(tmp_path, clock=CLOCK) as admin:
            yield admin


class TestSqliteStore(OnSqlite, StoreConformance):
    """Lives and money."""


class TestSqliteLimits(OnSqlite, LimitsConformance):
    """Limits and duplicates."""


class TestSqliteFallback(OnSqlite, FallbackConformance):
    """Kakao's fallbacks, refunds by account, late results."""


class TestSqliteRetention(OnSqlite, RetentionConformance):
    """Pruned, wiped, swept."""


class TestSqliteOwnership(OnSqlite, OwnershipConformance):
    """Two owners."""


class TestSqliteAdmin(OnSqlite, AdminConformance):
    """The operator's verbs."""
