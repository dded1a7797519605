"""One habit of the odd peer, as the tolerance suite tries it, and how a table of them is run."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Concatenate, Generic, NamedTuple, ParamSpec, TypeVar

SubjectT = TypeVar("SubjectT")
P = ParamSpec("P")


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


def factory(
    play: Callable[Concatenate[SubjectT, P], Awaitable[None]],
) -> Callable[P, Callable[[SubjectT], Awaitable[None]]]:
    """A play with further arguments, which are given first: `stray(b"\\n")` is what a row plays."""

    def made(*args: P.args, **named: P.kwargs) -> Callable[[SubjectT], Awaitable[None]]:
        return lambda subject: play(subject, *args, **named)

    return made


class Verdict(NamedTuple, Generic[SubjectT]):
    """What an implementation made of one habit."""

    row: Row[SubjectT]
    fault: str
    """What it did wrong; empty if nothing."""

    def __str__(self) -> str:
        name = f"{self.row.finding} {self.row.name}"
        if self.fault:
            return f"FAILED   {name}: {self.fault}"
        return f"refused  {name}: {self.row.refused}" if self.row.refused else f"ok       {name}"


async def verdicts(rows: Iterable[Row[SubjectT]], subject: SubjectT) -> AsyncIterator[Verdict[SubjectT]]:
    """Play rows against an implementation, one after the other."""
    for row in rows:
        try:
            await row.play(subject)
        except (ToleranceError, OSError) as error:
            yield Verdict(row, str(error) or type(error).__name__)
        else:
            yield Verdict(row, "")


def expect(seen: object, wanted: object, what: str) -> None:
    """Raise ToleranceError unless `seen` is what is `wanted`."""
    if seen != wanted:
        raise ToleranceError(f"{what}: {seen!r} instead of {wanted!r}")
