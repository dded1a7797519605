"""The duplicate rule (74): of equal messages to one receiver within some seconds, only the first goes. Blocks.

A table of the agent's own has a line for each message: a digest of receiver and content, the keys of its row, and the
time. The digest is stored before the message leaves, and deleted if it did not leave after all or its result is a
failure. So messages are deduplicated across all agents, all their tables and any crash.

Every agent that looks first changes one row of the table (its digest is `-`), so that agents look one after another and
no two find a message free. A row that is claimed again keeps its keys, so it is not a duplicate of itself.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import sqlalchemy as sa

from samlink.agent.errors import TableError
from samlink.agent.tables.claim.links import FORGOTTEN_AT_ONCE, with_keys
from samlink.agent.tables.rows import Key
from samlink.agent.tables.schema.definitions import MYSQL
from samlink.client import AnyMessage, Message
from samlink.vocabulary.problem import N_

DIGEST_BYTES: Final = 16
_DOOR: Final = "-"
"""The digest of the row that every agent changes first."""


def digest_table(metadata: sa.MetaData, prefix: str) -> sa.Table:
    """The agent's table of digests. Times in it are UTC epoch seconds."""
    name = f"{prefix}Digest".lower()
    return sa.Table(
        name,
        metadata,
        sa.Column("digest", sa.String(2 * DIGEST_BYTES), primary_key=True),
        sa.Column("group_id", sa.String(20), nullable=False),
        sa.Column("message_id", sa.String(20), nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Index(f"{name}_key", "group_id", "message_id"),
        sa.Index(f"{name}_since", "since"),
        **MYSQL,
    )


def digest_of(message: AnyMessage) -> str:
    """32 characters that are equal for equal content to the same receiver, whatever the key, the sender and the times.
    Files are compared by name."""
    if isinstance(message, Message):
        parts = [message.to, message.text, message.subject, message.url, *map(str, message.files)]
    else:
        parts = [message.to, message.text, message.kind, message.sender_key, message.template_code]
        parts += [str(message.attachment), message.alt_text, message.alt_subject]
    content = "\0".join([type(message).__name__, *parts])
    return hashlib.blake2b(content.encode("utf-8", "replace"), digest_size=DIGEST_BYTES).hexdigest()


class Duplicates:
    """The digests of one database."""

    def __init__(self, engine: sa.Engine, prefix: str, seconds: int) -> None:
        """`seconds`: how long an equal message is a duplicate. Raises TableError if the table is missing."""
        self._engine = engine
        self._table = digest_table(sa.MetaData(), prefix)
        self._seconds = seconds
        with engine.connect() as connection:
            if not sa.inspect(connection).has_table(self._table.name):
                template = N_("there is no table {table}, which rules.duplicate_seconds needs")
                raise TableError("table.digests_missing", template, table=self._table.name)

    def held_by(self, messages: Sequence[tuple[str, Key]], now: float) -> dict[str, Key]:
        """The keys of the row that sends each message, by digest: an earlier row, else the first of `messages`
        (digests, and the keys of their rows). Commits."""
        wanted: dict[str, Key] = {}
        for digest, key in messages:
            wanted.setdefault(digest, key)
        if not wanted:
            return {}
        try:
            return self._ask(wanted, now)
        except sa.exc.IntegrityError:
            # Two agents were the first ever at the same moment, and the other one inserted the row that all change
            # first.
            return self._ask(wanted, now)

    def give_back(self, keys: Iterable[Key]) -> None:
        """Let the messages of these rows be sent by others: they were not sent after all, or failed. Commits."""
        with self._engine.begin() as connection:
            for chosen in with_keys(self._table, keys, connection.dialect):
                connection.execute(sa.delete(self._table).where(chosen))

    def forget(self, now: float) -> bool:
        """Delete some digests that are too old to matter; whether there are more. Commits."""
        table = self._table.c
        old = sa.and_(table.since < int(now) - self._seconds, table.digest != _DOOR)
        with self._engine.begin() as connection:
            found = sa.select(table.digest).where(old).limit(FORGOTTEN_AT_ONCE)
            digests = connection.execute(found).scalars().all()
            if digests:
                connection.execute(sa.delete(self._table).where(table.digest.in_(sorted(digests)), old))
        return len(digests) == FORGOTTEN_AT_ONCE

    # -- inside

    def _ask(self, wanted: Mapping[str, Key], now: float) -> dict[str, Key]:
        with self._engine.begin() as connection:
            self._pass_door(connection, now)
            holders = self._holders(connection, wanted, now)
            free = {digest: key for digest, key in wanted.items() if digest not in holders}
            self._hold(connection, free, now)
        return holders | free

    def _pass_door(self, connection: sa.Connection, now: float) -> None:
        """Wait for the agent that looks at this moment. An UPDATE locks on every database."""
        change = sa.update(self._table).where(self._table.c.digest == _DOOR).values(since=int(now))
        if not connection.execute(change).rowcount:
            row = {"digest": _DOOR, "group_id": "-", "message_id": "-", "since": int(now)}
            connection.execute(sa.insert(self._table), [row])

    def _holders(self, connection: sa.Connection, digests: Iterable[str], now: float) -> dict[str, Key]:
        """The rows that send these messages already; deletes digests that are too old."""
        table, asked = self._table.c, sorted(digests)
        old = sa.and_(table.digest.in_(asked), table.since < int(now) - self._seconds)
        connection.execute(sa.delete(self._table).where(old))
        query = sa.select(table.digest, table.group_id, table.message_id).where(table.digest.in_(asked))
        return {row.digest: (row.group_id, row.message_id) for row in connection.execute(query)}

    def _hold(self, connection: sa.Connection, free: Mapping[str, Key], now: float) -> None:
        rows = [
            {"digest": digest, "group_id": group_id, "message_id": message_id, "since": int(now)}
            for digest, (group_id, message_id) in sorted(free.items())
        ]
        if rows:
            connection.execute(sa.insert(self._table), rows)
