"""Many messages through a sender: packed into full requests, outcomes in the order of the messages.

Messages are read ahead, at most `WINDOW` of them, and sorted into open batches by kind and files. A batch goes when it
is full, and all go when the next message is not there at once or the window is full. There is one future for each
batch, none for a message.
"""

import asyncio
import itertools
from collections import deque
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable
from pathlib import Path
from typing import Final, NamedTuple

from samlink.client._pack.message import AnyRecord
from samlink.client._send.jobs import Job
from samlink.client._send.pipeline import Pipeline, key_of
from samlink.client._send.queue import SendQueue
from samlink.client._terms import BEFORE_LOGIN, LoginTerms
from samlink.client.errors import ClientError
from samlink.client.messages import AnyMessage, Failed, Held, Kind, Outcome, Sent

WINDOW: Final = 4000
"""Messages that are read ahead of the outcomes that were taken."""
CHUNK: Final = 200
"""Messages that are packed before other tasks have their turn."""


class _Group(NamedTuple):
    """The properties that the messages of a batch share."""

    kind: Kind
    files: tuple[str, ...]
    repeated: bool
    """They may have been taken before."""


class _Batch:
    """Messages that will be one job."""

    def __init__(self, group: _Group, terms: LoginTerms, size: int) -> None:
        self.group = group
        self.terms = terms
        """The terms its texts were checked against; a request for another login checks them again."""
        self.size = size
        """The most messages that it takes."""
        self.records: list[AnyRecord] = []
        self.job: Job | None = None
        self.error: ClientError | None = None
        """Why it could not be submitted."""

    @property
    def settled(self) -> bool:
        return self.error is not None or (self.job is not None and self.job.over)


class _Place(NamedTuple):
    """Where a message's outcome will be: in a batch, or here already."""

    message: AnyMessage
    batch: _Batch | None
    number: int
    outcome: Outcome | None


class Stream:
    """One call of `send_many`."""

    _source: "_Source | _AsyncSource"
    """Made when the first outcome is asked for, since it reads ahead: a stream that is never begun leaves nothing."""

    def __init__(
        self,
        pipeline: Pipeline,
        messages: Iterable[AnyMessage] | AsyncIterable[AnyMessage],
        *,
        urgent: bool = False,
        repeated: Callable[[AnyMessage], bool] | None = None,
    ) -> None:
        self._pipeline = pipeline
        self._urgent = urgent
        self._repeated = repeated
        self._messages = messages
        self._changed = asyncio.Event()
        self._places: deque[_Place] = deque()
        self._open: dict[_Group, _Batch] = {}
        self._jobs: dict[Job, SendQueue] = {}
        self._names: dict[tuple[Path | str, ...], tuple[str, ...] | ClientError] = {}

    async def outcomes(self) -> AsyncIterator[Outcome]:
        """The outcomes, in the order of the messages; then the exception of the iterable, if it raised one."""
        given = self._messages
        self._source = _AsyncSource(given, self._changed) if isinstance(given, AsyncIterable) else _Source(given)
        try:
            while True:
                while self._places and self._is_known(self._places[0]):
                    yield _outcome(self._places.popleft())
                if not await self._go_on():
                    break
        finally:
            await self._source.close()
            for job, queue in tuple(self._jobs.items()):
                queue.withdraw(job)

    async def _go_on(self) -> bool:
        """Pack what can be read, or wait until something has changed; false when all is done."""
        if len(self._places) < WINDOW and (chunk := self._source.take(CHUNK)):
            for message in chunk:
                await self._add(message)
            await asyncio.sleep(0)
            return True
        self._submit_all()
        if self._places and self._is_known(self._places[0]):
            return True
        if not self._places and self._source.over:
            self._source.check()
            return False
        self._changed.clear()
        await self._changed.wait()
        return True

    async def _add(self, message: AnyMessage) -> None:
        """Put one message into a batch, or record its error at once."""
        pipeline = self._pipeline
        try:
            kind, record, terms = pipeline.pack(message)
            seconds = pipeline.settings.give_up_seconds
            if message.reserve_at is not None and (due := await pipeline.due(message, kind, seconds)) is not None:
                held = Held(message, due, pipeline.hold(message))
                self._places.append(_Place(message, None, 0, held))
                return
            login = pipeline.queue(kind.service).terms or BEFORE_LOGIN
            names = await self._names_of(message.files) if message.files else ()
        except ClientError as error:
            self._places.append(_Place(message, None, 0, Failed(message, error)))
            return
        group = _Group(kind, names, self._repeated is not None and self._repeated(message))
        batch = self._open.get(group)
        if batch is None:
            batch = self._open[group] = _Batch(group, terms, login.batch)
        self._places.append(_Place(message, batch, len(batch.records), None))
        batch.records.append(record)
        if len(batch.records) >= batch.size:
            self._submit(batch)

    async def _names_of(self, files: tuple[Path | str, ...]) -> tuple[str, ...]:
        """Names of files; each path is read once for a stream, and one that failed is not tried again."""
        if files not in self._names:
            try:
                self._names[files] = await self._pipeline.names_of(files, self._pipeline.settings.give_up_seconds)
            except ClientError as error:
                self._names[files] = error
        names = self._names[files]
        if isinstance(names, ClientError):
            raise names
        return names

    def _submit_all(self) -> None:
        for batch in tuple(self._open.values()):
            self._submit(batch)

    def _submit(self, batch: _Batch) -> None:
        kind, names, repeated = batch.group
        del self._open[batch.group]
        job = Job(batch.records, kind=kind, files=names, terms=batch.terms, repeated=repeated)
        try:
            queue = self._pipeline.queue(kind.service)
            queue.submit(job, urgent=self._urgent)
        except ClientError as error:
            batch.error = error
            return
        batch.job = job
        self._jobs[job] = queue
        job.future.add_done_callback(lambda _: self._over(job))

    def _over(self, job: Job) -> None:
        self._jobs.pop(job, None)
        self._changed.set()

    @staticmethod
    def _is_known(place: _Place) -> bool:
        return place.batch is None or place.batch.settled


