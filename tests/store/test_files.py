"""The bytes of uploaded files on the disk."""

import errno
import hashlib
import os
from pathlib import Path

import pytest

from samlink.store.blobs.directory import FileStore
from samlink.store.contract import StoreError, StoreFullError, StoreLostError

CONTENT = b"\xff\xd8 a picture \xff\xd9"
NAME = hashlib.md5(CONTENT).hexdigest() + ".jpg"


def test_a_file_is_kept_under_its_md5(tmp_path: Path) -> None:
    files = FileStore(tmp_path)
    assert files.save(1, CONTENT, "Jpg") == NAME
    assert files.save(1, CONTENT, "jpg") == NAME
    assert files.read(1, NAME) == CONTENT
    assert files.size(1, NAME) == len(CONTENT)
    assert [path.relative_to(tmp_path) for path in tmp_path.rglob("*.*")] == [Path("files") / "1" / NAME]


def test_a_file_is_its_accounts_own(tmp_path: Path) -> None:
    files = FileStore(tmp_path)
    files.save(1, CONTENT, "jpg")
    with pytest.raises(StoreError, match="there is no file"):
        files.read(2, NAME)
    assert files.size(2, NAME) is None
    files.delete(2, NAME)
    assert files.read(1, NAME) == CONTENT
    files.delete(1, NAME)
    with pytest.raises(StoreError, match="there is no file"):
        files.read(1, NAME)


@pytest.mark.parametrize("name", ["", "../../secret.key", "a.jpg", NAME.upper(), NAME + "\n", NAME + "/..", "0" * 32])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    files = FileStore(tmp_path)
    for use in (files.read, files.delete, files.path):
        with pytest.raises(StoreError, match="a file's name is"):
            use(1, name)


@pytest.mark.parametrize("extension", ["", "jpeg", "j/g", "..", "그림"])
def test_an_impossible_extension_is_refused(tmp_path: Path, extension: str) -> None:
    with pytest.raises(StoreError, match="a file's name is"):
        FileStore(tmp_path).save(1, CONTENT, extension)


@pytest.mark.parametrize(
    ("number", "kind"), [(errno.ENOSPC, StoreFullError), (errno.EDQUOT, StoreFullError), (errno.EIO, StoreError)]
)
def test_a_failing_disk_leaves_no_draft(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, kind: type[StoreError]
) -> None:
    files = FileStore(tmp_path)
    files.save(1, CONTENT, "jpg")

    def fail(self: Path, target: Path) -> None:
        raise OSError(number, "on purpose")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(StoreError) as caught:
        files.save(1, b"other", "jpg")
    assert type(caught.value) is kind
    assert files.sweep() == 0
    assert len(list((tmp_path / "files" / "1").iterdir())) == 1


def test_a_failed_fsync_is_not_survived(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(handle: int) -> None:
        raise OSError(errno.EIO, "on purpose")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(StoreLostError):
        FileStore(tmp_path).save(1, CONTENT, "jpg")


def test_drafts_of_a_crash_are_swept(tmp_path: Path) -> None:
    files = FileStore(tmp_path)
    files.save(1, CONTENT, "jpg")
    (tmp_path / "files" / "1" / ".draft-0123").write_bytes(b"half")
    assert files.sweep() == 1
    assert files.read(1, NAME) == CONTENT
