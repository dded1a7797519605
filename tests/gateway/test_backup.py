"""Backups beside a gateway that sends, and gateways that go on from them."""

import asyncio
import contextlib
import errno
import os
import shutil
import sqlite3
import tarfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from samlink.core.routing import RouteRow
from samlink.gateway.backup import MANIFEST_NAME, BackupError, back_up, restore
from samlink.gateway.settings import CarrierSettings
from samlink.store.blobs.directory import FileStore
from samlink.store.contract import StoreError
from samlink.store.sqlite.admin import Admin
from samlink.store.sqlite.store import open_store
from samlink.testing.clock import until
from samlink.testing.conformance.sample import message
from samlink.testing.pictures import jpeg
from samlink.testing.thin_client import Client
from samlink.vocabulary.services import Service
from tests.gateway.running import NOW_MS, Running, account, running, sms
from tests.gateway.scripted_carrier import ScriptedCarrier
from tests.store.sample import add_account, audit, opened

BATCH = 10


async def keep_sending(sender: Client, sent: list[int]) -> None:
    """One packet after another, until cancelled; `sent` are the numbers of the acknowledged."""
    while True:
        numbers = range(len(sent), len(sent) + BATCH)
        await sender.send([sms(number) for number in numbers])
        sent.extend(numbers)


@contextlib.asynccontextmanager
async def traffic(gateway: Running) -> AsyncIterator[list[int]]:
    """A customer that sends and one that takes results, all the while."""
    sent: list[int] = []
    async with gateway.sender() as sender, gateway.reports() as reports:
        tasks = [asyncio.create_task(keep_sending(sender, sent)), asyncio.create_task(reports.taken(1_000_000))]
        try:
            yield sent
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.parametrize("name", ["backup", "backup.tar", "backup.tar.gz"])
async def test_a_backup_made_under_traffic_goes_on_elsewhere(tmp_path: Path, name: str) -> None:
    source, target, other = tmp_path / "source", tmp_path / name, tmp_path / "other"
    async with running(source, account(balance=10**9)) as gateway, traffic(gateway) as sent:
        await until(lambda: len(sent) > 5 * BATCH)
        made = await asyncio.to_thread(back_up, source, target)
        await until(lambda: len(sent) > 10 * BATCH)
    assert made.discrepancies == ()
    assert made.messages is not None
    assert made.messages >= 5 * BATCH
    restored = restore(target, other, NOW_MS)
    assert restored.messages == made.messages
    assert {path.stat().st_mode & 0o077 for path in [other, *other.rglob("*")]} == {0}
    gateway = Running(other)
    await gateway.start()
    async with gateway.reports() as reports, gateway.sender() as sender:
        await sender.send([sms(number) for number in range(5_000, 5_000 + BATCH)])
        found: set[str] = set()
        while len(found) < BATCH:
            found |= {one.message_id for one in await reports.taken(1) if int(one.message_id) >= 5_000}
        await gateway.state("reported", made.messages + BATCH)
    await gateway.stop()
    assert audit(other) == []


SLOW = {"delay_ms": 60_000}
TWO_CARRIERS = {
    "carriers": (
        CarrierSettings(name="one", kind="simulator", options=SLOW),
        CarrierSettings(name="other", kind="simulator", routes=("even",), options=SLOW),
    ),
    "routes": (RouteRow(route="even", receivers=tuple(f"0101234000{digit}" for digit in "02468")),),
}


@pytest.mark.parametrize("settings", [{"simulator": SLOW}, TWO_CARRIERS], ids=["one carrier", "two carriers"])
async def test_results_under_way_arrive_after_the_restore(tmp_path: Path, settings: dict[str, Any]) -> None:
    source, other = tmp_path / "source", tmp_path / "other"
    async with running(source, **settings) as gateway, gateway.sender() as sender:
        await sender.send([sms(number) for number in range(20)])
        await gateway.state("sent", 20)
        await asyncio.to_thread(back_up, source, tmp_path / "backup")
        gateway.pass_time(61)
        async with gateway.reports() as reports:
            assert len(await reports.taken(20)) == 20
    restore(tmp_path / "backup", other, NOW_MS)
    again = Running(other, **settings)
    await again.start()
    again.pass_time(61)
    async with again.reports() as reports:
        found = {one.message_id for one in await reports.taken(20)}
    assert found == {str(number) for number in range(20)}, "given once more: the copy has not had them"
    await again.stop()


