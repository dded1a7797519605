"""How a command fails: one plain sentence for stderr and an exit code."""

from typing import ClassVar


class CommandError(Exception):
    """The command could not do it. Its text is one sentence for a person."""

    exit_code: ClassVar[int] = 1


class OutputError(CommandError):
    """Standard output takes no more, such as on a full disk."""


class WrongUsageError(CommandError):
    """The command was called wrongly. Its text names what was wrong and says what would be right."""

    exit_code: ClassVar[int] = 2
