"""Values of columns as text, and what a log may say."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from samlink.agent.masking import masked_reason
from samlink.agent.values import text_of


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


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("receiver 01012345678 is unknown", "receiver 010-****-5678 is unknown"),
        ("010-1234-5678, +82 10 1234 5678", "010-****-5678, +82 10-****-5678"),
        ("file 01012345678.jpg is empty", "file 010-****-5678.jpg is empty"),
        ("the timeout 2025-06-16 00:06:40 has passed", "the timeout 2025-06-16 00:06:40 has passed"),
        ("row violates a check\nDETAIL:  Failing row contains (1, 비밀).", "row violates a check"),
        ("Duplicate entry '821012345678' for key", "Duplicate entry '821-****-5678' for key"),
    ],
)
def test_a_reason_shows_no_number_and_no_row(reason: str, said: str) -> None:
    assert masked_reason(reason) == said
