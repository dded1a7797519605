"""Messages and accounts for the store's tests."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from samlink.core.account import Account
from samlink.core.message import Claimed, NewMessage, Outcome
from samlink.store.contract import Store
from samlink.store.sqlite.admin import Admin
from samlink.store.sqlite.store import SqliteStore, open_store
from samlink.vocabulary.kinds import Kind
from samlink.vocabulary.services import Service

PRICE = 2_000
NOW = 1_750_000_000_000
LATER = NOW + 60_000
DELIVERED = 6
FAILED = 7


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


def add_account(data: Path, new: Account | None = None) -> int:
    """Add an account on the side, as the command line does; its number."""
    with Admin(data, clock=lambda: NOW) as admin:
        return admin.add_account(new or account(), "hash").no


def audit(data: Path) -> list[str]:
    """What `samlink audit` would say."""
    with Admin(data) as admin:
        return admin.audit()


@contextlib.asynccontextmanager
async def opened(data: Path) -> AsyncIterator[SqliteStore]:
    """A store on `data`, closed at the end."""
    store = await open_store(data)
    try:
        yield store
    finally:
        await store.close()


async def claimed(store: Store, account: int, count: int, token: int = 1) -> list[Claimed]:
    """`count` new messages, claimed."""
    await store.accept(account, [message(number) for number in range(count)], NOW)
    return await store.claim(token, count, NOW, LATER)
