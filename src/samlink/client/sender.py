"""Send messages: one connection for SMS, one for LMS and MMS, one for Kakao, each opened when it is first needed."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable
from pathlib import Path
from typing import Self

import msgspec

from samlink.client._send.pipeline import Pipeline
from samlink.client._send.stream import Stream
from samlink.client._send.uploads import checked, read_file
from samlink.client._terms import LoginTerms
from samlink.client.keys import MessageKey
from samlink.client.messages import AnyMessage, Outcome, Sent
from samlink.client.settings import ClientSettings, not_above_zero
from samlink.vocabulary.services import Service


class Unfinished(msgspec.Struct, frozen=True):
    """What a sender was closed with."""

    held: tuple[AnyMessage, ...] = ()
    """LMS, MMS and Kakao messages whose reserve time had not come: not sent."""
    unanswered: tuple[MessageKey, ...] = ()
    """Messages that were written, and whose answer did not come: they may have been taken."""


class Sender:
    """Sends messages, over one connection for each service (SMS; MMS, which carries LMS too; Kakao).

    Use it as `async with Sender(settings) as sender`. Each connection is opened when it is first needed, or by
    `connect`; it is kept alive, made again 10 s after it broke, and unanswered messages are sent again with the same
    keys if the gateway has promised that nothing is delivered twice by that (a samlink gateway does, at the login); at
    any other their outcome is unknown at once. All waits end after `give_up_seconds`.

    Cancelling. A cancelled `send` whose message was not written yet does not send it. One whose message was written is
    seen through in the background; if that ends in doubt, or not before the sender is closed, its key stands in
    `unfinished.unanswered`. The same `Message` has the same keys, so a samlink gateway may be sent it again in both
    cases; any other only in the first.
    """

    def __init__(self, settings: ClientSettings, *, connections: int = 1) -> None:
        """With several `connections` for each service, all take from one queue, a request at a time; when one breaks,
        the others send what it had not got answered, if that is safe (`resend_unanswered`). The ID must be allowed to
        log in that often. Raises SettingsError: fewer than one connection."""
        if connections < 1:
            raise not_above_zero("connections", connections)
        self.settings = settings
        self.connections = connections
        """How many connections each service has."""
        self.unfinished = Unfinished()
        """The messages that were left when the sender was closed."""
        self._pipeline = Pipeline(settings, connections)
        self._closing: asyncio.Task[Unfinished] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    # -- verbs

    async def connect(self, service: Service) -> LoginTerms:
        """Open the connections of a service now, and return what the login told.

        Raises:
            GatewayUnreachableError: the first attempt failed; sending will go on trying.
            LoginRefusedError: the gateway does not let us in.
        """
        return await self._pipeline.queue(service).connect()

    async def ready(self, service: Service) -> LoginTerms:
        """Wait until a connection of a service is logged in, opening it if need be; the terms of the last login.

        Raises:
            GatewayUnreachableError: there was none within `give_up_seconds`.
            LoginRefusedError: the gateway does not let us in, for good.
            SenderClosedError: the sender was closed meanwhile.
        """
        return await self._pipeline.queue(service).ready()

    async def send(self, message: AnyMessage, *, timeout_seconds: float | None = None) -> Sent:
        """Send one message and wait until the gateway has taken it; with a reserve time it is held first, but for an
        SMS that a samlink gateway holds (`hold_sms`).

        Messages that several tasks send at the same time share requests. `timeout_seconds` is how long it may take
        from now, or from its reserve time, to the answer; `give_up_seconds` unless told.

        Raises:
            MessageError: it cannot be sent as it is; nothing was sent.
            PacketRefusedError: the gateway refused it.
            LoginRefusedError: the gateway does not let us in, for good.
            GatewayUnreachableError: it could not be sent in time.
            OutcomeUnknownError: it was written, and no answer came in time or at all.
            SenderClosedError: the sender was closed before it was sent.
            SenderFullError: too many messages wait or are held.
        """
        if timeout_seconds is None:
            return await self._pipeline.send(message, self.settings.give_up_seconds)
        if not timeout_seconds > 0:
            raise not_above_zero("timeout_seconds", timeout_seconds)
        return await self._pipeline.send(message, timeout_seconds)

    def send_many(
        self,
        messages: Iterable[AnyMessage] | AsyncIterable[AnyMessage],
        *,
        urgent: bool = False,
        repeated: Callable[[AnyMessage], bool] | None = None,
    ) -> AsyncIterator[Outcome]:
        """Send many messages in full requests; their outcomes come in the order of the messages.

        An outcome is `Sent`; `Failed`, with one of the errors of `send`; or `Held`, at once, for a message that
        waits here for its reserve time. One bad message does not fail the others. `urgent` ones go before all others
        of this sender. At most `stream.WINDOW` messages are read ahead of the outcomes that were taken; messages of an
        async iterable go out when no further one is there at once. To stop early is to cancel: as `send`.

        `repeated` tells whether an earlier run of the caller's may have sent a message: it then goes only to a gateway
        that takes a key once (`resend_unanswered`), and is `Failed` with OutcomeUnknownError elsewhere.
        """
        self._pipeline.check_open()
        return Stream(self._pipeline, messages, urgent=urgent, repeated=repeated).outcomes()

    async def upload(self, file: Path | bytes, extension: str = "") -> str:
        """Upload a file of at most 307,200 bytes and return its name for `Message.files` (2030, 2040).

        The same content is uploaded once for each login. Bytes need an `extension`, of 1 to 3 letters.

        Raises:
            MessageError: the file cannot be read or sent.
            ClientError: as `send`.
        """
        self._pipeline.check_open()
        if isinstance(file, Path):
            upload = await asyncio.to_thread(read_file, file)
        else:
            upload = checked(file, extension, "given as bytes")
        return await self._pipeline.uploads.name_of(upload)

    @property
    def connected(self) -> bool:
        """Whether every service that was used or connected is logged in at this moment; false before the first."""
        opened = [queue for queue in self._pipeline.queues.values() if queue.opened]
        return bool(opened) and all(queue.connected for queue in opened)

    def is_connected(self, service: Service) -> bool:
        """Whether all connections of a service are logged in at this moment."""
        return self._pipeline.queues[service].connected

    @property
    def held(self) -> list[AnyMessage]:
        """Messages that wait for their reserve time, the earliest first."""
        return self._pipeline.reserved.messages

    async def close(self) -> Unfinished:
        """Wait at most `close_seconds` for answers that are on their way, and close. Held messages are not sent.

        Returns the messages that were left, which are in `unfinished` too. A second call waits for the end of the
        first, and one that is cancelled goes on in the background.
        """
        if self._closing is None:
            self._closing = asyncio.create_task(self._close())
        return await asyncio.shield(self._closing)

    async def _close(self) -> Unfinished:
        held, unanswered = await self._pipeline.close()
        self.unfinished = Unfinished(tuple(held), tuple(unanswered))
        return self.unfinished
