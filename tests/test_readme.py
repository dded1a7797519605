"""The READMEs' programs run as they stand there."""

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from samlink.testing.scripted_gateway import PASSWORD, ScriptedGateway

ROOT = Path(__file__).resolve().parents[1]


def program(readme: str) -> str:
    """The Python block of a README."""
    found = re.search(r"```python\n(.*?)```", (ROOT / readme).read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


@pytest.mark.parametrize(
    ("readme", "line"), [("README.md", "6 delivered 01190"), ("README.ko.md", "6 전송 성공 01190")]
)
async def test_the_first_message_in_python(tmp_path: Path, readme: str, line: str) -> None:
    async with ScriptedGateway() as gateway:
        gateway.results_by_themselves = True
        text = program(readme)
        assert 'host="127.0.0.1", id="shop"' in text
        script = tmp_path / "first.py"
        script.write_text(
            text.replace(
                'host="127.0.0.1", id="shop"', f'host="127.0.0.1", base_port={gateway.base_port}, id="scripted"'
            ),
            encoding="utf-8",
        )
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(script),
            env={**os.environ, "SAMLINK_PASSWORD": PASSWORD, "PYTHONIOENCODING": "utf-8"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
    assert (process.returncode, output.decode().strip()) == (0, line)


def test_the_blocking_example_says_how_it_is_called() -> None:
    found = subprocess.run(
        [sys.executable, str(ROOT / "examples" / "send_blocking.py")], capture_output=True, text=True, check=False
    )
    assert found.returncode == 1
    assert found.stderr.startswith("usage: SAMLINK_PASSWORD=... python examples/send_blocking.py HOST BASE_PORT ID")
    assert len(found.stderr.splitlines()) == 1
