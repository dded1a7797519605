"""The agent's own table of links: a line for each claimed row, until no result can come for it any more. Blocks.

A link holds a row's keys, its lease and its state. Links stand beside the customer's tables and not in them, so that
any layout works unchanged.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa

from samlink.agent.errors import TableError
from samlink.agent.tables.engine import lock_rows, one_of
from samlink.agent.tables.rows import Key, RowResult
from samlink.agent.tables.schema.columns import found_table
from samlink.agent.tables.schema.definitions import MYSQL, short_text
from samlink.agent.tables.schema.ids import ID_CHARACTERS
from samlink.agent.tables.schema.mapping import NAME_CHARACTERS
from samlink.vocabulary.problem import N_

CLAIMED: Final = 0
"""The row is claimed, and was certainly not sent."""
SENT: Final = 1
"""The gateway took it."""
FINISHED: Final = 2
"""It has its result."""
SENDING: Final = 3
"""The row is claimed, and may have been sent to an idempotent gateway: it is sent again with the same keys when its
lease has ended."""
KEPT: Final = 4
"""Its result is here and could not be written into the row yet; `lease_until` is the time of the next attempt."""
UNKNOWN: Final = 5
"""The row may have been sent to a gateway that may not be idempotent: it is not sent again, and waits for its result or
for a person's decision (`samlink.agent.unknown_rows`). Until `lease_until` it is in flight."""
RESEND: Final = 6
"""It was UNKNOWN, and a person has decided to send it again with the same keys."""
MOVED: Final = 7
"""It was SENT, and its row moved to a log without its result, which may still come."""
MOVING: Final = 8
"""No claim: the row is being copied to a log, without a transaction (`samlink.agent.tables.settle.unlocked_moves`)."""
FREE_LATER: Final = (CLAIMED, SENDING, RESEND)
"""States that another agent takes over when the lease has ended."""
OPEN: Final = (*FREE_LATER, UNKNOWN)
"""States with a lease, and neither an answer nor a result."""
AWAITED: Final = (*OPEN, SENT, KEPT)
"""States of a row that has no result yet."""


