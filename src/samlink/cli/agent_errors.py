"""What went wrong in an agent, as one plain sentence."""

import contextlib
from collections.abc import Iterator

from samlink.cli.errors import CommandError, WrongUsageError
from samlink.cli.texts import say


@contextlib.contextmanager
def explained() -> Iterator[None]:
    """What the agent says goes wrong in the block, as a CommandError. No error shows a password or a value of a row."""
    try:
        from sqlalchemy.exc import SQLAlchemyError

        from samlink.agent.errors import SettingsError, TableError
        from samlink.agent.reasons import reason_of
    except ModuleNotFoundError as error:
        raise CommandError(say("agent.not_installed", name=error.name)) from None
    try:
        yield
    except ModuleNotFoundError as error:
        raise CommandError(say("agent.not_installed", name=error.name)) from None
    except SettingsError as error:
        raise WrongUsageError(say("agent.bad_settings", why=str(error).rstrip("."))) from error
    except TableError as error:
        raise CommandError(say("agent.bad_table", why=str(error).rstrip("."))) from error
    except SQLAlchemyError as error:
        raise CommandError(say("agent.bad_database", why=reason_of(error).rstrip("."))) from error
