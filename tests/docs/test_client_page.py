"""The client's pages: every program of theirs runs as printed, beside a gateway, and prints what the page shows."""

import asyncio
import os
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from samlink.testing.scripted_gateway import PASSWORD, ScriptedGateway
from tests.docs.pages import Block, blocks

PAGES = ("docs/client.md", "docs/client.ko.md")
PROGRAMS = {"python", "python forever"}


class Reader:
    """A person who runs the programs of a page one after the other, in one directory."""

    def __init__(self, gateway: ScriptedGateway, directory: Path) -> None:
        self._gateway = gateway
        self._directory = directory

    async def run(self, block: Block, shown: str) -> None:
        """Run one program; one that runs for ever is ended when it has acknowledged every result."""
        # The page's gateway is on the standard ports, this one on free ones.
        source = block.text.replace('host="127.0.0.1"', f'host="127.0.0.1", base_port={self._gateway.base_port}')
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", source.replace("quiet_seconds=10", "quiet_seconds=1")),
            cwd=self._directory,
            env=os.environ | {"SAMLINK_PASSWORD": PASSWORD, "PYTHONIOENCODING": "utf-8"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        if block.kind == "python forever":
            await self._gateway.until(self._all_acknowledged)
            process.terminate()
        out, err = await process.communicate()
        if block.kind == "python":
            assert (process.returncode, err.decode()) == (0, ""), f"line {block.line}"
        if shown:
            assert out.decode() == shown, f"line {block.line}"

    def _all_acknowledged(self) -> bool:
        return sum(map(len, self._gateway.acknowledged)) >= len(self._gateway.messages)


@pytest.mark.parametrize("page", PAGES)
async def test_every_program_runs_as_printed(page: str, tmp_path: Path) -> None:
    async with ScriptedGateway() as gateway:
        gateway.results_by_themselves = True
        reader = Reader(gateway, tmp_path)
        found = [*blocks(page), Block("", "", 0)]
        for block, after in pairwise(found):
            if block.kind in PROGRAMS:
                await reader.run(block, after.text if after.kind == "text" else "")
        groups = {group for group, _, _ in gateway.messages}
        assert {"SALE", "OTP", "G"} <= groups
        assert sum(group == "SALE" for group, _, _ in gateway.messages) == 10_000
    assert (tmp_path / "results.sqlite").stat().st_size > 100_000


def test_both_languages_have_the_same_programs() -> None:
    assert [block.text for block in blocks(PAGES[0])] == [block.text for block in blocks(PAGES[1])]
