"""One connection to the gateway: connect, log in, follow redirects, and make it again when it breaks (manual 2.B).

The bytes are `samlink.wire`'s, the socket is `samlink.link`'s. A connection that broke, and a login that was refused
for now, are tried again after `reconnect_seconds`; a login that was refused for good is told to the caller.
"""

import asyncio
import functools
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from samlink.client._addresses import Address
from samlink.client._terms import LoginTerms, terms_of
from samlink.client.errors import ClientError, GatewayUnreachableError, LoginRefusedError
from samlink.client.settings import PADDINGS, ClientSettings, ConnectionNews
from samlink.link import Link, open_link
from samlink.vocabulary.language import phrase
from samlink.vocabulary.problem import N_
from samlink.vocabulary.responses import ResponseCode, says_yes
from samlink.vocabulary.services import Duty, Service
from samlink.watch.lines import tell
from samlink.wire import Answered, ClientSession, Ended, KeepaliveAnswered, Login, Version
from samlink.wire.text import one_line

_log = logging.getLogger(__name__)

WARNINGS_LIMIT: Final = 10
"""Different oddities of a gateway that one connection logs."""
HANG_UP_SECONDS: Final = 2.0
"""How long a peer that does not read may keep a socket open that we want to close."""


class Connection:
    """A connection that is logged in."""

    def __init__(self, link: Link[ClientSession], terms: LoginTerms, address: Address) -> None:
        self.link = link
        self.session = link.session
        self.terms = terms
        self.address = address
        """Host and port that let us in, after redirects."""
        self._warned: set[str] = set()

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self.link.over or self.session.over

    def warn_once(self, what: str) -> None:
        """Log something odd of this gateway, once for each connection."""
        if what not in self._warned and len(self._warned) < WARNINGS_LIMIT:
            self._warned.add(what)
            service, duty = self.session.service, self.session.duty
            tell(_log, logging.WARNING, "gateway_is_odd", service=service, duty=duty, what=what)

    def kept_alive(self, event: KeepaliveAnswered) -> None:
        """The gateway has answered a keepalive; that it refuses them is worth a line."""
        if not says_yes(event.response):
            refusal = one_line(f"{event.response} {event.message}")
            self.warn_once(f"the keepalive was refused with {refusal}; it shows life all the same")

    async def hang_up(self) -> None:
        """Flush, close the socket and wait until it is closed, at most `HANG_UP_SECONDS`."""
        self.link.close()
        try:
            async with asyncio.timeout(HANG_UP_SECONDS):
                await asyncio.shield(self.link.closed)
        except TimeoutError:
            self.link.close(at_once=True)


async def log_in(settings: ClientSettings, service: Service, duty: Duty) -> Connection:
    """Connect and log in, at the first host that can be reached, following at most `redirects_followed` redirects.

    Raises:
        GatewayUnreachableError: no connection came about, or it ended before the login was answered.
        LoginRefusedError: the login was refused, or redirected too often or to no address.
    """
    first: GatewayUnreachableError | None = None
    for place in settings.places(service, duty):
        try:
            return await _log_in_at(settings, service, duty, place)
        except GatewayUnreachableError as error:
            first = first or error
    assert first is not None, "there is one host at least"
    raise first


async def _log_in_at(settings: ClientSettings, service: Service, duty: Duty, place: Address) -> Connection:
    address, name = place, settings.tls_server_name or place[0]
    for _ in range(settings.redirects_followed + 1):
        answer = await _ask(settings, service, duty, address, name)
        if isinstance(answer, Connection):
            return answer
        address = answer
    why = phrase(N_("more than {count} redirects in a row"), count=settings.redirects_followed)
    raise LoginRefusedError(ResponseCode.REDIRECT, why)


async def check_login(settings: ClientSettings, service: Service, duty: Duty) -> LoginTerms:
    """Log in and leave before anything is asked for; what the login told. Raises GatewayUnreachableError,
    LoginRefusedError: it failed."""
    connection = await log_in(settings, service, duty)
    await connection.hang_up()
    return connection.terms


