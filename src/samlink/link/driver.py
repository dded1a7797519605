"""A `Link` drives one session (`wire.Session`) over one socket: bytes in, events out, answers written, deadlines kept.

Contract. The owner awaits `next_event()` in one task until it gets `Ended`, calls the session's verbs in between, and
`flush()` after them. Frames are taken as fast as `Turns` allow. Nothing is read from the socket while the session is
owed an answer and its buffer is full, while frames wait for their turn, while `EVENTS_LIMIT` events wait for the owner,
or while the peer does not read what we wrote; a peer that reads nothing for `WRITE_STALL_SECONDS` is dropped, and so is
one that does not take the last bytes of a link that closes. So a link's memory is bounded by the session's longest
frame, the receive buffer and `WRITE_BUFFER_BYTES`; what all links together hold of requests, by the `RequestBudget`
that they are given.
"""

import asyncio
import socket
import ssl
from collections import deque
from collections.abc import Callable
from typing import Any, Final, Generic, cast

from samlink.link.budget import RequestShare
from samlink.link.session import SessionT
from samlink.link.tcp import all_acknowledged
from samlink.link.turns import Turns
from samlink.wire.choices import SOCKET_FAILS_SECONDS
from samlink.wire.sessions.session import READ_AHEAD_BYTES, Ended

RECEIVE_BUFFER_BYTES: Final = 64 * 1024
WRITE_BUFFER_BYTES: Final = 256 * 1024
EVENTS_LIMIT: Final = 64
WRITE_STALL_SECONDS: Final = 30.0
TLS_SHUTDOWN_SECONDS: Final = 5.0
"""How long a peer may take to say goodbye in TLS before its connection is cut; many never do."""
PROBES: Final = 3
SOCKET_OPTIONS: Final = {
    "TCP_USER_TIMEOUT": SOCKET_FAILS_SECONDS * 1000,
    "TCP_KEEPIDLE": SOCKET_FAILS_SECONDS // 2,
    "TCP_KEEPINTVL": SOCKET_FAILS_SECONDS // (2 * PROBES),
    "TCP_KEEPCNT": PROBES,
}
"""Options of TCP, by the names that `socket` has for them."""


class LinkClosedError(ConnectionError):
    """The connection is over, so nothing can be asked on it."""


