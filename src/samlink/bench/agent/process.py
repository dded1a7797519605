"""The agent of the benchmark: `samlink agent run` as a process of its own, as a customer runs it."""

import json
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from samlink.bench.agent.customer import PREFIX
from samlink.bench.agent.findings import AgentPlan
from samlink.bench.findings import BenchError
from samlink.bench.measure import cpu_seconds, resident_mb
from samlink.bench.store import ACCOUNT_ID
from samlink.testing.processes.agent import AgentProcess
from samlink.vocabulary.problem import N_

LOG_LINES: Final = 3
_DATABASE_PASSWORD: Final = "SAMLINK_BENCH_DB_PASSWORD"
_GATEWAY_PASSWORD: Final = "SAMLINK_BENCH_PASSWORD"
_SETTINGS: Final = """\
[database]
url = {url}
{database_password}
[gateway]
host = "127.0.0.1"
id = {id}
base_port = {base_port}
connections = {connections}
password_env = "{gateway_password}"
[work]
prefix = {prefix}
"""


class BenchAgent(AgentProcess):
    """An agent on the benchmark's tables, and what it uses; its settings lie in `place`."""

    def __init__(self, place: Path, url: sa.URL, *, base_port: int, password: str, plan: AgentPlan) -> None:
        settings = _SETTINGS.format(
            url=_quoted(url._replace(password=None).render_as_string(hide_password=False)),
            database_password=f'password_env = "{_DATABASE_PASSWORD}"' if url.password else "",
            id=_quoted(ACCOUNT_ID),
            base_port=base_port,
            connections=plan.connections,
            gateway_password=_GATEWAY_PASSWORD,
            prefix=_quoted(PREFIX),
        )
        secrets = {_GATEWAY_PASSWORD: password, _DATABASE_PASSWORD: str(url.password or "")}
        super().__init__(place / "agent.toml", settings, secrets, log_level="warning")

    def check(self) -> None:
        """Raises BenchError if it has ended."""
        if self.over:
            why = " ".join(list(self.lines)[-LOG_LINES:])
            raise BenchError("bench.agent_ended", N_("the agent has ended: {why}"), why=why)

    def cpu_seconds(self) -> float:
        """CPU time so far."""
        self.check()
        return cpu_seconds(self.pid)

    def resident_mb(self) -> float:
        """The most memory that it ever had."""
        self.check()
        return resident_mb(self.pid, peak=True)


def _quoted(text: str) -> str:
    """A TOML string; JSON's are the same."""
    return json.dumps(text, ensure_ascii=False)
