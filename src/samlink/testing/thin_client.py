"""A thin client for the gateway's tests: one connection, the session's verbs, and events within a bounded wait."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import Any

from samlink.link import Link
from samlink.link.driver import open_link
from samlink.testing.clock import WAIT_SECONDS
from samlink.vocabulary.services import Duty, Service
from samlink.wire import commands
from samlink.wire.commands import Command, Version
from samlink.wire.records import (
    FileNames,
    FileUpload,
    KeyRecord,
    KmsRecord,
    Login,
    LoginAnswer,
    ResultRecord,
    SendRecord,
)
from samlink.wire.sessions.client import ClientSession
from samlink.wire.sessions.session import Answered, Ended, Event, KeepaliveAnswered, PollDue, Requested

Sendable = SendRecord | KmsRecord


class Client:
    """One connection. `await login(…)` first, as on the wire."""

    def __init__(self, link: Link[ClientSession]) -> None:
        self.link = link
        self.session = link.session
        self.batch_limit = ""
        """RESP_MESG of the login."""

    async def event(self) -> Event:
        """The next event that is not the session's own business."""
        while True:
            async with asyncio.timeout(WAIT_SECONDS):
                event: Event = await self.link.next_event()
            if not isinstance(event, PollDue | KeepaliveAnswered):
                return event

    async def answer(self) -> Answered:
        """The answer to what was asked."""
        event = await self.event()
        assert isinstance(event, Answered), event
        return event

    async def ended(self) -> Ended:
        """The end of the connection; anything else before it fails."""
        event = await self.event()
        assert isinstance(event, Ended), event
        return event

    async def try_login(self, id: str, password: str) -> Answered:
        """The answer to a login, good or not."""
        self.session.login(Login(id, password), self.link.now)
        self.link.flush()
        return await self.answer()

    async def login(self, id: str = "demo", password: str = "secret") -> LoginAnswer:
        """Log in, which must work."""
        answer = await self.try_login(id, password)
        assert answer.response == "00000", answer
        self.batch_limit = answer.message
        assert isinstance(answer.packet.head, LoginAnswer)
        return answer.packet.head

    def ask_to_send(self, records: Sequence[Sendable], command: Command = commands.SEND_SMS, *files: str) -> None:
        """Write a send request and do not wait."""
        names = FileNames(*files) if files else None
        self.session.send_messages(command, records, self.link.now, files=names)
        self.link.flush()

    async def send(self, records: Sequence[Sendable], command: Command = commands.SEND_SMS, *files: str) -> Answered:
        """Send messages; the answer."""
        self.ask_to_send(records, command, *files)
        return await self.answer()

    async def upload(self, content: bytes, extension: str = "jpg") -> Answered:
        """Upload a file; the answer."""
        self.session.upload(FileUpload(extension, content), self.link.now)
        self.link.flush()
        return await self.answer()

    async def poll(self) -> list[ResultRecord]:
        """What a poll of SAM10 brings."""
        self.session.poll(self.link.now)
        self.link.flush()
        answer = await self.answer()
        assert answer.response == "00000", answer
        return list(answer.packet.records)

    async def polled(self, count: int) -> list[ResultRecord]:
        """`count` results, in as many polls as it takes; the last of them are not acknowledged."""
        results: list[ResultRecord] = []
        async with asyncio.timeout(WAIT_SECONDS):
            while len(results) < count:
                results += await self.poll()
        return results

    async def pushed(self) -> list[ResultRecord]:
        """The results of the next push of SAM11."""
        event = await self.event()
        assert isinstance(event, Requested), event
        return list(event.packet.records)

    def acknowledge(self, results: Sequence[ResultRecord]) -> None:
        """Acknowledge a push, by the keys of `results`."""
        keys = [KeyRecord(result.group_id, result.message_id) for result in results]
        self.session.acknowledge(keys, self.link.now)
        self.link.flush()

    async def taken(self, count: int) -> list[ResultRecord]:
        """`count` pushed results, acknowledged."""
        results: list[ResultRecord] = []
        while len(results) < count:
            page = await self.pushed()
            self.acknowledge(page)
            results += page
        return results

    async def close(self, *, at_once: bool = False) -> None:
        """Close; `at_once` is a broken connection."""
        self.link.close(at_once=at_once)
        async with asyncio.timeout(WAIT_SECONDS):
            await self.link.closed


@contextlib.asynccontextmanager
async def connected(
    port: int,
    service: Service = Service.SMS,
    duty: Duty = Duty.SEND,
    version: Version = Version.SAM10,
    *,
    host: str = "127.0.0.1",
    **options: Any,
) -> AsyncIterator[Client]:
    """A connection to a port of the gateway, closed at the end; `options` are ClientSession's."""
    link = await open_link(host, port, lambda now: ClientSession(service, duty, version, now, **options))
    client = Client(link)
    try:
        yield client
    finally:
        await client.close()
