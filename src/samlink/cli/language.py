"""The person at the terminal: their language, and everything that is said to them in it.

    say("there is no account {id}", id=name)

The English stands where it is said; `samlink.vocabulary.language` has the Korean of it. `say`, `tell` and `note`, the
errors of `samlink.cli.errors` and `_` take English; all of them mark it for the catalogue.
"""

import os
import sys

from samlink.vocabulary.language import InBoth, Language, Phrase, said, translated
from samlink.vocabulary.particles import fill
from samlink.vocabulary.problem import Problem


def reader() -> Language:
    """The reader's language: Korean if LC_ALL, else LC_MESSAGES, else LANG begins with `ko`."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return Language.KOREAN if value.lower().startswith("ko") else Language.ENGLISH
    return Language.ENGLISH


def is_korean() -> bool:
    """Whether the reader reads Korean."""
    return reader() is Language.KOREAN


def _(template: str) -> str:
    """A text, or a template, in the reader's language."""
    return translated(template, reader())


def say(template: str, /, **values: object) -> str:
    """A template in the reader's language, filled in; so is an error among the values (`why`)."""
    return fill(_(template), {name: in_words(value) for name, value in values.items()}) if values else _(template)


def tell(template: str, /, **values: object) -> None:
    """Print a sentence on stdout, as `say`."""
    print(say(template, **values), flush=True)


def note(template: str, /, **values: object) -> None:
    """Print a sentence for the person at the terminal on stderr, as `say`, so that it never mixes with data."""
    print(say(template, **values), file=sys.stderr, flush=True)


def in_words(value: object) -> object:
    """A value as it stands in a sentence: an error or a Phrase in the reader's language, any other as it is."""
    return said(value, reader()) if isinstance(value, Problem | Phrase | InBoth | OSError) else value
