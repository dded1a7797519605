"""What the command line says: in the language of the locale, and every template gets the values that it asks for."""

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import samlink
from samlink.cli.language import _, is_korean, say
from scripts import problems_doc

PACKAGE = Path(samlink.__file__).parent
SAYING = ("say", "tell", "note", "phrase", "CommandError", "WrongUsageError")


def templates(node: ast.expr) -> Iterator[str]:
    """The literal templates that an argument can be."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from templates(node.body)
        yield from templates(node.orelse)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "N_"):
        yield from templates(node.args[0])


def sayings() -> Iterator[tuple[str, ast.Call, str]]:
    """Every call of the package that fills a template in: its place, itself, the template, also that of a variable."""
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        given = sorted(problems_doc.given(tree))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and (template := template_of(node)) is not None:
                named = [text for line, name, text in given if name == ast.unparse(template) and line < node.lineno]
                yield from ((f"{path.name}:{node.lineno}", node, text) for text in (*templates(template), *named[-1:]))


def template_of(call: ast.Call) -> ast.expr | None:
    """The argument that is filled in: the first of what says something, the second of a problem with its code."""
    match call.args:
        case [ast.Constant(value=str()), ast.Call(func=ast.Name(id="N_")) | ast.Name() as template]:
            return template
        case [first, *_] if isinstance(call.func, ast.Name) and call.func.id in SAYING:
            return first
    return None


def test_every_template_gets_its_values_and_no_others() -> None:
    found = [said for said in sayings() if said[1].keywords or "say" in ast.unparse(said[1].func)]
    assert len(found) > 300
    for place, call, text in found:
        names = {name for _, name, _, _ in string.Formatter().parse(text) if name}
        given = {keyword.arg for keyword in call.keywords}
        assert None in given or given == names, place


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
    assert say(_("{amount} won"), amount="1,234.5") == ("1,234.5원" if korean else "1,234.5 won")
