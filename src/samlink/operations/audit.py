"""The proof that ledger, balances, messages and results agree, and whether the machine's clock is believed."""

from typing import NamedTuple

from samlink.store.contract import AdminStore, ClockDoubt
from samlink.vocabulary.problem import Problem


class Audited(NamedTuple):
    """What an audit found."""

    discrepancies: list[Problem]
    """Empty if all agrees."""
    clock_doubt: ClockDoubt | None
    """None if the machine's clock is believed."""


async def audit(store: AdminStore) -> Audited:
    """Go over the whole store; reads every row, beside a running gateway or not."""
    return Audited(await store.audit(), await store.clock_doubt())


async def clock_doubt(store: AdminStore) -> ClockDoubt | None:
    """The doubt of the machine's clock, or None if it is believed."""
    return await store.clock_doubt()


async def confirm_clock(store: AdminStore) -> None:
    """Confirm that the machine's clock is right now; a gateway believes it within a second."""
    await store.confirm_clock()
