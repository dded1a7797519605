"""The agent's errors: Problems whose sentences hold no password, no whole telephone number and no message text."""

from typing import Self

from samlink.vocabulary.problem import N_, Problem
from samlink.vocabulary.results import ResultCode


class AgentError(Problem):
    """Base of the agent's errors."""


class SettingsError(AgentError, ValueError):
    """A setting is wrong; the sentence names it and says what would be right."""


class TableError(AgentError):
    """A table or a column is missing or does not fit; the sentence names it."""

    @property
    def init_helps(self) -> bool:
        """Whether `samlink agent init` may make what is missing."""
        return self.code in {"table.missing", "table.column_missing", "table.outdated", "table.digests_missing"}


class RowError(AgentError):
    """A row is not sent, for a reason that gives it one of the agent's own result codes, 73 to 79."""

    result: ResultCode

    def __init__(self, result: ResultCode, code: str, template: str, /, **values: object) -> None:
        """`result`: the code for the row; the rest as for any Problem."""
        super().__init__(code, template, **values)
        self.result = result

    @classmethod
    def of(cls, result: ResultCode, why: Problem) -> Self:
        """A row that is not sent for `why`."""
        return cls(result, why.code, why.template, **why.values)


def require_range(name: str, value: float, least: float, most: float) -> None:
    """Raise SettingsError unless `least <= value <= most`."""
    if not least <= value <= most:
        template = N_("{name} is {value}; it must be {least} to {most}")
        raise SettingsError("settings.out_of_range", template, name=name, value=value, least=least, most=most)


def require_positive(name: str, value: float) -> None:
    """Raise SettingsError unless `value > 0`."""
    if value <= 0:
        raise SettingsError("settings.not_positive", N_("{name} must be more than 0"), name=name)
