"""An agent at work beside its customer's database, and what a test waits for."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import sqlalchemy as sa

from samlink.agent.agent import Agent
from samlink.agent.judge.quiet_hours import Window
from samlink.agent.judge.rules import Rules
from samlink.agent.settings import AgentSettings, Database, Gateway, Work
from samlink.agent.tables.schema.mapping import TableMapping
from samlink.client import ClientSettings
from tests.agent.customer import Customer

LIMIT_SECONDS = 30.0
MOMENT_SECONDS = 0.01


NO_RULES = Rules()


def settings(
    url: sa.URL,
    tables: tuple[TableMapping, ...] = (),
    *,
    rules: Rules = NO_RULES,
    quiet: tuple[Window, ...] = (),
    connections: int = 2,
    **work: Any,
) -> AgentSettings:
    """Settings of an agent that does not wait."""
    values: dict[str, Any] = {"poll_seconds": MOMENT_SECONDS, "retry_seconds": MOMENT_SECONDS} | work
    return AgentSettings(
        database=Database(url=url.render_as_string()),
        gateway=Gateway(host="unused", id="x", connections=connections),
        work=Work(**values),
        tables=tables,
        rules=rules,
        quiet=quiet,
    )


@contextlib.asynccontextmanager
async def running(url: sa.URL, link: ClientSettings, **work: Any) -> AsyncIterator[Agent]:
    """An agent at work."""
    agent, stop = Agent(settings(url, **work), link=link), asyncio.Event()
    task = asyncio.create_task(agent.run(stop))
    try:
        yield agent
    finally:
        stop.set()
        await task


async def a_moment() -> None:
    """Let others work before looking again."""
    await asyncio.sleep(MOMENT_SECONDS)


async def until(condition: Callable[[], bool]) -> None:
    """Look at the database until it is so."""
    async with asyncio.timeout(LIMIT_SECONDS):
        while not await asyncio.to_thread(condition):
            await a_moment()


def logged(customer: Customer, table: str = "UShotSMS") -> list[dict[str, Any]]:
    """Rows in the logs of whatever month it is."""
    with customer.engine.connect() as connection:
        names = sa.inspect(connection).get_table_names()
    months = [name.rpartition("_")[2] for name in names if name.lower().startswith(f"{table.lower()}_2")]
    return [row for month in sorted(months) for row in customer.rows(table, month)]
