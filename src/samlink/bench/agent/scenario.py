"""What is run, in which order, and what of it is measured: rows of a bulk, an urgent one amid them, single ones."""

import asyncio
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from samlink.bench import measure
from samlink.bench.agent.customer import SINGLE, URGENT, Customer, customer
from samlink.bench.agent.findings import AgentFindings, AgentPlan
from samlink.bench.agent.process import BenchAgent
from samlink.bench.findings import BenchError, Machine
from samlink.bench.processes import BenchGateway, gateway
from samlink.bench.steps import Steps, Tell, temporary
from samlink.bench.store import add_bench_account, check_store
from samlink.link.free_ports import free_base_port
from samlink.vocabulary.language import phrase
from samlink.vocabulary.problem import N_

AGENT: Final = "agent"
LOOK_SECONDS: Final = 0.5
"""Between counts, which cost the database time too."""
URGENT_AFTER: Final = 0.2
"""Share of the bulk that is finished when the urgent row is inserted."""
URGENT_ROWS: Final = 5_000
"""A bulk below that is over before an urgent row could pass it."""
BULK: Final = "bulk"
FLOOR_ROWS: Final = 20_000


async def run(plan: AgentPlan, url: sa.URL | None, directory: Path, tell: Tell) -> AgentFindings:
    """Everything, on a gateway of our own, and on tables of our own in the database (None: a new SQLite file).

    Raises:
        BenchError: a step failed, or a row was lost.
        SQLAlchemyError: the database cannot be used.
    """
    with temporary(directory) as place:
        machine = measure.machine(place)
        steps = Steps(machine, place, tell)
        url = url or sa.URL.create("sqlite", database=str(place / "customer.sqlite"))
        steps.begin(phrase(N_("... {rows} rows into the table"), rows=f"{plan.rows + plan.waiting:,}"))
        opened = customer(url)
        one = await asyncio.to_thread(opened.__enter__)
        try:
            floor = await asyncio.to_thread(one.floor, min(plan.rows, FLOOR_ROWS))
            await asyncio.to_thread(one.insert, plan.rows + plan.waiting)
            bench = Bench(plan, url, one, steps, floor)
            await bench.run(place)
        finally:
            await asyncio.to_thread(opened.__exit__, None, None, None)
        return bench.findings(machine)


class Bench:
    """One run."""

    def __init__(self, plan: AgentPlan, url: sa.URL, one: Customer, steps: Steps, floor: float) -> None:
        self._floor = floor
        self._plan = plan
        self._url = url
        self._customer = one
        self._steps = steps
        self._seconds: dict[str, float] = {}
        self._urgent: float | None = None
        self._single: list[float] = []
        self._cpu: dict[str, float] = {}
        self._resident: dict[str, float] = {}
        self._verified = 0

    async def run(self, place: Path) -> None:
        """Start a gateway and an agent, time the rows, and count what became of them."""
        data, base_port = place / "gateway", free_base_port()
        password = add_bench_account(data, self._plan.batch)
        async with gateway(data, base_port=base_port) as served:
            self._steps.begin(phrase(N_("... the agent carries {rows} of them"), rows=f"{self._plan.rows:,}"))
            began, before = time.monotonic(), served.cpu_seconds()
            async with BenchAgent(place, self._url, base_port=base_port, password=password, plan=self._plan) as agent:
                await agent.spawn()
                await self._bulk(agent, began)
                self._note_cpu(agent, served, before)
                if not self._plan.waiting:
                    await self._alone(agent, began)
                self._resident = {AGENT: agent.resident_mb(), **served.resident_mb(peak=True)}
                await agent.stop()
            await self._rest()
            await served.stop()
        if not self._plan.waiting:
            check_store(data, self._verified)

    async def _bulk(self, agent: BenchAgent, began: float) -> None:
        """All rows, and an urgent one when a part of them is finished."""
        rows = self._plan.rows
        if rows >= URGENT_ROWS:
            await self._until(agent, self._customer.finished, int(rows * URGENT_AFTER))
            one = partial(self._customer.seconds_of_one, URGENT, 1, self._plan.stall_seconds)
            self._urgent = await asyncio.to_thread(one)
        await self._until(agent, self._customer.finished, rows)
        self._seconds[BULK] = time.monotonic() - began

    async def _alone(self, agent: BenchAgent, began: float) -> None:
        """Until all rows have moved; then single rows."""
        await self._until(agent, self._customer.moved, self._plan.rows)
        self._seconds["moved"] = time.monotonic() - began
        self._steps.begin(phrase(N_("... rows one by one")))
        for _ in range(self._plan.singles):
            one = partial(self._customer.seconds_of_one, SINGLE, 0, self._plan.stall_seconds)
            self._single.append(await asyncio.to_thread(one))

    async def _rest(self) -> None:
        """Count after the agent has stopped: every row that has a result was delivered."""
        finished, self._verified = await asyncio.to_thread(
            lambda: (self._customer.finished(), self._customer.delivered())
        )
        if finished != self._verified or self._verified < self._plan.rows:
            template = N_("{rows} rows were to be delivered, and {delivered} were")
            raise BenchError("bench.agent_wrong", template, rows=self._plan.rows, delivered=self._verified)

    async def _until(self, agent: BenchAgent, count: Callable[[], int], rows: int) -> None:
        """Until so many rows are counted. Raises BenchError when nothing goes on any more."""
        seen, since = -1, time.monotonic()
        while (now := await asyncio.to_thread(count)) < rows:
            agent.check()
            if now != seen:
                seen, since = now, time.monotonic()
            elif time.monotonic() - since > self._plan.stall_seconds:
                template = N_("no result came for {seconds} s; the benchmark stops here")
                raise BenchError("bench.agent_stalled", template, seconds=f"{self._plan.stall_seconds:g}")
            await asyncio.sleep(LOOK_SECONDS)

    def _note_cpu(self, agent: BenchAgent, served: BenchGateway, before: dict[str, float]) -> None:
        spent = {name: seconds - before[name] for name, seconds in served.cpu_seconds().items()}
        spent = {AGENT: agent.cpu_seconds(), **spent}
        self._cpu = {name: seconds / self._plan.rows * 1000 for name, seconds in spent.items()}

    def findings(self, machine: Machine) -> AgentFindings:
        """What was found."""
        bulk, moved = self._seconds[BULK], self._seconds.get("moved")
        return AgentFindings(
            plan=self._plan,
            machine=machine,
            database=self._customer.database,
            seconds=bulk,
            rows_per_second=self._plan.rows / bulk,
            floor_per_second=self._floor,
            moved_per_second=moved and self._plan.rows / moved,
            urgent_seconds=self._urgent,
            single_p50_ms=measure.percentile(self._single, 0.5) * 1000 if self._single else None,
            cpu_seconds_per_1000=self._cpu,
            resident_mb=self._resident,
            verified=self._verified,
        )
