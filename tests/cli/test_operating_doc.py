"""docs/operating.md: every command in it exists, with the options that it is shown with."""

import re
import shlex
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from samlink.gateway.settings import load_settings
from tests.cli.running import Ran

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "operating.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```(\w*)\n(.*?)```", re.DOTALL)
GROUPS = {"account", "sender", "optout", "filter", "kms", "profile", "template"}


def commands() -> Iterator[str]:
    """The command lines of the page."""
    for language, block in BLOCK.findall(PAGE):
        if not language:
            yield from block.splitlines()


def path_of(words: list[str]) -> list[str]:
    """The command that a line calls, without its arguments."""
    length = next(place for place, word in enumerate(words) if word not in GROUPS)
    return words[: length + 1]


@pytest.mark.parametrize("line", list(commands()))
def test_a_command_of_the_page_exists_with_its_options(samlink: Callable[..., Ran], line: str) -> None:
    name, *words = shlex.split(line)
    assert name == "samlink"
    ran = samlink(*path_of(words), "--help")
    assert ran.code == 0, ran
    known = set(re.findall(r"--[a-z-]+", ran.out))
    assert {word for word in words if word.startswith("--")} <= known


def test_the_settings_of_the_page_are_settings(tmp_path: Path) -> None:
    [toml] = [block for language, block in BLOCK.findall(PAGE) if language == "toml"]
    (tmp_path / "samlink.toml").write_text(toml)
    settings = load_settings(tmp_path / "samlink.toml", data="data")
    assert settings.retention.content_days == tomllib.loads(toml)["retention"]["content_days"]
