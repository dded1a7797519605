"""The writer process: what it promises when it is killed, when the disk fails, and beside other processes."""

import asyncio
import contextlib
import os
import signal
import sqlite3
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from samlink.core.message import NewMessage, State
from samlink.store.contract import Accepted, StoreError, StoreFullError, StoreLostError
from samlink.store.contract.changes import Change
from samlink.store.sqlite.admin import Admin
from samlink.store.sqlite.database import DATABASE_NAME
from samlink.store.sqlite.store import SqliteStore, open_store
from samlink.store.sqlite.writer import link
from samlink.store.sqlite.writer import process as writer
from samlink.store.sqlite.writer.verbs import Verb
from samlink.testing.clock import until
from samlink.testing.conformance.sample import (
    LATER,
    LEASE,
    MINUTE,
    NOW,
    PRICE,
    TOKEN,
    account,
    at,
    claimed,
    delivered,
    failed,
    message,
    owed,
)
from samlink.testing.conformance.store import states
from samlink.vocabulary.language import Language, said
from tests.store.sample import add_account, audit, opened

EARLY = (
    sys.executable,
    "-c",
    (
        "import os, signal, sys\n"
        "for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP): os.kill(os.getpid(), number)\n"
        "os.execv(sys.executable, [sys.executable, '-m', 'samlink.store.sqlite.writer.process', *sys.argv[1:]])"
    ),
)
"""A writer that gets signals before it has begun to load."""
FAULTY = (sys.executable, str(Path(__file__).with_name("faulty_writer.py")))


async def test_a_killed_writer_has_every_packet_it_answered(tmp_path: Path) -> None:
    demo = add_account(tmp_path, account(balance=10**12))
    answered: list[list[NewMessage]] = []
    for kill in range(3):
        store = await open_store(tmp_path)
        enough = asyncio.Event()

        async def send(
            worker: int, store: SqliteStore = store, enough: asyncio.Event = enough, kill: int = kill
        ) -> None:
            for number in range(100_000):
                packet = [message(n, group_id=f"{kill}.{worker}.{number}") for n in range(30)]
                await store.accept(demo, packet)
                answered.append(packet)
                if len(answered) > 40 * (kill + 1):
                    enough.set()

        workers = [asyncio.create_task(send(worker)) for worker in range(8)]
        await enough.wait()
        os.kill(store.writer_pid, signal.SIGKILL)
        endings = await asyncio.gather(*workers, return_exceptions=True)
        assert all(isinstance(ending, StoreLostError) for ending in endings)
        await store.lost
        with pytest.raises(StoreLostError):
            await store.balance(demo)
        await store.close()
    async with opened(tmp_path) as store:
        for packet in answered:
            assert await store.accept(demo, packet) == Accepted(stored=0, unpaid=0), "every answered packet is whole"
        counts = await store.counts()
    assert counts[State.QUEUED] % 30 == 0, "no packet is there in part"
    assert audit(tmp_path) == []


async def test_what_a_killed_writer_has_wiped_is_gone_from_the_log_too(tmp_path: Path) -> None:
    demo = add_account(tmp_path)
    text = "wiped 830194"
    database = tmp_path / DATABASE_NAME

    def held() -> bool:
        return any(text.encode() in file.read_bytes() for file in tmp_path.glob(f"{DATABASE_NAME}*"))

    store = await open_store(tmp_path)
    await at(store, NOW).accept(demo, [message(1, text=text)])
    ids = [one.id for one in await at(store, NOW).claim(1, 1, MINUTE)]
    await at(store, NOW).settle([delivered(id) for id in ids], taking=LEASE)
    await at(store, NOW).delivered(TOKEN, ids)
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM message").fetchall()  # the log cannot be emptied meanwhile
        assert await at(store, LATER).wipe(0, 10) == 1
        os.kill(store.writer_pid, signal.SIGKILL)
        await store.lost
        await store.close()
    assert held()
    async with opened(tmp_path):
        await until(lambda: not held())


