"""What was refused is forgotten: no packet, however large, stays in memory once its answer is written."""

import gc
import tracemalloc
from collections.abc import Callable
from typing import Final

import pytest

from samlink.vocabulary.services import Duty, Service
from samlink.wire.commands import Version
from samlink.wire.frame import Frame, encode_frame
from samlink.wire.records import Login
from samlink.wire.sessions.client import ClientSession
from samlink.wire.sessions.gateway import GatewaySession
from samlink.wire.sessions.session import Refused
from tests.wire.sessions.logged_in import LOGIN, written
from tests.wire.sessions.pair import ANSWER

SERIES: Final = 3
KEPT_BYTES: Final = 4096
"""What may be left of all of them together: a free list, a cache of the interpreter's."""
REPEATS: Final = {100: 300, 300_000: 12, 3_000_000: 4}
"""By bytes of body: how many packets are refused. A leak of one in a hundred bytes would show."""


def kept_after(refuse: Callable[[], None], repeats: int) -> int:
    """Bytes that are left of `repeats` refusals, after as many as it takes for caches to fill: the least of a few
    series, for what is kept is kept in each, and what else happens in the interpreter is not."""
    for _ in range(3):
        refuse()
    gc.collect()
    tracemalloc.start()
    try:
        return min(_kept(refuse, repeats) for _ in range(SERIES))
    finally:
        tracemalloc.stop()


def _kept(refuse: Callable[[], None], repeats: int) -> int:
    before = tracemalloc.get_traced_memory()[0]
    for _ in range(repeats):
        refuse()
    gc.collect()
    return tracemalloc.get_traced_memory()[0] - before


def bad(command: str, size: int, begins: bytes = b"", version: str = "SAM11") -> bytes:
    """A frame that can be told apart and not taken, with `size` bytes of body."""
    return encode_frame(Frame(version, command, "", "", begins.ljust(size, b"x")))


BAD: Final = {
    "unknown command": lambda size: bad("1025", size),
    "another port's": lambda size: bad("1054", size),
    "another version": lambda size: bad("1024", size, version="SAM10"),
    "COUNT no number": lambda size: bad("1024", size),
    "COUNT over the limit": lambda size: bad("1024", size, b"9999"),
    "no layout": lambda size: bad("1024", size, b"2   "),
    "upload of another length": lambda size: bad("2030", size, b"7         jpg"),
}


@pytest.mark.parametrize("size", REPEATS)
@pytest.mark.parametrize("kind", BAD)
def test_a_gateway_keeps_nothing_of_what_it_refused(kind: str, size: int) -> None:
    session = GatewaySession(Service.MMS, Duty.SEND, 0.0)
    session.receive(LOGIN, 0.0)
    session.answer_login(ANSWER, batch_limit=2000, service_class=1, now=0.0)
    session.bytes_to_send()
    frame = BAD[kind](size)

    def refuse() -> None:
        (event,) = session.receive(frame, 1.0)
        assert isinstance(event, Refused)
        assert written(session)

    assert kept_after(refuse, REPEATS[size]) < KEPT_BYTES


@pytest.mark.parametrize(
    "stream", [b"GET / HTTP/1.1", b"\x01" + b"9" * 75, bad("1020", 40), bad("1010", 40, version="9")]
)
def test_a_gateway_keeps_nothing_of_a_peer_that_never_logged_in(stream: bytes) -> None:
    def refuse() -> None:
        session = GatewaySession(Service.SMS, Duty.SEND, 0.0)
        refused, *_ = session.receive(stream, 0.0)
        assert isinstance(refused, Refused)
        assert session.over

    assert kept_after(refuse, 300) < KEPT_BYTES


@pytest.mark.parametrize("size", REPEATS)
def test_a_client_keeps_nothing_of_an_answer_that_it_cannot_read(size: int) -> None:
    answer = encode_frame(Frame("SAM11", "1025", "00000", "OK", b"x" * min(size, 90_000)))

    def refuse() -> None:
        session = ClientSession(Service.SMS, Duty.SEND, Version.SAM11, 0.0)
        session.login(Login("demo", "secret"), 0.0)
        session.receive(answer, 0.0)
        assert session.over

    assert kept_after(refuse, REPEATS[size]) < KEPT_BYTES
