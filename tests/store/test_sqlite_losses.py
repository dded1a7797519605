"""Files that are deleted, torn and overwritten: nothing is acknowledged into nothing, and a start finds it out."""

import os
import shutil
import sqlite3
import struct
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from samlink.store.contract import Accepted, StoreError, StoreLostError
from samlink.store.faults import Fault
from samlink.store.sqlite.copying import SAVED_NAME
from samlink.store.sqlite.log_tail import has_lost_commits
from samlink.store.sqlite.store import open_store
from samlink.testing.conformance.sample import message
from tests.store.sample import add_account, audit, opened

DATABASE, LOG = "samlink.db", "samlink.db-wal"
FRAME = 24 + 4096
COMMITS = 12


async def killed(data: Path) -> None:
    """A store that was killed after some commits, with all of them in its log."""
    add_account(data)
    async with opened(data) as store:
        for number in range(COMMITS):
            await store.accept(1, [message(number)])
        for name in (DATABASE, LOG):
            shutil.copy(data / name, data / f"kept-{name}")
    for name in (DATABASE, LOG):
        (data / f"kept-{name}").rename(data / name)
    (data / "samlink.mark").unlink()


async def refused(data: Path) -> str:
    """The sentence of a start that refuses."""
    with pytest.raises(StoreError) as caught:
        await open_store(data)
    return str(caught.value)


async def messages(data: Path, *accept: Fault) -> int:
    """How many messages the store has, once it opens."""
    store = await open_store(data, accept=accept)
    try:
        return sum((await store.counts()).values())
    finally:
        await store.close()


def flip(place: int) -> Callable[[bytearray], None]:
    """One byte of the log is another."""

    def change(log: bytearray) -> None:
        log[place] ^= 0xFF

    return change


def at_frame(number: int, place: int) -> int:
    """A place in the log; frames count from 0."""
    return 32 + number * FRAME + place


DAMAGES: dict[str, Callable[[bytearray], None]] = {
    "a page": flip(at_frame(3, 24 + 100)),
    "the first page": flip(at_frame(0, 24 + 7)),
    "a checksum": flip(at_frame(4, 16)),
    "a salt": flip(at_frame(4, 9)),
    "a page's number": flip(at_frame(5, 2)),
}


@pytest.mark.parametrize("damage", DAMAGES)
async def test_whole_frames_behind_a_damaged_one_are_lost_commits(tmp_path: Path, damage: str) -> None:
    await killed(tmp_path)
    log = bytearray((tmp_path / LOG).read_bytes())
    DAMAGES[damage](log)
    (tmp_path / LOG).write_bytes(log)
    for _ in range(2):
        assert "has lost its latest changes: samlink.db-wal is damaged" in await refused(tmp_path)
    with pytest.raises(StoreError, match="has lost its latest changes"):
        audit(tmp_path)
    assert await messages(tmp_path, Fault.LOST_TAIL) < COMMITS
    assert audit(tmp_path) == []


@pytest.mark.parametrize("cut", [1, 100, FRAME - 1, FRAME, 3 * FRAME, 3 * FRAME + 5, 10**9])
async def test_a_log_that_is_cut_at_its_end_is_what_a_crash_leaves(tmp_path: Path, cut: int) -> None:
    await killed(tmp_path)
    log = (tmp_path / LOG).read_bytes()
    (tmp_path / LOG).write_bytes(log[: max(0, len(log) - cut)])
    assert await messages(tmp_path) <= COMMITS
    assert audit(tmp_path) == []


async def test_a_torn_last_transaction_is_what_a_crash_leaves(tmp_path: Path) -> None:
    await killed(tmp_path)
    log = bytearray((tmp_path / LOG).read_bytes())
    frames = (len(log) - 32) // FRAME
    commits = [n for n in range(frames) if struct.unpack_from(">I", log, at_frame(n, 4))[0]]
    flip(at_frame(commits[-2] + 1, 24 + 9))(log)
    (tmp_path / LOG).write_bytes(log)
    assert await messages(tmp_path) == COMMITS - 1


