"""The response codes: the table is whole, fits the header, and answers for codes that it does not have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samlink.vocabulary.responses import (
    CODE_BYTES,
    RESPONSES,
    Again,
    Response,
    ResponseClass,
    ResponseCode,
    class_of,
    response,
)
from samlink.vocabulary.sizes import RESP_MESG_BYTES

NAME_LIMIT = 40
ROWS = tuple(RESPONSES.values())


def test_every_code_has_its_row_in_order() -> None:
    assert list(RESPONSES) == [code.value for code in ResponseCode]
    assert list(RESPONSES) == sorted(RESPONSES)


def test_the_codes_that_the_manual_and_the_field_fix() -> None:
    assert ResponseCode.OK.value == "00000"
    assert ResponseCode.LOGIN_FAILED.value == "11001"
    assert ResponseCode.REDIRECT.value == "11006"


def test_one_code_alone_is_success() -> None:
    assert [row.code for row in ROWS if row.ok] == ["00000"]
    assert response("00000").message() == "OK"


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_row_fits_the_header(row: Response) -> None:
    assert len(row.code) == CODE_BYTES
    assert row.code.isdigit()
    assert row.response_class is not ResponseClass.OTHER
    assert row.template.isascii()
    assert row.template.isprintable()
    assert row.template.count("{") == row.template.count("{detail}") <= 1
    assert len(row.template) <= RESP_MESG_BYTES
    assert 0 < len(row.korean) <= NAME_LIMIT
    assert 0 < len(row.english) <= NAME_LIMIT
    assert str(row) == f"{row.code} {row.english}"


def test_only_the_redirect_says_nothing_but_its_detail() -> None:
    assert [row.code for row in ROWS if not row.message()] == [ResponseCode.REDIRECT]
    assert response("11006").message("192.0.2.7:33300") == "192.0.2.7:33300"


def test_a_packet_that_is_wrong_in_itself_is_never_worth_repeating() -> None:
    again = {row.code for row in ROWS if row.again is not Again.NEVER and row.response_class is ResponseClass.PACKET}
    assert again == {ResponseCode.BAD_FRAME}  # the stream may have lost its place; a new one starts in step


def test_a_gateways_own_trouble_passes() -> None:
    assert all(row.again is not Again.NEVER for row in ROWS if row.response_class is ResponseClass.GATEWAY)


def test_the_message_names_the_detail_and_is_neat_without() -> None:
    assert response("12010").message("TIMEOUT_DT of record 3") == "bad time: TIMEOUT_DT of record 3"
    assert response("12010").message() == "bad time"


def test_braces_in_a_detail_are_text() -> None:
    assert response("12002").message("{detail}{0}") == "unknown command: {detail}{0}"


@given(st.sampled_from(ROWS), st.text())
def test_any_detail_gives_a_message_that_fits_the_wire(row: Response, detail: str) -> None:
    message = row.message(detail)
    assert len(message.encode("ascii")) <= RESP_MESG_BYTES
    assert not message or message.isprintable()


@pytest.mark.parametrize(
    ("code", "expected_class", "again"),
    [
        ("11999", ResponseClass.SESSION, Again.AFTER_RECONNECT),
        ("12999", ResponseClass.PACKET, Again.NEVER),
        ("13999", ResponseClass.FILE, Again.NEVER),
        ("19999", ResponseClass.GATEWAY, Again.SAME_PACKET),
        ("00001", ResponseClass.OK, Again.NEVER),
        ("30020", ResponseClass.OTHER, Again.NEVER),
        ("", ResponseClass.OTHER, Again.NEVER),
        ("0", ResponseClass.OTHER, Again.NEVER),
        ("110010", ResponseClass.OTHER, Again.NEVER),
        ("11o01", ResponseClass.OTHER, Again.NEVER),
        ("1१००१", ResponseClass.OTHER, Again.NEVER),
    ],
)
def test_an_unknown_code_is_an_error_judged_by_its_class(
    code: str, expected_class: ResponseClass, again: Again
) -> None:
    unknown = response(code)
    assert (unknown.code, unknown.response_class, unknown.again) == (code, expected_class, again)
    assert not unknown.ok
    assert unknown.message("why") == "why"


@given(st.text())
def test_every_string_has_an_answer(code: str) -> None:
    assert response(code).code == code
    assert class_of(code) in ResponseClass


def test_a_message_in_korean_fits_its_field_and_never_ends_inside_a_character() -> None:
    for code in ResponseCode:
        known = response(code)
        for detail in (known.message(), "x" * 60, "가" * 60, "x" + "가" * 60):
            raw = known.korean_message(detail).encode("cp949")
            assert len(raw) <= 50
            assert raw.decode("cp949").startswith(known.korean[:10])
