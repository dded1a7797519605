"""The agent's kill test: each row ends with one result, whatever is killed, and is sent once.

Two agents on one database, a gateway with a carrier that makes trouble, and a customer who inserts all the time; agents
and the gateway are killed (SIGKILL) at moments drawn from a seed. A failure shows its seed; SAMLINK_KILL_SEED plays
that one again.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec
import pytest
import sqlalchemy as sa

from tests.agent import servers
from tests.agent_kill.agent_runs import ROWS_AT_LEAST, AgentPlan, prove
from tests.kill.audit import Policy
from tests.kill.settings import BY_REFERENCE, DELAYED, NO_MEMORY, TROUBLE

pytestmark = pytest.mark.timeout(600)
SOAK_KILLS: Final = 300
PLANS: Final = (
    AgentPlan("sqlite", 20, DELAYED),
    AgentPlan("mariadb", 20, TROUBLE + BY_REFERENCE, Policy(by_reference=True)),
    AgentPlan("postgresql", 20, TROUBLE + NO_MEMORY, Policy(idempotent=False)),
)
KINDS: Final = (
    AgentPlan("mariadb", 12, TROUBLE + BY_REFERENCE, Policy(by_reference=True), "MyISAM"),
    AgentPlan("mariadb", 12, DELAYED, shape="view"),
    AgentPlan("postgresql", 12, DELAYED, shape="single log"),
    AgentPlan("mariadb", 12, DELAYED, shape="text times"),
    AgentPlan("mariadb", 12, DELAYED, shape="text ids"),
    AgentPlan("postgresql", 12, TROUBLE + NO_MEMORY, Policy(idempotent=False), "UUIDs"),
)
"""Kinds of tables; `make test` kills a part of what `make soak` does. Agents and gateway only: an engine without
transactions promises nothing when its server dies."""
PART: Final = 4


@contextlib.contextmanager
def database(kind: str, directory: Path) -> Iterator[sa.URL]:
    """An empty database of a kind."""
    if kind == "sqlite":
        yield sa.URL.create("sqlite", database=str(directory / "customer.sqlite"))
        return
    (directory / "server").mkdir()
    with {"mariadb": servers.mariadb, "postgresql": servers.postgresql}[kind](directory / "server") as databases:
        yield databases()


def test_there_are_sixty_kills() -> None:
    assert sum(plan.kills for plan in PLANS) >= 60
    assert sum(plan.kills for plan in KINDS) >= 60


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.database)
async def test_every_row_ends_with_one_result_and_is_sent_once(tmp_path: Path, plan: AgentPlan) -> None:
    with database(plan.database, tmp_path) as url:
        world = await prove(tmp_path, url, plan)
    assert len(world.rows) >= ROWS_AT_LEAST


@pytest.mark.parametrize("plan", KINDS, ids=lambda plan: plan.shape)
async def test_every_kind_of_table_is_sent_once(tmp_path: Path, plan: AgentPlan) -> None:
    with database(plan.database, tmp_path) as url:
        await prove(tmp_path, url, msgspec.structs.replace(plan, kills=PART))


@pytest.mark.soak
@pytest.mark.timeout(0)
@pytest.mark.parametrize("plan", KINDS, ids=lambda plan: plan.shape)
async def test_every_kind_of_table_is_sent_once_under_many_kills(tmp_path: Path, plan: AgentPlan) -> None:
    with database(plan.database, tmp_path) as url:
        await prove(tmp_path, url, plan)


@pytest.mark.soak
@pytest.mark.timeout(0)
@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.database)
async def test_every_row_ends_with_one_result_in_a_long_time(tmp_path: Path, plan: AgentPlan) -> None:
    with database(plan.database, tmp_path) as url:
        await prove(tmp_path, url, msgspec.structs.replace(plan, kills=SOAK_KILLS))
