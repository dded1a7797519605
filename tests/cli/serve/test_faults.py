"""A data directory that has lost something: one sentence at the start, in both languages, and a way on."""

import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from samlink.link.free_ports import free_base_port
from samlink.store.sqlite.admin import Admin
from samlink.testing.conformance.sample import NOW
from tests.cli.running import Process, Ran

Samlink = Callable[..., Ran]
Start = Callable[..., Process]
DATA = Path("samlink-data")
DATABASE = DATA / "samlink.db"
PORTS = ("--base-port", str(free_base_port()))
"""Free ones: those of the manual may be in use here."""


def served(start: Start, *options: str) -> Ran:
    """A gateway that starts and is stopped."""
    serving = start("serve", "--base-port", str(free_base_port()), *options)
    serving.read_until("Ctrl-C")
    serving.signal(signal.SIGTERM)
    return serving.finish()


def lose_database() -> None:
    DATABASE.unlink()


def lose_key() -> None:
    (DATA / "secret.key").unlink()


def put_back() -> None:
    shutil.copy("older.db", DATABASE)


LOSSES: dict[str, tuple[Callable[[], None], str, str]] = {
    "missing-database": (lose_database, "has lost its samlink.db", "samlink.db 파일이 없습니다"),
    "missing-key": (lose_key, "has generated passwords (1)", "자동 생성된 비밀번호 1개"),
    "put-back": (put_back, "was put back", "이전 사본으로 바뀌었습니다"),
}


@pytest.mark.parametrize("fault", LOSSES)
def test_a_loss_is_said_and_accepted_by_its_name(
    samlink: Samlink, start: Start, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    lose, english, korean = LOSSES[fault]
    assert samlink("account", "add", "shop").code == 0
    shutil.copy(DATABASE, "older.db")
    served(start)
    lose()
    samlink("serve", *PORTS).failed_plainly("the gateway cannot start", english, f"--accept {fault}", code=1)
    assert english in samlink("audit").out + samlink("audit").err or fault == "missing-database"
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")
    samlink("serve", *PORTS).failed_plainly(korean, f"--accept {fault}", code=1)
    monkeypatch.delenv("LANG")
    assert served(start, "--accept", fault).code == 0
    assert served(start).code == 0, "it is accepted once, and as good as any other from then on"
    assert samlink("audit").code == 0


def test_a_key_that_is_missing_is_not_made_anew_by_another_command(samlink: Samlink) -> None:
    samlink("account", "add", "shop")
    lose_key()
    samlink("account", "add", "other").failed_plainly("has lost its secret.key", code=1)
    assert not (DATA / "secret.key").exists()


def test_an_unknown_fault(samlink: Samlink) -> None:
    samlink("serve", "--accept", "all", *PORTS).failed_plainly("--accept", "'all'", "put-back", code=2)


def test_a_clock_that_is_doubted_is_shown_and_confirmed(samlink: Samlink) -> None:
    samlink("account", "add", "shop")
    assert samlink("clock", "show").code == 0
    with Admin(DATA) as admin, admin._transaction("BEGIN IMMEDIATE") as engine:
        engine.clock.doubt_clock(172_800_000, NOW)
    shown = samlink("clock", "show")
    assert shown.code == 1
    assert "+172,800 seconds" in shown.out
    audit = samlink("audit")
    assert audit.code == 0, "money and messages agree"
    assert "samlink clock confirm" in audit.out + audit.err
    assert samlink("clock", "confirm").code == 0
    with Admin(DATA) as admin:
        doubt = admin.clock_doubt()
    assert doubt is not None
    assert doubt.confirmed
