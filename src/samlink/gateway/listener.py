"""The six ports: who may connect, who may log in, and how many at once.

An address that no account allows is closed without a word; so are connections over a limit. A login is answered, with a
reason that a person can act on, and one that is refused ends its connection (manual 3.B, 1010 and 1011).
"""

import asyncio
import functools
import ipaddress
import socket
import ssl
from collections import Counter
from collections.abc import Callable
from typing import Final, Protocol, TypeVar

import structlog

from samlink.codes.responses import ResponseCode, response
from samlink.codes.services import PORT_OFFSETS, Duty, Service
from samlink.core.account import WON, Account, FeeType, in_networks
from samlink.gateway.accounts import Accounts
from samlink.gateway.certificates import Certificates
from samlink.gateway.limits import Limits, Waits
from samlink.gateway.logins import LoginRefusal, Logins
from samlink.gateway.tasks import Tasks
from samlink.link import Doorway, Link, RequestBudget, Turns
from samlink.wire.choices import BALANCE_SHOWN_LIMIT_WON, LOGIN_LIMIT_SECONDS, REQUEST_BODY_LIMIT
from samlink.wire.gateway_session import GatewaySession
from samlink.wire.records import LoginAnswer
from samlink.wire.session import Ended, Requested

_log = structlog.get_logger(__name__)
K = TypeVar("K")

SHARED_BUFFER_BYTES: Final = 256 * 1024
BACKLOG: Final = 512
_TLS_FAILURES: Final = {
    "WRONG_VERSION_NUMBER": "the peer does not speak TLS",
    "HTTP_REQUEST": "the peer does not speak TLS",
    "UNSUPPORTED_PROTOCOL": "the peer speaks only TLS older than 1.2",
    "TLSV1_ALERT_UNKNOWN_CA": "the peer does not trust the certificate",
    "SSLV3_ALERT_CERTIFICATE_EXPIRED": "the peer says that the certificate has expired",
    "SSLV3_ALERT_BAD_CERTIFICATE": "the peer does not take the certificate, perhaps for its name",
}
"""OpenSSL's reasons, in words for the operator."""


class Connection(Protocol):
    """What serves a connection after its login."""

    async def run(self) -> None:
        """Serve until the connection ends."""

    def drain(self) -> None:
        """Answer what was taken, then close."""


MakeConnection = Callable[[Link[GatewaySession], Account], Connection]


