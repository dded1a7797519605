"""What is run, in which order, and what of it is measured: on a gateway of our own, or on one that runs already."""

import asyncio
import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

from samlink.cli.bench import measure
from samlink.cli.bench.findings import (
    BenchError,
    EndToEnd,
    Findings,
    Floors,
    Latency,
    Machine,
    Plan,
    Rate,
    Runs,
    Start,
)
from samlink.cli.bench.floors import echo_per_second, wire_speed
from samlink.cli.bench.load import SENDER, Load, Target
from samlink.cli.bench.processes import GatewayChild, gateway
from samlink.cli.bench.store_floors import (
    ACCOUNT_ID,
    COMMIT_ROWS,
    bare_lives_per_second,
    bench_account,
    fill,
    store_lives_per_second,
)
from samlink.cli.formatting import now_ms
from samlink.cli.texts import say
from samlink.store.credentials import Credentials, generate_password
from samlink.store.sqlite.admin import Admin

HALF: Final = 0.5
WARM_UP_SHARE: Final = 0.05
FLOOR_MESSAGES: Final = 96_000
GENERATOR: Final = "load generator"
R = TypeVar("R", bound=Rate)

Tell = Callable[[str], None]
"""Called with the name of each step."""


class Steps:
    """Names each step as it begins, and times the processor and the disk before it."""

    def __init__(self, machine: Machine, directory: Path, tell: Tell) -> None:
        self._machine = machine
        self._directory = directory
        self._tell = tell

    def begin(self, name: str) -> None:
        """A step begins."""
        self._machine.anchor_us.append(measure.anchor_us())
        self._machine.fdatasync_ms.append(measure.fdatasync_ms(self._directory))
        self._tell(name)


async def run(plan: Plan, directory: Path, tell: Tell) -> Findings:
    """Everything, on a gateway of our own whose data lies in a temporary directory in `directory`.

    Raises:
        BenchError: a step failed, or a message was lost.
    """
    with _temporary(directory) as place:
        machine = measure.machine(place)
        steps = Steps(machine, place, tell)
        found = await _traffic(plan, place / "traffic", machine, steps)
        if plan.queued:
            found.start = await _start(plan, place / "queued", steps)
        steps.begin(say("bench.step_wire"))
        found.wire = wire_speed(plan.batch)
        found.floors = await _floors(plan, place, steps)
    return found


async def run_against(plan: Plan, target: Target, directory: Path, tell: Tell) -> Findings:
    """Traffic only, at a gateway that runs already.

    Raises:
        BenchError: a step failed, or a message was lost.
    """
    with _temporary(directory) as place:
        steps = Steps(machine := measure.machine(place), place, tell)
        async with _load(target, plan) as load:
            await _warm_up(load, plan)
            end_to_end = await _end_to_end(load, plan, steps, _own_cpu)
            latency = await _latency(load, plan, steps, end_to_end)
            await load.settle()
            verified = load.tally.verify()
    return Findings(plan=plan, machine=machine, end_to_end=end_to_end, latency_end_to_end=latency, verified=verified)


# -- the steps


async def _traffic(plan: Plan, data: Path, machine: Machine, steps: Steps) -> Findings:
    password = _account(data, plan.batch)
    async with gateway(data) as served:
        async with _load(_target(served, password), plan) as load:
            await _warm_up(load, plan)
            end_to_end = await _end_to_end(load, plan, steps, lambda: served.cpu_seconds() | _own_cpu())
            latency = await _latency(load, plan, steps, end_to_end)
            await load.settle()
            found = Findings(plan=plan, machine=machine, end_to_end=end_to_end, latency_end_to_end=latency)
            await _burst(load, served, found, steps)
            found.resident_mb = served.resident_mb(peak=True) | {GENERATOR: measure.resident_mb(os.getpid(), peak=True)}
            found.verified = load.tally.verify()
        await served.process.stop()
    _check_store(data, found.verified)
    return found


async def _warm_up(load: Load, plan: Plan) -> None:
    await load.send(max(plan.batch, int(plan.messages * WARM_UP_SHARE)))
    await load.settle()


async def _end_to_end(load: Load, plan: Plan, steps: Steps, cpu: Callable[[], dict[str, float]]) -> EndToEnd:
    found = []
    for _ in range(plan.runs):
        steps.begin(say("bench.step_end_to_end"))
        found.append(await _end_to_end_once(load, plan, cpu))
    middle = _median(found)
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
    steps.begin(say("bench.step_latency"))
    pace = of.messages_per_second * HALF
    return measure.latency_of(await load.send_paced(pace, plan.paced_seconds), pace)


