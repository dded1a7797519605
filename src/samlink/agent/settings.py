"""The agent's settings: one TOML file, and passwords that stand elsewhere.

    [database]                          [gateway]
    url = "mysql+pymysql://agent@db/shop"    host = "203.0.113.7"
    password_file = "db.password"       id = "shop"
                                        password_env = "SAMLINK_PASSWORD"

A password is the value of an environment variable, or the first line of a file that only its owner can read.
"""

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal

import msgspec
import sqlalchemy as sa

from samlink import client
from samlink.agent.errors import SettingsError
from samlink.agent.judge.quiet_hours import Window
from samlink.agent.judge.rules import Rules, Terms
from samlink.agent.tables.archive import Waits
from samlink.agent.tables.mapping import TableMapping, own_tables
from samlink.client import ByPeer, ClientSettings, Version
from samlink.vocabulary.services import BASE_PORT_LIMIT, DEFAULT_BASE_PORT, Service
from samlink.watch.settings import Monitoring
from samlink.wire.choices import RECONNECT_SECONDS

ROWS_LIMIT: Final = 1000
"""Rows of one claim: as many as every database takes in one list of ids."""
CLAIMS_LIMIT: Final = 8
CONNECTIONS_LIMIT: Final = 60
PREFIX_CHARACTERS: Final = 20
_READABLE_BY_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


