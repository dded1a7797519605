"""The agent's settings: one TOML file, and passwords elsewhere.

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
from typing import Any, Final, Literal, get_args

import msgspec
import sqlalchemy as sa

from samlink import client
from samlink.agent.errors import SettingsError, require_positive, require_range
from samlink.agent.judge.quiet_hours import Window
from samlink.agent.judge.rules import Rules, Terms
from samlink.agent.tables.engine import engine_of
from samlink.agent.tables.schema.mapping import OwnTable, TableMapping, Translation, own_tables
from samlink.agent.tables.settle.archive import LateRows, Waits
from samlink.client import ByPeer, ClientSettings, Version
from samlink.vocabulary.problem import N_
from samlink.vocabulary.results import RESULTS
from samlink.vocabulary.services import BASE_PORT_LIMIT, DEFAULT_BASE_PORT, Service
from samlink.vocabulary.setting_problems import problem_of
from samlink.vocabulary.text import file_text
from samlink.watch.settings import Monitoring
from samlink.wire.choices import RECONNECT_SECONDS

ROWS_LIMIT: Final = 1000
"""Rows of one claim: as many as every database takes in one list of ids."""
CLAIMS_LIMIT: Final = 8
CONNECTIONS_LIMIT: Final = 60
PREFIX_CHARACTERS: Final = 20
PASSWORD_FILE_BYTES: Final = 65_536
"""As much of a password's file as is read."""
_MOVED: Final = {"long_sms_as_lms": "rules.long_sms_as_lms", "replace_unfit": "rules.unfit"}
"""Settings that earlier versions had in [work], and where they are now."""
_READABLE_BY_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


