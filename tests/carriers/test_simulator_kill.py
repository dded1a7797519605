"""A carrier that is killed still knows what it had: its process is killed with SIGKILL, and its journal audited."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from samlink.carriers.contract import Verdict
from samlink.carriers.simulator import SimulatedCarrier, SimulatorSettings, read_journal
from samlink.testing.conformance.carrier import batch
from tests.carriers import killed_carrier
from tests.carriers.sample import ids

SETTINGS = SimulatorSettings(journal_segment_bytes=4096, keep_journal=True)


ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}


def command_of(directory: Path, first: int) -> list[str]:
    return [sys.executable, killed_carrier.__file__, str(directory), str(first)]


def run_and_kill(directory: Path, first: int, lines: int) -> tuple[set[int], set[int]]:
    """Let a carrier say so many lines and kill it; what it was told was taken, and what it acknowledged."""
    command = command_of(directory, first)
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=ENVIRONMENT, text=True) as process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(lines)]
        process.kill()
        # What it said between our last look and its end counts too; a torn last line does not.
        said += [line for line in process.stdout if line.endswith("\n")]
    taken: set[int] = set()
    acknowledged: set[int] = set()
    for line in said:
        kind, *words = line.split()
        if kind == "taken":
            taken.update(range(int(words[0]), int(words[0]) + int(words[1])))
        else:
            acknowledged.update(int(word) for word in words)
    return taken, acknowledged


@pytest.mark.parametrize("lines", [1, 2, 40, 333])
async def test_what_it_took_is_known_after_a_kill(tmp_path: Path, lines: int) -> None:
    taken, acknowledged = run_and_kill(tmp_path, 1, lines)
    entries = read_journal(tmp_path)
    assert taken <= set(entries)
    assert {entry.submitted for entry in entries.values()} == {1}
    assert {entry.delivered for entry in entries.values()} == {1}
    # An acknowledgement is written before it is said, so the journal can only know more.
    assert acknowledged <= {entry.id for entry in entries.values() if entry.acknowledged}

    carrier = SimulatedCarrier(SETTINGS, tmp_path)
    await carrier.start()
    owed = {entry.id for entry in entries.values() if not entry.acknowledged}
    results = list(await carrier.results(100_000)) if owed else []
    assert set(ids(results)) == owed
    assert len(results) == len(owed)
    carrier.acknowledge(results)
    answers = await carrier.submit(batch(max(taken) - 2, 3, attempts=2))
    assert {answer.verdict for answer in answers} == {Verdict.TAKEN}
    assert carrier.open_results == 0
    await carrier.stop()
    after = read_journal(tmp_path)
    assert {entry.delivered for entry in after.values()} == {1}
    assert {entry.acknowledged for entry in after.values()} == {1}
    assert sum(entry.repeats for entry in after.values()) == 3


async def test_killed_again_and_again_nothing_is_lost_or_delivered_twice(tmp_path: Path) -> None:
    taken: set[int] = set()
    for number, lines in enumerate((5, 60, 1, 120)):
        some, _ = run_and_kill(tmp_path, 1 + 1_000_000 * number, lines)
        taken |= some
    entries = read_journal(tmp_path)
    assert taken <= set(entries)
    assert {(entry.submitted, entry.delivered) for entry in entries.values()} == {(1, 1)}
    carrier = SimulatedCarrier(SETTINGS, tmp_path)
    await carrier.start()
    results = list(await carrier.results(100_000))
    carrier.acknowledge(results)
    await carrier.stop()
    assert {entry.id for entry in read_journal(tmp_path).values() if not entry.acknowledged} == set()


def error_of_another_process(directory: Path) -> str:
    """How a second carrier on the same directory ends."""
    done = subprocess.run(command_of(directory, 1), capture_output=True, env=ENVIRONMENT, text=True, check=False)
    assert done.returncode
    return done.stderr


async def test_a_second_process_is_refused_until_the_first_has_stopped(tmp_path: Path) -> None:
    carrier = SimulatedCarrier(SETTINGS, tmp_path)
    await carrier.start()
    assert "is in use by another process" in error_of_another_process(tmp_path)
    await carrier.stop()
    taken, _ = run_and_kill(tmp_path, 1, 1)
    assert taken
