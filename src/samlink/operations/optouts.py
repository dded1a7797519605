"""Receivers that have opted out (rules "opted out" and "opted out everywhere", 81).

`account_id` None, where it may be, is everyone's list. Numbers in errors are masked.
"""

from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

from samlink.core import input
from samlink.operations import accounts
from samlink.operations.problems import OperationError
from samlink.store.contract import AdminStore
from samlink.vocabulary.language import phrase
from samlink.vocabulary.numbers import mask_number
from samlink.vocabulary.problem import N_

PLACE: Final = phrase(N_("NUMBER"))


class OptedOut(NamedTuple):
    """Whose messages a number has opted out of."""

    account: bool | None
    """Of the account's; None if none was asked about."""
    everyone: bool


async def add(store: AdminStore, account_id: str | None, numbers: Iterable[str]) -> tuple[int, int]:
    """Add numbers as people write them, all or none; how many are new, and how many were known."""
    return await add_digits(store, account_id, input.distinct(numbers, input.receiver_number, PLACE))


async def add_digits(store: AdminStore, account_id: str | None, digits: Collection[str]) -> tuple[int, int]:
    """`add` for numbers that are digits already, each once: a million take a second or two."""
    await _check(store, account_id)
    new = await store.add_opt_outs(account_id, digits)
    return new, len(digits) - new


async def remove(store: AdminStore, account_id: str | None, numbers: Iterable[str]) -> int:
    """Allow messages to these numbers again, in one transaction, all or none; how many.

    Raises OperationError `optout.unknown` for the first that is not in the list.
    """
    given = input.distinct(numbers, input.receiver_number, PLACE)
    await _check(store, account_id)
    for number in given:
        if not await store.opted_out(account_id, number):
            template = N_("{number} has not opted out there; nothing was removed")
            raise OperationError("optout.unknown", template, number=mask_number(number))
    await store.remove_opt_outs(account_id, given)
    return len(given)


async def listed(store: AdminStore, account_id: str | None, *, after: str = "", limit: int = 50) -> list[str]:
    """Up to `limit` numbers in ascending order, beginning behind `after`."""
    beyond = input.receiver_number(after, "--after") if after else ""
    await _check(store, account_id)
    return await store.opt_outs(account_id, after=beyond, limit=limit)


async def check(store: AdminStore, number: str, account_id: str | None) -> OptedOut:
    """Whether the number has opted out of everyone's messages, and of the account's."""
    digits = input.receiver_number(number, PLACE)
    await _check(store, account_id)
    here = None if account_id is None else await store.opted_out(account_id, digits)
    return OptedOut(here, await store.opted_out(None, digits))


async def _check(store: AdminStore, account_id: str | None) -> None:
    if account_id is not None:
        await accounts.named(store, account_id)
