"""The work of a send queue: a `Job` of messages or an `Upload`, and the pieces that a request is made of.

A request carries up to COUNT messages, a job has as many as its owner gave it. So a job is cut into pieces, and pieces
of jobs that may travel together make up one request. A job is over when each of its messages is settled: taken, or
failed with an error. There is one future for a job, and none for a message.
"""

import asyncio
from collections.abc import Sequence
from typing import Final, NamedTuple

from samlink import wire
from samlink.client._pack.message import AnyRecord, command_of, too_long_for_login
from samlink.client._terms import LoginTerms
from samlink.client.errors import ClientError, OutcomeUnknownError
from samlink.client.keys import MessageKey
from samlink.client.messages import Kind
from samlink.wire import Command, FileNames, FileUpload
from samlink.wire.text import byte_length

_LIMITED_BY_LOGIN: Final = frozenset({Kind.LMS, Kind.MMS})


class Work:
    """Base of both."""

    def __init__(self) -> None:
        self.refusals = 0
        """How often it was refused for now, one time after the other; of a job, its requests count that."""
        self.refusal: ClientError | None = None
        """The last of these refusals."""
        self.breaks = 0
        """How often a connection broke before it was answered; of a job, its requests count that."""
        self.outstanding = 0
        """Requests with it that wait for their answer now."""
        self.unsure = False
        """A connection broke before a request with it was answered, and it will be sent again."""
        self.repeated = False
        """It may have been taken in an earlier run of its owner's."""
        self.timer: asyncio.TimerHandle | None = None

    @property
    def in_doubt(self) -> bool:
        """Whether the gateway may have taken it without our knowing."""
        return self.outstanding > 0 or self.unsure

    @property
    def needs_promise(self) -> bool:
        """Whether it may have been taken before: it goes only to a gateway that takes a key once."""
        return self.unsure or self.repeated

    @property
    def over(self) -> bool:
        """Whether nothing is to be sent for it any more."""
        raise NotImplementedError

    def fail(self, error: ClientError) -> None:
        """Settle all that is not settled yet."""
        raise NotImplementedError


class Job(Work):
    """Messages that were given together: of one kind, with the same files."""

    def __init__(
        self,
        records: Sequence[AnyRecord],
        *,
        kind: Kind,
        files: tuple[str, ...] = (),
        terms: LoginTerms | None = None,
        repeated: bool = False,
    ) -> None:
        super().__init__()
        self.repeated = repeated
        self.records = records
        self.kind = kind
        self.files = FileNames(*files)
        self.terms = terms
        """The terms its texts were checked against."""
        self.group = (kind, files, repeated)
        """Jobs of one group may share a request."""
        self.errors: dict[int, ClientError] = {}
        """Why messages failed, by their place in `records`."""
        self.future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._left = len(records)
        self._settled: set[int] | None = None

    @property
    def over(self) -> bool:
        return self.future.done()

    def settle(self, start: int, stop: int, error: ClientError | None = None) -> None:
        """The messages from `start` to before `stop` were taken, or failed with `error`."""
        if self.future.done():
            return
        if error is not None:
            self.errors.update(dict.fromkeys(range(start, stop), error))
        self._left -= stop - start
        if self._left:
            self._settled = self._settled or set()
            self._settled.update(range(start, stop))
            return
        self.future.set_result(None)

    def open_places(self) -> list[int]:
        """Places of the messages that are not settled."""
        if self.future.done():
            return []
        return [place for place in range(len(self.records)) if not self._settled or place not in self._settled]

    def fail(self, error: ClientError) -> None:
        for place in self.open_places():
            self.settle(place, place + 1, error)

    def open_keys(self) -> list[MessageKey]:
        """Keys of the messages that are not settled."""
        return [self._key(place) for place in self.open_places()]

    def unknown_keys(self) -> list[MessageKey]:
        """Keys of the messages that may have been taken or not, of which nothing more will be heard."""
        return [self._key(place) for place, error in self.errors.items() if isinstance(error, OutcomeUnknownError)]

    def _key(self, place: int) -> MessageKey:
        record = self.records[place]
        return MessageKey(record.group_id, record.message_id, record.receiver)


