"""Help pages in the reader's language, from the tree of commands.

A help text stands in English where its option or command is declared, and is translated when it is shown: a
paragraph, a line of an epilog, or the comment behind an example. scripts/translations.py extracts it from the tree.

The pages are laid out here, since the library's wrap by characters, and a Hangul syllable is two columns wide.
"""

import difflib
import re
import shutil
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final, TypeVar

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from samlink.cli.errors import MisuseError
from samlink.cli.language import _, say
from samlink.core.input import quoted

F = TypeVar("F", bound=Callable[..., Any])
WIDEST: Final = 80
NARROWEST: Final = 50
NAMES_SHARE: Final = 3
"""Names take at most this part of the width; the text of a longer one begins on the next line."""
INDENT: Final = 2
_SENTENCE: Final = re.compile(r"(?<=[.?])\s")
_EXAMPLE: Final = re.compile(r"(?P<command> *samlink\b.*?\S)(?P<gap> {2,})(?P<comment>\S.*)")
_TYPES: Final = {"<str>": "TEXT", "<int>": "N", "<float>": "N"}
"""Placeholders for the values of options that name none."""
_AS_IT_IS: Final = "\b"
"""Begins a paragraph of an epilog whose lines are kept."""

Command = TyperCommand | TyperGroup


_DECLARED: Final[dict[Callable[..., Any], dict[str, Any]]] = {}


class _Command(TyperCommand):
    allow_extra_args = True  # so that they are refused here, in the reader's language

    def get_help(self, ctx: Any) -> str:
        return page(self, ctx)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if left := super().parse_args(ctx, args):
            raise MisuseError("there is more than is expected: {words}", words=" ".join(left))
        return left


class _Group(TyperGroup):
    def get_help(self, ctx: Any) -> str:
        return page(self, ctx)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if (name := args[0]) in self.commands or name.startswith("-"):
            return super().resolve_command(ctx, args)
        if close := difflib.get_close_matches(name, self.commands):
            meant = ", ".join(map(repr, close))
            raise MisuseError("there is no command {name}, did you mean {meant}?", name=quoted(name), meant=meant)
        raise MisuseError("there is no command {name}", name=quoted(name))


class Commands(typer.Typer):
    """A group of commands, each with a help page from here; without a command it shows its own page."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(cls=_Group, no_args_is_help=True, add_completion=False, rich_markup_mode=None, **settings)

    def command(self, name: str | None = None, **settings: Any) -> Callable[[F], F]:
        """As typer's."""
        return super().command(name, cls=_Command, **settings)

    def add(self, function: Callable[..., Any]) -> None:
        """Add a function that `command` declares."""
        self.command(**_DECLARED[function])(function)

    def tree(self) -> TyperGroup:
        """The commands as the library runs them."""
        group = typer.main.get_command(self)
        assert isinstance(group, TyperGroup)
        return group


def command(name: str | None = None, **settings: Any) -> Callable[[F], F]:
    """Declare a function as a command of the first level; `samlink.cli.app` has their order."""

    def declared(function: F) -> F:
        _DECLARED[function] = {"name": name, **settings}
        return function

    return declared


def children(command: Command) -> dict[str, Command]:
    """The commands of a group by their names; none for a command."""
    if not isinstance(command, TyperGroup):
        return {}
    return {name: child for name, child in command.commands.items() if isinstance(child, Command) and not child.hidden}


def found(command: Command, arguments: Sequence[str]) -> tuple[str, Command]:
    """The command that `arguments` call, and its name, such as `samlink account set`."""
    names = ["samlink"]
    for word in arguments:
        if word not in children(command):
            break
        command = children(command)[word]
        names.append(word)
    return " ".join(names), command


def page(command: Command, context: typer.Context) -> str:
    """The help page of one command, as wide as the terminal, at most 80 columns."""
    width = max(min(shutil.get_terminal_size().columns, WIDEST) - 2, NARROWEST)
    lines = [*_usage(command, context, width)]
    for paragraph in paragraphs(command.help or ""):
        lines += ["", *_wrapped(_(paragraph), width, INDENT)]
    sections = {
        _("Arguments"): [_argument(one) for one in command.params if isinstance(one, TyperArgument)],
        _("Options"): [*_options(command, context)],
        _("Commands"): [(name, short(child)) for name, child in children(command).items()],
    }
    for heading, entries in sections.items():
        if entries:
            lines += ["", f"{heading}:", *_table(entries, width)]
    return "\n".join([*lines, *_epilog(command.epilog or "")])


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a docstring, each in one line."""
    return [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]


def epilog_texts(line: str) -> Iterator[str]:
    """The parts of an epilog's line that have a translation: a heading, or the comment behind an example."""
    if line and not line.startswith(" ") and line != _AS_IT_IS:
        yield line
    elif found := _EXAMPLE.fullmatch(line):
        yield found["comment"]