class Listener:
    """Opens the ports, lets connections in, and keeps those that are open."""

    def __init__(
        self,
        accounts: Accounts,
        logins: Logins,
        *,
        limits: Limits,
        waits: Waits,
        make_connection: MakeConnection,
        trusted_proxies: tuple[str, ...] = (),
    ) -> None:
        """`trusted_proxies` are networks from which a connection begins with a PROXY header."""
        self._trusted_proxies = trusted_proxies
        self._doorways: set[Doorway] = set()
        self._accounts = accounts
        self._logins = logins
        self._limits = limits
        self._make_connection = make_connection
        self._frame_limit_seconds = waits.frame_seconds
        self._budget = RequestBudget(limits.request_bytes, largest_bytes=REQUEST_BODY_LIMIT)
        self._servers: list[asyncio.Server] = []
        self._tasks = Tasks("a connection")
        self._links: set[Link[GatewaySession]] = set()
        self._serving: dict[Link[GatewaySession], tuple[int, Connection]] = {}
        """By link: the account's number, and what serves it."""
        self._by_address: Counter[str] = Counter()
        self._by_account: Counter[int] = Counter()
        self.draining = False
        """Nobody is let in any more."""
        self.exposed = False
        """Whether a port without TLS can be reached from other machines."""
        accounts.on_change(self._drop_unwanted)

    async def start(
        self, host: str, base_port: int, *, certificates: Certificates | None = None
    ) -> dict[tuple[Service, Duty], int]:
        """Open six ports, which speak TLS when there are `certificates`; their numbers.

        Raises:
            OSError: an address or port cannot be had.
        """
        loop = asyncio.get_running_loop()
        shared = bytearray(SHARED_BUFFER_BYTES)
        self._turns = Turns(loop)
        ports: dict[tuple[Service, Duty], int] = {}
        for (service, duty), offset in PORT_OFFSETS.items():
            make_link = functools.partial(self._make_link, (service, duty), shared, certificates)
            server = await loop.create_server(
                functools.partial(self._doorway, make_link) if self._trusted_proxies else make_link,
                host,
                base_port + offset if base_port else 0,
                backlog=BACKLOG,
                reuse_address=True,
            )
            self._servers.append(server)
            if certificates is None and not all(map(_is_loopback, server.sockets)):
                self.exposed = True
            ports[service, duty] = server.sockets[0].getsockname()[1]
        return ports

    async def drain(self) -> None:
        """Let nobody in any more, answer what was taken, and close all connections."""
        self._let_nobody_in()
        for link in list(self._links):
            if link in self._serving:
                self._serving[link][1].drain()
            else:
                link.close()
        await self._tasks.fewer_than(1)

    async def stop(self) -> None:
        """Close the ports and cut all connections."""
        self._let_nobody_in()
        for link in list(self._links):
            link.close(at_once=True)
        await self._tasks.cancel()

    @property
    def connections(self) -> int:
        """How many connections are open, logged in or not."""
        return len(self._links)

    # -- inside

    def _make_link(
        self,
        port: tuple[Service, Duty],
        receive_buffer: bytearray,
        certificates: Certificates | None,
        peer: str = "",
    ) -> Link[GatewaySession]:
        service, duty = port
        limit = self._frame_limit_seconds
        return Link(
            lambda now: GatewaySession(service, duty, now, frame_limit_seconds=limit),
            on_connected=functools.partial(self._connected, certificates=certificates),
            receive_buffer=receive_buffer,
            budget=self._budget,
            peer=peer,
            awaits_tls=certificates is not None,
            turns=self._turns,
        )

    def _doorway(self, make_link: Callable[[str], Link[GatewaySession]]) -> Doorway:
        return Doorway(make_link, trusts=self._trusts, ended=self._through)

    def _trusts(self, doorway: Doorway) -> bool:
        """Whether the peer has to say for whom it calls."""
        if not in_networks(doorway.peer, self._trusted_proxies):
            return False
        self._doorways.add(doorway)
        return True

    def _through(self, doorway: Doorway, reason: str) -> None:
        self._doorways.discard(doorway)
        if reason:
            _log.warning("connection of a trusted proxy closed", peer=doorway.peer, reason=reason)

    def _let_nobody_in(self) -> None:
        self.draining = True
        for server in self._servers:
            server.close()
        for doorway in list(self._doorways):
            doorway.close()

    def _connected(self, link: Link[GatewaySession], *, certificates: Certificates | None) -> None:
        reason = self._unwanted(link.peer)
        if reason:
            _log.info("connection closed", peer=link.peer, reason=reason)
            link.close(at_once=True)
            return
        self._links.add(link)
        self._by_address[link.peer] += 1
        self._tasks.start(self._serve(link, certificates))

    def _unwanted(self, address: str) -> str:
        if self.draining:
            return "shutting down"
        if not self._accounts.anyone_allows(address):
            return "no account allows this address"
        if len(self._links) >= self._limits.connections:
            return "too many connections"
        if self._by_address[address] >= self._limits.connections_per_address:
            return "too many connections from this address"
        return ""

    async def _serve(self, link: Link[GatewaySession], certificates: Certificates | None) -> None:
        try:
            if certificates is None or await _secured(link, certificates):
                account = await self._log_in(link)
                if account is not None:
                    await self._serve_account(link, account)
        finally:
            link.close()
            # It counts until the peer has taken our last bytes, or was given up.
            await link.closed
            self._budget.leave(link)
            self._links.discard(link)
            _count_down(self._by_address, link.peer)

    async def _serve_account(self, link: Link[GatewaySession], account: Account) -> None:
        session = link.session
        connection = self._make_connection(link, account)
        # Nothing was awaited since the store gave the account: a change that we hear of from now on is a newer one.
        self._accounts.learn(account)
        self._serving[link] = (account.no, connection)
        self._by_account[account.no] += 1
        log = _log.bind(
            peer=link.peer,
            account=account.id,
            port=f"{session.service.name} {session.duty.value}",
            version=str(session.version),
            tls=link.encrypted,
        )
        log.info("logged in")
        try:
            if self.draining:
                connection.drain()
            await connection.run()
        finally:
            del self._serving[link]
            _count_down(self._by_account, account.no)
            log.info("connection ended", reason=link.reason)

    async def _log_in(self, link: Link[GatewaySession]) -> Account | None:
        event = await link.next_event()
        if not isinstance(event, Requested):
            reason = event.reason if isinstance(event, Ended) else str(event)
            _log.info("no login", peer=link.peer, reason=reason)
            return None
        found = await self._logins.check(event.packet.head, link.peer)
        if isinstance(found, Account) and self._by_account[found.no] >= self._limits.connections_per_account:
            code = ResponseCode.TOO_MANY_CONNECTIONS
            found = LoginRefusal(code, response(code).message(str(self._limits.connections_per_account)))
        if link.session.over:
            return None
        if isinstance(found, LoginRefusal):
            _log.warning("login refused", peer=link.peer, response=found.response.value, reason=found.detail)
            link.session.refuse(found.response, found.detail, link.now)
            return None
        link.session.answer_login(
            login_answer(found), batch_limit=found.batch_limit, service_class=found.service_class, now=link.now
        )
        link.flush()
        return found

    def _drop_unwanted(self) -> None:
        """After a change of accounts: who is closed, moved or no longer allowed from there has to go."""
        for link, (number, connection) in list(self._serving.items()):
            account = self._accounts.get(number)
            if account is None or account.redirect or not account.allows(link.peer):
                connection.drain()
            else:
                link.session.set_batch_limit(account.batch_limit)


async def _secured(link: Link[GatewaySession], certificates: Certificates) -> bool:
    """Whether the link is in TLS now. The handshake's time is the login's: the session's limit runs from its start."""
    try:
        await link.start_tls(certificates.context, limit_seconds=LOGIN_LIMIT_SECONDS)
    except OSError as error:
        _log.info("no TLS", peer=link.peer, reason=_tls_failure(error))
        return False
    return True


def _tls_failure(error: OSError) -> str:
    if isinstance(error, ssl.SSLError):
        return _TLS_FAILURES.get(error.reason, error.reason)
    return error.strerror or str(error) or "the connection was closed"


def _is_loopback(listening: socket.socket) -> bool:
    return ipaddress.ip_address(listening.getsockname()[0].partition("%")[0]).is_loopback


def login_answer(account: Account) -> LoginAnswer:
    """What a good login tells the client (manual 3.B, 1011)."""
    prepaid = account.fee_type == FeeType.PREPAID
    return LoginAnswer(
        fee_type=account.fee_type,
        sms_cost=account.sms_cost,
        lms_cost=account.lms_cost,
        mms_cost=account.mms_cost,
        balance=min(account.balance // WON, BALANCE_SHOWN_LIMIT_WON) if prepaid else 0,
        variable="Y" if account.variable else "N",
        max_msg_size=account.max_msg_size,
    )


def _count_down(counter: Counter[K], key: K) -> None:
    counter[key] -= 1
    if counter[key] <= 0:
        del counter[key]
