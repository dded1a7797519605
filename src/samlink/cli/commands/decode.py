"""`samlink decode`: a captured stream as readable frames."""

import typer


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
