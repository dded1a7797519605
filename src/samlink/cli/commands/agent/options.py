"""Options shared by the commands of `samlink agent`: the settings file, and its settings."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from samlink.cli.commands.agent.errors import require_driver
from samlink.cli.errors import WrongUsageError

if TYPE_CHECKING:
    import sqlalchemy as sa

    from samlink.agent.settings import AgentSettings

PASSWORD_VARIABLE: Final = "SAMLINK_DB_PASSWORD"
DEFAULT_FILE: Final = Path("agent.toml")
Config = Annotated[
    Path, typer.Option("--config", metavar="FILE", envvar="SAMLINK_AGENT", help="The settings file, in TOML.")
]


def database_url(text: str) -> "sa.URL":
    """The URL of --url, whose driver is one of the agent's and is installed. Raises WrongUsageError."""
    from samlink.agent.settings import parsed_url

    if (url := parsed_url(text)) is None:
        raise WrongUsageError("--url is not a database's URL such as mysql+pymysql://agent@db.example/shop.")
    if url.password is not None:
        raise WrongUsageError(
            "--url has a password in it, which everybody on this machine can read; put it into {variable}.",
            variable=PASSWORD_VARIABLE,
        )
    require_driver(url)
    return url


def settings_from(config: Path) -> "AgentSettings":
    """Settings whose database can be spoken to.

    Raises:
        WrongUsageError: there is no such file.
        SettingsError: a setting cannot be used.
    """
    from samlink.agent.settings import load_settings

    if not config.exists():
        raise WrongUsageError(
            "there is no settings file {path}; `samlink agent init --url ...` writes one, and --config names another.",
            path=config,
        )
    settings = load_settings(config)
    require_driver(settings.database_url())
    return settings
