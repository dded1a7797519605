"""How a command fails: one plain sentence for stderr and an exit code."""

import contextlib
from collections.abc import Iterator
from typing import ClassVar

from samlink.cli.language import say


class CommandError(Exception):
    """The command could not do it: one sentence for a person, a template and its values as `say` takes them."""

    exit_code: ClassVar[int] = 1

    def __init__(self, template: str, /, **values: object) -> None:
        super().__init__(say(template, **values))


class OutputError(CommandError):
    """Standard output takes no more, such as on a full disk."""


class WrongUsageError(CommandError):
    """The command was called wrongly. Its text names the mistake and says what would be right."""

    exit_code: ClassVar[int] = 2


class MisuseError(WrongUsageError):
    """The words of a command line do not fit the commands; said without a full stop, since the way to help follows."""


@contextlib.contextmanager
def reading(path: object) -> Iterator[None]:
    """An OSError in the block is the CommandError that says so of `path`."""
    try:
        yield
    except OSError as error:
        raise CommandError("{path} cannot be read: {why}.", path=path, why=error) from error


@contextlib.contextmanager
def writing(path: object) -> Iterator[None]:
    """As `reading`, of a file or directory that is written."""
    try:
        yield
    except OSError as error:
        raise CommandError("{path} cannot be written: {why}.", path=path, why=error) from error
