"""The kill test: nothing that was acknowledged is lost, and nothing is sent twice by accident.

A gateway is killed (SIGKILL) under the hands of several customers at moments drawn from a seed, started again, killed
again; then three sides are audited: what the customers were told, the gateway's store, and the carrier's own journal.
A failure shows its seed; SAMLINK_KILL_SEED plays that one again.
"""

from pathlib import Path
from typing import Final

import msgspec
import pytest

from tests.kill.audit import Policy
from tests.kill.runs import Plan, prove
from tests.kill.settings import BY_REFERENCE, CARRIER, DELAYED, GATEWAY, NO_MEMORY, RELUCTANT, TROUBLE, TWO_CARRIERS

pytestmark = pytest.mark.timeout(300)
SOAK_KILLS: Final = 300

PLANS: Final = (
    Plan("quick", 12, GATEWAY + CARRIER),
    Plan("delayed", 12, GATEWAY + CARRIER + DELAYED),
    Plan("trouble", 16, GATEWAY + CARRIER + TROUBLE + BY_REFERENCE, Policy(by_reference=True)),
    Plan("no memory", 12, GATEWAY + CARRIER + TROUBLE + NO_MEMORY, Policy(idempotent=False)),
    Plan("two carriers", 12, GATEWAY + TWO_CARRIERS),
    Plan(
        "no memory, by reference",
        12,
        GATEWAY + CARRIER + TROUBLE + NO_MEMORY + BY_REFERENCE,
        Policy(idempotent=False, by_reference=True),
    ),
)


def test_there_are_sixty_kills() -> None:
    assert sum(plan.kills for plan in PLANS) >= 60


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.name)
async def test_nothing_is_lost_and_nothing_sent_twice(tmp_path: Path, plan: Plan) -> None:
    outcome = await prove(tmp_path / "data", plan)
    assert outcome.numbers["acknowledged"] > 100, outcome.numbers


SOAK: Final = (
    *(msgspec.structs.replace(plan, kills=SOAK_KILLS) for plan in PLANS),
    Plan("reluctant", SOAK_KILLS, GATEWAY + CARRIER + TROUBLE + BY_REFERENCE + RELUCTANT, Policy(by_reference=True)),
)


@pytest.mark.soak
@pytest.mark.timeout(0)
@pytest.mark.parametrize("plan", SOAK, ids=lambda plan: plan.name)
async def test_nothing_is_lost_in_a_long_time(tmp_path: Path, plan: Plan) -> None:
    await prove(tmp_path / "data", plan)
