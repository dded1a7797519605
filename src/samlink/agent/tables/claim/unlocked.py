"""Claims of a table without row locks or transactions: MyISAM, Aria, a view. Blocks; call it in a thread.

What is written there stays written, whatever fails next, and two agents may write at once. So the links decide whose a
row is, and the row's state follows:

    1  in one transaction on the links, behind a door that one agent at a time passes: the ids that are due and have no
       link in flight get links
    2  the rows that still wait become *sending*; those that do not are no longer ours, and lose their links
    3  the rows are read

An agent that dies after 1 leaves links of rows that wait. Whoever takes them over when their lease has ended does 2.
"""

import base64
import hashlib
from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa

from samlink.agent.driver_errors import is_refusal
from samlink.agent.tables.bisect import bisect
from samlink.agent.tables.claim import links
from samlink.agent.tables.claim.due import lock_due
from samlink.agent.tables.engine import lock_rows, one_of
from samlink.agent.tables.live import LiveTable
from samlink.agent.tables.rows import Claimed, ClaimLease, Key
from samlink.agent.tables.schema.ids import id_text
from samlink.agent.tables.schema.mapping import Field
from samlink.agent.tables.schema.moments import kst
from samlink.vocabulary.sizes import KEY_BYTES

_DOOR: Final = "-"
"""GRP_ID of the link that an agent locks before it looks; there is one for each table, and no row belongs to it."""


class UnlockedTable(LiveTable):
    """A customer's table on whose locks no claim may rely."""

    def claim(
        self, lease: ClaimLease, limit: int, *, urgent: bool = False, without: Sequence[Any] = ()
    ) -> list[Claimed]:
        """As of any table. Commits."""
        with self.engine.begin() as connection:
            lock_door(connection, self)
            in_flight = self._in_flight(connection)
            most = limit + len(in_flight)
            due = lock_due(connection, self, kst(lease.now), most, urgent=urgent, without=without, lock=False)
            ids = [id for id in (row[self.columns[Field.ID]] for row in due) if id_text(id) not in in_flight]
            unusable = self._unusable(connection, ids)
            ours = [id for id in ids[:limit] if id_text(id) not in unusable]
            self._store_links(connection, ours, lease)
        return [*self._begin(ours, lease), *unusable.values()]

    def due_ids(self, lease: ClaimLease, limit: int, *, urgent: bool, without: Sequence[Any]) -> list[Any]:
        """Ids of the rows that `claim` would claim."""
        with self.engine.connect() as connection:
            due = lock_due(connection, self, kst(lease.now), limit, urgent=urgent, without=without, lock=False)
        return [row[self.columns[Field.ID]] for row in due]

    def try_claim(self, lease: ClaimLease, ids: Sequence[Any]) -> set[Any]:
        """Claim the rows of `ids` that wait, and leave them to be taken over at once: nothing can be rolled back."""
        key, state = self.column(Field.ID), self.column(Field.STATE)
        waiting = sa.select(key).where(self.one_of(key, ids), state == self.mapping.waiting)
        with self.engine.begin() as connection:
            lock_door(connection, self)
            in_flight = self._in_flight(connection)
            there = connection.execute(waiting).scalars().all()
            free = [id for id in there if id_text(id) not in in_flight]
            self._store_links(connection, free, lease)
        self.release(self._begin(free, lease), lease.now)
        return {*there} - {*free}

    def claim_again(self, lease: ClaimLease, limit: int) -> list[Claimed]:
        """As of any table; a row whose claim ended before its state was changed is changed first. A row that the
        database refuses to change waits again. Commits."""
        c = self.links.c
        ended = sa.and_(c.source == self.source, c.state == links.CLAIMED, c.lease_until < int(lease.now))
        with self.engine.connect() as connection:
            # All of them: those that are taken over now are chosen by their leases.
            texts = connection.execute(sa.select(c.row_id).where(ended)).scalars().all()

        def change(some: Sequence[str]) -> tuple[()]:
            with self.engine.begin() as connection:
                self._set_state(connection, self.row_ids(some), lease.now)
            return ()

        if refusing := bisect(texts, change, is_refusal).bad:
            with self.engine.begin() as connection:
                refused = one_of(c.row_id, refusing, connection.dialect)
                connection.execute(sa.delete(self.links).where(ended, refused))
        return super().claim_again(lease, limit)

    # -- inside

    def _in_flight(self, connection: sa.Connection) -> set[str]:
        """Ids, as in links, of the rows that an agent has claimed and not answered, or is to take over."""
        c = self.links.c
        return {link.row_id for link in connection.execute(self._links_in(links.FREE_LATER).where(c.month.is_(None)))}

    def _begin(self, ids: Sequence[Any], lease: ClaimLease) -> list[Claimed]:
        """Change rows that have links to *sending*, and read them."""
        if not ids:
            return []
        try:
            with self.engine.begin() as connection:
                self._set_state(connection, ids, lease.now)
        except sa.exc.DBAPIError as error:
            if not error.connection_invalidated:
                self._give_up(ids, lease)
            raise
        with self.engine.begin() as connection:
            texts = [id_text(id) for id in ids]
            rows = self.rows(connection, texts, state=self.mapping.sending)
            self._drop(connection, [id for id in ids if id_text(id) not in rows], lease)
            claimed = [
                self._claimed(row, *self._key(row[self.columns[Field.ID]], lease), lease) for row in rows.values()
            ]
            return self._with_contents(connection, claimed)

    def _give_up(self, ids: Sequence[Any], lease: ClaimLease) -> None:
        """The database refused a row: some may be changed already, and are taken over at once; the others wait."""
        with self.engine.begin() as connection:
            changed = self.rows(connection, [id_text(id) for id in ids], state=self.mapping.sending)
            self._drop(connection, [id for id in ids if id_text(id) not in changed], lease)
            keys = [self._key(id, lease) for id in ids if id_text(id) in changed]
            self._change(connection, keys, {"lease_until": int(lease.now) - 1})

    def _drop(self, connection: sa.Connection, ids: Sequence[Any], lease: ClaimLease) -> None:
        """Delete the links of rows that are no longer ours, unless another agent has taken them over."""
        c = self.links.c
        ours = sa.and_(c.state == links.CLAIMED, c.lease_until == int(lease.until))
        keys: list[Key] = [self._key(id, lease) for id in ids]
        for chosen in links.with_keys(self.links, keys, connection.dialect):
            connection.execute(sa.delete(self.links).where(chosen, ours))


def lock_door(connection: sa.Connection, table: LiveTable) -> None:
    """Let one agent at a time look which rows of a table are nobody's, until its transaction on the links ends."""
    c = table.links.c
    digest = base64.b32encode(hashlib.sha256(table.source.encode()).digest()).decode("ascii")[:KEY_BYTES]
    this = sa.select(c.state).where(c.group_id == _DOOR, c.message_id == digest)
    door = lock_rows(this, connection.dialect, skip=False)
    if connection.execute(door).first() is not None:
        return
    row = {"group_id": _DOOR, "message_id": digest, "source": "", "row_id": table.source}
    try:
        with connection.begin_nested():
            connection.execute(sa.insert(table.links).values(**row, state=links.FINISHED, lease_until=0, since=0))
    except sa.exc.IntegrityError:
        # Another agent has made it, and its transaction has ended.
        connection.execute(door).all()
