"""What each kind of field reads and writes, and what it refuses."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samlink.vocabulary.responses import ResponseCode
from samlink.wire.errors import LocalProtocolError
from samlink.wire.fields import (
    DECODERS,
    ENCODERS,
    Field,
    FieldError,
    FieldKind,
    column_decoder,
    column_encoder,
    decode_number,
)
from tests.wire.strategies import BOUNDED, keys, values

FIXED_KINDS = [kind for kind in FieldKind if kind is not FieldKind.BYTES]
PADDED_KINDS = [kind for kind in FieldKind if kind not in {FieldKind.BYTES, FieldKind.LENGTH, FieldKind.UTF8_TEXT}]
"""Those of a fixed size, whose padding has to be taken off."""


def field_of(kind: FieldKind, size: int = 20) -> Field:
    """A field of a kind."""
    return Field("FIELD", 6 if kind is FieldKind.COST else size, kind, "value")


def test_every_kind_is_read_and_written() -> None:
    assert set(DECODERS) == set(ENCODERS) == set(FieldKind)


@pytest.mark.parametrize("raw", [b"7   ", b"7\0\0\0", b"   7", b"\0\0\x007", b"0007", b" 7 \0", b"\0 7\0"], ids=repr)
def test_a_number_is_read_with_padding_on_either_side(raw: bytes) -> None:
    assert decode_number(raw) == 7


@pytest.mark.parametrize(
    "raw",
    [b"", b"    ", b"\0\0\0\0", b"-1  ", b"+1  ", b"1.0 ", b"1 1 ", b"1\x001 ", b"1_0 ", b"0x1 ", b"\xb2   ", b"1e1 "],
)
def test_what_is_no_plain_decimal_is_refused(raw: bytes) -> None:
    with pytest.raises(FieldError) as caught:
        decode_number(raw)
    assert caught.value.response is ResponseCode.BAD_NUMBER


@pytest.mark.parametrize(
    ("raw", "hundredths"),
    [
        (b"20.0  ", 2000),
        (b"50    ", 5000),
        (b"250.0 ", 25000),
        (b"9.25\0\0", 925),
        (b"7.5   ", 750),
        (b"3.    ", 300),
        (b"1.239 ", 123),
        (b"      ", None),
        (b"\0\0\0\0\0\0", None),
    ],
)
def test_a_price_is_read_in_hundredths_of_a_won(raw: bytes, hundredths: int | None) -> None:
    assert DECODERS[FieldKind.COST](raw) == hundredths


@pytest.mark.parametrize("raw", [b"-1.0  ", b"1,000 ", b".5    ", b"1.2.3 ", b"free  "])
def test_what_is_no_price_is_refused(raw: bytes) -> None:
    with pytest.raises(FieldError, match="is not a price"):
        DECODERS[FieldKind.COST](raw)


@pytest.mark.parametrize(
    ("hundredths", "written"),
    [(2000, b"20.0"), (925, b"9.25"), (750, b"7.5"), (5, b"0.05"), (0, b"0.0"), (99999, b"999.99")],
)
def test_a_price_is_written_as_the_manual_does(hundredths: int, written: bytes) -> None:
    assert ENCODERS[FieldKind.COST](hundredths, "SMS_COST") == written


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"0001                ", "0001"),
        (b"0001" + b"\0" * 16, "0001"),
        (b"   0001             ", "0001"),
        (b"\0\x000001 \0          ", "0001"),
        (b"0001\0stale bytes\xff\xff\xff\xff", "0001"),
        (b"0001 \0\x07", "0001"),
        (b"a b                 ", "a b"),
        ("전각　키".encode("cp949").ljust(20), "전각　키"),
        (b" " * 20, ""),
        (b"\0" * 20, ""),
    ],
)
def test_a_key_is_read_without_its_padding(raw: bytes, text: str) -> None:
    assert DECODERS[FieldKind.KEY](raw) == text
    assert column_decoder(field_of(FieldKind.KEY))([raw, raw]) == [text, text]


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        (b"\xb0                   ", "not CP949"),
        (b"key\xff                ", "not CP949"),
        (b"ke\ty                ", "control character"),
        (b"key\x7f                ", "control character"),
        (b"ke\ny                ", "control character"),
        (b"\x03                   ", "control character"),
    ],
)
def test_a_key_that_could_not_come_back_unchanged_is_refused(raw: bytes, what: str) -> None:
    with pytest.raises(FieldError, match=what) as caught:
        column_decoder(field_of(FieldKind.KEY))([b"good".ljust(20), raw])
    assert caught.value.response is ResponseCode.BAD_FIELD


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"hello     ", "hello"),
        (b"hello\0\0\0\0\0", "hello"),
        (b"hel\0lo    ", "hel"),
        (b"  hello   ", "  hello"),
        (b"\0hello    ", ""),
        (b"a\x03b\x1b     ", "ab"),
        (b"line\r\n    ", "line\r\n"),
        (b"\xb0\xa1\xb0      ", "가"),
        (b"\xb0 \xb0\xa1     ", "\ufffd 가"),
        (b"          ", ""),
    ],
)
def test_a_text_is_read_leniently(raw: bytes, text: str) -> None:
    assert DECODERS[FieldKind.TEXT](raw) == text


@pytest.mark.parametrize("raw", [b"2009-01-01 09:30:00 ", b"2009-01-01 09:30:00\0", b" 2009-01-01 09:30:00"])
def test_a_time_fills_its_field_but_one_byte(raw: bytes) -> None:
    assert DECODERS[FieldKind.TIME](raw) == 1230769800


@pytest.mark.parametrize("raw", [b" " * 20, b"\0" * 20, b"\0 " * 10])
def test_an_empty_time_is_none(raw: bytes) -> None:
    assert DECODERS[FieldKind.TIME](raw) is None


@pytest.mark.parametrize(
    "raw",
    [
        b"2009-01-01 09:30    ",
        b"20090101093000      ",
        b"2009-01-01\x0009:30:00 ",
        b"2009-01-01 09:30:00.x",
        b"2009-01-01T09:30:00 ",
        b"\xff" * 20,
    ],
)
def test_a_time_of_another_format_is_refused(raw: bytes) -> None:
    with pytest.raises(FieldError) as caught:
        DECODERS[FieldKind.TIME](raw)
    assert caught.value.response is ResponseCode.BAD_TIME


@pytest.mark.parametrize("raw", [b"0000-00-00 00:00:00 ", b"20090101093000      ", b" " * 20, b"\xff" * 20])
def test_the_time_of_a_result_may_be_none(raw: bytes) -> None:
    assert DECODERS[FieldKind.LENIENT_TIME](raw) is None
    assert DECODERS[FieldKind.LENIENT_TIME](b"2009-01-01 09:30:00 ") == 1230769800


@pytest.mark.parametrize("kind", PADDED_KINDS)
@pytest.mark.parametrize("padding", [b" ", b"\0"], ids=["spaces", "NULs"])
def test_every_kind_comes_back_under_either_padding(kind: FieldKind, padding: bytes) -> None:
    field = field_of(kind, 8 if kind in {FieldKind.NUMBER, FieldKind.OPTIONAL_NUMBER} else 20)

    @BOUNDED
    @given(st.lists(values(field), min_size=1, max_size=5))
    def come_back(drawn: list[object]) -> None:
        cells = column_encoder(field)(drawn, padding)
        assert {len(cell) for cell in cells} == {field.size}
        assert column_decoder(field)(cells) == drawn

    come_back()


@pytest.mark.parametrize("kind", FIXED_KINDS)
def test_any_bytes_are_a_value_or_a_field_error(kind: FieldKind) -> None:
    field = field_of(kind)

    @BOUNDED
    @given(st.lists(st.binary(min_size=field.size, max_size=field.size), min_size=1, max_size=3))
    def are_read(cells: list[bytes]) -> None:
        try:
            column = column_decoder(field)(cells)
        except FieldError:
            return
        assert column == [DECODERS[kind](cell) for cell in cells]

    are_read()


@BOUNDED
@given(st.lists(st.one_of(keys(20), st.text(max_size=25)), min_size=1, max_size=5))
def test_a_column_of_keys_is_written_as_each_alone(drawn: list[str]) -> None:
    encode = column_encoder(field_of(FieldKind.KEY))

    def written(texts: Iterable[str]) -> list[bytes] | None:
        try:
            return encode(list(texts), b" ")
        except LocalProtocolError:
            return None

    alone = [written([text]) for text in drawn]
    expected = None if None in alone else [cell for cells in alone if cells for cell in cells]
    assert written(drawn) == expected


@pytest.mark.parametrize(
    ("kind", "value", "what"),
    [
        (FieldKind.KEY, " key", "FIELD: starts or ends with a space"),
        (FieldKind.KEY, "key ", "FIELD: starts or ends with a space"),
        (FieldKind.KEY, "ke\ty", "FIELD: line breaks and TAB"),
        (FieldKind.KEY, "a\x00b", "FIELD: character 2 is the control character"),
        (FieldKind.KEY, "x" * 21, "FIELD: 21 bytes, at most 20"),
        (FieldKind.KEY, "가" * 11, "FIELD: 22 bytes, at most 20"),
        (FieldKind.TEXT, "x" * 21, "FIELD: 21 bytes, at most 20"),
        (FieldKind.TEXT, "😀", "FIELD: character 1, 😀"),
        (FieldKind.NUMBER, -1, "FIELD: -1 is negative"),
        (FieldKind.NUMBER, 10**20, "FIELD: 21 bytes, at most 20"),
        (FieldKind.COST, -1, "FIELD: -1 is negative"),
        (FieldKind.COST, 10_000_000, "FIELD: 8 bytes, at most 6"),
        (FieldKind.TIME, 10**12, "FIELD: no such time"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_by_name(kind: FieldKind, value: object, what: str) -> None:
    with pytest.raises(LocalProtocolError, match=what):
        column_encoder(field_of(kind))([value], b" ")


def test_what_is_remembered_of_a_peers_bytes_is_bounded() -> None:
    for remembered in (decode_number, DECODERS[FieldKind.TIME]):
        assert 0 < remembered.cache_parameters()["maxsize"] <= 4096  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("좋아 😀 ".encode(), "좋아 😀 "),
        (b"ok\0stale", "ok"),
        (b"a\x03b\x1bc\r\n", "abc\r\n"),
        ("👨‍👩‍👧".encode(), "👨‍👩‍👧"),
        (b"\xed\xa0\xbd", "\ufffd" * 3),
        ("가".encode()[:2], "\ufffd"),
        ("가".encode("cp949"), "\ufffd" * 2),
        (b"", ""),
    ],
)
def test_a_text_in_utf_8_is_read_leniently(raw: bytes, text: str) -> None:
    assert DECODERS[FieldKind.UTF8_TEXT](raw) == text


def test_a_text_in_utf_8_comes_back() -> None:
    field = Field("FIELD", 0, FieldKind.UTF8_TEXT, "value", limit=400)

    @BOUNDED
    @given(st.lists(values(field), min_size=1, max_size=5))
    def come_back(drawn: list[object]) -> None:
        assert column_decoder(field)(column_encoder(field)(drawn, b" ")) == drawn

    come_back()


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("가\ud800", r"FIELD: character 2, U\+D800, cannot be written in UTF-8"),
        ("a\x03", r"FIELD: character 2 is the control character U\+0003"),
        ("a\u2028", r"FIELD: character 2 is the control character U\+2028"),
        ("가" * 7, "FIELD: 21 bytes, at most 20"),
    ],
)
def test_a_text_that_utf_8_may_not_carry_is_refused_by_name(text: str, what: str) -> None:
    field = Field("FIELD", 0, FieldKind.UTF8_TEXT, "value", limit=20)
    with pytest.raises(LocalProtocolError, match=what):
        column_encoder(field)([text], b" ")
