"""Help pages: every text of every command in both languages, and laid out by the columns of a terminal."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.core import TyperArgument

from samlink.cli.app import app
from samlink.cli.help.completion import SHELLS, bash
from samlink.cli.help.pages import Command, children, paragraphs, width_of
from samlink.cli.help.usage_errors import ARGUMENTS
from samlink.vocabulary.language import Language, translated
from tests.cli.running import Ran

Samlink = Callable[..., Ran]
HANGUL = re.compile("[가-힣]")
WORDS = re.compile("[A-Za-z]{2}")
SENTENCE = re.compile(r"[.?](?=\s|$)")


def commands(command: Command, *path: str) -> Iterator[tuple[tuple[str, ...], Command]]:
    """Every command with the words that call it."""
    yield path, command
    for name, child in children(command).items():
        yield from commands(child, *path, name)


TREE = dict(commands(app.tree()))


@pytest.mark.parametrize("path", TREE, ids=" ".join)
def test_every_option_and_argument_says_what_it_is(path: tuple[str, ...]) -> None:
    assert [parameter.name for parameter in TREE[path].params if not getattr(parameter, "help", "")] == []


@pytest.mark.parametrize("path", TREE, ids=" ".join)
@pytest.mark.parametrize("columns", [60, 80, 200])
@pytest.mark.parametrize("language", ["C.UTF-8", "ko_KR.UTF-8"])
def test_a_page_fits_the_terminal(
    samlink: Samlink, monkeypatch: pytest.MonkeyPatch, path: tuple[str, ...], columns: int, language: str
) -> None:
    monkeypatch.setenv("LANG", language)
    monkeypatch.setenv("COLUMNS", str(columns))
    ran = samlink(*path, "--help")
    assert (ran.code, ran.err) == (0, "")
    examples = "\n  예:" if language.startswith("ko") else "\n  Examples:"
    page, found, _ = ran.out.partition(examples)
    assert found or not TREE[path].epilog
    assert max(map(width_of, page.splitlines())) <= min(columns, 80)


def test_a_page_in_korean(samlink: Samlink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")
    page = samlink("send", "--help").out
    assert page.startswith("사용법: samlink send [옵션] TEXT|-\n\n  한 명 또는 여러 명에게 메시지를 보냅니다.\n")
    assert "  --wait-limit SECONDS        결과를 기다리는 최대 시간(초).  [기본값: 300]\n" in page
    assert "  -h, --help                  이 도움말을 표시합니다.\n" in page
    assert re.search(r"^  serve +게이트웨이를 실행합니다\(Ctrl-C로 종료\)\.$", samlink("--help").out, re.MULTILINE)


def test_a_page_says_what_is_taken_by_default(samlink: Samlink) -> None:
    page = " ".join(samlink("account", "add", "--help").out.split())
    assert "[default: prepaid]" in page
    assert "[environment: SAMLINK_DATA]" in page
    bench = samlink("bench", "--help").out
    assert "[default: 8; 1 to 60]" in bench
    assert "[default: rules]" in bench


def test_a_path_that_may_not_be_read(samlink: Samlink, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    (tmp_path / "data").mkdir()
    samlink("audit", "--data", "data").failed_plainly("--data: the file or directory cannot be read", code=2)
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")
    samlink("audit", "--data", "data").failed_plainly("파일이나 디렉터리를 읽을 권한이 없습니다", code=2)


@pytest.mark.parametrize(
    ("arguments", "english", "korean"),
    [
        (["nope"], "there is no command 'nope'", "'nope' 명령은 없습니다"),
        (["acount"], "did you mean 'account'?", "혹시 'account'인가요?"),
        (["send", "--wat", "x"], "did you mean --wait", "--wat 옵션은 없습니다. 혹시 --wait"),
        (["send", "--to"], "--to needs a value (see `samlink send --help`)", "--to에 값이 필요합니다"),
        (["send", "--wait=1", "x"], "--wait takes no value", "--wait에는 값을 줄 수 없습니다"),
        (["account", "show", "a", "b"], "more than is expected: b", "인수가 남습니다: b"),
        (["bench", "--messages", "0"], "--messages: it must be at least 1", "1 이상이어야 합니다"),
        (["bench", "--connections", "61"], "it must be at most 60", "60 이하여야 합니다"),
        (["bench", "--messages", "many"], "--messages: not a number", "숫자가 아닙니다"),
        (["send"], "TEXT|- is missing", "메시지 내용(TEXT) 값이 빠졌습니다"),
    ],
)
def test_wrong_usage_in_both_languages(
    samlink: Samlink, monkeypatch: pytest.MonkeyPatch, arguments: list[str], english: str, korean: str
) -> None:
    samlink(*arguments).failed_plainly(english, "--help`", code=2)
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")
    samlink(*arguments).failed_plainly(korean, "--help` 참고", code=2)


@pytest.mark.parametrize("path", TREE, ids=" ".join)
def test_a_list_of_commands_says_the_same_in_korean(path: tuple[str, ...]) -> None:
    """The list shows the first sentence of a help text, so that has to say the same in both languages."""
    first = next(iter(paragraphs("" if TREE[path].short_help else TREE[path].help or "")), "")
    assert len(SENTENCE.findall(first)) == len(SENTENCE.findall(korean := translated(first, Language.KOREAN))), korean


@pytest.mark.parametrize("path", TREE, ids=" ".join)
def test_every_argument_has_a_korean_name(path: tuple[str, ...]) -> None:
    names = [one.metavar or str(one.name).upper() for one in TREE[path].params if isinstance(one, TyperArgument)]
    assert [name for name in names if name not in ARGUMENTS] == []


def test_help_is_a_command_too(samlink: Samlink) -> None:
    assert samlink("help") == samlink("--help")
    assert samlink("help", "account", "add") == samlink("account", "add", "--help")
    samlink("help", "acount").failed_plainly("'acount'", "account", code=2)


TOP = TREE[()]


def completed(*words: str) -> set[str]:
    """What bash offers behind these words; the last is not finished."""
    script = 'source <(cat); COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _samlink; printf "%s\\n" "${COMPREPLY[@]}"'
    ran = subprocess.run(
        ["bash", "-euc", script, "-", *words], input=bash(TOP), capture_output=True, text=True, check=True
    )
    return set(ran.stdout.split())


def test_bash_completes_commands_and_options() -> None:
    assert completed("samlink", "acc") == {"account"}
    assert completed("samlink", "account", "") >= {"add", "list", "show", "set", "remove", "--help"}
    assert completed("samlink", "account", "add", "--batch") == {"--batch-limit"}
    assert completed("samlink", "send", "--profile", "x.toml", "--to-f") == {"--to-file"}
    assert completed("samlink", "kms", "template", "ad") == {"add"}


def test_every_shell_has_a_script_with_every_command(samlink: Samlink) -> None:
    for shell in SHELLS:
        script = samlink("completion", shell).out
        assert all(path[-1] in script for path in TREE if path)
        if (program := shutil.which(shell)) is not None:
            subprocess.run([program, "-n"], input=script, text=True, check=True)
    samlink("completion", "tcsh").failed_plainly("'tcsh'", "fish", code=2)
