"""Ids that no carrier has seen before, whatever became of the database, and faults that a start finds out."""

import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samlink.core.message import EPOCH_IDS
from samlink.store.contract import Store, StoreError
from samlink.store.faults import Fault
from samlink.store.mark import MARK_NAME, Mark, read_mark
from samlink.store.sqlite.engine.epochs import ID_LIMIT, first_id_after
from samlink.store.sqlite.store import open_store
from samlink.testing.conformance.sample import CLOCK, MINUTE, NOW, at, message, unknown_ones
from tests.store.sample import add_account, audit, opened

DATABASE = "samlink.db"


async def accepted(data: Path, *numbers: int) -> list[int]:
    """The ids that a start gives to these messages."""
    async with opened(data) as store:
        await store.accept(1, [message(number) for number in numbers])
        await store.mark()
        return [claim.id for claim in await store.claim(1, len(numbers), MINUTE)]


def kept(data: Path) -> Path:
    """A copy of the database."""
    copy = data / "copy"
    shutil.copy(data / DATABASE, copy)
    return copy


def put_back(data: Path, copy: Path) -> None:
    """An operator puts the copy in the database's place."""
    copy.rename(data / DATABASE)


async def marked(store: Store, data: Path, now_ms: int) -> Mark | None:
    """The file after a mark: it is written before the writer takes the next request."""
    await at(store, now_ms).mark()
    await store.seen_ms()
    return read_mark(data)


async def refused(data: Path) -> str:
    """The sentence of a start that refuses."""
    with pytest.raises(StoreError) as caught:
        await open_store(data)
    return str(caught.value)


@given(last=st.integers(0, ID_LIMIT - 2 * EPOCH_IDS), drawn=st.floats(0, 1, exclude_max=True))
def test_an_epoch_begins_above_all_ids_and_never_runs_out(last: int, drawn: float) -> None:
    first = first_id_after(last, lambda choices: int(choices * drawn))
    assert last < first < ID_LIMIT
    assert first % EPOCH_IDS == 1, "a seed of the simulated carrier means the same in each epoch"


async def test_two_lives_of_one_database_share_no_id(tmp_path: Path) -> None:
    add_account(tmp_path)
    copy = kept(tmp_path)
    first = await accepted(tmp_path, 1, 2, 3)
    put_back(tmp_path, copy)
    (tmp_path / MARK_NAME).unlink()
    second = await accepted(tmp_path, 4, 5, 6)
    assert first == list(range(first[0], first[0] + 3))
    assert not set(first) & set(second)
    assert audit(tmp_path) == []


async def test_a_start_goes_on_above_the_ids_of_those_before_it(tmp_path: Path) -> None:
    add_account(tmp_path)
    ids = [await accepted(tmp_path, number) for number in range(3)]
    assert sorted(ids) == ids
    async with opened(tmp_path) as store:
        assert (await store.counts())["sending"] == 3
        assert (await store.counts())["reported"] == 0, "ids between the epochs are no messages"


def test_ids_of_ten_thousand_starts_are_whole_numbers_to_every_reader_of_json() -> None:
    draws = random.Random(7)
    last, choices = 0, []

    def draw(count: int) -> int:
        choices.append(count)
        return draws.randrange(count)

    for _ in range(10_000):
        last = first_id_after(last, draw) + 3 * EPOCH_IDS
    assert last < 1 << 53
    assert float(last) != float(last + 1)
    assert min(choices) > 100_000, "a database that was put back still draws another epoch"


async def test_a_database_that_was_put_back_is_found_out(tmp_path: Path) -> None:
    add_account(tmp_path)
    copy = kept(tmp_path)
    first = await accepted(tmp_path, 1)
    put_back(tmp_path, copy)
    assert "was put back" in await refused(tmp_path)
    assert "--accept put-back" in await refused(tmp_path), "once refused, it is still found out"
    assert any("was put back" in sentence for sentence in audit(tmp_path))
    store = await open_store(tmp_path, accept=[Fault.PUT_BACK])
    await store.close()
    [lost] = first
    assert min(await accepted(tmp_path, 2)) > lost, "once accepted, it is as good as any other"
    assert audit(tmp_path) == []


