"""Files of an MMS before they are sent."""

import os
import socket
import unicodedata
from pathlib import Path
from typing import Literal

import pytest

from samlink.agent.errors import RowError
from samlink.agent.judge.files import fault_of, path_of
from samlink.client import read_file
from samlink.testing.pictures import jpeg


def code_of(path: Path, *, strict: bool = False) -> int:
    """73, 78, or 0 for a file that can be sent."""
    fault = fault_of(path, path.parent, strict=strict)
    return 0 if fault is None else int(fault.result)


@pytest.mark.parametrize("name", ["../a.jpg", "a/../../b.jpg", "/etc/a.jpg", "a\0.jpg", ".."])
def test_a_file_outside_the_directory_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(RowError) as refused:
        path_of(name, tmp_path)
    assert refused.value.result == 73
    assert str(tmp_path) not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.jpg", jpeg(), 0),
        ("a.JPEG", jpeg(), 0),
        ("a.k3g", b"\0\0\0\x08ftyp", 0),
        ("a.jpg", b"", 78),
        ("a.jpg", b"BM not a picture", 78),
        ("a.bmp", jpeg(), 78),
        ("a.png", jpeg(), 78),
        ("a", jpeg(), 78),
        ("a.jpg", jpeg() + bytes(307_200), 78),
    ],
)
def test_a_file_is_what_carriers_take(name: str, content: bytes, code: int, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert code_of(path) == code


def test_a_file_that_is_missing_or_no_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "circle.jpg").symlink_to(tmp_path / "circle.jpg")
    (tmp_path / "folder.jpg").mkdir()
    for name in ("missing.jpg", "circle.jpg", "folder.jpg", "n" * 5000):
        assert code_of(tmp_path / name) == code_of(tmp_path / name, strict=True) == 78, name


@pytest.mark.parametrize("kind", ["pipe", "socket", "device"])
def test_what_is_not_a_regular_file_is_refused_without_waiting_for_it(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    with socket.socket(socket.AF_UNIX) as listener:
        if kind == "pipe":
            os.mkfifo(path)
        elif kind == "socket":
            listener.bind(str(path))
        else:
            path.symlink_to("/dev/zero")
        fault = fault_of(path, tmp_path, strict=False)
    assert fault is not None
    assert (fault.result, "not a regular file" in str(fault)) == (78, True)


def test_a_link_out_of_the_directory_is_refused_where_that_is_set(tmp_path: Path) -> None:
    inside = tmp_path / "files"
    inside.mkdir()
    (tmp_path / "secret.jpg").write_bytes(jpeg())
    (inside / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    (inside / "a.jpg").write_bytes(jpeg())
    (inside / "within.jpg").symlink_to(inside / "a.jpg")
    assert [code_of(inside / "link.jpg", strict=strict) for strict in (False, True)] == [0, 73]
    assert code_of(inside / "within.jpg", strict=True) == 0


@pytest.mark.parametrize(("named", "kept"), [("NFC", "NFD"), ("NFD", "NFC")])
def test_a_name_in_korean_is_found_however_its_hangul_is_composed(
    named: Literal["NFC", "NFD"], kept: Literal["NFC", "NFD"], tmp_path: Path
) -> None:
    folder = tmp_path / unicodedata.normalize(kept, "사진")
    folder.mkdir()
    (folder / unicodedata.normalize(kept, "여름.jpg")).write_bytes(jpeg())
    name = unicodedata.normalize(named, "사진/여름.jpg")
    path = path_of(name, tmp_path)
    assert fault_of(path, tmp_path, strict=True) is None
    assert read_file(path).content == jpeg()


def test_a_link_that_leads_out_is_refused_however_its_name_is_composed(tmp_path: Path) -> None:
    base = tmp_path / "base"
    base.mkdir()
    (tmp_path / "out.jpg").write_bytes(jpeg())
    (base / unicodedata.normalize("NFD", "여름.jpg")).symlink_to(tmp_path / "out.jpg")
    fault = fault_of(base / "여름.jpg", base, strict=True)
    assert fault is not None
    assert fault.result == 73
