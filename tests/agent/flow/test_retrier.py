"""How the agent's tasks wait for a database that is away."""

import asyncio
import threading
from functools import partial

import sqlalchemy as sa

from samlink.agent.flow.retrier import Retrier
from samlink.watch.events import Events

AWAY = partial(sa.exc.OperationalError, None, None, ConnectionError("away"))
MISSING = partial(sa.exc.ProgrammingError, "SELECT", None, LookupError("no such table"))


async def test_a_task_that_fails_for_a_reason_of_its_own_keeps_no_other_from_the_database() -> None:
    stop, away, back = asyncio.Event(), threading.Event(), threading.Event()
    retrier = Retrier(Events(lambda _: None), stop, 0.001)

    def asks() -> None:
        """Finds the database away; then it is back, and this task's table is gone."""
        if not away.is_set():
            away.set()
            raise AWAY()
        back.set()
        raise MISSING()

    def waits() -> str:
        if not back.is_set():
            raise AWAY()
        return "done"

    asking = asyncio.create_task(retrier.in_database("ask", asks))
    await asyncio.to_thread(away.wait)
    async with asyncio.timeout(5):
        assert await retrier.in_database("wait", waits) == "done"
    stop.set()
    await asking
