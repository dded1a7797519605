"""Options that belong together, declared once as a TypedDict and put into a command's signature in the place of one.

typer reads a command's options from its signature; a group saves several commands, or one long one, from repeating
them. All options of a group are None unless they were typed.
"""

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, get_type_hints

R = TypeVar("R")


def takes(group: type[Mapping[str, object]], place: str) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """A decorator: the command's parameter `place` is filled with a dictionary of the group's options."""
    hints = get_type_hints(group, include_extras=True)

    def decorated(command: Callable[..., R]) -> Callable[..., R]:
        @functools.wraps(command)
        def called(**values: Any) -> R:
            given = {name: values.pop(name) for name in hints}
            return command(**values, **{place: given})

        called.__signature__ = _with_options(inspect.signature(command), place, hints)  # type: ignore[attr-defined]
        return called

    return decorated


def _with_options(signature: inspect.Signature, place: str, hints: Mapping[str, Any]) -> inspect.Signature:
    parameters: list[inspect.Parameter] = []
    for parameter in signature.parameters.values():
        if parameter.name != place:
            parameters.append(parameter)
            continue
        parameters += [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=hint)
            for name, hint in hints.items()
        ]
    return signature.replace(parameters=parameters)
