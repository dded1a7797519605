"""Where the gateway is, who we are there, and how this client behaves: one value for all senders and receivers."""

import enum
import functools
import ipaddress
import ssl
import time
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from samlink.client._addresses import Address, parse_addresses
from samlink.client._terms import LoginTerms
from samlink.client.errors import ClientError, SettingsError
from samlink.vocabulary.language import phrase
from samlink.vocabulary.problem import N_
from samlink.vocabulary.services import DEFAULT_BASE_PORT, Duty, Service
from samlink.vocabulary.sizes import ID_BYTES, PASSWORD_BYTES, SMS_BYTES_LIMIT, SMS_BYTES_RECOMMENDED
from samlink.wire import LocalProtocolError, Version, choices
from samlink.wire.text import encode_text

PADDINGS: Final[Mapping[bytes | str, bytes]] = {b" ": b" ", b"\0": b"\0", "space": b" ", "nul": b"\0"}
"""The values of `padding`, and the byte of each."""


_TYPES: Final[Mapping[tuple[type | types.UnionType, str], tuple[str, ...]]] = {
    (str, N_("a string")): ("host", "id", "password", "source_address"),
    (int, N_("a whole number")): ("base_port", "sms_bytes", "refusals_limit", "redirects_followed"),
    (int | float, N_("a number")): (
        "connect_seconds",
        "reconnect_seconds",
        "retry_seconds",
        "give_up_seconds",
        "close_seconds",
    ),
    (bool, N_("true or false")): ("tls", "halve_refused", "user_code"),
}
"""The settings whose type is looked at: values often come from the environment, where all is text."""


class ByPeer(enum.StrEnum):
    """A setting whose right value depends on whether the other end is a samlink gateway."""

    AUTO = "auto"
    """As the login tells: a samlink gateway says so in RESP_MESG (docs/protocol.md 1)."""
    YES = "yes"
    NO = "no"

    def holds(self, automatic: bool) -> bool:
        """Whether it is yes, where `automatic` is what "auto" means for this peer."""
        return automatic if self is ByPeer.AUTO else self is ByPeer.YES


