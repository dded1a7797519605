"""The frame (manual 3.A): 76 bytes of header, the body, ETX; and the buffer that finds frames in a stream.

SOH 1, VERSION 6, COMMAND 5, LENGTH 8, RESP_CODE 5, RESP_MESG 50, STX 1, BODY, ETX 1. LENGTH alone delimits a body: a
file holds any bytes, 0x01 to 0x03 included.
"""

import struct
from typing import Final

import msgspec

from samlink.vocabulary.responses import ResponseCode
from samlink.vocabulary.sizes import RESP_MESG_BYTES
from samlink.vocabulary.text import CHARSET
from samlink.wire.choices import GAP_LIMIT, GAP_SKIPPED, PADDING_READ, PADDING_WRITTEN
from samlink.wire.errors import LocalProtocolError, RemoteProtocolError
from samlink.wire.text import decode_text, one_line

SOH: Final = b"\x01"
STX: Final = b"\x02"
ETX: Final = b"\x03"
HEADER_SIZE: Final = 76
ETX_SIZE: Final = 1
KEPT_OF_SKIPPED: Final = 4
"""Bytes kept of a body that is passed over: a COUNT, so that the refusal can say what is wrong."""

HEADER_FIELDS: Final = (("VERSION", 6), ("COMMAND", 5), ("LENGTH", 8), ("RESP_CODE", 5), ("RESP_MESG", RESP_MESG_BYTES))
"""The fields between SOH and STX, and their bytes."""

_HEADER: Final = struct.Struct(f"1s{''.join(f'{size}s' for _, size in HEADER_FIELDS)}1s")


class Frame(msgspec.Struct, gc=False):
    """One frame, header as text, body as bytes."""

    version: str
    command: str
    response: str = ""
    """RESP_CODE; empty in a request."""
    message: str = ""
    """RESP_MESG; empty in a request."""
    body: bytes = b""
    nul_padded: bool = False
    """Its RESP_MESG was padded with NULs."""
    skipped: int = 0
    """Bytes of a body too long to be kept, passed over; `body` has its first 4 bytes then, where a COUNT stands."""

    def __repr__(self) -> str:
        return f"Frame({self})"  # without its body, which may have a password or a text in it

    def __str__(self) -> str:
        said = f" {self.response} {self.message}".rstrip() if self.response or self.message else ""
        return one_line(f"{self.version} {self.command}{said}, {self.skipped or len(self.body)} bytes")


def fit_message(text: str) -> bytes:
    """RESP_MESG: at most 50 bytes of CP949, cut between characters; what CP949 lacks becomes `?`."""
    raw = "".join(c if c.isprintable() else " " for c in text).encode(CHARSET, "replace")
    if len(raw) > RESP_MESG_BYTES:
        raw = raw[:RESP_MESG_BYTES].decode(CHARSET, "ignore").encode(CHARSET)
    return raw


def encode_frame(frame: Frame, padding: bytes = PADDING_WRITTEN) -> bytes:
    """The frame's bytes. Raises LocalProtocolError: a field of the header does not fit."""
    parts = [SOH]
    values = (frame.version, frame.command, str(len(frame.body)), frame.response)
    for (name, size), value in zip(HEADER_FIELDS, values, strict=False):
        raw = value.encode("ascii", "replace")
        if len(raw) > size:
            raise LocalProtocolError(f"{name}: {len(raw)} bytes, at most {size}")
        parts.append(raw.ljust(size, padding))
    parts += (fit_message(frame.message).ljust(RESP_MESG_BYTES, padding), STX, frame.body, ETX)
    return b"".join(parts)


