"""The kill test: nothing that was acknowledged is lost, and nothing is sent twice by accident.

A gateway is killed (SIGKILL) under the hands of several customers at moments drawn from a seed, started again, killed
again; then three sides are audited: what the customers were told, the gateway's store, and the carrier's own journal.
A failure shows its seed; SAMLINK_KILL_SEED plays that one again.
"""

from pathlib import Path
from typing import Final

import pytest

from tests.kill.audit import Policy, audit
from tests.kill.runs import Plan, Run, seed_of

_GATEWAY: Final = """
base_port = 0
waits = { upkeep_seconds = 0.05, poll_seconds = 0.1 }
limits = { claim_batch = 40, results_in_push = 30, reports_in_memory = 200 }
"""
_CARRIER: Final = """
[simulator]
seed = 7
keep_journal = true
refused = { receivers = ["01099998888"] }
refused_result = 13
"""
_TROUBLE: Final = """
answer_lost = { share = 0.1 }
lost_mid_batch = { share = 0.1 }
result_before_answer = { share = 0.1 }
result_twice = { share = 0.1 }
delay_ms = 20
delay_spread_ms = 60
journal_segment_bytes = 20_000
"""
_BY_REFERENCE: Final = "by_reference = { share = 0.3 }\n"
_NO_MEMORY: Final = "drops_repeats = false\n"

PLANS: Final = (
    Plan("quick", 12, _GATEWAY + _CARRIER),
    Plan("delayed", 12, _GATEWAY + _CARRIER + "delay_ms = 30\ndelay_spread_ms = 100\n"),
    Plan("trouble", 16, _GATEWAY + _CARRIER + _TROUBLE + _BY_REFERENCE, Policy(by_reference=True)),
    Plan("no memory", 12, _GATEWAY + _CARRIER + _TROUBLE + _NO_MEMORY, Policy(drops_repeats=False)),
    Plan(
        "no memory, by reference",
        12,
        _GATEWAY + _CARRIER + _TROUBLE + _NO_MEMORY + _BY_REFERENCE,
        Policy(drops_repeats=False, by_reference=True),
    ),
)


def test_there_are_sixty_kills() -> None:
    assert sum(plan.kills for plan in PLANS) >= 60


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.name)
async def test_nothing_is_lost_and_nothing_sent_twice(tmp_path: Path, plan: Plan) -> None:
    seed = seed_of(plan.name)
    run = Run(tmp_path / "data", plan, seed)
    try:
        outcome = await run.play()
    except BaseException:
        print(f"seed {seed}: kills {run.kills}\n{run.gateway.log()}")
        raise
    print(f"seed {seed}: kills {outcome.kills}, {outcome.numbers}")
    if findings := audit(outcome.world):
        pytest.fail(f"seed {seed}: {len(findings)} findings\n" + "\n".join(findings[:30]), pytrace=False)
    assert sum(outcome.kills.values()) == plan.kills
    assert outcome.numbers["acknowledged"] > 100, outcome.numbers
