"""Text in CP949: counted in bytes, never cut inside a character, never with a control character."""

import contextlib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samlink.wire.errors import LocalProtocolError
from samlink.wire.text import byte_length, cut_text, decode_text, encode_text, has_control, one_line
from tests.wire.strategies import BOUNDED


def characters_of_two_bytes() -> Iterator[tuple[bytes, str]]:
    """Every pair of bytes that is a character."""
    for lead in range(0x81, 0x100):
        for trail in range(0x100):
            with contextlib.suppress(UnicodeDecodeError):
                yield bytes((lead, trail)), bytes((lead, trail)).decode("cp949")


def test_hangul_outside_ks_x_1001_takes_two_bytes() -> None:
    assert encode_text("펲", "MSG") == b"\xbc\x84"
    assert byte_length("펲") == 2
    assert decode_text(encode_text("펲시콜라", "MSG")) == "펲시콜라"


def test_euc_kr_would_silently_make_eight_bytes_of_it() -> None:
    assert len("펲".encode("euc_kr")) == 8
    assert len(encode_text("펲", "MSG")) == 2


def test_every_modern_hangul_syllable_takes_two_bytes_and_comes_back() -> None:
    syllables = "".join(map(chr, range(0xAC00, 0xD7A4)))
    raw = encode_text(syllables, "MSG")
    assert len(raw) == 2 * len(syllables) == 22344
    assert decode_text(raw) == syllables


def test_what_can_be_read_is_written_as_the_same_bytes() -> None:
    """Keys go back as they came, so decoding and encoding must be inverse for every pair of bytes."""
    pairs = list(characters_of_two_bytes())
    assert len(pairs) == 17_048
    for raw, text in pairs:
        assert encode_text(text, "MSG_ID") == raw


def test_no_character_holds_a_control_byte() -> None:
    """So a peer that looks for the first 0x03 does not find one inside a character."""
    assert min(min(raw) for raw, _ in characters_of_two_bytes()) >= 0x41


@pytest.mark.parametrize(
    ("text", "position", "named"),
    [
        ("안녕😀", 3, "😀 (U+1F600)"),
        ("é", 1, "é (U+00E9)"),
        ("값 ₩100", 3, "₩ (U+20A9)"),
        ("\ud800", 1, "? (U+D800)"),
        ("가나\u1100\u1161", 3, "\u1100 (U+1100)"),
    ],
)
def test_a_character_without_a_place_is_named_with_its_position(text: str, position: int, named: str) -> None:
    with pytest.raises(LocalProtocolError) as caught:
        encode_text(text, "MSG")
    assert str(caught.value) == f"MSG: character {position}, {named}, cannot be written in CP949"


@pytest.mark.parametrize("control", [chr(code) for code in (*range(0x20), 0x7F, 0x80, 0x9F) if code not in {9, 10, 13}])
def test_a_control_character_is_refused_with_its_position(control: str) -> None:
    with pytest.raises(LocalProtocolError, match=f"MSG: character 3 is the control character U\\+{ord(control):04X}"):
        encode_text(f"안녕{control}", "MSG")


def test_line_breaks_and_tab_are_written() -> None:
    assert encode_text("a\r\n\tb", "MSG") == b"a\r\n\tb"


def test_half_a_character_at_the_end_is_dropped_and_any_other_replaced() -> None:
    whole = "안녕".encode("cp949")
    assert decode_text(whole[:3]) == "안"
    assert decode_text(b"\xff\x80A") == "��A"
    assert decode_text(b"\xff\x80A" + whole[:1]) == "��A"


def test_controls_are_dropped_from_texts_that_are_read() -> None:
    assert decode_text(b"a\x00b\x03c\x7fd\x1b\r\n\te") == "abcd\r\n\te"


@BOUNDED
@given(st.binary(max_size=60))
def test_any_bytes_are_read_as_a_text_without_controls(raw: bytes) -> None:
    text = decode_text(raw)
    assert not any(has_control(character) and character not in "\r\n\t" for character in text)


@BOUNDED
@given(st.text(st.characters(codec="cp949", exclude_categories=["Cc"]), max_size=40), st.integers(0, 90))
def test_a_cut_text_is_the_longest_beginning_that_fits(text: str, limit: int) -> None:
    cut = cut_text(text, limit)
    assert text.startswith(cut)
    assert byte_length(cut) <= limit
    if cut != text:
        assert byte_length(text[: len(cut) + 1]) > limit


def test_a_cut_never_halves_a_character() -> None:
    assert cut_text("가나다", 5) == "가나"
    assert cut_text("a가", 2) == "a"
    assert cut_text("가", 1) == ""


def test_the_ideographic_space_is_no_control_character() -> None:
    assert not has_control("전각　공백")
    assert has_control("줄\n바꿈")
    assert has_control("\u2028")


def test_a_text_of_a_peer_stays_on_one_line_of_the_log() -> None:
    assert one_line("ok\r\nforged line\x1b[31m") == "ok  forged line [31m"
