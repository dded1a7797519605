"""What the rooms below and the system give as a reason, in the reader's language.

They speak English, in whole sentences, and know nothing of locales. `samlink.cli.reason_texts` has the Korean of each
by its English, both with the same placeholders; what stands in a placeholder may be a reason itself. A sentence that
is not in the table stays English.
"""

import functools
import re
import string
from collections.abc import Iterator
from typing import Final

from samlink.cli.language import is_korean
from samlink.cli.message_reason_texts import FIELDS
from samlink.cli.reason_texts import REASONS
from samlink.cli.settings_reason_texts import TYPES
from samlink.vocabulary.particles import fill

_NOISE: Final = re.compile(r"\[Errno -?\d+\] |error while attempting to bind on address \(.*?\): ")
"""What Python puts before the system's words, and no operator needs."""


def plain(sentence: str) -> str:
    """A sentence from below, without what only a programmer reads, in the reader's language."""
    bare = _NOISE.sub("", sentence)
    return in_korean(bare) if is_korean() else bare


def in_korean(sentence: str) -> str:
    """The Korean of a sentence from below; the sentence itself when the table has none."""
    for pattern, korean in _patterns():
        if found := pattern.fullmatch(sentence):
            return fill(korean, {name: _in_place(name, value) for name, value in found.groupdict().items()})
    return sentence


def _in_place(name: str, value: str) -> str:
    """What stands in a placeholder: a field of a message, TOML's types, or a reason itself."""
    if name == "field":
        return FIELDS.get(value, value)
    if name in ("wanted", "given"):
        return " 또는 ".join(TYPES.get(kind, kind) for kind in value.split(" | "))
    return in_korean(value)


@functools.cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile("".join(_parts(english)), re.DOTALL), korean) for english, korean in REASONS)


def _parts(english: str) -> Iterator[str]:
    for literal, name, _, _ in string.Formatter().parse(english):
        yield re.escape(literal)
        if name is not None:
            yield f"(?P<{name}>.+?)"
