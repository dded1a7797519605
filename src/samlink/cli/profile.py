"""Where the gateway is and who logs in: from options, the environment and a profile file, in that order of weight.

A profile is TOML with `host`, `base_port`, `id` and `password`; it must not be readable by others. The password comes
from SAMLINK_PASSWORD or from the profile, never from an argument, which every user of the machine could see.
"""

import os
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from samlink.cli.errors import CommandError, WrongUsageError
from samlink.cli.texts import say

if TYPE_CHECKING:
    from samlink.client import ClientSettings

PASSWORD_VARIABLE: Final = "SAMLINK_PASSWORD"
DEFAULT_HOST: Final = "127.0.0.1"
_KEYS: Final[Mapping[str, type]] = {"host": str, "base_port": int, "id": str, "password": str}
_READABLE_BY_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def default_profile() -> Path:
    """`$XDG_CONFIG_HOME/samlink/profile.toml`, by default under `~/.config`."""
    base = os.environ.get("XDG_CONFIG_HOME") or Path("~/.config").expanduser()
    return Path(base) / "samlink" / "profile.toml"


def read_profile(path: Path) -> dict[str, Any]:
    """What stands in a profile.

    Raises CommandError when it cannot be read, is readable by others, or holds what a profile has not; the sentence
    never shows a value.
    """
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            if mode & _READABLE_BY_OTHERS:
                raise CommandError(say("profile.readable", path=path, mode=f"{mode:04o}"))
            values = tomllib.load(file)
    except OSError as error:
        raise CommandError(say("profile.unreadable", path=path, why=error.strerror)) from error
    except ValueError as error:
        # The parser's words hold a position, not the line itself.
        raise CommandError(say("profile.not_toml", path=path, why=error)) from error
    for name, value in values.items():
        if name not in _KEYS:
            raise CommandError(say("profile.unknown_key", path=path, name=name, known=", ".join(_KEYS)))
        if not isinstance(value, _KEYS[name]) or isinstance(value, bool):
            raise CommandError(say("profile.bad_value", path=path, name=name))
    return values


def write_profile(path: Path, *, host: str, base_port: int, account_id: str, password: str) -> None:
    """Write a profile that only its owner can read; one that is there is replaced as a whole.

    The values must be without quotes and backslashes, as account IDs and generated passwords are.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    text = f'host = "{host}"\nbase_port = {base_port}\nid = "{account_id}"\npassword = "{password}"\n'
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)


def connection_settings(
    *, host: str | None, base_port: int | None, account_id: str | None, profile: Path | None, **more: Any
) -> "ClientSettings":
    """The client's settings. `more` are further settings of the client.

    Raises:
        CommandError: the profile cannot be used.
        WrongUsageError: the ID or the password is missing or impossible.
    """
    from samlink.client import ClientSettings, SettingsError
    from samlink.codes.services import DEFAULT_BASE_PORT

    values = _profile_values(profile)
    given = {"host": host, "base_port": base_port, "id": account_id, "password": os.environ.get(PASSWORD_VARIABLE)}
    values |= {name: value for name, value in given.items() if value}
    place = profile or default_profile()
    if not values.get("id"):
        raise WrongUsageError(say("profile.no_id", path=place))
    if not values.get("password"):
        raise WrongUsageError(say("profile.no_password", path=place, variable=PASSWORD_VARIABLE))
    standard: dict[str, Any] = {"host": DEFAULT_HOST, "base_port": DEFAULT_BASE_PORT}
    try:
        return ClientSettings(**(standard | values | more))
    except SettingsError as error:
        raise WrongUsageError(say("profile.bad_setting", why=str(error).rstrip("."))) from error


def _profile_values(profile: Path | None) -> dict[str, Any]:
    if profile is not None:
        return read_profile(profile)
    standard = default_profile()
    return read_profile(standard) if standard.exists() else {}