async def test_a_database_that_lost_its_last_commits_is_found_out(tmp_path: Path) -> None:
    add_account(tmp_path)
    async with opened(tmp_path) as store:
        await store.accept(1, [message(1)])
        shutil.copy(tmp_path / DATABASE, tmp_path / "copy")
        shutil.copy(tmp_path / f"{DATABASE}-wal", tmp_path / "copy-wal")
        await store.accept(1, [message(2)])
        await store.mark()
    put_back(tmp_path, tmp_path / "copy")
    (tmp_path / "copy-wal").rename(tmp_path / f"{DATABASE}-wal")
    assert "has lost its latest changes" in await refused(tmp_path)
    store = await open_store(tmp_path, clock=CLOCK, accept=[Fault.LOST_TAIL])
    await store.rescue(sms_wait_ms=MINUTE, other_wait_ms=MINUTE)
    assert [claim.unknowns for claim in await unknown_ones(store, 10)] == [1], "it may have been sent since"
    await store.close()
    assert audit(tmp_path) == []


def beside(name: str) -> Callable[[Path], None]:
    """A file that belongs to a database."""

    def make(data: Path) -> None:
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_text("something")

    return make


@pytest.mark.parametrize(
    "name",
    [
        MARK_NAME,
        "samlink.db-wal",
        "simulator/carrier-00000001.log",
        "carriers/second/carrier-00000001.log",
        "files/1/0123456789abcdef.jpg",
        ".data.unfinished-0a1b/samlink.db",
    ],
)
@pytest.mark.parametrize("emptied", [False, True])
async def test_a_missing_database_is_not_made_anew(tmp_path: Path, name: str, emptied: bool) -> None:
    beside(name)(tmp_path)
    if emptied:
        (tmp_path / DATABASE).touch()
    assert f"has lost its samlink.db: {name} belongs to one" in await refused(tmp_path)
    with pytest.raises(StoreError, match="has lost its samlink"):
        add_account(tmp_path)
    store = await open_store(tmp_path, accept=[Fault.MISSING_DATABASE])
    await store.close()
    add_account(tmp_path)


async def test_a_mark_that_is_missing_or_cannot_be_read_is_made_again(tmp_path: Path) -> None:
    add_account(tmp_path)
    for change in (Path.unlink, lambda path: path.write_text("{")):
        change(tmp_path / MARK_NAME)
        await accepted(tmp_path)
        found = read_mark(tmp_path)
        assert found is not None
        assert (tmp_path / MARK_NAME).stat().st_mode & 0o777 == 0o600


async def test_a_mark_that_cannot_be_written_is_said_at_a_start(tmp_path: Path) -> None:
    add_account(tmp_path)
    (tmp_path / ".samlink.mark.draft").mkdir()
    assert re.fullmatch(r"\S+/samlink\.mark cannot be written: Is a directory", await refused(tmp_path))
    (tmp_path / ".samlink.mark.draft").rmdir()
    await accepted(tmp_path, 1)


async def test_a_mark_is_written_when_something_has_changed(tmp_path: Path) -> None:
    add_account(tmp_path)
    async with opened(tmp_path) as store:
        first = await marked(store, tmp_path, NOW)
        assert await marked(store, tmp_path, NOW + 1) == first
        await at(store, NOW).accept(1, [message(1)])
        second = await marked(store, tmp_path, NOW + 2)
        assert first is not None
        assert second is not None
        assert second.tick > first.tick
        assert await store.seen_ms() == NOW + 2
        await at(store, NOW + 10 * 60_000).mark()
        assert await store.seen_ms() == NOW + 10 * 60_000, "the time goes on though nothing changes"


async def test_to_accept_a_fault_that_is_not_there_changes_nothing(tmp_path: Path) -> None:
    add_account(tmp_path)
    async with opened(tmp_path) as store:
        await store.accept(1, [message(1)])
    store = await open_store(tmp_path, accept=list(Fault))
    assert (await store.counts())["queued"] == 1
    await store.close()
