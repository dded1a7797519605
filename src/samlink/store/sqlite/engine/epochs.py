"""Where a start's message ids begin, and how far the store has come.

An idempotent carrier knows a message by its id. A database that was put back, or has lost its tail, would give
ids out a second time, and the carrier would swallow new messages. So each process that accepts draws a fresh random
epoch for its ids, above all that it knows of. An id stays its message's for life: results and resends find it by that.

`mark` tells how far the store has come: a tick in the database, and after its commit the same in the file samlink.mark.
"""

import errno
import secrets
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Final

import apsw

from samlink.core.message import EPOCH_IDS
from samlink.store.contract import StoreLostError
from samlink.store.faults import Fault, FaultError
from samlink.store.mark import MARK_NAME, Mark, read_mark, write_mark
from samlink.store.sqlite import statements
from samlink.store.sqlite.database import DATABASE_NAME
from samlink.store.sqlite.engine.verbs import Verbs
from samlink.store.sqlite.log_tail import has_lost_commits
from samlink.vocabulary.problem import N_
from samlink.vocabulary.times import format_time

SQL: Final = statements.load("epochs")
ID_LIMIT: Final = 1 << 53
"""Readers of JSON that take numbers for doubles tell ids apart up to here."""
EPOCHS: Final = 1 << 22
"""An epoch is drawn from at most so many: two draws meet with a chance of 1 in 4 million."""
LEFT_FOR_LATER: Final = 1 << 11
"""An epoch is drawn from at most this part of the ids that are left. After 10,000 starts that accepted something, two
draws meet with a chance of 1 in 400,000."""
EPOCHS_KEPT: Final = 1_000
"""Starts that the database remembers; an older mark counts as a later one's."""
IDLE_MARK_MS: Final = 60_000
"""A store in which nothing changes is marked this rarely: the time goes on."""


def first_id_after(last: int, randbelow: Callable[[int], int] = secrets.randbelow) -> int:
    """The first id of a fresh epoch above `last`, the highest id that was ever given out."""
    begun = last // EPOCH_IDS + 1
    choices = min(EPOCHS, max(1, (ID_LIMIT // EPOCH_IDS - begun) // LEFT_FOR_LATER))
    return (begun + randbelow(choices)) * EPOCH_IDS + 1


class Epochs(Verbs):
    """The verbs `mark`, `last_id` and `rise_above`, the start of an epoch, and the next id."""

    def __init__(self, db: apsw.Connection, data: Path) -> None:
        self._db = db
        self._data = data
        self.first_id = 0
        """Of this process's epoch; 0 until the first message: a start that accepts nothing uses no ids up."""
        self._marked_changes = -1
        self._marked_at_ms = 0
        self._mark_due = False

    def begin(self, now_ms: int, accept: Collection[Fault] = ()) -> None:
        """Begin this process's life, in a transaction of its own. Raises FaultError: the mark is ahead."""
        found = self.mark_fault()
        if found is not None and found.fault not in accept:
            raise found
        begun_before = self._db.execute(SQL["newest"]).get is not None
        lost_commits = Fault.LOST_TAIL in accept and has_lost_commits(self._data / DATABASE_NAME)
        if lost_commits:
            self._db.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)  # what lies behind the damage is given up
        self._db.execute("BEGIN IMMEDIATE")
        try:
            if found is not None or lost_commits:
                self.accept_older(now_ms)
            self._db.execute(SQL["begin"], (secrets.randbits(62), now_ms))
            self._db.execute(SQL["forget_oldest"], (EPOCHS_KEPT,))
            self._db.execute("COMMIT")
        except apsw.FullError:
            # The newest epoch goes on: its tick tells of a database that was put back. What was accepted must be noted.
            if found is not None or lost_commits or not begun_before:
                raise
        finally:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
        self._mark_due = True
        self.write_mark(now_ms)

    def accept_older(self, now_ms: int) -> None:
        """Go on with a database whose later life is lost: what it has queued may have been sent in that life."""
        mark = read_mark(self._data)
        if mark is not None:
            self._db.execute(SQL["catch_up"], (mark.tick,))
            self._skip_to(mark.last_id)
        self.doubt_queued(now_ms)

    def doubt_queued(self, now_ms: int) -> None:
        """What is queued and due may have been sent in a life of this database that is lost: as if its claim had died,
        so that the next start makes it UNKNOWN, and the carrier's policy decides."""
        self._db.execute(SQL["doubt_queued"], {"now": now_ms})

    def mark_fault(self) -> FaultError | None:
        """The fault that the mark beside the database shows, if any. The mark is read first: the gateway may go on."""
        mark = read_mark(self._data)
        if mark is None:
            return None
        when = format_time(mark.at_ms // 1000)
        if not self._db.execute(SQL["known"], (mark.epoch,)).fetchall():
            template = N_(
                "the database in {data} was put back: what a gateway accepted after it, until {when}, is not in it"
                " (`samlink serve --accept {fault}` goes on with what is there)"
            )
            return FaultError(Fault.PUT_BACK, "fault.put_back", template, data=str(self._data), when=when)
        if mark.tick > self._db.execute(SQL["tick"]).get or mark.last_id > self.last_id():
            template = N_(
                "the database in {data} has lost its latest changes: it is behind its mark of {when}"
                " (`samlink serve --accept {fault}` goes on with what is there)"
            )
            return FaultError(Fault.LOST_TAIL, "fault.behind_its_mark", template, data=str(self._data), when=when)
        return None

    def mark(self, now_ms: int | None) -> None:
        unchanged = self._db.total_changes() == self._marked_changes
        if unchanged and (now_ms is None or abs(now_ms - self._marked_at_ms) < IDLE_MARK_MS):
            return
        self._db.execute(SQL["advance"], (now_ms,))
        self._mark_due = True
        self._marked_at_ms = now_ms or 0

    def write_mark(self, now_ms: int) -> None:
        """Write the file when `mark` has been committed since. A full disk leaves the old one, which is as true as
        before. Raises StoreLostError: the file cannot be written."""
        if not self._mark_due:
            return
        self._mark_due = False
        self._marked_changes = self._db.total_changes()
        epoch = self._db.execute(SQL["newest"]).get
        try:
            write_mark(self._data, Mark(epoch, self._db.execute(SQL["tick"]).get, self.last_id(), now_ms))
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                template = N_("{path} cannot be written: {why}")
                raise StoreLostError(
                    "store.file_not_written", template, path=str(self._data / MARK_NAME), why=error
                ) from error

    def last_id(self) -> int:
        return int(self._db.execute(SQL["last_id"]).get or 0)

    def rise_above(self, id: int, now_ms: int) -> None:
        if id > self.last_id():
            self.accept_older(now_ms)
            self._skip_to(id)

    def _skip_to(self, id: int) -> None:
        """Give no id up to `id` out again."""
        last = self.last_id()
        if id > last:
            self._db.execute(SQL["begin_sequence"])
            self._db.execute(SQL["rise_above"], (id,))
            self._db.execute(SQL["skip"], (id - last,))

    def next_id(self) -> int:
        """The id of the next message; a packet that is undone gets the same one again."""
        last = self.last_id()
        if not self.first_id:
            self.first_id = first_id_after(last)
        if last >= self.first_id:
            return last + 1
        self._db.execute(SQL["skip"], (self.first_id - last - 1,))
        return self.first_id
