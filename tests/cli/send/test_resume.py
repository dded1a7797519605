"""A bulk that ends early says what is certain, and goes on where it ended: `samlink send --resume`."""

import asyncio
import json
import os
import signal
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from samlink.cli.commands.send.resume_file import open_resume_file
from samlink.cli.commands.send.send import OUTCOME_UNKNOWN
from samlink.cli.errors import CommandError
from samlink.client import Message
from samlink.testing.processes.logged import SAMLINK
from samlink.testing.scripted_gateway import PASSWORD, ScriptedGateway, Step
from tests.cli.running import Ran

Samlink = Callable[..., Ran]
COUNT = 100
RECEIVERS = [f"010{number:08}" for number in range(COUNT)]


class Sending:
    """`samlink send` as a process beside a scripted gateway in this one."""

    def __init__(self, gateway: ScriptedGateway, *options: str, text: str = "안녕하세요") -> None:
        Path("list.txt").write_text("\n".join(RECEIVERS))
        place = ("--base-port", str(gateway.base_port), "--id", "shop", "--to-file", "list.txt")
        self.command = (*SAMLINK, "send", *place, *options, text)

    async def begin(self) -> asyncio.subprocess.Process:
        """Start it."""
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "SAMLINK_PASSWORD": PASSWORD}
        pipe = asyncio.subprocess.PIPE
        return await asyncio.create_subprocess_exec(*self.command, env=environment, stdout=pipe, stderr=pipe)

    async def run(self) -> Ran:
        """Run it to its end."""
        return await ended(await self.begin())


async def ended(process: asyncio.subprocess.Process) -> Ran:
    """How a process ended."""
    out, err = await process.communicate()
    assert process.returncode is not None
    return Ran(process.returncode, out.decode(), err.decode())


def states(ran: Ran) -> dict[str, int]:
    """How many messages are in each state, by `--json`."""
    found = [json.loads(line)["state"] for line in ran.out.splitlines()]
    return {state: found.count(state) for state in found}


def recorded(path: Path) -> list[dict[str, Any]]:
    """The lines of a resume file."""
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_what_is_in_flight_may_have_been_taken(number: signal.Signals) -> None:
    async with ScriptedGateway() as gateway:
        gateway.steps.extend([Step.TAKE, Step.TAKE_AND_STAY_SILENT])
        process = await Sending(gateway, "--json", "--resume", "sent.jsonl").begin()
        await gateway.until(lambda: len(gateway.requests) == 2)
        process.send_signal(number)
        ran = await ended(process)
        taken = len(gateway.messages)
    assert ran.code == 128 + number
    assert states(ran) == {"accepted": 30, "unknown": 30, "not_sent": 40}
    assert taken == 60
    assert "Certainly not sent: 40." in ran.err
    assert "Of 30 it is not known" in ran.err
    assert "and 10 more" in ran.err
    assert "--resume sent.jsonl" in ran.err
    unsure = [json.loads(line) for line in ran.out.splitlines() if json.loads(line)["state"] == "unknown"]
    assert {line["accepted"] for line in unsure} == {None}
    assert RECEIVERS[31] not in ran.err


@pytest.mark.parametrize("name", ["", "samlink"])
async def test_resuming_sends_what_was_certainly_not_taken(name: str) -> None:
    """And what may have been taken only where the gateway promises to take a key once."""
    async with ScriptedGateway() as gateway:
        gateway.name = name
        gateway.steps.extend([Step.TAKE, Step.TAKE_AND_STAY_SILENT])
        sending = Sending(gateway, "--json", "--resume", "sent.jsonl")
        process = await sending.begin()
        await gateway.until(lambda: len(gateway.requests) == 2)
        process.send_signal(signal.SIGKILL)
        await ended(process)
        before = {record.message_id for request in gateway.requests[:2] for record in request.records}
        ran = await sending.run()
        again = [record.message_id for request in gateway.requests[2:] for record in request.records]
        keys = list(gateway.messages)
    repeated = before & set(again)
    if name:
        assert ran.code == 0
        assert states(ran) == {"accepted": COUNT}
        assert len(keys) == len({receiver for _, _, receiver in keys}) == COUNT
    else:
        assert ran.code == OUTCOME_UNKNOWN
        found = states(ran)
        assert found.keys() == {"accepted", "unknown"}
        assert 30 <= found["unknown"] <= 60
        assert not repeated


