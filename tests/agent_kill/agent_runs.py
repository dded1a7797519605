"""One run: two agents and a gateway are killed again and again while a customer inserts; all comes to rest; the audit.

A kill comes at a moment that is drawn from the seed and told by what happens: what an agent says that it does, what the
customer sees, and so many turns of our own loop after it. Those who died start again at once, while the rest goes on.
"""

import asyncio
import contextlib
import enum
import logging
import random
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import msgspec
import pytest
import sqlalchemy as sa

from samlink.agent.tables.claim.links import MOVING
from samlink.agent.tables.schema.moments import TIMESTAMP
from samlink.agent.watch import events
from samlink.link.free_ports import free_base_port
from samlink.testing.processes.agent import STARTED, AgentProcess
from samlink.testing.processes.gateway import GatewayProcess, Victim
from tests.agent_kill.agent_audit import AgentWorld, audit_agents
from tests.agent_kill.orders import AGENT_CODES, Orders
from tests.agent_kill.shapes import COMPACT, SHAPES
from tests.agent_kill.shop import Shop
from tests.agent_kill.tables_side import read_links, read_rows
from tests.kill.audit import Policy, World
from tests.kill.customers import HOST
from tests.kill.runs import LOOK_SECONDS, PREPAID, TURNS, make_accounts, seed_of
from tests.kill.settings import CARRIER, GATEWAY
from tests.kill.sides import end_all_waits, in_motion, read_carrier, read_store, states
from tests.kill.told import Told, pause, turns

_log = logging.getLogger(__name__)
AGENTS: Final = 2
ROWS_AT_LEAST: Final = 300
"""Rows that are inserted in any case, so that a run whose kills came early has traffic to audit too."""
MOMENT_LIMIT_SECONDS: Final = 90.0
REST_LIMIT_SECONDS: Final = 120.0
MOMENTS: Final = {
    events.RowsClaimed.name: 6,
    events.RowsSent.name: 6,
    events.ResultsCame.name: 6,
    events.ResultsWritten.name: 6,
    events.RowsMoved.name: 4,
    "inserted": 4,
    "carried": 6,
}
"""What a kill may wait for, and how often at most. All but the last two are words of an agent's log."""
AT_START: Final = 0.25
"""Share of kills that hit when an agent which died before has just found its tables again."""
AT_ONCE: Final = 0.5
"""Share of kills that come at the very moment; the others so many turns of our own loop later."""
_AGENT: Final = """\
[database]
url = "{url}"
[gateway]
host = "{host}"
id = "{account}"
base_port = {base_port}
password_env = "GATEWAY_PASSWORD"
give_up_seconds = 2.0
reconnect_seconds = 0.1
[work]
files = "{files}"
rows = 20
poll_seconds = 0.1
retry_seconds = 0.1
lease_seconds = 3.0
"""


class Target(enum.Enum):
    """Whom a kill hits."""

    AGENT = "one agent"
    AGENTS = "both agents"
    GATEWAY = "gateway"
    WRITER = "writer"
    BOTH = "gateway and writer"
    FROZEN = "gateway and frozen writer"
    ALL = "all"


TARGETS: Final = (
    *(Target.AGENT,) * 6,
    *(Target.AGENTS,) * 4,
    *(Target.GATEWAY, Target.WRITER, Target.BOTH),
    *(Target.FROZEN,) * 2,
    *(Target.ALL,) * 2,
)
_GATEWAY_VICTIMS: Final = {Target.GATEWAY: Victim.GATEWAY, Target.WRITER: Victim.WRITER}


class AgentPlan(msgspec.Struct, frozen=True):
    """What kind of database, how many kills, and how the carrier is set."""

    database: str
    kills: int
    carrier: str = ""
    policy: Policy = Policy()
    shape: str = "own"
    """How the customer's tables are kept, one of SHAPES."""


