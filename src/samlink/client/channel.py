"""One send connection of a lane: takes work from the lane's queue, writes it, and settles it by the answer.

There is one request outstanding at a time (manual 2.B.1). What was written and not answered when the connection breaks
goes back to the front of the queue, with the same keys, for whichever connection is next: sending again is safe
(docs/protocol.md 4). A 1021 takes the messages that it names, and no others; one that names none of the request's, or
none at all, is not its answer, and ends the connection. A refused packet is treated by the table of
`samlink.codes.responses`:

    again NEVER             halved until the message at fault stands alone, if its class says that a message can be at
                            fault; then refused
    again SAME_PACKET       sent again on this connection after `retry_seconds`, at most `refusals_limit` times
    again AFTER_RECONNECT   sent again on a new connection, at most `refusals_limit` times
"""

import asyncio
import logging
from collections import deque
from typing import Final, Protocol

from samlink.client.connection import Connection, stay_connected
from samlink.client.errors import ClientError, MessageError, OutcomeUnknown, PacketRefused
from samlink.client.jobs import Job, Request, Upload
from samlink.client.limits import Limits
from samlink.client.settings import ClientSettings
from samlink.codes.responses import Again, ResponseClass, ResponseCode
from samlink.codes.services import Duty, Service
from samlink.wire import Answered, Ended, KeepaliveAnswered, LocalProtocolError
from samlink.wire.commands import SEND_ANSWER_KEYS

_log = logging.getLogger(__name__)

_WHOLE_PACKET: Final = frozenset(
    {ResponseCode.UNKNOWN_COMMAND, ResponseCode.WRONG_PORT, ResponseCode.WRONG_VERSION, ResponseCode.OUT_OF_TURN}
)
"""Refusals that no single message is at fault for."""


class Supply(Protocol):
    """Where a channel gets its work from and tells of itself: the lane."""

    settings: ClientSettings
    service: Service

    def take(self, limits: Limits) -> Request | Upload | None:
        """The next request."""

    def put_back(self, work: Request | Upload) -> None:
        """A request that has to be sent again, first."""

    def idle(self, channel: "Channel") -> None:
        """The channel has nothing to do."""

    def left(self, channel: "Channel") -> None:
        """The channel has lost its connection."""

    def logged_in(self, limits: Limits) -> None:
        """The channel has logged in."""

    def login_failed(self, error: ClientError) -> None:
        """The channel could not log in, and will try again."""


