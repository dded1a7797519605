"""The six ports: who may connect, who may log in, and how many at once.

An address that no account allows is closed without a word; so are connections over a limit. Those that have not sent a
login are bounded on their own, and give way to newcomers, the oldest of the address with most first. A login is
answered, with a reason that a person can act on, and one that is refused ends its connection (manual 3.B, 1010 and
1011).
"""

import asyncio
import functools
import ipaddress
import socket
import ssl
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol, TypeVar

from samlink.core.account import Account, FeeType, in_networks
from samlink.gateway.caches.accounts import Accounts
from samlink.gateway.limits import Limits
from samlink.gateway.sam.acceptor import Acceptor, listen
from samlink.gateway.sam.certificates import Certificates
from samlink.gateway.sam.crowd import Crowd
from samlink.gateway.sam.logins import LetIn, LoginRefusal, Logins
from samlink.gateway.tasks import Tasks
from samlink.gateway.waits import Waits
from samlink.gateway.watch.events import (
    ConnectionDropped,
    ConnectionEnded,
    ConnectionLimited,
    ConnectionRefused,
    LoggedIn,
    LoginRefused,
    NoLogin,
    NoTls,
    ProxyRefused,
)
from samlink.gateway.watch.peer_lines import PeerLines, Tell
from samlink.link import Doorway, Link, RequestBudget, Turns
from samlink.vocabulary.language import Language
from samlink.vocabulary.money import BALANCE_SHOWN_LIMIT_WON, WON
from samlink.vocabulary.responses import ResponseCode, response
from samlink.vocabulary.services import PORT_OFFSETS, Duty, Service
from samlink.vocabulary.text import Charset
from samlink.watch.events import Events
from samlink.wire.choices import LOGIN_LIMIT_SECONDS, REQUEST_BODY_LIMIT
from samlink.wire.records import Login, LoginAnswer
from samlink.wire.sessions.gateway import GatewaySession
from samlink.wire.sessions.session import Ended, Requested

K = TypeVar("K")

SHARED_BUFFER_BYTES: Final = 256 * 1024
LAGGARD_SECONDS: Final = 1.0
"""How long a long request may stand still while others wait for its end."""
GAVE_WAY: Final = "no login yet, and others wanted to come in"
TOO_MANY_OF_ADDRESS: Final = "too many connections from this address"
TOO_MANY: Final = "too many connections"
_LIMITS: Final = frozenset({GAVE_WAY, TOO_MANY_OF_ADDRESS, TOO_MANY})
"""Reasons that are named limits: whoever closes for one of them is under load."""
HEADERS_AWAITED_LIMIT: Final = 256
"""Connections of trusted proxies that have not sent their PROXY header yet; one more, and the oldest is closed."""
PASSWORD_LOOK_SECONDS: Final = 1.0
"""How long a session may outlive its password."""
PASSWORD_ENDED: Final = "its password has ended"
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


MakeProtocol = Callable[[], asyncio.BaseProtocol]
MakeConnection = Callable[[Link[GatewaySession], Account, Tell], Connection]