def short(command: Command) -> str:
    """The text beside a command in its group's page: its short help, else the first sentence of its help."""
    if command.short_help:
        return _(command.short_help)
    first = next(iter(paragraphs(command.help or "")), "")
    return _SENTENCE.split(_(first), maxsplit=1)[0]


def width_of(text: str) -> int:
    """Columns of a terminal."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


# -- from a command to its entries: a name and a text


def _usage(command: Command, context: typer.Context, width: int) -> list[str]:
    pieces = [_("[OPTIONS]")]
    pieces += [_usage_name(one) for one in command.params if isinstance(one, TyperArgument)]
    if children(command):
        pieces.append(_("COMMAND ..."))
    beginning = f"{_('Usage')}: {context.command_path} "
    return _wrapped(beginning + " ".join(pieces), width, 0, further=INDENT * 2)


def _usage_name(argument: TyperArgument) -> str:
    name = _metavar(argument)
    return name if argument.required or name.startswith("[") else f"[{name}]"


def _argument(argument: TyperArgument) -> tuple[str, str]:
    return _metavar(argument).strip("[]"), _said(argument)


def _options(command: Command, context: typer.Context) -> Iterator[tuple[str, str]]:
    for option in command.params:
        if isinstance(option, TyperOption) and not option.hidden:
            names = [", ".join(option.opts), ", ".join(option.secondary_opts)]
            value = "" if option.is_flag else f" {_value_of(option, context)}"
            yield " / ".join(filter(None, names)) + value, _said(option)
    yield ", ".join(context.help_option_names), _("Show this page.")


def _metavar(argument: TyperArgument) -> str:
    return argument.metavar or str(argument.name).upper()


def _value_of(option: TyperOption, context: typer.Context) -> str:
    if option.metavar:
        return option.metavar
    kind = option.display_type(context)
    return _TYPES.get(kind, kind.strip("<>"))


def _said(parameter: TyperArgument | TyperOption) -> str:
    """The help of an option, followed by remarks from its declaration."""
    remarks = []
    if parameter.envvar and parameter.show_envvar:
        remarks.append(say("environment: {name}", name=parameter.envvar))
    if default := default_of(parameter):
        # Words that stand for a default have a language; a value is shown as it is typed.
        words = isinstance(parameter.show_default, str)
        remarks.append(say("default: {value}", value=_(default) if words else default))
    if parameter.min is not None and parameter.max is not None:
        remarks.append(say("{least} to {most}", least=f"{parameter.min:,}", most=f"{parameter.max:,}"))
    if parameter.required and isinstance(parameter, TyperOption):
        remarks.append(_("required"))
    behind = f"[{'; '.join(remarks)}]" if remarks else ""
    return "  ".join(filter(None, (parameter.help and _(parameter.help), behind)))


def default_of(parameter: TyperArgument | TyperOption) -> str:
    """The default value as the page shows it; empty if it shows none."""
    shown, value = parameter.show_default, parameter.default
    if isinstance(shown, str):
        return shown
    if not shown or value is None or isinstance(value, (str, list, tuple)):
        return str(value) if shown and isinstance(value, str) else ""
    if isinstance(parameter, TyperOption) and parameter.is_bool_flag:
        return _switch(parameter, bool(value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _switch(option: TyperOption, on: bool) -> str:
    if not option.secondary_opts:
        return ""
    return (option.opts if on else option.secondary_opts)[0].lstrip("-")


def _epilog(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if line == _AS_IT_IS:
            yield ""
        elif line:
            found = _EXAMPLE.fullmatch(line)
            ours = found["command"] + found["gap"] + _(found["comment"]) if found else _(line)
            yield " " * INDENT + ours


# -- layout


def _table(entries: Iterable[tuple[str, str]], width: int) -> Iterator[str]:
    """Names to the left, texts to the right."""
    rows = list(entries)
    column = min(max(width_of(name) for name, _rest in rows), width // NAMES_SHARE) + INDENT * 2
    for name, said in rows:
        first, *rest = _wrapped(said, width, column) or [""]
        beginning = " " * INDENT + name
        if width_of(beginning) + INDENT > column:
            yield beginning
            beginning = ""
        yield (beginning + " " * (column - width_of(beginning)) + first[column:]).rstrip()
        yield from rest


def _wrapped(text: str, width: int, indent: int, *, further: int | None = None) -> list[str]:
    """Lines of at most `width` columns, cut between words; `further` is the indent of all but the first."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line.strip() else " " * indent + word
        if line.strip() and width_of(longer) > width:
            lines.append(line)
            indent = indent if further is None else further
            longer = " " * indent + word
        line = longer
    return [*lines, line] if line.strip() else lines
