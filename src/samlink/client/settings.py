"""Where the gateway is, who we are there, and how this client behaves: one value for all senders and receivers."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from samlink.client.errors import ClientError, SettingsError
from samlink.codes.services import DEFAULT_BASE_PORT, Duty, Service, port_of
from samlink.wire import LocalProtocolError, Version, choices
from samlink.wire.text import SMS_BYTES_LIMIT, SMS_BYTES_RECOMMENDED, encode_text

ID_BYTES = 20
PASSWORD_BYTES = 20


@dataclass(frozen=True)
class ConnectionNews:
    """A connection came about, ended, or could not be made."""

    service: Service
    duty: Duty
    up: bool
    """Whether it is logged in now."""
    failure: ClientError | None = None
    """Why there is no login, where one was tried; None where a connection ended that had one."""


def _unheard(_: ConnectionNews) -> None:
    """Nobody wants to know."""


@dataclass(frozen=True, kw_only=True)
class ClientSettings:
    """Settings of a customer's connections.

    Raises:
        SettingsError: a value cannot be used; names the setting, never the password.
    """

    host: str
    """Name or IP address of the gateway."""
    id: str
    """ID of the contract, 1 to 20 bytes (manual 1.C.2)."""
    password: str = field(repr=False)
    """1 to 20 bytes; never shown."""
    base_port: int = DEFAULT_BASE_PORT
    """The first of the gateway's six ports (manual 1.C.1)."""
    version: Version = Version.SAM11
    """How results are taken: SAM10 polls for them, SAM11 has them pushed (manual 2.B.4)."""
    padding: bytes = choices.PADDING_WRITTEN
    """What fills up fields: a space, or a NUL for peers that want C strings."""
    user_code: bool = choices.USER_CODE_WRITTEN
    """Whether USERCODE (30 bytes) is written after each message (docs/protocol.md 4)."""
    sms_bytes: int = SMS_BYTES_RECOMMENDED
    """The longest text, in bytes of CP949, that goes as an SMS by itself: 1 to 100."""
    connect_seconds: float = 10.0
    """How long a TCP connection may take to come about."""
    reconnect_seconds: float = choices.RECONNECT_SECONDS
    """The wait before a broken connection is made again (manual 2.B.5)."""
    retry_seconds: float = 1.0
    """The wait before a packet is sent again that the gateway refused for now."""
    refusals_limit: int = 10
    """How often a packet may be refused for now, one time after the other, before it counts as refused."""
    give_up_seconds: float = 300.0
    """How long one message may take from being given to being answered."""
    close_seconds: float = 5.0
    """How long `close` waits for answers that are on their way."""
    redirects_followed: int = choices.REDIRECTS_FOLLOWED
    """How many redirects (RESP_CODE 11006) one login follows. The password goes to the address that a gateway names."""
    wall_clock: Callable[[], float] = field(default=time.time, repr=False)
    """Now, UTC epoch seconds: when messages with a reserve time are due."""
    on_connection: Callable[[ConnectionNews], None] = field(default=_unheard, repr=False)
    """Called in the event loop with the news of every connection, for programs that show them."""

    def __post_init__(self) -> None:
        for name, value, limit in (("id", self.id, ID_BYTES), ("password", self.password, PASSWORD_BYTES)):
            _check_key(name, value, limit)
        if not self.host:
            raise SettingsError("host is empty")
        if not 1 <= self.base_port <= 65530:
            raise SettingsError(f"base_port is {self.base_port}, it must be 1 to 65530")
        if self.padding not in {b" ", b"\0"}:
            raise SettingsError("padding must be one space or one NUL")
        if not 1 <= self.sms_bytes <= SMS_BYTES_LIMIT:
            raise SettingsError(f"sms_bytes is {self.sms_bytes}, it must be 1 to {SMS_BYTES_LIMIT}")
        for name in ("connect_seconds", "give_up_seconds", "refusals_limit"):
            if getattr(self, name) <= 0:
                raise SettingsError(f"{name} is {getattr(self, name):g}, it must be more than 0")
        for name in ("reconnect_seconds", "retry_seconds", "close_seconds", "redirects_followed"):
            if getattr(self, name) < 0:
                raise SettingsError(f"{name} is {getattr(self, name):g}, it cannot be below 0")

    def port(self, service: Service, duty: Duty) -> int:
        """The port of a service and a duty."""
        return port_of(service, duty, self.base_port)


def _check_key(name: str, value: str, limit: int) -> None:
    """Check what stands in a field of the login; the error does not show the value."""
    try:
        size = len(encode_text(value, name))
    except LocalProtocolError:
        raise SettingsError(f"{name} has a character that CP949 cannot carry, or a control character") from None
    if not 1 <= size <= limit:
        raise SettingsError(f"{name} has {size} bytes, it must have 1 to {limit}")
    if not value.isprintable() or value != value.strip(" "):
        raise SettingsError(f"{name} begins or ends with a space, or has a line break")