class Database(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The customer's database."""

    url: str
    """SQLAlchemy's URL, without a password."""
    password_env: str = ""
    """Name of an environment variable."""
    password_file: str = ""
    """A file of mode 0600; relative to the settings file."""


class Gateway(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The gateway, and who logs in there."""

    host: str
    id: str
    base_port: int = DEFAULT_BASE_PORT
    password_env: str = ""
    password_file: str = ""
    version: Version = Version.SAM11
    connections: int = 2
    """To send on, for each service; beside them one for urgent rows, unless it is 1: then there is one login."""
    user_code: bool = False
    """Whether USERCODE is written (docs/protocol.md 4)."""
    padding: Literal["space", "nul"] = "space"
    """What fills up fields."""
    resend_unanswered: ByPeer = ByPeer.AUTO
    """Whether rows that were sent and not answered are sent again. Auto: to a samlink gateway only, which says so."""
    halve_refused: bool = True
    """Whether a request that was refused twice, with a code that nobody knows, is divided to find the row at fault."""
    hold_sms: ByPeer = ByPeer.AUTO
    """As the client's. Rows wait in their table for their reserve time, whatever it is."""
    source_address: str = ""
    """The local IP address to connect from; empty: the system's choice."""
    tls: bool = False
    """Whether connections are encrypted; the certificate is always verified."""
    tls_ca_file: str | None = None
    """PEM file of the authorities, relative to the settings file; None: those of the system."""
    tls_server_name: str | None = None
    """The name that the certificate must carry; None: the configured host."""
    give_up_seconds: float = 60.0
    """How long a message may take until it was answered; less than the lease."""
    reconnect_seconds: float = RECONNECT_SECONDS
    """The wait before a broken connection is made again."""

    def __post_init__(self) -> None:
        for name, most in (("base_port", BASE_PORT_LIMIT), ("connections", CONNECTIONS_LIMIT)):
            if not 1 <= getattr(self, name) <= most:
                raise ValueError(f"gateway.{name} is {getattr(self, name)}, it must be 1 to {most}")


_OF_THE_CLIENT: Final = tuple(
    name for name in Gateway.__struct_fields__ if name not in {"password_env", "password_file", "connections"}
)
"""Settings that the client library has by the same names."""


class Work(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the agent works."""

    prefix: str = "UShot"
    """What the names of our own tables begin with."""
    own_tables: bool = True
    """Whether our own tables are read."""
    poll_seconds: float = 1.0
    """The wait before an empty table is looked at again."""
    retry_seconds: float = 5.0
    """The wait after the database or the gateway failed."""
    rows: int = 500
    """Rows of one claim, at most 1000."""
    claims: int = 2
    """Claims of one table that are on their way at one time, 1 to 8."""
    lease_seconds: float = 180.0
    """After so long the rows of an agent that died are taken over."""
    files: str = "."
    """The directory that files of MMS lie in; relative to the settings file."""
    sms_result_hours: float = 24.0
    """A row of SMS waits so long for its result; then it moves without one."""
    other_result_hours: float = 72.0
    keys_hours: float = 240.0


class AgentSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an agent is told when it starts."""

    database: Database
    gateway: Gateway
    work: Work = Work()
    monitor: Monitoring = Monitoring()
    rules: Rules = Rules()
    addresses: Mapping[str, str | int] = {}
    """Ports of the gateway that stand elsewhere, by `sms_send`, `sms_report` and so on: `"host:port"`, `"host"` or
    `"port"`."""
    quiet: tuple[Window, ...] = ()
    """Hours in which nothing is sent."""
    tables: tuple[TableMapping, ...] = ()
    """Tables of the customer's own making."""
    directory: str = "."
    """What relative names start from: the directory of the settings file."""

    def __post_init__(self) -> None:
        if not 1 <= self.work.rows <= ROWS_LIMIT:
            raise ValueError(f"work.rows is {self.work.rows}, it must be 1 to {ROWS_LIMIT}")
        if not is_prefix(self.work.prefix):
            raise ValueError(f"work.prefix must be a word of at most {PREFIX_CHARACTERS} letters, digits and _")
        if not 1 <= self.work.claims <= CLAIMS_LIMIT:
            raise ValueError(f"work.claims is {self.work.claims}, it must be 1 to {CLAIMS_LIMIT}")
        for name in ("poll_seconds", "retry_seconds"):
            if getattr(self.work, name) <= 0:
                raise ValueError(f"work.{name} must be more than 0")
        if self.work.lease_seconds <= self.gateway.give_up_seconds:
            raise ValueError("work.lease_seconds must be more than gateway.give_up_seconds")
        named = {name.lower() for window in self.quiet for name in window.tables}
        if unknown := named - {mapping.table.lower() for mapping in self.mappings}:
            raise ValueError(f"quiet.tables names {min(unknown)}, which is no table of these settings")
        if not self.mappings:
            raise ValueError("there is no table: own_tables is false, and no [[tables]] is given")

    @property
    def mappings(self) -> tuple[TableMapping, ...]:
        """All tables that are read."""
        return (*(own_tables(self.work.prefix) if self.work.own_tables else ()), *self.tables)

    @property
    def services(self) -> tuple[Service, ...]:
        """Those that rows go as. A long SMS goes as an LMS, and its result comes where those of LMS do."""
        services = {service for mapping in self.mappings for service in mapping.services}
        return tuple(sorted(services | ({Service.MMS} if Service.SMS in services else set())))

    @property
    def terms(self) -> Terms:
        """What rows are judged by."""
        files = (Path(self.directory) / self.work.files).resolve()
        return Terms(**msgspec.structs.asdict(self.rules), files=files, user_code=self.gateway.user_code)

    @property
    def waits(self) -> Waits:
        """How long rows and keys are kept."""
        return Waits(
            sms_result_hours=self.work.sms_result_hours,
            other_result_hours=self.work.other_result_hours,
            keys_hours=self.work.keys_hours,
        )

    def database_url(self) -> sa.URL:
        """The database's URL with its password. Raises SettingsError."""
        place = self.database
        try:
            url = sa.make_url(place.url)
        except sa.exc.ArgumentError:
            raise SettingsError("database.url is not a URL such as mysql+pymysql://agent@db.example/shop") from None
        if url.password is not None:
            raise SettingsError("database.url has a password in it; give password_env or password_file instead")
        if place.password_env or place.password_file:
            url = url.set(password=self._password("database", place.password_env, place.password_file))
        if url.get_backend_name() == "sqlite" and url.database:
            url = url.set(database=str(Path(self.directory) / url.database))
        return url

    def monitor_token(self) -> str:
        """What requests to the monitor have to carry; empty: nothing. Raises SettingsError."""
        place = self.monitor
        if not (place.token_env or place.token_file):
            return ""
        return self._password("monitor", place.token_env, place.token_file)

    def client_settings(self) -> ClientSettings:
        """Settings of the link. Raises SettingsError."""
        place = self.gateway
        given = {name: getattr(place, name) for name in _OF_THE_CLIENT}
        if place.tls_ca_file:
            given["tls_ca_file"] = str(Path(self.directory) / place.tls_ca_file)
        password = self._password("gateway", place.password_env, place.password_file)
        try:
            return ClientSettings(password=password, addresses=self.addresses, **given)
        except client.SettingsError as error:
            raise SettingsError(f"gateway: {error}") from None

    def _password(self, section: str, variable: str, file: str) -> str:
        if variable:
            if not (password := os.environ.get(variable)):
                raise SettingsError(f"{section}: the environment variable {variable} is not set")
            return password
        if not file:
            raise SettingsError(f"{section}: give password_env or password_file")
        return _read_password(section, Path(self.directory) / file)


def is_prefix(word: str) -> bool:
    """Whether names of tables may begin with a word."""
    return word.isidentifier() and len(word) <= PREFIX_CHARACTERS


def load_settings(file: Path) -> AgentSettings:
    """Settings from a TOML file.

    Raises:
        SettingsError: it cannot be read, others may write it, or a setting is wrong or unknown.
    """
    try:
        with file.open("rb") as opened:
            mode = stat.S_IMODE(os.fstat(opened.fileno()).st_mode)
            text = opened.read()
    except OSError as error:
        raise SettingsError(f"{file} cannot be read: {error.strerror}") from error
    if mode & stat.S_IWOTH and os.name != "nt":
        # Whoever writes it chooses the database, the gateway and the files that are sent.
        raise SettingsError(f"{file} can be written by others (mode {mode:04o}); chmod o-w it")
    return settings_of(text, file)


def settings_of(text: str | bytes, file: Path) -> AgentSettings:
    """Settings from TOML that stands, or is to stand, in `file`.

    Raises:
        SettingsError: a setting is wrong or unknown.
    """
    try:
        values: Mapping[str, Any] = msgspec.toml.decode(text)
    except (msgspec.DecodeError, ValueError) as error:
        raise SettingsError(f"{file} is not TOML: {error}") from error
    try:
        return msgspec.convert({**values, "directory": str(file.parent)}, AgentSettings)
    except (msgspec.ValidationError, ValueError) as error:
        raise SettingsError(f"{file}: {error}") from error


def _kept_by_system(file: Path) -> bool:
    """Whether others are kept out by something else than the mode: systemd gives a credential to a service by an access
    list, which shows as a group's right; Windows has no modes."""
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    return os.name == "nt" or (credentials is not None and file.resolve().is_relative_to(Path(credentials).resolve()))


def _read_password(section: str, file: Path) -> str:
    try:
        with file.open(encoding="utf-8") as opened:
            if not _kept_by_system(file) and stat.S_IMODE(os.fstat(opened.fileno()).st_mode) & _READABLE_BY_OTHERS:
                raise SettingsError(f"{section}: {file} can be read by others; chmod 600 it")
            password = opened.readline().rstrip("\r\n")
    except OSError as error:
        raise SettingsError(f"{section}: {file} cannot be read: {error.strerror}") from error
    if not password:
        raise SettingsError(f"{section}: the first line of {file} is empty")
    return password
