"""Any gateway as the tolerance suite sees it: addresses, an account, and a customer who writes raw bytes."""

import asyncio
import contextlib
import itertools
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from samlink.testing.clock import WAIT_SECONDS
from samlink.testing.raw_connection import RawConnection
from samlink.testing.tolerance.row import ToleranceError, expect
from samlink.vocabulary.services import Duty, Service
from samlink.wire import Frame, commands
from samlink.wire.frame import encode_frame
from samlink.wire.packets import Packet, decode_body, encode_body
from samlink.wire.records import Login, ResultRecord, SendRecord

RESULT_WAIT_SECONDS: Final = 60.0
POLL_PAUSE_SECONDS: Final = 0.05


class RawCustomer(RawConnection):
    """As a RawConnection, whose gateway fails the row when it is silent or closes instead of an answer."""

    async def frame(self) -> Frame | None:
        """The gateway's next frame; None when it has closed the connection."""
        try:
            return await super().frame()
        except TimeoutError:
            raise ToleranceError(f"no answer within {WAIT_SECONDS:g} s") from None

    async def ask(self, data: bytes) -> Frame:
        """Write a request; its answer."""
        self.write(data)
        if (answer := await self.frame()) is None:
            raise ToleranceError("the connection was closed instead of an answer")
        return answer


@dataclass
class GatewayUnderTest:
    """Where the gateway is, and an account of it that may send to `receiver` from `sender`."""

    host: str
    ports: Mapping[tuple[Service, Duty], int]
    id: str
    password: str
    sender: str = "0212345678"
    receiver: str = "01012345678"
    group: str = field(default_factory=lambda: f"{time.time_ns() // 1000}")
    """GRP_ID of all messages, so that a second run has keys of its own."""
    wait: Callable[[float], Awaitable[None]] = asyncio.sleep
    """How a row lets seconds pass; a test whose gateway runs on shorter limits waits shorter."""
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def login_frame(self, version: str = "SAM10", *, command: str = "1010", more: bytes = b"") -> bytes:
        """A login; `more` follows ID and PASSWORD."""
        body = encode_body(Packet(commands.LOGIN, Login(self.id, self.password))) + more
        return encode_frame(Frame(version, command, "", "Protocol", body))

    @contextlib.asynccontextmanager
    async def customer(
        self, service: Service = Service.SMS, duty: Duty = Duty.SEND, version: str = "SAM10", *, logged_in: bool = True
    ) -> AsyncIterator[RawCustomer]:
        """A connection, logged in unless told otherwise; closed at the end."""
        reader, writer = await asyncio.open_connection(self.host, self.ports[service, duty])
        customer = RawCustomer(reader, writer)
        try:
            if logged_in:
                expect((await customer.ask(self.login_frame(version))).response, "00000", "login")
            yield customer
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    def message(self, **changes: object) -> SendRecord:
        """A message with a key of its own."""
        values: dict[str, object] = {
            "group_id": self.group,
            "message_id": str(next(self._numbers)),
            "sender": self.sender,
            "receiver": self.receiver,
            "text": "hello",
        }
        return SendRecord(**(values | changes))  # type: ignore[arg-type]

    async def results(self, *message_ids: str) -> dict[str, int]:
        """The results of these messages of `group`, taken by polls of SAM10; others are taken over."""
        found: dict[str, int] = {}
        async with self.customer(duty=Duty.REPORT) as customer:
            try:
                async with asyncio.timeout(RESULT_WAIT_SECONDS):
                    await self._poll(customer, set(message_ids), found)
            except TimeoutError:
                missing = ", ".join(sorted(set(message_ids) - found.keys()))
                raise ToleranceError(f"no result of {missing} within {RESULT_WAIT_SECONDS:g} s") from None
            await customer.ask(encode_frame(Frame("SAM10", "1030")))  # acknowledges the last page
        return {message_id: found[message_id] for message_id in message_ids}

    async def _poll(self, customer: RawCustomer, wanted: set[str], found: dict[str, int]) -> None:
        while not wanted <= found.keys():
            found |= self._own(await customer.ask(encode_frame(Frame("SAM10", "1030"))))
            await asyncio.sleep(POLL_PAUSE_SECONDS)

    def _own(self, page: Frame) -> dict[str, int]:
        records: list[ResultRecord] = list(decode_body(commands.RESULTS, page.body).records)
        return {record.message_id: record.result for record in records if record.group_id == self.group}
