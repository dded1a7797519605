"""Backups of a data directory, made beside a running gateway, and a data directory made of one.

A backup is a directory or a tar archive of it, with the database, the key, the uploaded files, the mark, the simulated
carriers' journals, and `backup.json`, which names each of them with its size and SHA-256. It is made under another name
and gets its own when it is whole and on the disk: what has the name is a backup, whenever the power went.

The order makes it agree. The mark comes first, so that the database is never behind it. The journals are copied before
the database and after it (`JournalCopy`). The database is of one moment; then come the files that it names, whose bytes
never change. A file that has expired in between is forgotten in the copy.
"""

import contextlib
import datetime
import gzip
import hashlib
import lzma
import os
import secrets
import shutil
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from samlink import __version__
from samlink.carriers.contract import CarrierError
from samlink.carriers.registry import carrier_directories
from samlink.carriers.simulator.journal import read_journal
from samlink.carriers.simulator.journal_copy import JournalCopy
from samlink.store import durable
from samlink.store.blobs.directory import FileStore
from samlink.store.contract import StoreError, StoreLostError
from samlink.store.credentials import KEY_NAME
from samlink.store.mark import MARK_NAME
from samlink.store.private_folders import PRIVATE, make_private
from samlink.store.sqlite.admin import Admin
from samlink.store.sqlite.copying import copy_database, files_of, forget_files
from samlink.store.sqlite.database import DATABASE_NAME
from samlink.vocabulary.problem import N_, Problem

MANIFEST_NAME: Final = "backup.json"
FORMAT: Final = 1
ARCHIVES: Final = (".tar", ".tar.gz", ".tgz")
"""Endings of names that make the backup an archive."""
_BLOCK_BYTES: Final = 1 << 20
_BAD_ARCHIVE: Final = (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile, lzma.LZMAError)


class BackupError(Problem):
    """It cannot be made or restored, and nothing was left behind; one plain sentence."""


class Part(msgspec.Struct, frozen=True):
    """One file of a backup."""

    size: int
    """Bytes."""
    sha256: str
    """Hexadecimal."""


class Manifest(msgspec.Struct, frozen=True):
    """What `backup.json` says."""

    format: int
    made_at: str
    """UTC, ISO 8601."""
    samlink: str
    """The version that made it."""
    parts: dict[str, Part]
    """By path from the backup's top."""


class Summary(msgspec.Struct, frozen=True):
    """What was backed up or restored."""

    messages: int | None
    """None if they cannot be counted, since the database is damaged."""
    files: int
    size: int
    """Bytes of all parts."""
    made_at: str
    discrepancies: tuple[Problem, ...]
    """What the audit of the copy has found; the copy is as whole as its source."""


def back_up(data: Path, target: Path) -> Summary:
    """Make the backup `target` of the data directory `data`, beside a running gateway or not.

    Raises:
        BackupError: `target` is there already, lies in `data`, or something cannot be read or written.
    """
    if target.exists():
        template = N_("{target} is there already: a backup never replaces anything")
        raise BackupError("backup.exists", template, target=str(target))
    if data.resolve() in target.resolve().parents:
        template = N_("{target} lies in {data}, which is to be backed up")
        raise BackupError("backup.inside", template, target=str(target), data=str(data))
    if not target.parent.is_dir():
        raise BackupError("backup.absent", N_("there is no {source}"), source=str(target.parent))
    with _draft(target, target.parent) as draft:
        _copy_parts(data, draft)
        summary = _sealed(draft)
        _publish(_archived(draft, target) if target.name.endswith(ARCHIVES) else draft, target)
    return summary


