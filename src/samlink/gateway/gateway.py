"""The gateway: its parts, the order in which they start and stop, and what ends it."""

import asyncio
import secrets
from collections.abc import Callable
from typing import Any

import structlog

from samlink.carriers.contract import Carrier
from samlink.carriers.simulator.carrier import SimulatedCarrier
from samlink.codes.services import Duty, Service
from samlink.core.account import Account
from samlink.gateway.accounts import Accounts
from samlink.gateway.clock import wall_clock_ms
from samlink.gateway.dispatch import Dispatch
from samlink.gateway.listener import Connection, Listener
from samlink.gateway.logins import Logins
from samlink.gateway.report_connection import ReportConnection
from samlink.gateway.reports import Mailboxes
from samlink.gateway.send_connection import SendConnection
from samlink.gateway.settings import GatewaySettings
from samlink.gateway.upkeep import Upkeep
from samlink.gateway.uploads import Uploads
from samlink.link import Link
from samlink.store.contract import StoreError
from samlink.store.credentials import Credentials
from samlink.store.files import FileStore
from samlink.store.sqlite.client import open_store
from samlink.wire.gateway_session import GatewaySession

_log = structlog.get_logger(__name__)


class GatewayError(Exception):
    """The gateway cannot start or go on; one plain sentence."""


class Gateway:
    """One gateway on one data directory.

    `await start()`, then `await run(stop)`, which returns after a graceful drain or raises GatewayError. `carrier`
    replaces the simulated one.
    """

    def __init__(
        self,
        settings: GatewaySettings,
        *,
        carrier: Carrier | None = None,
        now_ms: Callable[[], int] = wall_clock_ms,
    ) -> None:
        self.settings = settings
        self.ports: dict[tuple[Service, Duty], int] = {}
        self._now_ms = now_ms
        self.carrier: Carrier = carrier or SimulatedCarrier(settings.simulator, settings.directory / "simulator")
        self._accounts = Accounts()
        self._loops: list[asyncio.Task[None]] = []
        self._reloading: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Open the store, recover what a crash left, start the carrier, open the ports.

        Raises:
            GatewayError: something that is needed cannot be had.
        """
        settings = self.settings
        try:
            self._store = await open_store(settings.directory)
        except (StoreError, OSError) as error:
            raise GatewayError(str(error)) from error
        try:
            await self._start_parts()
        except BaseException as error:
            await self._store.close()
            if isinstance(error, OSError | StoreError):
                raise GatewayError(self._explain(error)) from error
            raise

    def _explain(self, error: Exception) -> str:
        if isinstance(error, OSError):
            first = self.settings.base_port
            return f"ports {first} to {first + 5} on {self.settings.host} cannot be opened: {error.strerror or error}"
        return str(error)

    async def _start_parts(self) -> None:
        settings, store = self.settings, self._store
        limits = settings.limits
        files = FileStore(settings.directory)
        files.sweep()
        self._accounts.replace(await store.accounts())
        store.on_accounts_changed(self._reload_accounts)
        self._mailboxes = Mailboxes(store, limits.reports_in_memory)
        self._uploads = Uploads(store, files, threads=limits.uploads, now_ms=self._now_ms)
        self._logins = Logins(store, Credentials.open(settings.directory), limits)
        self._dispatch = Dispatch(
            store,
            self.carrier,
            self._mailboxes,
            limits=limits,
            waits=settings.waits,
            token=secrets.randbits(62),
            now_ms=self._now_ms,
        )
        self._upkeep = Upkeep(
            store,
            self.carrier,
            self._mailboxes,
            limits=limits,
            waits=settings.waits,
            now_ms=self._now_ms,
            wake_dispatch=self._dispatch.wake,
        )
        await self.carrier.start()
        await self._upkeep.recover()
        self._listener = Listener(
            self._accounts, self._logins, limits, balance=store.balance, make_connection=self._connection
        )
        self.ports = await self._listener.start(settings.host, settings.base_port)
        for loop in (
            self._dispatch.claim_loop,
            self._dispatch.result_loop,
            self._dispatch.mark_loop,
            self._upkeep.loop,
        ):
            self._loops.append(asyncio.create_task(loop(), name=loop.__qualname__))

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set, then drain and close.

        Raises:
            GatewayError: the store's writer is gone, or a loop of ours has failed; nothing that was acknowledged is
                lost, and a new start recovers it.
        """
        stopped = asyncio.create_task(stop.wait())
        waiting: set[asyncio.Future[Any]] = {stopped, self._store.lost, *self._loops}
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        failure = self._failure()
        if failure is None:
            await self._drain()
        else:
            self._listener.abort()
        await self._close()
        if failure is not None:
            raise GatewayError(failure)

    def describe(self) -> list[str]:
        """Where it listens and what carries its messages, a line each, for a person."""
        return [
            *(
                f"{service.name} {duty.value}: {self.settings.host}:{port}"
                for (service, duty), port in self.ports.items()
            ),
            self.carrier.describe() if isinstance(self.carrier, SimulatedCarrier) else f"carrier {self.carrier.name}",
        ]

    # -- inside

    def _failure(self) -> str | None:
        if self._store.lost.done():
            return "the store is gone: its writer has ended or its disk has failed"
        for task in self._loops:
            if task.done() and not task.cancelled() and (error := task.exception()) is not None:
                return f"{task.get_name()} has failed: {error}"
        return None

    def _connection(self, link: Link[GatewaySession], account: Account) -> Connection:
        service = link.session.service
        if link.session.duty is Duty.REPORT:
            mailbox = self._mailboxes.get(account.no, service)
            return ReportConnection(link, mailbox, self.settings.limits, now_ms=self._now_ms)
        return SendConnection(
            link,
            lambda: self._accounts.get(account.no),
            self._store,
            self._uploads,
            accepted=self._accepted,
            now_ms=self._now_ms,
        )

    def _accepted(self, account: int, service: int, has_results: bool) -> None:
        self._dispatch.wake()
        if has_results:
            self._mailboxes.look(account, service)

    def _reload_accounts(self) -> None:
        if self._reloading is None or self._reloading.done():
            self._reloading = asyncio.create_task(self._reload())

    async def _reload(self) -> None:
        try:
            self._accounts.replace(await self._store.accounts())
        except StoreError as error:
            _log.warning("accounts not read again", reason=str(error))

    async def _drain(self) -> None:
        _log.info("draining")
        try:
            async with asyncio.timeout(self.settings.waits.drain_seconds):
                await self._listener.drain()
                await self._dispatch.drain()
        except TimeoutError:
            _log.warning("drain cut short", seconds=self.settings.waits.drain_seconds)
            self._listener.abort()
        except StoreError as error:
            _log.warning("drain cut short", reason=str(error))

    async def _close(self) -> None:
        for task in self._loops:
            task.cancel()
        await asyncio.gather(*self._loops, return_exceptions=True)
        await self.carrier.stop()
        self._logins.close()
        self._uploads.close()
        await self._store.close()
