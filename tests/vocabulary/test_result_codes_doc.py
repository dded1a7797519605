"""docs/result-codes.md is what the tables of the codes and of the rules give, and leaves none out."""

import pytest

from samlink.core.limits import LIMIT_RULES
from samlink.core.rules import RULES
from samlink.vocabulary.kakao import KAKAO_CODES
from samlink.vocabulary.results import RESULTS, GivenBy
from scripts import result_codes_doc

CELLS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in result_codes_doc.codes().splitlines()[2:]
    if line.startswith("|")
]


def test_the_page_is_what_the_tables_give() -> None:
    written = result_codes_doc.DOCUMENT.read_text(encoding="utf-8")
    assert written == result_codes_doc.document(), "run: python scripts/result_codes_doc.py"


def test_every_code_has_one_row() -> None:
    assert [int(cells[0]) for cells in CELLS] == list(RESULTS)


@pytest.mark.parametrize("cells", CELLS, ids=[cells[0] for cells in CELLS])
def test_a_row_says_what_the_code_table_says(cells: list[str]) -> None:
    number, korean, english, given_by, when, charged, resend = cells
    row = RESULTS[int(number)]
    assert (korean, english) == (row.korean, row.english)
    assert (given_by == "agent") is (row.given_by is GivenBy.AGENT)
    assert when
    assert (charged == "yes", resend == "yes") == (row.charged, row.resend)


def test_every_rule_is_explained_and_stands_beside_its_code() -> None:
    rules = {rule.name: int(rule.result) for rule in (*RULES, *LIMIT_RULES)}
    assert set(result_codes_doc.REFUSES) == set(rules)
    whens = {int(cells[0]): cells[4] for cells in CELLS}
    assert all(f"*{name}*" in whens[number] for name, number in rules.items())


def test_the_rules_stand_in_their_order() -> None:
    names = [line.split(" | ")[1] for line in result_codes_doc.rules().splitlines()[2:]]
    assert names == [rule.name for rule in RULES]


def test_every_code_of_kakao_is_on_the_page() -> None:
    page = result_codes_doc.document()
    assert all(f"| {code} | {row.korean} | {row.english} |" in page for code, row in KAKAO_CODES.items())