class AgentRun:
    """A customer, two agents and a gateway, and the chance that decides about kills."""

    def __init__(self, directory: Path, url: sa.URL, plan: AgentPlan, seed: str) -> None:
        self.plan = plan
        self.chance = random.Random(seed)
        self.directory = directory / "data"
        self.kills: Counter[str] = Counter()
        self.heard: Counter[str] = Counter()
        self._moment = ""
        self._strike: asyncio.Future[None] | None = None
        files = directory / "files"
        files.mkdir()
        password = make_accounts(self.directory, 30)[PREPAID.id]
        base_port = free_base_port()
        settings = GATEWAY.replace("base_port = 0", f"base_port = {base_port}") + CARRIER + plan.carrier
        self.gateway = GatewayProcess(self.directory, settings)
        text = _AGENT.format(
            url=url.render_as_string(), host=HOST, account=PREPAID.id, base_port=base_port, files=files
        )
        shape = SHAPES[plan.shape]
        text = (
            text.replace("[work]\n", "[work]\nown_tables = false\n" if shape.settings else "[work]\n") + shape.settings
        )
        self.agents = [
            AgentProcess(directory / f"agent{number}.toml", text, {"GATEWAY_PASSWORD": password}, self._hear)
            for number in range(AGENTS)
        ]
        self._loop = asyncio.get_running_loop()
        journal = self.directory / "simulator"
        orders = Orders(seed, files, COMPACT if shape.compact_times else TIMESTAMP)
        self.shop = Shop(url, orders, journal, self._see, shape)

    async def play(self) -> AgentWorld:
        """Kill as planned, let everything come to rest, stop, and read all sides."""
        async with contextlib.AsyncExitStack() as stack:
            stack.callback(self.shop.engine.dispose)
            for process in (self.gateway, *self.agents):
                await stack.enter_async_context(process)
            async with self._inserting() as inserting:
                for _ in range(self.plan.kills):
                    await self._kill_once(inserting)
                await self._start_missing()
                while len(self.shop.orders) < ROWS_AT_LEAST:
                    await self._wait_for(self._look_out("inserted", 1), inserting)
            await self._rest()
            await self._stop()
            return self.world()

    # -- kills

    async def _kill_once(self, inserting: "asyncio.Task[None]") -> None:
        """Start who is missing, let things happen, kill, and wait until they are gone."""
        agents_start = any(not agent.running for agent in self.agents)
        target = self.chance.choice(TARGETS)
        moment, most = self.chance.choice(sorted(MOMENTS.items()))
        if agents_start and self.chance.random() < AT_START:
            moment, most = STARTED, 1
        # Before anybody starts: a start is said once, and must not be missed.
        happened = self._look_out(moment, self.chance.randint(1, most))
        await self._start_missing()
        if self.gateway.writer_pid == 0 or target in {Target.WRITER, Target.FROZEN} or self.chance.random() < 0.5:
            await self.gateway.listening()
        await self._wait_for(happened, inserting)
        if target is Target.FROZEN:
            self.gateway.freeze_writer()
        if target is Target.FROZEN or self.chance.random() > AT_ONCE:
            await turns(TURNS if target is Target.FROZEN else self.chance.randint(1, TURNS))
        await self._kill(target)
        self.kills[target.value] += 1

    def _look_out(self, moment: str, count: int) -> asyncio.Future[None]:
        """Done when something has happened so many times from now on."""
        self._moment, self._left, self._strike = moment, count, self._loop.create_future()
        return self._strike

    async def _wait_for(self, happened: asyncio.Future[None], inserting: "asyncio.Task[None]") -> None:
        async with asyncio.timeout(MOMENT_LIMIT_SECONDS):
            await asyncio.wait({happened, inserting}, return_when=asyncio.FIRST_COMPLETED)
        if inserting.done():
            inserting.result()

    async def _kill(self, target: Target) -> None:
        agents = self.agents if target in {Target.AGENTS, Target.ALL} else []
        if target is Target.AGENT:
            agents = [self.chance.choice(self.agents)]
        for agent in agents:
            agent.kill()
        if target not in {Target.AGENT, Target.AGENTS}:
            self.gateway.kill(_GATEWAY_VICTIMS.get(target, Victim.BOTH))
            code = await self.gateway.ended()
            assert code == (1 if target is Target.WRITER else -9), (code, self.gateway.log())
        for agent in agents:
            code = await agent.ended()
            assert code == -9, (code, agent.log())

    async def _start_missing(self) -> None:
        for process in (self.gateway, *self.agents):
            if not process.running:
                await process.spawn()

    # -- what happens

    def _hear(self, event: str) -> None:
        """An agent, or the customer, says something."""
        self.heard[event] += 1
        if event != self._moment or self._strike is None:
            return
        self._left -= 1
        if self._left <= 0 and not self._strike.done():
            self._strike.set_result(None)

    def _see(self, event: str) -> None:
        """In the customer's thread."""
        self._loop.call_soon_threadsafe(self._hear, event)

    @contextlib.asynccontextmanager
    async def _inserting(self) -> AsyncIterator["asyncio.Task[None]"]:
        inserting = asyncio.create_task(asyncio.to_thread(self.shop.run))
        try:
            yield inserting
        finally:
            self.shop.close()
            await inserting

    # -- rest

    async def _rest(self) -> None:
        """Wait until every row has moved; what the gateway does not know the outcome of, ends as if days had passed."""
        await self.gateway.listening()
        try:
            async with asyncio.timeout(REST_LIMIT_SECONDS):
                while await asyncio.to_thread(self._any_moves):
                    await pause(LOOK_SECONDS)
                    await self._three_days_later()
        except TimeoutError:
            # The audit says which rows they are.
            _log.warning("no rest within %g s: %s", REST_LIMIT_SECONDS, states(self.directory))

    def _any_moves(self) -> bool:
        """Whether rows are still to move, or an agent that died in a move has left its marks to the others."""
        return bool(self.shop.open_rows()) or any(link.state == MOVING for link in read_links(self.shop))

    async def _three_days_later(self) -> None:
        """End the waits of days, if they are all that the gateway has left."""
        if in_motion(self.directory) or not states(self.directory).keys() - {"reported"}:
            return
        assert await self.gateway.stop() == 0, self.gateway.log()
        end_all_waits(self.directory)
        await self.gateway.start()

    async def _stop(self) -> None:
        for agent in self.agents:
            # One that is asked to end before it knows what a signal means ends as by SIGTERM.
            await agent.works()
        for process in (*self.agents, self.gateway):
            code = await process.stop()
            assert code == 0, (code, process.log())

    def world(self) -> AgentWorld:
        """All sides, read."""
        store, carrier = read_store(self.directory), read_carrier(self.directory)
        beyond = World(Told(), store, carrier, self.plan.policy, self.gateway.faults)
        faults = [fault for agent in self.agents for fault in agent.faults]
        return AgentWorld(PREPAID.id, self.shop.orders, read_rows(self.shop), read_links(self.shop), beyond, faults)


