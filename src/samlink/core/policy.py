"""What the admission rules look up for one account: senders, opt-outs, filters, Kakao's profiles and templates.

A `Policy` is made when an account's lists have changed, and is asked for every message: what takes time is done when it
is made. Nothing of it changes afterwards.
"""

import array
import json
import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, Self

import msgspec

from samlink.core.kakao import Profile, Template, attachment_fault, parse_json

_DIGITS_LIMIT: Final = 18
_is_number: Final = re.compile(rf"0[1-9][0-9]{{0,{_DIGITS_LIMIT - 2}}}").fullmatch


class NumberSet:
    """Telephone numbers, 8 bytes each, looked up in about half a microsecond among a million.

    It holds numbers of 2 to 18 digits that begin with one zero, as everybody's does, and keeps them without it. So
    `1012345678` is not the same as `01012345678`; what has another form is never in it.
    """

    __slots__ = ("_numbers",)

    def __init__(self, numbers: Iterable[str] = ()) -> None:
        """The set of `numbers`. Raises ValueError for one that it cannot hold."""
        self._numbers: array.array[int] = array.array("Q", sorted({_key(number) for number in numbers}))

    @classmethod
    def from_packed(cls, packed: bytes) -> Self:
        """From what `packed` gives: numbers without their zero, as unsigned 8-byte integers in this machine's order.

        They are taken to be ascending, each of them once. Raises ValueError when the last integer is not whole.
        """
        made = cls()
        made._numbers = array.array("Q", packed)
        return made

    @property
    def packed(self) -> bytes:
        """What `from_packed` takes."""
        return self._numbers.tobytes()

    def __len__(self) -> int:
        return len(self._numbers)

    def __contains__(self, number: str) -> bool:
        if not _is_number(number):
            return False
        numbers = self._numbers
        key = int(number)
        place = bisect_left(numbers, key)
        return place < len(numbers) and numbers[place] == key

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NumberSet) and self._numbers == other._numbers

    def __hash__(self) -> int:
        return hash(self.packed)

    def __repr__(self) -> str:
        return f"NumberSet({len(self)} numbers)"


def _key(number: str) -> int:
    if not _is_number(number):
        raise ValueError("a number in a set has 2 to 18 digits, of which the first alone is a leading zero")
    return int(number)


class Filter(msgspec.Struct, frozen=True):
    """Something that an account does not want to be sent (result 80)."""

    kind: Literal["sender", "receiver", "words"]
    value: str
    """A number as it stands in the message, or words that a text may not have, whatever their case."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What rules look up for one account."""

    senders: frozenset[str] = frozenset()
    """Registered sender numbers."""
    opted_out: NumberSet = field(default_factory=NumberSet)
    """Receivers that have opted out of this account's messages."""
    opted_out_everywhere: NumberSet = field(default_factory=NumberSet)
    """Receivers that have opted out of everyone's."""
    filters: tuple[Filter, ...] = ()
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    """By sender key."""
    templates: Mapping[tuple[str, str], Template] = field(default_factory=dict)
    """By sender key and code. One whose buttons cannot be read counts as blocked."""
    filtered_senders: frozenset[str] = field(init=False, repr=False)
    filtered_receivers: frozenset[str] = field(init=False, repr=False)
    filtered_words: re.Pattern[str] | None = field(init=False, repr=False)
    """Matches a text in lower case (`str.casefold`) that has any of the words; None when there are none."""

    def __post_init__(self) -> None:
        made = {
            "filtered_senders": frozenset(given.value for given in self.filters if given.kind == "sender"),
            "filtered_receivers": frozenset(given.value for given in self.filters if given.kind == "receiver"),
            "filtered_words": words_pattern(given.value for given in self.filters if given.kind == "words"),
            "templates": {key: _usable(template) for key, template in self.templates.items()},
        }
        for name, value in made.items():
            object.__setattr__(self, name, value)

    def has_filtered_words(self, text: str) -> bool:
        """Whether the text has any of the filtered words."""
        return self.filtered_words is not None and self.filtered_words.search(text.casefold()) is not None


def words_pattern(words: Iterable[str]) -> re.Pattern[str] | None:
    """One pattern for all the words, to be searched in a casefolded text; None for no words.

    Only literals, so that the time is bounded by the length of the text times the number of words; and these grouped
    by their first character, so that where none begins, none is tried.
    """
    tails: dict[str, list[str]] = {}
    for word in sorted({folded for word in words if (folded := word.strip().casefold())}):
        tails.setdefault(word[0], []).append(re.escape(word[1:]))
    if not tails:
        return None
    return re.compile("|".join(f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in tails.items()))


def _usable(template: Template) -> Template:
    if not template.buttons or _are_buttons(template.buttons):
        return template
    return msgspec.structs.replace(template, blocked=True)


def _are_buttons(text: str) -> bool:
    try:
        buttons = parse_json(text)
    except ValueError:
        return False
    return attachment_fault(json.dumps({"button": buttons})) is None


EMPTY_POLICY: Final = Policy()
"""Of an account that has registered nothing."""