def _outcome(place: _Place) -> Outcome:
    """The outcome of a message whose batch is settled."""
    message, batch, number, known = place
    if batch is None:
        assert known is not None
        return known
    if batch.job is None:
        assert batch.error is not None
        return Failed(message, batch.error)
    if error := batch.job.errors.get(number):
        return Failed(message, error)
    record = batch.records[number]
    return Sent(message, batch.group.kind, key_of(record))


class _Source:
    """Messages of a plain iterable."""

    def __init__(self, messages: Iterable[AnyMessage]) -> None:
        self._messages = iter(messages)
        self._fault: Exception | None = None
        self.over = False

    def take(self, size: int) -> list[AnyMessage]:
        """The next messages; none when there are no more."""
        chunk: list[AnyMessage] = []
        if not self.over:
            try:
                for message in itertools.islice(self._messages, size):
                    chunk.append(message)  # noqa: PERF402 -- what was read before a fault stays
            except Exception as fault:  # outermost: the caller's code; told when the outcomes before it are
                self._fault = fault
            self.over = not chunk or self._fault is not None
        return chunk

    def check(self) -> None:
        """Raise what the caller's iterable raised."""
        if self._fault is not None:
            raise self._fault

    async def close(self) -> None:
        """Nothing is open."""


class _AsyncSource:
    """Messages of an async iterable: one task reads ahead, up to `CHUNK`."""

    def __init__(self, messages: AsyncIterable[AnyMessage], changed: asyncio.Event) -> None:
        self._messages = messages
        self._changed = changed
        self._read: deque[AnyMessage] = deque()
        self._room = asyncio.Event()
        self._room.set()
        self._task = asyncio.create_task(self._read_on())
        self._task.add_done_callback(lambda _: changed.set())

    async def _read_on(self) -> None:
        async for message in self._messages:
            self._read.append(message)
            self._changed.set()
            if len(self._read) >= CHUNK:
                self._room.clear()
                await self._room.wait()

    @property
    def over(self) -> bool:
        return self._task.done() and not self._read

    def take(self, size: int) -> list[AnyMessage]:
        """The messages that have come, `size` at most."""
        chunk = [self._read.popleft() for _ in range(min(size, len(self._read)))]
        self._room.set()
        return chunk

    def check(self) -> None:
        """Raise what the caller's iterable raised."""
        self._task.result()

    async def close(self) -> None:
        """Stop reading."""
        self._task.cancel()
        await asyncio.wait([self._task])
        if not self._task.cancelled():
            self._task.exception()  # `check` tells it, if the stream is read to its end
