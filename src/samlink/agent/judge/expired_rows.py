"""Rows that expire during quiet hours get 75 without being claimed. Blocks."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from samlink.agent.driver_errors import is_refusal
from samlink.agent.tables.bisect import bisect
from samlink.agent.tables.live import LiveTable
from samlink.agent.tables.schema.mapping import Field
from samlink.agent.tables.schema.moments import kst, moment
from samlink.vocabulary.results import ResultCode

_EARLIEST_SECONDS = 0
"""`0000-00-00`, which customers write for no time, is before 1970."""


def expire(table: LiveTable, now: float, limit: int) -> int:
    """Give 75 to at most `limit` waiting rows that have expired at `now` (UTC epoch seconds); how many got it.
    Commits."""
    if Field.TIMEOUT_AT not in table.columns:
        return 0
    state, key, timeout_at = (table.column(field) for field in (Field.STATE, Field.ID, Field.TIMEOUT_AT))
    earliest, latest = (table.time(kst(seconds), Field.TIMEOUT_AT) for seconds in (_EARLIEST_SECONDS, now))
    waiting = state == table.mapping.waiting
    passed = sa.select(key, timeout_at).where(waiting, timeout_at >= earliest, timeout_at <= latest)
    with table.engine.connect() as connection:
        found = connection.execute(passed.order_by(key).limit(limit)).all()
    values = table.result_values(ResultCode.AGENT_TIMEOUT, None, "", now)
    expired = 0

    def give(ids: Sequence[Any]) -> tuple[()]:
        nonlocal expired
        with table.engine.begin() as connection:
            # A row that an agent claimed in between no longer waits.
            chosen = sa.update(table.live).where(table.one_of(key, ids), waiting)
            given = connection.execute(chosen.values(values)).rowcount
        expired += given
        return ()

    # A row that refuses it (a trigger, a constraint) is tried again next time, and stops no other.
    bisect([id for id, value in found if _has_passed(value, now)], give, is_refusal)
    return expired


def _has_passed(value: object, now: float) -> bool:
    """Whether a column's value is a time that has passed; text may hold anything."""
    try:
        timeout_at = moment(value)
    except ValueError:
        return False
    return timeout_at is not None and timeout_at.timestamp() <= now