class _Served:
    """Who is on a link, and what serves it."""

    __slots__ = ("account", "connection", "ending", "password_no", "tell")

    def __init__(self, account: int, password_no: int, connection: Connection, tell: Tell) -> None:
        self.account = account
        self.password_no = password_no
        self.connection = connection
        self.tell = tell
        self.ending = False


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
        now_ms: Callable[[], int],
        events: Events,
        trusted_proxies: tuple[str, ...] = (),
    ) -> None:
        """`trusted_proxies` are networks from which a connection begins with a PROXY header."""
        self._events = events
        self._now_ms = now_ms
        self._trusted_proxies = trusted_proxies
        self._doorways: dict[Doorway, None] = {}
        """Connections of trusted proxies whose header is awaited, oldest first."""
        self._accounts = accounts
        self._logins = logins
        self._limits = limits
        self._make_connection = make_connection
        self._frame_limit_seconds = waits.frame_seconds
        self._budget = RequestBudget(limits.request_bytes, largest_bytes=REQUEST_BODY_LIMIT)
        self._acceptors: list[Acceptor] = []
        self._tasks = Tasks("a connection", events)
        self._arriving = Tasks("an accepted connection", events)
        self._lines = PeerLines(events)
        self._customer_lines = PeerLines(events)
        """Not the same: strangers, who are many, could hide what customers do."""
        self._links: set[Link[GatewaySession]] = set()
        self._serving: dict[Link[GatewaySession], _Served] = {}
        self._by_address: Counter[str] = Counter()
        self._silent: Crowd[str, Link[GatewaySession]] = Crowd(
            limits.connections_before_login, limit_per_key=limits.connections_before_login_per_address
        )
        """Those that have not sent a login yet."""
        self._by_account: Counter[int] = Counter()
        self.draining = False
        """Nobody is let in any more."""
        self.exposed = False
        """Whether a port without TLS can be reached from other machines."""
        accounts.on_change(self._drop_unwanted)

    async def start(
        self, hosts: Sequence[str], base_port: int, *, certificates: Certificates | None = None
    ) -> dict[tuple[Service, Duty], int]:
        """Open six ports on all `hosts`, which speak TLS when there are `certificates`; their numbers.

        Raises:
            OSError: an address or port cannot be had.
        """
        loop = asyncio.get_running_loop()
        shared = bytearray(SHARED_BUFFER_BYTES)
        self._turns = Turns(loop)
        ports: dict[tuple[Service, Duty], int] = {}
        for (service, duty), offset in PORT_OFFSETS.items():
            make_link = functools.partial(self._make_link, (service, duty), shared, certificates)
            make_protocol = functools.partial(self._doorway, make_link) if self._trusted_proxies else make_link
            sockets = await _listening(hosts, base_port + offset if base_port else 0)
            accepted = functools.partial(self._accepted, make_protocol)
            self._acceptors += [Acceptor(one, accepted, self._events) for one in sockets]
            if certificates is None and not all(map(_is_loopback, sockets)):
                self.exposed = True
            ports[service, duty] = self._acceptors[-1].port
        return ports

    async def end_laggards(self) -> None:
        """Now and then: whoever has a turn that others wait for, and does not use it, is given up."""
        while True:
            await asyncio.sleep(LAGGARD_SECONDS)
            for link in self._budget.laggards():
                link.give_up_request("request too slow, others wait")

    async def drain(self) -> None:
        """Let nobody in any more, answer what was taken, and close all connections."""
        self._let_nobody_in()
        for link in list(self._links):
            if link in self._serving:
                self._serving[link].connection.drain()
            else:
                link.close()
        await self._arriving.fewer_than(1)
        await self._tasks.fewer_than(1)

    async def stop(self) -> None:
        """Close the ports and cut all connections."""
        self._let_nobody_in()
        for link in list(self._links):
            link.close(at_once=True)
        await self._arriving.cancel()
        await self._tasks.cancel()
        self._lines.close()
        self._customer_lines.close()

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
        if len(self._doorways) >= HEADERS_AWAITED_LIMIT:
            next(iter(self._doorways)).close()
        self._doorways[doorway] = None
        return True

    def _through(self, doorway: Doorway, reason: str) -> None:
        self._doorways.pop(doorway, None)
        if reason:
            self._lines.tell(ProxyRefused(reason), peer=doorway.peer, by=reason)

    def _let_nobody_in(self) -> None:
        self.draining = True
        for acceptor in self._acceptors:
            acceptor.close()
        for doorway in list(self._doorways):
            doorway.close()

    def _accepted(self, make_protocol: MakeProtocol, accepted: socket.socket, address: str) -> None:
        """A stranger costs no more than this."""
        proxied = bool(self._trusted_proxies) and in_networks(address, self._trusted_proxies)
        if not proxied and (reason := self._unwanted(address)):
            self._say_closed(address, reason)
            accepted.close()
            return
        self._arriving.start(_connect(make_protocol, accepted))

    def _connected(self, link: Link[GatewaySession], *, certificates: Certificates | None) -> None:
        reason = self._unwanted(link.peer) or self._no_room_for(link.peer)
        if reason:
            self._say_closed(link.peer, reason)
            link.close(at_once=True)
            return
        self._links.add(link)
        self._by_address[link.peer] += 1
        self._silent.enter(link.peer, link)
        self._tasks.start(self._serve(link, certificates))

    def _unwanted(self, address: str) -> str:
        if self.draining:
            return "shutting down"
        return "" if self._accounts.anyone_allows(address) else "no account allows this address"

    def _no_room_for(self, address: str) -> str:
        """Make room for one more from this address, by the end of one that has not sent its login; or why not."""
        key = self._silent.gives_way(address)
        if self._by_address[address] >= self._limits.connections_per_address:
            if not self._silent.has(address):
                return TOO_MANY_OF_ADDRESS
            key = address
        elif key is None and len(self._links) >= self._limits.connections:
            key = self._silent.largest()
            if key is None:
                return TOO_MANY
        if key is not None:
            one = self._silent.oldest(key)
            self._say_closed(one.peer, GAVE_WAY)
            self._forget(one)
            one.close(at_once=True)
        return ""

    def _forget(self, link: Link[GatewaySession]) -> None:
        """It takes no place any more; again changes nothing."""
        self._silent.leave(link.peer, link)
        if link in self._links:
            self._links.discard(link)
            _count_down(self._by_address, link.peer)

    def _say_closed(self, address: str, reason: str) -> None:
        event = ConnectionLimited(reason) if reason in _LIMITS else ConnectionRefused(reason)
        self._lines.tell(event, peer=address, by=reason)

    async def _serve(self, link: Link[GatewaySession], certificates: Certificates | None) -> None:
        try:
            if certificates is None or await self._secured(link, certificates):
                let_in = await self._log_in(link)
                if let_in is not None:
                    await self._serve_account(link, let_in)
        finally:
            link.close()
            # It counts until the peer has taken our last bytes, or was given up.
            await link.closed
            link.count_no_more()
            self._forget(link)

    async def _secured(self, link: Link[GatewaySession], certificates: Certificates) -> bool:
        """Whether the link is in TLS now. The handshake's time is the login's: the session's limit runs from its
        start."""
        try:
            await link.start_tls(certificates.context, limit_seconds=LOGIN_LIMIT_SECONDS)
        except OSError as error:
            self._lines.tell(NoTls(_tls_failure(error)), peer=link.peer)
            return False
        return True

    async def _serve_account(self, link: Link[GatewaySession], let_in: LetIn) -> None:
        session, account = link.session, let_in.account
        tell = self._customer_lines.about(account.id, link.peer)
        connection = self._make_connection(link, account, tell)
        # Nothing was awaited since the store gave the account: a change that we hear of from now on is a newer one.
        self._accounts.learn(account)
        link.count_in(self._budget.share(account.no))
        self._serving[link] = _Served(account.no, let_in.password_no, connection, tell)
        self._by_account[account.no] += 1
        service, duty = session.service, session.duty
        tell(LoggedIn(service, duty, str(session.version), link.encrypted))
        try:
            if self.draining:
                connection.drain()
            await connection.run()
        finally:
            del self._serving[link]
            _count_down(self._by_account, account.no)
            tell(ConnectionEnded(service, duty, link.reason))

    async def _log_in(self, link: Link[GatewaySession]) -> LetIn | None:
        event = await link.next_event()
        self._silent.leave(link.peer, link)
        if not isinstance(event, Requested):
            reason = event.reason if isinstance(event, Ended) else str(event)
            self._lines.tell(NoLogin(reason), peer=link.peer)
            return None
        login: Login = event.packet.head
        found = await self._checked(login, link)
        if found is None:
            return None
        if isinstance(found, LetIn):
            # Not before the password is known to be right: the language would tell a stranger that the ID exists.
            link.session.language = Language(found.account.language)
        if isinstance(found, LetIn) and self._by_account[found.account.no] >= self._limits.connections_per_account:
            code = ResponseCode.TOO_MANY_CONNECTIONS
            most = str(self._limits.connections_per_account)
            found = LoginRefusal(code, response(code).message(most), "too many connections", found.account.id)
        if link.session.over:
            return None
        if isinstance(found, LoginRefusal):
            self._say_refused(link.peer, found)
            link.session.refuse(found.response, found.detail, link.now)
            return None
        account = found.account
        link.session.charset = Charset(account.charset)
        link.session.answer_login(
            login_answer(account), batch_limit=account.batch_limit, service_class=account.service_class, now=link.now
        )
        link.flush()
        return found

    async def _checked(self, login: Login, link: Link[GatewaySession]) -> LetIn | LoginRefusal | None:
        """What becomes of a login; None if its peer went before that was known."""
        check = asyncio.create_task(self._logins.check(login, link.peer))
        ends: set[asyncio.Future[Any]] = {check, link.closed}
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            return check.result() if check.done() else None
        finally:
            check.cancel()

    def _say_refused(self, peer: str, refusal: LoginRefusal) -> None:
        reason = refusal.reason or refusal.detail
        self._lines.tell(LoginRefused(refusal.tried, refusal.response.value, reason), peer=peer, by=refusal.tried)

    def _drop_unwanted(self) -> None:
        """After a change of accounts: who is closed, moved, no longer allowed from there, or came in with a password
        that has ended, has to go."""
        for link, served in list(self._serving.items()):
            account = self._accounts.get(served.account)
            reason = self._why_unwanted(account, served, link.peer)
            if reason:
                self._end(served, reason)
            elif account is not None:
                link.session.set_batch_limit(account.batch_limit)
                link.session.charset = Charset(account.charset)
                link.session.language = Language(account.language)

    async def end_old_passwords(self) -> None:
        """End the sessions of passwords whose time has come, again and again."""
        while True:
            await asyncio.sleep(PASSWORD_LOOK_SECONDS)
            for served in list(self._serving.values()):
                account = self._accounts.get(served.account)
                if account is not None and not account.accepts_password(served.password_no, self._now_ms()):
                    self._end(served, PASSWORD_ENDED)

    def _why_unwanted(self, account: Account | None, served: "_Served", peer: str) -> str:
        if account is None:
            return "the account was closed"
        if account.redirect:
            return "the account is redirected"
        if not account.allows(peer):
            return "the account no longer allows this address"
        return "" if account.accepts_password(served.password_no, self._now_ms()) else PASSWORD_ENDED

    @staticmethod
    def _end(served: "_Served", reason: str) -> None:
        if not served.ending:
            served.ending = True
            served.tell(ConnectionDropped(reason))
            served.connection.drain()


async def _listening(hosts: Sequence[str], port: int) -> list[socket.socket]:
    """What `listen` gives, in a thread, for names take time; whoever is cancelled meanwhile leaves none open."""
    opening = asyncio.ensure_future(asyncio.to_thread(listen, hosts, port))
    try:
        return await asyncio.shield(opening)
    except asyncio.CancelledError:
        for one in await opening:
            one.close()
        raise


async def _connect(make_protocol: MakeProtocol, accepted: socket.socket) -> None:
    try:
        await asyncio.get_running_loop().connect_accepted_socket(make_protocol, accepted)
    except OSError:
        accepted.close()  # its peer has gone already


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
