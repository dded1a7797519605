"""The numbers that an account has registered to send from (rule "sender registered", 88)."""

from collections.abc import Iterable
from typing import Final

from samlink.core import input
from samlink.operations import accounts
from samlink.operations.problems import OperationError
from samlink.store.contract import AdminStore
from samlink.vocabulary.language import phrase
from samlink.vocabulary.problem import N_

PLACE: Final = phrase(N_("NUMBER"))


async def add(store: AdminStore, account_id: str, numbers: Iterable[str]) -> tuple[int, int]:
    """Register numbers as people write them, all or none; how many are new, and how many were known."""
    given = input.distinct(numbers, input.sender_number, PLACE)
    await accounts.named(store, account_id)
    new = await store.add_senders(account_id, given)
    return new, len(given) - new


async def listed(store: AdminStore, account_id: str) -> list[str]:
    """The account's registered numbers."""
    await accounts.named(store, account_id)
    return await store.senders(account_id)


async def remove(store: AdminStore, account_id: str, numbers: Iterable[str]) -> int:
    """Take numbers off the register in one transaction, all or none; how many.

    Raises OperationError `sender.unknown` for the first that is not registered.
    """
    given = input.distinct(numbers, input.sender_number, PLACE)
    registered = set(await listed(store, account_id))
    for number in given:
        if number not in registered:
            template = N_("{number} is not registered for {id}; nothing was removed")
            raise OperationError("sender.unknown", template, number=input.quoted(number), id=account_id)
    await store.remove_senders(account_id, given)
    return len(given)
