"""A Problem as it crosses the monitor port: a program reads its code, a person its sentence in their language."""

from collections.abc import Mapping
from typing import Union

import msgspec

from samlink.vocabulary.problem import Problem, system_reason


class Reason(msgspec.Struct, frozen=True):
    """A code, the English template and the values that fill it in."""

    code: str
    template: str
    values: Mapping[str, Union["Reason", str, int, float]] = {}

    @classmethod
    def of(cls, problem: Problem) -> "Reason":
        """The Reason of a Problem."""
        return cls(problem.code, problem.template, {name: _plain(value) for name, value in problem.values.items()})

    @property
    def problem(self) -> Problem:
        """The Problem again, to be said in any language."""
        values = {name: v.problem if isinstance(v, Reason) else v for name, v in self.values.items()}
        return Problem(self.code, self.template, **values)


def _plain(value: object) -> Reason | str | int | float:
    if isinstance(value, Problem):
        return Reason.of(value)
    if isinstance(value, OSError):
        return system_reason(value)
    return value if isinstance(value, str | int | float) else str(value)
