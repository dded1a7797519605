"""Rows in the sending state that are nobody's: no agent holds a key for them, so no result comes for them. Blocks.

An agent of another family left them when it was replaced, somebody set the state by hand or changed ids, or keys were
deleted. Rows without any state count too: no agent takes them. Nothing touches them by itself; a person decides.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import sqlalchemy as sa

from samlink.agent.tables.claim.links import FINISHED
from samlink.agent.tables.claim.unlocked import lock_door
from samlink.agent.tables.engine import lock_rows, one_of
from samlink.agent.tables.live import LiveTable
from samlink.agent.tables.schema.ids import id_text
from samlink.agent.tables.schema.mapping import Field

PAGE: Final = 1000


def orphans(table: LiveTable, limit: int) -> list[Any]:
    """Ids of at most `limit` such rows, in the order of ids. Reads only."""
    found: list[Any] = []
    with table.engine.connect() as connection:
        for ids in _pages(connection, table):
            found += _nobodys(connection, table, ids)
            if len(found) >= limit:
                break
    return found[:limit]


def decide(table: LiveTable, ids: Sequence[Any], values: dict[str, Any]) -> list[Any]:
    """Write `values` into those of the rows that are orphans; their ids. Commits."""
    with table.engine.begin() as connection:
        if not table.facts.locks_rows:
            lock_door(connection, table)  # nobody claims them meanwhile
        locked = connection.execute(lock_rows(_stuck(table, ids), connection.dialect, skip=False)).scalars().all()
        ours = _nobodys(connection, table, locked)
        if ours:
            chosen = sa.and_(table.one_of(table.column(Field.ID), ours), _is_stuck(table))
            connection.execute(sa.update(table.live).where(chosen).values(values))
    return ours


# -- inside


def _is_stuck(table: LiveTable) -> sa.ColumnElement[bool]:
    state = table.column(Field.STATE)
    return sa.or_(state == table.mapping.sending, state.is_(None))


def _stuck(table: LiveTable, ids: Sequence[Any]) -> sa.Select[tuple[Any]]:
    key = table.column(Field.ID)
    return sa.select(key).where(table.one_of(key, ids), _is_stuck(table))


def _pages(connection: sa.Connection, table: LiveTable) -> Iterator[Sequence[Any]]:
    key = table.column(Field.ID)
    page = sa.select(key).where(_is_stuck(table)).order_by(key).limit(PAGE)
    ids = connection.execute(page).scalars().all()
    while ids:
        yield ids
        ids = connection.execute(page.where(key > ids[-1])).scalars().all() if len(ids) == PAGE else ()


def _nobodys(connection: sa.Connection, table: LiveTable, ids: Sequence[Any]) -> list[Any]:
    """Those of some stuck rows that are nobody's."""
    if not (candidates := _without_link(connection, table, ids) if ids else []):
        return []
    # A result may have come between the two queries, and it ends its link.
    still = {*connection.execute(_stuck(table, candidates)).scalars()}
    return [id for id in candidates if id in still]


def _without_link(connection: sa.Connection, table: LiveTable, ids: Sequence[Any]) -> list[Any]:
    c = table.links.c
    texts = {id_text(id): id for id in ids}
    held = sa.select(c.row_id).where(
        c.source == table.source,
        one_of(c.row_id, list(texts), connection.dialect),
        c.state != FINISHED,
        c.month.is_(None),
    )
    known = {*connection.execute(held).scalars()}
    return [id for text, id in texts.items() if text not in known]
