"""A `Doorway` stands before a link where proxies are trusted, until it is known who calls.

Whoever is no trusted proxy calls for itself, and gets its link at once. A trusted proxy has to begin with a PROXY
header: the doorway reads it and not one byte more, makes the link for the caller that it names, and hands the transport
to it. A header that is malformed, or is not whole within the limit, closes the connection.
"""

import asyncio
from collections.abc import Callable
from typing import Any, Final, cast

from samlink.link.driver import Link
from samlink.link.proxy_header import LONGEST_BINARY_BYTES, ProxyHeaderError, missing, source

HEADER_LIMIT_SECONDS: Final = 5.0
"""A proxy writes its header at once; one that does not is broken."""


class Doorway(asyncio.BufferedProtocol):
    """Makes one link."""

    def __init__(
        self,
        make_link: Callable[[str], Link[Any]],
        *,
        trusts: Callable[["Doorway"], bool],
        ended: Callable[["Doorway", str], None],
    ) -> None:
        """`make_link` gets the address of the caller that a header names, else an empty one: the peer calls for itself,
        as a proxy does for a health check. `trusts` says whether the peer is a proxy that must send a header; if so,
        `ended` is called once: with why there is no link, or an empty text when there is one."""
        self._make_link = make_link
        self._trusts = trusts
        self._ended = ended
        self._held = b""
        self._buffer = memoryview(b"")
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self.peer = ""
        """The address of whoever has connected: the proxy's own."""

    def close(self) -> None:
        """Cut the connection."""
        self._refuse("shutting down")

    # -- asyncio's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        name = transport.get_extra_info("peername")
        self.peer = name[0] if isinstance(name, tuple) else ""
        if not self._trusts(self):
            self._hand_over("")
            return
        self._buffer = memoryview(bytearray(LONGEST_BINARY_BYTES))
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(HEADER_LIMIT_SECONDS, self._refuse, "no PROXY header came")

    def get_buffer(self, _size_hint: int) -> memoryview:
        return self._buffer[: max(1, missing(self._held))]

    def buffer_updated(self, nbytes: int) -> None:
        self._held += bytes(self._buffer[:nbytes])
        try:
            if missing(self._held) == 0:
                caller = source(self._held) or ""
                self._hand_over(caller)
                self._ended(self, "")
        except ProxyHeaderError as error:
            self._refuse(str(error))

    def eof_received(self) -> bool:
        self._refuse("the connection was closed before its PROXY header was whole")
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._refuse(f"the connection broke: {exc}" if exc else "the connection was closed")

    # -- inside

    def _hand_over(self, caller: str) -> None:
        transport = self._leave()
        if transport is not None:
            link = self._make_link(caller)
            transport.set_protocol(link)
            link.connection_made(transport)

    def _refuse(self, reason: str) -> None:
        transport = self._leave()
        if transport is not None:
            transport.abort()
            self._ended(self, reason)

    def _leave(self) -> asyncio.Transport | None:
        transport, self._transport = self._transport, None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        return transport