async def prove(directory: Path, url: sa.URL, plan: AgentPlan) -> AgentWorld:
    """Play a plan with a new seed and audit it; what fails shows the seed."""
    seed = seed_of(f"agent {plan.database} {plan.shape}")
    run = AgentRun(directory, url, plan, seed)
    try:
        world = await run.play()
    except BaseException:
        logs = "\n".join(f"-- {process.log()}" for process in (run.gateway, *run.agents))
        _log.warning("seed %s: kills %s, heard %s\n%s", seed, dict(run.kills), dict(run.heard), logs)
        raise
    _log.warning("seed %s: kills %s, %s", seed, dict(run.kills), numbers(world, run.heard))
    assert run.kills.total() == plan.kills
    if findings := audit_agents(world):
        pytest.fail(f"seed {seed}: {len(findings)} findings\n" + "\n".join(findings[:30]), pytrace=False)
    return world


def numbers(world: AgentWorld, heard: Counter[str]) -> dict[str, int]:
    """For a person."""
    return {
        "rows": len(world.rows),
        "refused by the agent": sum(row.state in AGENT_CODES for row in world.rows),
        "at the gateway": len(world.beyond.own_rows),
        "unknown": sum(row.unknowns > 0 for row in world.beyond.store.rows),
        "repeats at the carrier": sum(entry.repeats for entry in world.beyond.carrier.values()),
        "waits of agents": heard[events.Waiting.name],
        "claims": heard[events.RowsClaimed.name],
    }
