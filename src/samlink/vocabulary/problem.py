"""Errors for people and programs: a stable code, an English sentence as a template, and the values that fill it in.

    raise StoreError("account.unknown", N_("there is no account {id}"), id=account)

A program asks `isinstance` or `problem.code` and reads `problem.values`; nobody parses a sentence. A person reads
`str(problem)`, in English, or the same sentence in another language (`samlink.vocabulary.language`): the template is
translated first and filled in afterwards, so that a name or a number is never translated.

A code is dotted, lower case, and never changes: `noun.fault`, as in `sender.unknown`. One code has one template,
everywhere; docs/reference/problems.md lists all of them, and is made from the source.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Self

from samlink.vocabulary.particles import fill


def N_(template: str) -> str:
    """Mark an English template for extraction, where it stands below the place that translates it."""
    return template


class Problem(Exception):
    """Base of every error that an operator, a customer or a program may meet.

    Families are subclasses (`StoreError`, `ClientError`). A value may be a Problem or an OSError itself, the cause;
    it is then said in the language of the whole sentence. A value must not be a secret, a text or an unmasked number.
    """

    code: str
    """Stable, dotted, lower case."""
    template: str
    """An English sentence with `{placeholders}`, without a full stop."""
    values: Mapping[str, object]
    """What the placeholders stand for."""

    def __init__(self, code: str, template: str, /, **values: object) -> None:
        super().__init__(code, template)
        self.code = code
        self.template = template
        self.values = values

    def __str__(self) -> str:
        return fill(self.template, {name: _plain(value) for name, value in self.values.items()})

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.code!r}, {str(self)!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        # Exception's own way would call a subclass with `args`, which is not what each subclass takes.
        return _again, (type(self), self.code, self.template, dict(self.values)), self.__dict__ or None

    @classmethod
    def remade(cls, code: str, template: str, values: Mapping[str, object]) -> Self:
        """The same problem on the other side of a pipe, whatever the class's own constructor takes."""
        problem = cls.__new__(cls, code, template)
        Problem.__init__(problem, code, template, **values)
        return problem


def _again(kind: type[Problem], code: str, template: str, values: Mapping[str, object]) -> Problem:
    return kind.remade(code, template, values)


def system_reason(error: OSError) -> str:
    """The operating system's words for an error, without its number and without a path."""
    # asyncio writes its own sentence into `strerror`, and a resolver numbers its errors in its own way.
    if type(error).__module__ == "builtins" and error.errno:
        return os.strerror(error.errno)
    return error.strerror or str(error)


def _plain(value: object) -> object:
    return system_reason(value) if isinstance(value, OSError) else value