async def _burst(load: Load, served: GatewayChild, found: Findings, steps: Steps) -> None:
    plan = found.plan
    await served.hold()
    bursts: list[Runs] = []
    for _ in range(plan.runs):
        steps.begin(say("bench.step_burst"))
        taken = await load.send(plan.messages)
        bursts.append(Runs(**_rate(plan.messages, taken), all_per_second=[]))
    found.burst = _median(bursts)
    found.burst.all_per_second = [one.messages_per_second for one in bursts]
    found.latency_burst = await _latency(load, plan, steps, found.burst)
    steps.begin(say("bench.step_release"))
    waiting, began = load.tally.missing, time.perf_counter()
    await served.release()
    await load.settle()
    found.drain = Rate(**_rate(waiting, time.perf_counter() - began))


async def _start(plan: Plan, data: Path, steps: Steps) -> Start:
    steps.begin(say("bench.step_queue", messages=f"{plan.queued:,}"))
    password = _account(data, plan.batch)
    await asyncio.to_thread(fill, data, 1, plan.queued)
    _forget_cached(data)
    steps.begin(say("bench.step_start"))
    began = time.perf_counter()
    async with gateway(data, held=True) as served:
        one = Plan(connections=1, report_connections=0, batch=plan.batch)
        async with _load(_target(served, password), one):
            taken = time.perf_counter() - began
        resident = sum(served.resident_mb(peak=False).values())
    return Start(queued=plan.queued, seconds=taken, resident_mb=resident)


async def _floors(plan: Plan, place: Path, steps: Steps) -> Floors:
    messages = min(FLOOR_MESSAGES, plan.messages)
    steps.begin(say("bench.step_echo"))
    echo = await echo_per_second(plan)
    steps.begin(say("bench.step_bare"))
    bare = await asyncio.to_thread(bare_lives_per_second, place, messages)
    steps.begin(say("bench.step_store"))
    store = await asyncio.to_thread(store_lives_per_second, place, messages, plan.batch)
    return Floors(
        echo_per_second=echo,
        bare_lives_per_second=bare,
        store_lives_per_second=store,
        commit_rows=COMMIT_ROWS,
    )


# -- what they stand on


@contextlib.contextmanager
def _temporary(directory: Path) -> Iterator[Path]:
    try:
        place = Path(tempfile.mkdtemp(prefix="samlink-bench-", dir=directory))
    except OSError as error:
        raise BenchError(say("bench.no_directory", directory=directory, why=error.strerror)) from error
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


@contextlib.asynccontextmanager
async def _load(target: Target, plan: Plan) -> AsyncIterator[Load]:
    load = Load(target, plan)
    try:
        await load.start()
        yield load
    finally:
        await load.stop()


def _account(data: Path, batch: int) -> str:
    """Add the account that the load logs in with; its password."""
    password = generate_password()
    with Admin(data) as admin:
        admin.add_account(bench_account(batch), Credentials.open(data).hash_generated(password), now_ms())
        admin.add_senders(ACCOUNT_ID, [SENDER], now_ms())
    return password


def _target(served: GatewayChild, password: str) -> Target:
    return Target(
        host="127.0.0.1",
        send_port=served.send_port,
        report_port=served.report_port,
        id=ACCOUNT_ID,
        password=password,
    )


def _own_cpu() -> dict[str, float]:
    return {GENERATOR: measure.cpu_seconds(os.getpid())}


def _rate(messages: int, seconds: float) -> dict[str, Any]:
    return {"messages": messages, "seconds": seconds, "messages_per_second": messages / seconds}


def _median(found: Sequence[R]) -> R:
    return sorted(found, key=lambda one: one.messages_per_second)[len(found) // 2]


def _check_store(data: Path, verified: int) -> None:
    """The store must agree with the client: every message reported, the money in order."""
    with Admin(data) as admin:
        counts = {state: number for state, number in admin.counts().items() if number}
        wrong = admin.audit()
    if counts != {"reported": verified}:
        raise BenchError(say("bench.store_counts", verified=verified, counts=counts))
    if wrong:
        raise BenchError(say("bench.audit", why=wrong[0]))


def _forget_cached(data: Path) -> None:
    """Ask the system to drop what it has cached of the files, so that a start has to read them."""
    for path in data.iterdir():
        if path.is_file():
            handle = os.open(path, os.O_RDONLY)
            os.fsync(handle)
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(handle)