def restore(source: Path, data: Path, now_ms: int, *, moved: bool = False) -> Summary:
    """Make the data directory `data` from the backup `source`; the next start begins a new epoch of ids.

    An empty directory is filled: it may be a volume, or the only one that this user may write.

    Messages that were queued when the backup was made may have been sent since. They are taken for unknown, and the
    carrier's policy decides, unless the gateway was only `moved`: nothing has run since the backup was made.

    Raises:
        BackupError: `data` is not empty, or `source` is no whole backup, or does not agree with itself.
    """
    if data.exists() and (not data.is_dir() or any(data.iterdir())):
        template = N_("{data} is not empty: a backup is restored to a new directory")
        raise BackupError("backup.not_empty", template, data=str(data))
    is_there = data.is_dir()
    if not is_there:
        _make_parents(data)
    with _draft(data, data if is_there else data.parent) as draft:
        manifest = _unpack(source, draft)
        with Admin(draft, clock=lambda: now_ms) as admin:
            found = admin.audit()
            if found:
                template = N_("{source} does not agree with itself: {why}")
                raise BackupError("backup.disagrees", template, source=str(source), why=found[0])
            # A journal may be ahead of the database by what was sent while the backup was made.
            journals = map(read_journal, carrier_directories(draft))
            admin.rise_above(max((id for journal in journals for id in journal), default=0))
            if not moved:
                admin.doubt_queued()
            summary = _summary(admin, manifest, ())
        (draft / MANIFEST_NAME).unlink()
        if is_there:
            _fill(data, draft)
        else:
            _publish(draft, data)
    return summary


# -- inside


@contextlib.contextmanager
def _draft(target: Path, folder: Path) -> Iterator[Path]:
    """A new directory in `folder`, gone in the end whatever happens; errors as BackupError."""
    draft = folder / f".{target.name}.unfinished-{secrets.token_hex(4)}"
    try:
        draft.mkdir(mode=0o700)
        try:
            yield draft
        finally:
            shutil.rmtree(draft, ignore_errors=True)
            draft.with_name(f"{draft.name}.tar").unlink(missing_ok=True)
    except (StoreError, CarrierError) as error:
        raise _of(error) from error
    except OSError as error:
        of = Path(error.filename or target)
        named = target if draft in (of, *of.parents) else of
        raise BackupError("backup.system", N_("{path}: {why}"), path=str(named), why=error) from error


def _make_parents(data: Path) -> None:
    try:
        make_private(data.parent)
    except OSError as error:
        raise BackupError("backup.system", N_("{path}: {why}"), path=str(data.parent), why=error) from error


def _copy_parts(data: Path, draft: Path) -> None:
    for name in (MARK_NAME, KEY_NAME):
        if (data / name).exists():
            _copy(data / name, draft / name)
    journals = [JournalCopy(folder, draft / folder.relative_to(data)) for folder in carrier_directories(data)]
    for journal in journals:
        journal.before()
    copy_database(data, draft)
    for journal in journals:
        journal.after()
    gone: list[tuple[int, str]] = []
    source, kept = FileStore(data), FileStore(draft)
    for file in files_of(draft):
        try:
            _copy(source.path(file.account, file.name), kept.path(file.account, file.name))
        except FileNotFoundError:
            gone.append((file.account, file.name))
    forget_files(draft, gone)


def _copy(source: Path, target: Path) -> None:
    with source.open("rb") as file:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as copy:
            shutil.copyfileobj(file, copy, _BLOCK_BYTES)


def _sealed(draft: Path) -> Summary:
    """Audit the copy, and write its manifest."""
    with Admin(draft) as admin:
        found = tuple(admin.audit())
    parts = {str(path.relative_to(draft)): _part(path) for path in sorted(draft.rglob("*")) if path.is_file()}
    made_at = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    manifest = Manifest(FORMAT, made_at, __version__, parts)
    (draft / MANIFEST_NAME).write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))
    (draft / MANIFEST_NAME).chmod(0o600)
    with Admin(draft) as admin:
        return _summary(admin, manifest, found)


def _summary(admin: Admin, manifest: Manifest, found: tuple[Problem, ...]) -> Summary:
    try:
        messages = sum(admin.counts().values())
    except StoreLostError:
        messages = None
    return Summary(
        messages=messages,
        files=sum(name.startswith("files/") for name in manifest.parts),
        size=sum(part.size for part in manifest.parts.values()),
        made_at=manifest.made_at,
        discrepancies=found,
    )


