"""Messages, accounts and a clock for the store's suites.

The store under test goes by `CLOCK`, which `at` sets.
"""

from samlink.core.account import Account
from samlink.core.message import Claimed, NewMessage, Outcome, Report
from samlink.store.contract import Store
from samlink.store.contract.values import Cursor, Lease
from samlink.testing.clock import StandingClock
from samlink.vocabulary.kinds import Kind
from samlink.vocabulary.services import Service

PRICE = 2_000
NOW = 1_750_000_000_000
MINUTE = 60_000
LATER = NOW + MINUTE
WAITS = {"sms_wait_ms": MINUTE, "other_wait_ms": MINUTE}
"""How long results are waited for."""
DELIVERED = 6
FAILED = 7
TOKEN = 1
LEASE = Lease(TOKEN, MINUTE)


CLOCK = StandingClock(NOW)
"""What time it is for the store under test; it begins at NOW."""


def at(store: Store, now_ms: int) -> Store:
    """The store, when it is `now_ms`."""
    CLOCK.ms = now_ms
    return store


async def owed(
    store: Store, account: int, service: int, limit: int = 100, *, after: Cursor | None = None
) -> list[Report]:
    """The reports that are owed to an account, taken under TOKEN."""
    return (await store.take_reports(LEASE, account, service, limit, after=after)).items


async def unknown_ones(
    store: Store, limit: int = 100, *, carrier: str = "", after: Cursor | None = None
) -> list[Claimed]:
    """The messages that are UNKNOWN at a carrier."""
    return (await store.unknowns(limit, carrier=carrier, after=after)).items


def message(number: int, **changes: object) -> NewMessage:
    """Message `number` of one group; fields can be given other values by name."""
    values: dict[str, object] = {
        "group_id": "20250615",
        "message_id": str(number),
        "receiver": f"010{number:08d}",
        "service": Service.SMS,
        "kind": Kind.SMS,
        "sender": "0212345678",
        "subject": "",
        "text": "안녕하세요",
        "url": "",
        "user_code": "",
        "files": "",
        "due_at_ms": NOW,
        "expires_at_ms": None,
        "price": PRICE,
    }
    return NewMessage(**(values | changes))  # type: ignore[arg-type]


def account(id: str = "demo", **changes: object) -> Account:
    """An account with money for 1,000 messages."""
    values: dict[str, object] = {"no": 0, "id": id, "balance": 1_000 * PRICE}
    return Account(**(values | changes))  # type: ignore[arg-type]


def delivered(id: int, **changes: object) -> Outcome:
    """The carrier says that message `id` was delivered."""
    values: dict[str, object] = {
        "id": id,
        "result": DELIVERED,
        "sent_at_ms": NOW + 5,
        "telecom": "01190",
        "charged": True,
    }
    return Outcome(**(values | changes))  # type: ignore[arg-type]


def failed(id: int, **changes: object) -> Outcome:
    """The carrier says that message `id` failed, at no charge."""
    return delivered(id, **({"result": FAILED, "charged": False} | changes))


async def claimed(store: Store, account: int, count: int, token: int = 1) -> list[Claimed]:
    """`count` new messages, claimed."""
    await store.accept(account, [message(number) for number in range(count)])
    return await store.claim(token, count, MINUTE)
