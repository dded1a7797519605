"""Where a program may be watched: the section `[monitor]` of its settings."""

import ipaddress
import os
import stat
from pathlib import Path
from typing import Final

import msgspec

from samlink.vocabulary.problem import N_
from samlink.vocabulary.setting_problems import SettingError
from samlink.vocabulary.text import file_text
from samlink.watch.monitor import MonitorError

_TOKEN_FILE_BYTES: Final = 65_536


class TokenError(MonitorError):
    """The token cannot be had, or others can read it; the sentence names where it stands."""


class Monitoring(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The port for machines that watch this program; the section `[monitor]` of the settings file."""

    host: str = "127.0.0.1"
    """Where it listens. Beyond the loopback only with a token."""
    port: int = 0
    """0: there is none."""
    token_env: str = ""
    """Name of an environment variable; every request then carries `Authorization: Bearer` and its value."""
    token_file: str = ""
    """A file of mode 0600; relative to the settings file."""

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach it."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 65535:
            template = N_("monitor.port is {port}; it must be 1 to 65535, or 0 for none")
            raise SettingError("settings.monitor_port", template, port=self.port)
        if not (self.loopback or self.token_env or self.token_file):
            template = N_("monitor.host is {host}: beyond this machine it needs token_env or token_file")
            raise SettingError("settings.monitor_open", template, host=repr(self.host))

    def token(self, directory: Path) -> str:
        """What requests have to carry; empty: nothing. `token_file` is relative to `directory`.

        Raises:
            TokenError: it cannot be had, or others can read it.
        """
        if self.token_env:
            if not (token := os.environ.get(self.token_env)):
                sentence = N_("monitor: the environment variable {name} is not set")
                raise TokenError("monitor.token_variable", sentence, name=self.token_env)
            return token
        return _read_token(directory / self.token_file) if self.token_file else ""


def _read_token(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            mode = stat.S_IMODE(os.fstat(opened.fileno()).st_mode)
            token = file_text(opened.read(_TOKEN_FILE_BYTES)).partition("\n")[0].strip()
    except (OSError, UnicodeDecodeError) as error:
        raise TokenError("monitor.token_file", N_("monitor: {file} cannot be read"), file=file) from error
    if mode & (stat.S_IRWXG | stat.S_IRWXO) and os.name != "nt":
        sentence = N_("monitor: others can read {file} (mode {mode}); chmod 600 it")
        raise TokenError("monitor.token_readable", sentence, file=file, mode=f"{mode:04o}")
    if not token:
        raise TokenError("monitor.token_empty", N_("monitor: there is no token in {file}"), file=file)
    return token
