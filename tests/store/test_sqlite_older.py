"""A data directory that an older samlink has left, in the middle of its work: the new one goes on with all of it."""

import contextlib
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from samlink.core.message import NewMessage, Outcome
from samlink.store.contract import Accepted
from samlink.store.sqlite import statements
from samlink.store.sqlite.database import DATABASE_NAME, open_database
from samlink.testing.conformance.sample import (
    DELIVERED,
    FAILED,
    LATER,
    LEASE,
    MINUTE,
    NOW,
    PRICE,
    TOKEN,
    at,
    message,
    owed,
    unknown_ones,
)
from tests.store.sample import audit, opened

CLAIMED = {"claim_token": 9, "deadline_at_ms": LATER, "attempts": 1}
DONE = {"settled_at_ms": NOW, "sent_at_ms": NOW, "telecom": "01190"}
LIVES: tuple[dict[str, Any], ...] = (
    {},
    CLAIMED,
    CLAIMED | {"submitted_at_ms": NOW, "carrier": "sim", "carrier_ref": "r3"},
    DONE | {"result": DELIVERED, "charged": 1},
    DONE | {"result": FAILED, "charged": 0, "reported_at_ms": NOW},
)
"""What becomes of messages 1 to 5: queued, sending, sent, done, reported."""
EARLY = {"result": DELIVERED, "sent_at_ms": NOW, "telecom": "01190", "charged": 1}
"""What the carrier has said of message 2, whose reference nobody knows yet."""
MESSAGES = [message(number) for number in range(1, len(LIVES) + 1)]
ROUTES_SINCE = 7
"""The schema from which a claim says which carrier has it."""
OLDER = range(1, len(statements.migrations()))


def insert(db: sqlite3.Connection, table: str, **values: Any) -> None:
    """Insert one row, whatever other columns the table has by now."""
    marks = ", ".join("?" * len(values))
    db.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", tuple(values.values()))


def write(db: sqlite3.Connection, id: int, new: NewMessage, life: dict[str, Any]) -> None:
    """A message as the first samlink stored it."""
    names = ("group_id", "message_id", "receiver", "service", "kind", "due_at_ms", "price")
    key = {name: getattr(new, name) for name in names}
    insert(db, "message", id=id, account=1, charge=2, accepted_at_ms=NOW, **key, **life)
    content = {name: getattr(new, name) for name in ("sender", "subject", "text", "url", "user_code", "files")}
    insert(db, "content", id=id, **content)


def older_store(data: Path, version: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an account and five messages of it were when samlink of that schema was stopped."""
    scripts = statements.migrations()[:version]
    with monkeypatch.context() as patch:
        patch.setattr(statements, "migrations", lambda: scripts)
        open_database(data).close()
    with contextlib.closing(sqlite3.connect(data / DATABASE_NAME)) as db, db:
        costs = {"sms_cost": PRICE, "lms_cost": PRICE, "mms_cost": PRICE, "balance": 6 * PRICE}
        limits = {"batch_limit": 30, "variable": 0, "max_msg_size": 2000, "service_class": 1}
        name = {"no": 1, "id": "demo", "password": "hash", "fee_type": 1, "allow": "", "redirect": ""}
        insert(db, "account", **name, **costs, **limits, created_at_ms=NOW)
        insert(db, "ledger", account=1, at_ms=NOW, cause="top-up", amount=10 * PRICE, messages=0)
        insert(db, "ledger", account=1, at_ms=NOW, cause="charge", amount=-5 * PRICE, messages=5)
        insert(db, "ledger", account=1, at_ms=NOW, cause="refund", amount=PRICE, messages=1, message=5)
        for id, (new, life) in enumerate(zip(MESSAGES, LIVES, strict=True), 1):
            claimed_by = {"carrier": "simulator"} if version >= ROUTES_SINCE and "claim_token" in life else {}
            write(db, id, new, claimed_by | life)
        insert(db, "early_result", carrier="sim", carrier_ref="r2", came_at_ms=NOW, carrier_code="", **EARLY)
        if version > 1:
            insert(db, "digest", account=1, digest=b"text", at_ms=NOW)


@pytest.mark.parametrize("version", OLDER)
async def test_what_an_older_samlink_was_doing_is_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: int
) -> None:
    older_store(tmp_path, version, monkeypatch)
    async with opened(tmp_path) as store:
        assert (await store.rescue(sms_wait_ms=MINUTE, other_wait_ms=MINUTE)).unknown == 1
        again = [message(number) for number in range(1, 6)]
        assert await store.accept(1, again) == Accepted(0, 0, reported_again=2), "a resend is recognised"
        assert [row.id for row in await owed(store, 1, MESSAGES[0].service, 10)] == [4, 5]
        assert [row.id for row in await unknown_ones(store, 10, carrier="simulator")] == [2]
        await store.requeue([2], 0)
        assert [row.id for row in await store.claim(7, 10, MINUTE, carrier="simulator")] == [2, 1]
        early = await store.submitted(7, [(1, "sim", "r1"), (2, "sim", "r2")], MINUTE)
        assert [report.id for report in early.reports] == [2], "its result had overtaken the answer"
        results = [Outcome(0, FAILED, NOW, "", False, "sim", name, "") for name in ("r1", "r3")]
        assert [report.id for report in await store.settle(results, taking=LEASE)] == [1, 3]
        await store.delivered(TOKEN, [1, 2, 3, 4, 5])
        assert await store.balance(1) == 8 * PRICE
    assert audit(tmp_path) == []


@pytest.mark.parametrize("version", [version for version in OLDER if version > 1])
async def test_what_an_older_samlink_has_sent_is_a_duplicate_but_never_its_own_resend(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: int
) -> None:
    older_store(tmp_path, version, monkeypatch)
    async with opened(tmp_path) as store:
        resent, new = message(1, digest=b"text"), message(8, digest=b"text")
        assert await at(store, NOW + 1).accept(1, [resent, new]) == Accepted(1, 0, {84: 1})
        assert await at(store, NOW + 2).accept(1, [resent]) == Accepted(0, 0)
