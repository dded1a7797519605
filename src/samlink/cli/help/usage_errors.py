"""What the command-line library finds wrong with a call, as one sentence in the reader's language."""

import difflib
import re
from collections.abc import Sequence
from typing import Final

import typer

from samlink.cli.help.pages import Command, called
from samlink.cli.texts import say

# What the library says, and which of our texts of wrong usage says it; its groups are that text's placeholders.
_COMPLAINTS: Final = tuple(
    (re.compile(pattern, re.DOTALL), key)
    for pattern, key in (
        (r"No such command (?P<name>'.*?')\. Did you mean (?P<meant>.*)\?", "no_command_but"),
        (r"No such command (?P<name>'.*')\.", "no_command"),
        (r"Missing command\.", "command_missing"),
        (r"Got unexpected extra argument\(s\) \((?P<words>.*)\)", "too_many"),
        (r"Option '(?P<name>.*)' requires .*", "no_value"),
        (r"Option '(?P<name>.*)' does not take a value\.", "takes_no_value"),
        (r"Input should be greater than or equal to (?P<least>.*)", "too_small"),
        (r"Input should be less than or equal to (?P<most>.*)", "too_large"),
        (r"Input should be a valid (?:integer|number).*", "not_a_number"),
        (r"(?:path|directory|file) (?P<path>'.*') is not readable\.", "not_readable"),
        (r"Value error, (?P<text>'.*') is not one of (?P<known>.*)\.", "not_one_of"),
    )
)


def usage_sentence(error: typer.TyperException, command: Command, arguments: Sequence[str]) -> str:
    """One sentence for what is wrong with `arguments`, and which `--help` explains it."""
    parameter = getattr(error, "param", None)
    name = parameter.get_error_hint().replace("'", "").partition(" (")[0] if parameter is not None else ""
    match type(error).__name__:
        case "MissingParameter":
            what = say("usage.missing", name=name)
        case "NoSuchOption":
            what = _no_option(getattr(error, "option_name", ""), getattr(error, "possibilities", None))
        case "BadParameter" if name:
            what = say("usage.bad_value", name=name, why=_why(error.message))
        case _:
            what = _why(error.format_message())
    return say("usage.see_help", what=what, command=called(command, arguments))


def _no_option(name: str, known: Sequence[str] | None) -> str:
    if not (close := difflib.get_close_matches(name, known or (), 1)):
        # What follows one hyphen and is no letter was hardly meant as an option: `-50% off`, `-할인`.
        if not (name.startswith("--") or (name[1:2].isascii() and name[1:2].isalpha())):
            return say("usage.no_option_but_text", name=name)
        return say("usage.no_option", name=name)
    return say("usage.no_option_but", name=name, meant=close[0])


def _why(message: str) -> str:
    for pattern, key in _COMPLAINTS:
        if found := pattern.fullmatch(message):
            return say(f"usage.{key}", **found.groupdict())
    words = " ".join(message.removeprefix("Value error, ").split()).rstrip(".")
    return words[:1].lower() + words[1:]
