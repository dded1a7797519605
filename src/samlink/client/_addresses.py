"""Where the gateway's six ports are (manual 1.C.1): at one host, one after the other, unless `[addresses]` says else.

The manual's six ports follow one another on one host "at present"; sites differ. So each of the six may have a host and
a port of its own. A value is `"host:port"`, `"host"` or `"port"`; the part that it leaves out is the common one.
"""

import ipaddress
from collections.abc import Mapping
from typing import Final

from samlink.client.errors import SettingsError
from samlink.vocabulary.problem import N_
from samlink.vocabulary.services import PORT_LIMIT, Duty, Service, port_of

Address = tuple[str, int]
"""Host and TCP port."""

KEYS: Final[Mapping[str, tuple[Service, Duty]]] = {
    f"{service.name.lower()}_{duty.value}": (service, duty) for service in Service for duty in Duty
}
"""The names of the six: `sms_send`, `sms_report`, `mms_send`, `mms_report`, `kms_send`, `kms_report`."""


def parse_addresses(
    given: Mapping[str, str | int], host: str, base_port: int
) -> Mapping[tuple[Service, Duty], Address]:
    """All six addresses: those that are given, the others from `host` and `base_port`. Raises SettingsError: an unknown
    name, or a value that is not an address; names the setting and what would be right."""
    addresses = {place: (host, port_of(*place, base_port)) for place in KEYS.values()}
    for name, value in given.items():
        place = KEYS.get(name)
        if place is None:
            template = N_("addresses.{name}: there is no such address; there are {known}")
            raise SettingsError("addresses.unknown", template, name=name, known=", ".join(KEYS))
        addresses[place] = _parsed(name, value, addresses[place])
    return addresses


def _parsed(name: str, value: str | int, standard: Address) -> Address:
    text = str(value).strip()
    if text.isascii() and text.isdigit():
        return standard[0], _port(name, text)
    host, port = _divided(text)
    if not host or any(character.isspace() or character in "/@" for character in host):
        template = N_("addresses.{name} is {value}, it must be 'host:port', 'host' or 'port'")
        raise SettingsError("addresses.malformed", template, name=name, value=repr(value))
    return host, standard[1] if port is None else _port(name, port)


def _divided(text: str) -> tuple[str, str | None]:
    """Host and port of a text; brackets stand around an IPv6 address that a port follows."""
    if text.startswith("["):
        host, _, rest = text[1:].partition("]")
        return (host, rest[1:] if rest else None) if rest[:1] in {"", ":"} else ("", None)
    if _is_ipv6(text):
        return text, None
    host, colon, port = text.partition(":")
    return host, port if colon else None


def _is_ipv6(text: str) -> bool:
    try:
        return ipaddress.ip_address(text).version == 6
    except ValueError:
        return False


def _port(name: str, text: str) -> int:
    port = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(PORT_LIMIT)) else 0
    if not 1 <= port <= PORT_LIMIT:
        template = N_("addresses.{name}: the port is {value}, it must be 1 to {limit}")
        raise SettingsError("addresses.bad_port", template, name=name, value=f"{text!r:.20}", limit=PORT_LIMIT)
    return port
