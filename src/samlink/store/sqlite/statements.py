"""Statements by name from the `.sql` files of a folder beside this module.

A file holds statements, each under a line `-- name: word`; what stands before the first name is a comment on the file.
"""

from collections.abc import Mapping
from importlib import resources
from typing import Final

_MARK: Final = "-- name: "


def parse(text: str) -> dict[str, str]:
    """The named statements of one file's text. Raises ValueError for a name that stands twice."""
    found: dict[str, str] = {}
    for part in ("\n" + text).split("\n" + _MARK)[1:]:
        name, _, statement = part.partition("\n")
        if name.strip() in found:
            raise ValueError(f"the statement {name.strip()} stands twice")
        found[name.strip()] = _short(statement)
    return found


def _short(statement: str) -> str:
    """Without comments and line breaks: apsw looks a statement up by a hash of its text, once for each row bound."""
    return " ".join(" ".join(line.partition("--")[0].split()) for line in statement.splitlines()).strip()


def load(file: str) -> Mapping[str, str]:
    """The named statements of `sql/<file>.sql`."""
    return parse(resources.files(__package__).joinpath("sql", f"{file}.sql").read_text(encoding="utf-8"))


def migrations() -> list[str]:
    """The scripts of `migrations/`, in order; the first is number 1."""
    folder = resources.files(__package__).joinpath("migrations")
    scripts = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".sql")), key=lambda entry: entry.name)
    return [script.read_text(encoding="utf-8") for script in scripts]
