"""Moves of a table without transactions: marks say which rows are being copied, so that a death is repaired. Blocks.

A row is copied into its log and then deleted. Without a transaction an agent may die in between, and the row would
stand twice, or the copy be made again. So each row that is about to be copied gets a mark among the links: its id, and
how often the id stands in the log already. If that number has grown, the copy is there. Another agent carries on what a
dead one has left: it deletes the copied row; or, if the row still awaited its result, the copy, since the result may
have come into the row meanwhile. A result that comes for a row with a mark is kept until the mark is gone.
"""

import base64
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa

from samlink.agent.tables.claim.links import AWAITED, MOVING, with_keys
from samlink.agent.tables.claim.unlocked import lock_door
from samlink.agent.tables.engine import lock_rows, one_of
from samlink.agent.tables.live import LiveTable
from samlink.agent.tables.rows import message_id
from samlink.agent.tables.schema.ids import id_text
from samlink.agent.tables.schema.mapping import Field
from samlink.agent.tables.schema.names import split

_MARK: Final = "M"
"""Before the month in the GRP_ID of marks."""
_MONTH: Final = slice(len(_MARK), len(_MARK) + 6)


def _is_mark(table: LiveTable) -> sa.ColumnElement[bool]:
    """The condition that a link is a mark of this table."""
    return sa.and_(table.links.c.source == table.source, table.links.c.state == MOVING)


def choose(connection: sa.Connection, table: LiveTable, rows: sa.Select[Any], limit: int) -> Sequence[sa.Row[Any]]:
    """Choose at most `limit` rows that no agent moves, and lock the links of those that await their results. `rows`: a
    query whose first column is the id."""
    lock_door(connection, table)
    key, c = table.column(Field.ID), table.links.c
    marked = set(connection.execute(sa.select(c.row_id).where(_is_mark(table))).scalars())
    found = connection.execute(rows.limit(limit + len(marked))).all()
    ids = [row[0] for row in found if id_text(row[0]) not in marked][:limit]
    if not ids:
        return ()
    texts = [id_text(id) for id in ids]
    same = sa.and_(c.source == table.source, one_of(c.row_id, texts, connection.dialect), c.state.in_(AWAITED))
    connection.execute(lock_rows(sa.select(c.state).where(same), connection.dialect, skip=False)).all()
    # A result that came meanwhile is written by now.
    return connection.execute(rows.where(table.one_of(key, ids))).all()


def new_group() -> str:
    """The name of one move, 13 characters."""
    return base64.b32encode(os.urandom(8)).decode("ascii").rstrip("=")


def mark(
    connection: sa.Connection, table: LiveTable, place: tuple[str, str], ids: Sequence[Any], lease: tuple[float, float]
) -> None:
    """Mark rows before they are copied. `place`: the month of their log, and the move; `lease`: its beginning and its
    end, UTC epoch seconds, after which another agent may carry it on."""
    (month, group), (now, until) = place, lease
    texts = [id_text(id) for id in ids]
    before = _counts(connection, table, table.log_name(month), texts)
    row = {"group_id": f"{_MARK}{month}{group}", "source": table.source, "state": MOVING, "since": int(now)}
    marks = [
        row | {"message_id": message_id(text), "row_id": text, "lease_until": int(until), "code": count}
        for text, count in ((text, before.get(text, 0)) for text in texts)
    ]
    connection.execute(sa.insert(table.links), marks)


def hold(connection: sa.Connection, table: LiveTable, group: str) -> bool:
    """Lock the marks of our move, so that no other agent carries it on meanwhile; False if one has done so."""
    marks = sa.select(table.links.c.row_id).where(_is_mark(table), _of(table, group))
    return bool(connection.execute(lock_rows(marks, connection.dialect, skip=False)).all())


def carry_on(connection: sa.Connection, table: LiveTable, now: float, group: str = "") -> dict[str, list[Any]]:
    """Carry on the moves that dead agents have left, or our own move. `group`: its name. Returns the ids of rows that
    are in a log now, by its month."""
    c = table.links.c
    chosen = _of(table, group) if group else c.lease_until < int(now)
    lock_door(connection, table)
    # What an agent is at, it has locked.
    ended = sa.select(c.group_id, c.message_id, c.row_id, c.code).where(_is_mark(table), chosen)
    marks = connection.execute(lock_rows(ended, connection.dialect, skip=not group)).all()
    moved: dict[str, list[Any]] = {}
    for month in sorted({link.group_id[_MONTH] for link in marks}):
        before = {link.row_id: link.code for link in marks if link.group_id[_MONTH] == month}
        moved[month] = table.row_ids(_carry_on(connection, table, table.log_name(month), before))
    for keys in with_keys(table.links, [(link.group_id, link.message_id) for link in marks], connection.dialect):
        connection.execute(sa.delete(table.links).where(keys))
    return moved


def _of(table: LiveTable, group: str) -> sa.ColumnElement[bool]:
    return table.links.c.group_id.endswith(group, autoescape=True)


def _carry_on(connection: sa.Connection, table: LiveTable, log: str, before: dict[str, int]) -> list[str]:
    """Complete the move of rows into one log, or undo it; the ids of those that are in the log now. `before`: how often
    each id stood in the log before."""
    there = table.ids_there(connection, list(before))
    twice = [text for text in _copied(connection, table, log, before) if text in there]
    if new := [text for text in twice if not before[text]]:
        place = table.as_table(log)
        copy = table.one_of(table.column(Field.ID, place), table.row_ids(new))
        sending = table.column(Field.STATE, place) == table.mapping.sending
        connection.execute(sa.delete(place).where(copy, sending))
    copied = _copied(connection, table, log, before)
    if left := [text for text in copied if text in there]:
        over = sa.and_(table.one_of(table.column(Field.ID), table.row_ids(left)), table.with_result())
        connection.execute(sa.delete(table.live).where(over))
        there = table.ids_there(connection, left)
    return [text for text in copied if text not in there]


def _copied(connection: sa.Connection, table: LiveTable, log: str, before: dict[str, int]) -> list[str]:
    now = _counts(connection, table, log, list(before))
    return [text for text, count in before.items() if now.get(text, 0) > count]


def _counts(connection: sa.Connection, table: LiveTable, log: str, texts: Sequence[str]) -> Mapping[str, int]:
    """How often each id stands in a log."""
    if not sa.inspect(connection).has_table(*split(log)):
        return {}
    place = table.as_table(log)
    key = table.column(Field.ID, place)
    same = sa.select(key).where(table.one_of(key, table.row_ids(texts)))
    # Counted here: a database that ignores case would count an id with another.
    return Counter(id_text(id) for id in connection.execute(same).scalars())
