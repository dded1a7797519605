"""`samlink help` and `samlink completion`: about the commands themselves."""

from typing import Annotated

import typer

from samlink.cli.help.pages import command
from samlink.cli.options import examples, one_of


@command("help", epilog=examples("samlink help", "samlink help send", "samlink help account add"))
def help_page(
    *,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[COMMAND]...", help="The command; without one, all of them.")
    ] = None,
) -> int:
    """Show the help page of a command."""
    from samlink.cli.entry import run

    return run([*(words or ()), "--help"])


@command(
    epilog=examples(
        "source <(samlink completion bash)",
        "samlink completion bash > ~/.local/share/bash-completion/completions/samlink",
        "samlink completion zsh > ~/.zfunc/_samlink",
        "samlink completion fish > ~/.config/fish/completions/samlink.fish",
    )
)
def completion(*, shell: Annotated[str, typer.Argument(metavar="bash|zsh|fish", help="The shell.")]) -> None:
    """Print a script that completes commands and options at TAB."""
    from samlink.cli.app import app
    from samlink.cli.help.completion import SHELLS

    print(one_of(shell, SHELLS, "bash|zsh|fish")(app.tree()), end="")
