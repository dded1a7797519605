"""The conformance suite against SQLite, through a real writer process."""

import contextlib
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from samlink.store.contract import AdminStore, Store
from samlink.store.sqlite.admin import SqliteAdminStore
from samlink.store.sqlite.database import DATABASE_NAME
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


async def test_owners_that_are_gone_are_forgotten_and_their_tokens_are_not_given_again(tmp_path: Path) -> None:
    tokens: list[int] = []
    for _ in range(3):
        async with opened(tmp_path) as store:
            tokens.append(await store.register("node"))
    assert tokens == sorted(set(tokens))
    with contextlib.closing(sqlite3.connect(tmp_path / DATABASE_NAME)) as db:
        assert db.execute("SELECT token FROM owner").fetchall() == [(tokens[-1],)]


class TestSqliteAdmin(OnSqlite, AdminConformance):
    """The operator's verbs."""
