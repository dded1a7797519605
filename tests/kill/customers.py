"""Customers with thin clients of their own: they ask, write down what they are told, and ask again when they were not.

A client does what the manual says and nothing clever: one request at a time, the same packet again with the same keys
after a broken connection. What is not part of the protocol (which packet, when to give one up, which result to leave
unacknowledged) is drawn from the seed.
"""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from typing import Final

from samlink.link import Link, LinkClosedError
from samlink.link.driver import open_link
from samlink.testing.pictures import jpeg
from samlink.testing.processes.gateway import Ports
from samlink.vocabulary.responses import ResponseClass, ResponseCode, response
from samlink.vocabulary.services import Duty, Service
from samlink.wire import Answered, ClientSession, Ended, FileUpload, KeyRecord, Login, Packet, Requested, Version
from samlink.wire.records import ResultRecord
from tests.kill import told
from tests.kill.told import Key, Progress, Told
from tests.kill.traffic import Lane, Request, Traffic

HOST: Final = "127.0.0.1"
POLL_PAUSE_SECONDS: Final = 0.02
"""Between a SAM10 poll that found nothing and the next one."""
REPEATED: Final = 0.05
"""Share of requests that ask again for what was acknowledged already."""
ABANDONED: Final = 0.15
"""Share of unanswered requests that are not asked again."""
UNACKNOWLEDGED: Final = 0.05
"""Share of 1031s of SAM11 with several results whose last one is left out of the acknowledgement."""
LOST: Final = 0.03
"""Share of results that a customer's program reads and dies with."""
FILES_KEPT: Final = 3
UPLOADS: Final = 0.1
"""Share of requests of an MMS connection that upload a file."""


class Town:
    """What all clients share: where the gateway is, the passwords, what was told, and when to stop."""

    def __init__(self, passwords: dict[str, str], seed: str) -> None:
        self.passwords = passwords
        self.seed = seed
        self.told = Told()
        self.progress = Progress()
        self.stopping = asyncio.Event()
        """No new requests; those that were not answered are asked again until they are."""
        self._ports: Ports = {}
        self._up = asyncio.Event()

    def open(self, ports: Ports) -> None:
        """The gateway listens on these ports."""
        self._ports = ports
        self._up.set()

    def shut(self) -> None:
        """The gateway is gone, or about to be."""
        self._up.clear()

    async def port(self, service: Service, duty: Duty) -> int:
        """The port, once the gateway listens."""
        await self._up.wait()
        return self._ports[service, duty]


@contextlib.asynccontextmanager
async def logged_in(town: Town, lane: Lane, duty: Duty) -> AsyncIterator[Link[ClientSession]]:
    """A connection after its login.

    Raises:
        OSError: it cannot be had, or broke before the login was answered.
    """
    port = await town.port(lane.service, duty)
    link = await open_link(HOST, port, lambda now: ClientSession(lane.service, duty, lane.version, now))
    try:
        link.session.login(Login(lane.customer.id, town.passwords[lane.customer.id]), link.now)
        link.flush()
        event = await link.next_event()
        if isinstance(event, Ended):
            raise LinkClosedError(event.reason)
        assert isinstance(event, Answered), event
        if event.response != ResponseCode.OK:
            note_refusal(town, f"{lane}: login", event)
            raise LinkClosedError(event.message)
        yield link
    finally:
        link.close(at_once=True)
        await link.closed


def note_refusal(town: Town, what: str, event: Answered) -> None:
    """A refusal of class 19 (the gateway is in trouble) may happen around a kill; any other is wrong."""
    if response(event.response).response_class is not ResponseClass.GATEWAY:
        town.told.wrong.append(f"{what} was refused: {event.response} {event.message}")


