"""Attackers of a gateway on this machine: one table, and a process that runs one of them for a while.

`python -m samlink.bench.gateway.attacks NAME SECONDS PORTS`, ports as JSON (`{"SMS send": 33300, …}`). They come
from 127.1.0.0/16, which accounts `bad…` and `chosen` allow, or from 127.9.0.0/16, which nobody allows.
"""

import asyncio
import contextlib
import functools
import io
import itertools
import json
import random
import struct
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Final

from PIL import Image

from samlink.wire import commands
from samlink.wire.frame import Frame, encode_frame
from samlink.wire.packets import Packet, encode_body
from samlink.wire.records import FileNames, FileUpload, KmsRecord, Login, SendRecord

PASSWORD: Final = "secret"
BAD: Final = ("bad0", "bad1", "bad2")
CHOSEN: Final = "chosen"
BATCH: Final = 2000
DRIBBLE_SECONDS: Final = 0.2
FLOOD_SECONDS: Final = 0.01
MUTATION_SECONDS: Final = 0.002
"""Between one write of an attacker and its next."""
Ports = Mapping[str, int]
Attack = Callable[[Ports], Awaitable[None]]
ADDRESSES: Final = [f"127.1.0.{number}" for number in range(1, 44)]
_ADDRESS: Final = itertools.cycle(ADDRESSES)
_NUMBERS: Final = itertools.count()
"""Of what may not come twice."""


def frame(command: str, body: bytes = b"", *, version: str = "SAM10", length: int | None = None) -> bytes:
    """A request, with a LENGTH that may lie."""
    made = encode_frame(Frame(version, command, body=body))
    return made if length is None else made[:12] + b"%-8d" % length + made[20:]


def login(id: str, password: str = PASSWORD) -> bytes:
    """A 1010."""
    return frame("1010", encode_body(Packet(commands.LOGIN, Login(id, password))))


KEEPALIVE: Final = frame("1020", b"0   ")
POLL: Final = frame("1030")


def upload(content: bytes, extension: str = "jpg") -> bytes:
    """A 2030."""
    return frame("2030", encode_body(Packet(commands.UPLOAD, FileUpload(extension, content))))


@contextlib.asynccontextmanager
async def connection(port: int, address: str = "") -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection, cut at the end."""
    local = (address or next(_ADDRESS), 0)
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=local, limit=1 << 20)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


@contextlib.asynccontextmanager
async def logged_in(port: int, id: str) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection that has logged in."""
    async with connection(port) as (reader, writer):
        writer.write(login(id))
        await reader.readexactly(76)
        yield reader, writer


async def swallow(reader: asyncio.StreamReader) -> None:
    """Read whatever comes."""
    with contextlib.suppress(OSError):
        while await reader.read(1 << 16):
            pass


async def for_ever(once: Callable[[], Awaitable[object]]) -> None:
    """Again and again; what the gateway does to the connection is no matter."""
    while True:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, ValueError):
            await once()
        await asyncio.sleep(0)


def crowd(count: int) -> Callable[[Callable[[Ports, int], Awaitable[object]]], Attack]:
    """So many at once, each by its number, do it again and again."""

    def made(once: Callable[[Ports, int], Awaitable[object]]) -> Attack:
        async def attack(ports: Ports) -> None:
            await asyncio.gather(*(for_ever(functools.partial(once, ports, number)) for number in range(count)))

        return attack

    return made


async def dribble(writer: asyncio.StreamWriter, data: bytes) -> None:
    """One byte in a while."""
    for byte in data:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(DRIBBLE_SECONDS)


# -- before the login
@crowd(40)
async def strangers(ports: Ports, _number: int) -> None:
    """A storm from addresses that no account allows."""
    async with connection(ports["SMS send"], "127.9.0.1") as (reader, _):
        await reader.read(1)


@crowd(1500)
async def idle(ports: Ports, _number: int) -> None:
    """A crowd that says nothing, from 43 allowed addresses."""
    async with connection(ports["SMS send"]) as (reader, _):
        await reader.read(1)


@crowd(600)
async def slow_logins(ports: Ports, _number: int) -> None:
    """Logins one byte at a time."""
    async with connection(ports["SMS send"]) as (_, writer):
        await dribble(writer, login("bad0"))


@crowd(30)
async def reconnects(ports: Ports, _number: int) -> None:
    """Come and go without a word."""
    async with connection(ports["SMS report"]):
        pass


def _guesses(id: Callable[[int], str]) -> Attack:
    @crowd(60)
    async def attack(ports: Ports, _number: int) -> None:
        number = next(_NUMBERS)
        async with connection(ports["SMS send"], ADDRESSES[0]) as (reader, writer):
            writer.write(login(id(number), f"guess {number}"))
            await reader.readexactly(77)

    return attack


