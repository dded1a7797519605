"""How a command fails: one plain sentence for stderr and an exit code."""

from typing import ClassVar

from samlink.cli.language import say


class CommandError(Exception):
    """The command could not do it: a template of `_` and its values, one sentence for a person."""

    exit_code: ClassVar[int] = 1

    def __init__(self, template: str, /, **values: object) -> None:
        super().__init__(say(template, **values) if values else template)


class OutputError(CommandError):
    """Standard output takes no more, such as on a full disk."""


class WrongUsageError(CommandError):
    """The command was called wrongly. Its text names the mistake and says what would be right."""

    exit_code: ClassVar[int] = 2
