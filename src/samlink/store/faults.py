"""Faults of a data directory that lie: everything opens, and something that was promised is gone.

Each is noticed at a start, which refuses and says so. Who has read the sentence can go on with what is there: the start
accepts the fault by its name (`samlink serve --accept NAME`).
"""

import enum
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from samlink.store.contract import StoreError
from samlink.store.mark import MARK_NAME

_BESIDE: Final = (
    MARK_NAME,
    "samlink.db-wal",
    "simulator/carrier-*.log",
    "carriers/*/carrier-*.log",
    "files/*/*.*",
    ".*.unfinished-*/samlink.db",
)
"""Files that are there only when there has been a database, or is to be one: a restore was killed."""


class Fault(enum.StrEnum):
    """Its name on the command line."""

    MISSING_DATABASE = "missing-database"
    """Files of a gateway without the database that they belong to."""
    MISSING_KEY = "missing-key"
    """Keyed hashes in the database without the key."""
    PUT_BACK = "put-back"
    """An older copy of the database."""
    LOST_TAIL = "lost-tail"
    """Commits that were on the disk are gone."""
    DAMAGED = "damaged"
    """Pages of the database that contradict each other."""


class FaultError(StoreError):
    """The store does not open, since it has `fault`."""

    def __init__(self, fault: Fault, code: str, template: str, /, **values: object) -> None:
        """`template` says how it shows, and names the fault as `{fault}`."""
        super().__init__(code, template, fault=str(fault), **values)
        self.fault = fault


def orphans(data: Path) -> Iterator[str]:
    """Names in `data` that only a directory with a database has, one for each kind."""
    for pattern in _BESIDE:
        for path in data.glob(pattern):
            if path.stat().st_size:
                yield str(path.relative_to(data))
                break
