"""Write docs/reference/problems.md, the codes of every error that a person or a program may meet:
`python scripts/problems_doc.py`.

It is made from the source: a code stands where it is raised, in front of its template, `"noun.fault", N_("…")`, or of
the variable that holds it. A test fails when the page is not what this writes, or when one code has two templates.
"""

import ast
import itertools
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from samlink.vocabulary.language import Language, translated

ROOT: Final = Path(__file__).resolve().parent.parent
SOURCE: Final = ROOT / "src" / "samlink"
DOCUMENT: Final = ROOT / "docs" / "reference" / "problems.md"
CODE: Final = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+")
HEAD: Final = """# Problems

Every error that samlink tells a person or a program has a code that never changes, an English sentence with
placeholders, and the values that fill it in (`samlink.vocabulary.problem`). A program asks for the class or the code
and reads the values; it never reads the sentence. This page is made from the source (`python scripts/problems_doc.py`).

오류마다 바뀌지 않는 코드가 있습니다. 프로그램에서는 문장 대신 코드와 값을 확인하십시오.

| code | English | 한국어 | raised in |
| --- | --- | --- | --- |
"""


class Found(NamedTuple):
    """A code where it is raised."""

    code: str
    template: str
    room: str


def found_in(tree: ast.AST, room: str, constants: Mapping[str, str] = MappingProxyType({})) -> Iterator[Found]:
    """Every code of a module that stands in front of its template, or in front of the name of one: of a variable that
    was given it above, or of one of the `constants`."""
    variables = sorted(given(tree))
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call | ast.Tuple):
            continue
        for code, template in itertools.pairwise(node.args if isinstance(node, ast.Call) else node.elts):
            if isinstance(code, ast.Constant) and isinstance(code.value, str) and CODE.fullmatch(code.value):
                above = {name: text for line, name, text in variables if line <= template.lineno}
                yield from (Found(code.value, text, room) for text in _marked(template, {**constants, **above}))


def given(tree: ast.AST) -> Iterator[tuple[int, str, str]]:
    """Line, name and template, wherever a variable is given one."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
            continue
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        pairs: list[tuple[ast.expr, ast.expr]] = [(target, node.value)]
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            pairs = list(zip(target.elts, node.value.elts, strict=True))
        for name, value in pairs:
            yield from ((node.lineno, ast.unparse(name), text) for text in _marked(value, {}))


def _marked(node: ast.expr, named: Mapping[str, str]) -> Iterator[str]:
    if isinstance(node, ast.Call) and ast.unparse(node.func) in ("N_", "_"):
        yield from (part.value for part in node.args if isinstance(part, ast.Constant) and isinstance(part.value, str))
    elif isinstance(node, ast.IfExp):
        yield from (*_marked(node.body, named), *_marked(node.orelse, named))
    elif isinstance(node, ast.Name) and node.id in named:
        yield named[node.id]


def problems() -> list[Found]:
    """Every code of the source, sorted."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in SOURCE.rglob("*.py")}
    constants = {name: text for tree in trees.values() for _, name, text in given(tree) if name.isupper()}
    found = set()
    for path, tree in trees.items():
        found |= set(found_in(tree, path.relative_to(SOURCE).parts[0].removesuffix(".py"), constants))
    return sorted(found)


def document() -> str:
    """The page."""
    rooms: dict[tuple[str, str], list[str]] = {}
    for code, template, room in problems():
        rooms.setdefault((code, template), []).append(room)
    rows = (
        f"| `{code}` | {_cell(template)} | {_cell(translated(template, Language.KOREAN))} | {', '.join(places)} |\n"
        for (code, template), places in rooms.items()
    )
    return HEAD + "".join(rows)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")


if __name__ == "__main__":
    DOCUMENT.parent.mkdir(exist_ok=True)
    DOCUMENT.write_text(document(), encoding="utf-8")
