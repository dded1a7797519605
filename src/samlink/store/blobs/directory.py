"""The bytes of uploaded MMS files: `DIR/files/<account number>/<md5>.<extension>`.

Blocking calls, for a bounded pool of threads. `save` returns when the file is on the disk under its name; a crash
before that leaves a draft, which `sweep` removes. Rows about files are the store's (`Store.add_file`): a file is known
when its row is. A crash between the two leaves a file without a row, which `every` is there to find.
"""

import errno
import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from samlink.store import durable
from samlink.store.contract import StoreError, StoreLostError
from samlink.store.contract.problems import disk_full
from samlink.store.private_folders import make_private
from samlink.vocabulary.problem import N_

FOLDER_NAME: Final = "files"
_NAME: Final = re.compile(r"[0-9a-f]{32}\.[0-9a-z]{1,3}")
_DRAFT: Final = ".draft-"


class FileStore:
    """Files by account and name; nobody reaches another account's by any name."""

    def __init__(self, data: Path) -> None:
        """Keeps its files in `data`/files."""
        self._root = data / FOLDER_NAME

    @staticmethod
    def name(content: bytes, extension: str) -> str:
        """What `save` calls such a file."""
        return f"{hashlib.md5(content, usedforsecurity=False).hexdigest()}.{extension.strip().lower()}"

    @staticmethod
    def is_name(name: str) -> bool:
        """Whether `save` can have given this name."""
        return _NAME.fullmatch(name) is not None

    def save(self, account: int, content: bytes, extension: str) -> str:
        """Keep `content`; its name, `<md5>.<extension>` in lower case. The same bytes get the same name.

        Raises StoreFullError, StoreLostError (an fsync failed), StoreError (an impossible extension, other faults).
        """
        name = self.name(content, extension)
        try:
            path = self.path(account, name)
            self._make_folders(path.parent)
            _write(path, content)
        except OSError as error:
            raise _store_error(error) from error
        return name

    def read(self, account: int, name: str) -> bytes:
        """The file's bytes. Raises StoreError when there is none of that name."""
        try:
            return self.path(account, name).read_bytes()
        except FileNotFoundError as error:
            raise StoreError("store.blob_unknown", N_("there is no file {name}"), name=name) from error
        except OSError as error:
            raise _store_error(error) from error

    def size(self, account: int, name: str) -> int | None:
        """The file's bytes, counted; None when there is none of that name."""
        try:
            return self.path(account, name).stat().st_size
        except (OSError, StoreError):
            return None

    def delete(self, account: int, name: str) -> None:
        """Remove the file; one that is gone already is no error."""
        try:
            self.path(account, name).unlink(missing_ok=True)
        except OSError as error:
            raise _store_error(error) from error

    def sweep(self) -> int:
        """Remove drafts that a crash left, while nobody saves; how many."""
        drafts = list(self._root.glob(f"*/{_DRAFT}*"))
        for draft in drafts:
            draft.unlink(missing_ok=True)
        return len(drafts)

    def every(self) -> Iterator[tuple[int, str]]:
        """Account and name of every file that is there, read from the disk as it is asked for; one that comes or goes
        meanwhile may be missed. Raises StoreError."""
        try:
            for account in _names(self._root):
                if account.isdecimal() and not (self._root / account).is_symlink():
                    yield from ((int(account), name) for name in _names(self._root / account) if _NAME.fullmatch(name))
        except OSError as error:
            raise _store_error(error) from error

    def path(self, account: int, name: str) -> Path:
        """Where the file lies. Raises StoreError for a name that `save` cannot have given, and where the account's
        folder leads elsewhere."""
        if not _NAME.fullmatch(name):
            template = N_("a file's name is an MD5, a dot and an extension of one to three letters or digits")
            raise StoreError("store.blob_name", template)
        folder = self._root / str(account)
        if folder.is_symlink():
            template = N_("{folder} is a symbolic link, which is not followed")
            raise StoreError("store.blob_folder", template, folder=str(folder))
        return folder / name

    def _make_folders(self, folder: Path) -> None:
        """Make the account's folder, its name on the disk before any file is promised to be in it."""
        if folder.is_dir():
            return
        make_private(folder)
        durable.sync(folder.parent)
        durable.sync(self._root.parent)


def _names(folder: Path) -> Iterator[str]:
    """What is in the folder, one after another; nothing when there is none."""
    try:
        entries = os.scandir(folder)
    except FileNotFoundError:
        return
    with entries:
        yield from (entry.name for entry in entries)


def _write(path: Path, content: bytes) -> None:
    draft = path.with_name(f"{_DRAFT}{secrets.token_hex(8)}")
    try:
        durable.write(draft, content)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    durable.sync(path.parent)


def _store_error(error: OSError) -> StoreError:
    if isinstance(error, durable.SyncError):
        return StoreLostError("store.fsync_failed", N_("an fsync failed: {why}"), why=error)
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_full()
    return StoreError("store.blobs_failed", N_("the file store failed: {why}"), why=error)
