"""Send messages: one connection for SMS, one for LMS and MMS, one for Kakao, each opened when it is first needed."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from samlink.client._pack.checks import epoch
from samlink.client._pack.message import kind_of, record_of
from samlink.client._send.jobs import AnyRecord, Job
from samlink.client._send.queue import Lane
from samlink.client._send.reserved import Holding
from samlink.client._send.stream import Stream
from samlink.client._send.uploads import Uploads, checked, read_file
from samlink.client._terms import BEFORE_LOGIN, LoginTerms
from samlink.client.errors import GatewayUnreachableError, OutcomeUnknownError, SenderClosedError, SettingsError
from samlink.client.keys import MessageKey
from samlink.client.messages import AnyMessage, Kind, Outcome, Sent
from samlink.client.settings import ByPeer, ClientSettings
from samlink.vocabulary.services import Service
from samlink.wire import Command
from samlink.wire.commands import SEND_COMMANDS


class Unfinished(msgspec.Struct, frozen=True):
    """What a sender was closed with."""

    held: tuple[AnyMessage, ...] = ()
    """LMS, MMS and Kakao messages whose reserve time had not come: not sent."""
    unanswered: tuple[MessageKey, ...] = ()
    """Messages that were written, and whose answer did not come: they may have been taken."""


class Sender:
    """Sends messages, over one connection for each service (SMS; MMS, which carries LMS too; Kakao).

    Use it as `async with Sender(settings) as sender`. Each connection is opened when it is first needed, or by
    `connect`; it is kept alive, made again 10 s after it broke, and what was not answered is sent again with the same
    keys if the gateway has promised that nothing is delivered twice by that (a samlink gateway does, at the login); at
    any other its outcome is unknown at once. All waits end after `give_up_seconds`.

    Cancelling. A cancelled `send` whose message was not written yet does not send it. One whose message was written is
    seen through in the background; if that ends in doubt, or not before the sender is closed, its key stands in
    `unfinished.unanswered`. The same `Message` has the same keys, so a samlink gateway may be sent it again in both
    cases; any other only in the first.
    """

    def __init__(self, settings: ClientSettings, *, connections: int = 1) -> None:
        """With several `connections` for each service, all take from one queue, a request at a time; when one breaks,
        the others send what it had not got answered, if that is safe (`resend_unanswered`). The ID must be allowed to
        log in that often.

        Raises:
            SettingsError: fewer than one connection.
        """
        if connections < 1:
            raise SettingsError(f"connections is {connections}, it must be 1 or more")
        self.settings = settings
        self.connections = connections
        """How many connections each service has."""
        self.unfinished = Unfinished()
        """What was left when the sender was closed."""
        self._lanes = {service: Lane(settings, service, connections) for service in Service}
        self._uploads = Uploads(self._lanes[Service.MMS])
        self._holding = Holding(settings.wall_clock)
        self._tasks: set[asyncio.Task[Sent]] = set()
        self._closing: asyncio.Task[Unfinished] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    # -- verbs

    async def connect(self, service: Service) -> LoginTerms:
        """Open the connections of a service now, and return what the login told.

        Raises:
            GatewayUnreachableError: the first attempt failed; sending will go on trying.
            LoginRefusedError: the gateway does not let us in.
        """
        return await self._lane(service).connect()

    async def ready(self, service: Service) -> LoginTerms:
        """Wait until a connection of a service is logged in, opening it if need be; the terms of the last login.

        Raises:
            GatewayUnreachableError: there was none within `give_up_seconds`.
            LoginRefusedError: the gateway does not let us in, for good.
            SenderClosedError: the sender was closed meanwhile.
        """
        return await self._lane(service).ready()

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
        self._check_open()
        seconds = _checked(timeout_seconds, self.settings)
        kind = kind_of(message, self.settings)
        if (due := await self.due(message, kind, seconds)) is not None:
            await self._hold(message, kind, due)
        begun = asyncio.get_running_loop().time()
        lane = self._lane(kind.service)
        terms = lane.terms or BEFORE_LOGIN
        record = record_of(message, kind, terms, self.settings)
        names = await self.names_of(message.files, seconds) if message.files else ()
        job = Job([record], kind=kind, files=names, terms=terms)
        lane.submit(job, seconds=seconds, spent=asyncio.get_running_loop().time() - begun)
        try:
            await asyncio.shield(job.future)
        except asyncio.CancelledError:
            lane.withdraw(job)
            raise
        if job.errors:
            raise job.errors[0]
        return Sent(message, kind, MessageKey(record.group_id, record.message_id, record.receiver))

    def send_many(
        self,
        messages: Iterable[AnyMessage] | AsyncIterable[AnyMessage],
        *,
        urgent: bool = False,
        repeated: Callable[[AnyMessage], bool] | None = None,
    ) -> AsyncIterator[Outcome]:
        """Send many messages in full requests; what became of each comes in the order of the messages.

        An outcome is `Sent`; `Failed`, with one of the errors of `send`; or `Held`, at once, for what waits here for
        its reserve time. One bad message does not fail the others. `urgent` ones go before all others of this sender.
        At most `stream.WINDOW` messages are read ahead of the outcomes that were taken; messages of an async iterable
        go out when no further one is there at once. To stop early is to cancel: as `send`.

        `repeated` tells whether an earlier run of the caller's may have sent a message: it then goes only to a gateway
        that takes a key once (`resend_unanswered`), and is `Failed` with OutcomeUnknownError elsewhere.
        """
        self._check_open()
        return Stream(self, messages, urgent=urgent, repeated=repeated).outcomes()

    async def send_records(self, command: Command, records: Sequence[AnyRecord], files: tuple[str, ...] = ()) -> None:
        """Send ready records by `command` (1020, 1024, 1044, 1045; 1054 with `KmsRecord`s) in as few requests as the
        batch limit allows; for programs that keep records themselves. Requests are not shared with other calls, and not
        divided when refused.

        Raises:
            ClientError: as `send`; the first error, if there are several requests.
        """
        self._check_open()
        service = next(service for service, known in SEND_COMMANDS.items() if command in known)
        lane = self._lane(service)
        job = Job(records, command=command, files=files)
        lane.submit(job)
        try:
            await asyncio.shield(job.future)
        except asyncio.CancelledError:
            lane.withdraw(job)
            raise
        if job.errors:
            raise job.errors[min(job.errors)]

    async def upload(self, file: Path | bytes, extension: str = "") -> str:
        """Upload a file of at most 307,200 bytes and return its name for `Message.files` (2030, 2040).

        The same content is uploaded once for each login. Bytes need an `extension`, of 1 to 3 letters.

        Raises:
            MessageError: the file cannot be read or sent.
            ClientError: as `send`.
        """
        self._check_open()
        if isinstance(file, Path):
            upload = await asyncio.to_thread(read_file, file)
        else:
            upload = checked(file, extension, "given as bytes")
        return await self._uploads.name_of(upload)

    @property
    def connected(self) -> bool:
        """Whether every service that was used or connected is logged in at this moment; false before the first."""
        opened = [lane for lane in self._lanes.values() if lane.opened]
        return bool(opened) and all(lane.connected for lane in opened)

    def is_connected(self, service: Service) -> bool:
        """Whether all connections of a service are logged in at this moment."""
        return self._lanes[service].connected

    @property
    def held(self) -> list[AnyMessage]:
        """Messages that wait for their reserve time, the earliest first."""
        return self._holding.messages

    async def close(self) -> Unfinished:
        """Wait at most `close_seconds` for answers that are on their way, and close. What is held is not sent.

        Returns what was left, which is in `unfinished` too. A second call waits for the end of the first, and one that
        is cancelled goes on in the background.
        """
        if self._closing is None:
            self._closing = asyncio.create_task(self._close())
        return await asyncio.shield(self._closing)

    # -- for the stream

    async def due(self, message: AnyMessage, kind: Kind, seconds: float) -> float | None:
        """When a message is to be sent that has to be held until then; None for one that goes at once. Whether an SMS
        is held may depend on the gateway: its login is waited for, `seconds` at most.

        Raises:
            MessageError: the time cannot be used.
            ClientError: as `send`, where nobody logs in.
        """
        if message.reserve_at is None:
            return None
        due = float(epoch(message.reserve_at, "reserve_at"))
        if not self._holding.is_early(due):
            return None
        if kind is Kind.SMS:
            choice = ByPeer(self.settings.hold_sms)
            samlink = choice is ByPeer.AUTO and (await self._terms(kind.service, seconds)).samlink
            return due if choice.holds(not samlink) else None
        return due

    def hold(self, message: AnyMessage) -> asyncio.Task[Sent]:
        """Send a message in the background, when it is due.

        Raises:
            SenderFullError: no more can be held.
        """
        self._holding.check_room()
        task = asyncio.create_task(self.send(message))
        self._tasks.add(task)
        task.add_done_callback(self._held_is_over)
        return task

    def lane(self, service: Service) -> Lane:
        """The lane of a service."""
        return self._lane(service)

    async def names_of(self, files: tuple[Path | str, ...], seconds: float) -> tuple[str, ...]:
        """Names of a message's files, uploaded if need be, within `seconds`.

        Raises:
            ClientError: as `send`; never OutcomeUnknownError, for the message itself was not sent.
        """
        try:
            async with asyncio.timeout(seconds):
                return await self._uploads.names_of(files)
        except TimeoutError:
            raise GatewayUnreachableError(f"the message's files were not uploaded within {seconds:g} s") from None
        except OutcomeUnknownError as error:
            raise GatewayUnreachableError(
                f"the message was not sent, for a file of it was not uploaded: {error}"
            ) from None

    # -- inside

    async def _close(self) -> Unfinished:
        held = self._holding.close()
        unanswered = await asyncio.gather(*(lane.close() for lane in self._lanes.values()))
        if self._tasks:
            await asyncio.wait(self._tasks)
        self.unfinished = Unfinished(tuple(held), tuple(key for keys in unanswered for key in keys))
        return self.unfinished

    async def _hold(self, message: AnyMessage, kind: Kind, due: float) -> None:
        """Check what can be checked now, so that it is told now, and wait."""
        record_of(message, kind, self._lanes[kind.service].terms or BEFORE_LOGIN, self.settings)
        for file in message.files:
            if isinstance(file, Path):
                await asyncio.to_thread(read_file, file)
        await self._holding.until(due, message)

    async def _terms(self, service: Service, seconds: float) -> LoginTerms:
        """What the last login told; the first one is waited for."""
        lane = self._lane(service)
        return lane.terms or await lane.ready(seconds)

    def _held_is_over(self, task: asyncio.Task[Sent]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # it is told to whoever awaits `Held.sent`, and nobody has to

    def _lane(self, service: Service) -> Lane:
        self._check_open()
        return self._lanes[service]

    def _check_open(self) -> None:
        if self._closing is not None:
            raise SenderClosedError("the sender is closed")


def _checked(timeout_seconds: float | None, settings: ClientSettings) -> float:
    """How long one call may take. Raises SettingsError."""
    if timeout_seconds is None:
        return settings.give_up_seconds
    if not timeout_seconds > 0:
        raise SettingsError(f"timeout_seconds is {timeout_seconds:g}, it must be more than 0")
    return timeout_seconds