async def test_a_log_that_grows_is_read_to_its_last_whole_frame(tmp_path: Path) -> None:
    await killed(tmp_path)
    log = (tmp_path / LOG).read_bytes()
    good = (len(log) - 32) // FRAME - 1
    (tmp_path / "samlink.db-shm").write_bytes(bytes(16) + struct.pack("=I", good) + bytes(12))
    enough = threading.Event()

    def grow() -> None:
        with (tmp_path / LOG).open("r+b", buffering=0) as file:
            while not enough.is_set():
                os.ftruncate(file.fileno(), len(log) - FRAME)
                os.pwrite(file.fileno(), log[-FRAME:], len(log) - FRAME)

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        for _ in range(2000):
            assert not has_lost_commits(tmp_path / DATABASE)
    finally:
        enough.set()
        writer.join()


async def test_frames_of_an_earlier_round_of_the_log_are_no_lost_commits(tmp_path: Path) -> None:
    await killed(tmp_path)
    old = (tmp_path / LOG).read_bytes()
    with sqlite3.connect(tmp_path / DATABASE) as db:
        db.execute("PRAGMA wal_checkpoint(RESTART)")
        db.execute("UPDATE progress SET tick = tick")
        db.commit()
        new = (tmp_path / LOG).read_bytes()
        assert len(new) == len(old), "it is written from its beginning again"
        shutil.copy(tmp_path / LOG, tmp_path / "kept")
        shutil.copy(tmp_path / DATABASE, tmp_path / "kept-db")
    db.close()
    (tmp_path / "kept").rename(tmp_path / LOG)
    (tmp_path / "kept-db").rename(tmp_path / DATABASE)
    assert await messages(tmp_path) == COMMITS


@pytest.mark.parametrize("table", ["message", "content", "ledger", "account"])
async def test_damaged_pages_are_found_out_and_accepted_on_demand(tmp_path: Path, table: str) -> None:
    add_account(tmp_path)
    async with opened(tmp_path) as store:
        for start in range(0, 300, 30):
            await store.accept(1, [message(number) for number in range(start, start + 30)])
    with sqlite3.connect(tmp_path / DATABASE) as db:
        (root,) = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
    db.close()
    content = bytearray((tmp_path / DATABASE).read_bytes())
    end = root * 4096
    content[end - 400 : end] = b"\xa5" * 400
    (tmp_path / DATABASE).write_bytes(content)
    assert "is damaged: " in await refused(tmp_path)
    if table != "account":
        store = await open_store(tmp_path, accept=[Fault.DAMAGED])
        await store.close()


async def test_a_database_that_is_deleted_under_the_gateway_is_noticed_and_saved(tmp_path: Path) -> None:
    add_account(tmp_path)
    store = await open_store(tmp_path)
    assert await store.accept(1, [message(1)]) == Accepted(1, 0)
    (tmp_path / DATABASE).unlink()
    with pytest.raises(StoreLostError):
        await store.accept(1, [message(2)])
    assert "samlink.db was deleted or replaced while the gateway ran" in await store.lost
    await store.close()
    assert "has lost its samlink.db" in await refused(tmp_path)
    (tmp_path / SAVED_NAME).rename(tmp_path / DATABASE)
    assert await messages(tmp_path) >= 1
    assert audit(tmp_path) == []


async def test_it_is_noticed_while_nobody_asks(tmp_path: Path) -> None:
    add_account(tmp_path)
    store = await open_store(tmp_path)
    shutil.copy(tmp_path / DATABASE, tmp_path / "other")
    (tmp_path / "other").replace(tmp_path / DATABASE)
    assert "deleted or replaced" in await store.lost
    await store.close()


async def test_a_log_that_is_deleted_under_the_gateway_loses_nothing(tmp_path: Path) -> None:
    add_account(tmp_path)
    store = await open_store(tmp_path)
    await store.accept(1, [message(1)])
    (tmp_path / LOG).unlink()
    assert "samlink.db-wal was deleted or replaced" in await store.lost
    await store.close()
    assert await messages(tmp_path) == 1
    assert audit(tmp_path) == []
