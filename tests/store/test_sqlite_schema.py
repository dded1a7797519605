"""The schema itself: what it forbids, that it is the same however it came about, and what is refused at opening."""

import sqlite3
from pathlib import Path
from typing import Any

import apsw
import pytest

from samlink.store.contract import StoreError
from samlink.store.sqlite import statements
from samlink.store.sqlite.database import open_database
from samlink.testing.conformance.sample import NOW
from tests.store.sample import add_account

NEW: dict[str, Any] = {
    "id": 1,
    "account": 1,
    "group_id": "g",
    "message_id": "1",
    "receiver": "01012345678",
    "service": 1,
    "kind": 1,
    "price": 0,
    "charge": None,
    "accepted_at_ms": NOW,
    "due_at_ms": NOW,
}
CLAIMED: dict[str, Any] = {"claim_token": 1, "deadline_at_ms": NOW, "attempts": 1}
SENT: dict[str, Any] = CLAIMED | {"submitted_at_ms": NOW, "carrier": "sim", "carrier_ref": "r"}
UNKNOWN: dict[str, Any] = CLAIMED | {"unknown_at_ms": NOW, "unknowns": 1}
DONE: dict[str, Any] = {"result": 6, "settled_at_ms": NOW, "sent_at_ms": NOW, "telecom": "", "charged": 1}
POSSIBLE: dict[str, dict[str, Any]] = {
    "queued": {},
    "sending": CLAIMED,
    "sent": SENT,
    "unknown": UNKNOWN,
    "done": DONE | {"attempts": 1, "claim_token": 1},
    "reported": DONE | {"reported_at_ms": NOW, "late_result": 7},
}
IMPOSSIBLE: dict[str, dict[str, Any]] = {
    "a claim without a lease": {"claim_token": 1, "attempts": 1},
    "a lease without a claim": {"deadline_at_ms": NOW},
    "a settled message in flight": DONE | CLAIMED,
    "a claim that is no attempt": CLAIMED | {"attempts": 0},
    "more unknowns than attempts": CLAIMED | {"unknowns": 2},
    "sent without a claim": {"submitted_at_ms": NOW},
    "unknown without a claim": {"unknown_at_ms": NOW},
    "sent and unknown": SENT | {"unknown_at_ms": NOW},
    "a reference without a carrier": SENT | {"carrier": None},
    "a queued message with a reference": {"carrier": "sim", "carrier_ref": "r"},
    "a state as a result": DONE | {"result": 1},
    "a result without its time": DONE | {"settled_at_ms": None},
    "a result without its sending time": DONE | {"sent_at_ms": None},
    "a result without a telecom": DONE | {"telecom": None},
    "a result that is not known to be charged": DONE | {"charged": None},
    "a time without a result": {"settled_at_ms": NOW},
    "reported without a result": {"reported_at_ms": NOW},
    "a late result without a first": {"late_result": 6},
    "a price that nobody was charged": {"price": 1},
    "a charge without a price": {"charge": 1},
    "a negative price": {"price": -1, "charge": 1},
    "a service that there is not": {"service": 4},
    "text for a number": {"due_at_ms": "soon"},
    "an account that there is not": {"account": 99},
}


def insert(db: apsw.Connection, changes: dict[str, Any]) -> None:
    """Insert one message with these columns."""
    row = NEW | changes
    marks = ", ".join("?" * len(row))
    db.execute(f"INSERT INTO message ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))


@pytest.fixture
def db(tmp_path: Path) -> apsw.Connection:
    add_account(tmp_path)
    return open_database(tmp_path)


@pytest.mark.parametrize("state", POSSIBLE)
def test_the_view_names_each_possible_state(db: apsw.Connection, state: str) -> None:
    insert(db, POSSIBLE[state])
    assert db.execute("SELECT state FROM message_state").get == state


@pytest.mark.parametrize("what", IMPOSSIBLE)
def test_no_impossible_message_can_be_stored(db: apsw.Connection, what: str) -> None:
    with pytest.raises(apsw.ConstraintError):
        insert(db, IMPOSSIBLE[what])


def test_ids_are_never_used_again(db: apsw.Connection) -> None:
    insert(db, {"id": 7})
    db.execute("DELETE FROM message")
    insert(db, {"id": None})
    assert db.execute("SELECT id FROM message").get == 8


@pytest.mark.parametrize(
    "statement",
    ["UPDATE ledger SET amount = 1", "DELETE FROM ledger", "DELETE FROM account", "UPDATE account SET balance = -1"],
)
def test_the_ledger_and_accounts_cannot_be_tampered_with(db: apsw.Connection, statement: str) -> None:
    with pytest.raises(apsw.ConstraintError):
        db.execute(statement)


def schema(path: Path) -> list[tuple[object, ...]]:
    """All that the schema says, whatever way it came about."""
    with sqlite3.connect(path) as db:
        return db.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name").fetchall()


def test_a_migrated_database_equals_a_fresh_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scripts = statements.migrations()
    open_database(tmp_path / "fresh").close()
    for count in range(1, len(scripts) + 1):
        monkeypatch.setattr(statements, "migrations", lambda count=count: scripts[:count])
        open_database(tmp_path / "migrated").close()
    assert schema(tmp_path / "migrated" / "samlink.db") == schema(tmp_path / "fresh" / "samlink.db")


def test_a_migration_that_fails_leaves_the_old_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_database(tmp_path).close()
    before = schema(tmp_path / "samlink.db")
    scripts = [*statements.migrations(), "CREATE TABLE more (a); CREATE TABLE account (a);"]
    monkeypatch.setattr(statements, "migrations", lambda: scripts)
    with pytest.raises(StoreError):
        open_database(tmp_path)
    assert schema(tmp_path / "samlink.db") == before


def test_a_newer_database_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    count = len(statements.migrations())
    newer = [*statements.migrations(), "CREATE TABLE more (a);"]
    with monkeypatch.context() as patch:
        patch.setattr(statements, "migrations", lambda: newer)
        open_database(tmp_path).close()
    with pytest.raises(
        StoreError, match=rf"written by a newer samlink \(schema {count + 1}; this one knows up to {count}\)"
    ):
        open_database(tmp_path)


def test_a_foreign_database_is_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "samlink.db") as db:
        db.execute("CREATE TABLE theirs (a)")
    with pytest.raises(StoreError, match="is not a samlink database"):
        open_database(tmp_path)
    assert [row[1] for row in schema(tmp_path / "samlink.db")] == ["theirs"]


def test_first_use_makes_a_private_directory(tmp_path: Path) -> None:
    db = open_database(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "a" / "b").iterdir()}
    assert modes == {"samlink.db": 0o600, "samlink.db-wal": 0o600, "samlink.db-shm": 0o600, "samlink.mark": 0o600}
    db.close()


def test_settings_that_durability_needs(db: apsw.Connection) -> None:
    assert db.pragma("journal_mode") == "wal"
    assert db.pragma("synchronous") == 2
    assert db.pragma("foreign_keys") == 1
    assert db.pragma("wal_autocheckpoint") == 0


def test_statements_are_named_once() -> None:
    assert statements.parse("-- about\n\n-- name: a\nSELECT 1\n\n-- name: b\n-- why\nSELECT 2\n") == {
        "a": "SELECT 1",
        "b": "SELECT 2",
    }
    with pytest.raises(ValueError, match="twice"):
        statements.parse("-- name: a\nSELECT 1\n-- name: a\nSELECT 2\n")
