"""The gateway's address and the login: options first, then the environment, then a profile file.

A profile is TOML with the keys of `KEYS`, which are settings of the client; it must not be readable by others. In the
environment they are called SAMLINK_HOST, SAMLINK_ID and so on. The password comes from SAMLINK_PASSWORD or from the
profile, never from an argument, which every user of the machine could see. `examples/profile.toml` shows all keys.
"""

import os
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from samlink.cli.errors import CommandError, WrongUsageError
from samlink.cli.options import SWITCHES, LinkOptions
from samlink.core.input import base_port as checked_base_port
from samlink.core.input import quoted
from samlink.vocabulary.problem import N_
from samlink.vocabulary.text import file_text

if TYPE_CHECKING:
    from samlink.client import ClientSettings, Version

PASSWORD_VARIABLE: Final = "SAMLINK_PASSWORD"
PROFILE_VARIABLE: Final = "SAMLINK_PROFILE"
DEFAULT_HOST: Final = "127.0.0.1"
KEYS: Final[Mapping[str, type]] = {
    **dict.fromkeys(("host", "id", "password", "version", "padding", "resend_unanswered", "hold_sms"), str),
    **dict.fromkeys(("source_address", "tls_ca_file", "tls_server_name"), str),
    **dict.fromkeys(("base_port", "sms_bytes"), int),
    **dict.fromkeys(("user_code", "halve_refused", "tls"), bool),
    "addresses": dict,
}
"""The keys of a profile; `samlink.client.ClientSettings` explains each."""
VARIABLE_PREFIX: Final = "SAMLINK_"
_READABLE_BY_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def default_profile() -> Path:
    """`$XDG_CONFIG_HOME/samlink/profile.toml`, by default under `~/.config`."""
    base = os.environ.get("XDG_CONFIG_HOME") or Path("~/.config").expanduser()
    return Path(base) / "samlink" / "profile.toml"


def read_profile(path: Path) -> dict[str, Any]:
    """The values of a profile.

    Raises CommandError when it cannot be read, is readable by others, or holds what a profile has not; the sentence
    never shows a value.
    """
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            if mode & _READABLE_BY_OTHERS:
                template = N_("{path} holds a password and others can read it (mode {mode}): run `chmod 600 {path}`.")
                raise CommandError(template, path=path, mode=f"{mode:04o}")
            values = tomllib.loads(file_text(file.read()))
    except OSError as error:
        raise CommandError("the profile {path} cannot be read: {why}.", path=path, why=error) from error
    except ValueError as error:
        # The parser's words hold a position, not the line itself.
        raise CommandError("the profile {path} is not TOML: {why}.", path=path, why=error) from error
    for name, value in values.items():
        if name not in KEYS:
            template = N_("the profile {path} has {name}, and a profile has only {known}.")
            raise CommandError(template, path=path, name=name, known=", ".join(KEYS))
        if type(value) is not KEYS[name]:
            raise CommandError("the profile {path} has a value of the wrong type for {name}.", path=path, name=name)
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


def connection_settings(link: LinkOptions, **more: Any) -> "ClientSettings":
    """The client's settings. `more` are further settings of the client.

    Raises:
        CommandError: the profile cannot be used.
        WrongUsageError, InputError: the ID or the password is missing or impossible, or the port is.
    """
    from samlink.client import ClientSettings, SettingsError
    from samlink.vocabulary.services import DEFAULT_BASE_PORT

    if link["base_port"] is not None:
        checked_base_port(link["base_port"])
    options = {"host": link["host"], "base_port": link["base_port"], "id": link["account_id"]}
    given = {name: value for name, value in options.items() if value}
    values = _profile_values(link["profile"]) | _environment() | given
    place = link["profile"] or default_profile()
    if not values.get("id"):
        raise WrongUsageError("no account was named: give --id ID, or `id` in {path}.", path=place)
    if not values.get("password"):
        template = N_("there is no password: set {variable}, or `password` in {path} (mode 0600).")
        raise WrongUsageError(template, path=place, variable=PASSWORD_VARIABLE)
    if "version" in values:
        values["version"] = version_of(values["version"], "version")
    standard: dict[str, Any] = {"host": DEFAULT_HOST, "base_port": DEFAULT_BASE_PORT}
    try:
        return ClientSettings(**(standard | values | more))
    except SettingsError as error:
        raise WrongUsageError("the connection cannot be made: {why}.", why=error) from error


def version_of(text: str, name: str) -> "Version":
    """SAM10 or SAM11. Raises WrongUsageError."""
    from samlink.client import Version

    if text.upper() not in set(Version):
        raise WrongUsageError("{name}: {text} is not SAM10 or SAM11.", name=name, text=quoted(text))
    return Version(text.upper())


def _environment() -> dict[str, Any]:
    """The keys that the environment gives; an empty variable gives none. Raises WrongUsageError."""
    found: dict[str, Any] = {}
    for name, kind in KEYS.items():
        variable = VARIABLE_PREFIX + name.upper()
        text = os.environ.get(variable)
        if not text or kind is dict:
            continue
        if kind is int and not (text.isascii() and text.isdigit()):
            raise WrongUsageError("{variable}: {text} is not a whole number.", variable=variable, text=quoted(text))
        if kind is bool and text.lower() not in SWITCHES:
            raise WrongUsageError("{variable}: {text} is not true or false.", variable=variable, text=quoted(text))
        found[name] = int(text) if kind is int else SWITCHES[text.lower()] if kind is bool else text
    return found


def _profile_values(profile: Path | None) -> dict[str, Any]:
    if profile is not None:
        return read_profile(profile)
    if named := os.environ.get(PROFILE_VARIABLE):
        return read_profile(Path(named))
    standard = default_profile()
    return read_profile(standard) if standard.exists() else {}
