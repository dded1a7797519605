"""The accounts that the gateway knows now, kept as the store has them."""

import asyncio
from collections.abc import Callable, Iterable

import structlog

from samlink.core.account import Account, in_networks
from samlink.gateway.tasks import Tasks
from samlink.store.contract import Store, StoreError, StoreLostError

_log = structlog.get_logger(__name__)


class Accounts:
    """Open accounts by their number. The listener asks it about addresses before it knows who is calling."""

    def __init__(self, store: Store, *, retry_seconds: float) -> None:
        self._store = store
        self._retry_seconds = retry_seconds
        self._by_number: dict[int, Account] = {}
        self._networks: frozenset[str] = frozenset()
        self._on_change: list[Callable[[], None]] = []
        self._changed = False
        self._reading = False
        self._readings = Tasks("reading the accounts")

    async def start(self) -> None:
        """Read them, and again whenever another process has changed them. Raises StoreError."""
        self._replace(await self._store.accounts())
        self._store.on_accounts_changed(self._read_again)

    def get(self, number: int) -> Account | None:
        """The open account of that number."""
        return self._by_number.get(number)

    def learn(self, account: Account) -> None:
        """`account` as the store has just given it to a login, which may be before the news of its change came."""
        self._by_number[account.no] = account
        self._networks |= frozenset(account.allow)

    def anyone_allows(self, address: str) -> bool:
        """Whether any account lets this address in; an address that cannot be read is let in by nobody."""
        return in_networks(address, self._networks)

    def on_change(self, call: Callable[[], None]) -> None:
        """Have `call` called after each change."""
        self._on_change.append(call)

    async def stop(self) -> None:
        """Hear of no more changes."""
        await self._readings.cancel()

    # -- inside

    def _replace(self, accounts: Iterable[Account]) -> None:
        self._by_number = {account.no: account for account in accounts if not account.closed}
        self._networks = frozenset(network for account in self._by_number.values() for network in account.allow)
        for call in self._on_change:
            call()

    def _read_again(self) -> None:
        """A change that comes while an earlier one is being read is read after it."""
        self._changed = True
        if not self._reading:
            self._reading = True
            self._readings.start(self._read())

    async def _read(self) -> None:
        try:
            while self._changed:
                self._changed = False
                await self._read_once()
        finally:
            self._reading = False

    async def _read_once(self) -> None:
        try:
            self._replace(await self._store.accounts())
        except StoreLostError:
            return
        except StoreError as error:
            # Who was closed must not stay because the disk was full for a moment.
            _log.warning("accounts not read, trying again", reason=str(error))
            self._changed = True
            await asyncio.sleep(self._retry_seconds)
