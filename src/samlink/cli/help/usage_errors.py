"""Usage errors of the command-line library, each as one sentence in the reader's language.

The library's own sentences are not read: an exception says by its class and attributes what is wrong, and the errors
that it has no class for are ours (`samlink.cli.help.pages`).
"""

import difflib
from collections.abc import Sequence
from typing import Any, Final

from samlink.cli.errors import CommandError
from samlink.cli.help.pages import Command, found
from samlink.cli.language import _, say
from samlink.vocabulary.problem import N_

_FAULTS: Final = {
    "greater_than_equal": N_("it must be at least {ge}"),
    "less_than_equal": N_("it must be at most {le}"),
    **dict.fromkeys(("int_parsing", "int_parsing_size", "int_from_float", "float_parsing"), N_("not a number")),
}
"""By the type of pydantic's error: what is wrong with a value."""
ARGUMENTS: Final = (
    N_("BACKUP"),
    N_("CODE"),
    N_("DATABASE"),
    N_("FILE"),
    N_("FILE|-"),
    N_("ID"),
    N_("NUMBER"),
    N_("NUMBER..."),
    N_("SENDER_KEY"),
    N_("TARGET"),
    N_("TABLE"),
    N_("[COMMAND]..."),
    N_("bash|zsh|fish"),
    N_("[ID]..."),
    N_("KEY=VALUE..."),
    N_("[KEY]..."),
    N_("TEXT|-"),
    N_("VALUE"),
    N_("WON"),
    N_("[FILE|-]"),
    N_("[TEXT|-]"),
)
"""Arguments by the names that help pages give them, marked for their Korean; options keep their names."""


def usage_sentence(error: Exception, command: Command, arguments: Sequence[str]) -> str:
    """One sentence that names the mistake in `arguments`, and the `--help` that explains it."""
    name, leaf = found(command, arguments)
    what = str(error) if isinstance(error, CommandError) else _what(error, leaf)
    return say("{what} (see `{command} --help`).", what=what, command=name)


def _what(error: Any, command: Command) -> str:
    """The mistake, by the attributes of the library's exception."""
    parameter, option = getattr(error, "param", None), getattr(error, "option_name", "")
    name = parameter.get_error_hint().replace("'", "").partition(" (")[0] if parameter is not None else ""
    match type(error).__name__:
        case "MissingParameter":
            return say("{name} is missing", name=_(name))
        case "NoSuchOption":
            return _no_option(option, error.possibilities)
        case "BadOptionUsage":
            flags = (one.opts for one in command.params if getattr(one, "is_flag", False))
            flag = any(option in names for names in flags)
            return say(_("{name} takes no value") if flag else _("{name} needs a value"), name=option)
        case "BadParameter" if name:
            return say(_("{name}: {why}"), name=_(name), why=_why(error.__cause__))
        case "UsageError":
            return _("a command is missing")
    return str(error.format_message()).rstrip(".")


def _no_option(name: str, known: Sequence[str] | None) -> str:
    if not (close := difflib.get_close_matches(name, known or (), 1)):
        # A hyphen without a letter behind it was hardly meant as an option: `-50% off`, `-할인`.
        if not (name.startswith("--") or (name[1:2].isascii() and name[1:2].isalpha())):
            return say(
                "there is no option {name}; put -- before a text that begins with a hyphen, as in `-- '-50% off'`",
                name=_(name),
            )
        return say("there is no option {name}", name=_(name))
    return say("there is no option {name}, did you mean {meant}?", name=_(name), meant=close[0])


def _why(cause: Any) -> str:
    """What is wrong with the value of a parameter: pydantic's error, or without one a path that may not be read."""
    if not hasattr(cause, "errors"):
        return _("the file or directory cannot be read")
    (fault, *_rest) = cause.errors()
    if fault["type"] in _FAULTS:
        return say(_(_FAULTS[fault["type"]]), **fault.get("ctx", {}))
    return str(fault["msg"])
