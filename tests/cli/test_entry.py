"""The outermost edge: help, version, wrong usage, faults of ours, and output that nobody reads."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from samlink import __version__
from samlink.cli import data_directory
from samlink.testing.processes.logged import SAMLINK
from tests.cli.running import Process, Ran, is_one_sentence

Samlink = Callable[..., Ran]

COMMANDS = (
    ("account", "add"),
    ("account", "list"),
    ("account", "show"),
    ("account", "set"),
    ("account", "remove"),
    ("account", "rules"),
    ("account", "topup"),
    ("audit",),
    ("decode",),
    ("demo",),
    ("filter", "add"),
    ("filter", "list"),
    ("filter", "remove"),
    ("find",),
    ("kms", "profile", "add"),
    ("kms", "profile", "list"),
    ("kms", "profile", "remove"),
    ("kms", "template", "add"),
    ("kms", "template", "list"),
    ("kms", "template", "remove"),
    ("ledger",),
    ("optout", "add"),
    ("optout", "check"),
    ("optout", "import"),
    ("optout", "list"),
    ("optout", "remove"),
    ("reports",),
    ("send",),
    ("sender", "add"),
    ("sender", "list"),
    ("sender", "remove"),
    ("serve",),
    ("upload",),
)
HEAVY = (
    "apsw",
    "argon2",
    "msgspec",
    "PIL",
    "rich",
    "structlog",
    "uvloop",
    "samlink.client",
    "samlink.gateway",
)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_help_with_examples(samlink: Samlink, command: tuple[str, ...]) -> None:
    ran = samlink(*command, "--help")
    assert ran.code == 0
    assert "Examples:\n" in ran.out
    assert f"samlink {' '.join(command)}" in ran.out.partition("Examples:")[2]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_command_takes_a_password_as_an_argument(samlink: Samlink, command: tuple[str, ...]) -> None:
    options = {word.strip(",") for word in samlink(*command, "--help").out.split() if word.startswith("--pass")}
    assert options <= {"--password-stdin"}


def test_version(samlink: Samlink) -> None:
    assert samlink("--version") == Ran(0, f"samlink {__version__}\n", "")


def test_help_loads_nothing_heavy() -> None:
    script = (
        "import sys; from samlink.cli.entry import run; run(['--help']); "
        f"print(sorted(set({HEAVY!r}) & set(sys.modules)), file=sys.stderr)"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment)
    assert ran.stderr.strip() == "[]"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--nonsense"], "no option --nonsense"),
        (["account", "add"], "ID is missing"),
        (["account", "list", "--data"], "--data"),
        (["account", "add", "one", "two"], "two"),
        (["account", "add", "one", "--json=yes"], "--json"),
        (["nonsense"], "'nonsense'"),
        (["send"], "TEXT"),
        (["upload"], "FILE"),
    ],
)
def test_wrong_usage_is_one_sentence_that_names_the_help(samlink: Samlink, arguments: list[str], said: str) -> None:
    samlink(*arguments).failed_plainly(said, "--help", code=2)


def test_wrong_usage_in_korean(samlink: Samlink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")
    ran = samlink("account", "add")
    assert ran.code == 2
    assert "ID 값이 빠졌습니다" in ran.err


@pytest.mark.parametrize("arguments", [[], ["account"]], ids=str)
def test_no_command_shows_the_help(samlink: Samlink, arguments: list[str]) -> None:
    ran = samlink(*arguments)
    assert ran.code == 2
    assert "Usage: samlink" in ran.err


def test_a_fault_of_ours_is_one_sentence_without_what_it_held(
    samlink: Samlink, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_given: Path | None) -> Path:
        raise KeyError("a secret")

    monkeypatch.setattr(data_directory, "resolve", fail)
    monkeypatch.setattr("samlink.cli.commands.admin.account.resolve", fail)
    ran = samlink("account", "list")
    assert ran.code == 1
    assert ran.err.startswith("samlink: an unexpected fault stopped the command (KeyError at test_entry.py:")
    assert "secret" not in ran.err
    assert "Traceback" not in ran.err
    monkeypatch.setenv("SAMLINK_DEBUG", "1")
    assert "Traceback" in samlink("account", "list").err


def test_output_that_nobody_reads_is_no_traceback(tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with os.fdopen(write, "wb") as pipe:
        ran = subprocess.run(
            [*SAMLINK, "--version"], stdout=pipe, stderr=subprocess.PIPE, env=environment, text=True, check=False
        )
    assert ran.returncode == 1
    assert ran.stderr == ""


def test_the_installed_command_is_this_one(start: Callable[..., Process]) -> None:
    assert start("--version").finish() == Ran(0, f"samlink {__version__}\n", "")


def test_ctrl_c_while_the_command_loads_is_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "typer.py").write_text("raise KeyboardInterrupt\n")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}
    ran = subprocess.run([*SAMLINK, "--help"], capture_output=True, text=True, env=environment, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (130, "", "")


FULL = ("optout list --all", "optout list --all --json", "account list", "account list --json", "find shop", "--help")


@pytest.mark.parametrize("command", FULL)
@pytest.mark.parametrize("language", ["C.UTF-8", "ko_KR.UTF-8"])
def test_output_that_cannot_be_written_is_said_in_one_sentence(
    samlink: Samlink, tmp_path: Path, command: str, language: str
) -> None:
    assert samlink("account", "add", "shop").code == 0
    assert samlink("optout", "add", "--all", "01012345678").code == 0
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "LANG": language}
    with Path("/dev/full").open("wb") as full:
        words = [*SAMLINK, *command.split()]
        ran = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, env=environment, cwd=tmp_path, check=False)
    said = ran.stderr.decode()
    if command == "find shop":  # nothing to write
        assert ran.returncode == 0
        return
    assert ran.returncode == 1
    assert is_one_sentence(said), said
    assert ("standard output" if language == "C.UTF-8" else "표준 출력") in said


def test_a_text_that_begins_with_a_hyphen_gets_a_hint(samlink: Samlink) -> None:
    for text in ("-50% 세일", "-할인"):
        samlink("send", "--to", "01012345606", text).failed_plainly("put -- before", code=2)
    samlink("send", "--to", "01012345606", "-x").failed_plainly("-x", code=2)
