"""The gateway: its parts, the order in which they start and stop, and what ends it."""

import asyncio
import contextlib
import functools
import os
import secrets
import socket
from collections.abc import Awaitable, Callable, Collection, Coroutine, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from samlink import __version__
from samlink.carriers.contract import Carrier, CarrierContext, CarrierError, CarrierSettingsError, RemembersIds
from samlink.carriers.registry import carrier_directory, make_carrier
from samlink.core.account import Account
from samlink.core.message import DEFAULT_ROUTE
from samlink.core.routing import Routing
from samlink.gateway.acceptance import Acceptance
from samlink.gateway.caches.accounts import Accounts
from samlink.gateway.caches.policies import Policies
from samlink.gateway.clock import Clock
from samlink.gateway.dispatch.carriers import Carriers
from samlink.gateway.dispatch.dispatcher import Dispatch
from samlink.gateway.dispatch.fallback import Fallbacks
from samlink.gateway.dispatch.new_work import NewWork
from samlink.gateway.housekeeping.housekeeping import Housekeeping
from samlink.gateway.limits import Limits
from samlink.gateway.part import Part
from samlink.gateway.reports.mailbox import Mailboxes
from samlink.gateway.sam.certificates import CertificateError, Certificates
from samlink.gateway.sam.descriptors import TooFewDescriptorsError, room_for
from samlink.gateway.sam.listener import Connection, Listener
from samlink.gateway.sam.logins import Logins
from samlink.gateway.sam.report_connection import ReportConnection
from samlink.gateway.sam.second_login import answer_second_login
from samlink.gateway.sam.send_connection import SendConnection
from samlink.gateway.settings import GatewaySettings
from samlink.gateway.timekeeping import Timekeeper
from samlink.gateway.uploads.uploads import Uploads
from samlink.gateway.watch.counters import Counters
from samlink.gateway.watch.events import (
    AnswersAbandoned,
    DrainCutShort,
    Draining,
    FewerConnections,
    PartFailed,
    ReadAgain,
    log_own,
)
from samlink.gateway.watch.peer_lines import Tell
from samlink.gateway.watch.watcher import Watcher
from samlink.link import Link
from samlink.store.blobs.pool import DirectoryBlobs
from samlink.store.contract import Store, StoreError, StoreFullError, StoreLostError
from samlink.store.credentials import Credentials
from samlink.store.faults import Fault, FaultError
from samlink.store.sqlite.store import open_store as open_sqlite
from samlink.vocabulary.problem import N_, Problem
from samlink.vocabulary.services import Duty, Service
from samlink.watch.events import Events
from samlink.watch.monitor import MonitorError
from samlink.watch.settings import TokenError
from samlink.wire.sessions.gateway import GatewaySession

OpenStore = Callable[[Path, Callable[[], int]], Awaitable[Store]]
"""A data directory and the store's clock (UTC epoch ms)."""

UNREGISTERED_TOKENS: Final = 1 << 61
"""Tokens from here on no store gives out; a random one is nobody else's."""
TAKE_BACK_SECONDS: Final = 2.0
"""How long a carrier that was stopped may take to say what it has not taken."""
_SETTINGS_ERRORS: Final = (CarrierSettingsError, CertificateError, TokenError)


class GatewayError(Problem):
    """The gateway cannot start or go on."""

    first_port: int = 0
    """Of the six ports that cannot be opened, if it is that."""


class UnusableSettingError(GatewayError):
    """The gateway cannot start, for what its settings name cannot be used: a carrier, a certificate, a token."""


async def _open_sqlite(data: Path, clock: Callable[[], int], *, accept: Collection[Fault]) -> Store:
    return await open_sqlite(data, clock=clock, accept=accept)