def _part(path: Path) -> Part:
    with path.open("rb") as file:
        return Part(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


def _archived(draft: Path, target: Path) -> Path:
    """The draft as one file."""
    path = draft.with_name(f"{draft.name}.tar")
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    with path.open("wb") as raw:
        if target.name.endswith(".tar"):
            with tarfile.open(fileobj=raw, mode="w") as archive:
                archive.add(draft, arcname=".")
        else:
            with tarfile.open(fileobj=raw, mode="w:gz") as archive:
                archive.add(draft, arcname=".")
    return path


def _publish(draft: Path, target: Path) -> None:
    """Give `draft` its name, once all of it is on the disk."""
    _sync_all(draft)
    draft.rename(target)
    durable.sync(target.parent)


def _fill(data: Path, draft: Path) -> None:
    """Move what is in `draft` up into `data`, once all of it is on the disk; the database last: a start does not take
    a part for the whole."""
    _sync_all(draft)
    data.chmod(PRIVATE)
    for path in sorted(draft.iterdir(), key=lambda path: path.name == DATABASE_NAME):
        if path.name == DATABASE_NAME:
            durable.sync(data)
        path.rename(data / path.name)
    durable.sync(data)


def _sync_all(top: Path) -> None:
    for path in [top, *sorted(top.rglob("*"))] if top.is_dir() else [top]:
        durable.sync(path)


def _unpack(source: Path, draft: Path) -> Manifest:
    """Copy a backup into the draft; what is in it is what its manifest names."""
    if not source.exists():
        raise BackupError("backup.absent", N_("there is no {source}"), source=str(source))
    try:
        if source.is_dir():
            manifest = _manifest(source)
            for name in (MANIFEST_NAME, *manifest.parts):
                _copy(source / name, draft / name)
        else:
            with tarfile.open(source) as archive:
                archive.extractall(draft, filter="data")
            manifest = _manifest(draft)
    except FileNotFoundError as error:
        raise _missing(source, Path(error.filename).name) from error
    except _BAD_ARCHIVE as error:
        template = N_("{source} is no whole backup: the archive cannot be read")
        raise BackupError("backup.archive", template, source=str(source)) from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        template = N_("{source} is no whole backup: {why}")
        raise BackupError("backup.manifest", template, source=str(source), why=str(error)) from error
    _check(source, draft, manifest)
    return manifest


def _manifest(top: Path) -> Manifest:
    manifest = msgspec.json.decode((top / MANIFEST_NAME).read_bytes(), type=Manifest)
    if manifest.format != FORMAT:
        template = N_("{source} was made by a newer samlink ({version})")
        raise BackupError("backup.newer", template, source=str(top), version=manifest.samlink)
    for name in manifest.parts:
        if Path(name).is_absolute() or ".." in Path(name).parts or not name.isprintable():
            template = N_("{source} is no backup: it names {name}")
            raise BackupError("backup.name", template, source=str(top), name=ascii(name))
    return manifest


def _check(source: Path, draft: Path, manifest: Manifest) -> None:
    """Every part is there as it was made, and nothing else; and nobody but the owner reads it."""
    for path in sorted(draft.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
        name = str(path.relative_to(draft))
        if path.is_file() and name not in manifest.parts and name != MANIFEST_NAME:
            template = N_("{source} is no whole backup: {name} is not named in {manifest}")
            raise BackupError("backup.more", template, source=str(source), name=name, manifest=MANIFEST_NAME)
    for name, part in manifest.parts.items():
        if not (draft / name).is_file():
            raise _missing(source, name)
        if _part(draft / name) != part:
            template = N_("{source} is damaged: {name} is not as it was backed up")
            raise BackupError("backup.damaged", template, source=str(source), name=name)


def _missing(source: Path, name: str) -> BackupError:
    template = N_("{source} is no whole backup: {name} is missing")
    return BackupError("backup.part_missing", template, source=str(source), name=name)


def _of(error: Exception) -> BackupError:
    """The same, as what a backup raises."""
    if isinstance(error, Problem):
        return BackupError.remade(error.code, error.template, error.values)
    return BackupError("backup.failed", N_("{why}"), why=str(error))
