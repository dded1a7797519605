"""A real gateway in the test's own process: with its writer process, its six ports, and a clock that is moved."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

from samlink.carriers.contract import Carrier
from samlink.carriers.simulator import SimulatedCarrier, SimulatorSettings
from samlink.core.account import Account
from samlink.gateway import Gateway, GatewaySettings
from samlink.gateway.clock import Clock as GuardedClock
from samlink.gateway.limits import Limits
from samlink.gateway.retention import Retention
from samlink.gateway.waits import Waits
from samlink.store.contract import MessageView
from samlink.store.credentials import Credentials
from samlink.store.sqlite.admin import Admin
from samlink.testing.clock import WAIT_SECONDS, StandingClock, a_moment, until
from samlink.testing.thin_client import Client, connected
from samlink.vocabulary.money import WON
from samlink.vocabulary.services import Duty, Service
from samlink.wire.commands import Version
from samlink.wire.records import SendRecord
from tests.gateway.failing_store import FailingStore, FailingStores

NOW_MS = 1_750_000_000_000
PASSWORD = "secret"
WAITS = {
    "poll_seconds": 0.05,
    "upkeep_seconds": 0.02,
    "store_retry_seconds": 0.02,
    "redelivery_seconds": 0.05,
    "login_failure_seconds": 0.001,
}


def account(id: str = "demo", **changes: Any) -> Account:
    """An account that may log in from this machine, with money for 500 SMS; any sender number will do."""
    rules = {"sender registered": "off"}
    values: dict[str, Any] = {"no": 0, "id": id, "balance": 10_000 * WON, "allow": ("127.0.0.1",), "rules": rules}
    return Account(**(values | changes))


def sms(number: int, **changes: Any) -> SendRecord:
    """SMS `number` of one group."""
    values: dict[str, Any] = {
        "group_id": "20250616",
        "message_id": str(number),
        "sender": "0212345678",
        "receiver": f"0101234{number:04d}",
        "text": f"안녕하세요 {number}",
    }
    return SendRecord(**(values | changes))


class Machine:
    """A machine's two clocks: the one that people set, and the time that passes."""

    def __init__(self) -> None:
        self.wall_ms = NOW_MS
        self.steady_ms = 5_000

    def pass_time(self, seconds: float) -> None:
        """Time passes, and the clock shows it."""
        self.steady_ms += int(seconds * 1000)
        self.wall_ms += int(seconds * 1000)

    def jump(self, seconds: float) -> None:
        """The clock is set, forward or back."""
        self.wall_ms += int(seconds * 1000)

    def clock(self) -> GuardedClock:
        """A gateway's clock on this machine."""
        return GuardedClock(lambda: self.wall_ms, lambda: self.steady_ms)


