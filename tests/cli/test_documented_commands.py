"""The READMEs and the operator's pages: every command in them exists, with the options that it is shown with."""

import re
import shlex
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from samlink.gateway.settings import load_settings
from tests.cli.running import Ran

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("README.md", "README.ko.md", "docs/operating.md", "docs/operating.ko.md")
PAGES = {name: (ROOT / name).read_text(encoding="utf-8") for name in NAMES}
LINK = re.compile(r"\]\(([^)#]+)\)")
BLOCK = re.compile(r"```(\w*)\n(.*?)```", re.DOTALL)
GROUPS = {"account", "sender", "optout", "filter", "kms", "profile", "template"}


def commands(page: str) -> Iterator[str]:
    """The command lines of a page, without what is said of them."""
    for language, block in BLOCK.findall(page):
        if not language:
            lines = (re.split(r" {2,}#", line)[0].rstrip() for line in block.splitlines())
            yield from (line for line in lines if not line.startswith("export "))


def path_of(words: list[str]) -> list[str]:
    """The command that a line calls, without its arguments."""
    length = next(place for place, word in enumerate(words) if word not in GROUPS)
    return words[: length + 1]


@pytest.mark.parametrize("line", [line for page in PAGES.values() for line in commands(page)])
def test_a_command_of_the_page_exists_with_its_options(samlink: Callable[..., Ran], line: str) -> None:
    name, *words = shlex.split(line)
    if name == "make":
        assert f"\n{words[0]}: " in (ROOT / "Makefile").read_text(encoding="utf-8")
        return
    assert name == "samlink"
    ran = samlink(*path_of(words), "--help")
    assert ran.code == 0, ran
    known = set(re.findall(r"--[a-z-]+", ran.out))
    assert {word for word in words if word.startswith("--")} <= known


@pytest.mark.parametrize("name", ["docs/operating.md", "docs/operating.ko.md"])
def test_the_settings_of_the_page_are_settings(tmp_path: Path, name: str) -> None:
    [toml] = [block for language, block in BLOCK.findall(PAGES[name]) if language == "toml"]
    (tmp_path / "samlink.toml").write_text(toml)
    settings = load_settings(tmp_path / "samlink.toml", data="data")
    assert settings.retention.content_days == tomllib.loads(toml)["retention"]["content_days"]


@pytest.mark.parametrize("name", PAGES)
def test_every_page_that_is_linked_to_is_there(name: str) -> None:
    links = [link for link in LINK.findall(PAGES[name]) if "://" not in link]
    assert [link for link in links if not (ROOT / name).parent.joinpath(link).exists()] == []


@pytest.mark.parametrize("name", ["README", "docs/operating"])
def test_a_page_says_the_same_in_both_languages(name: str) -> None:
    """As far as a machine can tell: the same commands, links, headings and points."""
    english, korean = PAGES[f"{name}.md"], PAGES[f"{name}.ko.md"]
    assert list(commands(english)) == list(commands(korean))
    linked = [{link.replace(".ko.md", ".md") for link in LINK.findall(page)} for page in (english, korean)]
    assert linked[0] == linked[1]
    for mark in ("\n## ", "\n- ", "\n| "):
        assert english.count(mark) == korean.count(mark), mark
