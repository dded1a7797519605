"""The blocking example, run as a program."""

import asyncio
import os
import sys
from pathlib import Path

from samlink.testing.scripted_gateway import PASSWORD, Refuse, ScriptedGateway
from samlink.vocabulary.responses import ResponseCode

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "send_blocking.py"


async def run(gateway: ScriptedGateway, text: str) -> tuple[int, str]:
    """Exit code and output of the example."""
    arguments = ["127.0.0.1", str(gateway.base_port), "scripted", "010-1234-5678", "02-1234-5678", text]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(EXAMPLE),
        *arguments,
        env={**os.environ, "SAMLINK_PASSWORD": PASSWORD, "PYTHONIOENCODING": "utf-8"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, output.decode()


async def test_it_sends_and_tells_the_result(gateway: ScriptedGateway) -> None:
    gateway.results_by_themselves = True
    code, output = await run(gateway, "안녕하세요")
    assert code == 0, output
    (record,) = gateway.messages.values()
    assert (record.text, record.receiver, record.sender) == ("안녕하세요", "01012345678", "0212345678")
    assert output.splitlines() == [f"taken: {record.group_id}/{record.message_id}", "result: 6 delivered"]
    assert len(gateway.acknowledged) == 1


async def test_it_tells_a_refusal(gateway: ScriptedGateway) -> None:
    gateway.logins.append(Refuse(ResponseCode.ADDRESS_NOT_ALLOWED, "address not allowed"))
    code, output = await run(gateway, "안녕하세요")
    assert code == 1
    assert output.strip() == "refused: 11002 IP address not registered: address not allowed"


async def test_what_cannot_be_sent_is_a_sentence(gateway: ScriptedGateway) -> None:
    code, output = await run(gateway, "가" * 60)
    assert (code, len(output.splitlines())) == (1, 1), output
    assert "at most 100" in output


async def test_a_gateway_that_is_away_is_a_sentence() -> None:
    async with ScriptedGateway() as gone:
        pass
    code, output = await run(gone, "안녕하세요")
    assert (code, len(output.splitlines())) == (1, 1), output
    assert "Connection refused" in output
