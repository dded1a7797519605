"""One habit of the odd peer, as the tolerance suite tries it."""

from collections.abc import Awaitable, Callable
from typing import Generic, NamedTuple, TypeVar

SubjectT = TypeVar("SubjectT")


class ToleranceError(AssertionError):
    """The implementation does something else with the habit; the message says what was seen."""


class Row(NamedTuple, Generic[SubjectT]):
    """A habit, and how it is played against the implementation under test."""

    name: str
    finding: str
    """Where it was found: a row of the findings, such as R1."""
    play: Callable[[SubjectT], Awaitable[None]]
    """Raises ToleranceError."""
    refused: str = ""
    """Why it is refused on purpose, if it is: `play` expects the refusal then."""


def expect(seen: object, wanted: object, what: str) -> None:
    """Raise ToleranceError unless `seen` is what is `wanted`."""
    if seen != wanted:
        raise ToleranceError(f"{what}: {seen!r} instead of {wanted!r}")
