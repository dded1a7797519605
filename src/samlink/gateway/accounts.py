"""The accounts that the gateway knows now, kept as the store has them."""

import ipaddress
from collections.abc import Callable, Iterable

from samlink.core.account import Account


class Accounts:
    """Open accounts by their number. The listener asks it about addresses before it knows who is calling."""

    def __init__(self) -> None:
        self._by_number: dict[int, Account] = {}
        self._networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] = ()
        self._on_change: list[Callable[[], None]] = []

    def replace(self, accounts: Iterable[Account]) -> None:
        """Take over what the store has; those who asked are told."""
        self._by_number = {account.no: account for account in accounts if not account.closed}
        listed = {network for account in self._by_number.values() for network in account.allow}
        self._networks = tuple(ipaddress.ip_network(network) for network in sorted(listed))
        for call in list(self._on_change):
            call()

    def get(self, number: int) -> Account | None:
        """The open account of that number."""
        return self._by_number.get(number)

    def anyone_allows(self, address: str) -> bool:
        """Whether any account lets this address in; an address that cannot be read is let in by nobody."""
        try:
            peer = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(peer in network for network in self._networks)

    def on_change(self, call: Callable[[], None]) -> Callable[[], None]:
        """Have `call` called after each change; returns what ends that."""
        self._on_change.append(call)
        return lambda: self._on_change.remove(call)