async def test_a_second_writer_is_refused(tmp_path: Path) -> None:
    async with opened(tmp_path):
        with pytest.raises(StoreError, match="another gateway is running on"):
            writer.lock(tmp_path, wait_seconds=0)
    os.close(writer.lock(tmp_path, wait_seconds=0))


async def test_a_new_writer_waits_for_one_that_is_ending(tmp_path: Path) -> None:
    handle = writer.lock(tmp_path)
    opening = asyncio.create_task(open_store(tmp_path))
    asyncio.get_running_loop().call_later(0.05, os.close, handle)
    store = await opening
    await store.close()


async def test_the_writer_ends_with_its_gateway_and_not_by_signals(tmp_path: Path) -> None:
    store = await open_store(tmp_path)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        os.kill(store.writer_pid, number)
    assert await store.accounts() == []
    await store.close()
    with pytest.raises(ProcessLookupError):
        os.kill(store.writer_pid, 0)
    await store.close()
    for read in (store.accounts, store.counts):
        with pytest.raises(StoreLostError):
            await read()


async def test_a_writer_that_still_loads_does_not_end_by_signals(tmp_path: Path) -> None:
    """A Ctrl-C goes to the gateway and the writer alike, at any moment."""
    store = await open_store(tmp_path, writer=EARLY)
    assert await store.accounts() == []
    await store.close()


async def test_what_was_asked_before_close_is_done(tmp_path: Path) -> None:
    demo = add_account(tmp_path)
    store = await open_store(tmp_path)
    asked = [asyncio.create_task(store.accept(demo, [message(n)])) for n in range(100)]
    await asyncio.sleep(0)
    await store.close()
    assert all(answer == Accepted(stored=1, unpaid=0) for answer in await asyncio.gather(*asked))


async def test_more_requests_than_may_be_outstanding_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "MAX_OUTSTANDING", 2)
    demo = add_account(tmp_path)
    async with opened(tmp_path) as store:
        answers = await asyncio.gather(*(store.accept(demo, [message(n)]) for n in range(20)))
    assert answers == [Accepted(stored=1, unpaid=0)] * 20


async def test_a_cancelled_caller_disturbs_nobody(tmp_path: Path) -> None:
    demo = add_account(tmp_path)
    async with opened(tmp_path) as store:
        first = asyncio.create_task(store.accept(demo, [message(1)]))
        second = asyncio.create_task(store.accept(demo, [message(2)]))
        await asyncio.sleep(0)
        first.cancel()
        assert await second == Accepted(stored=1, unpaid=0)
        assert (await store.counts())[State.QUEUED] == 2


def named(name: str) -> Verb[None]:
    """A verb of that name, whether there is one or not."""
    verb = Verb[None](lambda engine: engine.close, None)
    verb.name = name
    return verb


async def test_an_unknown_verb_is_refused(tmp_path: Path) -> None:
    demo = add_account(tmp_path)
    async with opened(tmp_path) as store:
        with pytest.raises(StoreError, match="no verb"):
            await store._ask(named("set_account"), "demo", {})
        with pytest.raises(StoreError, match="claim"):
            await store._ask(named("claim"))
        with pytest.raises(StoreError, match="accept"):
            await store._ask(named("accept"), demo, [["a row that is too short"]], NOW)


async def test_the_command_line_works_beside_the_writer(tmp_path: Path) -> None:
    demo = add_account(tmp_path, account(balance=10**9))
    async with opened(tmp_path) as store:
        changes = store.changes()
        done = asyncio.Event()

        async def send(worker: int) -> None:
            number = 0
            while not done.is_set():
                packet = [message(n, group_id=f"{worker}.{number}") for n in range(30)]
                await store.accept(demo, packet)
                number += 1

        def change() -> None:
            with Admin(tmp_path) as admin:
                for turn in range(20):
                    admin.top_up("demo", PRICE, "beside")
                    admin.add_account(account(f"new{turn}"), "hash")

        workers = [asyncio.create_task(send(worker)) for worker in range(2)]
        await asyncio.to_thread(change)
        assert await anext(changes) is Change.ACCOUNTS
        done.set()
        await asyncio.gather(*workers)
        assert len(await store.accounts()) == 21
    assert audit(tmp_path) == []


