"""A listening socket: a few connections are accepted in each turn of the loop, and refused before they cost anything.

When the process has no descriptor left, accepting rests for a moment; who waits in the kernel's queue waits on.
"""

import asyncio
import errno
import socket
from collections.abc import Callable, Sequence
from typing import Any, Final

from samlink.gateway.watch.events import AcceptPaused
from samlink.watch.events import Events

BACKLOG: Final = 512
"""Connections that wait in the kernel."""
ACCEPTS_IN_TURN: Final = 4
REST_SECONDS: Final = 0.1
_NOT_OURS: Final = frozenset({errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT})
_EXHAUSTED: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})

OnAccepted = Callable[[socket.socket, str], None]
"""Called with a socket, which is the callee's from then on, and the peer's address."""


def listen(hosts: Sequence[str], port: int) -> list[socket.socket]:
    """Sockets that listen on every address of `hosts`, all on one port; port 0 lets the system choose it.

    Raises:
        OSError: the address or the port cannot be had; nothing listens.
    """
    sockets: list[socket.socket] = []
    try:
        for host in hosts:
            sockets += _listen_on(host, port or (sockets[0].getsockname()[1] if sockets else 0))
    except BaseException:
        for one in sockets:
            one.close()
        raise
    return sockets


def _listen_on(host: str, port: int) -> list[socket.socket]:
    """Sockets on all addresses of a name; those that this machine does not have are left out, if it has any."""
    sockets: list[socket.socket] = []
    missing: OSError | None = None
    for family, kind, protocol, _, address in dict.fromkeys(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)):
        chosen = port or (sockets[0].getsockname()[1] if sockets else 0)
        try:
            sockets.append(_listening(socket.socket(family, kind, protocol), (address[0], chosen, *address[2:])))
        except OSError as error:
            missing = error
            if error.errno in _NOT_OURS:
                continue
            for one in sockets:
                one.close()
            raise
    if missing is not None and not sockets:
        raise missing
    return sockets


def _listening(one: socket.socket, address: tuple[Any, ...]) -> socket.socket:
    try:
        one.setblocking(False)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if one.family == socket.AF_INET6:
            # IPv4 has a socket of its own, when it is wanted.
            one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        one.bind(address)
        one.listen(BACKLOG)
    except BaseException:
        one.close()
        raise
    return one


class Acceptor:
    """Accepts on one socket until it is closed."""

    def __init__(self, listening: socket.socket, on_accepted: OnAccepted, events: Events) -> None:
        self._loop = asyncio.get_running_loop()
        self._socket = listening
        self._on_accepted = on_accepted
        self._events = events
        self._rest: asyncio.TimerHandle | None = None
        self._loop.add_reader(listening, self._accept)

    @property
    def port(self) -> int:
        """The port's number."""
        number: int = self._socket.getsockname()[1]
        return number

    def close(self) -> None:
        """Accept nobody any more; again changes nothing."""
        if self._rest is not None:
            self._rest.cancel()
        elif self._socket.fileno() >= 0:
            self._loop.remove_reader(self._socket)
        self._socket.close()

    def _accept(self) -> None:
        for _ in range(ACCEPTS_IN_TURN):
            try:
                one, address = self._socket.accept()
            except BlockingIOError:
                return
            except ConnectionError:
                continue  # it went before we came to it
            except OSError as error:
                if error.errno not in _EXHAUSTED:
                    raise
                self._begin_rest(error)
                return
            one.setblocking(False)
            self._on_accepted(one, address[0])

    def _begin_rest(self, error: OSError) -> None:
        self._events.tell(AcceptPaused(error.strerror or str(error)))
        self._loop.remove_reader(self._socket)
        self._rest = self._loop.call_later(REST_SECONDS, self._end_rest)

    def _end_rest(self) -> None:
        self._rest = None
        self._loop.add_reader(self._socket, self._accept)
