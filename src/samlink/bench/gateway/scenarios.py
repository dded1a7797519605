"""What is run, in which order, and what of it is measured: on a gateway of our own, or on one that runs already."""

import asyncio
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from samlink.bench import measure
from samlink.bench.findings import EndToEnd, Findings, Floors, Latency, Machine, Plan, Rate, Runs, Start
from samlink.bench.gateway.attacked import attacked
from samlink.bench.gateway.floors import echo_per_second, wire_speed
from samlink.bench.gateway.rules_cost import rules_cost
from samlink.bench.gateway.store_floors import COMMIT_ROWS, bare_lives_per_second, fill, store_lives_per_second
from samlink.bench.load import Load, Target, opened
from samlink.bench.measure import median, rate_of
from samlink.bench.processes import BenchGateway, gateway
from samlink.bench.steps import Steps, Tell, temporary
from samlink.bench.store import add_bench_account, check_store, forget_cached
from samlink.vocabulary.language import phrase
from samlink.vocabulary.problem import N_

HALF: Final = 0.5
GENERATOR: Final = "load generator"
FLOOR_MESSAGES: Final = 96_000


def own_cpu() -> dict[str, float]:
    """CPU time of the load generator so far."""
    return {GENERATOR: measure.cpu_seconds(os.getpid())}


async def run(plan: Plan, directory: Path, tell: Tell) -> Findings:
    """Everything, on a gateway of our own whose data lies in a temporary directory in `directory`. Raises BenchError: a
    step failed, or a message was lost."""
    with temporary(directory) as place:
        machine = measure.machine(place)
        steps = Steps(machine, place, tell)
        found = await _traffic(plan, place / "traffic", machine, steps)
        if plan.rules:
            found.rules = await rules_cost(plan, place / "rules", steps)
        if plan.queued:
            found.start = await _start(plan, place / "queued", steps)
        steps.begin(phrase(N_("... the wire alone")))
        found.wire = wire_speed(plan.batch)
        found.floors = await _floors(plan, place, steps)
        if plan.attacked:
            found.attacked = await attacked(plan, place / "attacked", steps)
    return found


async def run_against(plan: Plan, target: Target, directory: Path, tell: Tell) -> Findings:
    """Traffic only, at a gateway that runs already. Raises BenchError: a step failed, or a message was lost."""
    with temporary(directory) as place:
        steps = Steps(machine := measure.machine(place), place, tell)
        async with opened(target, plan) as load:
            await _warm_up(load, plan)
            end_to_end = await _end_to_end(load, plan, steps, own_cpu)
            latency = await _latency(load, plan, steps, end_to_end)
            await load.settle()
            verified = load.tally.verify()
    return Findings(plan=plan, machine=machine, end_to_end=end_to_end, latency_end_to_end=latency, verified=verified)


# -- the steps


async def _traffic(plan: Plan, data: Path, machine: Machine, steps: Steps) -> Findings:
    password = add_bench_account(data, plan.batch)
    async with gateway(data) as served:
        async with opened(served.target(password), plan) as load:
            await _warm_up(load, plan)
            end_to_end = await _end_to_end(load, plan, steps, lambda: served.cpu_seconds() | own_cpu())
            latency = await _latency(load, plan, steps, end_to_end)
            await load.settle()
            found = Findings(plan=plan, machine=machine, end_to_end=end_to_end, latency_end_to_end=latency)
            await _burst(load, served, found, steps)
            found.resident_mb = served.resident_mb(peak=True) | {GENERATOR: measure.resident_mb(os.getpid(), peak=True)}
            found.verified = load.tally.verify()
        await served.stop()
    check_store(data, found.verified)
    return found


async def _warm_up(load: Load, plan: Plan) -> None:
    await load.send(plan.warm_up_messages)
    await load.settle()


async def _end_to_end(load: Load, plan: Plan, steps: Steps, cpu: Callable[[], dict[str, float]]) -> EndToEnd:
    found = []
    for _ in range(plan.runs):
        steps.begin(phrase(N_("... end to end")))
        found.append(await _end_to_end_once(load, plan, cpu))
    middle = median(found)
    middle.all_per_second = [one.messages_per_second for one in found]
    return middle


async def _end_to_end_once(load: Load, plan: Plan, cpu: Callable[[], dict[str, float]]) -> EndToEnd:
    before, began = cpu(), time.perf_counter()
    accepting = await load.send(plan.messages)
    await load.settle()
    taken = time.perf_counter() - began
    after = cpu()
    return EndToEnd(
        messages=plan.messages,
        seconds=taken,
        messages_per_second=plan.messages / taken,
        all_per_second=[],
        accepted_per_second=plan.messages / accepting,
        cpu_seconds_per_1000={name: (after[name] - before[name]) / plan.messages * 1000 for name in after},
    )


async def _latency(load: Load, plan: Plan, steps: Steps, of: Rate) -> Latency:
    """Of accepts at half of a load that was carried just now."""
    steps.begin(phrase(N_("... latency at half of that")))
    pace = of.messages_per_second * HALF
    return measure.latency_of(await load.send_paced(pace, plan.paced_seconds), pace)


async def _burst(load: Load, served: BenchGateway, found: Findings, steps: Steps) -> None:
    plan = found.plan
    await served.hold()
    bursts: list[Runs] = []
    for _ in range(plan.runs):
        steps.begin(phrase(N_("... burst, the carrier held")))
        taken = await load.send(plan.messages)
        bursts.append(Runs(**rate_of(plan.messages, taken), all_per_second=[]))
    found.burst = median(bursts)
    found.burst.all_per_second = [one.messages_per_second for one in bursts]
    found.latency_burst = await _latency(load, plan, steps, found.burst)
    steps.begin(phrase(N_("... the carrier released")))
    waiting, began = load.tally.missing, time.perf_counter()
    await served.hold(held=False)
    await load.settle()
    found.drain = Rate(**rate_of(waiting, time.perf_counter() - began))


async def _start(plan: Plan, data: Path, steps: Steps) -> Start:
    steps.begin(phrase(N_("... {messages} messages into a queue"), messages=f"{plan.queued:,}"))
    password = add_bench_account(data, plan.batch)
    await asyncio.to_thread(fill, data, 1, plan.queued)
    forget_cached(data)
    steps.begin(phrase(N_("... start with them")))
    began = time.perf_counter()
    async with gateway(data, held=True) as served:
        one = Plan(connections=1, report_connections=0, batch=plan.batch)
        async with opened(served.target(password), one):
            taken = time.perf_counter() - began
        resident = sum(served.resident_mb(peak=False).values())
    return Start(queued=plan.queued, seconds=taken, resident_mb=resident)


async def _floors(plan: Plan, place: Path, steps: Steps) -> Floors:
    messages = min(FLOOR_MESSAGES, plan.messages)
    steps.begin(phrase(N_("... floor: echo")))
    echo = await echo_per_second(plan)
    steps.begin(phrase(N_("... floor: bare lives")))
    bare = await asyncio.to_thread(bare_lives_per_second, place, messages)
    steps.begin(phrase(N_("... floor: the store's verbs")))
    store = await asyncio.to_thread(store_lives_per_second, place, messages, plan.batch)
    return Floors(
        echo_per_second=echo, bare_lives_per_second=bare, store_lives_per_second=store, commit_rows=COMMIT_ROWS
    )
