"""What `samlink agent check` says of the other end: whether what is not answered is sent again."""

import asyncio
from pathlib import Path

import pytest

from samlink.agent.settings import AgentSettings, Database, Gateway, Work
from samlink.cli.commands.agent.checks import check
from samlink.cli.errors import CommandError
from samlink.client import ByPeer
from samlink.testing.scripted_gateway import HOST, PASSWORD, ScriptedGateway

STRANGER = ""


@pytest.mark.parametrize(
    ("peer", "said"),
    [
        (("samlink", ByPeer.AUTO), "logged in; a samlink gateway"),
        (("samlink", ByPeer.NO), "logged in\n"),
        ((STRANGER, ByPeer.AUTO), "waits for its result (resend_unanswered)"),
        ((STRANGER, ByPeer.NO), "waits for its result (resend_unanswered)"),
        ((STRANGER, ByPeer.YES), "a message may go out twice"),
    ],
)
async def test_it_says_what_becomes_of_rows_that_are_not_answered(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    peer: tuple[str, ByPeer],
    said: str,
) -> None:
    monkeypatch.setenv("GATEWAY_PASSWORD", PASSWORD)
    async with ScriptedGateway() as gateway:
        gateway.name, resend = peer
        settings = AgentSettings(
            database=Database(url=f"sqlite:///{tmp_path}/none.sqlite"),
            gateway=Gateway(
                host=HOST,
                id="scripted",
                base_port=gateway.base_port,
                password_env="GATEWAY_PASSWORD",
                resend_unanswered=resend,
            ),
            work=Work(),
            directory=str(tmp_path),
        )
        with pytest.raises(CommandError, match="1 of"):  # there is no database
            await asyncio.to_thread(check, settings, as_json=False)
    lines = capsys.readouterr().out.splitlines(keepends=True)
    [line] = [line for line in lines if "SMS send" in line]
    assert said in line
    [results] = [line for line in lines if "SMS results" in line]
    assert results.endswith("logged in\n")
