"""PROXY headers: who they say calls, what is malformed, and that not one byte behind them is read."""

import ipaddress
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samlink.link.proxy_header import LONGEST_BINARY_BYTES, SIGNATURE, ProxyHeaderError, missing, source

ports = st.integers(0, 0xFFFF)


def text(caller: str, port: int = 40000) -> bytes:
    """Version 1."""
    version = ipaddress.ip_address(caller).version
    other = "192.0.2.1" if version == 4 else "2001:db8::1"
    return f"PROXY TCP{version} {caller} {other} {port} 33300\r\n".encode("ascii")


def binary(caller: str, port: int = 40000, added: bytes = b"", command: int = 0x21) -> bytes:
    """Version 2; `added` stands behind the addresses."""
    address = ipaddress.ip_address(caller)
    body = address.packed + address.packed + struct.pack("!HH", port, 33300) + added
    return SIGNATURE + struct.pack("!BBH", command, 0x11 if address.version == 4 else 0x21, len(body)) + body


headers = st.one_of(
    st.builds(text, st.ip_addresses().map(str), ports),
    st.builds(binary, st.ip_addresses().map(str), ports, st.binary(max_size=200)),
    st.just(b"PROXY UNKNOWN\r\n"),
    st.just(b"PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n"),
    st.builds(lambda added: SIGNATURE + struct.pack("!BBH", 0x20, 0, len(added)) + added, st.binary(max_size=200)),
)


@given(headers, st.binary(max_size=40))
def test_a_header_is_read_to_its_last_byte_and_no_further(header: bytes, behind: bytes) -> None:
    stream, held = header + behind, b""
    while stream and (count := missing(held)):
        held, stream = held + stream[:count], stream[count:]
    assert held == header
    assert missing(held) == 0
    assert stream == behind
    source(held)


@given(st.ip_addresses(), ports)
def test_both_versions_tell_the_caller(caller: ipaddress.IPv4Address | ipaddress.IPv6Address, port: int) -> None:
    assert source(text(str(caller), port)) == str(caller)
    assert source(binary(str(caller), port)) == str(caller)


@pytest.mark.parametrize(
    "header",
    [
        b"PROXY UNKNOWN\r\n",
        b"PROXY UNKNOWN 1.2.3.4 nonsense\r\n",
        binary("192.0.2.7", command=0x20),
        SIGNATURE + struct.pack("!BBH", 0x20, 0, 0),
        SIGNATURE + struct.pack("!BBH", 0x21, 0, 0),
    ],
)
def test_a_proxy_may_call_for_itself(header: bytes) -> None:
    assert missing(header) == 0
    assert source(header) is None


@pytest.mark.parametrize(
    "header",
    [
        b"PROXY TCP4 192.0.2.7 192.0.2.1 40000\r\n",
        b"PROXY TCP4 192.0.2.7 192.0.2.1 40000 65536\r\n",
        b"PROXY TCP4 192.0.2.7 192.0.2.1 040000 33300\r\n",
        b"PROXY TCP4 192.0.2.256 192.0.2.1 40000 33300\r\n",
        b"PROXY TCP4 2001:db8::7 2001:db8::1 40000 33300\r\n",
        b"PROXY TCP6 192.0.2.7 192.0.2.1 40000 33300\r\n",
        b"PROXY TCP4  192.0.2.7 192.0.2.1 40000 33300\r\n",
        b"PROXY UDP4 192.0.2.7 192.0.2.1 40000 33300\r\n",
        b"PROXY UNKNOWNS\r\n\r\n",
        binary("192.0.2.7", command=0x22),
        binary("192.0.2.7", command=0x11),
        SIGNATURE + struct.pack("!BBH", 0x21, 0x12, 12) + bytes(12),
        SIGNATURE + struct.pack("!BBH", 0x21, 0x31, 216) + bytes(216),
        SIGNATURE + struct.pack("!BBH", 0x21, 0x21, 12) + bytes(12),
    ],
)
def test_a_malformed_header_names_nobody(header: bytes) -> None:
    assert missing(header) == 0
    with pytest.raises(ProxyHeaderError):
        source(header)


@pytest.mark.parametrize(
    "beginning",
    [
        b"SAM11     1010",
        b"\x16\x03\x01",
        b"PROXIES ",
        b"\r\n\r\nX",
        b"PROXY TCP4 " + b"1" * 200,
        SIGNATURE + struct.pack("!BBH", 0x21, 0x11, LONGEST_BINARY_BYTES),
    ],
)
def test_what_cannot_become_a_header_is_refused(beginning: bytes) -> None:
    with pytest.raises(ProxyHeaderError):
        missing(beginning)


@given(st.binary(max_size=300))
def test_any_bytes_end_in_a_header_or_a_refusal(data: bytes) -> None:
    held = b""
    try:
        while (count := missing(held)) and len(held) < len(data):
            held += data[len(held) :][:count]
        if count == 0:
            source(held)
    except ProxyHeaderError:
        pass
    assert len(held) <= LONGEST_BINARY_BYTES
