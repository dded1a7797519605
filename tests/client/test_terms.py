"""What a login tells."""

import pytest

from samlink.client._terms import LoginTerms, terms_of
from samlink.wire import LoginAnswer


@pytest.mark.parametrize(
    ("message", "batch", "service_class"),
    [
        ("30|1|", 30, 1),
        (" 100 | 2 |", 100, 2),
        ("30", 30, None),
        ("", 1, None),
        ("OK", 1, None),
        ("0|1|", 1, 1),
        ("99999|1|", 9999, 1),
        ("-5|x|", 1, None),
    ],
)
def test_the_batch_limit_is_read_with_caution(message: str, batch: int, service_class: int | None) -> None:
    terms = terms_of(message, None)
    assert (terms.batch, terms.service_class) == (batch, service_class)


def test_fixed_texts_have_2000_bytes_whatever_is_told() -> None:
    assert terms_of("30|1|", LoginAnswer(variable="N", max_msg_size=3000)).text_bytes == 2000


@pytest.mark.parametrize(("told", "text_bytes"), [(2500, 2500), (9999, 3000), (None, 2000)])
def test_variable_texts_have_what_is_told_up_to_3000(told: int | None, text_bytes: int) -> None:
    assert terms_of("30|1|", LoginAnswer(variable="Y", max_msg_size=told)).text_bytes == text_bytes


def test_a_short_body_leaves_the_rest_unknown() -> None:
    assert terms_of("30|1|", LoginAnswer(2)) == LoginTerms(batch=30, service_class=1, prepaid=False)
