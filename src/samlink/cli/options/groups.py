"""Options that belong together, declared once and put into a command's signature in the place of one parameter.

typer reads a command's options from its signature; a group saves several commands, or one long one, from repeating
them. All options of a group are None unless they were typed.
"""

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, get_type_hints

R = TypeVar("R")


def takes(given: type | Mapping[str, Any], place: str) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """A decorator: the command's parameter `place` gets a dictionary of options (name → annotation, or a TypedDict)."""
    options = get_type_hints(given, include_extras=True) if isinstance(given, type) else given

    def decorated(command: Callable[..., R]) -> Callable[..., R]:
        @functools.wraps(command)
        def called(**values: Any) -> R:
            group = {name: values.pop(name) for name in options}
            return command(**values, **{place: group})

        parameters: list[inspect.Parameter] = []
        for parameter in inspect.signature(command).parameters.values():
            parameters += _group(options) if parameter.name == place else [parameter]
        called.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        return called

    return decorated


def _group(options: Mapping[str, Any]) -> list[inspect.Parameter]:
    kind = inspect.Parameter.KEYWORD_ONLY
    return [inspect.Parameter(name, kind, default=None, annotation=hint) for name, hint in options.items()]
