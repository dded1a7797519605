"""A telephone number is never shown whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samlink.vocabulary.numbers import mask_number


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("01012345678", "010-****-5678"),
        ("010-1234-5678", "010-****-5678"),
        ("0212345678", "021-****-5678"),
        ("15881234", "158-****-1234"),
        ("1234567", "*******"),
        ("", ""),
    ],
)
def test_a_number_is_masked(number: str, shown: str) -> None:
    assert mask_number(number) == shown


@pytest.mark.parametrize("text", ["010123456٣٤", "01012345 78", "abcdefghijk", "12345678\n", "+82101234567", "-"])
def test_nothing_is_shown_of_what_is_no_number(text: str) -> None:
    assert mask_number(text) == "***"


@given(st.text(max_size=20))
def test_no_text_is_shown_whole_nor_breaks_a_line(text: str) -> None:
    shown = mask_number(text)
    assert set(shown) <= set("0123456789-*")
    assert text == "" or set(text) <= {"*"} or text not in shown