class SendingCustomer:
    """One send connection, made again whenever it breaks."""

    def __init__(self, town: Town, lane: Lane, name: str, *, traffic: Traffic | None = None) -> None:
        self._town = town
        self._lane = lane
        self._chance = random.Random(f"{town.seed} {name} customer")
        self._traffic = traffic or Traffic(lane, name, town.seed)
        self._pending: Request | None = None
        self._answered: list[Request] = []
        self._files: list[str] = []
        self._uploading: bytes | None = None

    async def run(self) -> None:
        """Send until the town stops, and until everything is answered."""
        while self._pending is not None or not self._town.stopping.is_set():
            with contextlib.suppress(OSError):
                await self._connect_and_send()
            await asyncio.sleep(0)
            if self._pending is not None and self._chance.random() < ABANDONED:
                self._pending.packet.abandoned = not self._pending.packet.acknowledged
                self._pending = None

    async def _connect_and_send(self) -> None:
        async with logged_in(self._town, self._lane, Duty.SEND) as link:
            self._town.progress.count("logged in")
            while await self._send_one(link):
                pass

    async def _send_one(self, link: Link[ClientSession]) -> bool:
        """One request and its answer; false when the connection is of no more use."""
        if link.over or (self._pending is None and self._town.stopping.is_set()):
            return False
        if self._uploading is None and self._pending is None and self._wants_to_upload():
            self._uploading = jpeg(self._chance.randbytes(self._chance.randint(1, 3000)))
        if self._uploading is not None:
            return await self._upload(link, self._uploading)
        if self._pending is None:
            self._pending = self._choose()
        return await self._ask(link, self._pending)

    def _wants_to_upload(self) -> bool:
        return self._lane.service is Service.MMS and (not self._files or self._chance.random() < UPLOADS)

    def _choose(self) -> Request:
        if self._answered and self._chance.random() < REPEATED:
            return self._chance.choice(self._answered)
        request = self._traffic.next(self._files)
        self._town.told.packets.append(request.packet)
        return request

    async def _ask(self, link: Link[ClientSession], request: Request) -> bool:
        request.packet.asked += 1
        link.session.send_messages(request.command, request.records, link.now, files=request.files)
        event = await self._answer(link, "asked")
        if event is None:
            return False
        if event.response != ResponseCode.OK:
            note_refusal(self._town, f"{self._lane}: {request.records[0].group_id}", event)
            return False
        request.packet.acknowledged += 1
        self._pending = None
        if len(self._answered) < 100:
            self._answered.append(request)
        if self._lane.version is Version.SAM11:
            self._check_keys(request, event.packet)
        self._town.progress.count("answered")
        return True

    def _check_keys(self, request: Request, answer: Packet) -> None:
        asked = [(record.group_id, record.message_id) for record in request.records]
        if [(key.group_id, key.message_id) for key in answer.records] != asked:
            self._town.told.wrong.append(f"{self._lane}: 1021 has other keys than the request {asked[0]}")

    async def _upload(self, link: Link[ClientSession], content: bytes) -> bool:
        link.session.upload(FileUpload("jpg", content), link.now)
        event = await self._answer(link, "upload asked")
        if event is None:
            return False
        if event.response != ResponseCode.OK:
            note_refusal(self._town, f"{self._lane}: upload", event)
            return False
        name = event.packet.head.name
        self._town.told.files[self._lane.customer.id, name] = content
        self._files = [*self._files, name][-FILES_KEPT:]
        self._uploading = None
        self._town.progress.count("upload answered")
        return True

    async def _answer(self, link: Link[ClientSession], event_name: str) -> Answered | None:
        link.flush()
        self._town.progress.count(event_name)
        event = await link.next_event()
        return event if isinstance(event, Answered) else None


class ReceivingCustomer:
    """One report connection, made again whenever it breaks; runs until it is cancelled."""

    def __init__(self, town: Town, lane: Lane, name: str) -> None:
        self._town = town
        self._lane = lane
        self._chance = random.Random(f"{town.seed} {name} customer")

    async def run(self) -> None:
        """Take results for ever."""
        while True:
            try:
                async with logged_in(self._town, self._lane, Duty.REPORT) as link:
                    self._town.progress.count("logged in")
                    await (self._poll(link) if self._lane.version is Version.SAM10 else self._listen(link))
            except OSError:
                await asyncio.sleep(0)

    async def _poll(self, link: Link[ClientSession]) -> None:
        while not link.over:
            link.session.poll(link.now)
            link.flush()
            event = await link.next_event()
            if not isinstance(event, Answered):
                return
            if event.response != ResponseCode.OK:
                note_refusal(self._town, f"{self._lane}: poll", event)
                return
            if self._dies_with(event.packet):
                self._town.told.died_with.update(map(self._key, event.packet.records))
                return
            self._see(event.packet)
            if not event.packet.records:
                await told.pause(POLL_PAUSE_SECONDS)

    async def _listen(self, link: Link[ClientSession]) -> None:
        while isinstance(event := await link.next_event(), Requested):
            if self._dies_with(event.packet):
                return
            self._see(event.packet)
            if link.over:
                return
            keys = [KeyRecord(record.group_id, record.message_id) for record in event.packet.records]
            # A 1030 without keys would be a sign of life, and the gateway would wait for keys for a minute.
            if len(keys) > 1 and self._chance.random() < UNACKNOWLEDGED:
                keys.pop()
            link.session.acknowledge(keys, link.now)
            link.flush()
            self._town.progress.count("acknowledged")

    def _dies_with(self, packet: Packet) -> bool:
        """Whether the customer's own program dies now: it has read these results, and nobody will ever see them."""
        return bool(packet.records) and self._chance.random() < LOST

    def _key(self, record: ResultRecord) -> Key:
        return Key(self._lane.customer.id, record.group_id, record.message_id, record.receiver)

    def _see(self, packet: Packet) -> None:
        for record in packet.records:
            self._town.told.results[self._key(record)][record.result] += 1
        if packet.records:
            self._town.progress.count("results")
