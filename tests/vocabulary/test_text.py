"""Files as Notepad saves them, and text as a Mac composes it."""

import unicodedata

import pytest

from samlink.core.kakao import matches
from samlink.vocabulary.text import composed, file_text

TEXT = "안녕하세요 = 'ㄱ'"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp949"])
def test_a_file_is_read_however_it_was_saved(encoding: str) -> None:
    assert file_text(TEXT.encode(encoding)) == TEXT


@pytest.mark.parametrize("content", [b"\xff\xfe\x00\xd8", b"\xb0", b"\x80\x00"])
def test_a_file_that_is_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(UnicodeDecodeError):
        file_text(content)


def test_hangul_of_a_mac_is_composed_and_hanja_stay_two() -> None:
    assert composed(unicodedata.normalize("NFD", "여름 café")) == "여름 café"
    assert composed("\uf9d1六") == "\uf9d1六"


@pytest.mark.parametrize("forms", [("NFC", "NFD"), ("NFD", "NFC"), ("NFD", "NFD")])
def test_a_template_and_a_text_are_compared_by_what_they_say(forms: tuple[str, str]) -> None:
    template, text = "#{이름}님, 안녕", "홍길동님, 안녕"
    if forms[0] == "NFD":
        template = unicodedata.normalize("NFD", template)
    if forms[1] == "NFD":
        text = unicodedata.normalize("NFD", text)
    assert matches(template, text)
    assert not matches(template, f"{text} ")
