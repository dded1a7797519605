"""`samlink backup` and `samlink restore`: what they say, and what a kill leaves."""

import json
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from samlink.store.sqlite.admin import Admin
from tests.cli.running import Process, Ran

Samlink = Callable[..., Ran]
Start = Callable[..., Process]


def test_there_and_back_again(samlink: Samlink, monkeypatch: pytest.MonkeyPatch) -> None:
    samlink("account", "add", "shop", "--balance", "5000")
    made = samlink("backup", "kept.tar.gz")
    assert made.code == 0
    assert "Backed up to kept.tar.gz: 0 messages, 0 uploaded files" in made.out
    restored = json.loads(samlink("restore", "kept.tar.gz", "--data", "other", "--json").out)
    assert restored["discrepancies"] == []
    assert "5,000" in samlink("account", "show", "shop", "--data", "other").out
    samlink("backup", "kept.tar.gz").failed_plainly("is there already", code=1)
    samlink("restore", "kept.tar.gz", "--data", "other").failed_plainly("is not empty", code=1)
    samlink("backup", "more", "--data", "nowhere").failed_plainly("nowhere", code=1)
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")
    samlink("backup", "kept.tar.gz").failed_plainly("이미 있습니다", code=1)
    samlink("restore", "kept.tar.gz", "--data", "other").failed_plainly("비어 있지 않습니다", code=1)
    assert "백업했습니다" in samlink("backup", "다른곳").out


def test_a_backup_of_a_store_that_does_not_agree_is_made_and_said_so(samlink: Samlink) -> None:
    samlink("account", "add", "shop", "--balance", "5000")
    with Admin(Path("samlink-data")) as admin, admin._transaction("BEGIN IMMEDIATE") as engine:
        engine.db.execute("UPDATE account SET balance = balance + 1")
    ran = samlink("backup", "kept")
    assert ran.code == 1
    assert "its ledger sums up to" in ran.out
    samlink("restore", "kept", "--data", "other").failed_plainly("does not agree with itself", code=1)
    assert not Path("other").exists()


def drafts(directory: Path) -> Iterator[Path]:
    """Backups that have not got their names."""
    return directory.glob(".kept*.unfinished-*")


@pytest.mark.parametrize("name", ["kept", "kept.tar"])
def test_a_kill_leaves_nothing_that_looks_whole(samlink: Samlink, start: Start, tmp_path: Path, name: str) -> None:
    samlink("account", "add", "shop")
    large = tmp_path / "samlink-data" / "simulator"
    large.mkdir()
    line = "T 1 010-****-5678 6 01190 1767225600000 +0 x1 -\n"
    (large / "carrier-00000001.log").write_text("# samlink simulated carrier, journal 1\n" + line * 400_000)
    running = start("backup", name)
    running.wait_for(lambda: any(drafts(tmp_path)))
    running.signal(signal.SIGKILL)
    running.finish()
    assert not (tmp_path / name).exists()
    assert samlink("backup", name).code == 0, "what is left does not stand in the way"
    assert samlink("restore", name, "--data", "other").code == 0