class FrameBuffer:
    """Finds frames in a stream. Holds at most one frame of `body_limit` bytes of body and what was fed after it.

    `body_limit` is what the port and the state allow now. A longer body is passed over, up to `skip_limit`, and its
    frame comes out with `skipped` set; beyond that the stream is given up.
    """

    def __init__(self, body_limit: int, skip_limit: int = 0) -> None:
        self.body_limit = body_limit
        self.skip_limit = skip_limit
        self._data = bytearray()
        self._skipping: Frame | None = None
        self._left_to_skip = 0
        self._gap = 0
        """Bytes passed over since the last frame."""
        self._frame_bytes = 0
        """Of the frame that has begun, once its header was read."""

    def __len__(self) -> int:
        return len(self._data)

    @property
    def in_frame(self) -> bool:
        """Whether a frame has begun and not ended."""
        return bool(self._data) or self._skipping is not None

    @property
    def missing_bytes(self) -> int:
        """What the frame that has begun lacks, once its header was read; else 0."""
        return max(0, self._frame_bytes - len(self._data)) + self._left_to_skip

    def describe_missing(self) -> str:
        """What has come of the frame that has begun, for the peer whose frame does not become whole."""
        if self._skipping is not None:
            return f"LENGTH {self._skipping.skipped}, {self._skipping.skipped - self._left_to_skip} bytes came"
        if not self._frame_bytes:
            return f"{len(self._data)} of {HEADER_SIZE} header bytes came"
        size, came = self._frame_bytes - HEADER_SIZE - ETX_SIZE, len(self._data) - HEADER_SIZE
        return f"LENGTH {size}, no ETX after it" if came == size else f"LENGTH {size}, {came} bytes came"

    def feed(self, data: bytes | bytearray | memoryview) -> None:
        """Take bytes of the stream."""
        if self._left_to_skip:
            passed = min(self._left_to_skip, len(data))
            self._left_to_skip -= passed
            data = data[passed:]
        self._data += data

    def next_frame(self) -> Frame | None:
        """The next whole frame, or None until more is fed. Raises RemoteProtocolError: the stream is not frames;
        nothing after this can be read."""
        if self._skipping is not None:
            return self._end_of_skipped()
        data = self._data
        if data and data[0] != SOH[0]:
            self._skip_gap()
        if len(data) < HEADER_SIZE:
            return None
        soh, version, command, length, response, message, stx = _HEADER.unpack_from(data)
        size = self._check(soh, stx, length)
        end = HEADER_SIZE + size
        self._frame_bytes = 0
        if size > self.body_limit:
            return self._skip(self._frame(version, command, response, message), size)
        if len(data) <= end:
            self._frame_bytes = end + ETX_SIZE
            return None
        if data[end] != ETX[0]:
            raise RemoteProtocolError(ResponseCode.BAD_FRAME, f"no ETX (0x03) after LENGTH {size}")
        frame = self._frame(version, command, response, message)
        frame.body = bytes(memoryview(data)[HEADER_SIZE:end])
        del data[: end + ETX_SIZE]
        self._gap = 0
        return frame

    def _skip_gap(self) -> None:
        """Pass over what stands between two frames and means nothing; the frame has to begin then."""
        data = self._data
        gap = len(data) - len(data.lstrip(GAP_SKIPPED))
        self._gap += gap
        if self._gap > GAP_LIMIT or (gap < len(data) and data[gap] != SOH[0]):
            raise RemoteProtocolError(ResponseCode.BAD_FRAME, "frame does not start with SOH (0x01)")
        del data[:gap]

    def _check(self, soh: bytes, stx: bytes, length: bytes) -> int:
        if soh != SOH:
            raise RemoteProtocolError(ResponseCode.BAD_FRAME, "frame does not start with SOH (0x01)")
        if stx != STX:
            raise RemoteProtocolError(ResponseCode.BAD_FRAME, "no STX (0x02) at byte 76")
        digits = length.strip(PADDING_READ)
        if not (digits.isdigit() and digits.isascii()):
            raise RemoteProtocolError(ResponseCode.BAD_LENGTH, "LENGTH is not a number")
        size = int(digits)
        if size > max(self.body_limit, self.skip_limit):
            raise RemoteProtocolError(ResponseCode.BAD_LENGTH, f"LENGTH {size} is over the limit of {self.body_limit}")
        return size

    @staticmethod
    def _frame(version: bytes, command: bytes, response: bytes, message: bytes) -> Frame:
        return Frame(
            decode_text(version.strip(PADDING_READ)),
            decode_text(command.strip(PADDING_READ)),
            decode_text(response.strip(PADDING_READ)),
            decode_text(message.partition(b"\0")[0].strip(b" ")),
            # The last byte only: C programs write a text and its NUL over a field that is padded with spaces.
            nul_padded=message.endswith(b"\0"),
        )

    def _skip(self, frame: Frame, size: int) -> Frame | None:
        kept_end = HEADER_SIZE + min(size, KEPT_OF_SKIPPED)
        if len(self._data) < kept_end:
            return None
        frame.skipped = size
        frame.body = bytes(self._data[HEADER_SIZE:kept_end])
        del self._data[:HEADER_SIZE]
        passed = min(size, len(self._data))
        del self._data[:passed]
        self._left_to_skip = size - passed
        self._skipping = frame
        return self._end_of_skipped()

    def _end_of_skipped(self) -> Frame | None:
        if self._left_to_skip or not self._data:
            return None
        frame, self._skipping = self._skipping, None
        if self._data[0] != ETX[0]:
            raise RemoteProtocolError(ResponseCode.BAD_FRAME, "no ETX (0x03) after LENGTH")
        del self._data[:ETX_SIZE]
        self._gap = 0
        return frame
