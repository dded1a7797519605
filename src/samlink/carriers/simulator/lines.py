"""The lines of the journal: what each says, how it is written and read. Pure.

    # samlink simulated carrier, journal 1     the head of each file
    T 4711 010-****-5678 6 01190 1767225600000 +0 x1 -
        taken: id, receiver (masked), result, TELECOM, when (UTC, epoch ms), how many ms until its result, how often the
        result is to be given, and the carrier's reference when the result names that instead of the id; then, up to
        the end of the line, the carrier's own code when it has one
    C …       carried over from the file before: as T, with how often the result is still to be given
    R 4711    repeat recognised: it was taken before and is not delivered again
    N 4711 010-****-5678 13                    not taken: refused, with the result
    A 4711 4712 …                              results acknowledged

There is no text of a message. A line that does not end in a newline was cut by a kill, was never answered, and does
not count.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from samlink.carriers.simulator.outbox import OpenResult

HEAD: Final = "# samlink simulated carrier, journal 1\n"

_TAKEN_WORDS: Final = 9
_REFUSED_WORDS: Final = 4


class Taken(msgspec.Struct, gc=False):
    """T, or (`carried`) C."""

    result: OpenResult
    carried: bool


class Repeated(msgspec.Struct, gc=False):
    """R."""

    id: int


class Refused(msgspec.Struct, gc=False):
    """N."""

    id: int
    receiver: str
    result: int


class Acknowledged(msgspec.Struct, gc=False):
    """A."""

    ids: Sequence[int]


Line = Taken | Repeated | Refused | Acknowledged


def taken_lines(results: Iterable[OpenResult], kind: str = "T") -> str:
    """One line for each message taken, or (`kind` C) carried over."""
    return "".join(
        [
            f"{kind} {r.message} {r.receiver} {r.result} {r.telecom} {r.sent_at_ms} +{r.due_ms - r.sent_at_ms} "
            f"x{r.left} {r.reference or '-'}{f' {r.carrier_code}' if r.carrier_code else ''}\n"
            for r in results
        ]
    )


def repeated_line(message_id: int) -> str:
    """One line for a repeat that was recognised."""
    return f"R {message_id}\n"


def refused_line(message_id: int, receiver: str, result: int) -> str:
    """One line for a message that was refused; `receiver` is masked already."""
    return f"N {message_id} {receiver} {result}\n"


def acknowledged_line(ids: Sequence[int]) -> str:
    """One line for all of them."""
    return f"A {' '.join(map(str, ids))}\n"


def parse(line: str) -> Line | None:
    """What a whole line says, None for a head. Raises ValueError for one that we have not written."""
    kind, _, rest = line.partition(" ")
    if kind == "A":
        return Acknowledged([int(word) for word in rest.split(" ")])
    if kind in ("T", "C"):
        return Taken(_parse_taken(line), kind == "C")
    if kind == "R":
        return Repeated(int(rest))
    if kind == "N":
        return _parse_refused(line)
    if kind == "#":
        return None
    raise ValueError("unknown kind of line")


def _parse_taken(line: str) -> OpenResult:
    words = line.split(" ", _TAKEN_WORDS)
    if len(words) < _TAKEN_WORDS or words[6][:1] != "+" or words[7][:1] != "x":
        raise ValueError("not the fields of a message taken")
    message_id, sent_at_ms = int(words[1]), int(words[5])
    reference = "" if words[8] == "-" else words[8]
    return OpenResult(
        id=0 if reference else message_id,
        reference=reference,
        result=int(words[3]),
        sent_at_ms=sent_at_ms,
        telecom=words[4],
        carrier_code=" ".join(words[_TAKEN_WORDS:]),
        message=message_id,
        receiver=words[2],
        due_ms=sent_at_ms + int(words[6][1:]),
        left=int(words[7][1:]),
    )


def _parse_refused(line: str) -> Refused:
    words = line.split(" ")
    if len(words) != _REFUSED_WORDS:
        raise ValueError("not the fields of a message refused")
    return Refused(int(words[1]), words[2], int(words[3]))