async def test_a_second_run_keeps_the_keys() -> None:
    async with ScriptedGateway() as gateway:
        gateway.name = ""
        gateway.steps.extend([Step.TAKE, Step.TAKE_AND_STAY_SILENT])
        sending = Sending(gateway, "--resume", "sent.jsonl")
        process = await sending.begin()
        await gateway.until(lambda: len(gateway.requests) == 2)
        process.send_signal(signal.SIGTERM)
        await ended(process)
        planned = {line["message_id"] for line in recorded(Path("sent.jsonl")) if "message_id" in line}
        ran = await sending.run()
        assert ran.code == OUTCOME_UNKNOWN
        assert "30 of 100 were accepted before, 30 may have been taken; 40 are sent now." in ran.err
        assert {message_id for _, message_id, _ in gateway.messages} == planned
        assert sum(len(request.records) for request in gateway.requests) == COUNT
        third = await sending.run()
    assert third.code == OUTCOME_UNKNOWN
    assert "70 of 100 were accepted before, 30 may have been taken; 0 are sent now." in third.err


async def test_what_may_have_been_taken_is_not_called_untaken_when_a_later_run_fails() -> None:
    """Whoever reads that it was certainly not taken sends it by other means."""
    async with ScriptedGateway() as gateway:
        gateway.steps.extend([Step.TAKE_AND_STAY_SILENT])
        sending = Sending(gateway, "--json", "--resume", "sent.jsonl")
        process = await sending.begin()
        await gateway.until(lambda: len(gateway.requests) == 1)
        process.send_signal(signal.SIGKILL)
        await ended(process)
        unanswered = {record.receiver for record in gateway.requests[0].records}
        gateway.refuses = lambda _: True
        ran = await sending.run()
    said = {line["to"]: line["state"] for line in map(json.loads, ran.out.splitlines())}
    assert {state for to, state in said.items() if to in unanswered} == {"unknown"}
    assert ran.code == OUTCOME_UNKNOWN


async def test_an_answer_that_never_comes_is_listed_for_a_decision(samlink: Samlink) -> None:
    async with ScriptedGateway() as gateway:
        gateway.steps.extend([Step.TAKE_AND_STAY_SILENT])
        process = await Sending(gateway, "--resume", "sent.jsonl").begin()
        await gateway.until(lambda: len(gateway.requests) == 1)
        process.send_signal(signal.SIGINT)
        ran = await ended(process)
    assert "may have been taken" in ran.out
    first = recorded(Path("sent.jsonl"))[1]
    assert f"  010-****-0000  {first['group_id']}/{first['message_id']}" in ran.err


async def test_messages_that_are_held_do_not_hold_each_other_up() -> None:
    async with ScriptedGateway() as gateway:
        options = ("--type", "lms", "--reserve", "+2s", "--resume", "sent.jsonl")
        assert (await Sending(gateway, *options).run()).code == 0
        assert len(gateway.messages) == COUNT


def test_the_file_belongs_to_its_messages() -> None:
    messages = [Message(to="01012345606", text="one"), Message(to="01012345607", text="two")]
    path = Path("sent.jsonl")
    open_resume_file(path, "shop", messages).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "01012345606" not in path.read_text()
    assert open_resume_file(path, "shop", [Message(to=one.to, text=one.text) for one in messages]).found[1] == (
        messages[0].group_id,
        messages[0].message_id,
        "not_sent",
        None,
    )
    for other, account in ((messages[:1], "shop"), (messages[::-1], "shop"), (messages, "shop2")):
        with pytest.raises(CommandError):
            open_resume_file(path, account, other)


def test_two_at_once_and_a_damaged_file_are_refused() -> None:
    messages, path = [Message(to="01012345606", text="one")], Path("sent.jsonl")
    file = open_resume_file(path, "shop", messages)
    with pytest.raises(CommandError, match=r"another samlink works with sent\.jsonl"):
        open_resume_file(path, "shop", messages)
    file.given([1])
    file.close()
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"n": 1, "sta')
    torn = open_resume_file(path, "shop", messages)
    assert torn.found[1].state == "unknown"
    torn.told(1, "accepted")
    torn.close()
    again = open_resume_file(path, "shop", messages)
    assert again.found[1].state == "accepted"
    again.close()
    path.write_bytes(whole.replace(b'"given"', b'"given'))
    with pytest.raises(CommandError, match="line 3 is damaged"):
        open_resume_file(path, "shop", messages)


def test_a_file_that_cannot_be_written_stops_before_anything_is_sent(
    samlink: Samlink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAMLINK_PASSWORD", PASSWORD)
    place = ("--id", "shop", "--base-port", "1", "--to", "01012345606")
    samlink("send", *place, "--resume", "no/such/dir.jsonl", "hi").failed_plainly("no/such/dir.jsonl", code=1)
    samlink("send", *place, "--resume", "/dev/full", "hi").failed_plainly("/dev/full", code=1)
