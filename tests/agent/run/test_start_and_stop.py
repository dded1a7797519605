"""An agent starts, stops and starts again, and leaves nothing running behind it."""

import asyncio

import pytest
import sqlalchemy as sa

from samlink.agent.agent import Agent
from samlink.agent.errors import TableError
from samlink.testing.scripted_gateway import ScriptedGateway
from tests.agent.customer import Customer
from tests.agent.running import logged, settings, until

pytestmark = pytest.mark.parametrize("url", ["sqlite"], indirect=True)


def only_this_task_runs() -> bool:
    """Whether no task is left but the test's own and the gateway's."""
    names = {task.get_coro().__qualname__ for task in asyncio.all_tasks()}  # type: ignore[union-attr]
    return not any(name.startswith(("Agent", "Feeder", "Collector", "Archiver", "Watcher")) for name in names)


async def test_it_starts_stops_and_starts_again(customer: Customer, url: sa.URL, gateway: ScriptedGateway) -> None:
    gateway.results_by_themselves = True
    agent = Agent(settings(url), link=gateway.settings())
    await agent.stop()
    for rows in (2, 4):
        await agent.start()
        customer.insert(2)
        await until(lambda rows=rows: len(logged(customer)) == rows)  # type: ignore[misc]
        await agent.stop()
        await agent.stop()
        assert only_this_task_runs()


async def test_an_agent_that_cannot_start_leaves_nothing_running(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway
) -> None:
    customer.run("DROP TABLE ushotsms")
    agent = Agent(settings(url), link=gateway.settings())
    for _ in range(2):
        with pytest.raises(TableError, match="there is no table UShotSMS"):
            await agent.start()
        await agent.stop()
        assert only_this_task_runs()


async def test_a_start_that_is_cancelled_leaves_nothing_running(
    customer: Customer, url: sa.URL, gateway: ScriptedGateway
) -> None:
    agent = Agent(settings(url), link=gateway.settings())
    starting = asyncio.create_task(agent.start())
    await asyncio.sleep(0)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert only_this_task_runs()