async def test_an_idle_writer_notices_a_changed_account(tmp_path: Path) -> None:
    add_account(tmp_path)
    async with opened(tmp_path) as store:
        readers = [store.changes(), store.changes()]
        with Admin(tmp_path) as admin:
            admin.set_account("demo", {"batch_limit": 7})
        assert [await anext(reader) for reader in readers] == [Change.ACCOUNTS] * 2
        found = await store.account("demo")
        assert found is not None
        assert found[0].batch_limit == 7


# -- faults of the disk


async def _refused(asked: Awaitable[object], kind: type[StoreError]) -> None:
    with pytest.raises(kind) as caught:
        await asked
    assert type(caught.value) is kind


async def test_a_full_disk_acknowledges_nothing_and_is_survived(tmp_path: Path) -> None:
    demo = add_account(tmp_path)
    store = await open_store(tmp_path, writer=FAULTY)
    claims = await claimed(store, demo, 5)
    (tmp_path / "fault").write_text("full")
    both = (
        _refused(store.accept(demo, [message(n) for n in range(10, 40)]), StoreFullError),
        _refused(store.settle([failed(claim.id) for claim in claims]), StoreFullError),
    )
    await asyncio.gather(*both)
    assert (await owed(store, demo, 1, 10)) == []
    (tmp_path / "fault").write_text("")
    assert await store.accept(demo, [message(n) for n in range(10, 40)]) == Accepted(stored=30, unpaid=0)
    assert len(await store.settle([delivered(claim.id) for claim in claims])) == 5
    await store.close()
    assert audit(tmp_path) == []


async def test_what_a_full_disk_has_undone_is_no_duplicate_of_itself(tmp_path: Path) -> None:
    demo = add_account(tmp_path)
    store = await open_store(tmp_path, writer=FAULTY)
    first, second = message(1, digest=b"text"), message(2, digest=b"text")
    (tmp_path / "fault").write_text("full")
    await _refused(store.accept(demo, [first]), StoreFullError)
    (tmp_path / "fault").write_text("")
    assert await store.accept(demo, [first]) == Accepted(stored=1, unpaid=0)
    assert await store.accept(demo, [first]) == Accepted(stored=0, unpaid=0)
    assert await store.accept(demo, [second]) == Accepted(stored=1, unpaid=0, limited={84: 1})
    await store.close()


async def test_a_start_on_a_full_disk_goes_on(tmp_path: Path) -> None:
    demo = add_account(tmp_path)
    async with opened(tmp_path) as store:
        await at(store, NOW).accept(demo, [message(1), message(3), message(4)])
        *_, settled = await store.claim(TOKEN, 2, MINUTE)
        await store.settle([delivered(settled.id)], taking=LEASE)
        await at(store, NOW).mark()
    (tmp_path / "fault").write_text("full")
    store = await open_store(tmp_path, writer=FAULTY)
    await _refused(at(store, NOW).accept(demo, [message(2)]), StoreFullError)
    assert await states(store) == {State.QUEUED: 1, State.SENDING: 1, State.DONE: 1}, "with leases of the one before"
    (tmp_path / "fault").write_text("")
    assert await at(store, NOW).accept(demo, [message(2)]) == Accepted(stored=1, unpaid=0)
    await at(store, NOW + 1).mark()
    await store.close()
    assert audit(tmp_path) == []


async def test_a_start_on_a_failing_disk_says_so(tmp_path: Path) -> None:
    add_account(tmp_path)
    (tmp_path / "fault").write_text("sync")
    with pytest.raises(StoreError, match=r"^the disk failed: [^\n]+$"):
        await open_store(tmp_path, writer=FAULTY)