@pytest.mark.parametrize(("moved", "unknowns"), [(False, 1), (True, 0)])
async def test_what_was_queued_may_have_been_sent_since(tmp_path: Path, moved: bool, unknowns: int) -> None:
    source, other = tmp_path / "source", tmp_path / "other"
    with Admin(source) as admin:
        admin.add_account(account(), "hash")
    async with opened(source) as store:
        await store.accept(1, [message(1), message(2, due_at_ms=NOW_MS + 60_000)])
    back_up(source, tmp_path / "backup")
    restore(tmp_path / "backup", other, NOW_MS, moved=moved)
    carrier = ScriptedCarrier()
    gateway = Running(other, carrier)
    await gateway.start()
    if moved:
        await until(lambda: carrier.messages)
    now, later = sorted(gateway.views().values(), key=lambda view: view.message_id)
    assert now.unknowns == unknowns
    assert (later.state, later.unknowns) == ("queued", 0), "its time had not come"
    await gateway.stop()
    assert bool(carrier.messages) == moved, "a carrier that is not idempotent is not given it again"


async def test_uploaded_files_are_in_it_and_one_that_expires_meanwhile_is_forgotten(tmp_path: Path) -> None:
    source, other = tmp_path / "source", tmp_path / "other"
    async with running(source) as gateway, gateway.sender(Service.MMS) as sender:
        names = [(await sender.upload(jpeg(content))).packet.head.name for content in (b"one", b"two")]
    FileStore(source).delete(1, names[0])
    made = back_up(source, tmp_path / "backup")
    assert (made.files, made.discrepancies) == (1, ())
    restore(tmp_path / "backup", other, NOW_MS)
    assert FileStore(other).read(1, names[1]) == FileStore(source).read(1, names[1])
    async with opened(other) as store:
        assert await store.file(1, names[0]) is None
        assert await store.file(1, names[1]) is not None


def small(data: Path) -> Path:
    """A backup of a store with one account."""
    with Admin(data / "source") as admin:
        admin.add_account(account(), "hash")
    (data / "source" / "secret.key").write_bytes(bytes(32))
    back_up(data / "source", data / "backup")
    return data / "backup"


