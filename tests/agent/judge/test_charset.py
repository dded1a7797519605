"""Texts made fit for CP949, and what of it carriers guarantee in an SMS."""

import contextlib
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samlink.agent.judge import charset
from samlink.agent.judge.charset import Unfit, UnfitError, fits, fitted, is_beyond, within_ks_x_1001

ANY_TEXT = st.text(st.characters(exclude_categories=()))
"""Halves of surrogate pairs too, as drivers leave them for bytes that are no text."""


@pytest.mark.parametrize(
    ("text", "replaced", "closest"),
    [
        ("안녕", "안녕", "안녕"),
        ("웃음 😀", "웃음 ?", "웃음 ?"),
        ("1 – 2 − 3", "1 ? 2 ? 3", "1 - 2 - 3"),
        ("\u201e인용\u201c «책» • 끝", "?인용“ ?책? ? 끝", "“인용“ 《책》 · 끝"),
        ("₩1,000\u00a0café", "?1,000 caf?", "￦1,000 cafe"),
        ("❤\ufe0f 사랑", "? 사랑", "♥ 사랑"),
        ("보이지\u200b않는\ufeff", "보이지않는", "보이지않는"),
        ("ﬁ ｱ", "? ?", "fi ア"),
        ("나\ud800눔", "나?눔", "나?눔"),
    ],
)
def test_what_does_not_fit_is_replaced_as_the_customer_chose(text: str, replaced: str, closest: str) -> None:
    assert fitted(text, Unfit.REPLACE) == replaced
    assert fitted(text, Unfit.CLOSEST) == closest


@pytest.mark.parametrize("unfit", Unfit)
def test_hangul_in_its_letters_is_composed_whatever_is_chosen(unfit: Unfit) -> None:
    assert fitted(unicodedata.normalize("NFD", "한글 똠방각하"), unfit) == "한글 똠방각하"


@pytest.mark.parametrize("unfit", Unfit)
def test_what_nobody_sees_refuses_no_text_and_a_blank_is_a_blank(unfit: Unfit) -> None:
    assert fitted("\ufeff안녕\u200b하세요\u00a0고객님\u2009\u202a님", unfit) == "안녕하세요 고객님 님"


def test_a_character_that_cannot_be_sent_is_told_by_its_place_and_code_point_only() -> None:
    with pytest.raises(UnfitError, match=r"character 4 \(U\+1F600\)") as refused:
        fitted("비밀 😀", Unfit.REFUSE)
    assert "비밀" not in str(refused.value)
    assert "😀" not in str(refused.value)


@given(ANY_TEXT)
def test_any_text_is_made_fit_or_refused(text: str) -> None:
    assert fits(fitted(text, Unfit.REPLACE))
    assert fits(fitted(text, Unfit.CLOSEST))
    with contextlib.suppress(UnfitError):
        assert fits(fitted(text, Unfit.REFUSE))


@given(st.text())
def test_what_fits_is_left_as_it_is(text: str) -> None:
    fit = fitted(text, Unfit.CLOSEST)
    assert [fitted(fit, unfit) for unfit in Unfit] == [fit] * 3


def test_every_equivalent_is_one() -> None:
    assert all(fits(instead) and not fits(character) for character, instead in charset._EQUIVALENTS.items())


def test_what_is_beyond_ks_x_1001_is_told_by_its_two_bytes_for_every_character_of_cp949() -> None:
    for character in filter(fits, map(chr, range(0x10000))):
        raw = character.encode("cp949")
        assert is_beyond(character) == (len(raw) == 2 and min(raw) < 0xA1), hex(ord(character))


def test_syllables_beyond_ks_x_1001_become_a_question_mark() -> None:
    assert is_beyond("펲시콜라 똠방각하")
    assert within_ks_x_1001("펲시콜라 똠방각하") == "?시콜라 ?방각하"
    assert not is_beyond("안녕하세요 ASCII ① ♥ 漢字")
