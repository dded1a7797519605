"""The options that are an account's settings: one for each row of `core.account_fields.FIELDS`."""

import functools
from collections.abc import Callable
from typing import Annotated, Any, Final, TypeVar

import typer

from samlink.cli.options.groups import takes
from samlink.cli.options.rules import checked_rules
from samlink.core.account_fields import BY_NAME, FIELDS, Charges, Choice, Field, Networks, Number, Rules

R = TypeVar("R")
Settings = dict[str, Any]
"""Settings by the names of Account's fields; only what was typed."""
_PLACE: Final = "settings"
_REPEATED: Final = (Networks, Rules, Charges)


def takes_settings(command: Callable[..., R]) -> Callable[..., R]:
    """`command` with an option for each setting in the place of its parameter `settings`, which gets their values."""

    @functools.wraps(command)
    def called(**values: Any) -> R:
        return command(**values | {_PLACE: _settings(values[_PLACE])})

    return takes({field.name: _option(field) for field in FIELDS}, _PLACE)(called)


def _option(field: Field) -> Any:
    """What typer makes an option of."""
    names = [field.option] if field.option else []
    words = "" if not isinstance(field.form, Choice) or field.form.switch else "|".join(field.form.words)
    option = typer.Option(
        *names, metavar=field.metavar or words or None, help=field.help, show_default=field.default or False
    )
    return Annotated[_type(field) | None, option]


def _type(field: Field) -> Any:
    if isinstance(field.form, _REPEATED):
        return list[str]
    if isinstance(field.form, Number):
        return int
    return bool if isinstance(field.form, Choice) and field.form.switch else str


def _settings(given: Settings) -> Settings:
    """The values of what was typed. Raises InputError, and WrongUsageError for a rule."""
    return {name: _value(BY_NAME[name], typed) for name, typed in given.items() if typed is not None}


def _value(field: Field, typed: Any) -> Any:
    if isinstance(field.form, Rules):
        typed = checked_rules(typed)
    elif isinstance(field.form, Choice) and field.form.switch:
        typed = list(field.form.words)[not typed]
    return field.read(typed)
