"""The Korean catalogue has every sentence of the source and no other, and is compiled."""

from samlink.vocabulary.language import Language, translated
from scripts import translations


def test_every_sentence_has_its_korean() -> None:
    found = list(translations.faults(translations.read(), translations.english()))
    assert found == [], "run `make translations`"


def test_the_compiled_catalogue_is_that_of_the_source() -> None:
    assert translations.MO.read_bytes() == translations.mo_bytes(translations.read()), "run `make translations`"


def test_a_fault_of_the_catalogue_is_found() -> None:
    catalog = translations.Korean()
    catalog.add("{id} is new", "{name:은는} 새것입니다")
    catalog.add("old", "옛것")
    catalog.add("{id} is odd", "{id}은(는) 이상합니다")
    faults = list(translations.faults(catalog, {"{id} is new", "{id} is odd", "missing"}))
    assert [fault.partition(":")[0] for fault in faults] == [
        "not in the catalogue, run `make translations`",
        "no longer in the source, run `make translations`",
        "other placeholders than in English",
        "a particle is written out where it depends on the word before it",
    ]


def test_the_catalogue_is_in_the_package() -> None:
    assert translated("Permission denied", Language.KOREAN) == "권한이 없습니다"


def test_a_sentence_that_is_one_value_adds_nothing_in_korean() -> None:
    assert translated("{why}", Language.KOREAN) == "{why}"
