"""A protocol that is not the UShot link's rides the same driver."""

import asyncio

from samlink.link import Link, Session, open_link
from samlink.wire import Ended


class Echo:
    """Lines that are given back in capitals; the line `end` ends it."""

    work_done = 0
    more_waits = False
    blocked = full = over = False
    held_bytes = missing_bytes = 0

    def __init__(self) -> None:
        self._data = bytearray()
        self._out = bytearray()

    def feed(self, data: bytes | bytearray | memoryview, now: float) -> None:
        self._data += data

    def resume(self, now: float, work_limit: int) -> list[object]:
        *lines, rest = bytes(self._data).split(b"\n")
        self._data[:] = rest
        self._out += b"".join(line.upper() + b"\n" for line in lines)
        self.work_done += len(lines)
        if b"end" in lines:
            self.over = True
        return [*lines, *([Ended("it was said")] if self.over else [])]

    def receive_eof(self) -> list[object]:
        self.over = True
        return [Ended("the peer closed the connection")]

    def bytes_to_send(self) -> bytes:
        data = bytes(self._out)
        self._out.clear()
        return data

    def say(self, line: bytes) -> None:
        """Write a line."""
        self._out += line + b"\n"

    def give_up_request(self, why: str, now: float) -> list[object]:
        return self.receive_eof()

    def close(self) -> None:
        self.over = True

    def deadline(self) -> float | None:
        return None

    def wake(self, now: float) -> list[object]:
        return []


async def test_another_protocol_rides_the_driver() -> None:
    session: Session = Echo()
    assert not session.over
    links: list[Link[Echo]] = []
    server = await asyncio.get_running_loop().create_server(
        lambda: Link(lambda _: Echo(), on_connected=links.append), "127.0.0.1", 0
    )
    client = await open_link("127.0.0.1", server.sockets[0].getsockname()[1], lambda _: Echo())
    client.session.say(b"hello")
    client.session.say(b"end")
    client.flush()
    assert [await client.next_event() for _ in range(2)] == [b"HELLO", b"END"]
    assert isinstance(await client.next_event(), Ended)
    assert [await links[0].next_event() for _ in range(2)] == [b"hello", b"end"]
    assert await links[0].next_event() == Ended("it was said")
    await client.closed
    server.close()
