"""The floor of the network, an echo of the same bytes, and what the wire's reading and writing costs by itself."""

import asyncio
import time
from typing import Final, cast

from samlink.bench.findings import Plan, WireSpeed
from samlink.bench.gateway import echo_server
from samlink.bench.load import record
from samlink.bench.measure import percentile
from samlink.bench.processes import child
from samlink.wire import Frame, FrameBuffer, Packet, commands, decode_body, encode_body, encode_frame

ECHO_SECONDS: Final = 2.0
WIRE_ROUNDS: Final = 40
WIRE_TIMES: Final = 25


# -- the network


class _Echoed(asyncio.BufferedProtocol):
    """Sends a request, waits until as many bytes are back, and sends it again."""

    def __init__(self, request: bytes) -> None:
        self._request = request
        self._left = 0
        self._view = memoryview(bytearray(64 * 1024))
        self.transport: asyncio.Transport | None = None
        self.times = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self._send()

    def _send(self) -> None:
        assert self.transport is not None
        self._left = len(self._request)
        self.transport.write(self._request)

    def get_buffer(self, _size_hint: int) -> memoryview:
        return self._view

    def buffer_updated(self, nbytes: int) -> None:
        self._left -= nbytes
        if not self._left:
            self.times += 1
            self._send()


async def echo_per_second(plan: Plan, seconds: float = ECHO_SECONDS) -> float:
    """Messages a second of requests that are sent back as they are, over as many connections as the traffic has."""
    request = _frame(plan.batch)
    loop = asyncio.get_running_loop()
    async with child(echo_server.__name__) as (_, port):
        made = [
            await loop.create_connection(lambda: _Echoed(request), "127.0.0.1", port) for _ in range(plan.connections)
        ]
        began, before = time.perf_counter(), sum(one.times for _, one in made)
        await asyncio.sleep(seconds)
        times = sum(one.times for _, one in made) - before
        taken = time.perf_counter() - began
        for transport, _ in made:
            transport.abort()
    return times * plan.batch / taken


# -- the wire


def _frame(messages: int) -> bytes:
    packet = Packet(commands.SEND_SMS, records=[record("wire", number) for number in range(messages)])
    return encode_frame(Frame("SAM11", packet.command.code, body=encode_body(packet)))


def wire_speed(messages: int, rounds: int = WIRE_ROUNDS) -> WireSpeed:
    """How long a frame of SMS takes to be read into records and to be written."""
    frame = _frame(messages)
    packet = Packet(commands.SEND_SMS, records=[record("wire", number) for number in range(messages)])
    decoding: list[float] = []
    encoding: list[float] = []
    for _ in range(rounds):
        began = time.perf_counter()
        for _ in range(WIRE_TIMES):
            _decode(frame)
        half = time.perf_counter()
        for _ in range(WIRE_TIMES):
            encode_frame(Frame("SAM11", packet.command.code, body=encode_body(packet)))
        ended = time.perf_counter()
        decoding.append((half - began) / WIRE_TIMES * 1e6)
        encoding.append((ended - half) / WIRE_TIMES * 1e6)
    return WireSpeed(messages=messages, decode_us=percentile(decoding, 0.5), encode_us=percentile(encoding, 0.5))


def _decode(frame: bytes) -> Packet:
    buffer = FrameBuffer(len(frame))
    buffer.feed(frame)
    found = buffer.next_frame()
    assert found is not None
    return decode_body(commands.SEND_SMS, found.body)
