"""A Kakao message's own parts, and the text message that stands in for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samlink.core.kakao_parts import KakaoParts, kakao_parts
from samlink.vocabulary.kinds import Kind
from samlink.vocabulary.text import cp949_bytes

PARTS = st.builds(KakaoParts, *[st.text(max_size=20)] * 8)


@given(PARTS)
def test_parts_come_back(parts: KakaoParts) -> None:
    assert kakao_parts(parts.to_json()) == parts


@pytest.mark.parametrize("text", ["", "x", "[]", '{"kind": 1}', "null"])
def test_what_is_no_parts(text: str) -> None:
    with pytest.raises(ValueError, match="parts"):
        kakao_parts(text)


@pytest.mark.parametrize(
    ("alt_type", "characters", "kind"),
    [
        ("N", 10, None),
        ("S", 45, Kind.SMS),
        ("S", 46, None),
        ("L", 10, Kind.LMS),
        ("L", 1000, Kind.LMS),
        ("L", 1001, None),
        ("A", 45, Kind.SMS),
        ("A", 46, Kind.LMS),
        ("A", 1001, None),
    ],
)
def test_the_fallbacks_kind(alt_type: str, characters: int, kind: Kind | None) -> None:
    assert KakaoParts(alt_type=alt_type).fallback_kind("가" * characters) is kind
    assert KakaoParts(alt_type=alt_type, alt_text="가" * characters).fallback_kind("짧게") is kind


def test_the_fallbacks_text_is_its_own_or_the_messages() -> None:
    assert KakaoParts(alt_type="A").fallback_text("글") == "글"
    assert KakaoParts(alt_type="A", alt_text="대체").fallback_text("글 😀") == "대체"
    assert KakaoParts(alt_type="A").fallback_text("글 😀") is None
    assert KakaoParts(alt_type="A").fallback_kind("글 😀") is None


def test_bytes_of_cp949() -> None:
    assert cp949_bytes("가a") == 3
    assert cp949_bytes("😀") is None
