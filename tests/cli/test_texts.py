"""Both languages say everything, with the same placeholders; and every text that the code asks for is there."""

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import samlink.cli
from samlink.cli.language import is_korean
from samlink.cli.texts import TEXTS, say

FOLDER = Path(samlink.cli.__file__).parent


def placeholders(text: str) -> set[str]:
    """The names in the braces of a text; a particle after literal text has none."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", TEXTS)
def test_both_languages_say_it_with_the_same_placeholders(key: str) -> None:
    said = TEXTS[key]
    assert said.english
    assert said.korean
    assert placeholders(said.english) == placeholders(said.korean)
    assert said.english.isascii()


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call of `say` in the package, with its file's name."""
    for path in sorted(FOLDER.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say":
                yield path.name, node


def keys_of(node: ast.expr) -> Iterator[str]:
    """The literal keys that an argument can be."""
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.IfExp):
        yield from keys_of(node.body)
        yield from keys_of(node.orelse)


def test_every_text_that_is_asked_for_is_there_and_gets_its_values() -> None:
    asked = [(name, call, key) for name, call in calls() for key in keys_of(call.args[0])]
    assert len(asked) > 50
    for name, call, key in asked:
        assert key in TEXTS, f"{name}:{call.lineno}"
        assert {keyword.arg for keyword in call.keywords} == placeholders(TEXTS[key].english), f"{name}:{call.lineno}"


def prefixes() -> tuple[str, ...]:
    """The literal beginnings of keys that are put together while the program runs."""
    built = [call.args[0] for _, call in calls() if isinstance(call.args[0], ast.JoinedStr)]
    return tuple(str(node.values[0].value) for node in built if isinstance(node.values[0], ast.Constant))


def test_no_text_is_left_over() -> None:
    asked = {key for _, call in calls() for key in keys_of(call.args[0])}
    built = prefixes()
    assert [key for key in TEXTS if key not in asked and not key.startswith(built)] == []


@pytest.mark.parametrize(
    ("variables", "korean"),
    [
        ({"LANG": "ko_KR.UTF-8"}, True),
        ({"LANG": "en_US.UTF-8"}, False),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "ko_KR"}, True),
        ({"LANG": "ko_KR", "LC_ALL": "C"}, False),
        ({"LANG": "en_US", "LC_ALL": "", "LC_MESSAGES": "KO"}, True),
    ],
)
def test_the_locale_chooses_the_language(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], korean: bool
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert is_korean() is korean
    assert say("won", amount="1,234.5") == ("1,234.5원" if korean else "1,234.5 won")
