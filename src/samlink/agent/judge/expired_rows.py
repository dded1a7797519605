"""Rows that expire during quiet hours get 75 without being claimed. Blocks."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from samlink.agent.driver_errors import is_refusal
from samlink.agent.tables.bisect import bisect
from samlink.agent.tables.live import LiveTable
from samlink.agent.tables.schema.mapping import Field
from samlink.agent.tables.schema.moments import TimeForm, kst
from samlink.vocabulary.results import ResultCode

DAY_SECONDS = 86_400
_EARLIEST_SECONDS = 0
"""`0000-00-00`, which customers write for no time, is before 1970."""


def expire(table: LiveTable, now: float, limit: int) -> int:
    """Give 75 to at most `limit` waiting rows that have expired at `now` (UTC epoch seconds); how many got it.
    Commits."""
    if Field.TIMEOUT_AT not in table.columns:
        return 0
    state, key, timeout_at = (table.column(field) for field in (Field.STATE, Field.ID, Field.TIMEOUT_AT))
    form = table.times[Field.TIMEOUT_AT]
    # A day alone passes with its end.
    earliest, latest = (form.write(kst(at)) for at in (_EARLIEST_SECONDS, now - DAY_SECONDS * form.days))
    waiting = state == table.mapping.waiting
    passed = sa.select(key, timeout_at).where(
        waiting, timeout_at >= earliest, timeout_at <= latest, form.compares(timeout_at)
    )
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
    bisect([id for id, value in found if _has_passed(form, value, now)], give, is_refusal)
    return expired


def _has_passed(form: TimeForm, value: object, now: float) -> bool:
    """Whether a column's value is a time that has passed; text may hold anything."""
    try:
        timeout_at = form.read(value, last=True)
    except (ValueError, OverflowError):
        return False
    return timeout_at is not None and timeout_at.timestamp() <= now
