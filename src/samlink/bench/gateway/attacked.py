"""How a good customer fares beside attacks: its accepts while the gateway is attacked, and while a bare server is.

The bare server accepts and closes, so that what the attack costs the machine is in both figures, and what it costs the
gateway's customers in one of them.
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import msgspec

from samlink.bench import measure
from samlink.bench.findings import Attacked, Plan
from samlink.bench.gateway import bare_server
from samlink.bench.gateway.attacks import ATTACKS_ON_SMS, BAD, CHOSEN, PASSWORD
from samlink.bench.load import Load, opened
from samlink.bench.processes import child, gateway
from samlink.bench.steps import Steps
from samlink.bench.store import add_bench_account, bench_account
from samlink.store.credentials import Credentials
from samlink.store.sqlite.admin import Admin
from samlink.vocabulary.language import phrase
from samlink.vocabulary.problem import N_
from samlink.vocabulary.services import Duty

PACE: Final = 30.0
"""Messages a second, each a request of its own."""
FOR_EVER: Final = 3600.0


async def attacked(plan: Plan, data: Path, steps: Steps) -> list[Attacked]:
    """Each attack in turn, on a gateway of our own and on a bare server."""
    password = add_bench_account(data, 1)
    _add_attackers(data)
    good = Plan(connections=1, report_connections=1, batch=1)
    found: list[Attacked] = []
    async with child(bare_server.__name__) as (_, bare_ports), gateway(data) as served:
        async with opened(served.target(password), good) as load:
            await load.send_paced(PACE, 1.0)
            for name in ATTACKS_ON_SMS:
                steps.begin(phrase(N_("a good customer beside {attack}"), attack=name))
                floor = await _p99_ms(load, name, bare_ports, plan.paced_seconds)
                p99 = await _p99_ms(load, name, [served.port(Duty.SEND), served.port(Duty.REPORT)], plan.paced_seconds)
                found.append(Attacked(attack=name, bare_p99_ms=floor, p99_ms=p99, ratio=p99 / floor))
            await load.settle()
            load.tally.verify()
        await served.stop()
    return found


def _add_attackers(data: Path) -> None:
    credentials = Credentials.open(data)
    generated, chosen = credentials.hash_generated(PASSWORD), credentials.hash_chosen(PASSWORD)
    with Admin(data) as admin:
        for id in (*BAD, CHOSEN):
            account = msgspec.structs.replace(bench_account(9999), id=id, allow=("127.1.0.0/16",))
            admin.add_account(account, chosen if id == CHOSEN else generated)


async def _p99_ms(load: Load, name: str, ports: list[int], seconds: float) -> float:
    async with attack(name, dict(zip(("SMS send", "SMS report"), ports, strict=True)), FOR_EVER):
        return measure.latency_of(await load.send_paced(PACE, seconds), PACE).p99_ms


@contextlib.asynccontextmanager
async def attack(name: str, ports: dict[str, int], seconds: float) -> AsyncIterator[asyncio.subprocess.Process]:
    """An attack from a process of its own, which has begun; ended with the block."""
    async with child("samlink.bench.gateway.attacks", name, str(seconds), json.dumps(ports)) as (process, _):
        yield process
