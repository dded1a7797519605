"""Which server a connection goes to, how it is encrypted, and which password it shows. Blocks.

A URL may name several hosts, as `agent@db1,db2/shop` or as `agent@/shop?host=db1:3306&host=db2:3307`: a connection goes
to the first of them that takes writes. After a failover the writer of before refuses changes; its connections are given
up, and the next ones find the new writer. libpq looks for the writer itself.

The password is asked for at each connection, so one that is changed while the agent runs is found.
"""

import contextlib
import ssl
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import sqlalchemy as sa

from samlink.agent.driver_errors import driver_code
from samlink.agent.errors import SettingsError
from samlink.vocabulary.problem import N_

READS_ONLY: Final = frozenset({"1290", "1836", "25006"})
"""A server's answer to a change when it only reads: MariaDB and MySQL (started so, set so), PostgreSQL."""
_MYSQL: Final = frozenset({"mysql", "mariadb"})
_LOGIN_OPTIONS: Final[Mapping[str, Mapping[str, Any]]] = {
    "psycopg": {"prepare_threshold": None, "application_name": "samlink agent", "client_encoding": "utf8"},
    "pymysql": {"program_name": "samlink agent"},
    "pymssql": {"appname": "samlink agent"},
    "oracledb": {"program": "samlink agent"},
}
"""Sessions carry the agent's name. psycopg prepares nothing: behind PgBouncer another server would not know it. With
the customer's own encoding it would lose the characters that this lacks."""


def login_options(url: sa.URL, *, tls: bool, tls_ca_file: str | None) -> dict[str, Any]:
    """Options of the driver for a login. `tls`: the server's certificate and its name are verified, by the authorities
    of `tls_ca_file`, or by the system's. Raises SettingsError if the driver cannot verify it."""
    driver = url.get_driver_name()
    options: dict[str, Any] = dict(_LOGIN_OPTIONS.get(driver, {}))
    if "application_name" in url.query:
        options.pop("application_name", None)
    if not tls:
        return options
    if driver == "psycopg":
        return options | {"sslmode": "verify-full", "sslrootcert": tls_ca_file or "system"}
    if driver == "pymysql":
        try:
            return options | {"ssl": ssl.create_default_context(cafile=tls_ca_file)}
        except (OSError, ssl.SSLError) as error:
            template = N_("database.tls_ca_file: {file} cannot be used: {why}")
            raise SettingsError("settings.database_ca", template, file=tls_ca_file, why=error) from None
    template = N_("database.tls is for pymysql and psycopg; with {driver}, write the driver's own options in the URL")
    raise SettingsError("settings.database_tls", template, driver=driver)


def with_writer(url: sa.URL) -> tuple[sa.URL, tuple[tuple[str, int | None], ...]]:
    """The URL as the driver takes it, and the hosts among which `connect_to_writer` has to choose, if it has to."""
    places = tuple(_places(url))
    if len(places) < 2:
        return url, ()
    if url.get_backend_name() in _MYSQL:
        return url.set(host=places[0][0], port=places[0][1]).difference_update_query(["host"]), places
    if url.get_backend_name() == "postgresql" and "target_session_attrs" not in url.query:
        url = url.update_query_dict({"target_session_attrs": "read-write"})
    return url, ()


def _places(url: sa.URL) -> Iterator[tuple[str, int | None]]:
    given = url.query.get("host", ())
    for name in [given] if isinstance(given, str) else given:
        host, _, port = name.partition(":")
        yield host, int(port) if port.isdecimal() else url.port
    for host in (url.host or "").split(","):
        if host:
            yield host, url.port


def connect_to_writer(
    engine: sa.Engine, places: tuple[tuple[str, int | None], ...], password: Callable[[], str] | None
) -> None:
    """Have the engine's connections ask for the password, and go to the first of `places` that takes writes."""

    def connect(dialect: sa.Dialect, _record: object, arguments: Any, options: dict[str, Any]) -> Any:
        if password is not None:
            options["password"] = password()
        if not places:
            return _login(dialect, arguments, options)
        faults: list[Exception] = []
        for host, port in places:
            to = options | {"host": host} | ({} if port is None else {"port": port})
            try:
                connection = _login(dialect, arguments, to)
                if takes_writes(connection):
                    return connection
                connection.close()
            except dialect.loaded_dbapi.Error as error:
                faults.append(error)
        if faults:
            raise faults[0]
        message = "none of the hosts takes writes"
        raise dialect.loaded_dbapi.OperationalError(1290, message)

    def failed(context: sa.ExceptionContext) -> None:
        error = context.sqlalchemy_exception
        if isinstance(error, sa.exc.DBAPIError) and driver_code(error) in READS_ONLY:
            context.is_disconnect = True

    sa.event.listen(engine, "do_connect", connect)
    if places or "target_session_attrs" in engine.url.query:
        sa.event.listen(engine, "handle_error", failed)


def _login(dialect: sa.Dialect, arguments: Any, options: Mapping[str, Any]) -> Any:
    """A connection of the driver, whose errors include an option of the URL that it cannot use."""
    try:
        return dialect.connect(*arguments, **options)
    except (TypeError, ValueError, OSError) as error:
        raise dialect.loaded_dbapi.InterfaceError(str(error)) from None


def takes_writes(connection: Any) -> bool:
    """Whether the server of a connection of MariaDB or MySQL takes changes; from MariaDB 12 on it says so in a word."""
    with contextlib.closing(connection.cursor()) as cursor:
        cursor.execute("SELECT @@global.read_only")
        return str(cursor.fetchone()[0]).upper() in {"0", "OFF"}
