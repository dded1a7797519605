"""What rules look up: number sets of any size, filters, templates that cannot be read."""

import random
import time
import timeit
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samlink.core.kakao import Template
from samlink.core.policy import EMPTY_POLICY, Filter, NumberSet, Policy, words_pattern

NUMBERS: Final = st.from_regex(r"\A0[1-9][0-9]{0,10}\Z")
LOOK_UP_MICROSECONDS: Final = 200.0
"""Half a microsecond is usual; the slowest and busiest machine is allowed for, a walk of milliseconds is not."""


@given(st.lists(NUMBERS, max_size=50), NUMBERS)
def test_a_set_has_what_was_put_in_and_nothing_else(numbers: list[str], other: str) -> None:
    made = NumberSet(numbers)
    assert len(made) == len(set(numbers))
    assert all(number in made for number in numbers)
    assert (other in made) is (other in set(numbers))


@given(st.lists(NUMBERS, max_size=50))
def test_a_set_is_the_same_after_being_packed(numbers: list[str]) -> None:
    made = NumberSet(numbers)
    again = NumberSet.from_packed(made.packed)
    assert again == made
    assert hash(again) == hash(made)
    assert len(made.packed) == 8 * len(made)


@pytest.mark.parametrize(
    "number",
    ["1012345678", "001012345678", "", "0", "01012345678 ", "+1012345678", "0١012345678", "01_012345678", "0" * 5000],
)
def test_what_has_another_form_is_in_no_set(number: str) -> None:
    assert number not in NumberSet(["01012345678", "010"])


@given(st.text(max_size=30))
def test_any_text_can_be_looked_up(text: str) -> None:
    assert text not in NumberSet(["01012345678"]) or text == "01012345678"


@pytest.mark.parametrize("number", ["", "1", "00", "001012345678", "01012345678x", "0" + "1" * 18])
def test_what_has_another_form_cannot_be_put_in(number: str) -> None:
    with pytest.raises(ValueError, match="2 to 18 digits"):
        NumberSet([number])


def test_packed_numbers_are_whole() -> None:
    with pytest.raises(ValueError):
        NumberSet.from_packed(b"\1\2\3")


def test_a_million_numbers_are_looked_up_at_once() -> None:
    chosen = random.Random(7)
    numbers = NumberSet.from_packed(
        NumberSet(f"010{number:08}" for number in chosen.sample(range(10**8), 1_000_000)).packed
    )
    assert len(numbers) == 1_000_000
    assert len(numbers.packed) == 8_000_000
    probes = [f"010{chosen.randrange(10**8):08}" for _ in range(5_000)]
    look_up = timeit.Timer(lambda: list(map(numbers.__contains__, probes)), timer=time.process_time)
    seconds = min(look_up.repeat(number=1, repeat=5))
    assert seconds / len(probes) * 1e6 < LOOK_UP_MICROSECONDS


def test_a_set_does_not_show_numbers() -> None:
    assert repr(NumberSet(["01012345678"])) == "NumberSet(1 numbers)"


def test_an_empty_policy_has_nothing() -> None:
    assert not EMPTY_POLICY.has_filtered_words("바보")
    assert EMPTY_POLICY.filtered_senders == EMPTY_POLICY.filtered_receivers == frozenset()
    assert len(EMPTY_POLICY.opted_out) == len(EMPTY_POLICY.opted_out_everywhere) == 0


def test_filters_are_told_apart_by_their_kind() -> None:
    policy = Policy(
        filters=(Filter("sender", "0212345678"), Filter("receiver", "01012345678"), Filter("words", " Casino "))
    )
    assert policy.filtered_senders == {"0212345678"}
    assert policy.filtered_receivers == {"01012345678"}
    assert policy.has_filtered_words("오늘의 CASINO 소식")
    assert not policy.has_filtered_words("0212345678 01012345678")


WORDS: Final = st.lists(st.text(st.characters(codec="cp949"), max_size=6), max_size=8)


@given(WORDS, st.text(st.characters(codec="cp949"), max_size=40))
def test_words_are_literal_and_in_any_case(words: list[str], text: str) -> None:
    folded = [word.strip().casefold() for word in words]
    expected = any(word and word in text.casefold() for word in folded)
    policy = Policy(filters=tuple(Filter("words", word) for word in words))
    assert policy.has_filtered_words(text) is expected


def test_words_are_no_patterns() -> None:
    policy = Policy(filters=(Filter("words", "(a+)+$"), Filter("words", ".*")))
    assert not policy.has_filtered_words("a" * 50_000 + "!")
    assert policy.has_filtered_words("x (A+)+$ y")
    assert policy.has_filtered_words("any .* at all")


def test_blank_words_filter_nothing() -> None:
    assert words_pattern(["", "  "]) is None


@pytest.mark.parametrize(
    "buttons",
    ["{", '[], "image": {"img_url": "x"}', "[" * 100_000, '{"name": "x"}', '[{"type": "WL"}]', "[1]"],
    ids=range(6),
)
def test_a_template_whose_buttons_cannot_be_read_is_blocked(buttons: str) -> None:
    policy = Policy(templates={("key", "code"): Template("key", "code", "글", buttons)})
    assert policy.templates["key", "code"].blocked


def test_a_template_that_can_be_read_is_as_it_was() -> None:
    template = Template("key", "code", "글", '[{"type": "BK", "name": "예"}]')
    assert Policy(templates={("key", "code"): template}).templates == {("key", "code"): template}