class Channel:
    """One send connection, made again whenever it breaks."""

    def __init__(self, lane: Supply) -> None:
        self.connection: Connection | None = None
        """None while there is no login."""
        self._lane = lane
        self._outstanding: Request | Upload | None = None
        self._next: deque[Request | Upload] = deque()
        """What has to be sent on this channel before it takes more: halves, and what was refused for now."""
        self._retry: asyncio.TimerHandle | None = None
        self._reconnect = False

    async def run(self) -> None:
        """Keep the connection, for ever.

        Raises:
            LoginRefused: for good.
        """
        lane = self._lane
        await stay_connected(lane.settings, lane.service, Duty.SEND, self._serve, lane.login_failed)

    def go_on(self) -> bool:
        """Begin what is next, if a request may be written now; whether one was."""
        connection = self.connection
        if connection is None or self._retry is not None or not connection.session.idle:
            return False
        while (work := self._next.popleft() if self._next else self._lane.take(connection.limits)) is not None:
            if not _open(work):
                continue
            if self._write(connection, work):
                return True
        self._lane.idle(self)
        return False

    # -- inside

    async def _serve(self, connection: Connection) -> None:
        self.connection = connection
        self._reconnect = False
        self._lane.logged_in(connection.limits)
        try:
            self.go_on()
            while not self._reconnect:
                event = await connection.link.next_event()
                if isinstance(event, Answered):
                    self._answered(event)
                elif isinstance(event, Ended):
                    _log.warning("%s send: %s", self._lane.service.name, event.reason)
                    return
                elif isinstance(event, KeepaliveAnswered):
                    self.go_on()
        finally:
            self._leave()

    def _leave(self) -> None:
        self.connection = None
        if self._retry is not None:
            self._retry.cancel()
            self._retry = None
        if self._outstanding is not None:
            for job in _jobs(self._outstanding):
                job.outstanding -= 1
                job.unsure = True
            self._next.appendleft(self._outstanding)
            self._outstanding = None
        while self._next:
            self._lane.put_back(self._next.pop())
        self._lane.left(self)

    def _write(self, connection: Connection, work: Request | Upload) -> bool:
        """Write a request; false if it cannot be written, and is settled or cut in two."""
        session, link = connection.session, connection.link
        try:
            if isinstance(work, Upload):
                session.upload(work.file, link.now)
            else:
                work.check(connection.limits)
                command = work.command(connection.limits)
                session.send_messages(command, work.records, link.now, files=work.jobs[0].files)
        except MessageError as error:
            self._impossible(work, error)
            return False
        except LocalProtocolError as error:
            self._impossible(work, MessageError(str(error)))
            return False
        for job in _jobs(work):
            job.outstanding += 1
        self._outstanding = work
        link.flush()
        return True

    def _answered(self, event: Answered) -> None:
        work, self._outstanding = self._outstanding, None
        assert work is not None, "an answer without a request"
        taken = event.response in {ResponseCode.OK, ""}
        for job in _jobs(work):
            job.outstanding -= 1
            if taken:
                job.refusals, job.refusal = 0, None
        if taken:
            if not _accept(work, event):
                _log.warning("%s send: an answer names none of the messages it answers", self._lane.service.name)
                self._reconnect = True  # for it is another request's, and so would all after it be
                return
        else:
            self._refused(work, PacketRefused(event.response, event.message))
        self.go_on()

    def _refused(self, work: Request | Upload, error: PacketRefused) -> None:
        settings = self._lane.settings
        if error.again is Again.NEVER:
            message_at_fault = error.response.response_class is ResponseClass.PACKET and error.code not in _WHOLE_PACKET
            self._impossible(work, error, whole=not message_at_fault)
            return
        _log.warning("%s send: %s", self._lane.service.name, error)
        for job in _jobs(work):
            job.refusals += 1
            job.refusal = error
        if max(job.refusals for job in _jobs(work)) >= settings.refusals_limit:
            _settle(work, error)
        else:
            self._next.appendleft(work)
        self._reconnect = error.again is Again.AFTER_RECONNECT
        self._retry = asyncio.get_running_loop().call_later(settings.retry_seconds, self._retry_now)

    def _retry_now(self) -> None:
        self._retry = None
        self.go_on()

    def _impossible(self, work: Request | Upload, error: ClientError, *, whole: bool = False) -> None:
        """Find the message at fault by halves; a single one fails."""
        if whole or isinstance(work, Upload) or work.size == 1 or work.jobs[0].group is None:
            _settle(work, error)
            return
        self._next.extendleft(reversed(work.halves()))


def _jobs(work: Request | Upload) -> tuple[Job | Upload, ...]:
    return (work,) if isinstance(work, Upload) else work.jobs


def _open(work: Request | Upload) -> bool:
    """Whether anyone still needs it: not given up, nor all settled."""
    return any(not job.over for job in _jobs(work))


def _settle(work: Request | Upload, error: ClientError) -> None:
    """The gateway has said no. It said so of this attempt only: an earlier one, unanswered, may have been taken."""
    if isinstance(work, Upload):
        work.fail(error)
    elif any(job.unsure for job in work.jobs):
        work.settle(OutcomeUnknown(f"an earlier attempt was not answered, and now {error}"))
    else:
        work.settle(error)


def _accept(work: Request | Upload, event: Answered) -> bool:
    """The gateway has said yes. False if it cannot have meant this request."""
    command, head = event.packet.command, event.packet.head
    if isinstance(work, Request):
        if command is SEND_ANSWER_KEYS:
            return work.settle_answered(event.packet.records)
        work.settle()
    elif head is None or not head.name:
        work.fail(PacketRefused(event.response, "the upload was answered without a name"))
    else:
        work.settle(head.name)
    return True
