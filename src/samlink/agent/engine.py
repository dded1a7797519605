"""One way to each database: engines that lock as the agent's transactions expect. Blocks; call it in a thread."""

from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from samlink.agent.errors import TableError

BUSY_SECONDS: Final = 30.0
"""How long SQLite waits for the lock that somebody else holds."""
READER_BUSY_SECONDS: Final = 3.0
"""The same for somebody who only looks."""
CONNECTIONS: Final = 8
"""At most open to the database at one time."""


def engine_of(url: sa.URL, *, only_reads: bool = False) -> sa.Engine:
    """An engine for a database that customers have. Nothing is connected yet.

    MySQL and MariaDB run at READ COMMITTED: their default locks gaps between rows, in which customers insert.
    `only_reads`: for somebody who never writes, and does not keep SQLite's writers out while reading.
    """
    options: dict[str, Any] = {"pool_pre_ping": True, "hide_parameters": True}
    if url.get_backend_name() == "sqlite":
        seconds = READER_BUSY_SECONDS if only_reads else BUSY_SECONDS
        engine = sa.create_engine(url, connect_args={"timeout": seconds}, **options)
        _begin_by_hand(engine, "BEGIN" if only_reads else "BEGIN IMMEDIATE")
        return engine
    if url.get_backend_name() in {"mysql", "mariadb"}:
        # Not the customer's charset: with it the driver loses what it cannot carry, and says nothing.
        url = url.update_query_dict({"charset": "utf8mb4"})
    return sa.create_engine(
        url, isolation_level="READ COMMITTED", pool_size=CONNECTIONS, max_overflow=0, pool_recycle=1800, **options
    )


def require_file(url: sa.URL) -> None:
    """For somebody who only looks: SQLite would make the file of a database. Raises TableError when it is not there."""
    file = url.database
    if url.get_backend_name() == "sqlite" and file and file != ":memory:" and not Path(file).exists():
        raise TableError(f"there is no database file {file}")


def _begin_by_hand(engine: sa.Engine, how: str) -> None:
    """SQLite locks no rows: each transaction that writes has the database for itself from its first statement on.

    A transaction that reads first and locks later fails when somebody wrote in between, however long it would wait.
    """

    def connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None

    def begun(connection: sa.Connection) -> None:
        connection.exec_driver_sql(how)

    sa.event.listen(engine, "connect", connected)
    sa.event.listen(engine, "begin", begun)
