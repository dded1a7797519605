"""Folders are their owner's alone, whatever the umask; a link in the place of one is not followed."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from samlink.carriers.simulator.journal import Journal
from samlink.store.blobs.directory import FileStore
from samlink.store.contract import StoreError
from samlink.store.credentials import Credentials
from samlink.store.private_folders import make_private, open_to_others
from samlink.store.sqlite.database import open_database

CONTENT = b"\xff\xd8 a picture"


@pytest.fixture(params=[0o000, 0o022, 0o277], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


@pytest.mark.usefixtures("umask")
def test_modes_do_not_depend_on_the_umask(tmp_path: Path) -> None:
    data = tmp_path / "a" / "data"
    open_database(data).close()
    Credentials.open(data)
    FileStore(data).save(1, CONTENT, "jpg")
    journal = Journal(data / "simulator", segment_bytes=1000, segments=2, keep_all=False)
    journal.open()
    journal.close()
    modes = {path.name: path.stat().st_mode & 0o777 for path in (data.parent, *data.parent.rglob("*")) if path.is_dir()}
    assert modes == dict.fromkeys(("a", "data", "files", "1", "simulator"), 0o700)
    assert not [path for path in data.rglob("*") if path.is_file() and path.stat().st_mode & 0o177]
    assert list(open_to_others(data)) == []


def test_a_directory_that_others_can_enter_is_noticed_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files").chmod(0o755)
    tmp_path.chmod(0o710)
    make_private(tmp_path / "files")
    assert list(open_to_others(tmp_path)) == [tmp_path, tmp_path / "files"]


def test_a_link_in_the_place_of_an_accounts_folder_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.mkdir()
    files = FileStore(tmp_path / "data")
    name = files.save(2, CONTENT, "jpg")
    (victim / name).write_bytes(b"a victim's")
    (tmp_path / "data" / "files" / "1").symlink_to(victim)
    for use in (lambda: files.save(1, CONTENT, "jpg"), lambda: files.read(1, name), lambda: files.delete(1, name)):
        with pytest.raises(StoreError, match="is a symbolic link, which is not followed"):
            use()
    assert files.size(1, name) is None
    assert list(files.every()) == [(2, name)]
    assert (victim / name).read_bytes() == b"a victim's"
