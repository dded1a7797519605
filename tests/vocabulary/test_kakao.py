"""Kakao's codes: each becomes one of our results, and what may have arrived is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samlink.vocabulary.kakao import ACK_TIMEOUT, KAKAO_CODES, kakao_code
from samlink.vocabulary.results import KAKAO_RESULTS, ResultCode


def test_the_table_is_in_order_and_has_each_code_once() -> None:
    assert list(KAKAO_CODES) == sorted(KAKAO_CODES)
    assert all(len(code) == 4 and code.isdecimal() for code in KAKAO_CODES)


def test_every_row_has_its_names_and_one_of_our_results() -> None:
    for row in KAKAO_CODES.values():
        assert row.korean
        assert row.english
        assert row.result in {ResultCode.DELIVERED, *KAKAO_RESULTS}
        assert str(row) == f"{row.code} {row.english}"


def test_only_a_62_may_be_uncertain() -> None:
    uncertain = {code: row.result for code, row in KAKAO_CODES.items() if row.uncertain}
    assert set(uncertain) == {ACK_TIMEOUT, "3012", "4000", "4001", "8001", "8004"}
    assert set(uncertain.values()) == {ResultCode.KAKAO_ERROR}


@pytest.mark.parametrize(
    ("code", "result"),
    [("0000", 6), ("1003", 64), ("1021", 64), ("3005", 62), ("3015", 63), ("3016", 63), ("3019", 62), ("3027", 63)],
)
def test_what_the_codes_become(code: str, result: int) -> None:
    assert kakao_code(code).result == result


@pytest.mark.parametrize(
    ("code", "uncertain"),
    [("1999", False), ("3999", False), ("4999", True), ("9999", True), ("", False), ("K1", False)],
)
def test_an_unknown_code_is_a_62_and_judged_by_its_class(code: str, uncertain: bool) -> None:
    row = kakao_code(code)
    assert (row.code, row.result, row.uncertain) == (code, 62, uncertain)


@given(st.text(max_size=20))
def test_any_code_has_an_answer(code: str) -> None:
    assert kakao_code(code).result in {ResultCode.DELIVERED, *KAKAO_RESULTS}
