"""docs/reference/problems.md has every code of the source, and a code has one template wherever it is raised."""

import ast
import re
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


def test_a_template_may_stand_in_a_variable_or_a_constant() -> None:
    tree = ast.parse(
        'old = N_("other")\ndef f():\n  template, n = N_("x {n}"), 1\n  raise AError("a.b", template, n=n)\n'
        'raise AError("c.d", TOO_SMALL)\nraise AError("e.f", N_("y") if z else N_("n"))'
    )
    found = [found[:2] for found in problems_doc.found_in(tree, "x", {"TOO_SMALL": "z"})]
    assert sorted(found) == [("a.b", "x {n}"), ("c.d", "z"), ("e.f", "n"), ("e.f", "y")]


def test_no_code_is_raised_that_the_page_has_not() -> None:
    known = {found.code for found in problems_doc.problems()}
    raised = set()
    for path in problems_doc.SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and re.search("(?:Error|Problem|Discrepancy)$", ast.unparse(node.func)):
                codes = (part.value for part in node.args if isinstance(part, ast.Constant))
                raised |= {code for code in codes if isinstance(code, str) and problems_doc.CODE.fullmatch(code)}
    assert len(raised) > 300
    assert raised - known == set()
