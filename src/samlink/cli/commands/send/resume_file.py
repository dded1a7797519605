"""The file of `samlink send --resume FILE`: the state of each message, from which any interrupted run can continue.

JSON, one object a line. The first line tells which messages the file is about (by a digest, so that it holds no text
and no whole number), then comes a line for each message with its keys, then what happens, as it happens:

    {"given": [1, 2, 3]}                     handed to the client; on the disk before the first byte leaves
    {"n": 1, "state": "accepted"}            or "not_sent" (certainly not taken), or "unknown"
    {"n": 1, "result": 6}                    with --wait

The last word on a message counts. One that was given and has no word after that may have been taken. A line that a kill
cut short can only be the last; it is passed over.
"""

import fcntl
import hashlib
import json
import os
import stat
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from samlink.cli.errors import CommandError, writing
from samlink.cli.output.formatting import masked

if TYPE_CHECKING:
    from samlink.client import AnyMessage

FORMAT: Final = 1
_KEYS_AND_TIMES: Final = frozenset({"group_id", "message_id", "reserve_at", "timeout_at"})
"""Fields that may differ when the same command is typed later (`+10m`)."""


class Recorded(NamedTuple):
    """The recorded state of one message."""

    group_id: str
    message_id: str
    state: str
    """`not_sent`, `accepted` or `unknown`."""
    result: int | None = None


class ResumeFile:
    """One open file; nobody else writes it while it is open."""

    def __init__(self, path: Path, handle: int, found: Mapping[int, Recorded]) -> None:
        self.path = path
        self.found = found
        """The state of each message (by its number from 1) when the file was opened; empty for a new file."""
        self._handle = handle

    def begin(self, lines: Iterable[Mapping[str, Any]]) -> None:
        """Write the first lines, on the disk when this returns. Raises CommandError."""
        self._write(lines, lasting=True)

    def given(self, numbers: Sequence[int]) -> None:
        """These messages are about to leave; on the disk when this returns. Raises CommandError."""
        self._write([{"given": list(numbers)}], lasting=True)

    def told(self, number: int, state: str) -> None:
        """Record a message's outcome. Raises CommandError."""
        self._write([{"n": number, "state": state}])

    def result(self, number: int, code: int) -> None:
        """A message has its result. Raises CommandError."""
        self._write([{"n": number, "result": code}])

    def close(self) -> None:
        """Let others use the file."""
        os.close(self._handle)

    def _write(self, lines: Iterable[Mapping[str, Any]], *, lasting: bool = False) -> None:
        with writing(self.path):
            rest = "".join(json.dumps(line) + "\n" for line in lines).encode()
            while rest:
                rest = rest[os.write(self._handle, rest) :]
            if lasting:
                os.fsync(self._handle)


def open_resume_file(path: Path, account_id: str, messages: "Sequence[AnyMessage]") -> ResumeFile:
    """The file for these messages: a new one with their keys, or the one of an earlier run.

    Raises CommandError: it belongs to other messages, another samlink works with it, or it cannot be used.
    """
    head = {"samlink_send": FORMAT, "account": account_id, "messages": len(messages), "digest": _digest(messages)}
    with writing(path):
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        _check_regular(path, handle)
        _lock(path, handle)
        content = path.read_bytes()
        if content:
            return ResumeFile(path, handle, _read(path, content, head, handle))
        file = ResumeFile(path, handle, {})
        file.begin([head, *(_planned(number, message) for number, message in enumerate(messages, 1))])
    except BaseException:
        os.close(handle)
        raise
    return file


def _check_regular(path: Path, handle: int) -> None:
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        raise CommandError("{path} is not a file.", path=path)


def _lock(path: Path, handle: int) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise CommandError("another samlink works with {path} now.", path=path) from None


def _planned(number: int, message: "AnyMessage") -> dict[str, Any]:
    return {
        "n": number,
        "to": masked(message.to),
        "group_id": message.group_id,
        "message_id": message.message_id,
        "state": "not_sent",
    }


def _digest(messages: "Sequence[AnyMessage]") -> str:
    """The same for the same messages in the same order, whatever their keys and times."""
    digest = hashlib.blake2b(digest_size=16)
    for message in messages:
        names = [name for name in message.__struct_fields__ if name not in _KEYS_AND_TIMES]
        digest.update(json.dumps([getattr(message, name) for name in names], default=str).encode())
    return digest.hexdigest()


def _read(path: Path, content: bytes, head: Mapping[str, Any], handle: int) -> dict[int, Recorded]:
    """Read an earlier run's records; a last line that a kill cut short is removed from the file."""
    whole, _sep, torn = content.rpartition(b"\n")
    if torn:
        os.ftruncate(handle, len(content) - len(torn))
    lines = whole.split(b"\n")
    number = 1
    try:
        if json.loads(lines[0]) != head:
            raise CommandError(
                "{path} is of other messages: the list, the text or the account is not the same; nothing was sent.",
                path=path,
            )
        found: dict[int, Recorded] = {}
        for line in lines[1:]:
            number += 1
            _take(found, json.loads(line))
    except (ValueError, KeyError, TypeError):
        raise CommandError(
            "{path} cannot be used: line {line} is damaged; nothing was sent.", path=path, line=f"{number:,}"
        ) from None
    if len(found) != head["messages"]:
        raise CommandError(
            "{path} cannot be used: line {line} is damaged; nothing was sent.", path=path, line=f"{len(lines):,}"
        )
    return found


def _take(found: dict[int, Recorded], line: Mapping[str, Any]) -> None:
    for number in line.get("given", ()):
        found[number] = found[number]._replace(state="unknown")
    if "message_id" in line:
        found[line["n"]] = Recorded(line["group_id"], line["message_id"], line["state"])
    elif "state" in line:
        found[line["n"]] = found[line["n"]]._replace(state=line["state"])
    elif "result" in line:
        found[line["n"]] = found[line["n"]]._replace(result=line["result"])
