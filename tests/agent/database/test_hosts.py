"""Which server a connection goes to, how it is encrypted, and which password it shows."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from samlink.agent.database.hosts import takes_writes
from samlink.agent.errors import SettingsError
from samlink.agent.settings import settings_of
from samlink.agent.tables.engine import engine_of
from samlink.link.free_ports import free_base_port
from samlink.testing.certificates import Authority
from samlink.testing.scripted_gateway import ScriptedGateway
from tests.agent import servers
from tests.agent.customer import Customer
from tests.agent.running import logged, running, until

pytestmark = pytest.mark.filterwarnings("ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning")
MARIADB_WRITES = "SET GLOBAL read_only = {off}"
POSTGRESQL_WRITES = "ALTER SYSTEM SET default_transaction_read_only = {off}"


class Pair:
    """Two servers with a database each of the same name: one takes writes, the other only reads."""

    def __init__(self, url: sa.URL, servers: tuple[sa.Engine, sa.Engine], turn: tuple[str, ...]) -> None:
        self.url = url
        self._turn = turn
        self.servers = servers

    def write_to(self, number: int) -> None:
        """Have this one take writes, and the other one only read."""
        for place, engine in enumerate(self.servers):
            with engine.connect() as connection:
                for statement in self._turn:
                    connection.exec_driver_sql(statement.format(off="off" if place == number else "on"))

    def owner(self, number: int) -> sa.Engine:
        """The shop as replication sees it, which writes where others may only read."""
        url = self.servers[number].url.set(database="shop")
        if url.get_backend_name() == "postgresql":
            url = url.update_query_dict({"options": "-cdefault_transaction_read_only=off"})
        return sa.create_engine(url, poolclass=sa.NullPool)


def made_shop(server: sa.URL) -> sa.Engine:
    """A database on a server, and its user; the server's owner."""
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    users = ("CREATE USER agent@'127.0.0.1'", "GRANT ALL ON shop.* TO agent@'127.0.0.1'")
    with engine.connect() as connection:
        for statement in ("CREATE DATABASE shop", *(users if engine.dialect.name == "mysql" else ())):
            connection.exec_driver_sql(statement)
    return engine


@pytest.fixture(params=["mariadb", "postgresql"])
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Pair]:
    """Two servers."""
    kind, port = request.param, free_base_port()
    with contextlib.ExitStack() as stack:
        engines: list[sa.Engine] = []
        for number in range(2):
            (place := tmp_path / str(number)).mkdir()
            make = servers.mariadb if kind == "mariadb" else servers.postgresql
            server = stack.enter_context(make(place, port=port + number))
            engines.append(made_shop(server.at))
        head = "mysql+pymysql" if kind == "mariadb" else "postgresql+psycopg"
        url = sa.make_url(f"{head}://agent@/shop?host=127.0.0.1:{port}&host=127.0.0.1:{port + 1}")
        turn = (MARIADB_WRITES,) if kind == "mariadb" else (POSTGRESQL_WRITES, "SELECT pg_reload_conf()")
        yield Pair(url, (engines[0], engines[1]), turn)


def port_of(engine: sa.Engine) -> int:
    """The port of the server to which a connection goes."""
    asked = "SELECT @@port" if engine.dialect.name == "mysql" else "SHOW port"
    with engine.connect() as connection:
        return int(connection.exec_driver_sql(asked).scalar_one())


async def test_of_several_hosts_the_one_that_takes_writes_is_used_after_a_failover_too(
    pair: Pair, gateway: ScriptedGateway
) -> None:
    gateway.results_by_themselves = True
    customers = []
    for number in range(2):
        pair.write_to(number)
        engine = engine_of(pair.url)
        customers.append(Customer(engine))
    assert port_of(customers[0].engine) != port_of(customers[1].engine)
    async with running(pair.url, gateway.settings()):
        customers[1].insert(3)
        await until(lambda: len(logged(customers[1])) == 3)
        pair.write_to(0)
        customers[0].insert(4)
        # As from the new writer: an agent that has nothing to write notices nothing.
        customers[1].engine.dispose()
        customers[1].engine = pair.owner(1)
        customers[1].insert()
        await until(lambda: len(logged(customers[0])) == 4)
    for customer in customers:
        customer.engine.dispose()
    assert len(gateway.messages) == 7


def test_when_no_host_takes_writes_the_connection_says_so(pair: Pair) -> None:
    pair.write_to(2)
    engine = engine_of(pair.url)
    with pytest.raises(sa.exc.OperationalError, match=r"takes writes|read-only"), engine.connect():
        pass
    engine.dispose()


