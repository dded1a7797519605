"""A Problem as it crosses the monitor port: a program reads its code, a person its sentence in their language."""

from collections.abc import Mapping
from typing import Final, Union

import msgspec

from samlink.vocabulary.language import InBoth, Phrase
from samlink.vocabulary.problem import Problem, system_reason


class Reason(msgspec.Struct, frozen=True):
    """A code, the English template and the values that fill it in."""

    code: str
    """Empty for a value that is part of a sentence, and no problem of its own."""
    template: str
    values: Mapping[str, Union["Reason", str, int, float]] = {}

    @classmethod
    def of(cls, problem: Problem) -> "Reason":
        """The Reason of a Problem."""
        return cls(problem.code, problem.template, {name: _plain(value) for name, value in problem.values.items()})

    @property
    def problem(self) -> Problem:
        """The Problem again, to be said in any language."""
        return Problem(self.code, self.template, **self._said_values())

    def _said_values(self) -> dict[str, object]:
        return {name: value._value() if isinstance(value, Reason) else value for name, value in self.values.items()}

    def _value(self) -> Problem | Phrase | InBoth:
        if self.code:
            return self.problem
        korean = self.values.get(_KOREAN)
        return Phrase(self.template, self._said_values()) if korean is None else InBoth(self.template, str(korean))


_KOREAN: Final = "korean"
"""The value that a word in both languages crosses with; its template is the English."""


def _plain(value: object) -> Reason | str | int | float:
    match value:
        case Problem():
            return Reason.of(value)
        case Phrase():
            return Reason("", value.template, {name: _plain(part) for name, part in value.values.items()})
        case InBoth():
            return Reason("", value.english, {_KOREAN: value.korean})
        case OSError():
            return Reason("", system_reason(value).replace("{", "{{").replace("}", "}}"))
        case str() | int() | float():
            return value
        case _:
            return str(value)
