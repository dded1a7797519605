"""docs/protocol.md and its Korean page are what the tables give; docs/glossary.md has every name of the manual."""

import re
from pathlib import Path
from typing import ClassVar

import pytest

from samlink.wire.commands import COMMANDS
from samlink.wire.frame import HEADER_FIELDS
from samlink.wire.sessions.transitions import TRANSITIONS
from scripts import protocol_doc

GLOSSARY = Path(protocol_doc.ROOT / "docs" / "glossary.md")
TABLES = [table for command in COMMANDS.values() for table in (command.head, command.record) if table is not None]
FIELDS = sorted(
    {field.name for table in TABLES for field in table.fields} | {"COUNT"} | {name for name, _ in HEADER_FIELDS}
)


PAGES = (protocol_doc.ENGLISH, protocol_doc.KOREAN_PAGE)


class Asked(protocol_doc.Language):
    """The Korean page, which remembers what it was asked to say."""

    said: ClassVar[set[str]] = set()

    def say(self, english: str) -> str:
        self.said.add(english)
        return super().say(english)


@pytest.mark.parametrize("language", PAGES)
def test_the_page_is_what_the_tables_give(language: protocol_doc.Language) -> None:
    written = language.document.read_text(encoding="utf-8")
    assert written == protocol_doc.document(language), "run: python scripts/protocol_doc.py"


def test_everything_that_a_table_says_has_a_korean() -> None:
    protocol_doc.document(Asked(".ko.md", korean=True))
    words = {text for text in Asked.said if re.search("[a-z]{2}", text)}
    assert words == protocol_doc.KOREAN.keys(), "see scripts/protocol_korean.toml"


def test_the_page_has_every_command_choice_and_transition() -> None:
    page = protocol_doc.document(protocol_doc.ENGLISH)
    assert all(f'<a id="{code}"></a>' in page for code in COMMANDS)
    assert all(choice["answer"] in page for choice in protocol_doc.CHOICES)
    for (service, _, _), table in TRANSITIONS.items():
        for state, direction, code in table:
            assert f"| {state.value} | {direction.value} | {code} |" in page or service.name in {"SMS", "KMS"}


@pytest.mark.parametrize("language", PAGES)
def test_the_page_links_to_nothing_that_is_not_there(language: protocol_doc.Language) -> None:
    page = protocol_doc.document(language)
    assert set(re.findall(r"\(#(\w+)\)", page)) <= set(re.findall(r'<a id="(\w+)">', page))
    assert "{{" not in page


def glossary_rows() -> list[list[str]]:
    """The rows of the glossary's tables."""
    lines = GLOSSARY.read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return [row for row in rows if not set("".join(row)) <= {"-"} and row[0] != "Korean"]


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_name_of_the_manual_stands_in_the_glossary(name: str) -> None:
    rows = [row for row in glossary_rows() if f"`{name}`" in row[1].split(", ")]
    assert len(rows) == 1, f"{name} stands in {len(rows)} rows"
    korean, _, english, _ = rows[0]
    assert re.search("[가-힣]", korean)
    assert english


def test_every_attribute_stands_beside_its_field() -> None:
    in_code = {name: row[3] for row in glossary_rows() for name in row[1].replace("`", "").split(", ")}
    for table in TABLES:
        for field in table.fields:
            if field.attribute:
                assert f"`{field.attribute}`" in in_code[field.name], field.name


@pytest.mark.parametrize("code", COMMANDS)
def test_every_command_stands_in_the_glossary(code: str) -> None:
    rows = [row for row in glossary_rows() if row[1] == f"`{code}`"]
    assert [(row[0], row[2]) for row in rows] == [(COMMANDS[code].korean, COMMANDS[code].english)]


def test_no_english_word_stands_for_two_terms() -> None:
    words = [row[2] for row in glossary_rows()]
    assert sorted(set(words)) == sorted(words)
