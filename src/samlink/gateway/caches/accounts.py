"""The accounts that the gateway knows now, kept as the store has them."""

from collections.abc import Callable, Iterable

from samlink.core.account import Account, in_networks
from samlink.gateway.caches.refresher import Refresher
from samlink.gateway.tasks import Tasks
from samlink.store.contract import Store
from samlink.store.contract.changes import Change, Subscription
from samlink.watch.events import Events


class Accounts:
    """Open accounts by their number. The listener asks it about addresses before it knows who is calling."""

    def __init__(self, store: Store, *, retry_seconds: float, events: Events) -> None:
        self._store = store
        self._refresher = Refresher("accounts", self._read, retry_seconds=retry_seconds, events=events)
        self._listening = Tasks("the store's changes", events)
        self._by_number: dict[int, Account] = {}
        self._networks: frozenset[str] = frozenset()
        self._on_change: list[Callable[[], None]] = []

    async def start(self) -> None:
        """Read them, and again whenever another process has changed them. Raises StoreError."""
        self._listening.start(self._listen(self._store.changes()))
        await self._read()

    def reread(self) -> None:
        """Read them again soon, and have everyone told who hears of changes."""
        self._refresher.changed()

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
        await self._listening.cancel()
        await self._refresher.stop()

    # -- inside

    async def _listen(self, changes: Subscription) -> None:
        async for change in changes:
            if change is Change.ACCOUNTS:
                self._refresher.changed()

    async def _read(self) -> None:
        self._replace(await self._store.accounts())

    def _replace(self, accounts: Iterable[Account]) -> None:
        self._by_number = {account.no: account for account in accounts if not account.closed}
        self._networks = frozenset(network for account in self._by_number.values() for network in account.allow)
        for call in self._on_change:
            call()
