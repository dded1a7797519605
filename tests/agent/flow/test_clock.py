"""The agent's time: a clock that jumps is not followed until the database confirms it."""

import asyncio
import math

import pytest
import sqlalchemy as sa

from samlink.agent.errors import TableError
from samlink.agent.flow import clock as clock_module
from samlink.agent.flow.clock import CONFIRM_SECONDS, FOLLOWED_SECONDS, Clock
from samlink.agent.flow.retrier import Retrier
from samlink.agent.preconditions import require
from samlink.agent.settings import AgentSettings, Database, Gateway
from samlink.agent.watch import events
from samlink.watch.events import Event, Events
from tests.agent.customer import Customer

BEGUN = 1_750_000_000.0


class Machine:
    """A machine whose clock a test sets."""

    def __init__(self) -> None:
        self.steady = 100.0
        self.ahead = 0.0

    def wall(self) -> float:
        """Its clock."""
        return BEGUN + self.steady - 100.0 + self.ahead


def test_small_corrections_are_followed_and_jumps_are_not() -> None:
    machine = Machine()
    clock = Clock(machine.wall, lambda: machine.steady)
    machine.steady += 5
    machine.ahead = FOLLOWED_SECONDS / 2
    assert (clock.step(), clock()) == (0.0, BEGUN + 5 + FOLLOWED_SECONDS / 2)
    machine.ahead += 3600
    machine.steady += 1
    assert clock.step() == 3600
    assert clock() == BEGUN + 6 + FOLLOWED_SECONDS / 2


@pytest.mark.parametrize(
    ("database_ahead", "hours", "followed"),
    [(None, 0, False), (0.0, 0, True), (-3600.0, 0, False), (-3600.0, math.ceil(CONFIRM_SECONDS / 3600), True)],
)
async def test_the_database_decides_about_a_jump_and_time_does_in_the_end(
    monkeypatch: pytest.MonkeyPatch, database_ahead: float | None, hours: int, followed: bool
) -> None:
    machine, told = Machine(), list[Event]()
    clock = Clock(machine.wall, lambda: machine.steady)
    looked = asyncio.Event()

    async def looks_again(_seconds: float) -> None:
        looked.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(clock_module, "skew", lambda *_: database_ahead)
    monkeypatch.setattr(clock_module, "_sleep", looks_again)
    tell = Events(told.append)
    for step in (3600.0, 0.0):
        machine.ahead += step
        watching = asyncio.create_task(
            clock.watch(sa.create_engine("sqlite://"), Retrier(tell, asyncio.Event(), 1), tell)
        )
        await looked.wait()
        looked.clear()
        watching.cancel()
        machine.steady += hours * 3600
    assert (clock() == machine.wall()) is followed
    assert [type(event) for event in told] == [events.ClockDoubted, *([events.GoingOn] if followed else [])]


@pytest.mark.parametrize("url", ["mariadb", "postgresql"], indirect=True)
def test_an_agent_does_not_start_by_a_clock_that_is_a_minute_off(
    customer: Customer, url: sa.URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = AgentSettings(database=Database(url=url.render_as_string()), gateway=Gateway(host="unused", id="x"))
    require(customer.engine, settings)
    monkeypatch.setattr("samlink.agent.database.clocks.REFUSED_SECONDS", -1.0)
    monkeypatch.setattr("samlink.agent.preconditions.REFUSED_SECONDS", -1.0)
    with pytest.raises(TableError, match=r"the database's clock differs from this machine's by .0 s"):
        require(customer.engine, settings)