@pytest.fixture(params=["mariadb", "postgresql"])
def encrypted(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Authority]]:
    """A server that shows a certificate for `localhost`; its URL, and who has signed."""
    authority = Authority(tmp_path)
    shown, port = authority.certificate("localhost"), free_base_port()
    shown.key.chmod(0o600)
    if request.param == "mariadb":
        flags = (f"--ssl-cert={shown.certificate}", f"--ssl-key={shown.key}")
        with servers.mariadb(tmp_path, *flags, port=port) as databases:
            engine = sa.create_engine(databases.at, poolclass=sa.NullPool)
            with engine.connect() as connection:
                connection.exec_driver_sql("CREATE USER agent@'127.0.0.1'")
            yield f"mysql+pymysql://agent@HOST:{port}/information_schema", authority
    else:
        # The wheel's PostgreSQL knows no TLS; the pooler before it does.
        lines = ("client_tls_sslmode = require", f"client_tls_cert_file = {shown.certificate}")
        key = f"client_tls_key_file = {shown.key}"
        with (
            servers.postgresql(tmp_path) as databases,
            servers.pgbouncer(tmp_path, databases, port, *lines, key) as url,
        ):
            yield f"postgresql+psycopg://agent@HOST:{port}/{url.database}", authority


def test_tls_is_verified_when_it_is_asked_for(encrypted: tuple[str, Authority], tmp_path: Path) -> None:
    url, authority = encrypted
    stranger = Authority(tmp_path, "stranger")

    def is_encrypted(host: str, ca: Path) -> bool:
        text = f"[database]\nurl = '{url.replace('HOST', host)}'\ntls = true\ntls_ca_file = '{ca}'\n"
        engine = settings_of(text + "[gateway]\nhost = 'x'\nid = 'x'\n", tmp_path / "agent.toml").open_database()
        try:
            with engine.connect() as connection:
                driver = connection.connection.driver_connection
                assert driver is not None
                return bool(driver.pgconn.ssl_in_use if engine.dialect.name == "postgresql" else driver._secure)
        finally:
            engine.dispose()

    assert is_encrypted("localhost", authority.ca_file)
    with pytest.raises(sa.exc.OperationalError, match="certificate"):
        is_encrypted("localhost", stranger.ca_file)
    with pytest.raises(sa.exc.OperationalError, match=r"certificate|127\.0\.0\.1"):
        is_encrypted("127.0.0.1", authority.ca_file)


def test_an_authority_without_tls_is_refused(tmp_path: Path) -> None:
    text = (
        "[database]\nurl = 'mysql+pymysql://agent@db/shop'\ntls_ca_file = 'ca.pem'\n[gateway]\nhost = 'x'\nid = 'x'\n"
    )
    with pytest.raises(SettingsError, match="tls is off"):
        settings_of(text, tmp_path / "agent.toml")


def test_a_server_without_tls_is_refused_when_tls_is_asked_for(tmp_path: Path) -> None:
    with servers.mariadb(tmp_path, "--skip-ssl") as databases:
        engine = engine_of(databases(), tls=True)
        with pytest.raises(sa.exc.OperationalError, match="SSL is required"), engine.connect():
            pass
        engine.dispose()


class Told:
    """A connection, and its cursor, whose server answers with one value."""

    def __init__(self, value: object) -> None:
        self._value = value

    def cursor(self) -> "Told":
        return self

    def execute(self, _: str) -> None: ...

    def close(self) -> None: ...

    def fetchone(self) -> tuple[object]:
        return (self._value,)


@pytest.mark.parametrize(("told", "takes"), [(0, True), ("OFF", True), (1, False), ("ON", False), ("NO_LOCK", False)])
def test_a_server_says_in_numbers_or_words_whether_it_only_reads(told: object, takes: bool) -> None:
    assert takes_writes(Told(told)) is takes


@pytest.mark.parametrize("url", ["mariadb"], indirect=True)
def test_a_password_that_is_changed_is_read_again(customer: Customer, url: sa.URL, tmp_path: Path) -> None:
    def change(password: str) -> None:
        customer.run(f"CREATE OR REPLACE USER rotating@localhost IDENTIFIED BY '{password}'")
        (tmp_path / "db.password").write_text(password)
        (tmp_path / "db.password").chmod(0o600)

    change("first")
    place = url.set(username="rotating", database="information_schema").render_as_string()
    text = f"[database]\nurl = '{place}'\npassword_file = 'db.password'\n[gateway]\nhost = 'x'\nid = 'x'\n"
    engine = settings_of(text, tmp_path / "agent.toml").open_database()
    with engine.connect(), engine.connect():
        change("second")
        with engine.connect() as connection:
            assert connection.exec_driver_sql("SELECT current_user()").scalar_one() == "rotating@localhost"
    engine.dispose()