async def test_a_transaction_too_large_for_memory_meets_a_full_disk(tmp_path: Path) -> None:
    """The page cache spills in the middle of a verb, and SQLite undoes the whole transaction by itself."""
    demo = add_account(tmp_path, account(balance=10**12))
    store = await open_store(tmp_path, writer=FAULTY)
    (tmp_path / "fault").write_text("full")
    large = [message(n, text="가" * 1_000) for n in range(20_000)]
    await asyncio.gather(
        _refused(store.accept(demo, [message(30_000)]), StoreFullError),
        _refused(store.accept(demo, large), StoreFullError),
    )
    (tmp_path / "fault").write_text("")
    assert await store.accept(demo, [message(1)]) == Accepted(stored=1, unpaid=0)
    await store.close()
    assert audit(tmp_path) == []


async def test_a_failed_fsync_ends_the_writer(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    demo = add_account(tmp_path)
    store = await open_store(tmp_path, writer=FAULTY)
    assert await store.accept(demo, [message(1)]) == Accepted(stored=1, unpaid=0)
    (tmp_path / "fault").write_text("sync")
    await asyncio.gather(*(_refused(store.accept(demo, [message(n)]), StoreLostError) for n in range(2, 5)))
    await store.lost
    await store.close()
    assert "the store is lost" in capfd.readouterr().err
    async with opened(tmp_path) as again:
        assert await again.accept(demo, [message(1)]) == Accepted(stored=0, unpaid=0)
    assert audit(tmp_path) == []


async def test_a_failed_fsync_of_a_checkpoint_ends_the_writer(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    demo = add_account(tmp_path, account(balance=10**12))
    store = await open_store(tmp_path, writer=FAULTY)
    (tmp_path / "fault").write_text("sync-database")

    async def fill() -> None:
        for number in range(100):
            await store.accept(demo, [message(n, group_id=str(number)) for n in range(300)])

    with pytest.raises(StoreLostError):
        await fill()
    await store.close()
    assert "the store is lost" in capfd.readouterr().err
    assert audit(tmp_path) == []


async def test_a_failed_read_fails_the_request_only(tmp_path: Path) -> None:
    demo = add_account(tmp_path)
    store = await open_store(tmp_path, writer=FAULTY)
    (tmp_path / "fault").write_text("read")
    await _refused(store.accept(demo, [message(1)]), StoreError)
    (tmp_path / "fault").write_text("")
    assert await store.accept(demo, [message(1)]) == Accepted(stored=1, unpaid=0)
    await store.close()


@pytest.mark.parametrize("spoil", [lambda path: path.write_bytes(b"x" * 9_000), lambda path: path.mkdir()])
async def test_a_database_that_cannot_be_used_says_so(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    spoil(tmp_path / "samlink.db")
    with pytest.raises(StoreError, match=r"samlink\.db") as caught:
        await open_store(tmp_path)
    assert "\n" not in str(caught.value)


async def test_a_start_that_is_given_up_leaves_nothing(tmp_path: Path) -> None:
    handle = writer.lock(tmp_path)
    opening = asyncio.create_task(open_store(tmp_path))
    await asyncio.sleep(0)
    opening.cancel()
    os.close(handle)
    with pytest.raises(asyncio.CancelledError):
        await opening
    os.close(writer.lock(tmp_path))


async def test_a_writer_that_does_not_start_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StoreLostError):
        await open_store(tmp_path, writer=(sys.executable, "-c", "pass"))


async def test_a_damaged_page_that_a_start_reads_is_one_plain_sentence(tmp_path: Path) -> None:
    demo = add_account(tmp_path)
    async with opened(tmp_path) as store:
        await store.accept(demo, [message(1, digest=b"text")])
    with contextlib.closing(sqlite3.connect(tmp_path / DATABASE_NAME)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = db.execute("PRAGMA page_size").fetchone()
        (page,) = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'digest_packet'").fetchone()
    with (tmp_path / DATABASE_NAME).open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    with pytest.raises(StoreError, match=r"^the disk failed: [^\n]*malformed$"):
        await open_store(tmp_path)


async def test_the_reason_of_the_system_is_said_in_the_readers_language(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no directory")
    with pytest.raises(StoreError) as raised:
        await open_store(tmp_path / "file" / "data")
    assert str(raised.value).endswith("cannot be used: Not a directory")
    assert said(raised.value, Language.KOREAN).endswith("를 쓸 수 없습니다: 디렉터리가 아닙니다")
