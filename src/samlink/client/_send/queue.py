"""All that a sender does on one service: a queue of work, and the channels (connections) that take from it.

    submit ──► queue ──► channel: request ──► answer ──► settled
                 ▲                    └─ the connection broke, or the gateway says "again": back to the front
                 └───────────────────────┘

A channel that has nothing to do is idle, and is offered the work that comes. `submit` does not wait: it puts work into
the queue and sets off what can be set off. The queue is bounded by `QUEUE_LIMIT` messages, the time that work may take
by `give_up_seconds`.
"""

import asyncio
import functools
import logging
from collections import deque
from typing import Final

from samlink.client._send.channel import Channel
from samlink.client._send.jobs import Job, Piece, Request, Upload
from samlink.client._terms import LoginTerms
from samlink.client.errors import (
    ClientError,
    GatewayUnreachableError,
    LoginRefusedError,
    OutcomeUnknownError,
    SenderClosedError,
    SenderFullError,
)
from samlink.client.keys import MessageKey
from samlink.client.settings import ClientSettings
from samlink.vocabulary.problem import N_
from samlink.vocabulary.services import Duty, Service
from samlink.watch.lines import tell

_log = logging.getLogger(__name__)

QUEUE_LIMIT: Final = 100_000
"""Messages that may wait to be sent on one service."""


UNHEARD_LIMIT: Final = 10_000
"""Keys of messages that are kept of calls which were cancelled; the oldest are forgotten first."""


