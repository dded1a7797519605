"""The languages that samlink speaks, and one sentence in any of them.

English sentences are templates that stand in the code, marked by `N_` or said through a caller's `_`. Their Korean is
gettext's catalogue `samlink/locale/ko/LC_MESSAGES/samlink.po`, compiled to `.mo`; `scripts/translations.py` keeps it.

A template is translated before it is filled in, so a value is never translated, unless it is a sentence itself: a
Problem, a Phrase, the meaning of a code, or the operating system's reason of an OSError.
"""

import enum
import functools
import gettext
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from samlink.vocabulary.particles import fill
from samlink.vocabulary.problem import N_, Problem, system_reason

FOLDER: Final = Path(__file__).resolve().parent.parent / "locale"
DOMAIN: Final = "samlink"


class Language(enum.StrEnum):
    """A language by its ISO 639 code."""

    ENGLISH = "en"
    KOREAN = "ko"


class Phrase(NamedTuple):
    """A sentence, or part of one, that is not an error: a template and the values that fill it in."""

    template: str
    values: Mapping[str, object] = MappingProxyType({})

    def __str__(self) -> str:
        return sentence(self.template, self.values, Language.ENGLISH)


class InBoth(NamedTuple):
    """A value whose words stand in a table of codes, and not in the catalogue."""

    english: str
    korean: str

    def __str__(self) -> str:
        return self.english


def phrase(template: str, /, **values: object) -> Phrase:
    """A Phrase; its template is marked by `N_`."""
    return Phrase(template, values)


def translated(template: str, language: Language) -> str:
    """The template in `language`, with its placeholders; itself where there is no translation."""
    return _korean().gettext(template) if template and language is Language.KOREAN else template


def sentence(template: str, values: Mapping[str, object], language: Language) -> str:
    """The template in `language`, filled in."""
    said = {name: _value(value, language) for name, value in values.items()}
    return fill(translated(template, language), said)


def said(value: object, language: Language) -> str:
    """An error, a Phrase or any other value as a person reads it."""
    return str(_value(value, language))


def _value(value: object, language: Language) -> object:
    if isinstance(value, Problem | Phrase):
        return sentence(value.template, value.values, language)
    if isinstance(value, InBoth):
        return value.korean if language is Language.KOREAN else value.english
    if isinstance(value, OSError):
        return translated(system_reason(value), language)
    return value


@functools.cache
def _korean() -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, FOLDER, [Language.KOREAN])


SYSTEM_REASONS: Final = (
    N_("No such file or directory"),
    N_("Permission denied"),
    N_("Operation not permitted"),
    N_("Is a directory"),
    N_("Not a directory"),
    N_("File exists"),
    N_("File name too long"),
    N_("No space left on device"),
    N_("Read-only file system"),
    N_("Input/output error"),
    N_("Too many open files"),
    N_("Name or service not known"),
    N_("Temporary failure in name resolution"),
    N_("Network is unreachable"),
    N_("No route to host"),
    N_("Cannot assign requested address"),
    N_("Address already in use"),
    N_("Connection refused"),
    N_("Connection reset by peer"),
)
"""What the C library calls the errors that operators meet; marked here, since no line of ours says them."""
