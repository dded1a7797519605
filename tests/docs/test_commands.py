"""Commands, settings and links of the pages exist, also those that no test can run; both languages say the same."""

import re
import shlex
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from samlink.agent.settings import AgentSettings
from samlink.cli.app import app
from samlink.cli.help.pages import Command, children
from samlink.gateway.settings import load_settings
from tests.docs.pages import PAGES, ROOT, Block, bare, blocks, commands, text_of

LINK = re.compile(r"\]\(([^)#]+)\)")
TOP: Command = app.tree()
PROGRAM = re.compile(r"(?:^\s*(?:[A-Z_]+=\S+ )*|[/\\])samlink(?:\.exe)? (.*)")
"""samlink at the beginning of a command, or called by its path."""
SHELLS = ("sh", "sh as-root", "sh long", "sh later", "bat")
BOTH = [page for page in PAGES if page.replace(".md", ".ko.md") in PAGES]
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
UNITS = sorted((ROOT / "docs" / "systemd").glob("*.service"))
TYPED = [
    (page, command)
    for page in PAGES
    for block in blocks(page)
    if block.kind in SHELLS
    for command in commands(block.text)
]


def of_samlink(command: str) -> Iterator[list[str]]:
    """The words behind `samlink` of each call in a command line."""
    first = bare(command.splitlines()[0])
    for part in re.split(r"&&|\|\||[|;]", first):
        if found := PROGRAM.search(part):
            yield shlex.split(found[1].replace("\\", "/").partition("<")[0], comments=True)


def settings_of(kind: str) -> list[tuple[str, Block]]:
    """The blocks of that kind, with their page."""
    return [(page, block) for page in PAGES for block in blocks(page) if block.kind == kind]


@pytest.mark.parametrize(("page", "command"), [one for one in TYPED if any(of_samlink(one[1]))])
def test_a_command_exists_with_its_options(page: str, command: str) -> None:
    for words in of_samlink(command):
        called, *rest = TOP, *words
        assert isinstance(called, Command)
        while rest and rest[0] in children(called):
            called = children(called)[rest.pop(0)]
        known = {name for option in called.params for name in (*option.opts, *option.secondary_opts)} | {"--help"}
        given = {word.partition("=")[0] for word in rest if re.match(r"--?[a-z]", word)}
        assert given <= known, (page, command)
        assert not children(called) or given == {"--help"}, (page, command)


@pytest.mark.parametrize(("page", "command"), [one for one in TYPED if "pip install" in one[1]])
def test_what_is_installed_comes_from_the_checkout(page: str, command: str) -> None:
    """samlink is not on PyPI: a name that nobody has published invites a stranger's package."""
    for found in re.finditer(r"pip install (?:-\S+ )*'?([^'\s]+)'?", command):
        extra = re.fullmatch(r"\.(?:\[(\w+)\])?", found[1])
        assert extra is not None, (page, command)
        assert extra[1] is None or extra[1] in EXTRAS


@pytest.mark.parametrize("page", PAGES)
def test_files_and_links_are_there(page: str) -> None:
    folder = (ROOT / page).parent
    links = [link for link in LINK.findall(text_of(page)) if "://" not in link]
    assert [link for link in links if not folder.joinpath(link).exists()] == []
    named = [path for _, command in TYPED for path in re.findall(r"\b(?:docs|examples|scripts)/\S+", bare(command))]
    assert [path for path in named if not (ROOT / path).exists()] == []


@pytest.mark.parametrize(("page", "block"), settings_of("toml gateway"))
def test_settings_of_a_gateway_can_be_loaded(tmp_path: Path, page: str, block: Block) -> None:
    (tmp_path / "samlink.toml").write_text(block.text, encoding="utf-8")
    assert load_settings(tmp_path / "samlink.toml", data="data") is not None, page


@pytest.mark.parametrize(("page", "block"), settings_of("toml agent"))
def test_settings_of_an_agent_can_be_read(page: str, block: Block) -> None:
    values = tomllib.loads(block.text)
    kinds = {field.encode_name: field.type for field in msgspec.structs.fields(AgentSettings)}
    for name, value in values.items():
        assert msgspec.convert(value, kinds[name], strict=False) is not None, page


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_systemd_takes_a_unit(unit: Path, tmp_path: Path) -> None:
    """By its own tool where that is; that what it runs exists, in any case."""
    text = unit.read_text(encoding="utf-8")
    [line] = re.findall(r"^ExecStart=(.*)$", text, re.MULTILINE)
    test_a_command_exists_with_its_options(unit.name, line)
    if (analyze := shutil.which("systemd-analyze")) is None:
        return
    copy = tmp_path / unit.name
    copy.write_text(text.replace(line.split()[0], "/bin/true"), encoding="utf-8")
    ran = subprocess.run((analyze, "verify", str(copy)), capture_output=True, text=True, check=False)
    assert (ran.returncode, unit.name in ran.stderr) == (0, False), ran.stderr


@pytest.mark.parametrize("page", BOTH)
def test_a_page_says_the_same_in_korean(page: str) -> None:
    """As far as a machine can tell: the same blocks, links, headings, points, rows and names."""
    english, korean = page, page.replace(".md", ".ko.md")
    assert [shape(block) for block in blocks(english)] == [shape(block) for block in blocks(korean)]
    texts = [text_of(one) for one in (english, korean)]
    linked = [[link.replace(".ko.md", ".md") for link in LINK.findall(text)] for text in texts]
    assert set(linked[0]) == set(linked[1])
    for mark in (r"^#+ ", r"^- ", r"^\d+\. ", r"^\| "):
        counts = [len(re.findall(mark, text, re.MULTILINE)) for text in texts]
        assert counts[0] == counts[1], mark
    named = [set(re.findall(r"`([a-z_]+(?:\.[a-z_]+)*|--[a-z-]+|(?:samlink|make) [a-z -]+)`", text)) for text in texts]
    assert named[0] == named[1]


def shape(block: Block) -> tuple[str, list[str] | str]:
    """A block without what is said in a language: remarks, and quoted text beside Korean's and English's own."""
    if block.kind in SHELLS:
        return block.kind, [bare(command) for command in commands(block.text)]
    if block.kind.startswith("toml"):
        return block.kind, repr(tomllib.loads(block.text))
    if block.kind == "console":  # what a command shows is in the reader's language
        return block.kind, re.findall(r"^\$ .*$", block.text, re.MULTILINE)
    return block.kind, re.sub(r"#.*$|\.(?:english|korean)\b", "", block.text, flags=re.MULTILINE)
