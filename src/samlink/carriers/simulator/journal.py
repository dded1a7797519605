"""The simulated carrier's own log on the disk: what it took, repeated, refused, and what was acknowledged.

Files `carrier-00000001.log` and on, in one directory, appended to by one process at a time. A batch is one write, made
before its answer: so a carrier that is killed still knows what it had (the kernel has the bytes; there is no fsync, so
after a power cut it may know less). A new file begins with the results that are open, and only when that is written are
old files deleted. `lines` describes a line.
"""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from samlink.carriers.contract import CarrierError
from samlink.carriers.simulator.lines import HEAD, Acknowledged, Line, Refused, Repeated, Taken, parse
from samlink.carriers.simulator.outbox import OpenResult
from samlink.store.private_folders import make_private
from samlink.vocabulary.problem import N_
from samlink.vocabulary.results import ResultCode

_PATTERN: Final = "carrier-*.log"
_LOCK_NAME: Final = "carrier.lock"


class JournalError(CarrierError):
    """The journal cannot be read, or another process has it."""


class JournalEntry(msgspec.Struct):
    """What the journal says of one message."""

    id: int
    receiver: str
    """Masked."""
    submitted: int = 0
    """How often it was submitted and not answered LATER."""
    repeats: int = 0
    """How many of these were recognised as repeats."""
    refused: int = 0
    """How many of these were refused."""
    delivered: int = 0
    """How often the handset got it: taken, with result 6. More than 1 is a message sent twice."""
    result: int = 0
    """The result of the message, 0 when it was never taken nor refused."""
    results_due: int = 0
    """How often its result was to be given."""
    acknowledged: int = 0
    """How often its result was acknowledged."""


class Recovered(msgspec.Struct):
    """What the journal knows at a start."""

    open: list[OpenResult]
    """Taken, the result not acknowledged."""
    ids: list[int]
    """Every id taken, oldest first; one that was carried over stands more than once."""


def read_journal(directory: Path) -> dict[int, JournalEntry]:
    """What the carrier had, by message id; also while a carrier writes to it.

    It is complete when the journal was kept whole (`keep_journal`): of a message whose file is deleted and that was
    carried over, one submission is counted. Raises JournalError for a line that is not ours; a torn last line of a file
    is left out.
    """
    entries: dict[int, JournalEntry] = {}
    for path in journal_files(directory):
        for line in _lines(path):
            _count(entries, line)
    return entries


class Journal:
    """The files of one directory, open for appending."""

    def __init__(self, directory: Path, *, segment_bytes: int, segments: int, keep_all: bool) -> None:
        self._directory = directory
        self._segment_bytes = segment_bytes
        self._segments = segments
        self._keep_all = keep_all
        self._lock = -1
        self._file = -1
        self._number = 0
        self._size = 0
        self._torn = False
        self._rotate_at = 0

    def open(self) -> Recovered:
        """Make the directory when needed, read what is there, and continue it. Raises JournalError."""
        try:
            make_private(self._directory)
            self._lock = _locked(self._directory / _LOCK_NAME)
            recovered = _recover(self._directory)
            self._continue()
        except JournalError:
            self.close()
            raise
        except OSError as error:
            self.close()
            template = N_("the journal in {directory} cannot be opened: {reason}")
            raise JournalError("journal.not_opened", template, directory=self._directory, reason=error) from error
        return recovered

    def write(self, text: str) -> None:
        """Append whole lines in one write. Raises OSError when they cannot be written; then none of them is there."""
        data = text.encode("ascii")
        if self._torn:
            self._mend()
        try:
            written = os.write(self._file, data)
            while written < len(data):
                written += os.write(self._file, data[written:])
        except OSError:
            self._torn = True
            self._mend()
            raise
        self._size += len(data)

    @property
    def full(self) -> bool:
        """It is time for `rotate`."""
        return self._size >= self._rotate_at

    def rotate(self, carried: str) -> None:
        """Begin a new file with the lines of what is open, then delete old ones. Raises OSError: nothing changed."""
        old, old_size, old_number = self._file, self._size, self._number
        # Whatever happens below, the next attempt is a whole segment away.
        self._rotate_at = self._size + self._segment_bytes
        try:
            self._begin(old_number + 1, carried)
        except OSError:
            self._file, self._size, self._number = old, old_size, old_number
            with contextlib.suppress(FileNotFoundError):
                self._path(old_number + 1).unlink()
            raise
        os.close(old)
        if not self._keep_all:
            for path in journal_files(self._directory)[: -self._segments]:
                path.unlink()

    def close(self) -> None:
        """Close the file and let another process have the directory."""
        for descriptor in (self._file, self._lock):
            if descriptor >= 0:
                os.close(descriptor)
        self._file = self._lock = -1

    def _continue(self) -> None:
        files = journal_files(self._directory)
        if not files:
            self._begin(1, "")
            return
        path = files[-1]
        self._number = int(path.stem.partition("-")[2])
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND)
        # A torn last line was never answered; appended to, it would become a line that nobody meant.
        self._size = path.read_bytes().rfind(b"\n") + 1
        os.ftruncate(self._file, self._size)
        self._rotate_at = self._segment_bytes

    def _begin(self, number: int, carried: str) -> None:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_TRUNC
        self._file, self._size, self._number = os.open(self._path(number), flags, 0o600), 0, number
        try:
            self.write(HEAD + carried)
        except OSError:
            os.close(self._file)
            self._file = -1
            raise
        # What was carried over does not count, or a great many open results would fill every new file at once.
        self._rotate_at = self._size + self._segment_bytes

    def _mend(self) -> None:
        os.ftruncate(self._file, self._size)
        self._torn = False

    def _path(self, number: int) -> Path:
        return self._directory / f"carrier-{number:08}.log"