class Gateway:
    """One gateway on one data directory.

    `await start()`, then `await run(stop)`, which returns after a graceful drain or raises GatewayError; either way
    nothing is left running. `carriers` replace those of the settings, `open_store` the embedded store. A data
    directory that has lost something is refused, unless its fault is in `accept`. `clock` doubts the machine's; a
    `now_ms` is believed instead.
    """

    def __init__(
        self,
        settings: GatewaySettings,
        *,
        carriers: Sequence[Carrier] = (),
        open_store: OpenStore | None = None,
        accept: Collection[Fault] = (),
        clock: Clock | None = None,
        now_ms: Callable[[], int] | None = None,
    ) -> None:
        self.settings = settings
        self._accept = accept
        self.ports: dict[tuple[Service, Duty], int] = {}
        """In clear, unless `[tls]` says that all ports are in TLS."""
        self.tls_ports: dict[tuple[Service, Duty], int] = {}
        """The six extra ports, if there are any."""
        self._certificates: Certificates | None = None
        self._clock = clock or Clock()
        self._trusts_time = now_ms is not None
        self._now_ms: Callable[[], int] = now_ms or self._clock
        self.counters = Counters(__version__, lambda: self._now_ms() / 1000)
        self.events = Events(self.counters.hear, log_own)
        """What happens in it; whoever wants may subscribe."""
        self._open_store = open_store or functools.partial(_open_sqlite, accept=accept)
        self._blobs = DirectoryBlobs(settings.directory, threads=settings.limits.uploads)
        self.carriers = tuple(carriers)
        """Those of the settings from `start` on, if no others are given."""
        self._routing = Routing(settings.routes)
        self._new_work = NewWork()
        self._loops: list[asyncio.Task[None]] = []
        self._started = contextlib.AsyncExitStack()
        """How to stop what has started, the last first."""

    async def start(self) -> None:
        """Open the store, recover what a crash left, start the carriers, open the ports.

        Raises:
            GatewayError: something that is needed cannot be had; nothing is left running.
        """
        try:
            await self._start_parts()
        except BaseException as error:
            await self._started.aclose()
            if isinstance(error, StoreError | CarrierError | CertificateError | MonitorError):
                raise _gateway_error(error) from error
            if isinstance(error, OSError):
                template = N_("{path} cannot be used: {why}")
                raise GatewayError("gateway.data", template, path=self.settings.data, why=error) from error
            raise

    async def _start_parts(self) -> None:
        settings = self.settings
        limits, waits = settings.limits, settings.waits
        token = settings.monitor.token(Path()) if settings.monitor.port else ""
        self._certificates = None if settings.tls is None else await Certificates.open(settings.tls, self.events)
        if self._certificates is not None:
            self.counters.certificate_days = self._certificates.days_left
        self.carriers = self.carriers or self._made_carriers()
        self._store = store = await self._open_store(settings.directory, self._now_ms)
        self._started.push_async_callback(store.close)
        self._timekeeper = None if self._trusts_time else Timekeeper(self._clock, store, self.events)
        if self._timekeeper is not None:
            await self._timekeeper.begin()
        self._started.push_async_callback(self._blobs.close)
        await self._blobs.sweep()
        self._accounts = Accounts(store, retry_seconds=waits.store_retry_seconds, events=self.events)
        await self._begin(self._accounts)
        self._policies = Policies(store, self._accounts, retry_seconds=waits.store_retry_seconds, events=self.events)
        await self._begin(self._policies)
        self._mailboxes = Mailboxes(
            store,
            token=await self._register(),
            reports_in_memory=limits.reports_in_memory,
            retry_seconds=waits.store_retry_seconds,
            events=self.events,
        )
        await self._begin(self._mailboxes)
        self._uploads = Uploads(store, self._blobs, limits=limits, now_ms=self._now_ms, events=self.events)
        await self._begin(self._uploads)
        credentials = Credentials.open(settings.directory, accept=self._accept)
        logins = Logins(store, credentials, limits=limits, waits=waits)
        await self._begin(logins)
        await self._start_carriers()
        self._acceptance = Acceptance(
            store,
            self._accounts,
            self._policies,
            self._uploads,
            mailboxes=self._mailboxes,
            routing=self._routing,
            new_work=self._new_work,
            now_ms=self._now_ms,
        )
        await self._start_housekeeping()
        self._watcher = Watcher(settings.monitor, token, self.counters, store, events=self.events)
        await self._begin(self._watcher)
        await self._open_ports(logins)
        self._start_loops()

    async def _register(self) -> int:
        """The token of this gateway's life. A full disk keeps none, and must not keep the gateway from starting."""
        try:
            return await self._store.register(f"{socket.gethostname()}:{os.getpid()}")
        except StoreFullError:
            return UNREGISTERED_TOKENS + secrets.randbits(61)

    async def _begin(self, part: Part) -> None:
        self._started.push_async_callback(part.stop)
        await part.start()

    def _made_carriers(self) -> tuple[Carrier, ...]:
        """The carriers of the settings. Raises CarrierError."""
        data = self.settings.directory
        return tuple(
            make_carrier(
                carrier.kind,
                carrier.options,
                CarrierContext(carrier.name, carrier_directory(data, carrier.name), self._now_ms, self._blobs.read),
            )
            for carrier in self.settings.all_carriers
        )

    async def _start_carriers(self) -> None:
        settings, store = self.settings, self._store
        fallbacks = Fallbacks(store, self._accounts.get, self._routing, now_ms=self._now_ms)
        dispatches = [
            Dispatch(
                store,
                carrier,
                self._mailboxes,
                fallbacks,
                routes=settings.served.get(carrier.name, (DEFAULT_ROUTE,)),
                new_work=self._new_work,
                limits=settings.limits,
                waits=settings.waits,
                now_ms=self._now_ms,
                events=self.events,
            )
            for carrier in self.carriers
        ]
        retry_seconds = settings.waits.carrier_retry_seconds
        self._carriers = Carriers(dispatches, compare=self._compare, retry_seconds=retry_seconds, events=self.events)
        await self._begin(self._carriers)
        await store.reroute(self._carriers.served)

    async def _compare(self, carrier: Carrier) -> None:
        """A carrier that has had ids which the store never gave out knows a later life of it."""
        known = carrier.highest_id if isinstance(carrier, RemembersIds) else 0
        if known <= await self._store.last_id():
            return
        if Fault.PUT_BACK not in self._accept:
            template = N_(
                "the database in {data} was put back: carrier {name} has had messages that are not in it"
                " (`samlink serve --accept {fault}` goes on with what is there)"
            )
            raise FaultError(
                Fault.PUT_BACK, "fault.carrier_ahead", template, data=self.settings.data, name=carrier.name
            )
        await self._store.rise_above(known)

    async def _start_housekeeping(self) -> None:
        settings = self.settings
        self._housekeeping = Housekeeping(
            self._store,
            self._carriers,
            self._mailboxes,
            uploads=self._uploads,
            limits=settings.limits,
            waits=settings.waits,
            retention=settings.retention,
            now_ms=self._now_ms,
            events=self.events,
            timekeeper=self._timekeeper,
        )
        await self._housekeeping.recover()

    async def _open_ports(self, logins: Logins) -> None:
        settings = self.settings
        self._listener = Listener(
            self._accounts,
            logins,
            limits=self._limits_that_fit(),
            waits=settings.waits,
            make_connection=self._connection,
            trusted_proxies=settings.trusted_proxies,
            now_ms=self._now_ms,
            events=self.events,
        )
        self._started.push_async_callback(self._listener.stop)
        tls, certificates = settings.tls, self._certificates
        extra = tls is not None and tls.ports == "extra"
        self.ports = await self._open(settings.base_port, None if extra else certificates)
        if tls is not None and extra:
            self.tls_ports = await self._open(tls.base_port, certificates)

    async def _open(self, first: int, certificates: Certificates | None) -> dict[tuple[Service, Duty], int]:
        host = self.settings.host
        try:
            return await self._listener.start(self.settings.hosts, first, certificates=certificates)
        except OSError as error:
            template = N_("ports {first} to {last} on {host} cannot be opened: {why}")
            failure = GatewayError("gateway.ports", template, first=first, last=first + 5, host=host, why=error)
            failure.first_port = first
            raise failure from error

    def _limits_that_fit(self) -> Limits:
        """The limits, with no more connections than there may be open files."""
        limits = self.settings.limits
        try:
            room = room_for(limits.connections)
        except TooFewDescriptorsError as error:
            raise _gateway_error(error) from error
        if room < limits.connections:
            self.events.tell(FewerConnections(room))
        return msgspec.structs.replace(limits, connections=room)

    def _start_loops(self) -> None:
        self._started.push_async_callback(self._stop_loops)
        loops: list[Callable[[], Coroutine[Any, Any, None]]] = [
            self._carriers.run,
            self._housekeeping.loop,
            self._listener.end_laggards,
            self._listener.end_old_passwords,
            self._watcher.loop,
        ]
        if self._certificates is not None:
            loops.append(self._certificates.watch)
        for loop in loops:
            self._loops.append(asyncio.create_task(loop(), name=loop.__qualname__))

    async def _stop_loops(self) -> None:
        for task in self._loops:
            task.cancel()
        await asyncio.gather(*self._loops, return_exceptions=True)

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set, then drain and close.

        Raises:
            GatewayError: the store or the carrier is gone, or a loop of ours has failed; nothing that was acknowledged
                is lost, and a new start recovers it.
        """
        try:
            await self._until_told(stop)
            if self._failure() is None:
                await self._drain()
            failure = self._failure()
        finally:
            await self._started.aclose()
        if failure is not None:
            raise failure

    @property
    def exposed(self) -> bool:
        """Whether passwords, numbers and texts can cross a network in clear: a port without TLS is open to others."""
        return self._listener.exposed

    async def answers(self) -> None:
        """Return once the store has answered, whatever it says: a gateway that hangs does not come back from here."""
        with contextlib.suppress(StoreError):
            await self._store.last_id()

    def reload(self) -> None:
        """Read again what can change while it runs: accounts, their lists, and the certificate if there is one."""
        if not self._loops or all(loop.done() for loop in self._loops):  # not yet, or no more
            return
        again = ["accounts", "lists"]
        self._accounts.reread()
        if self._certificates is not None:
            again.append("certificate")
            self._certificates.reload()
        self.events.tell(ReadAgain(", ".join(again)))

    @property
    def connections(self) -> int:
        """How many connections are open now, logged in or not."""
        return self._listener.connections

    # -- inside

    async def _until_told(self, stop: asyncio.Event) -> None:
        told = asyncio.create_task(stop.wait())
        waiting: set[asyncio.Future[Any]] = {told, self._store.lost, self._acceptance.lost, *self._loops}
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            told.cancel()

    def _failure(self) -> GatewayError | None:
        for task in self._loops:
            if task.done() and not task.cancelled() and (error := task.exception()) is not None:
                return self._explain(task.get_name(), error)
        for lost in (self._store.lost, self._acceptance.lost):
            if lost.done():
                return _store_lost(lost.result())
        return None

    def _explain(self, loop: str, error: BaseException) -> GatewayError:
        if isinstance(error, StoreLostError):
            return _store_lost(str(error))
        if isinstance(error, CarrierError):
            return _gateway_error(error)
        self.events.tell(PartFailed(loop, error))
        return GatewayError("gateway.fault", N_("{part} has failed: {why}"), part=loop, why=str(error))

    def _connection(self, link: Link[GatewaySession], account: Account, tell: Tell) -> Connection:
        service = link.session.service
        settings = self.settings

        def log_in_again() -> Awaitable[None]:
            return answer_second_login(link, self._store, self._accounts.get(account.no) or account)

        if link.session.duty is Duty.REPORT:
            return ReportConnection(
                link,
                self._mailboxes.get(account.no, service),
                account,
                log_in_again=log_in_again,
                limits=settings.limits,
                waits=settings.waits,
                tell=tell,
                events=self.events,
            )
        return SendConnection(
            link,
            account.no,
            self._acceptance,
            log_in_again=log_in_again,
            refusals_limit=settings.limits.refusals_in_row,
            now_ms=self._now_ms,
            tell=tell,
        )

    async def _drain(self) -> None:
        self.events.tell(Draining())
        try:
            async with asyncio.timeout(self.settings.waits.drain_seconds):
                await self._listener.drain()
                await self._carriers.drain()
        except TimeoutError:
            self.events.tell(DrainCutShort(f"it took over {self.settings.waits.drain_seconds:g} s"))
            await self._take_back()
        except StoreError as error:
            self.events.tell(DrainCutShort(str(error)))

    async def _take_back(self) -> None:
        """A carrier that is stopped says LATER to what still waits for room: queued again instead of unknown."""
        await self._stop_loops()
        await self._carriers.stop_carriers()
        try:
            async with asyncio.timeout(TAKE_BACK_SECONDS):
                await self._carriers.drain()
        except (TimeoutError, StoreError) as error:
            self.events.tell(AnswersAbandoned(str(error) or "it took too long"))


def _gateway_error(error: Exception) -> GatewayError:
    """The same, as what ends the gateway."""
    kind = UnusableSettingError if isinstance(error, _SETTINGS_ERRORS) else GatewayError
    if isinstance(error, Problem):
        return kind.remade(error.code, error.template, error.values)
    return GatewayError("gateway.failed", N_("{why}"), why=str(error))


def _store_lost(why: str) -> GatewayError:
    return GatewayError("store.is_lost", N_("the store is lost: {why}"), why=why)