class Database(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The customer's database."""

    url: str
    """SQLAlchemy's URL, without a password. With several hosts (`db1,db2`, or `?host=db1:3306&host=db2:3306`) the first
    that takes writes is used."""
    password_env: str = ""
    """Name of an environment variable."""
    password_file: str = ""
    """A file of mode 0600; relative to the settings file. It is read at each connection."""
    tls: bool = False
    """Whether connections are encrypted, and the certificate verified; pymysql and psycopg."""
    tls_ca_file: str | None = None
    """PEM file of the authorities, relative to the settings file; None: the system's."""


class Gateway(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The gateway, and who logs in there."""

    host: str
    id: str
    base_port: int = DEFAULT_BASE_PORT
    password_env: str = ""
    password_file: str = ""
    version: Version = Version.SAM11
    connections: int = 2
    """Send connections for each service, and one more for urgent rows, unless it is 1: then there is one login."""
    user_code: bool = False
    """Whether USERCODE is written (docs/protocol.md 4)."""
    padding: Literal["space", "nul"] = "space"
    """How fields are padded."""
    resend_unanswered: ByPeer = ByPeer.AUTO
    """Whether rows that were sent and not answered are sent again. Auto: only to a samlink gateway, which is
    idempotent."""
    halve_refused: bool = True
    """Whether a request that was refused twice with an unknown code is divided to find the bad row."""
    hold_sms: ByPeer = ByPeer.AUTO
    """As the client's. Rows wait in their table for their reserve time, whatever it is."""
    spare_hosts: tuple[str, ...] = ()
    """Other hosts of the same gateway, tried in this order when the one before cannot be reached."""
    source_address: str = ""
    """The local IP address to connect from; empty: the system chooses."""
    tls: bool = False
    """Whether connections are encrypted; the certificate is always verified."""
    tls_ca_file: str | None = None
    """PEM file of the authorities, relative to the settings file; None: the system's."""
    tls_server_name: str | None = None
    """The name that the certificate must carry; None: the configured host."""
    give_up_seconds: float = 60.0
    """The wait for a message's answer; less than the lease."""
    reconnect_seconds: float = RECONNECT_SECONDS
    """The wait before a broken connection is made again."""

    def __post_init__(self) -> None:
        require_range("gateway.base_port", self.base_port, 1, BASE_PORT_LIMIT)
        require_range("gateway.connections", self.connections, 1, CONNECTIONS_LIMIT)


_OF_THE_CLIENT: Final = tuple(
    name for name in Gateway.__struct_fields__ if name not in {"password_env", "password_file", "connections"}
)
"""Settings of the client library, by the same names."""


class Work(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The agent's work."""

    prefix: str = "UShot"
    """The prefix of our own tables' names."""
    own_tables: bool | tuple[OwnTable, ...] = True
    """Whether the agent works on our own tables, or on which of them."""
    telecoms: Translation = {}
    """The value written as Telecom into our own tables, by the gateway's."""
    poll_seconds: float = 1.0
    """The wait before an empty table is looked at again."""
    retry_seconds: float = 5.0
    """The wait after the database or the gateway failed."""
    rows: int = 500
    """Rows of one claim, at most 1000."""
    claims: int = 2
    """Claims of one table in flight at one time, 1 to 8."""
    lease_seconds: float = 180.0
    """When it has passed, another agent takes over the rows of one that died."""
    files: str = "."
    """The directory of MMS files; relative to the settings file."""
    sms_result_hours: float = 24.0
    """How long an SMS row waits for its result before it is late."""
    other_result_hours: float = 72.0
    late_rows: LateRows = "move"
    """What becomes of late rows: they move without a result, stay, or get this result code."""
    keys_hours: float = 240.0


class AgentSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole settings file."""

    database: Database
    gateway: Gateway
    work: Work = Work()
    monitor: Monitoring = Monitoring()
    rules: Rules = Rules()
    addresses: Mapping[str, str | int] = {}
    """Other addresses of the gateway's ports, by `sms_send`, `sms_report` and so on: `"host:port"`, `"host"` or
    `"port"`."""
    quiet: tuple[Window, ...] = ()
    """Hours in which nothing is sent."""
    tables: tuple[TableMapping, ...] = ()
    """The customer's own tables."""
    directory: str = "."
    """The directory of the settings file, where relative names start."""

    def __post_init__(self) -> None:
        require_range("work.rows", self.work.rows, 1, ROWS_LIMIT)
        require_range("work.claims", self.work.claims, 1, CLAIMS_LIMIT)
        if isinstance(late := self.work.late_rows, int) and not (late in RESULTS and RESULTS[late].final):
            template = N_("work.late_rows is {value}; it must be {words}, or a result code of the manual, such as 11")
            raise SettingsError("settings.late_rows", template, value=late, words='"move", "stay"')
        require_positive("work.poll_seconds", self.work.poll_seconds)
        require_positive("work.retry_seconds", self.work.retry_seconds)
        require_positive("work.sms_result_hours", self.work.sms_result_hours)
        require_positive("work.other_result_hours", self.work.other_result_hours)
        if self.work.keys_hours < max(self.work.sms_result_hours, self.work.other_result_hours):
            template = N_("work.keys_hours must not be less than the hours for which results are waited for")
            raise SettingsError("settings.short_keys", template)
        if not is_prefix(self.work.prefix):
            template = N_("work.prefix must be a word of at most {limit} letters, digits and _")
            raise SettingsError("settings.prefix", template, limit=PREFIX_CHARACTERS)
        if self.work.lease_seconds <= self.gateway.give_up_seconds:
            raise SettingsError(
                "settings.short_lease", N_("work.lease_seconds must be more than gateway.give_up_seconds")
            )
        named = {name.lower() for window in self.quiet for name in window.tables}
        if unknown := named - {mapping.table.lower() for mapping in self.mappings}:
            template = N_("quiet.tables names {table}, but the settings have no such table")
            raise SettingsError("settings.quiet_table_unknown", template, table=min(unknown))
        names = [mapping.table.lower() for mapping in self.mappings]
        if twice := sorted(name for name in set(names) if names.count(name) > 1):
            template = N_("table {table} is in the settings twice; its rows would be sent by two mappings")
            raise SettingsError("settings.table_twice", template, table=twice[0])
        if not self.mappings:
            template = N_("there is no table: own_tables is false, and no [[tables]] is given")
            raise SettingsError("settings.no_tables", template)

    @property
    def mappings(self) -> tuple[TableMapping, ...]:
        """All tables."""
        return (*self.own_mappings, *self.tables)

    @property
    def own_mappings(self) -> tuple[TableMapping, ...]:
        """Our own tables."""
        work = self.work
        names = get_args(OwnTable) if work.own_tables is True else work.own_tables or ()
        return own_tables(work.prefix, names, work.telecoms)

    @property
    def services(self) -> tuple[Service, ...]:
        """The services that rows use. A long SMS goes as an LMS, and its result comes with those of LMS."""
        services = {service for mapping in self.mappings for service in mapping.services}
        return tuple(sorted(services | ({Service.MMS} if Service.SMS in services else set())))

    @property
    def terms(self) -> Terms:
        """The rules by which rows are judged."""
        files = (Path(self.directory) / self.work.files).resolve()
        return Terms(**msgspec.structs.asdict(self.rules), files=files, user_code=self.gateway.user_code)

    @property
    def waits(self) -> Waits:
        """How long rows and keys are kept."""
        return Waits(
            sms_result_hours=self.work.sms_result_hours,
            other_result_hours=self.work.other_result_hours,
            late_rows=self.work.late_rows,
            keys_hours=self.work.keys_hours,
        )

    def database_url(self) -> sa.URL:
        """The database's URL with its password. Raises SettingsError."""
        place = self.database
        if (url := parsed_url(place.url)) is None:
            template = N_("database.url must be a URL such as {example}")
            example = "mysql+pymysql://agent@db.example/shop"
            raise SettingsError("settings.database_url", template, example=example)
        if url.password is not None:
            template = N_("database.url contains a password; give password_env or password_file instead")
            raise SettingsError("settings.password_in_url", template)
        if place.password_env or place.password_file:
            url = url.set(password=self._database_password())
        if url.get_backend_name() == "sqlite" and url.database:
            url = url.set(database=str(Path(self.directory) / url.database))
        return url

    def open_database(self, *, only_reads: bool = False) -> sa.Engine:
        """An engine for the database, as `engine_of`. Raises SettingsError."""
        place = self.database
        return engine_of(
            self.database_url(),
            only_reads=only_reads,
            password=self._database_password if place.password_env or place.password_file else None,
            tls=place.tls,
            tls_ca_file=str(Path(self.directory) / place.tls_ca_file) if place.tls_ca_file else None,
        )

    def monitor_token(self) -> str:
        """The token that requests to the monitor must carry; empty: none. Raises SettingsError."""
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
            raise SettingsError("settings.gateway", N_("[gateway]: {why}"), why=error) from None

    def _database_password(self) -> str:
        return self._password("database", self.database.password_env, self.database.password_file)

    def _password(self, section: str, variable: str, file: str) -> str:
        if variable:
            if not (password := os.environ.get(variable)):
                template = N_("[{section}]: the environment variable {name} is not set")
                raise SettingsError("settings.variable_missing", template, section=section, name=variable)
            return password
        if not file:
            template = N_("[{section}]: give password_env or password_file")
            raise SettingsError("settings.password_missing", template, section=section)
        return _read_password(section, Path(self.directory) / file)


def parsed_url(text: str) -> sa.URL | None:
    """The URL of a database, or None if it is none, its port is no number, or it names no database where sessions
    have none by default."""
    try:
        url = sa.make_url(text)
    except (ValueError, sa.exc.ArgumentError):
        return None
    return url if url.database or url.get_backend_name() not in {"mysql", "mariadb"} else None


def is_prefix(word: str) -> bool:
    """Whether a word can be the prefix of tables' names."""
    return word.isidentifier() and len(word) <= PREFIX_CHARACTERS


def load_settings(file: Path) -> AgentSettings:
    """Settings from a TOML file.

    Raises:
        SettingsError: it cannot be read, others can write it, or a setting is wrong or unknown.
    """
    try:
        with file.open("rb") as opened:
            mode = stat.S_IMODE(os.fstat(opened.fileno()).st_mode)
            text = opened.read()
    except OSError as error:
        raise SettingsError(
            "settings.unreadable", N_("{file} cannot be read: {why}"), file=str(file), why=error
        ) from error
    if mode & stat.S_IWOTH and os.name != "nt":
        # It decides about the database, the gateway and the files that are sent.
        template = N_("others can write {file} (mode {mode}); run chmod o-w on it")
        raise SettingsError("settings.writable_by_others", template, file=str(file), mode=f"{mode:04o}")
    return settings_of(text, file)


def settings_of(text: str | bytes, file: Path) -> AgentSettings:
    """Settings from the TOML text of `file`.

    Raises:
        SettingsError: a setting is wrong or unknown.
    """
    try:
        decoded = msgspec.toml.decode(text if isinstance(text, str) else file_text(text))
    except (msgspec.DecodeError, ValueError) as error:
        template = N_("{file} is not TOML: {why}")
        raise SettingsError("settings.not_toml", template, file=str(file), why=str(error)) from error
    values: Mapping[str, Any] = {**decoded, "directory": str(file.parent)}
    work = values.get("work")
    if old := [name for name in _MOVED if isinstance(work, Mapping) and name in work]:
        template = N_("{file}: the setting work.{name} of an earlier version is {now} now")
        raise SettingsError("settings.moved", template, file=str(file), name=old[0], now=_MOVED[old[0]])
    try:
        return msgspec.convert(values, AgentSettings)
    except (msgspec.ValidationError, ValueError) as error:
        why = problem_of(error, values, AgentSettings)
        raise SettingsError("settings.wrong", N_("{file}: {why}"), file=str(file), why=why) from error


def _kept_by_system(file: Path) -> bool:
    """Whether something else than the mode keeps others out: systemd gives a service its credentials by an access list,
    which shows as a group's right; Windows has no modes."""
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    return os.name == "nt" or (credentials is not None and file.resolve().is_relative_to(Path(credentials).resolve()))


def _read_password(section: str, file: Path) -> str:
    try:
        with file.open("rb") as opened:
            if not _kept_by_system(file) and stat.S_IMODE(os.fstat(opened.fileno()).st_mode) & _READABLE_BY_OTHERS:
                template = N_("[{section}]: others can read {file}; run chmod 600 on it")
                raise SettingsError("settings.password_readable", template, section=section, file=str(file))
            text = file_text(opened.read(PASSWORD_FILE_BYTES))
    except OSError as error:
        template = N_("[{section}]: {file} cannot be read: {why}")
        raise SettingsError(
            "settings.password_unreadable", template, section=section, file=str(file), why=error
        ) from error
    except UnicodeDecodeError:
        template = N_("[{section}]: {file} is not a text in UTF-8, UTF-16 or CP949")
        raise SettingsError("settings.password_not_text", template, section=section, file=str(file)) from None
    if not (password := text.partition("\n")[0].rstrip("\r")):
        template = N_("[{section}]: the first line of {file} is empty")
        raise SettingsError("settings.password_empty", template, section=section, file=str(file))
    return password
