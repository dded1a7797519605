"""The agent of the benchmark: `samlink agent run` as a process of its own, as a customer runs it."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from samlink.bench.agent.customer import PREFIX
from samlink.bench.agent.findings import AgentPlan
from samlink.bench.findings import BenchError
from samlink.bench.gateway.store_floors import ACCOUNT_ID
from samlink.bench.measure import cpu_seconds, resident_mb
from samlink.vocabulary.reader import _

STOP_SECONDS: Final = 60.0
LOG_LINES: Final = 3
_COMMAND: Final = (sys.executable, "-c", "import sys; from samlink.cli import main; sys.exit(main())", "agent", "run")
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


class AgentProcess:
    """An agent at work, and what it uses. Made by `agent_process`."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self._process = process
        self._log = log

    def check(self) -> None:
        """Raises BenchError when it has ended."""
        if self._process.returncode is not None:
            raise BenchError(
                _("the agent has ended: {why}"), why=" ".join(self._log.read_text().splitlines()[-LOG_LINES:])
            )

    def cpu_seconds(self) -> float:
        """CPU time so far."""
        self.check()
        return cpu_seconds(self._process.pid)

    def resident_mb(self) -> float:
        """The most memory that it ever had."""
        self.check()
        return resident_mb(self._process.pid, peak=True)

    async def stop(self) -> None:
        """Have it stop, and wait until it has."""
        if self._process.returncode is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


@contextlib.asynccontextmanager
async def agent_process(
    place: Path, url: sa.URL, *, base_port: int, password: str, plan: AgentPlan
) -> AsyncIterator[AgentProcess]:
    """An agent on the benchmark's tables; its settings and its log lie in `place`."""
    file, log = place / "agent.toml", place / "agent.log"
    file.write_text(
        _SETTINGS.format(
            url=_quoted(url.set(password=None).render_as_string(hide_password=False)),
            database_password=f'password_env = "{_DATABASE_PASSWORD}"' if url.password else "",
            id=_quoted(ACCOUNT_ID),
            base_port=base_port,
            connections=plan.connections,
            gateway_password=_GATEWAY_PASSWORD,
            prefix=_quoted(PREFIX),
        ),
        encoding="utf-8",
    )
    secrets = {_GATEWAY_PASSWORD: password, _DATABASE_PASSWORD: str(url.password or "")}
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *(*_COMMAND, "--config", str(file)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=output,
            env={**os.environ, **secrets},
            start_new_session=True,  # a Ctrl-C is the benchmark's
        )
    agent = AgentProcess(process, log)
    try:
        yield agent
    finally:
        await agent.stop()


def _quoted(text: str) -> str:
    """A TOML string; JSON's are the same."""
    return json.dumps(text, ensure_ascii=False)