class Running:
    """A gateway that can be started, stopped and started again on its directory."""

    def __init__(
        self,
        data: Path,
        carrier: Carrier | None = None,
        *,
        others: Sequence[Carrier] = (),
        machine: Machine | None = None,
        **settings: Any,
    ) -> None:
        """`settings` are GatewaySettings' and, beside them, `simulator` as a table of SimulatorSettings. With a
        `machine` the gateway goes by that one's clocks, and may doubt them. `others` are carriers beside `carrier`."""
        self.machine = machine
        self.data = data
        self.clock = StandingClock(NOW_MS)
        simulator = SimulatorSettings(**settings.pop("simulator", {}))
        limits = Limits(**settings.pop("limits", {}))
        waits = Waits(**(WAITS | settings.pop("waits", {})))
        retention = Retention(**settings.pop("retention", {}))
        self.settings = GatewaySettings(
            data=str(data),
            simulator=simulator,
            limits=limits,
            waits=waits,
            retention=retention,
            **({"base_port": 0} | settings),
        )
        simulated = SimulatedCarrier(simulator, data / "simulator", now_ms=self.clock)
        by_settings = machine is not None or bool(self.settings.carriers)
        self.carrier: Any = carrier or (None if by_settings else simulated)
        self._others = others
        self._stores = FailingStores()
        self._stop = asyncio.Event()
        self._running: asyncio.Task[None] | None = None

    @property
    def store(self) -> FailingStore:
        """The gateway's store, to look into and to break."""
        return self._stores.last

    async def start(self) -> None:
        """Start the gateway."""
        self._stop = asyncio.Event()
        time: dict[str, Any] = {"now_ms": self.clock} if self.machine is None else {"clock": self.machine.clock()}
        carriers = [self.carrier, *self._others] if self.carrier is not None else ()
        self.gateway = Gateway(self.settings, carriers=carriers, open_store=self._stores.open, **time)
        await self.gateway.start()
        self._running = asyncio.create_task(self.gateway.run(self._stop))

    def write_by(self, writer: Sequence[str]) -> None:
        """Have this command write the store from its next start on."""
        self._stores.writer = writer

    def hold_at_start(self, verb: str) -> None:
        """Have the store hold what `verb` answers from its next start on."""
        self._stores.held_from_start = verb

    def begin_stop(self) -> None:
        """Tell it to drain and close."""
        self._stop.set()

    async def ended(self) -> None:
        """Wait for its end; raises what it ended with."""
        assert self._running is not None
        async with asyncio.timeout(WAIT_SECONDS):
            await self._running

    async def stop(self) -> None:
        """Drain and close."""
        self.begin_stop()
        await self.ended()

    @property
    def done(self) -> bool:
        """Whether it has ended."""
        return self._running is None or self._running.done()

    @property
    def connections(self) -> int:
        """How many connections it has now."""
        return self.gateway.connections

    def pass_time(self, seconds: float) -> None:
        """Move the clock on."""
        self.clock.ms += int(seconds * 1000)
        for carrier in self.gateway.carriers:
            carrier.wake()  # type: ignore[attr-defined]

    def port(self, service: Service = Service.SMS, duty: Duty = Duty.SEND) -> int:
        """One of its ports."""
        return self.gateway.ports[service, duty]

    # -- accounts and lists, as the command line changes them

    def tell(self, change: Callable[[Admin], object]) -> None:
        """Change lists beside the gateway, which will hear of it."""
        with Admin(self.data, clock=self.clock) as admin:
            change(admin)

    async def told(self, change: Callable[[Admin], object]) -> None:
        """Change lists beside the gateway, and wait until it has read them."""
        self.tell(change)
        versions = await self.store.policy_versions()
        known = self.gateway._policies._versions
        await until(lambda: all(known.get(version.account) == version for version in versions))

    def views(self, id: str = "demo") -> dict[str, MessageView]:
        """The account's messages as an operator sees them, by MSG_ID."""
        with Admin(self.data, clock=self.clock) as admin:
            return {view.message_id: view for view in admin.find(id, limit=1000)}

    def add(self, new: Account | None = None, *, password: str = PASSWORD, slow: bool = False) -> int:
        """Add an account beside the gateway; its number."""
        credentials = Credentials.open(self.data)
        hashed = credentials.hash_chosen(password) if slow else credentials.hash_generated(password)
        with Admin(self.data, clock=self.clock) as admin:
            return admin.add_account(new or account(), hashed).no

    def change(self, id: str = "demo", **changes: Any) -> None:
        """Change settings of an account beside the gateway."""
        with Admin(self.data, clock=self.clock) as admin:
            admin.set_account(id, changes)

    def close_account(self, id: str = "demo") -> None:
        """Close an account beside the gateway."""
        with Admin(self.data, clock=self.clock) as admin:
            admin.close_account(id)

    def balance(self, id: str = "demo") -> int:
        """The account's balance, 1/100 won."""
        with Admin(self.data, clock=self.clock) as admin:
            return admin.account(id).balance

    def audit(self) -> list[str]:
        """What does not agree in the store."""
        with Admin(self.data, clock=self.clock) as admin:
            return [str(found) for found in admin.audit()]

    async def state(self, name: str, count: int) -> None:
        """Wait until so many messages are in that state."""
        async with asyncio.timeout(WAIT_SECONDS):
            while (await self.store.counts())[name] != count:
                await a_moment()

    # -- connections

    @contextlib.asynccontextmanager
    async def sender(
        self,
        service: Service = Service.SMS,
        version: Version = Version.SAM10,
        id: str = "demo",
        **options: Any,
    ) -> AsyncIterator[Client]:
        """A send connection, logged in."""
        async with connected(self.port(service), service, Duty.SEND, version, **options) as client:
            await client.login(id, PASSWORD)
            yield client

    @contextlib.asynccontextmanager
    async def reports(
        self,
        version: Version = Version.SAM11,
        service: Service = Service.SMS,
        id: str = "demo",
        **options: Any,
    ) -> AsyncIterator[Client]:
        """A report connection, logged in."""
        async with connected(self.port(service, Duty.REPORT), service, Duty.REPORT, version, **options) as client:
            await client.login(id, PASSWORD)
            yield client


@contextlib.asynccontextmanager
async def running(
    data: Path, *accounts: Account, carrier: Carrier | None = None, **settings: Any
) -> AsyncIterator[Running]:
    """A gateway with these accounts (one, when none is given), stopped at the end if it has not ended by itself."""
    gateway = Running(data, carrier, **settings)
    for one in accounts or (account(),):
        gateway.add(one)
    await gateway.start()
    try:
        yield gateway
    finally:
        if not gateway.done:
            gateway.begin_stop()
            await gateway.ended()
