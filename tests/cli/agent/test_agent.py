"""`samlink agent` against a real gateway: from an empty directory to a row with its result."""

import json
import signal
import socket
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from samlink.core.account import Account, FeeType
from samlink.link.free_ports import free_base_port
from samlink.store.credentials import Credentials
from samlink.store.sqlite.admin import Admin
from tests.cli.running import LIMIT_SECONDS, Process, Ran

Samlink = Callable[..., Ran]
PASSWORD = "Kx7-secret-Q2"
SENDER = "0212345678"


def make_account(data: Path) -> None:
    """A postpaid account `shop` with PASSWORD, and with SENDER registered."""
    data.mkdir()
    with Admin(data) as admin:
        password_hash = Credentials.open(data).hash_generated(PASSWORD)
        new = Account(no=0, id="shop", fee_type=FeeType.POSTPAID, allow=("127.0.0.1/32",), default_sender=SENDER)
        admin.add_account(new, password_hash)
        admin.add_senders("shop", [SENDER])


def insert(path: Path, receiver: str, text: str) -> None:
    """Insert a row as a customer does."""
    connection = sqlite3.connect(path)
    with connection:
        statement = "INSERT INTO UShotSMS (Sender, Receiver, Msg) VALUES (?, ?, ?)"
        connection.execute(statement, (SENDER, receiver, text))
    connection.close()


