"""Completion scripts for bash, zsh and fish, made from the tree of commands.

They are static: a shell that asked the program at every TAB would wait for Python to start. Values of
options and arguments are left to the shell's completion of file names.
"""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from samlink.cli.help.pages import Command, children, short

PROGRAM: Final = "samlink"


def _nodes(command: Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Command]]:
    """Every command with the words that lead to it, each group before its commands."""
    yield path, command
    for name, child in children(command).items():
        yield from _nodes(child, (*path, name))


def _options(command: Command) -> list[str]:
    found = [name for one in command.params for name in (*one.opts, *one.secondary_opts) if name.startswith("--")]
    return [*found, "--help"]


def _words(command: Command) -> list[str]:
    return [*children(command), *_options(command)]


def _cases(top: Command) -> str:
    """A line of `case` for each command: the words that may follow it."""
    return "\n".join(
        f"        '{' '.join(path)}') words='{' '.join(_words(command))}' ;;" for path, command in _nodes(top)
    )


def _steps(top: Command) -> str:
    """A line of `case` for each command: which words lead there."""
    paths = [path for path, _ in _nodes(top) if path]
    patterns = "|".join(f"'{' '.join(path)}'" for path in paths)
    return f"            {patterns}) path=$longer ;;"


def bash(top: Command) -> str:
    """The script for bash 3.2 and newer."""
    return f"""# samlink completion for bash: source <(samlink completion bash)
_{PROGRAM}() {{
    local cur=${{COMP_WORDS[COMP_CWORD]}} path='' longer words='' at
    for ((at = 1; at < COMP_CWORD; at++)); do
        longer="${{path:+$path }}${{COMP_WORDS[at]}}"
        case $longer in
{_steps(top)}
        esac
    done
    case $path in
{_cases(top)}
    esac
    COMPREPLY=($(compgen -W "$words" -- "$cur"))
}}
complete -o default -F _{PROGRAM} {PROGRAM}
"""


def zsh(top: Command) -> str:
    """The script for zsh."""
    return f"""#compdef {PROGRAM}
# samlink completion for zsh: source <(samlink completion zsh)
_{PROGRAM}() {{
    local path_='' longer words_ at
    for ((at = 2; at < CURRENT; at++)); do
        longer="${{path_:+$path_ }}${{words[at]}}"
        case $longer in
{_steps(top).replace("path=", "path_=")}
        esac
    done
    case $path_ in
{_cases(top).replace("words=", "words_=")}
    esac
    compadd -- ${{=words_}}
    _files
}}
(( $+functions[compdef] )) || {{ autoload -Uz compinit && compinit; }}
compdef _{PROGRAM} {PROGRAM}
"""


def fish(top: Command) -> str:
    """The script for fish."""
    lines = ["# samlink completion for fish: samlink completion fish | source"]
    for path, command in _nodes(top):
        condition = f"__{PROGRAM}_at {' '.join(path)}".rstrip()
        for name, child in children(command).items():
            lines.append(f"complete -c {PROGRAM} -f -n '{condition}' -a {name} -d {_quoted(short(child))}")
        lines += [f"complete -c {PROGRAM} -n '{condition}' -l {name[2:]}" for name in _options(command)]
    known = " ".join(_quoted(" ".join(path)) for path, _ in _nodes(top) if path)
    return (
        f"""function __{PROGRAM}_at
    set -l path
    for word in (commandline -opc)[2..-1]
        contains -- (string join ' ' -- $path $word) {known}; and set -a path $word
    end
    test "$path" = "$argv"
end
"""
        + "\n".join(lines)
        + "\n"
    )


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


SHELLS: Final[Mapping[str, Callable[[Command], str]]] = MappingProxyType({"bash": bash, "zsh": zsh, "fish": fish})
