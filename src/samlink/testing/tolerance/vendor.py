"""A vendor's gateway on 127.0.0.1 with habits of its own, made of raw bytes: it promises nothing, and takes a message
as often as it comes.

It reads strictly what a client sends, since that has to be by the letter, and writes what its habits say. What it saw
is in plain lists; `until` waits for whatever is to be seen.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from samlink.testing.six_ports import SixPorts
from samlink.vocabulary.services import Duty, Service
from samlink.wire import Frame, FrameBuffer, SendRecord, Version, commands, decode_body
from samlink.wire.commands import COMMANDS, SEND_COMMANDS
from samlink.wire.packets import body_limit

HOST: Final = "127.0.0.1"
READ_BYTES: Final = 65536
SEND_CODES: Final = frozenset(command.code for known in SEND_COMMANDS.values() for command in known)
GOOD_LOGIN: Final = b"1 20.0  50.0  250.0 100000  N2000"
"""Body of a 1011 by the letter, 33 bytes."""


class Reply(NamedTuple):
    """What is written, and whether the connection ends then."""

    data: bytes = b""
    close: bool = False
    one_by_one: bool = False
    """Each byte in a segment of its own."""


def frame(command: str, version: str, response: str = "00000", message: str = "OK", body: bytes = b"") -> bytes:
    """A frame as the manual has it."""
    head = f"{version:<6}{command:<5}{len(body):<8}{response:<5}{message:<50}".encode("cp949")
    return b"\x01" + head + b"\x02" + body + b"\x03"


def keys_of(request: Frame) -> bytes:
    """The 40 bytes of each message's key in a send request, joined."""
    records = decode_body(COMMANDS[request.command], _without_names(request)).records
    return b"".join(record.group_id.encode().ljust(20) + record.message_id.encode().ljust(20) for record in records)


def good_answer(request: Frame) -> bytes:
    """The answer to a send request by the letter."""
    if request.version == Version.SAM10:
        return frame("1026", "SAM10")
    count = request.body[:4]
    return frame("1021", request.version, body=count + keys_of(request))


def good_login(request: Frame) -> bytes:
    """The answer to a login by the letter, of a gateway that is not samlink."""
    return frame("1011", request.version, message="30|1|", body=GOOD_LOGIN)


def _good_upload(request: Frame) -> Reply:
    return Reply(frame("2040", request.version, body=b"file.jpg".ljust(128)))


def _without_names(request: Frame) -> bytes:
    """The body of a send request without its FILE_NAMEs, whose bytes are the vendor's own and may be no text."""
    if COMMANDS[request.command].head is None:
        return request.body
    return request.body[:4] + b" " * 512 + request.body[516:]


@dataclass(kw_only=True)
class Habits:
    """What a vendor does; by the letter unless told."""

    login: Callable[[Frame], Reply] = lambda request: Reply(good_login(request))
    answer: Callable[[Frame], Reply] = lambda request: Reply(good_answer(request))
    """To a send request with messages."""
    keepalive: Callable[[Frame], Reply] = lambda request: Reply(good_answer(request))
    """To a send request of COUNT 0."""
    upload: Callable[[Frame], Reply] = _good_upload
    pages: Sequence[bytes] = ()
    """Bodies of 1031 with results: one for each poll (SAM10), or all pushed after each login until they are
    acknowledged (SAM11)."""
    page: Callable[[bytes, str], Reply] = lambda body, version: Reply(frame("1031", version, body=body))
    """How a page goes out: its body, and the login's VERSION."""
    empty_poll: Callable[[str], Reply] = lambda version: Reply(frame("1031", version, body=b"0   "))
    one_login: bool = False
    """An ID is let in once on a port: the newest login ends the one before."""