@crowd(40)
async def right_logins(ports: Ports, _number: int) -> None:
    """A customer who reconnects all the time, with a password that is slow to check."""
    async with logged_in(ports["SMS send"], CHOSEN):
        pass


# -- after it
def _flood(port: str, request: bytes, count: int = 4) -> Attack:
    @crowd(count)
    async def attack(ports: Ports, _number: int) -> None:
        async with logged_in(ports[port], "bad0") as (reader, writer):
            reading = asyncio.create_task(swallow(reader))
            try:
                while not reading.done():
                    writer.write(request * 500)
                    await writer.drain()
            finally:
                reading.cancel()

    return attack


@crowd(30)
async def reads_nothing(ports: Ports, _number: int) -> None:
    """Requests without end, and no answer is read."""
    async with logged_in(ports["SMS send"], "bad0") as (reader, writer):
        reader._transport.pause_reading()  # type: ignore[attr-defined]
        while True:
            writer.write(KEEPALIVE * 100)
            await writer.drain()
            await asyncio.sleep(FLOOD_SECONDS)


@crowd(60)
async def slow_headers(ports: Ports, _number: int) -> None:
    """Requests one byte at a time."""
    async with logged_in(ports["SMS send"], "bad0") as (_, writer):
        await dribble(writer, KEEPALIVE)


@crowd(120)
async def long_requests(ports: Ports, number: int) -> None:
    """Three customers who announce long requests, send a large part and then one byte at a time."""
    async with logged_in(ports["MMS send"], BAD[number % len(BAD)]) as (_, writer):
        writer.write(frame("1024", b"9999" + b" " * 900_000, length=20_000_000)[:-1])
        await writer.drain()
        await dribble(writer, b" " * 1000)


def _refused(size: int, count: int) -> Attack:
    @crowd(count)
    async def attack(ports: Ports, _number: int) -> None:
        async with logged_in(ports["MMS send"], "bad0") as (reader, writer):
            for _ in range(90):
                writer.write(frame("1024", b"nine" + b"x" * size))
                await reader.readexactly(77)

    return attack


