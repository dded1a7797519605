"""What an account does not want to be sent (rules "sender filter" and the like, 80)."""

from typing import Final

from samlink.core import input
from samlink.core.input import InputError
from samlink.operations import accounts
from samlink.operations.problems import OperationError
from samlink.store.contract import AdminStore, FilterRow
from samlink.vocabulary.language import phrase
from samlink.vocabulary.numbers import mask_number
from samlink.vocabulary.problem import N_

SENDER: Final = "sender"
RECEIVER: Final = "receiver"
WORDS: Final = "words"
"""Kinds of filters: what they look at."""
WORDS_CHARACTERS: Final = 100


async def add(store: AdminStore, account_id: str, kind: str, value: str) -> tuple[str, bool]:
    """Add a filter; its value as it is kept, and whether it is new."""
    given = checked(kind, value)
    await accounts.named(store, account_id)
    return given, await store.add_filter(account_id, kind, given)


async def listed(store: AdminStore, account_id: str) -> list[FilterRow]:
    """The account's filters, in the order they were made."""
    await accounts.named(store, account_id)
    return await store.filters(account_id)


async def remove(store: AdminStore, account_id: str, kind: str, value: str) -> str:
    """Remove a filter; its value as it was kept. Raises OperationError `filter.unknown`."""
    given = checked(kind, value)
    for row in await listed(store, account_id):
        if (row.kind, row.value) == (kind, given):
            await store.remove_filter(account_id, row.no)
            return given
    template = N_("{id} has no filter {value} of that kind")
    raise OperationError(
        "filter.unknown", template, id=account_id, value=mask_number(given) if kind == RECEIVER else input.quoted(given)
    )


def checked(kind: str, value: str) -> str:
    """The value of a filter as it is kept: a number's digits, or words. Raises InputError."""
    if kind != WORDS:
        return input.phone_number(value, phrase(N_("VALUE")))
    words = value.strip()
    if not words or len(words) > WORDS_CHARACTERS or not words.isprintable():
        template = N_("VALUE: words of a filter have 1 to {most} printable characters")
        raise InputError("filter.bad_words", template, most=WORDS_CHARACTERS)
    return words
