"""A message's way through a sender: packed, held until its reserve time, its files uploaded, queued.

`Sender` is its public face; `send_many` (`stream.py`) takes the same steps for many messages at a time.
"""

import asyncio
from pathlib import Path

from samlink.client._pack.checks import epoch
from samlink.client._pack.message import AnyRecord, Packed, pack
from samlink.client._send.jobs import Job
from samlink.client._send.queue import SendQueue
from samlink.client._send.reserved import Reserved
from samlink.client._send.uploads import Uploads, read_file
from samlink.client._terms import BEFORE_LOGIN, LoginTerms
from samlink.client.errors import GatewayUnreachableError, OutcomeUnknownError, SenderClosedError
from samlink.client.keys import MessageKey
from samlink.client.messages import AnyMessage, Kind, Sent
from samlink.client.settings import ByPeer, ClientSettings
from samlink.vocabulary.problem import N_
from samlink.vocabulary.services import Service


class Pipeline:
    """The queues of the three services, the uploads, and the messages that wait for their reserve time."""

    def __init__(self, settings: ClientSettings, connections: int) -> None:
        self.settings = settings
        self.queues = {service: SendQueue(settings, service, connections) for service in Service}
        self.uploads = Uploads(self.queues[Service.MMS])
        self.reserved = Reserved(settings.wall_clock)
        self._background: set[asyncio.Task[Sent]] = set()
        self._closed = False

    def queue(self, service: Service) -> SendQueue:
        """The queue of a service. Raises SenderClosedError after `close`."""
        self.check_open()
        return self.queues[service]

    def check_open(self) -> None:
        """Raises SenderClosedError after `close`."""
        if self._closed:
            raise SenderClosedError("sender.closed", N_("the sender is closed"))

    def pack(self, message: AnyMessage) -> Packed:
        """Check a message and make its record. Raises MessageError."""
        return pack(message, self.settings, self.queues[Service.MMS].terms or BEFORE_LOGIN)

    async def send(self, message: AnyMessage, seconds: float) -> Sent:
        """As `Sender.send`."""
        self.check_open()
        packed = self.pack(message)
        if (due := await self.due(message, packed.kind, seconds)) is not None:
            await self._hold(message, due)
            packed = self.pack(message)  # the login's terms may be others by now
        loop = asyncio.get_running_loop()
        begun = loop.time()
        names = await self.names_of(message.files, seconds) if message.files else ()
        job = Job([packed.record], kind=packed.kind, files=names, terms=packed.terms)
        queue = self.queue(packed.kind.service)
        queue.submit(job, seconds=seconds, spent=loop.time() - begun)
        await _outcome_of(queue, job)
        return Sent(message, packed.kind, key_of(packed.record))

    async def due(self, message: AnyMessage, kind: Kind, seconds: float) -> float | None:
        """When a message is to be sent that has to be held until then, or None if it goes at once. Whether an SMS is
        held may depend on the gateway: its login is waited for, `seconds` at most.

        Raises:
            MessageError: the time cannot be used.
            ClientError: as `Sender.send`, where nobody logs in.
        """
        if message.reserve_at is None:
            return None
        due = float(epoch(message.reserve_at, "reserve_at"))
        if not self.reserved.is_early(due):
            return None
        if kind is Kind.SMS:
            choice = ByPeer(self.settings.hold_sms)
            samlink = choice is ByPeer.AUTO and (await self._terms(kind.service, seconds)).samlink
            return due if choice.holds(not samlink) else None
        return due

    def hold(self, message: AnyMessage) -> asyncio.Task[Sent]:
        """Send a message in the background, when it is due. Raises SenderFullError: no more can be held."""
        self.reserved.check_room()
        task = asyncio.create_task(self.send(message, self.settings.give_up_seconds))
        self._background.add(task)
        task.add_done_callback(self._background_is_over)
        return task

    async def names_of(self, files: tuple[Path | str, ...], seconds: float) -> tuple[str, ...]:
        """Names of a message's files, uploaded if need be, within `seconds`. Raises ClientError: as `Sender.send`;
        never OutcomeUnknownError, for the message itself was not sent."""
        try:
            async with asyncio.timeout(seconds):
                return await self.uploads.names_of(files)
        except TimeoutError:
            raise GatewayUnreachableError(
                "files.timeout", N_("the message's files were not uploaded within {seconds:g} s"), seconds=seconds
            ) from None
        except OutcomeUnknownError as error:
            template = N_("the message was not sent, for a file of it was not uploaded: {why}")
            raise GatewayUnreachableError("files.not_uploaded", template, why=error) from None

    async def close(self) -> tuple[list[AnyMessage], list[MessageKey]]:
        """Close all connections; return the messages that were held, and the keys of unanswered ones."""
        self._closed = True
        held = self.reserved.close()
        unanswered = await asyncio.gather(*(queue.close() for queue in self.queues.values()))
        if self._background:
            await asyncio.wait(self._background)
        return held, [key for keys in unanswered for key in keys]

    # -- inside

    async def _hold(self, message: AnyMessage, due: float) -> None:
        """Check the files now, so that a fault is told now, and wait."""
        for file in message.files:
            if isinstance(file, Path):
                await asyncio.to_thread(read_file, file)
        await self.reserved.until(due, message)

    async def _terms(self, service: Service, seconds: float) -> LoginTerms:
        """The terms of the last login; the first one is waited for."""
        queue = self.queue(service)
        return queue.terms or await queue.ready(seconds)

    def _background_is_over(self, task: asyncio.Task[Sent]) -> None:
        self._background.discard(task)
        if not task.cancelled():
            task.exception()  # whoever awaits `Held.sent` is told, and nobody has to


async def _outcome_of(queue: SendQueue, job: Job) -> None:
    """Wait for the end of a job, and raise its first error. To cancel withdraws it."""
    try:
        await asyncio.shield(job.future)
    except asyncio.CancelledError:
        queue.withdraw(job)
        raise
    if job.errors:
        raise job.errors[min(job.errors)]


def key_of(record: AnyRecord) -> MessageKey:
    """The key of a record."""
    return MessageKey(record.group_id, record.message_id, record.receiver)