# -- what is in it
def slow_jpg() -> bytes:
    """300 KB of scans over as many pixels as may be."""
    made = io.BytesIO()
    Image.new("L", (16, 16), 128).save(made, "JPEG", progressive=True)
    content = bytearray(made.getvalue())
    place = content.index(b"\xff\xc2")
    struct.pack_into(">HH", content, place + 5, 2048, 8192)
    last = content.rindex(b"\xff\xda")
    scan = content[last:-2]
    return bytes(content[:last] + scan * ((290_000 - last) // len(scan)) + content[-2:])


def slow_bmp() -> bytes:
    """Runs that Pillow unpacks one pixel after another."""
    runs = (b"\x00\x02\x01\x00" + b"\xff\x01" * 4) * 20_000
    head = struct.pack("<2sIII", b"BM", 54 + 64 + len(runs), 0, 118)
    return head + struct.pack("<IIiHHIIIIII", 40, 8192, 2048, 1, 4, 2, len(runs), 0, 0, 16, 0) + bytes(64) + runs


def least_scans() -> bytes:
    """A jpg that its headers do not give away, and that takes as long as such a one may."""
    made = io.BytesIO()
    Image.effect_noise((1024, 1024), 90).save(made, "JPEG", progressive=True, quality=60)
    content = made.getvalue()[:-2]
    last = content.rindex(b"\xff\xda")
    return content[:last] + content[last:] * 3 + b"\xff\xd9"


@functools.cache
def crafted() -> tuple[bytes, ...]:
    """Uploads of pictures that are made to take long."""
    return upload(slow_jpg()), upload(slow_bmp(), "bmp"), upload(least_scans()[:300_000])


@crowd(16)
async def pictures(ports: Ports, number: int) -> None:
    """Two customers with such pictures."""
    async with logged_in(ports["MMS send"], BAD[number % 2]) as (reader, writer):
        for picture in crafted():
            writer.write(picture)
            await reader.readexactly(77)


@crowd(90)
async def uploads(ports: Ports, number: int) -> None:
    """Three customers who upload small files, each another, over many connections."""
    async with logged_in(ports["MMS send"], BAD[number % len(BAD)]) as (reader, writer):
        while True:
            writer.write(upload(b"sis%d" % next(_NUMBERS), "sis"))
            await reader.readexactly(77)


@crowd(12)
async def long_batches(ports: Ports, number: int) -> None:
    """Three customers who send many messages at once, over many connections."""
    async with logged_in(ports["SMS send"], BAD[number % len(BAD)]) as (reader, writer):
        group = f"hostile{next(_NUMBERS)}"
        records = [
            SendRecord(group, str(one), "0212345678", f"0101{one:07}", text="안녕하세요") for one in range(BATCH)
        ]
        writer.write(frame("1020", encode_body(Packet(commands.SEND_SMS, records=records))))
        await reader.readexactly(77)


@crowd(4)
async def poison(ports: Ports, _number: int) -> None:
    """Kakao messages that are made to stop their packet."""
    values = ['{"\\ud800":1}', "[" * 40_000, '{"button":[{"name":"x","type":' + "[" * 900 + "]" * 900 + "}]}"]
    async with logged_in(ports["KMS send"], "bad0") as (reader, writer):
        for value in values:
            key = str(next(_NUMBERS))
            record = KmsRecord("hostile", key, "0212345678", "01012345678", kind="AT", attachment=value)
            writer.write(frame("1054", encode_body(Packet(commands.SEND_KMS, records=[record]))))
            await reader.readexactly(77)


def _mutated(chance: random.Random) -> bytes:
    """A frame with some of its bytes dropped, added, changed or repeated."""
    message = SendRecord("hostile", str(chance.randrange(1000)), "0212345678", "01012345678", text="안녕하세요")
    text = encode_body(Packet(commands.SEND_FIXED, FileNames(), records=[message]))
    whole = [
        KEEPALIVE,
        POLL,
        login("bad0"),
        upload(b"sis" + bytes(chance.randrange(2000)), "sis"),
        frame("1031", b"0   "),
        frame("1020", encode_body(Packet(commands.SEND_SMS, records=[message])), version="SAM11"),
        frame("1024", text),
    ]
    data = bytearray(chance.choice(whole))
    for _ in range(chance.randrange(4)):
        place = chance.randrange(len(data))
        change = chance.randrange(4)
        if change == 0:
            del data[place : place + chance.randrange(1, 20)]
        elif change == 1:
            data[place:place] = chance.randbytes(chance.randrange(1, 20))
        elif change == 2:
            data[place] = chance.randrange(256)
        else:
            data[12:20] = b"%-8d" % chance.randrange(10 ** chance.randrange(1, 9))
        data = data or bytearray(b"\x01")
    return bytes(data)


_CHANCES: Final = tuple(map(random.Random, range(16)))


@crowd(len(_CHANCES))
async def mutated(ports: Ports, number: int) -> None:
    """Frames that are a few bytes off, on all ports, before and after the login."""
    chance = _CHANCES[number]
    port = chance.choice(list(ports.values()))
    async with connection(port) as (reader, writer):
        reading = asyncio.create_task(swallow(reader))
        if chance.randrange(4):
            writer.write(login("bad0"))
        for _ in range(chance.randrange(1, 12)):
            writer.write(_mutated(chance))
            await writer.drain()
            await asyncio.sleep(MUTATION_SECONDS)
        reading.cancel()


ATTACKS: Final[Mapping[str, Attack]] = {
    "strangers": strangers,
    "idle": idle,
    "slow logins": slow_logins,
    "reconnects": reconnects,
    "guesses at a chosen password": _guesses(lambda _: CHOSEN),
    "guesses at a generated password": _guesses(lambda _: "bad0"),
    "guesses at IDs": _guesses("id{}".format),
    "right logins": right_logins,
    "pipelined keepalives": _flood("SMS send", KEEPALIVE),
    "pipelined polls": _flood("SMS report", POLL),
    "refusals pipelined": _flood("SMS send", frame("1025"), 8),
    "reads nothing": reads_nothing,
    "slow headers": slow_headers,
    "long requests": long_requests,
    "refused packets of 150 bytes": _refused(70, 8),
    "refused packets of 300 KB": _refused(300_000, 4),
    "refused packets of 3 MB": _refused(3_000_000, 2),
    "pictures": pictures,
    "uploads": uploads,
    "long batches": long_batches,
    "poison": poison,
    "mutated frames": mutated,
}
"""By name: what runs until it is cancelled."""

ATTACKS_ON_SMS: Final = (
    "strangers",
    "idle",
    "reconnects",
    "guesses at a chosen password",
    "right logins",
    "pipelined keepalives",
    "pipelined polls",
    "refusals pipelined",
)
"""Those that need no other port."""


async def _run(name: str, seconds: float, ports: Ports) -> None:
    print(json.dumps("begun"), flush=True)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await ATTACKS[name](ports)


if __name__ == "__main__":
    asyncio.run(_run(sys.argv[1], float(sys.argv[2]), json.loads(sys.argv[3])))
