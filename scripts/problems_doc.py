"""Write docs/reference/problems.md, the codes of every error that a person or a program may meet:
`python scripts/problems_doc.py`.

It is made from the source: a code stands where it is raised, in front of its template, `"noun.fault", N_("…")`. A test
fails when the page is not what this writes, or when one code has two templates.
"""

import ast
import itertools
import re
from collections.abc import Iterator
from pathlib import Path
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


def found_in(tree: ast.AST, room: str) -> Iterator[Found]:
    """Every code of a module that stands in front of its template."""
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call | ast.Tuple))
    pairs = (
        pair for node in calls for pair in itertools.pairwise(node.args if isinstance(node, ast.Call) else node.elts)
    )
    for code, template in pairs:
        if isinstance(code, ast.Constant) and isinstance(code.value, str) and CODE.fullmatch(code.value):
            yield from (Found(code.value, text, room) for text in _marked(template))


def _marked(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Call) and ast.unparse(node.func) in ("N_", "_"):
        yield from (part.value for part in node.args if isinstance(part, ast.Constant) and isinstance(part.value, str))


def problems() -> list[Found]:
    """Every code of the source, sorted."""
    found = set()
    for path in SOURCE.rglob("*.py"):
        place = path.relative_to(SOURCE)
        found |= set(found_in(ast.parse(path.read_text(encoding="utf-8")), place.parts[0].removesuffix(".py")))
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
