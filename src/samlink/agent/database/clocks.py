"""A database's own clock beside this machine's. Blocks.

Agents on several machines share leases by their own clocks, and compare reserve times and timeouts with them.
"""

import time
from collections.abc import Callable, Mapping
from typing import Final

import sqlalchemy as sa

from samlink.agent.database.sessions import looking

NOTED_SECONDS: Final = 10.0
"""A difference beyond this is told."""
REFUSED_SECONDS: Final = 60.0
"""With one beyond this an agent does not start: it would send reserved rows at another minute than they say."""
_CLOCKS: Final[Mapping[str, str]] = {
    "postgresql": "SELECT EXTRACT(EPOCH FROM clock_timestamp())",
    "mysql": "SELECT UNIX_TIMESTAMP(SYSDATE(6))",
    "mariadb": "SELECT UNIX_TIMESTAMP(SYSDATE(6))",
    "oracle": "SELECT (CAST(SYS_EXTRACT_UTC(SYSTIMESTAMP) AS DATE) - DATE '1970-01-01') * 86400 FROM dual",
    "mssql": "SELECT DATEDIFF_BIG(millisecond, '1970-01-01', SYSUTCDATETIME()) / 1000.0",
}
"""UTC epoch seconds by the database's clock. SQLite uses this machine's."""


def skew(engine: sa.Engine, clock: Callable[[], float] = time.time) -> float | None:
    """Seconds that the database's clock is ahead; None if it has no clock of its own, or none that we can read.

    Raises:
        SQLAlchemyError: the database cannot be asked.
    """
    if (question := _CLOCKS.get(engine.dialect.name)) is None:
        return None
    with looking(engine) as connection:
        before = clock()
        theirs = float(connection.exec_driver_sql(question).scalar_one())
        return theirs - (before + clock()) / 2