class SendQueue:
    """The connections of one service and the work that waits for them."""

    def __init__(self, settings: ClientSettings, service: Service, connections: int) -> None:
        self.settings = settings
        self.service = service
        self.connections = connections
        self.terms: LoginTerms | None = None
        """The terms of the last login; None before the first."""
        self.logins = 0
        """How many logins there were: names of files are remembered for one login."""
        self._queue: deque[Piece | Upload] = deque()
        self._urgent: deque[Piece | Upload] = deque()
        """Urgent work, sent before all else."""
        self._queued = 0
        self._returned: deque[Request | Upload] = deque()
        """Retries, sent before the queue: unanswered requests, and halves of refused ones. They stay divided as they
        are, for a gateway may close the connection after each refusal."""
        self._last: deque[Request | Upload] = deque()
        """Requests sent when nothing else waits: each has broken its connection again and again."""
        self._open: set[Job | Upload] = set()
        self._idle: deque[Channel] = deque()
        self._channels: dict[Channel, asyncio.Task[None]] = {}
        self._news = asyncio.Event()
        self._failure: ClientError | None = None
        """The last failure to log in, if there was one."""
        self._failures = 0
        self._refused: LoginRefusedError | None = None
        """The last refusal for good, which ended a channel, and when."""
        self._refused_at = 0.0
        self._closed = False
        self._unheard: deque[MessageKey] = deque(maxlen=UNHEARD_LIMIT)
        """Messages whose outcome is unknown, and whose caller does not wait any more."""

    # -- for the sender

    def submit(
        self, work: Job | Upload, *, seconds: float | None = None, spent: float = 0.0, urgent: bool = False
    ) -> None:
        """Queue work, and begin it if a connection is idle; `urgent` work before all that is not. It may take
        `seconds`, or `give_up_seconds` unless told, of which some may be `spent`.

        Raises:
            SenderFullError: too much waits already.
            SenderClosedError, LoginRefusedError: nothing can be sent.
        """
        size = len(work.records) if isinstance(work, Job) else 1
        if self._queued + size > QUEUE_LIMIT:
            raise SenderFullError("sender.full", N_("more than {count} messages wait to be sent"), count=QUEUE_LIMIT)
        self._start()
        self._open.add(work)
        seconds = self.settings.give_up_seconds if seconds is None else seconds
        work.timer = asyncio.get_running_loop().call_later(seconds - spent, self._give_up, work, seconds)
        work.future.add_done_callback(lambda _: self._over(work))
        self._queued += size
        queue = self._urgent if urgent else self._queue
        queue.append(Piece(work, 0, size) if isinstance(work, Job) else work)
        self._offer()

    def withdraw(self, work: Job | Upload) -> None:
        """Its caller was cancelled: drop it if it was never written, otherwise see it through."""
        if not work.in_doubt:
            work.fail(SenderClosedError("sender.call_cancelled", N_("the caller gave up before the message was sent")))
        elif isinstance(work, Job):
            work.future.add_done_callback(lambda _: self._unheard.extend(work.unknown_keys()))

    async def connect(self) -> LoginTerms:
        """Have all connections logged in, and return the terms. Raises GatewayUnreachableError, LoginRefusedError: the
        first attempt of one of them that failed."""
        known = self._failures
        self._refused = None  # the caller asks for an attempt now
        self._start()
        while any(channel.connection is None for channel in self._channels) or self.terms is None:
            await self._news.wait()
            self._check_open()
            if self._failures != known:
                assert self._failure is not None
                raise self._failure
        return self.terms

    async def ready(self, seconds: float | None = None) -> LoginTerms:
        """Wait until one connection at least is logged in, at most `seconds`, or `give_up_seconds` unless told; the
        terms of the last login. Raises GatewayUnreachableError, LoginRefusedError, SenderClosedError: as
        `Sender.ready`."""
        seconds = self.settings.give_up_seconds if seconds is None else seconds
        self._start()
        try:
            async with asyncio.timeout(seconds):
                await self._connected()
        except TimeoutError:
            raise self._unreachable(seconds) from None
        assert self.terms is not None
        return self.terms

    @property
    def opened(self) -> bool:
        """Whether it was needed by now: it has connections, or tries to."""
        return bool(self._channels)

    @property
    def connected(self) -> bool:
        """Whether all its connections are logged in at this moment."""
        return self.opened and all(channel.connection is not None for channel in self._channels)

    async def close(self) -> list[MessageKey]:
        """Wait at most `close_seconds` for answers that are on their way, close all connections, and fail the rest.

        Returns the keys of the messages that were written and not answered: of open work, and of
        cancelled calls.
        """
        self._closed = True
        self._tell()
        for work in tuple(self._open):
            if not work.in_doubt:
                work.fail(
                    SenderClosedError("sender.closed_before", N_("the sender was closed before the message was sent"))
                )
        if self._open:
            await asyncio.wait([work.future for work in self._open], timeout=self.settings.close_seconds)
        open_keys = [key for work in self._open if isinstance(work, Job) for key in work.open_keys()]
        unanswered = [*self._unheard, *open_keys]
        tasks = list(self._channels.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for work in tuple(self._open):
            work.fail(OutcomeUnknownError("outcome.closed", N_("the sender was closed before the gateway answered")))
        return unanswered

    # -- for the channels

    def take(self, terms: LoginTerms) -> Request | Upload | None:
        """The next request: as many messages of one group as a request may carry; None when nothing waits."""
        if (urgent := self._take_queued(self._urgent, terms.batch)) is not None:
            return urgent
        return (
            self._take_divided(self._returned, terms.batch)
            or self._take_queued(self._queue, terms.batch)
            or self._take_divided(self._last, terms.batch)
            or self._take_queued(self._queue, terms.batch)  # where the one before has put what it cut
        )

    def _take_divided(self, queue: deque[Request | Upload], room: int) -> Request | Upload | None:
        while queue:
            work = queue.popleft()
            if isinstance(work, Upload):
                return work
            left = work.without_settled()
            if left.size > room:  # the last login allows fewer: to be cut anew
                self._queue.extendleft(reversed(left.pieces))
                self._queued += left.size
            elif left.pieces:
                return left
        return None

    def _take_queued(self, queue: deque[Piece | Upload], room: int) -> Request | Upload | None:
        pieces: list[Piece] = []
        while queue and room:
            work = queue[0]
            if _work_of(work).over:
                self._drop_first(queue)
                continue
            if isinstance(work, Upload):
                if not pieces:
                    self._drop_first(queue)
                    return work
                break
            if pieces and work.job.group != pieces[0].job.group:
                break
            if work.size > room:
                piece, queue[0] = work.cut(room)
            else:
                piece = work
                queue.popleft()
            self._queued -= piece.size
            room -= piece.size
            pieces.append(piece)
        return Request(pieces) if pieces else None

    def put_back(self, work: Request | Upload) -> None:
        """An unanswered request goes to the front of the queue, with the same keys."""
        self._returned.appendleft(work)

    def put_last(self, work: Request | Upload) -> None:
        """A request that breaks its connection each time waits until nothing else does."""
        self._last.append(work)

    def logged_in(self, terms: LoginTerms) -> None:
        """A channel has logged in."""
        self.terms = terms
        self.logins += 1
        self._tell()

    def login_failed(self, error: ClientError) -> None:
        """A channel could not log in, and will try again."""
        self._failure = error
        self._failures += 1
        self._tell()

    def idle(self, channel: Channel) -> None:
        """A channel has nothing to do."""
        if channel not in self._idle:
            self._idle.append(channel)

    def left(self, channel: Channel) -> None:
        """A channel has lost its connection."""
        if channel in self._idle:
            self._idle.remove(channel)
        self._offer()

    # -- inside

    async def _connected(self) -> None:
        while all(channel.connection is None for channel in self._channels):
            if not self._channels:
                raise self._refused or GatewayUnreachableError(
                    "gateway.not_tried", N_("there is no connection, and none is tried")
                )
            await self._news.wait()
            self._check_open()

    def _start(self) -> None:
        """Have all channels run; those that ended (login refused for good) try anew, but not at once.

        Raises:
            LoginRefusedError: a channel ended with it just now, and no other runs.
            SenderClosedError: the queue is closed.
        """
        self._check_open()
        wait = self.settings.reconnect_seconds
        if self._refused is not None and asyncio.get_running_loop().time() < self._refused_at + wait:
            if self._channels:
                return
            raise self._refused
        self._refused = None
        while len(self._channels) < self.connections:
            channel = Channel(self)
            task = asyncio.create_task(channel.run(), name=f"samlink send {self.service.name}")
            self._channels[channel] = task
            task.add_done_callback(functools.partial(self._ended, channel))

    def _ended(self, channel: Channel, task: asyncio.Task[None]) -> None:
        del self._channels[channel]
        if task.cancelled():
            return
        error = task.exception()
        if not isinstance(error, LoginRefusedError):
            tell(_log, logging.ERROR, "connection_fault", service=self.service, duty=Duty.SEND, error=error)
            self.login_failed(
                ClientError("connection.fault", N_("the connection ended by a fault of samlink's own; the log has it"))
            )
            return
        # Tried again when a message is given, but not within these seconds.
        pause = self.settings.reconnect_seconds
        tell(_log, logging.ERROR, "login_refused", service=self.service, duty=Duty.SEND, why=error, pause_seconds=pause)
        self._refused = error
        self._refused_at = asyncio.get_running_loop().time()
        if not self._channels:
            for work in tuple(self._open):
                work.fail(
                    OutcomeUnknownError("outcome.login_refused", N_("no answer came, and then {why}"), why=error)
                    if work.in_doubt
                    else error
                )
        self.login_failed(error)

    def _offer(self) -> None:
        """Have idle channels begin what waits: one job may be work for several."""
        while (self._urgent or self._returned or self._queue or self._last) and self._idle:
            self._idle.popleft().go_on()

    def _give_up(self, work: Job | Upload, seconds: float) -> None:
        if work.in_doubt:
            work.fail(
                OutcomeUnknownError(
                    "outcome.timeout",
                    N_("the gateway has not answered within {seconds:g} s; the message may be taken"),
                    seconds=seconds,
                )
            )
        else:
            work.fail(work.refusal or self._unreachable(seconds))

    def _unreachable(self, seconds: float) -> GatewayUnreachableError:
        if self._failure is None:
            return GatewayUnreachableError(
                "gateway.timeout", N_("nothing could be sent within {seconds:g} s"), seconds=seconds
            )
        template = N_("nothing could be sent within {seconds:g} s ({why})")
        return GatewayUnreachableError("gateway.timeout_after", template, seconds=seconds, why=self._failure)

    def _over(self, work: Job | Upload) -> None:
        self._open.discard(work)
        if work.timer is not None:
            work.timer.cancel()
        # Without a connection nobody takes from the queue, and abandoned work must not count as waiting.
        for queue in (self._urgent, self._queue):
            while queue and _work_of(queue[0]).over:
                self._drop_first(queue)

    def _drop_first(self, queue: deque[Piece | Upload]) -> None:
        self._queued -= _size(queue.popleft())

    def _check_open(self) -> None:
        if self._closed:
            raise SenderClosedError("sender.closed", N_("the sender is closed"))

    def _tell(self) -> None:
        """Wake all that wait for a login."""
        self._news.set()
        self._news.clear()


def _size(work: Piece | Upload) -> int:
    return 1 if isinstance(work, Upload) else work.size


def _work_of(entry: Piece | Upload) -> Job | Upload:
    return entry if isinstance(entry, Upload) else entry.job
