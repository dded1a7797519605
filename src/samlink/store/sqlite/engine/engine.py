"""The parts of the engine on one connection, synchronous, without a transaction of their own.

The caller groups their verbs: the writer process many to a commit, the command line one. A verb that raises may have
done a part; the caller rolls back to where the verb began.
"""

import contextlib
import functools
from collections.abc import Collection
from pathlib import Path

import apsw

from samlink.store.credentials import Credentials
from samlink.store.faults import Fault
from samlink.store.sqlite.database import open_database
from samlink.store.sqlite.engine.admin.accounts import Accounts
from samlink.store.sqlite.engine.admin.audit import Audit
from samlink.store.sqlite.engine.admin.policies import Policies
from samlink.store.sqlite.engine.admin.search import Search
from samlink.store.sqlite.engine.admin.trail import Trail
from samlink.store.sqlite.engine.clock import ClockDoubts
from samlink.store.sqlite.engine.epochs import Epochs
from samlink.store.sqlite.engine.files import Files
from samlink.store.sqlite.engine.messages.accept import Accept
from samlink.store.sqlite.engine.messages.carry import Carry
from samlink.store.sqlite.engine.messages.digests import Digests
from samlink.store.sqlite.engine.messages.fallback import Fallback
from samlink.store.sqlite.engine.messages.limits import Limits
from samlink.store.sqlite.engine.messages.reports import Reports
from samlink.store.sqlite.engine.messages.retention import Retention
from samlink.store.sqlite.engine.messages.settle import Settle
from samlink.store.sqlite.engine.money import Money


class Engine:
    """Every verb of `samlink.store.contract`, by the part that it belongs to.

    Rows of messages go in as lists in the field order of their structs, and come out as tuples in it: the writer sends
    them on as they are, without an object for each message.
    """

    def __init__(self, db: apsw.Connection, data: Path) -> None:
        """On the database of `data`, whose secret key is read when it is needed first."""
        self.db = db
        key = functools.cache(functools.partial(Credentials.open, data))
        self.money = Money(db)
        self.digests = Digests(db)
        self.epochs = Epochs(db, data)
        self.reports = Reports(db)
        self.search = Search(db)
        self.policies = Policies(db)
        self.files = Files(db)
        self.clock = ClockDoubts(db)
        self.trail = Trail(db)
        self.audit = Audit(db)
        self.accounts = Accounts(db, self.money)
        self.limits = Limits(db, self.digests)
        self.retention = Retention(db, self.digests, key)
        self.accept = Accept(
            db,
            self.money,
            self.limits,
            digests=self.digests,
            retention=self.retention,
            epochs=self.epochs,
            reports=self.reports,
        )
        self.settle = Settle(db, self.money, self.reports)
        self.carry = Carry(db, self.settle)
        self.fallback = Fallback(db, self.money, self.accept, self.settle)

    @classmethod
    def open(cls, data: Path, *, vfs: str | None = None, accept: Collection[Fault] = ()) -> "Engine":
        """Open the database in `data`, made and migrated when needed. Raises StoreError; see `open_database`."""
        return cls(open_database(data, vfs=vfs, accept=accept), data)

    def end_leases(self) -> None:
        """End every lease, in a transaction of its own: whoever held it is gone, since this process has the lock.

        On a full disk they run out by themselves.
        """
        with contextlib.suppress(apsw.FullError), self.db:
            self.carry.end_leases()
            self.reports.end_leases()

    def close(self) -> None:
        """Close the connection; a transaction that is open is undone."""
        self.db.close()
