"""The duplicate block (74): of equal messages to one receiver within some seconds, the first one goes.

A table of the agent's own holds, for each message, who sends it: a digest of receiver and content, the keys of the row
and when. The digest is written before the message leaves, and taken back when it did not leave after all, or when its
result is a failure. So it holds for all agents of a table, for all their tables, and after any crash. Blocks; call it
in a thread.

Whoever looks changes one row of the table first (its digest is `-`), so that agents look one after another and no two
find a message free. A row that was claimed again has the keys that it had, and so is no duplicate of itself.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa

from samlink.agent.errors import TableError
from samlink.client import AnyMessage, Message

DIGEST_BYTES: Final = 16
_DOOR: Final = "-"
"""The digest of the row that everybody changes first."""

Key = tuple[str, str]
"""GRP_ID and MSG_ID."""


def digest_table(metadata: sa.MetaData, prefix: str) -> sa.Table:
    """The agent's table of digests. Times in it are UTC epoch seconds."""
    name = f"{prefix}Digest".lower()
    options: dict[str, Any] = {"mysql_charset": "utf8mb4", "mysql_engine": "InnoDB", "mariadb_charset": "utf8mb4"}
    return sa.Table(
        name,
        metadata,
        sa.Column("digest", sa.String(2 * DIGEST_BYTES), primary_key=True),
        sa.Column("group_id", sa.String(20), nullable=False),
        sa.Column("message_id", sa.String(20), nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Index(f"{name}_key", "group_id", "message_id"),
        sa.Index(f"{name}_since", "since"),
        **options,
    )


def digest_of(message: AnyMessage) -> str:
    """32 characters that are the same for the same content to the same receiver, whatever the key, the sender and the
    times. Files are the same by their names."""
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
        """`seconds`: how long a message has no second. Raises TableError when the table is not there."""
        self._engine = engine
        self._table = digest_table(sa.MetaData(), prefix)
        self._seconds = seconds
        with engine.connect() as connection:
            if not sa.inspect(connection).has_table(self._table.name):
                raise TableError(f"there is no table {self._table.name}, which rules.duplicate_seconds needs")

    def held_by(self, messages: Sequence[tuple[str, Key]], now: float) -> dict[str, Key]:
        """Who sends each of these messages: whoever does already, else the first that asks. By digest. Commits.

        `messages`: digests, and the keys of their rows.
        """
        wanted: dict[str, Key] = {}
        for digest, key in messages:
            wanted.setdefault(digest, key)
        if not wanted:
            return {}
        try:
            return self._ask(wanted, now)
        except sa.exc.IntegrityError:
            # Two were the first ever at the same moment, and the other one made the row that everybody changes first.
            return self._ask(wanted, now)

    def give_back(self, keys: Iterable[Key]) -> None:
        """These rows were not sent after all, or were in vain. Commits."""
        table = self._table.c
        with self._engine.begin() as connection:
            for group_id, ids in _by_group(keys):
                chosen = sa.and_(table.group_id == group_id, table.message_id.in_(ids))
                connection.execute(sa.delete(self._table).where(chosen))

    def forget(self, now: float) -> None:
        """Delete what is no hindrance any more. Commits."""
        table = self._table.c
        old = sa.and_(table.since < int(now) - self._seconds, table.digest != _DOOR)
        with self._engine.begin() as connection:
            connection.execute(sa.delete(self._table).where(old))

    # -- inside

    def _ask(self, wanted: Mapping[str, Key], now: float) -> dict[str, Key]:
        with self._engine.begin() as connection:
            self._pass_door(connection, now)
            holders = self._holders(connection, wanted, now)
            free = {digest: key for digest, key in wanted.items() if digest not in holders}
            self._hold(connection, free, now)
        return holders | free

    def _pass_door(self, connection: sa.Connection, now: float) -> None:
        """Wait for whoever looks at this moment. An UPDATE locks on every database."""
        change = sa.update(self._table).where(self._table.c.digest == _DOOR).values(since=int(now))
        if not connection.execute(change).rowcount:
            row = {"digest": _DOOR, "group_id": "-", "message_id": "-", "since": int(now)}
            connection.execute(sa.insert(self._table), [row])

    def _holders(self, connection: sa.Connection, digests: Iterable[str], now: float) -> dict[str, Key]:
        """Who sends these already; what is too old is deleted."""
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


def _by_group(keys: Iterable[Key]) -> list[tuple[str, list[str]]]:
    groups: dict[str, list[str]] = {}
    for group_id, message_id in sorted(keys):
        groups.setdefault(group_id, []).append(message_id)
    return list(groups.items())
