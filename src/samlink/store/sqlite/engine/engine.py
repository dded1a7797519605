"""The verbs on one connection, synchronous, without a transaction of their own.

The caller groups them: the writer process many to a commit, the command line one. A verb that raises may have done a
part; the caller rolls back to where the verb began.
"""

from collections.abc import Collection
from pathlib import Path

from samlink.store.faults import Fault
from samlink.store.sqlite.database import open_database
from samlink.store.sqlite.engine.accounts import Accounts
from samlink.store.sqlite.engine.audit import Auditing
from samlink.store.sqlite.engine.carry import Sending
from samlink.store.sqlite.engine.clock import Timekeeping
from samlink.store.sqlite.engine.fallback import FallingBack
from samlink.store.sqlite.engine.files import FileRows
from samlink.store.sqlite.engine.policies import Policies
from samlink.store.sqlite.engine.report import Reporting
from samlink.store.sqlite.engine.trail import Trail


class Engine(FallingBack, Sending, Reporting, Accounts, Policies, FileRows, Timekeeping, Trail, Auditing):
    """Every verb of `samlink.store.contract.Store`, and those of the command line.

    Rows of messages go in as lists in the field order of their structs, and come out as tuples in it: the writer sends
    them on as they are, without an object for each message.
    """

    @classmethod
    def open(cls, data: Path, *, vfs: str | None = None, accept: Collection[Fault] = ()) -> "Engine":
        """Open the database in `data`, made and migrated when needed. Raises StoreError; see `open_database`."""
        return cls(open_database(data, vfs=vfs, accept=accept))

    def close(self) -> None:
        """Close the connection; a transaction that is open is undone."""
        self.db.close()
