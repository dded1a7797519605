"""Options shared by the commands of `samlink agent`: the settings file, and its settings."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from samlink.cli.commands.agent.errors import require_driver
from samlink.cli.errors import WrongUsageError
from samlink.cli.language import _

if TYPE_CHECKING:
    from samlink.agent.settings import AgentSettings

DEFAULT_FILE: Final = Path("agent.toml")
Config = Annotated[
    Path, typer.Option("--config", metavar="FILE", envvar="SAMLINK_AGENT", help="The settings file, in TOML.")
]


def settings_from(config: Path) -> "AgentSettings":
    """Settings whose database can be spoken to.

    Raises:
        WrongUsageError: there is no such file.
        SettingsError: a setting cannot be used.
    """
    from samlink.agent.settings import load_settings

    if not config.exists():
        raise WrongUsageError(
            _(
                "there is no settings file {path}; `samlink agent init --url ...` writes one, and "
                "--config names another."
            ),
            path=config,
        )
    settings = load_settings(config)
    require_driver(settings.database_url())
    return settings