def link_table(metadata: sa.MetaData, prefix: str) -> sa.Table:
    """The table of links. Times in it are UTC epoch seconds.

    `lease_until` says when something is due: the lease's end, the next attempt of a kept result; for all other states
    it is `since`, so that one index finds the late ones and the old ones.
    """
    name = f"{prefix}Link".lower()
    return sa.Table(
        name,
        metadata,
        sa.Column("group_id", sa.String(20), primary_key=True),
        sa.Column("message_id", sa.String(20), primary_key=True),
        sa.Column("source", short_text(NAME_CHARACTERS), nullable=False),
        sa.Column("row_id", short_text(ID_CHARACTERS), nullable=False),
        sa.Column("state", sa.SmallInteger, nullable=False),
        sa.Column("lease_until", sa.BigInteger, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("month", sa.String(6)),
        sa.Column("code", sa.SmallInteger),
        sa.Column("sent_at", sa.BigInteger),
        sa.Column("telecom", short_text(20)),
        sa.Index(f"{name}_state", "source", "state", "lease_until"),
        sa.Index(f"{name}_row", "source", "row_id"),
        **MYSQL,
    )


def without_lease(state: int, now: float) -> dict[str, int]:
    """The columns of a link that comes into a state without a lease."""
    return {"state": state, "since": int(now), "lease_until": int(now)}


def is_late(links: sa.Table, before: float) -> sa.ColumnElement[bool]:
    """Whether a link's row was sent before a moment, and neither its result came nor did it move."""
    c = links.c
    # Both times: an earlier version left the lease in one of them.
    return sa.and_(c.state == SENT, c.lease_until < int(before), c.since < int(before), c.month.is_(None))


FORGOTTEN_AT_ONCE: Final = 1000
"""Links that are deleted in one transaction, so that nobody waits for it."""


def forget(engine: sa.Engine, links: sa.Table, source: str, before: float) -> bool:
    """Delete some links for which no result can come any more, oldest first; whether there are more. Commits.

    `before`: those that have been finished, or have moved without a result, since then or longer.
    """
    c, forgotten = links.c, 0
    for state in (FINISHED, MOVED, SENT, UNKNOWN):
        over = () if state in {FINISHED, MOVED} else (c.month.is_not(None),)
        old: sa.Select[Any] = sa.select(c.group_id, c.message_id).where(
            c.source == source, c.state == state, c.lease_until < int(before), c.since < int(before), *over
        )
        with engine.begin() as connection:
            keys = [key_of(link) for link in connection.execute(old.limit(FORGOTTEN_AT_ONCE - forgotten)).all()]
            for chosen in with_keys(links, keys, connection.dialect):
                connection.execute(sa.delete(links).where(chosen, c.state == state))
        forgotten += len(keys)
        if forgotten == FORGOTTEN_AT_ONCE:
            return True
    return False


def require_links(engine: sa.Engine, links: sa.Table) -> None:
    """Check that the table of links exists with the columns of this version.

    Raises:
        TableError: the table is missing, or an earlier version made it and it lacks columns.
    """
    with engine.connect() as connection:
        inspector = sa.inspect(connection)
        name = found_table(links.name, inspector)
        there = {column["name"].lower() for column in inspector.get_columns(name)}
    if missing := [column.name for column in links.columns if column.name not in there]:
        template = N_("table {table} is of an earlier version and lacks {columns}")
        raise TableError("table.outdated", template, table=name, columns=", ".join(missing))


def with_keys(table: sa.Table, keys: Iterable[Key], dialect: sa.Dialect) -> list[sa.ColumnElement[bool]]:
    """Conditions that select rows by GRP_ID and MSG_ID, one for each GRP_ID, so that every database uses the index."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for group_id, message_id in keys:
        groups[group_id].append(message_id)
    return [
        sa.and_(table.c.group_id == group_id, one_of(table.c.message_id, sorted(ids), dialect))
        for group_id, ids in sorted(groups.items())
    ]


def key_of(link: sa.Row[Any]) -> Key:
    """GRP_ID and MSG_ID of a link."""
    return link.group_id, link.message_id


def change_links(
    connection: sa.Connection,
    links: sa.Table,
    keys: Iterable[Key],
    values: Mapping[str, Any],
    *,
    states: Sequence[int] = (),
) -> None:
    """Change the links with these keys. `states`: those in one of these states only."""
    in_states = [links.c.state.in_(states)] if states else []
    for chosen in with_keys(links, keys, connection.dialect):
        connection.execute(sa.update(links).where(chosen, *in_states).values(**values))


def keep(connection: sa.Connection, links: sa.Table, result: RowResult) -> None:
    """Store a result beside its row's keys, to be written into the row later."""
    values = {"code": result.code, "sent_at": result.sent_seconds, "telecom": result.telecom}
    change_links(connection, links, [result.key], {"state": KEPT, "lease_until": 0} | values)


def moving(connection: sa.Connection, links: sa.Table, source: str, row_ids: Collection[str]) -> set[str]:
    """The ids of those rows of a table without transactions that are being moved."""
    c = links.c
    same = sa.and_(c.source == source, c.state == MOVING, one_of(c.row_id, sorted(row_ids), connection.dialect))
    return set(connection.execute(sa.select(c.row_id).where(same)).scalars()).intersection(row_ids)


def links_of(
    connection: sa.Connection, links: sa.Table, unknown: dict[Key, RowResult], sources: Iterable[str]
) -> Iterator[tuple[sa.Row[Any], RowResult]]:
    """The links of results, locked so that no row moves while its result is written. Results are taken out of
    `unknown`; those that remain have no row here."""
    c = links.c
    columns = (c.group_id, c.message_id, c.source, c.row_id, c.state, c.month)
    ours: sa.Select[Any] = sa.select(*columns).where(c.source.in_(sorted(sources)))
    for chosen in with_keys(links, list(unknown), connection.dialect):
        found = lock_rows(ours.where(chosen), connection.dialect, skip=False)
        for link in connection.execute(found).all():
            # A database that ignores case may find more than was asked for.
            if (result := unknown.pop(key_of(link), None)) is not None:
                yield link, result


def is_unknown(links: sa.Table, now: float) -> sa.ColumnElement[bool]:
    """Whether a link's row has an unknown outcome; rows in flight do not count."""
    return sa.and_(links.c.state == UNKNOWN, links.c.lease_until < int(now), links.c.month.is_(None))


def overdue_unknown(
    engine: sa.Engine, links: sa.Table, source: str, *, now: float, hours: float, shown: int
) -> tuple[int, list[str]]:
    """How many rows of a table are unknown and had no result within `hours`; the ids of the first `shown`."""
    c = links.c
    overdue = sa.and_(c.source == source, is_unknown(links, now), c.since < int(now - hours * 3600))
    with engine.connect() as connection:
        first = sa.select(c.row_id).where(overdue).order_by(c.since, c.row_id).limit(shown)
        ids = connection.execute(first).scalars().all()
        if len(ids) < shown:
            return len(ids), list(ids)
        count = connection.execute(sa.select(sa.func.count()).select_from(links).where(overdue)).scalar_one()
    return int(count), list(ids)
