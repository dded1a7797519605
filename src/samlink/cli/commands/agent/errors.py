"""Errors of an agent, each as one plain sentence."""

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from samlink.cli.errors import CommandError, WrongUsageError
from samlink.vocabulary.problem import N_

if TYPE_CHECKING:
    import sqlalchemy as sa


EXTRAS: Final = {"pymysql": "mysql", "psycopg": "postgresql", "oracledb": "oracle", "pymssql": "mssql"}
"""The extra to install for each driver; it brings everything else the agent needs."""
_DRIVERS: Final = {
    "mysql": "pymysql",
    "mariadb": "pymysql",
    "postgresql": "psycopg",
    "oracle": "oracledb",
    "mssql": "pymssql",
    "sqlite": "pysqlite",
}
"""By database: SQLAlchemy has other drivers for them too, which are not the agent's."""


@contextlib.contextmanager
def explained() -> Iterator[None]:
    """Turn the agent's errors in the block into CommandErrors. None shows a password or a value of a row."""
    try:
        from sqlalchemy.exc import SQLAlchemyError

        from samlink.agent.driver_errors import reason_of
        from samlink.agent.errors import SettingsError, TableError
    except ModuleNotFoundError as error:
        raise _not_installed(error) from None
    try:
        yield
    except ModuleNotFoundError as error:
        raise _not_installed(error) from None
    except SettingsError as error:
        raise WrongUsageError("settings of the agent: {why}.", why=error) from error
    except TableError as error:
        if not error.init_helps:
            raise CommandError("{why}.", why=error) from error
        raise CommandError(
            "{why}; `samlink agent init` makes the agent's own tables, and columns that are missing there.", why=error
        ) from error
    except SQLAlchemyError as error:
        raise CommandError(
            "the database cannot be used ({why}); look at [database] in the settings.", why=reason_of(error)
        ) from error


def require_driver(url: "sa.URL") -> None:
    """Look whether a URL's driver is one of the agent's, and is installed.

    Raises:
        WrongUsageError: it is not one of the agent's.
        ModuleNotFoundError: it is not installed.
    """
    name = url.get_backend_name()
    if (driver := _DRIVERS.get(name)) is None:
        template = N_("the agent does not know the database {name}; URLs begin with one of {names}.")
        raise WrongUsageError(template, name=name, names=", ".join(_DRIVERS))
    if url.get_driver_name() != driver:
        template = N_("the agent does not use the driver of {url}://; begin the URL with {begin}://.")
        raise WrongUsageError(template, url=url.drivername, begin=f"{name}+{driver}")
    url.get_dialect().import_dbapi()


def _not_installed(error: ModuleNotFoundError) -> CommandError:
    template = N_("the agent needs {name}, which is missing: run `pip install 'samlink[{extra}]'`.")
    return CommandError(template, name=error.name, extra=EXTRAS.get(str(error.name), "agent"))
