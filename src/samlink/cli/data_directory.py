"""The data directory: which one is meant, whether it is one, and its store, which the command line opens only here."""

import contextlib
import contextvars
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from samlink.cli.errors import CommandError, reading, writing
from samlink.vocabulary.problem import N_

if TYPE_CHECKING:
    from samlink.store.contract import AdminStore, Store

T = TypeVar("T")
DEFAULT_DIRECTORY: Final = "samlink-data"
"""In the current directory; `--data` or SAMLINK_DATA name another."""
DATABASE_NAME: Final = "samlink.db"
PROFILE_NAME: Final = "profile.toml"
"""The demo's connection profile, beside the database."""
DEMO_DIRECTORY: Final = "samlink-demo"
"""In the current directory; apart from `DEFAULT_DIRECTORY`, so that a demo never meets a customer's data."""
DEMO_MARKER: Final = ".samlink-demo"
"""Stands in a directory that `samlink demo` made: the demo changes no other."""
IGNORING: Final = ".gitignore"
running_command: Final = contextvars.ContextVar("running_command", default="samlink")
"""The command that runs, such as `samlink account set`: the trail of changes names it."""
_OURS: Final = frozenset(
    {
        "secret.key",
        "samlink.mark",
        ".samlink.mark.draft",
        "writer.lock",
        "files",
        "simulator",
        "carriers",
        PROFILE_NAME,
        DEMO_MARKER,
        IGNORING,
    }
)


def resolve(given: Path | None) -> Path:
    """The directory that is meant: `--data`, else SAMLINK_DATA (typer reads it), else `./samlink-data`."""
    return given if given is not None else Path(DEFAULT_DIRECTORY)


def existing(data: Path) -> Path:
    """`data`, which must hold a samlink database already.

    Raises CommandError: a command that only looks must not leave a new database behind in a mistyped place.
    """
    _refuse_file(data)
    with reading(data):
        found = (data / DATABASE_NAME).exists()
    if not found:
        raise CommandError(
            "there is no samlink data in {data}: give --data DIR, or begin with `samlink account add`.", data=data
        )
    return data


def usable(data: Path) -> Path:
    """`data`, which must be new, empty, or samlink's. Raises CommandError."""
    _refuse_file(data)
    with reading(data):
        names = {entry.name for entry in data.iterdir()} if data.exists() else set()
    strange = sorted(name for name in names if not _is_ours(name))
    if strange and DATABASE_NAME not in names:
        template = N_("{data} holds other things ({name}) and no samlink data: give a new or an empty directory.")
        raise CommandError(template, data=data, name=strange[0])
    return data


def demo_directory(data: Path) -> Path:
    """`data`, which must be new, empty, or made by a demo. Raises CommandError; changes nothing."""
    usable(data)
    if (data / DATABASE_NAME).exists() and not (data / DEMO_MARKER).exists():
        template = N_(
            "{data} holds samlink data that no demo made, and a demo changes only its own: "
            "give it another directory, such as `samlink demo --data ./samlink-demo`."
        )
        raise CommandError(template, data=data)
    return data


def keep_out_of_git(data: Path) -> None:
    """Have git ignore a default directory that is new: it often stands in a working copy, and has secrets in it."""
    if data not in {Path(DEFAULT_DIRECTORY), Path(DEMO_DIRECTORY)} or (data / DATABASE_NAME).exists():
        return
    with writing(data):
        data.mkdir(mode=0o700, exist_ok=True)
        (data / IGNORING).write_text("*\n")


@contextlib.asynccontextmanager
async def administration(directory: Path) -> "AsyncIterator[AdminStore]":
    """The operator's side of the store in a directory.

    Raises CommandError for what the store refuses.
    """
    from samlink.store.contract import StoreError
    from samlink.store.sqlite.admin import SqliteAdminStore

    try:
        async with SqliteAdminStore(directory, tool=running_command.get()) as store:
            yield store
    except StoreError as error:
        raise CommandError("{why}.", why=error) from error


async def open_for_gateway(directory: Path, clock: "Callable[[], int]") -> "Store":
    """The store as a gateway opens it: it takes the directory's lock. Raises StoreError."""
    from samlink.store.sqlite.store import open_store

    return await open_store(directory, clock=clock)


def administer(data: Path | None, work: "Callable[[AdminStore], Awaitable[T]]", *, new: bool = False) -> T:
    """Do `work` on the store of `--data`; a directory that holds no database is refused, unless `new`.

    Raises CommandError.
    """
    import asyncio

    directory = usable(resolve(data)) if new else existing(resolve(data))

    async def run() -> T:
        async with administration(directory) as store:
            return await work(store)

    return asyncio.run(run())


def _is_ours(name: str) -> bool:
    return name in _OURS or name.startswith((DATABASE_NAME, ".secret.key."))


def _refuse_file(data: Path) -> None:
    if data.exists() and not data.is_dir():
        raise CommandError("{data} is not a directory.", data=data)