@dataclass
class Vendor(SixPorts):
    """The gateway; use it as `async with`."""

    habits: Habits
    taken: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How often each key (GRP_ID, MSG_ID) came in a send request, whatever was answered."""
    frames: list[tuple[Service, Duty, Frame]] = field(default_factory=list)
    logins: Counter[tuple[Service, Duty]] = field(default_factory=Counter)
    keepalives: int = 0
    """Send requests of COUNT 0 that came."""
    acknowledged: list[bytes] = field(default_factory=list)
    """Bodies of 1030 with keys."""
    fixed_port: int = 0
    """The base port, for one that must be found again on it; 0: any that is free."""

    def __post_init__(self) -> None:
        super().__init__(self.fixed_port)
        self._left = deque(self.habits.pages)
        self._open: dict[tuple[Service, Duty], asyncio.StreamWriter] = {}

    def seen(self, command: str) -> list[Frame]:
        """The frames of a command that came."""
        return [frame for _, _, frame in self.frames if frame.command == command]

    # -- inside

    async def _listen(self, service: Service, duty: Duty, port: int) -> asyncio.Server:
        return await asyncio.start_server(self._connected(service, duty), HOST, port)

    def _connected(self, service: Service, duty: Duty) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], None]:
        def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self._serve_in_a_task(self._serve(service, duty, reader, writer))

        return connected

    async def _serve(
        self, service: Service, duty: Duty, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        buffer = FrameBuffer(body_limit(commands.SEND_FIXED, 100) + body_limit(commands.UPLOAD, 0))
        try:
            goes_on = True
            while goes_on and (data := await reader.read(READ_BYTES)):
                buffer.feed(data)
                while goes_on and (request := buffer.next_frame()) is not None:
                    self.frames.append((service, duty, request))
                    reply = self._reply(service, duty, request, writer)
                    await self._write(writer, reply)
                    self._changed.set()
                    goes_on = not reply.close
        except ConnectionError:
            pass
        finally:
            writer.close()
            self._changed.set()

    @staticmethod
    async def _write(writer: asyncio.StreamWriter, reply: Reply) -> None:
        for piece in (bytes([byte]) for byte in reply.data) if reply.one_by_one else (reply.data,):
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)

    def _reply(self, service: Service, duty: Duty, request: Frame, writer: asyncio.StreamWriter) -> Reply:
        if request.command == commands.LOGIN.code:
            return self._login(service, duty, request, writer)
        if request.command in SEND_CODES:
            return self._send_request(request)
        if request.command == commands.UPLOAD.code:
            return self.habits.upload(request)
        if request.command == commands.RESULTS_TAKEN.code and request.version == Version.SAM10:
            body = self._left.popleft() if self._left else None
            return self.habits.empty_poll("SAM10") if body is None else self.habits.page(body, "SAM10")
        if request.command == commands.RESULTS_TAKEN.code and request.body.strip() not in {b"", b"0"}:
            self.acknowledged.append(request.body)
            if self._left:
                self._left.popleft()
        return Reply()  # a 1031 of COUNT 0 has no answer that the manual knows

    def _login(self, service: Service, duty: Duty, request: Frame, writer: asyncio.StreamWriter) -> Reply:
        self.logins[service, duty] += 1
        reply = self.habits.login(request)
        if self.habits.one_login:
            if (older := self._open.get((service, duty))) is not None:
                older.close()
            self._open[service, duty] = writer
        if duty is Duty.SEND or request.version == Version.SAM10 or service is not Service.SMS:
            return reply
        pushed = [self.habits.page(body, str(request.version)) for body in self._left]
        return Reply(reply.data + b"".join(one.data for one in pushed), any(one.close for one in pushed))

    def _send_request(self, request: Frame) -> Reply:
        packet = decode_body(COMMANDS[request.command], _without_names(request))
        for record in packet.records:
            assert isinstance(record, SendRecord)
            self.taken[record.group_id, record.message_id] += 1
        self.keepalives += not packet.records
        habit = self.habits.answer if packet.records else self.habits.keepalive
        return habit(request)
