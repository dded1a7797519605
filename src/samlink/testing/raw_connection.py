"""A connection that writes bytes as they are, and reads whole frames: for what no session of ours would send."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator

from samlink.testing.clock import WAIT_SECONDS
from samlink.vocabulary.responses import ResponseCode
from samlink.wire import commands
from samlink.wire.frame import HEADER_SIZE, Frame, FrameBuffer, encode_frame
from samlink.wire.packets import Packet, encode_body
from samlink.wire.records import Login

BODY_LIMIT = 1 << 20


def frame_of(packet: Packet, version: str = "SAM10", padding: bytes = b" ") -> bytes:
    """The frame of a request."""
    return encode_frame(Frame(version, packet.command.code, body=encode_body(packet, padding)), padding)


def raw_frame(command: str, body: bytes, *, version: str = "SAM10", length: str | None = None) -> bytes:
    """A frame with any body and any LENGTH."""
    said = str(len(body)) if length is None else length
    head = f"\x01{version:<6}{command:<5}{said:<8}".encode() + b" " * 55 + b"\x02"
    assert len(head) == HEADER_SIZE
    return head + body + b"\x03"


def login_frame(id: str = "demo", password: str = "secret", *, version: str = "SAM10", padding: bytes = b" ") -> bytes:
    """A 1010."""
    return frame_of(Packet(commands.LOGIN, Login(id, password)), version, padding)


class RawConnection:
    """Bytes out, frames in."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._frames = FrameBuffer(BODY_LIMIT)

    def write(self, data: bytes) -> None:
        """Write `data`; a connection that is gone swallows it."""
        self._writer.write(data)

    async def write_slowly(self, data: bytes) -> None:
        """Write each byte of `data` by itself."""
        for byte in data:
            self._writer.write(bytes([byte]))
            await self._writer.drain()

    async def drain(self) -> None:
        """Wait until what was written has left."""
        with contextlib.suppress(ConnectionError):
            await self._writer.drain()

    def end(self) -> None:
        """Say that nothing more will be written."""
        with contextlib.suppress(OSError):
            self._writer.write_eof()

    def reset(self) -> None:
        """Break the connection off: an RST, as of a program that closes with unread bytes."""
        sock: socket.socket = self._writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()

    async def frame(self) -> Frame | None:
        """The gateway's next frame; None at the end."""
        async with asyncio.timeout(WAIT_SECONDS):
            while (frame := self._frames.next_frame()) is None:
                data = await self._read()
                if not data:
                    return None
                self._frames.feed(data)
        return frame

    async def _read(self) -> bytes:
        try:
            return await self._reader.read(1 << 16)
        except ConnectionError:
            return b""

    async def rest(self) -> bytes:
        """Every byte until the end, read as no frames."""
        data = b""
        async with asyncio.timeout(WAIT_SECONDS):
            while piece := await self._read():
                data += piece
        return data

    async def ask(self, data: bytes) -> Frame:
        """Write a request; its answer."""
        self.write(data)
        answer = await self.frame()
        assert answer is not None, "the gateway closed the connection"
        return answer

    async def login(self, id: str = "demo", *, version: str = "SAM10") -> None:
        """Log in, which must work."""
        answer = await self.ask(login_frame(id, version=version))
        assert answer.response == ResponseCode.OK, answer

    async def is_closed(self) -> bool:
        """Whether nothing but the end comes any more; frames on the way are read over."""
        while await self.frame() is not None:
            pass
        return True


@contextlib.asynccontextmanager
async def raw_connection(port: int) -> AsyncIterator[RawConnection]:
    """A connection to a port of the gateway, cut at the end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield RawConnection(reader, writer)
    finally:
        writer.transport.abort()
