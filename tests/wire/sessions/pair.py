"""Two sessions and a false wire between them: bytes are handed over in pieces of any size, time is a number."""

from dataclasses import dataclass, field

from samlink.vocabulary.services import Duty, Service
from samlink.wire.commands import Version
from samlink.wire.records import Login, LoginAnswer, ResultRecord, SendRecord
from samlink.wire.sessions.client import ClientSession
from samlink.wire.sessions.gateway import GatewaySession
from samlink.wire.sessions.session import Event

ANSWER = LoginAnswer(1, 2000, 5000, 25000, 100000, "Y", 2000)
SMS = SendRecord("20090101093000", "0001", "0212345678", "01012345678", text="안녕하세요")
RESULT = ResultRecord("20090101093000", "0001", "01012345678", 1230769810, 6, "01190")


def login_events(gateway: GatewaySession, events: list[Event], now: float = 0.0, batch_limit: int = 30) -> None:
    """Let a client in whose login has arrived."""
    assert len(events) == 1
    gateway.answer_login(ANSWER, batch_limit=batch_limit, service_class=1, now=now)


@dataclass
class Pair:
    """A client and a gateway, and the bytes that are under way between them."""

    service: Service
    duty: Duty
    version: Version
    padding: bytes = b" "
    user_code: bool = False
    now: float = 0.0
    to_gateway: bytearray = field(default_factory=bytearray)
    to_client: bytearray = field(default_factory=bytearray)

    def __post_init__(self) -> None:
        self.gateway = GatewaySession(self.service, self.duty, self.now)
        self.client = ClientSession(
            self.service, self.duty, self.version, self.now, padding=self.padding, user_code=self.user_code
        )

    def collect(self) -> None:
        """Put what both have written on the wire."""
        self.to_gateway += self.client.bytes_to_send()
        self.to_client += self.gateway.bytes_to_send()

    def deliver_to_gateway(self, size: int | None = None) -> list[Event]:
        """Hand the first bytes under way to the gateway; all of them unless told."""
        self.collect()
        piece = bytes(self.to_gateway[:size])
        del self.to_gateway[:size]
        return self.gateway.receive(piece, self.now) if piece else []

    def deliver_to_client(self, size: int | None = None) -> list[Event]:
        """Hand the first bytes under way to the client."""
        self.collect()
        piece = bytes(self.to_client[:size])
        del self.to_client[:size]
        return self.client.receive(piece, self.now) if piece else []

    def logged_in(self, batch_limit: int = 30) -> "Pair":
        """The pair, with the client let in."""
        self.client.login(Login("demo", "secret"), self.now)
        login_events(self.gateway, self.deliver_to_gateway(), self.now, batch_limit)
        assert len(self.deliver_to_client()) == 1
        return self
