"""The floor of the disk: the bare life of the same rows at the same commit sizes; and a store to begin with.

A life is an insert, a claim, a result and its delivery, each in a commit of its own with `synchronous=FULL`.
"""

import array
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import apsw

from samlink.bench.load import record
from samlink.bench.store import bench_account
from samlink.core.message import NewMessage
from samlink.store.sqlite.engine.engine import Engine
from samlink.vocabulary.kinds import Kind
from samlink.vocabulary.results import ResultCode
from samlink.vocabulary.services import Service

COMMIT_ROWS: Final = 480
"""Rows of one commit: 16 requests of 30, about what the writer groups under load."""
CHECKPOINT_COMMITS: Final = 8
FILL_ROWS: Final = 10_000
_FAR_MS: Final = 1 << 60

_BARE: Final = """
CREATE TABLE message (
    id INTEGER PRIMARY KEY, account INTEGER, group_id TEXT, message_id TEXT, receiver TEXT, sender TEXT, text TEXT,
    due_at_ms INTEGER, token INTEGER, result INTEGER, sent_at_ms INTEGER, telecom TEXT, reported_at_ms INTEGER,
    UNIQUE (account, group_id, message_id, receiver)
) STRICT;
CREATE INDEX queue ON message (due_at_ms, id) WHERE token IS NULL;
"""
_INSERT: Final = (
    "INSERT INTO message (account, group_id, message_id, receiver, sender, text, due_at_ms) "
    "VALUES (1, ?, ?, ?, ?, ?, 0)"
)
_CLAIMABLE: Final = (
    "SELECT id, sender, receiver, text FROM message INDEXED BY queue WHERE token IS NULL AND due_at_ms <= 1 "
    "ORDER BY due_at_ms, id LIMIT ?"
)


def _commits(messages: int) -> Iterator[range]:
    for start in range(0, messages, COMMIT_ROWS):
        yield range(start, min(start + COMMIT_ROWS, messages))


def _ids(numbers: range) -> Any:
    return apsw.carray(array.array("q", [number + 1 for number in numbers]))


def bare_lives_per_second(directory: Path, messages: int) -> float:
    """Lives a second of the same rows in one table and one process, nothing else being done with them."""
    db = apsw.Connection(str(directory / "bare.db"))
    for setting in ("journal_mode = WAL", "synchronous = FULL", "cache_size = -32768"):
        db.execute(f"PRAGMA {setting}").fetchall()
    db.execute(_BARE)
    found = (record("bare", number) for number in range(messages))
    rows = [(r.group_id, r.message_id, r.receiver, r.sender, r.text) for r in found]
    began = time.perf_counter()
    for numbers in _commits(messages):
        with db:
            db.executemany(_INSERT, rows[numbers.start : numbers.stop])
        with db:
            claimed = db.execute(_CLAIMABLE, (COMMIT_ROWS,)).fetchall()
            db.execute("UPDATE message SET token = 1 WHERE id IN carray(?)", (_ids(numbers),))
        with db:
            outcomes = [(6, 2, "01190", row[0]) for row in claimed]
            db.executemany("UPDATE message SET result = ?, sent_at_ms = ?, telecom = ? WHERE id = ?", outcomes)
        with db:
            db.execute("UPDATE message SET reported_at_ms = 3 WHERE id IN carray(?)", (_ids(numbers),))
    taken = time.perf_counter() - began
    db.close()
    return messages / taken


def store_lives_per_second(directory: Path, messages: int, batch: int) -> float:
    """Lives a second by the verbs of the store's engine, at the same commit sizes, in one process."""
    engine = Engine.open(directory / "engine")
    account = engine.accounts.add_account(bench_account(batch), "", 0)
    rows = _rows("engine", 0, messages)
    began = time.perf_counter()
    for turn, numbers in enumerate(_commits(messages)):
        with engine.db:
            for start in range(numbers.start, numbers.stop, batch):
                engine.accept.accept(account.no, rows[start : min(start + batch, numbers.stop)], 1)
        with engine.db:
            claimed = engine.carry.claim(1, COMMIT_ROWS, 2, _FAR_MS)
        with engine.db:
            delivered = int(ResultCode.DELIVERED)
            outcomes = [[row[0], delivered, 3, "01190", True, "simulator", "", ""] for row in claimed]
            reports = engine.settle.settle(outcomes, 3, (1, 60_000))
        with engine.db:
            engine.reports.delivered(1, [report[0] for report in reports], 4)
        if turn % CHECKPOINT_COMMITS == 0:
            engine.db.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
    taken = time.perf_counter() - began
    engine.close()
    return messages / taken


def _rows(group: str, first: int, messages: int) -> list[list[Any]]:
    """Messages as the engine's `accept` takes them."""
    found: list[list[Any]] = []
    for number in range(first, first + messages):
        r = record(group, number)
        one = NewMessage(
            r.group_id, r.message_id, r.receiver, Service.SMS, Kind.SMS, r.sender, "", r.text, "", "", "", 1, None, 2000
        )
        found.append([getattr(one, name) for name in one.__struct_fields__])
    return found


def fill(data: Path, account: int, messages: int) -> None:
    """Queue `messages` in the store of a gateway that does not run."""
    engine = Engine.open(data)
    try:
        for start in range(0, messages, FILL_ROWS):
            with engine.db:
                engine.accept.accept(account, _rows("queued", start, min(FILL_ROWS, messages - start)), 1)
            engine.db.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
    finally:
        engine.close()
