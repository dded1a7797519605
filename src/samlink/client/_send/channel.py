"""One send connection of a queue: takes work from the queue's queue, writes it, and settles it by the answer.

There is one request outstanding at a time (manual 2.B.1). Its answer means what RESP_CODE says (docs/protocol.md 10):
`00000` takes all its messages, whatever else stands in the answer; only keys that name none of them show that it is the
answer to something else. `resend` decides whether a request that was refused, or got no answer, is sent again.
"""

import asyncio
import logging
from collections import deque
from typing import Protocol

from samlink.client._connection import Connection, stay_connected
from samlink.client._pack.checks import unwritable
from samlink.client._send.jobs import Job, Request, Upload
from samlink.client._send.resend import AfterBreak, AfterRefusal, after_break, after_refusal
from samlink.client._terms import LoginTerms
from samlink.client.errors import ClientError, LoginRefusedError, MessageError, OutcomeUnknownError, PacketRefusedError
from samlink.client.settings import ClientSettings
from samlink.vocabulary.language import Phrase, phrase
from samlink.vocabulary.problem import N_
from samlink.vocabulary.responses import Again, ResponseCode
from samlink.vocabulary.services import Duty, Service
from samlink.vocabulary.sizes import FILE_NAME_BYTES
from samlink.watch.lines import tell
from samlink.wire import Answered, Ended, KeepaliveAnswered, LocalProtocolError
from samlink.wire.text import name_bytes

_log = logging.getLogger(__name__)


class Supply(Protocol):
    """Where a channel gets its work from and tells of itself: the queue."""

    settings: ClientSettings
    service: Service

    def take(self, terms: LoginTerms) -> Request | Upload | None:
        """The next request."""

    def put_back(self, work: Request | Upload) -> None:
        """A request that has to be sent again, first."""

    def put_last(self, work: Request | Upload) -> None:
        """A request that has to be sent again, when nothing else waits."""

    def idle(self, channel: "Channel") -> None:
        """The channel has nothing to do."""

    def left(self, channel: "Channel") -> None:
        """The channel has lost its connection."""

    def logged_in(self, terms: LoginTerms) -> None:
        """The channel has logged in."""

    def login_failed(self, error: ClientError) -> None:
        """The channel could not log in, and will try again."""


