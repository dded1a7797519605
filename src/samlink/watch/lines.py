"""Lines of the standard library's log in the dialect of all rooms: the name of an event, and fields. For libraries,
whose callers choose the handlers.

    tell(_log, logging.WARNING, "connection_ended", service=Service.SMS, duty=Duty.SEND, reason="…")

A handler that knows nothing of it writes `connection_ended service=SMS duty=send reason='…'`; the command line's shows
the fields as those of its own events. No field holds a telephone number, a text or a password.
"""

import logging
from collections.abc import Mapping
from enum import Enum
from typing import Any, Final, NamedTuple

from samlink.vocabulary.problem import Problem
from samlink.vocabulary.services import Duty, Service

_IN_WORDS: Final[Mapping[type[Enum], str]] = {Service: "name", Duty: "value"}


class Line(NamedTuple):
    """The message of a log record."""

    event: str
    fields: Mapping[str, Any]

    def __str__(self) -> str:
        pairs = (f"{name}={value!r}" if " " in str(value) else f"{name}={value}" for name, value in self.fields.items())
        return " ".join((self.event, *pairs))


def tell(log: logging.Logger, level: int, event: str, **fields: Any) -> None:
    """A line of the log; an exception that is no Problem goes with its traceback."""
    shown = shown_fields(fields)
    log.log(level, Line(event, shown), exc_info=shown.pop("exc_info", None), stacklevel=2)


def shown_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields as the log shows them: a Problem by its sentence and its code (`problem`), any other error with its
    traceback (`exc_info`)."""
    shown = dict(fields)
    for name, value in fields.items():
        if isinstance(value, Problem):
            shown |= {name: str(value), "problem": value.code}
        elif isinstance(value, BaseException):
            shown["exc_info"] = shown.pop(name)
        elif (attribute := _IN_WORDS.get(type(value))) is not None:
            shown[name] = getattr(value, attribute)
    return shown
