"""What msgspec finds wrong in settings, as Problems. Pure.

msgspec says only in a sentence which setting is unknown, missing or of the wrong type. This is the one place that reads
such sentences; a sentence that it does not know is passed on as it is.
"""

import re
from typing import Final

from samlink.vocabulary.language import Phrase
from samlink.vocabulary.problem import N_, Problem

_TYPES: Final = {
    "int": N_("a whole number"),
    "float": N_("a number"),
    "str": N_("a string"),
    "bool": N_("true or false"),
    "array": N_("a list"),
    "object": N_("a table"),
    "null": N_("nothing"),
}
"""TOML's types, by msgspec's names."""
_AT: Final = re.compile(r"(?P<what>.*?)(?: - at `\$\.?(?P<place>.*)`)?", re.DOTALL)
_UNKNOWN: Final = re.compile(r"Object contains unknown field `(.+)`")
_MISSING: Final = re.compile(r"Object missing required field `(.+)`")
_TYPE: Final = re.compile(r"Expected `(.+)`, got `(.+)`")


class SettingError(Problem, ValueError):
    """A setting is wrong; raised in a struct's `__post_init__`, where msgspec catches it (`problem_of`)."""


def problem_of(error: Exception) -> Problem:
    """The Problem behind a `msgspec.ValidationError`: the one that a setting's own check raised, or msgspec's finding,
    with the setting's full name, such as `gateway.base_port`."""
    if isinstance(error.__cause__, Problem):
        return error.__cause__
    found = _AT.fullmatch(str(error))
    assert found is not None, "everything matches"
    what, place = found["what"], found["place"] or ""
    if match := _UNKNOWN.fullmatch(what):
        return Problem("setting.unknown", N_("there is no setting {name}"), name=_joined(place, match[1]))
    if match := _MISSING.fullmatch(what):
        return Problem("setting.missing", N_("the setting {name} is missing"), name=_joined(place, match[1]))
    if match := _TYPE.fullmatch(what):
        template = N_("{name} must be {wanted}, not {given}")
        return Problem("setting.type", template, name=place, wanted=_types(match[1]), given=_types(match[2]))
    return Problem("setting.value", N_("{name}: {why}"), name=place, why=what)


def _joined(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _types(names: str) -> object:
    """The words for types such as `int | null`."""
    first, _, rest = names.partition(" | ")
    phrase = Phrase(_TYPES[first]) if first in _TYPES else first
    return phrase if not rest else Phrase(N_("{one} or {other}"), {"one": phrase, "other": _types(rest)})
