"""What the rooms below and the system give as a reason, in the reader's language.

They speak English, in whole sentences, and know nothing of locales. `samlink.cli.reason_texts` has the Korean of each
by its English, both with the same placeholders; what stands in a placeholder may be a reason itself. A sentence that
is not in the table stays English.
"""

import functools
import re
import string
from collections.abc import Iterator

from samlink.cli.reason_texts import REASONS


def in_korean(sentence: str) -> str:
    """The Korean of a sentence from below; the sentence itself when the table has none."""
    for pattern, korean in _patterns():
        if found := pattern.fullmatch(sentence):
            return korean.format(**{name: in_korean(value) for name, value in found.groupdict().items()})
    return sentence


@functools.cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile("".join(_parts(english)), re.DOTALL), korean) for english, korean in REASONS)


def _parts(english: str) -> Iterator[str]:
    for literal, name, _, _ in string.Formatter().parse(english):
        yield re.escape(literal)
        if name is not None:
            yield f"(?P<{name}>.+?)"
