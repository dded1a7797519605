"""Usage errors of the command-line library, each as one sentence in the reader's language."""

import difflib
import re
from collections.abc import Sequence
from typing import Final

import typer

from samlink.cli.help.pages import Command, called
from samlink.cli.language import _, say
from samlink.vocabulary.problem import N_

# The library's sentences, and ours for each; the groups are the placeholders.
_COMPLAINTS: Final = tuple(
    (re.compile(pattern, re.DOTALL), key)
    for pattern, key in (
        (
            r"No such command (?P<name>'.*?')\. Did you mean (?P<meant>.*)\?",
            N_("there is no command {name}, did you mean {meant}?"),
        ),
        (r"No such command (?P<name>'.*')\.", N_("there is no command {name}")),
        (r"Missing command\.", N_("a command is missing")),
        (r"Got unexpected extra argument\(s\) \((?P<words>.*)\)", N_("there is more than is expected: {words}")),
        (r"Option '(?P<name>.*)' requires .*", N_("{name} needs a value")),
        (r"Option '(?P<name>.*)' does not take a value\.", N_("{name} takes no value")),
        (r"Input should be greater than or equal to (?P<least>.*)", N_("it must be at least {least}")),
        (r"Input should be less than or equal to (?P<most>.*)", N_("it must be at most {most}")),
        (r"Input should be a valid (?:integer|number).*", N_("not a number")),
        (r"(?:path|directory|file) (?P<path>'.*') is not readable\.", N_("{path} cannot be read")),
        (r"Value error, (?P<text>'.*') is not one of (?P<known>.*)\.", N_("{text} is not one of {known}")),
    )
)


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


def usage_sentence(error: typer.TyperException, command: Command, arguments: Sequence[str]) -> str:
    """One sentence that names the mistake in `arguments`, and the `--help` that explains it."""
    parameter = getattr(error, "param", None)
    name = parameter.get_error_hint().replace("'", "").partition(" (")[0] if parameter is not None else ""
    match type(error).__name__:
        case "MissingParameter":
            what = say(_("{name} is missing"), name=_(name))
        case "NoSuchOption":
            what = _no_option(getattr(error, "option_name", ""), getattr(error, "possibilities", None))
        case "BadParameter" if name:
            what = say("{name}: {why}", name=_(name), why=_why(error.message))
        case _:
            what = _why(error.format_message())
    return say(_("{what} (see `{command} --help`)."), what=what, command=called(command, arguments))


def _no_option(name: str, known: Sequence[str] | None) -> str:
    if not (close := difflib.get_close_matches(name, known or (), 1)):
        # A hyphen without a letter behind it was hardly meant as an option: `-50% off`, `-할인`.
        if not (name.startswith("--") or (name[1:2].isascii() and name[1:2].isalpha())):
            return say(
                _("there is no option {name}; put -- before a text that begins with a hyphen, as in `-- '-50% off'`"),
                name=_(name),
            )
        return say(_("there is no option {name}"), name=_(name))
    return say(_("there is no option {name}, did you mean {meant}?"), name=_(name), meant=close[0])


def _why(message: str) -> str:
    for pattern, key in _COMPLAINTS:
        if found := pattern.fullmatch(message):
            return say(_(key), **found.groupdict())
    words = " ".join(message.removeprefix("Value error, ").split()).rstrip(".")
    return words[:1].lower() + words[1:]