def spoil(name: str) -> Callable[[Path], None]:
    """One byte of a part is another."""

    def change(backup: Path) -> None:
        content = bytearray((backup / name).read_bytes())
        content[len(content) // 2] ^= 1
        (backup / name).write_bytes(content)

    return change


def lose(name: str) -> Callable[[Path], None]:
    return lambda backup: (backup / name).unlink()


def write(name: str, content: str | bytes) -> Callable[[Path], object]:
    written = content.encode() if isinstance(content, str) else content
    return lambda backup: (backup / name).write_bytes(written)


SPOILT: dict[str, tuple[Callable[[Path], object], str]] = {
    "a damaged database": (spoil("samlink.db"), "is damaged: samlink.db is not as it was backed up"),
    "a damaged key": (spoil("secret.key"), "is damaged: secret.key"),
    "no database": (lose("samlink.db"), "no whole backup: samlink.db is missing"),
    "no manifest": (lose(MANIFEST_NAME), "no whole backup: backup.json is missing"),
    "a manifest that is none": (write(MANIFEST_NAME, "{}"), "no whole backup: "),
    "a manifest that is no UTF-8": (write(MANIFEST_NAME, b'{"\x9e":1}'), "no whole backup: "),
    "another format": (write(MANIFEST_NAME, '{"format":2,"made_at":"","samlink":"9","parts":{}}'), "newer samlink"),
    "a way out": (
        write(MANIFEST_NAME, '{"format":1,"made_at":"","samlink":"1","parts":{"../x":{"size":1,"sha256":""}}}'),
        "it names '../x'",
    ),
    "a name that is none": (
        write(MANIFEST_NAME, '{"format":1,"made_at":"","samlink":"1","parts":{"x\\u0000":{"size":1,"sha256":""}}}'),
        "it names 'x\\x00'",
    ),
}


@pytest.mark.parametrize("how", SPOILT)
def test_a_spoilt_backup_is_refused_and_leaves_nothing(tmp_path: Path, how: str) -> None:
    backup = small(tmp_path)
    change, said = SPOILT[how]
    change(backup)
    with pytest.raises(BackupError) as caught:
        restore(backup, tmp_path / "other", NOW_MS)
    assert said in str(caught.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup", "source"]


def test_an_archive_that_is_cut_or_has_more_in_it_is_refused(tmp_path: Path) -> None:
    backup = small(tmp_path)
    archive = tmp_path / "backup.tar"
    (backup / "more").write_text("more")
    with tarfile.open(archive, "w") as tar:
        tar.add(backup, arcname=".")
    with pytest.raises(BackupError, match="more is not named in backup"):
        restore(archive, tmp_path / "other", NOW_MS)
    archive.write_bytes(archive.read_bytes()[:5_000])
    with pytest.raises(BackupError, match="no whole backup"):
        restore(archive, tmp_path / "other", NOW_MS)


@pytest.mark.parametrize("ending", [".tar", ".tar.gz"])
def test_an_archive_with_any_byte_damaged_is_restored_whole_or_refused(tmp_path: Path, ending: str) -> None:
    small(tmp_path)
    archive = tmp_path / f"whole{ending}"
    back_up(tmp_path / "source", archive)
    content = archive.read_bytes()
    cut = [content[:place] for place in range(0, len(content), len(content) // 9)]
    changed = [
        content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :]
        for place in range(0, len(content), len(content) // 60)
    ]
    refusals: list[str] = []
    for one in cut + changed:
        archive.write_bytes(one)
        try:
            restore(archive, tmp_path / "other", NOW_MS)
        except BackupError as error:
            refusals.append(str(error))
            continue
        assert audit(tmp_path / "other") == []
        shutil.rmtree(tmp_path / "other")
    assert len(refusals) > len(cut)
    assert all(str(archive) in sentence and sentence.isprintable() for sentence in refusals)
    assert names(tmp_path) == ["backup", "source", archive.name]


def test_nothing_is_replaced(tmp_path: Path) -> None:
    backup = small(tmp_path)
    with pytest.raises(BackupError, match="is there already"):
        back_up(tmp_path / "source", backup)
    with pytest.raises(BackupError, match="lies in"):
        back_up(tmp_path / "source", tmp_path / "source" / "backup")
    with pytest.raises(BackupError, match="is not empty"):
        restore(backup, tmp_path / "source", NOW_MS)
    with pytest.raises(BackupError, match="there is no"):
        restore(tmp_path / "nowhere", tmp_path / "other", NOW_MS)
    with pytest.raises(BackupError, match=r"^there is no .*missing$"):
        back_up(tmp_path / "source", tmp_path / "missing" / "backup")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_an_empty_directory_is_filled_as_a_volume_must_be(tmp_path: Path) -> None:
    """What is a volume, a link, or all that its user may write cannot be replaced by another directory."""
    backup = small(tmp_path)
    (tmp_path / "volume").mkdir(mode=0o755)
    before = (tmp_path / "volume").stat().st_ino
    (tmp_path / "link").symlink_to("volume")
    assert restore(backup, tmp_path / "link", NOW_MS).messages == 0
    assert (tmp_path / "link").is_symlink()
    after = (tmp_path / "volume").stat()
    assert (after.st_ino, after.st_mode & 0o777) == (before, 0o700)
    assert names(tmp_path / "volume") == ["samlink.db", "samlink.mark", "secret.key"]
    assert restore(backup, tmp_path / "new" / "one", NOW_MS).messages == 0
    assert names(tmp_path / "new") == ["one"]


async def test_a_directory_that_a_restore_did_not_finish_is_not_taken_for_a_whole_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = small(tmp_path)
    data = tmp_path / "volume"
    data.mkdir()
    move = Path.rename

    def full(path: Path, target: Path) -> Path:
        if path.name == "samlink.db":
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))
        return move(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", full)
        with pytest.raises(BackupError, match=f"^{data}: Input/output error$"):
            restore(backup, data, NOW_MS)
    with pytest.raises(StoreError, match=r"has lost its samlink\.db"):
        await open_store(data)


def damage(data: Path, table: str) -> None:
    """The first page of a table is rubbish."""
    with contextlib.closing(sqlite3.connect(data / "samlink.db")) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = db.execute("PRAGMA page_size").fetchone()
        (page,) = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
    with (data / "samlink.db").open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)


@pytest.mark.parametrize("table", ["account", "ledger", "message", "content"])
async def test_a_damaged_store_is_backed_up_as_it_is_and_said_so(tmp_path: Path, table: str) -> None:
    source = tmp_path / "source"
    add_account(source)
    async with opened(source) as store:
        await store.accept(1, [message(1)])
    damage(source, table)
    assert any(sentence.startswith("the database is damaged: ") for sentence in audit(source))
    made = back_up(source, tmp_path / "backup")
    sentences = [str(found) for found in made.discrepancies]
    assert [sentence for sentence in sentences if "\n" in sentence] == []
    assert sentences == audit(source)
    assert names(tmp_path) == ["backup", "source"]
    with pytest.raises(BackupError, match="does not agree with itself"):
        restore(tmp_path / "backup", tmp_path / "other", NOW_MS)


def test_modes_do_not_depend_on_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        backup = small(tmp_path)
        shutil.copytree(backup, tmp_path / "copied")
        for path in (tmp_path / "copied").rglob("*"):
            path.chmod(0o777 if path.is_dir() else 0o666)
        restore(tmp_path / "copied", tmp_path / "other", NOW_MS)
    finally:
        os.umask(before)
    for top in (backup, tmp_path / "other"):
        assert {path.stat().st_mode & 0o077 for path in [top, *top.rglob("*")]} == {0}
