"""The kill test with the client library instead of the thin client: it keeps its word though its gateway is killed.

What `Sender` says is `Sent` is there, once; `Receiver` hands each result on exactly once.
"""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from samlink import client
from samlink.client import ClientSettings, Receiver, Sender, Sent, Version
from samlink.link.free_ports import free_base_port
from samlink.testing.pictures import jpeg
from samlink.vocabulary.kinds import Kind
from samlink.vocabulary.times import KST
from samlink.wire import choices
from tests.kill import told
from tests.kill.audit import Policy
from tests.kill.customers import HOST, Town
from tests.kill.runs import POSTPAID, PREPAID, Plan, Run, no_findings, seed_of
from tests.kill.settings import BY_REFERENCE, CARRIER, GATEWAY, TROUBLE
from tests.kill.told import Key, Packet, turns
from tests.kill.traffic import NETWORK_RESULTS, TIME_LIMIT, Customer, demanded

pytestmark = pytest.mark.timeout(300)
KILLS: Final = 10
CONNECTIONS: Final = 3
POLL_SECONDS: Final = 0.1
"""A customer that polls more often than the manual says, so that the test ends sooner."""
KINDS: Final = {client.Kind.SMS: Kind.SMS, client.Kind.LMS: Kind.LMS, client.Kind.MMS: Kind.MMS}
PICTURE: Final = jpeg()


def a_message(chance: random.Random, number: int) -> client.Message:
    """One of each kind in turn, some with a time limit."""
    last = chance.choice((0, 6, 99, *NETWORK_RESULTS))
    kind = chance.choice((client.Kind.SMS, client.Kind.SMS, client.Kind.SMS, client.Kind.LMS))
    timeout = datetime.now(KST).replace(microsecond=0) + timedelta(seconds=chance.choice((1, 2, 3600)))
    return client.Message(
        to=f"010{number % 1_000_000:06}{last:02}",
        text=f"{number} 안녕하세요",
        sender="0212345678",
        kind=kind,
        timeout_at=timeout if chance.random() < 0.1 else None,
    )


async def stream(town: Town, chance: random.Random, picture: str) -> AsyncIterator[client.Message]:
    """Messages until the town stops."""
    number = 0
    while not town.stopping.is_set():
        number += 1
        message = a_message(chance, number)
        if number % 20 == 0:
            message.kind, message.files = client.Kind.MMS, (picture,)
        yield message
        await turns(1)


def note(town: Town, customer: Customer, sent: Sent) -> None:
    """Write down what was told of one message."""
    message = sent.message
    expected = {demanded(sent.key.receiver)} | ({TIME_LIMIT} if message.timeout_at else set())
    key = Key(customer.id, *sent.key)
    files = tuple(str(file) for file in message.files)
    meant = told.Message(key, KINDS[sent.kind], message.text, files, frozenset(expected))
    town.told.packets.append(Packet([meant], asked=1, acknowledged=1))
    town.progress.count("answered")


async def send(town: Town, customer: Customer, settings: ClientSettings) -> None:
    """Send until the town stops."""
    async with Sender(settings, connections=CONNECTIONS) as sender:
        picture = await sender.upload(PICTURE, "jpg")
        town.told.files[customer.id, picture] = PICTURE
        messages = stream(town, random.Random(f"{town.seed} {customer.id}"), picture)
        async for outcome in sender.send_many(messages):
            if isinstance(outcome, Sent):
                note(town, customer, outcome)
            else:
                town.told.wrong.append(str(outcome))


async def receive(town: Town, customer: Customer, settings: ClientSettings) -> None:
    """Take results for ever."""
    async with Receiver(settings) as receiver:
        async for result in receiver:
            town.told.results[Key(customer.id, *result.key)][result.code] += 1
            town.progress.count("results")


@contextlib.asynccontextmanager
async def programs(town: Town, base_port: int) -> AsyncIterator[Sequence["asyncio.Task[None]"]]:
    """Two customers' programs; gives the tasks of those that send."""
    async with asyncio.TaskGroup() as group:
        sending, receiving = [], []
        for customer, version in ((PREPAID, Version.SAM11), (POSTPAID, Version.SAM10)):
            settings = ClientSettings(
                host=HOST,
                id=customer.id,
                password=town.passwords[customer.id],
                base_port=base_port,
                version=version,
                reconnect_seconds=0.05,
                retry_seconds=0.05,
                refusals_limit=1_000,
            )
            sending.append(group.create_task(send(town, customer, settings)))
            receiving.append(group.create_task(receive(town, customer, settings)))
        yield sending
        for task in receiving:
            task.cancel()


async def test_the_library_keeps_its_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choices, "POLL_SECONDS", POLL_SECONDS)
    seed = seed_of("library")
    base_port = free_base_port()
    settings = GATEWAY.replace("base_port = 0", f"base_port = {base_port}") + CARRIER + TROUBLE + BY_REFERENCE
    run = Run(tmp_path / "data", Plan("library", KILLS, settings, Policy(by_reference=True)), seed)
    async with run.gateway, programs(run.town, base_port) as sending:
        for _ in range(KILLS):
            await run.kill_once()
        await run.finish(sending)
    outcome = run.outcome()
    no_findings(seed, outcome.world)
    assert outcome.numbers["results seen twice"] == 0, "a receiver hands each result on once"
    assert outcome.numbers["acknowledged"] > 100