def _locked(path: Path) -> int:
    # A record lock: it goes with this process, and a child that was forked does not hold it on.
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        template = N_("the journal in {directory} is in use by another process")
        raise JournalError("journal.in_use", template, directory=path.parent) from error
    return descriptor


def journal_files(directory: Path) -> list[Path]:
    """The files of a journal, oldest first."""
    return sorted(directory.glob(_PATTERN))


def _lines(path: Path) -> Iterator[Line]:
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.endswith(b"\n"):
                return
            try:
                parsed = parse(line[:-1].decode("ascii"))
            except ValueError as error:
                template = N_("{file} line {line} is not a line of the carrier's journal: {reason}")
                raise JournalError(
                    "journal.bad_line", template, file=path.name, line=number, reason=str(error)
                ) from error
            if parsed is not None:
                yield parsed


def _recover(directory: Path) -> Recovered:
    opened: dict[int, OpenResult] = {}
    ids: list[int] = []
    for path in journal_files(directory):
        for line in _lines(path):
            if isinstance(line, Acknowledged):
                _close_acknowledged(opened, line)
            elif isinstance(line, Taken):
                ids.append(line.result.message)
                _open_taken(opened, line)
    return Recovered([result for result in opened.values() if result.left], ids)


def _open_taken(opened: dict[int, OpenResult], line: Taken) -> None:
    known = opened.get(line.result.message)
    if known is None or line.carried:
        opened[line.result.message] = line.result
    else:
        known.left += line.result.left


def _close_acknowledged(opened: dict[int, OpenResult], line: Acknowledged) -> None:
    for message_id in line.ids:
        known = opened.get(message_id)
        if known is None:
            continue
        known.left -= 1
        if known.left <= 0:
            del opened[message_id]


def _count(entries: dict[int, JournalEntry], line: Line) -> None:
    match line:
        case Taken(result=taken, carried=carried):
            if carried and taken.message in entries:
                return
            entry = entries.setdefault(taken.message, JournalEntry(taken.message, taken.receiver))
            entry.submitted += 1
            entry.delivered += taken.result == ResultCode.DELIVERED
            entry.result = taken.result
            entry.results_due += taken.left
        case Repeated(id=message_id):
            entry = entries.setdefault(message_id, JournalEntry(message_id, ""))
            entry.submitted += 1
            entry.repeats += 1
        case Refused(id=message_id, receiver=receiver, result=result):
            entry = entries.setdefault(message_id, JournalEntry(message_id, receiver))
            entry.submitted += 1
            entry.refused += 1
            entry.result = result
        case Acknowledged(ids=ids):
            for message_id in ids:
                entries.setdefault(message_id, JournalEntry(message_id, "")).acknowledged += 1