class Upload(Work):
    """A file to upload; its future is the name that the gateway gave."""

    def __init__(self, file: FileUpload) -> None:
        super().__init__()
        self.file = file
        self.waiters = 0
        """How many callers wait for the name."""
        self.future: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    @property
    def over(self) -> bool:
        return self.future.done()

    def settle(self, name: str) -> None:
        """The file is there, as `name`."""
        if not self.future.done():
            self.future.set_result(name)

    def fail(self, error: ClientError) -> None:
        if not self.future.done():
            self.future.set_exception(error)
            self.future.exception()  # nobody may wait for it any more, and that is no fault


class Piece(NamedTuple):
    """Messages of one job that stand together in a request."""

    job: Job
    start: int
    stop: int

    @property
    def size(self) -> int:
        """How many messages."""
        return self.stop - self.start

    def cut(self, size: int) -> tuple["Piece", "Piece"]:
        """The first `size` messages, and the rest."""
        middle = self.start + size
        return Piece(self.job, self.start, middle), Piece(self.job, middle, self.stop)


class Request:
    """One send request: pieces of jobs of one group."""

    def __init__(self, pieces: Sequence[Piece], refusals: int = 0, breaks: int = 0) -> None:
        self.pieces = pieces
        self.breaks = breaks
        """How often a connection broke before it was answered; as a part of a greater one too."""
        self.refusals = refusals
        """How often it was refused, one time after the other; as a part of a greater one too."""
        self.jobs: tuple[Job, ...] = tuple(dict.fromkeys(piece.job for piece in pieces))

    @property
    def records(self) -> Sequence[AnyRecord]:
        """The records, in order."""
        if len(self.pieces) == 1:
            job, start, stop = self.pieces[0]
            return job.records if stop - start == len(job.records) else job.records[start:stop]
        return [record for job, start, stop in self.pieces for record in job.records[start:stop]]

    @property
    def size(self) -> int:
        """How many messages."""
        return sum(piece.size for piece in self.pieces)

    def command(self, terms: LoginTerms) -> Command:
        """The command that carries it."""
        return command_of(self.jobs[0].kind, terms)

    def settle(self, error: ClientError | None = None) -> None:
        """All were taken, or all failed."""
        for job, start, stop in self.pieces:
            job.settle(start, stop, error)

    def check(self, terms: LoginTerms) -> None:
        """Check the texts again, if they were checked against the terms of another login. Raises MessageError: one is
        too long for this login."""
        if all(job.terms is terms or job.kind not in _LIMITED_BY_LOGIN for job in self.jobs):
            return
        longest = max(byte_length(record.text) for record in self.records)
        if longest > terms.text_bytes:
            raise too_long_for_login(longest, terms.text_bytes)

    def is_named(self, keys: Sequence[wire.KeyRecord]) -> bool:
        """Whether `keys` name one of its messages, so that what carries them may be its answer."""
        first = self.pieces[0].job.records[self.pieces[0].start]
        if keys[0].message_id == first.message_id and keys[0].group_id == first.group_id:
            return True  # an answer by the letter names them in order
        named = {(key.group_id, key.message_id) for key in keys}
        return any((record.group_id, record.message_id) in named for record in self.records)

    def without_settled(self) -> "Request":
        """The same without the messages of jobs that are over."""
        return Request([piece for piece in self.pieces if not piece.job.over], self.refusals, self.breaks)

    def halves(self) -> tuple["Request", "Request"]:
        """Two requests of half the messages each; there must be at least two."""
        room = self.size // 2
        first: list[Piece] = []
        second: list[Piece] = []
        for piece in self.pieces:
            if piece.size <= room:
                first.append(piece)
                room -= piece.size
                continue
            head, tail = piece.cut(room)
            room = 0
            if head.size:
                first.append(head)
            second.append(tail)
        return Request(first, self.refusals, self.breaks), Request(second, self.refusals, self.breaks)
