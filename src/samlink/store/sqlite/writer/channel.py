"""What passes between the gateway and its writer process: frames over a socket pair.

A frame is a length (4 bytes, big-endian) and a MessagePack array. A request is `[number, verb, [arguments]]`, an answer
`[number, status, value]`; an answer with number 0 is an event that nobody asked for, and its value the event's name.
"""

import enum
import struct
from typing import Any, Final

import msgspec

HEAD: Final = struct.Struct(">I")
MAX_FRAME_BYTES: Final = 128 << 20
"""The longest packet that the wire takes has 32 MiB, and at most twice that here. A longer frame means that the stream
is broken; nobody sends one."""
READ_BYTES: Final = 1 << 20
"""Most that is read from the socket at once, so also about what one round takes."""

ACCOUNTS_CHANGED: Final = "accounts changed"
READY: Final = "ready"


class Status(enum.IntEnum):
    """How a request ended; anything but DONE has a sentence as its value."""

    DONE = 0
    FAILED = 1
    FULL = 2
    LOST = 3


class Request(msgspec.Struct, array_like=True):
    """One verb to do."""

    number: int
    verb: str
    arguments: list[Any]


Value = str | int | list[int]
"""A value of a problem; the number of an error of the system stands in a list."""
Problem = tuple[str, str, dict[str, Value]]
"""Code, template and values."""


class Answer(msgspec.Struct, array_like=True, gc=False):
    """What came of it; `value` is decoded by who asked, who knows its type."""

    number: int
    status: int
    value: msgspec.Raw


def frames(buffer: bytearray) -> list[bytes]:
    """Cut the whole frames off the front of `buffer`. Raises ValueError for an impossible length."""
    found: list[bytes] = []
    start, end = 0, len(buffer)
    while end - start >= HEAD.size:
        (size,) = HEAD.unpack_from(buffer, start)
        if size > MAX_FRAME_BYTES:
            raise ValueError(f"a frame of {size} bytes")
        if end - start - HEAD.size < size:
            break
        start += HEAD.size
        found.append(bytes(memoryview(buffer)[start : start + size]))
        start += size
    del buffer[:start]
    return found


def framed(payload: bytes) -> bytes:
    """`payload` with its length before it."""
    return HEAD.pack(len(payload)) + payload
