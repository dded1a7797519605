"""An agent's memory does not grow with what waits: a million rows in the table, and a few thousand of them sent."""

import logging
from pathlib import Path
from typing import Final

import pytest
import sqlalchemy as sa

from samlink.agent.tables.engine import engine_of
from samlink.testing.processes.agent import AgentProcess
from samlink.testing.scripted_gateway import ScriptedGateway
from tests.agent.customer import Customer

WAITING: Final = 1_000_000
SENT: Final = 10_000
LIMIT_MB: Final = 200
_log = logging.getLogger(__name__)
_MANY: Final = """
INSERT INTO UShotSMS (Sender, Receiver, Msg)
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :count)
SELECT '0212345678', '010' || printf('%08d', n), '주문 ' || n || ' 출발했습니다' FROM numbers
"""


def peak_megabytes(pid: int) -> float:
    """The most memory that a process has had resident."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise AssertionError(f"process {pid} has no VmHWM")


@pytest.mark.soak
async def test_a_million_waiting_rows_take_no_memory(tmp_path: Path, gateway: ScriptedGateway) -> None:
    file = tmp_path / "shop.sqlite"
    engine = engine_of(sa.URL.create("sqlite", database=str(file)))
    Customer(engine).run(_MANY, count=WAITING)
    engine.dispose()
    gateway.results_by_themselves = True
    link = gateway.settings()
    settings = f"""
[database]
url = "sqlite:///{file}"
[gateway]
host = "{link.host}"
id = "{link.id}"
base_port = {link.base_port}
password_env = "GATEWAY_PASSWORD"
"""
    async with AgentProcess(tmp_path / "agent.toml", settings, {"GATEWAY_PASSWORD": link.password}) as agent:
        await agent.start()
        await gateway.until(lambda: len(gateway.messages) >= SENT)
        peak = peak_megabytes(agent.pid)
    _log.warning("%d rows waited, %d were sent: %.0f MB at most", WAITING, SENT, peak)
    assert peak < LIMIT_MB