def finished(path: Path) -> list[tuple[str, int]]:
    """Receiver and result of each row in the logs."""
    connection = sqlite3.connect(path)
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    names = [name for (name,) in tables if name.startswith("UShotSMS_2")]
    rows = [row for name in names for row in connection.execute(f"SELECT Receiver, SendResult FROM {name}")]
    connection.close()
    return sorted(rows)


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[socket.socket]:
    """What listens to a service."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(LIMIT_SECONDS)
        yield manager


def test_from_nothing_to_a_result_in_the_row(
    samlink: Samlink,
    start: Callable[..., Process],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    systemd: socket.socket,
) -> None:
    data, base_port, shop = tmp_path / "data", str(free_base_port()), tmp_path / "shop.sqlite"
    make_account(data)
    gateway = start("serve", "--data", str(data), "--base-port", base_port)
    gateway.read_until("Ctrl-C")
    monkeypatch.setenv("SAMLINK_PASSWORD", PASSWORD)
    made = samlink("agent", "init", "--url", "sqlite:///shop.sqlite", "--id", "shop", "--base-port", base_port)
    assert made.code == 0, made
    assert "UShotSMS" in made.out
    port = free_base_port() + 7
    settings = (tmp_path / "agent.toml").read_text(encoding="utf-8").replace("# port = 9433", f"port = {port}")
    (tmp_path / "agent.toml").write_text(settings, encoding="utf-8")
    checked = samlink("agent", "check")
    assert (checked.code, f"SMS send 127.0.0.1:{base_port}: logged in" in checked.out) == (0, True), checked
    insert(shop, "01012345678", "안녕하세요")
    insert(shop, "0212345678", "유선전화")
    assert json.loads(samlink("agent", "status", "--json").out)["tables"][0]["waiting"] == 2
    agent = start("agent", "run", "--log-json", merged=True, NOTIFY_SOCKET=str(tmp_path / "notify"))
    assert systemd.recv(100) == b"READY=1"
    agent.read_until("row_refused")
    while len(finished(shop)) < 2:
        assert samlink("agent", "status").code == 0
    assert finished(shop) == [("01012345678", 6), ("0212345678", 77)]
    watched = samlink("agent", "status")
    assert "The agent works" in watched.out, watched
    assert (
        json.loads(samlink("agent", "status", "--json").out)["agent"]["counted"]["tables"]["UShotSMS"]["claimed"] == 2
    )
    assert "an agent answers" in samlink("agent", "check").out
    agent.signal(signal.SIGTERM)
    ran = agent.finish()
    assert ran.code == 0, ran
    assert systemd.recv(100) == b"STOPPING=1"
    assert "has stopped" in ran.out
    assert not any(
        secret in ran.out + made.out + checked.out + watched.out for secret in (PASSWORD, "01012345678", "안녕")
    )


def test_what_is_wrong_is_said_in_one_sentence(samlink: Samlink, tmp_path: Path) -> None:
    samlink("agent", "init").failed_plainly("--url is missing", code=2)
    samlink("agent", "init", "--url", "nonsense").failed_plainly("--url is not", code=2)
    refused = samlink("agent", "init", "--url", f"mysql+pymysql://agent:{PASSWORD}@db/shop")
    refused.failed_plainly("SAMLINK_DB_PASSWORD", code=2)
    assert PASSWORD not in refused.err
    samlink("agent", "run").failed_plainly("no settings file agent.toml", "agent init", code=2)
    (tmp_path / "agent.toml").mkdir()
    samlink("agent", "run").failed_plainly("cannot be read", code=2)
    (tmp_path / "agent.toml").rmdir()
    (tmp_path / "agent.toml").write_text("[database", encoding="utf-8")
    samlink("agent", "status").failed_plainly("not TOML", code=2)
    samlink("agent", "init", "--url", "sqlite:///x").failed_plainly("there already", code=2)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--url", "db2://agent@db/shop"), ("does not know the database db2",)),
        (("--url", "mysql+mysqldb://agent@db/shop"), ("mysql+pymysql://",)),
        (("--url", "oracle+oracledb://agent@db/shop"), ("oracledb", "samlink[oracle]")),
        (("--url", "mysql+pymysql://agent@db:port/shop"), ("--url is not a database's URL",)),
        (("--url", "mysql+pymysql://agent@db"), ("--url is not a database's URL",)),
        (("--url", "sqlite:///shop.sqlite", "--prefix", "a b"), ("work.prefix",)),
        (
            ("--url", "sqlite:///shop.sqlite", "--base-port", "70000"),
            ("gateway.base_port is 70000; it must be 1 to 65530",),
        ),
    ],
)
def test_what_cannot_work_is_not_written(
    samlink: Samlink, tmp_path: Path, arguments: tuple[str, ...], said: tuple[str, ...]
) -> None:
    """So that the same command, mended, finds no file in its way."""
    ran = samlink("agent", "init", *arguments)
    ran.failed_plainly(*said, code=ran.code)
    assert ran.code in {1, 2}
    assert list(tmp_path.glob("*.*")) == []


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("colour=red", "the database cannot be used"),
        ("ssl_ca=nowhere.pem", "the database cannot be used"),
        ("connect_timeout=soon", "an option behind its ?"),
    ],
)
def test_an_option_of_the_url_that_the_driver_cannot_use_is_a_sentence(
    samlink: Samlink, monkeypatch: pytest.MonkeyPatch, option: str, said: str
) -> None:
    monkeypatch.setenv("SAMLINK_DB_PASSWORD", "secret")
    ran = samlink("agent", "init", "--url", f"mysql+pymysql://agent@127.0.0.1:1/shop?{option}")
    ran.failed_plainly(said, code=ran.code)


def test_a_password_that_is_missing_is_told_with_what_to_do(
    samlink: Samlink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SAMLINK_DB_PASSWORD", raising=False)
    url = "mysql+pymysql://agent@127.0.0.1:1/shop"
    told = samlink("agent", "init", "--url", url)
    told.failed_plainly("SAMLINK_DB_PASSWORD is not set", "again without --url", code=2)
    monkeypatch.setenv("SAMLINK_DB_PASSWORD", PASSWORD)
    samlink("agent", "init").failed_plainly("2003", code=1)


def test_tables_that_are_missing_and_a_database_that_is_not_there_are_said(samlink: Samlink, tmp_path: Path) -> None:
    settings = '[database]\nurl = "sqlite:///{}"\n[gateway]\nhost = "h"\nid = "x"\npassword_env = "X"\n'
    (tmp_path / "agent.toml").write_text(settings.format("empty.sqlite"), encoding="utf-8")
    samlink("agent", "status").failed_plainly("no database file", "empty.sqlite", code=1)
    (tmp_path / "empty.sqlite").touch()
    samlink("agent", "status").failed_plainly("no table UShotSMS", "agent init", code=1)
    (tmp_path / "agent.toml").write_text(settings.format("no/such/place.sqlite"), encoding="utf-8")
    samlink("agent", "status").failed_plainly("no database file", code=1)


def test_a_preset_is_written_into_the_settings_and_its_tables_are_left_alone(samlink: Samlink, tmp_path: Path) -> None:
    path = tmp_path / "lgu.sqlite"
    made = samlink("agent", "init", "--url", "sqlite:///lgu.sqlite", "--preset", "lgu")
    assert made.code == 0, made
    assert "UShotSMS" not in made.out
    assert 'table = "SC_TRAN"' in (tmp_path / "agent.toml").read_text(encoding="utf-8")
    samlink("agent", "status").failed_plainly("there is no table SC_TRAN", code=1)
    connection = sqlite3.connect(path)
    assert [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")] == [
        "ushotlink"
    ]
    connection.close()


def test_statements_are_printed_for_a_database_that_is_not_here(samlink: Samlink) -> None:
    printed = samlink("agent", "ddl", "oracle", "--prefix", "Shop")
    assert printed.code == 0, printed
    assert "CREATE TABLE shopsms (" in printed.out
    assert (
        "CREATE TABLE [ShopSMS_202507] ("
        in samlink("agent", "ddl", "mssql", "--prefix", "Shop", "--month", "202507").out
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("init", "--url", "sqlite:///a.sqlite", "--preset", "other"), "--preset: 'other'"),
        (("ddl", "db2"), "DATABASE: 'db2'"),
        (("ddl", "oracle", "--prefix", "a b"), "--prefix a b"),
        (("ddl", "oracle", "--month", "202513"), "--month 202513"),
    ],
)
def test_a_name_that_there_is_not_is_told(samlink: Samlink, arguments: tuple[str, ...], said: str) -> None:
    samlink("agent", *arguments).failed_plainly(said, code=2)


def test_a_view_that_is_refused_is_told_and_the_rest_is_made(samlink: Samlink, tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "shop.sqlite")
    connection.execute("CREATE TABLE UShotSMS_ALL (id INTEGER)")
    connection.commit()
    connection.close()
    made = samlink("agent", "init", "--url", "sqlite:///shop.sqlite")
    assert made.code == 0, made
    assert "a view over UShotSMS" in made.out
    assert "UShotMMS_ALL" in made.out
