"""A good customer beside attackers: it sends, logs in anew and uploads all the time, and notes how it fares."""

import asyncio
import contextlib
import io
import itertools
import json
import os
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, Final

from PIL import Image

from samlink.bench.gateway.attacks import BAD, CHOSEN, PASSWORD, frame, login, upload
from samlink.core.account import Account
from samlink.store.credentials import Credentials
from samlink.store.sqlite.admin import Admin
from samlink.testing.processes.gateway import GatewayProcess
from samlink.vocabulary.money import WON
from samlink.vocabulary.services import PORT_OFFSETS
from samlink.wire import commands
from samlink.wire.frame import HEADER_SIZE
from samlink.wire.packets import Packet, encode_body
from samlink.wire.records import SendRecord

GOOD: Final = "good"
GOOD_CHOSEN: Final = "goodslow"
WAIT_LIMIT_SECONDS: Final = 2.0
"""No answer may take longer, whoever else is there; a login's from the moment that its connection is asked for."""
HANGS_SECONDS: Final = 60.0
KINDS: Final = ("login", "slow login", "SMS", "upload")
SEND_PAUSE_SECONDS: Final = 0.05
OTHER_PAUSE_SECONDS: Final = 0.3
NOW_MS: Final = 1_750_000_000_000
PAGE_KILOBYTES: Final = os.sysconf("SC_PAGE_SIZE") // 1024


def fill(directory: Path) -> None:
    """The accounts: the good customer's, the attackers', and one of each with a chosen password."""
    credentials = Credentials.open(directory)
    generated, chosen = credentials.hash_generated(PASSWORD), credentials.hash_chosen(PASSWORD)
    rules = {"sender registered": "off", "duplicate": "off"}
    with Admin(directory) as admin:
        for id, allow, password in [
            (GOOD, "127.0.0.0/16", generated),
            (GOOD_CHOSEN, "127.0.0.0/16", chosen),
            (CHOSEN, "127.1.0.0/16", chosen),
            *((bad, "127.1.0.0/16", generated) for bad in BAD),
        ]:
            balance = 1_000_000 * WON
            batch_limit = 9999 if id in BAD else 30
            account = Account(no=0, id=id, balance=balance, allow=(allow,), rules=rules, batch_limit=batch_limit)
            admin.add_account(account, password)


class Line:
    """One connection of the good customer's."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def ask(self, request: bytes) -> str:
        """RESP_CODE of the answer; what ended the connection, when there is none."""
        try:
            async with asyncio.timeout(HANGS_SECONDS):
                self.writer.write(request)
                head = await self.reader.readexactly(HEADER_SIZE)
                await self.reader.readexactly(int(head[12:20]) + 1)
        except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
            return type(error).__name__
        return head[20:25].decode()


@contextlib.asynccontextmanager
async def line(port: int) -> AsyncIterator[Line]:
    """A connection to a port."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=("127.0.0.1", 0))
    try:
        yield Line(reader, writer)
    finally:
        writer.transport.abort()


def photograph() -> bytes:
    """A small picture."""
    made = io.BytesIO()
    Image.effect_noise((160, 120), 60).convert("RGB").save(made, "JPEG")
    return made.getvalue()


class Neighbour:
    """The good customer."""

    def __init__(self, ports: dict[str, int]) -> None:
        self._ports = ports
        self._keys = itertools.count()
        self.told: Counter[str] = Counter()
        """By what was asked and its outcome."""
        self.waits_seconds: list[float] = []
        self._answer = asyncio.Event()
        self._asked: set[str] = set()

    @property
    def failures(self) -> dict[str, int]:
        """What was not answered by 00000."""
        return {what: count for what, count in self.told.items() if not what.endswith(" 00000")}

    async def _timed(self, what: str, line: Line, request: bytes, *, since: float | None = None) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time() if since is None else since
        code = await line.ask(request)
        self.waits_seconds.append(loop.time() - began)
        self.told[f"{what} {code}"] += 1
        self._asked.discard(what)
        self._answer.set()

    async def answered_each(self) -> None:
        """Wait until something of each kind was answered: what hangs is waited for, and so seen."""
        self._asked = set(KINDS)
        while self._asked:
            self._answer.clear()
            await self._answer.wait()

    def _sms(self) -> bytes:
        number = next(self._keys)
        record = SendRecord("good", str(number), "0212345678", f"0101{number % 10_000_000:07}", text="안녕하세요")
        return frame("1020", encode_body(Packet(commands.SEND_SMS, records=[record])))

    @contextlib.asynccontextmanager
    async def _logged_in(self, port: str, id: str) -> AsyncIterator[Line]:
        since = asyncio.get_running_loop().time()
        async with line(self._ports[port]) as one:
            await self._timed("slow login" if id == GOOD_CHOSEN else "login", one, login(id), since=since)
            yield one

    async def _sends(self) -> None:
        async with self._logged_in("SMS send", GOOD) as one:
            while True:
                await self._timed("SMS", one, self._sms())
                await asyncio.sleep(SEND_PAUSE_SECONDS)

    async def _comes_anew(self) -> None:
        for id in itertools.cycle((GOOD, GOOD_CHOSEN)):
            async with self._logged_in("SMS send", id) as one:
                await self._timed("SMS", one, self._sms())
            await asyncio.sleep(OTHER_PAUSE_SECONDS)

    async def _uploads(self) -> None:
        picture = photograph()
        async with self._logged_in("MMS send", GOOD) as one:
            while True:
                await self._timed("upload", one, upload(picture))
                await asyncio.sleep(OTHER_PAUSE_SECONDS)

    @contextlib.asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """At work during the block; nothing of it may fail of itself."""
        works = (self._sends, self._comes_anew, self._uploads)
        tasks = [asyncio.create_task(work()) for work in works]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            for outcome in await asyncio.gather(*tasks, return_exceptions=True):
                if not isinstance(outcome, asyncio.CancelledError):
                    self.told[f"work {outcome!r}"] += 1


def named(gateway: GatewayProcess) -> dict[str, int]:
    """Its ports by name."""
    return {f"{service.name} {duty.value}": gateway.ports[service, duty] for service, duty in PORT_OFFSETS}


def resident_kilobytes(pid: int) -> int:
    """What a process has in memory."""
    return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * PAGE_KILOBYTES


def lines_of(log: str) -> Iterator[dict[str, Any]]:
    """The log's lines."""
    for text in log.splitlines():
        if text.startswith("{"):
            yield json.loads(text)