async def _ask(
    settings: ClientSettings, service: Service, duty: Duty, address: Address, name: str
) -> Connection | Address:
    """Log in at one address: the connection, or the address to go to. `name`: the one that a certificate must carry."""
    make_session = functools.partial(
        ClientSession,
        service,
        duty,
        Version(settings.version),
        padding=PADDINGS[settings.padding],
        user_code=settings.user_code,
    )
    try:
        link = await open_link(
            *address,
            make_session,
            connect_limit_seconds=settings.connect_seconds,
            source_address=settings.source_address,
            # A redirect changes the address and not the name: nobody who can redirect may choose whom we trust.
            tls=None if settings.tls_context is None else (settings.tls_context, name),
        )
    except (OSError, ValueError) as error:  # ValueError: an impossible host name, such as `a..b`
        reason: object = error
        if isinstance(error, TimeoutError):
            reason = phrase(N_("no connection within {seconds:g} s"), seconds=settings.connect_seconds)
        raise _unreachable(
            "gateway.unreachable", N_("the gateway at {address} cannot be reached: {why}"), address, reason
        ) from error
    let_in = False
    try:
        if not link.over:  # a gateway that lets nobody in from here has closed it already
            link.session.login(Login(settings.id, settings.password), link.now)
            link.flush()
        event = await link.next_event()
        if isinstance(event, Answered) and event.ok:
            let_in = True
            return Connection(link, terms_of(event.message, event.packet.head), address)
    finally:
        if not let_in:
            link.close(at_once=True)
    if isinstance(event, Answered):
        if event.response == ResponseCode.REDIRECT:
            return _redirected_to(event.message)
        raise LoginRefusedError(event.response, event.message)
    why = event.reason if isinstance(event, Ended) else phrase(N_("an unexpected frame came"))
    unreachable = _unreachable(
        "gateway.no_login_answer", N_("the gateway at {address} did not answer the login: {why}"), address, why
    )
    unreachable.speaks_otherwise = isinstance(event, Ended) and event.response is not None
    raise unreachable


def _unreachable(problem: str, template: str, address: Address, why: object) -> GatewayUnreachableError:
    error = GatewayUnreachableError(problem, template, address=f"{address[0]}:{address[1]}", why=why)
    error.address = f"{address[0]}:{address[1]}"
    return error


def _redirected_to(message: str) -> Address:
    """The address in RESP_MESG of a redirect: `ip:port` (docs/protocol.md 3)."""
    host, _, port = message.strip().rpartition(":")
    if not (host and port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        why = phrase(N_("the redirect names no address: {text}"), text=repr(message))
        raise LoginRefusedError(ResponseCode.REDIRECT, why)
    return host.strip("[]"), int(port)


def _hear(settings: ClientSettings, news: ConnectionNews) -> None:
    try:
        settings.on_connection(news)
    except Exception as error:  # outermost: the caller's code, whose fault must not end a connection
        tell(_log, logging.ERROR, "on_connection_failed", error=error)


async def stay_connected(
    settings: ClientSettings,
    service: Service,
    duty: Duty,
    serve: Callable[[Connection], Awaitable[None]],
    failed: Callable[[ClientError], None],
) -> None:
    """Log in, `serve` the connection until it returns, wait, and begin again, for ever; `failed` hears of each failure
    to log in. Raises LoginRefusedError: for good."""
    told = ""
    while True:
        try:
            connection = await log_in(settings, service, duty)
        except (LoginRefusedError, GatewayUnreachableError) as error:
            _hear(settings, ConnectionNews(service, duty, up=False, failure=error))
            if isinstance(error, LoginRefusedError) and error.final:
                raise
            # The same failure again and again is one line in the log.
            level = logging.DEBUG if str(error) == told else logging.WARNING
            seconds = settings.reconnect_seconds
            tell(_log, level, "login_failed", service=service, duty=duty, why=error, again_seconds=seconds)
            told = str(error)
            failed(error)
        else:
            told = ""
            _hear(settings, ConnectionNews(service, duty, up=True))
            try:
                await serve(connection)
            finally:
                _hear(settings, ConnectionNews(service, duty, up=False))
                await connection.hang_up()
        await asyncio.sleep(settings.reconnect_seconds)