class Link(asyncio.BufferedProtocol, Generic[SessionT]):
    """One connection and its session.

    `make_session(now)` is called when the connection stands; `on_connected(link)` tells a server's owner of it.
    `receive_buffer` may be shared by all links of one event loop, since its bytes are taken at once. A `budget` counts
    what this link holds until its owner says that it leaves. Links that share `turns` hold each other up no further
    than those allow.
    """

    session: SessionT

    def __init__(
        self,
        make_session: Callable[[float], SessionT],
        *,
        on_connected: Callable[["Link[SessionT]"], None] | None = None,
        receive_buffer: bytearray | None = None,
        peer: str = "",
        awaits_tls: bool = False,
        turns: Turns | None = None,
    ) -> None:
        self._make_session = make_session
        self._on_connected = on_connected
        self._budget: RequestShare | None = None
        self._loop = asyncio.get_running_loop()
        self._turns = turns or Turns(self._loop)
        self._receive_view = memoryview(receive_buffer or bytearray(RECEIVE_BUFFER_BYTES))
        self._transport: asyncio.Transport | None = None
        self._events: deque[Any] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._timer_due = 0.0
        """When it goes off. The handle may not tell: for a time that has come uvloop gives one without `when`."""
        self._reading = True
        self._waits_for_owner = False
        """Frames wait until the owner has taken some of the events."""
        self._stalled_since: float | None = None
        self._closing = False
        self._over = False
        self._peer_done = False
        """The peer has closed its side: nothing more is read."""
        self.fin_proves_reading = False
        """The peer has closed its side (FIN), and its system had all that we wrote: a program that closes with unread
        bytes causes an RST. Through TLS or a proxy a FIN proves nothing."""
        self.closed: asyncio.Future[None] = self._loop.create_future()
        """Done when the socket is closed."""
        self.peer = peer
        """The caller's address, without the port."""
        self.proxied = bool(peer)
        """Whether a proxy stands between: its FIN is not the caller's."""
        self.awaits_tls = awaits_tls
        """Nothing may be read or written in clear: the TLS handshake has not ended."""
        self.encrypted = False
        """Whether the connection is in TLS: then a FIN says nothing about what the peer has read."""
        self._early = bytearray()
        """What the peer said before the handshake was begun, then between its end and our hearing of it."""
        self._early_end = False
        self.reason = ""
        """Why the connection ended."""

    # -- for the owner

    async def next_event(self) -> Any:
        """The next event; after `Ended`, always `Ended` again."""
        while not self._events:
            if self._over:
                return Ended("the connection is over")
            self._waiter = self._loop.create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        event = self._events.popleft()
        if self._waits_for_owner and len(self._events) < EVENTS_LIMIT:
            self._waits_for_owner = False
            self._turns.run(self)
        self.adjust_reading()
        return event

    def flush(self) -> None:
        """Write what the session has to say, and read on from what the peer has sent already."""
        if self._over:
            return
        if not self._turns.run(self):
            self._deliver([])

    def take_turn(self, work_limit: int) -> tuple[int, bool]:
        """Take frames that have come; for `Turns` to call."""
        if self._over:
            return 0, False
        if len(self._events) >= EVENTS_LIMIT:
            self._waits_for_owner = True
            self._deliver([])
            return 0, False
        session = self.session
        before = session.work_done
        self._deliver(session.resume(self._loop.time(), work_limit))
        return session.work_done - before, session.more_waits and not self._over

    def close(self, *, at_once: bool = False) -> None:
        """Write what is left and close; `at_once` drops what is left."""
        if self._transport is None:
            return
        self.session.close()
        if at_once:
            self._transport.abort()
            return
        self._write_out()
        self._close_transport(self._transport)

    async def start_tls(self, context: ssl.SSLContext, *, limit_seconds: float) -> None:
        """Become the server of a TLS connection. Raises OSError when it does not come about; then the link is over."""
        raw = self._transport
        if raw is None:
            raise ConnectionResetError("the connection was closed")
        upgrade = self._loop.create_task(
            self._loop.start_tls(
                raw,
                self,
                context,
                server_side=True,
                ssl_handshake_timeout=limit_seconds,
                ssl_shutdown_timeout=TLS_SHUTDOWN_SECONDS,
            )
        )
        try:
            # Its first step puts the handshake's protocol in our place, to be connected in the loop's next turn. What
            # the peer has said before that has come to us, and belongs there.
            await asyncio.sleep(0)
            self._loop.call_soon(_feed, raw, bytes(self._early))
            self._early.clear()
            transport = await upgrade
            if transport is None or transport.is_closing() or self._over:
                raise ConnectionResetError("the connection was closed during the TLS handshake")
        except BaseException as error:
            upgrade.cancel()
            # Neither loop tells the protocol of a connection that ends before its handshake does.
            self.connection_lost(error if isinstance(error, OSError) else None)
            raise
        self._take(transport)
        self.awaits_tls = False
        early, self._early = bytes(self._early), bytearray()
        if early:
            self._hear(early)
        if self._early_end:
            self.eof_received()
        self.adjust_reading()

    def count_in(self, budget: RequestShare) -> None:
        """What this link holds counts there from now on; before the login it is little."""
        self._budget = budget
        budget.enter()
        budget.holds(self, self.session.held_bytes)

    def count_no_more(self) -> None:
        """The link is over, and nothing of its requests is worked on any more."""
        if self._budget is not None:
            self._budget.leave(self)

    @property
    def awaits_peer(self) -> bool:
        """Whether it is the peer's turn to send."""
        return not (self._over or self.session.blocked or self._turns.waits(self))

    def give_up_request(self, why: str) -> None:
        """End the link for the request that is under way, and say so to the peer."""
        if not self._over:
            self._deliver(self.session.give_up_request(why, self._loop.time()))

    @property
    def now(self) -> float:
        """The clock that the session's verbs want."""
        return self._loop.time()

    @property
    def over(self) -> bool:
        """Whether the connection has ended."""
        return self._over

    # -- asyncio's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Not an isinstance: uvloop's transports are of no asyncio class.
        self._take(cast(asyncio.Transport, transport))
        if not self.proxied:
            name = transport.get_extra_info("peername")
            self.peer = name[0] if isinstance(name, tuple) else ""
        watch_socket(transport.get_extra_info("socket"))
        self.session = self._make_session(self._loop.time())
        self._arm()
        if self._on_connected is not None:
            self._on_connected(self)

    def get_buffer(self, _size_hint: int) -> memoryview:
        if self.awaits_tls:
            return self._receive_view
        held = self.session.held_bytes
        most = None if self._budget is None else self._budget.may_take(self, held)
        # No further ahead than to the end of the frame that has begun: pipelined ones wait with the peer.
        ahead = max(1, READ_AHEAD_BYTES - held)
        if not self.session.blocked:
            ahead = max(ahead, self.session.missing_bytes)
        return self._receive_view[: ahead if most is None else min(most, ahead)]

    def buffer_updated(self, nbytes: int) -> None:
        if self.awaits_tls:
            self._early += self._receive_view[:nbytes]
            return
        self._hear(self._receive_view[:nbytes])

    def eof_received(self) -> bool:
        if self.awaits_tls:
            self._early_end = True
            return False
        self._peer_done = True
        self.fin_proves_reading = self._has_taken_all()
        self._deliver(self.session.receive_eof())
        # A peer that has closed only its side waits for an answer; TLS has no such thing.
        return not (self._over or self.encrypted)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None  # there is nothing to write to or to close, and TLS's own would fail at it
        if not self._over:
            ended = self.session.receive_eof() or [Ended("the peer closed the connection")]
            self._deliver([Ended(f"the connection broke: {exc}")] if exc else ended)
        self._cancel_timer()
        if not self.closed.done():
            self.closed.set_result(None)

    def pause_writing(self) -> None:
        self._stalled_since = self._loop.time()
        self.adjust_reading()
        self._arm()

    def resume_writing(self) -> None:
        self._stalled_since = None
        self.adjust_reading()
        self._arm()

    # -- inside

    def _hear(self, data: bytes | memoryview) -> None:
        self.session.feed(data, self._loop.time())
        if not self._turns.run(self):
            self._deliver([])

    def _take(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self.encrypted = transport.get_extra_info("sslcontext") is not None
        transport.set_write_buffer_limits(high=WRITE_BUFFER_BYTES)

    def _write_out(self) -> None:
        data = self.session.bytes_to_send()
        if data and self._transport is not None and not self.awaits_tls:
            self._transport.write(data)

    def _deliver(self, events: list[Any]) -> None:
        if self._over:
            return
        transport = self._transport
        self._write_out()
        if self.session.over and not (events and isinstance(events[-1], Ended)):
            events = [*events, Ended("the session was ended, as by a refused login")]
        if events:
            self._events.extend(events)
            if isinstance(last := events[-1], Ended):
                self._over = True
                self.reason = last.reason
                if transport is not None:
                    self._close_transport(transport)
            if self._waiter is not None and not self._waiter.done():
                self._waiter.set_result(None)
        if not self._over:
            if self._budget is not None:
                self._budget.holds(self, self.session.held_bytes)
            self.adjust_reading()
            self._arm()

    def adjust_reading(self) -> None:
        """Read, or do not, as things are now."""
        if self._transport is None or self._over or self._peer_done or self.awaits_tls:
            return
        wanted = not (
            self.session.full
            or self._stalled_since is not None
            or len(self._events) >= EVENTS_LIMIT
            or self._turns.waits(self)
        )
        if wanted and self._budget is not None:
            wanted = self._budget.may_read(self)
        if wanted and not self._reading:
            self._transport.resume_reading()
        elif not wanted and self._reading:
            self._transport.pause_reading()
        self._reading = wanted

    def _has_taken_all(self) -> bool:
        transport = self._transport
        if transport is None or self.proxied or self.encrypted:
            return False
        return not transport.get_write_buffer_size() and all_acknowledged(transport.get_extra_info("socket"))

    def _next_deadline(self) -> float | None:
        due = self.session.deadline()
        if self._stalled_since is None:
            return due
        stall_ends = self._stalled_since + WRITE_STALL_SECONDS
        return stall_ends if due is None else min(due, stall_ends)

    def _arm(self) -> None:
        """Have one timer at or before the next deadline; one that comes early arms itself again."""
        if self._closing:
            return
        due = self._next_deadline()
        if due is None or (self._timer is not None and self._timer_due <= due):
            return
        self._cancel_timer()
        self._timer_due = due
        self._timer = self._loop.call_at(due, self._on_timer)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _close_transport(self, transport: asyncio.Transport) -> None:
        """Close once what was written is sent, and give a peer that does not read it a limit."""
        if self._closing:
            return
        self._closing = True
        self._cancel_timer()
        if self.awaits_tls:
            transport.abort()
            return
        transport.close()
        # In TLS what is left may lie in the socket's buffer, of which the transport says nothing.
        if self.encrypted or transport.get_write_buffer_size():
            self._timer = self._loop.call_later(WRITE_STALL_SECONDS, transport.abort)

    def _on_timer(self) -> None:
        self._timer = None
        now = self._loop.time()
        if self._stalled_since is not None and now >= self._stalled_since + WRITE_STALL_SECONDS:
            assert self._transport is not None
            self._deliver([Ended(f"the peer has read nothing for {WRITE_STALL_SECONDS:g} s")])
            self._transport.abort()
            return
        self._deliver(self.session.wake(now))


def _feed(raw: asyncio.Transport, data: bytes) -> None:
    """Give `data` to the transport's protocol, as if it had come now."""
    protocol = cast(asyncio.BufferedProtocol, raw.get_protocol())
    while data and not raw.is_closing():
        view = memoryview(protocol.get_buffer(len(data)))[: len(data)]
        view[:] = data[: len(view)]
        protocol.buffer_updated(len(view))
        data = data[len(view) :]


def watch_socket(raw: socket.socket | None) -> None:
    """Have the system end a connection whose peer acknowledges nothing for `SOCKET_FAILS_SECONDS`: neither what was
    written (TCP_USER_TIMEOUT) nor, where nothing is, a probe (SO_KEEPALIVE)."""
    if raw is None or raw.family not in {socket.AF_INET, socket.AF_INET6}:
        return
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in SOCKET_OPTIONS.items():
        if (known := getattr(socket, option, None)) is not None:  # not every system has all of them
            raw.setsockopt(socket.IPPROTO_TCP, known, value)


async def open_link(
    host: str,
    port: int,
    make_session: Callable[[float], SessionT],
    *,
    connect_limit_seconds: float = 10.0,
    source_address: str = "",
    tls: tuple[ssl.SSLContext, str] | None = None,
) -> Link[SessionT]:
    """Connect to a gateway, from `source_address` if it is given; `tls` is how to encrypt, and the certificate's name.

    Raises:
        OSError: it cannot be reached (TimeoutError after `connect_limit_seconds`), or its certificate is not accepted.
    """
    context, server_name = tls or (None, None)
    async with asyncio.timeout(connect_limit_seconds):
        _, link = await asyncio.get_running_loop().create_connection(
            lambda: Link(make_session),
            host,
            port,
            ssl=context,
            server_hostname=server_name,
            local_addr=(source_address, 0) if source_address else None,
        )
    return link
