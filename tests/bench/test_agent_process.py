"""The benchmark's agent takes the password of the database as any agent does: it does not stand in its settings."""

import asyncio
from pathlib import Path

import pytest
import sqlalchemy as sa

from samlink.agent.settings import load_settings
from samlink.bench.agent.findings import AgentPlan
from samlink.bench.agent.process import BenchAgent


def test_a_password_stays_out_of_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = sa.make_url("mysql+pymysql://agent:secret@db/shop")

    async def settings() -> str:
        return BenchAgent(tmp_path, url, base_port=40000, password="p", plan=AgentPlan()).settings

    text = asyncio.run(settings())
    assert "secret" not in text
    monkeypatch.setenv("SAMLINK_BENCH_DB_PASSWORD", "secret")
    (tmp_path / "agent.toml").write_text(text)
    assert load_settings(tmp_path / "agent.toml").database_url() == url