class Channel:
    """One send connection, made again whenever it breaks."""

    def __init__(self, queue: Supply) -> None:
        self.connection: Connection | None = None
        """None while not logged in."""
        self._queue = queue
        self._outstanding: Request | Upload | None = None
        self._next: deque[Request | Upload] = deque()
        """Requests to send before taking more: halves, and retries of refused ones."""
        self._retry: asyncio.TimerHandle | None = None
        self._reconnect = False

    async def run(self) -> None:
        """Keep the connection, for ever.

        Raises:
            LoginRefusedError: for good, or a samlink gateway gives results here.
        """
        queue = self._queue
        await stay_connected(queue.settings, queue.service, Duty.SEND, self._serve, queue.login_failed)

    def go_on(self) -> bool:
        """Write the next request, if one may be written now; return whether one was."""
        connection = self.connection
        if connection is None or self._retry is not None or not connection.session.idle:
            return False
        while (work := self._take(connection.terms)) is not None:
            if not _open(work):
                continue
            promised = self._queue.settings.resends(connection.terms)
            if not promised and any(job.needs_promise for job in _jobs(work)):
                # Whoever had it before may have promised that a repeat does no harm, this gateway has not.
                why = phrase(
                    N_("the gateway that we are connected to now does not promise to take a message only once")
                )
                _lose(work, why)
            elif self._write(connection, work):
                return True
        self._queue.idle(self)
        return False

    # -- inside

    def _take(self, terms: LoginTerms) -> Request | Upload | None:
        """The next request, without messages of jobs that are over: their callers know that they were not sent."""
        if not self._next:
            return self._queue.take(terms)
        work = self._next.popleft()
        return work.without_settled() if isinstance(work, Request) else work

    async def _serve(self, connection: Connection) -> None:
        self.connection = connection
        self._reconnect = False
        self._queue.logged_in(connection.terms)
        reason = "the connection was ended"
        try:
            self.go_on()
            while not self._reconnect:
                event = await connection.link.next_event()
                if isinstance(event, Answered):
                    self._answered(connection, event)
                elif isinstance(event, Ended):
                    reason = event.reason
                    self._log("connection_ended", reason=reason)
                    self._check_port(connection, event)
                    return
                elif isinstance(event, KeepaliveAnswered):
                    connection.kept_alive(event)
                    self.go_on()
        finally:
            self._leave(connection, reason)

    def _check_port(self, connection: Connection, event: Ended) -> None:
        """Raises LoginRefusedError when a samlink gateway gave a result here: on such a port it takes no message."""
        if event.response != ResponseCode.WRONG_PORT or not connection.terms.samlink:
            return
        host, port = connection.address
        why = phrase(N_("{host}:{port} is a port for results; check base_port and addresses"), host=host, port=port)
        error = LoginRefusedError(ResponseCode.WRONG_PORT, why)
        work, self._outstanding = self._outstanding, None
        if work is not None:
            for job in _jobs(work):
                job.outstanding -= 1
            _settle(work, error)
        raise error

    def _leave(self, connection: Connection, reason: str) -> None:
        self.connection = None
        if self._retry is not None:
            self._retry.cancel()
            self._retry = None
        if self._outstanding is not None:
            self._unanswered(connection, self._outstanding, reason)
            self._outstanding = None
        while self._next:
            self._queue.put_back(self._next.pop())
        self._queue.left(self)

    def _unanswered(self, connection: Connection, work: Request | Upload, reason: str) -> None:
        """The connection broke before the answer came."""
        work.breaks += 1
        decided = after_break(work, self._queue.settings, connection.terms)
        for job in _jobs(work):
            job.outstanding -= 1
            # Of another request with it, that may be so already.
            job.unsure = job.unsure or decided is not AfterBreak.LOSE
        if decided is AfterBreak.LOSE:
            _lose(work, phrase(N_("no answer came: {why}"), why=reason))
        elif decided is AfterBreak.HALVE:
            assert isinstance(work, Request)
            self._next.extendleft(reversed(work.halves()))
        elif decided is AfterBreak.GIVE_WAY:
            self._queue.put_last(work)
        else:
            self._next.appendleft(work)

    def _write(self, connection: Connection, work: Request | Upload) -> bool:
        """Write a request; false if it cannot be written, and is settled or cut in two."""
        session, link = connection.session, connection.link
        try:
            if isinstance(work, Upload):
                session.upload(work.file, link.now)
            else:
                work.check(connection.terms)
                command = work.command(connection.terms)
                session.send_messages(command, work.records, link.now, files=work.jobs[0].files)
        except MessageError as error:
            self._impossible(work, error)
            return False
        except LocalProtocolError as error:
            self._impossible(work, unwritable(error))
            return False
        for job in _jobs(work):
            job.outstanding += 1
        self._outstanding = work
        link.flush()
        return True

    def _answered(self, connection: Connection, event: Answered) -> None:
        work, self._outstanding = self._outstanding, None
        assert work is not None, "an answer without a request"
        for job in _jobs(work):
            job.outstanding -= 1
        if not event.ok:
            self._refused(
                work, PacketRefusedError(event.response, event.message, from_samlink=connection.terms.samlink)
            )
        elif isinstance(work, Upload):
            _accept_upload(work, event)
        elif (keys := event.packet.records) and not work.is_named(keys):
            why = phrase(N_("an answer came that names other messages, so it answers something else"))
            _lose(work, why)
            self._log("answer_names_other_messages")
            self._reconnect = True  # for so would all that come after it
            return
        else:
            if event.oddity:
                connection.warn_once(f"an answer is not by the manual: {event.oddity}; 00000 takes the messages")
            for job in work.jobs:
                job.refusal = None
            work.settle()
        self.go_on()

    def _refused(self, work: Request | Upload, error: PacketRefusedError) -> None:
        work.refusals += 1
        for job in _jobs(work):
            job.refusal = error
        decided = after_refusal(work, error, self._queue.settings)
        if decided is AfterRefusal.FAIL:
            _settle(work, error)
        elif decided is AfterRefusal.HALVE:
            assert isinstance(work, Request)
            self._next.extendleft(reversed(work.halves()))
        else:
            self._next.appendleft(work)
        if error.again is not Again.NEVER or decided is AfterRefusal.SAME_PACKET:
            self._log("request_refused", why=error)
            self._reconnect = error.again is Again.AFTER_RECONNECT
            self._retry = asyncio.get_running_loop().call_later(self._queue.settings.retry_seconds, self._retry_now)

    def _log(self, event: str, **fields: object) -> None:
        tell(_log, logging.WARNING, event, service=self._queue.service, duty=Duty.SEND, **fields)

    def _retry_now(self) -> None:
        self._retry = None
        self.go_on()

    def _impossible(self, work: Request | Upload, error: ClientError) -> None:
        """It cannot be written: find the message at fault by halves; a single one fails."""
        if isinstance(work, Upload) or work.size == 1:
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
        work.settle(
            OutcomeUnknownError(
                "outcome.earlier_attempt", N_("an earlier attempt was not answered, and now {why}"), why=error
            )
        )
    else:
        work.settle(error)


def _lose(work: Request | Upload, why: Phrase) -> None:
    """Nobody knows whether it was taken, and it may not be sent again."""
    if isinstance(work, Upload):
        work.fail(
            OutcomeUnknownError("outcome.unknown_file", N_("{why}; the file may have been taken or not"), why=why)
        )
    else:
        work.settle(
            OutcomeUnknownError("outcome.unknown", N_("{why}; the message may have been taken or not"), why=why)
        )


def _accept_upload(work: Upload, event: Answered) -> None:
    name = event.packet.head.name
    if 0 < len(name_bytes(name, "FILE_NAME")) <= FILE_NAME_BYTES:
        work.settle(name)
        return
    why = phrase(N_("the upload was answered without a name"))
    if name:
        why = phrase(N_("the upload was answered with a name of more than {limit} bytes"), limit=FILE_NAME_BYTES)
    work.fail(PacketRefusedError(event.response, why))
