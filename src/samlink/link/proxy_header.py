"""The header that a proxy puts before a connection to say who is calling: PROXY protocol, versions 1 and 2. Pure.

`missing` says how many bytes the header still has at least, so that not one byte behind it is read: what follows may be
the beginning of a TLS handshake, which is somebody else's to read. `source` then tells the caller's address.
"""

import ipaddress
import re
import struct
from typing import Final

SIGNATURE: Final = b"\r\n\r\n\0\r\nQUIT\n"
"""The first 12 bytes of version 2."""
LONGEST_TEXT_BYTES: Final = 107
"""Version 1, with its CR LF."""
LONGEST_BINARY_BYTES: Final = 4096
"""Version 2, whole: 16 bytes, the addresses, and what a proxy adds to them, such as a certificate's name."""

_HEAD: Final = struct.Struct("!12sBBH")
_SHORTEST_TEXT: Final = b"PROXY UNKNOWN\r\n"
_TEXT: Final = re.compile(
    rb"PROXY (TCP4|TCP6) ([0-9A-Fa-f:.]{2,39}) ([0-9A-Fa-f:.]{2,39}) (0|[1-9]\d{0,4}) (0|[1-9]\d{0,4})\r\n"
)
_LOCAL: Final = 0x20
_PROXIED: Final = 0x21
_UNSPECIFIED: Final = 0x00
_ADDRESS_BYTES: Final = {0x11: 4, 0x21: 16}
"""Bytes of one address, by family and transport: TCP over IPv4 and over IPv6."""
_PORTS_BYTES: Final = 4


class ProxyHeaderError(Exception):
    """This is no PROXY header; one sentence."""


def missing(held: bytes) -> int:
    """How many bytes of the header are surely still to come, 0 when `held` is the whole header.

    Raises:
        ProxyHeaderError: it cannot become one any more.
    """
    if SIGNATURE.startswith(held[: len(SIGNATURE)]):
        return _missing_binary(held)
    prefix = _SHORTEST_TEXT[:6]
    if not prefix.startswith(held[: len(prefix)]):
        raise ProxyHeaderError("the connection does not begin with a PROXY header")
    return _missing_text(held)


def source(header: bytes) -> str | None:
    """The caller's address out of a whole header; None when it names nobody (LOCAL, UNKNOWN): the proxy itself calls.

    Raises:
        ProxyHeaderError: the header is malformed, or not about TCP.
    """
    return _binary_source(header) if header.startswith(SIGNATURE) else _text_source(header)


def _missing_binary(held: bytes) -> int:
    if len(held) < _HEAD.size:
        # Nothing is known yet of an empty beginning: it may become the shortest text.
        return (_HEAD.size if held else len(_SHORTEST_TEXT)) - len(held)
    whole: int = _HEAD.size + _HEAD.unpack_from(held)[3]
    if whole > LONGEST_BINARY_BYTES:
        raise ProxyHeaderError(f"the PROXY header has {whole} bytes, more than {LONGEST_BINARY_BYTES}")
    return max(0, whole - len(held))


def _missing_text(held: bytes) -> int:
    if held.endswith(b"\r\n"):
        return 0
    if len(held) >= LONGEST_TEXT_BYTES:
        raise ProxyHeaderError(f"the PROXY header does not end within {LONGEST_TEXT_BYTES} bytes")
    if len(held) < len(_SHORTEST_TEXT):
        return len(_SHORTEST_TEXT) - len(held)
    return 1 if held.endswith(b"\r") else min(2, LONGEST_TEXT_BYTES - len(held))


def _text_source(header: bytes) -> str | None:
    if header == _SHORTEST_TEXT or (header.startswith(b"PROXY UNKNOWN ") and header.endswith(b"\r\n")):
        return None
    found = _TEXT.fullmatch(header)
    if found is None or any(int(port) > 0xFFFF for port in found.group(4, 5)):
        raise ProxyHeaderError("the PROXY header is malformed")
    family = ipaddress.IPv4Address if found[1] == b"TCP4" else ipaddress.IPv6Address
    try:
        caller, _ = (family(text.decode("ascii")) for text in found.group(2, 3))
    except ValueError as error:
        raise ProxyHeaderError(f"the PROXY header is malformed: {error}") from error
    return str(caller)


def _binary_source(header: bytes) -> str | None:
    _, version_and_command, family, length = _HEAD.unpack_from(header)
    if version_and_command == _LOCAL:
        return None
    if version_and_command != _PROXIED:
        raise ProxyHeaderError(f"the PROXY header has version and command {version_and_command:#04x}")
    if family == _UNSPECIFIED:
        return None
    size = _ADDRESS_BYTES.get(family)
    if size is None or length < 2 * size + _PORTS_BYTES:
        raise ProxyHeaderError("the PROXY header names no TCP address")
    return str(ipaddress.ip_address(header[_HEAD.size : _HEAD.size + size]))
