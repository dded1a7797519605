"""The table of verbs, one entry each, for both ends of the pipe: what the writer calls, and what its answer is.

Reads that may take long are not among them; they are the `Reader`'s.
"""

from collections.abc import Callable
from typing import Any, Final, Generic, TypeVar

import msgspec

from samlink.core.account import Account
from samlink.core.message import Claimed, Report
from samlink.store.contract.values import Accepted, ClockDoubt, KeyConflict, Rescued, StoredFile, Submitted
from samlink.store.sqlite.engine.engine import Engine

T = TypeVar("T")


class Verb(Generic[T]):
    """One verb: its function in an engine, and the decoder of its answer."""

    __slots__ = ("decode", "function", "name")

    def __init__(self, function: Callable[[Engine], Callable[..., Any]], answer: Any) -> None:
        self.name = ""
        """Given by the table."""
        self.function = function
        self.decode: Callable[[msgspec.Raw], T] = msgspec.msgpack.Decoder(answer).decode


def _named() -> dict[str, Verb[Any]]:
    found = {name.lower(): verb for name, verb in globals().items() if isinstance(verb, Verb)}
    for name, verb in found.items():
        verb.name = name
    return found


ACCEPT: Final = Verb[Accepted | KeyConflict](lambda engine: engine.accept.accept, Accepted | KeyConflict)
REGISTER: Final = Verb[int](lambda engine: engine.carry.register, int)
CLAIM: Final = Verb[list[Claimed]](lambda engine: engine.carry.claim, list[Claimed])
RENEW: Final = Verb[list[int]](lambda engine: engine.carry.renew, list[int])
SUBMITTED: Final = Verb[Submitted](lambda engine: engine.carry.submitted, Submitted)
UNKNOWN: Final = Verb[None](lambda engine: engine.carry.unknown, None)
REQUEUE: Final = Verb[None](lambda engine: engine.carry.requeue, None)
REROUTE: Final = Verb[int](lambda engine: engine.carry.reroute, int)
RESCUE: Final = Verb[Rescued](lambda engine: engine.carry.rescue, Rescued)
UNKNOWNS: Final = Verb[list[Claimed]](lambda engine: engine.carry.unknowns, list[Claimed])
OVERDUE: Final = Verb[list[Claimed]](lambda engine: engine.carry.overdue, list[Claimed])
SETTLE: Final = Verb[list[Report]](lambda engine: engine.settle.settle, list[Report])
PLACE: Final = Verb[list[int]](lambda engine: engine.settle.place, list[int])
EXPIRE: Final = Verb[list[Report]](lambda engine: engine.settle.expire, list[Report])
PENDING: Final = Verb[list[Claimed | None]](lambda engine: engine.fallback.pending, list[Claimed | None])
FALL_BACK: Final = Verb[list[Report]](lambda engine: engine.fallback.fall_back, list[Report])
TAKE_REPORTS: Final = Verb[list[Report]](lambda engine: engine.reports.take, list[Report])
RENEW_REPORTS: Final = Verb[list[int]](lambda engine: engine.reports.renew, list[int])
DELIVERED: Final = Verb[None](lambda engine: engine.reports.delivered, None)
PRUNE: Final = Verb[int](lambda engine: engine.retention.prune, int)
WIPE: Final = Verb[int](lambda engine: engine.retention.wipe, int)
SWEEP: Final = Verb[int](lambda engine: engine.retention.sweep, int)
MARK: Final = Verb[None](lambda engine: engine.epochs.mark, None)
SEEN_MS: Final = Verb[int | None](lambda engine: engine.clock.seen_ms, int | None)
DOUBT_CLOCK: Final = Verb[None](lambda engine: engine.clock.doubt_clock, None)
CLOCK_DOUBT: Final = Verb[ClockDoubt | None](lambda engine: engine.clock.clock_doubt, ClockDoubt | None)
MOVE_TIME: Final = Verb[None](lambda engine: engine.clock.move_time, None)
LAST_ID: Final = Verb[int](lambda engine: engine.epochs.last_id, int)
RISE_ABOVE: Final = Verb[None](lambda engine: engine.epochs.rise_above, None)
ACCOUNT: Final = Verb[tuple[Account, str] | None](lambda engine: engine.accounts.account, tuple[Account, str] | None)
OLD_PASSWORD: Final = Verb[str | None](lambda engine: engine.accounts.old_password, str | None)
ACCOUNTS: Final = Verb[list[Account]](lambda engine: engine.accounts.accounts, list[Account])
BALANCE: Final = Verb[int](lambda engine: engine.money.balance, int)
ADD_FILE: Final = Verb[None](lambda engine: engine.files.add_file, None)
FILE: Final = Verb[StoredFile | None](lambda engine: engine.files.file, StoredFile | None)
EXPIRED_FILES: Final = Verb[list[StoredFile]](lambda engine: engine.files.expired_files, list[StoredFile])
FORGET_FILE: Final = Verb[bool](lambda engine: engine.files.forget_file, bool)

VERBS: Final = _named()
"""Every verb, by its name on the pipe."""
ERASING: Final = frozenset({PRUNE.name, WIPE.name})
"""Verbs that take away what must be nowhere any more; the log's old pages still have it."""
