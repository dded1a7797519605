"""Values of columns as text, and what a log may say."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from samlink.agent.judge.values import text_of


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("안녕  ", "안녕"),
        (1012345678, "1012345678"),
        (Decimal("1E+2"), "100"),
        (Decimal("821012345678.00"), "821012345678"),
        (821012345678.0, "821012345678"),
        (1.5, "1.5"),
        (True, "Y"),
        ("안녕".encode(), "안녕"),
        (memoryview("안녕".encode("cp949")), "안녕"),
        (bytearray(b"02\0\0"), "02"),
        ({"button": ["가"]}, '{"button":["가"]}'),
        (date(2025, 6, 16), "2025-06-16"),
    ],
)
def test_a_value_of_any_type_is_text(value: Any, text: str) -> None:
    assert text_of(value) == text


@pytest.mark.parametrize("value", [b"\xff\xff", Decimal("NaN"), float("inf"), Decimal("1E+999999")])
def test_what_is_no_text_is_told(value: Any) -> None:
    with pytest.raises(ValueError):
        text_of(value)