@dataclass(frozen=True)
class ConnectionNews:
    """A connection came about, ended, or could not be made."""

    service: Service
    duty: Duty
    up: bool
    """Whether it is logged in now."""
    failure: ClientError | None = None
    """Why a login failed; None if a connection ended that was logged in."""


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
    addresses: Mapping[str, str | int] = field(default_factory=dict, hash=False)
    """Ports that stand elsewhere: `sms_send`, `sms_report`, `mms_send`, `mms_report`, `kms_send`, `kms_report`, each
    `"host:port"`, `"host"` or `"port"`."""
    spare_hosts: Sequence[str] = ()
    """Other hosts of the same gateway, on the same ports: tried in this order when the one before cannot be reached.
    They must know each other's messages, or one that is sent again goes out twice."""
    source_address: str = ""
    """The local IP address to connect from, where this machine has several; empty: the system's choice."""
    tls: bool = False
    """Whether connections are encrypted. The certificate is always verified, and nothing falls back to plain TCP."""
    tls_ca_file: str | None = None
    """PEM file of the authorities that may sign the gateway's certificate; None: those of the system."""
    tls_server_name: str | None = None
    """The name that the certificate must carry; None: the configured host, after a redirect too."""
    resend_unanswered: ByPeer | str = ByPeer.AUTO
    """Whether a request that was not answered is sent again after the reconnect, with the same keys. Only a samlink
    gateway promises that nothing is delivered twice by that; at any other the outcome is unknown, and told so."""
    halve_refused: bool = True
    """Whether a request of several messages that a gateway other than samlink has refused twice is divided, to find the
    message at fault."""
    hold_sms: ByPeer | str = ByPeer.AUTO
    """Whether an SMS with a reserve time waits here, as all other messages do, rather than at the gateway."""
    version: Version | str = Version.SAM11
    """How results are taken: SAM10 polls for them, SAM11 has them pushed (manual 2.B.4)."""
    padding: bytes | str = choices.PADDING_WRITTEN
    """What fills up fields: a space, or a NUL for peers that want C strings; in a settings file "space" or "nul"."""
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
    """Called in the event loop with the news of every connection, for programs that show them; an exception of it is
    logged."""

    def __post_init__(self) -> None:
        self._check_types()
        for name, value, limit in ((N_("id"), self.id, ID_BYTES), (N_("password"), self.password, PASSWORD_BYTES)):
            _check_key(name, value, limit)
        if not self.host:
            raise SettingsError("setting.no_host", N_("host is empty"))
        if not 1 <= self.base_port <= 65530:
            raise _out_of_range("base_port", self.base_port, 65530)
        if self.padding not in PADDINGS:
            raise SettingsError(
                "setting.bad_padding", N_("padding must be one space or one NUL ('space' or 'nul' in a settings file)")
            )
        if not 1 <= self.sms_bytes <= SMS_BYTES_LIMIT:
            raise _out_of_range("sms_bytes", self.sms_bytes, SMS_BYTES_LIMIT)
        for name, kind in (("resend_unanswered", ByPeer), ("hold_sms", ByPeer), ("version", Version)):
            _set(self, name, _one_of(kind, name, getattr(self, name)))
        self._check_link()
        for name in ("connect_seconds", "give_up_seconds", "refusals_limit"):
            if getattr(self, name) <= 0:
                raise not_above_zero(name, getattr(self, name))
        for name in ("reconnect_seconds", "retry_seconds", "close_seconds", "redirects_followed"):
            if getattr(self, name) < 0:
                template = N_("{name} is {value:g}, it cannot be below 0")
                raise SettingsError("setting.below_zero", template, name=name, value=getattr(self, name))

    def resends(self, terms: LoginTerms) -> bool:
        """Whether a request that may have been taken may be sent again, to the gateway of this login."""
        return ByPeer(self.resend_unanswered).holds(terms.samlink)

    def address(self, service: Service, duty: Duty) -> Address:
        """Host and port of a service and a duty."""
        return self._addresses[service, duty]

    @functools.cached_property
    def tls_context(self) -> ssl.SSLContext | None:
        """How connections are encrypted; None if they are not. Raises SettingsError: the authorities cannot be read."""
        if not self.tls:
            return None
        try:
            context = ssl.create_default_context(cafile=self.tls_ca_file)
        except (OSError, ValueError) as error:  # ssl.SSLError is an OSError: the file is no PEM
            why = getattr(error, "strerror", None) or error
            raise SettingsError(
                "tls.bad_ca_file", N_("tls_ca_file {file} cannot be used: {why}"), file=repr(self.tls_ca_file), why=why
            ) from None
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context

    def places(self, service: Service, duty: Duty) -> list[Address]:
        """Hosts and ports of a service and a duty: the usual one, then the spares."""
        host, port = self.address(service, duty)
        return [(one, port) for one in (host, *self.spare_hosts)]

    @functools.cached_property
    def _addresses(self) -> Mapping[tuple[Service, Duty], Address]:
        return parse_addresses(self.addresses, self.host, self.base_port)

    def _check_types(self) -> None:
        for (kind, wanted), names in _TYPES.items():
            for name in names:
                value = getattr(self, name)
                if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
                    template, given = N_("{field} is of type {given}, it must be {wanted}"), type(value).__name__
                    raise SettingsError(
                        "setting.wrong_type", template, field=phrase(name), given=given, wanted=phrase(wanted)
                    )

    def _check_link(self) -> None:
        """Check what connections are made with, and read the authorities' file now rather than at the first login."""
        assert self._addresses
        if self.source_address and not _is_ip_address(self.source_address):
            template = N_("source_address is {value}, it must be an IP address")
            raise SettingsError("setting.bad_source_address", template, value=f"{self.source_address!r:.60}")
        for name in ("tls_ca_file", "tls_server_name"):
            value = getattr(self, name)
            if value == "":
                raise SettingsError("setting.empty", N_("{name} is empty; leave it out, or give a value"), name=name)
            if value is not None and not self.tls:
                raise SettingsError("tls.off", N_("{name} is given, but tls is off; set tls to true"), name=name)
        assert self.tls_context is None or self.tls


def _check_key(name: str, value: str, limit: int) -> None:
    """Check a field of the login; the error does not show the value."""
    try:
        size = len(encode_text(value, name))
    except LocalProtocolError:
        template = N_("{field} has a character that CP949 cannot carry, or a control character")
        raise SettingsError("setting.unwritable", template, field=phrase(name)) from None
    if not 1 <= size <= limit:
        template = N_("{field} has {size} bytes, it must have 1 to {limit}")
        raise SettingsError("setting.bad_length", template, field=phrase(name), size=size, limit=limit)
    if not value.isprintable() or value != value.strip(" "):
        raise SettingsError(
            "setting.edges", N_("{field} begins or ends with a space, or has a line break"), field=phrase(name)
        )


def _out_of_range(name: str, value: int, limit: int) -> SettingsError:
    return SettingsError(
        "setting.out_of_range", N_("{name} is {value}, it must be 1 to {limit}"), name=name, value=value, limit=limit
    )


def not_above_zero(name: str, value: float) -> SettingsError:
    """The error for a number that must be positive."""
    return SettingsError(
        "setting.not_above_zero", N_("{name} is {value:g}, it must be more than 0"), name=name, value=value
    )


def _set(settings: ClientSettings, name: str, value: object) -> None:
    """Put the one form of a setting that has several; the settings are frozen for everybody else."""
    object.__setattr__(settings, name, value)


def _one_of(kind: type[enum.StrEnum], name: str, value: str) -> enum.StrEnum:
    try:
        return kind(value)
    except ValueError:
        known = ", ".join(kind)
        template = N_("{name} is {value}, it must be one of {known}")
        raise SettingsError("setting.unknown_value", template, name=name, value=f"{value!r:.20}", known=known) from None


def _is_ip_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
