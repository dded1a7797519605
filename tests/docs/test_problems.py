"""docs/reference/problems.md has every code of the source, and a code has one template wherever it is raised."""

import ast
from collections import defaultdict

from scripts import problems_doc


def test_the_page_is_what_the_source_raises() -> None:
    written = problems_doc.DOCUMENT.read_text(encoding="utf-8")
    assert written == problems_doc.document(), "run: python scripts/problems_doc.py"


def test_a_code_has_one_template() -> None:
    templates = defaultdict(set)
    for found in problems_doc.problems():
        templates[found.code].add(found.template)
    assert len(templates) > 100
    assert {code: said for code, said in templates.items() if len(said) > 1} == {}


def test_a_code_is_found_in_front_of_its_template() -> None:
    tree = ast.parse('raise AError("a.b", N_("no {id}"), id=1)\nrow = ("c.d", N_("x"))\nsay("e.f", "y")')
    assert [found[:2] for found in problems_doc.found_in(tree, "x")] == [("a.b", "no {id}"), ("c.d", "x")]
