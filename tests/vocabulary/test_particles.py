"""Korean particles fit the word before them, whatever that word is."""

import re
import unicodedata
from pathlib import Path

import pytest

import samlink
from samlink.vocabulary.particles import Ending, ending, fill

PACKAGE = Path(samlink.__file__).parent
DOCS = Path(__file__).parents[2]
BOTH_FORMS = re.compile(
    r"은\(는\)|는\(은\)|이\(가\)|가\(이\)|을\(를\)|를\(을\)|\(으\)로|[과와]\([과와]\)|\(이\)[나라여]"
)

CASES = {
    Ending.VOWEL: (
        "데모 2 4 5 9 10.4 0212345675 1,000,000,000,000 20% U+ SMS LG KT nope.txt a.csv b.jpg samlink.db x.html.gz int "
        "user server store shop2 code NUMBER MODE test account check log network link key id at café 'x' \"y\" `port` "
        "[service] {code} 「가」 data/ 서울·부산/제주! 김하나(문) 가(25) SMS..."
    ),
    Ending.RIEUL: (
        "서울 1 8 ORDER1 010-1234-5608 203.0.113.7 31일 URL XML x.toml file table mail EUC-KR l R UTF-8 '메일' ㄹ 메일/"
    ),
    Ending.CONSONANT: (
        "홍길동 3 6 10 100 2,000 10000 100000000 0 1.50 010-0000-0000 20원 ₩ N M SIM json name column TELECOM format "
        "backup shop topic callback webhook KakaoTalk web type timeout setting sign `상점` (상점) 상점(KST) ㄱ -"
    ),
}


@pytest.mark.parametrize(("word", "expected"), [(word, how) for how, words in CASES.items() for word in words.split()])
def test_a_word_ends_as_it_is_read_aloud(word: str, expected: Ending) -> None:
    assert ending(word) is expected
    assert ending(unicodedata.normalize("NFD", word)) is expected
    assert ending(f"'{word}'") is expected


@pytest.mark.parametrize(
    ("template", "word", "said"),
    [
        ("{word:은는}", "SMS", "SMS는"),
        ("{word:은는}", "URL", "URL은"),
        ("{word:이가}", "nope.txt", "nope.txt가"),
        ("{word:을를}", "10원", "10원을"),
        ("{word:과와}", "3", "3과"),
        ("{word:으로}", "서울", "서울로"),
        ("{word:으로}", "부산", "부산으로"),
        ("{word:으로}", "1", "1로"),
        ("{word:으로}", "10%", "10%로"),
        ("`samlink show {word}`{:으로}", "shop", "`samlink show shop`으로"),
        ("{word}({word}){:은는}", "한글", "한글(한글)은"),
        ("{word:이어야}", "int", "int여야"),
        ("{{{word}}} {word:>4}", "가", "{가}    가"),
    ],
)
def test_a_template_takes_the_particle_that_fits(template: str, word: str, said: str) -> None:
    assert fill(template, {"word": word}) == said


def test_a_value_is_read_alone_and_not_with_the_text_before_it() -> None:
    assert fill("메시지 {text:은는}", {"text": "(KST)"}) == "메시지 (KST)는"


def test_every_syllable_and_every_number_has_an_ending() -> None:
    for code in range(0xAC00, 0xD7A4):
        closed = len(unicodedata.normalize("NFD", chr(code))) == 3
        assert (ending(chr(code)) is not Ending.VOWEL) == closed
    assert {ending(str(number)) for number in (10**12, 20 * 10**12, 500 * 10**12)} == {Ending.VOWEL}
    assert {ending(str(10**power)) for power in (1, 2, 3, 4, 7, 8, 11, 16)} == {Ending.CONSONANT}


def test_no_source_or_page_writes_both_forms() -> None:
    pages = [*PACKAGE.rglob("*.py"), *DOCS.glob("*.md"), *DOCS.glob("docs/*.md"), *DOCS.glob("scripts/*.md")]
    assert len(pages) > 100
    written = [path.name for path in pages if BOTH_FORMS.search(path.read_text(encoding="utf-8"))]
    assert written == []
