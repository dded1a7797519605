"""The agent's kill test with an odd vendor: acknowledged or unknown, never twice; results and a person settle the rest.

The vendor closes after the first half of an answer, answers 1026 for 1021, takes and never answers, or drops a request;
the agent is killed (SIGKILL) at moments drawn from a seed. SAMLINK_KILL_SEED plays one again.
"""

from pathlib import Path
from typing import Final

import pytest

from tests.agent_kill.odd_runs import prove_odd
from tests.agent_kill.test_agent_kill import database

KILLS: Final = 6
SOAK_KILLS: Final = 100
DATABASES: Final = ("sqlite", "mariadb", "postgresql")


@pytest.mark.timeout(300)
async def test_a_row_is_acknowledged_or_unknown_and_never_sent_twice(tmp_path: Path) -> None:
    with database("sqlite", tmp_path) as url:
        await prove_odd(tmp_path, url, KILLS)


@pytest.mark.soak
@pytest.mark.timeout(0)
@pytest.mark.parametrize("kind", DATABASES)
async def test_a_row_is_acknowledged_or_unknown_in_a_long_time(tmp_path: Path, kind: str) -> None:
    with database(kind, tmp_path) as url:
        await prove_odd(tmp_path, url, SOAK_KILLS)
