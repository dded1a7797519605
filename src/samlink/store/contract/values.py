"""The values that a store takes and answers with. Times are UTC epoch milliseconds, money is 1/100 won."""

from typing import Any, Final, Generic, NewType, TypeVar

import msgspec

from samlink.core.kakao import Profile, Template
from samlink.core.message import Outcome, Report

Cursor = NewType("Cursor", str)
"""A place in a list, for the next page; opaque. It never passes a place where something can still be committed unseen:
whoever begins again without one finds it."""

T = TypeVar("T")


class Page(msgspec.Struct, Generic[T], array_like=True):
    """A part of a list."""

    items: list[T]
    cursor: Cursor | None
    """Where the next page begins; None if this was the last."""


class Lease(msgspec.Struct, array_like=True, frozen=True):
    """Who takes something, and for how long."""

    token: int
    """See `Store.register`."""
    lease_ms: int


class Accepted(msgspec.Struct, array_like=True, tag=True):
    """`accept` took the packet: every message in it is durable."""

    stored: int
    """How many were new; the others were known under the same key with the same content."""
    unpaid: int
    """How many of the new ones the balance did not cover: stored as settled with 92."""
    limited: dict[int, int] = {}
    """Result code → how many of the new ones were stored as settled with it: 84, 93, 94, 95."""
    warned: dict[int, int] = {}
    """The same of those that were accepted all the same, since the account has the rule on `warn`."""
    reported_again: int = 0
    """How many of the known ones had their result already: it is to be reported once more (`take_reports`)."""


class KeyConflict(msgspec.Struct, array_like=True, tag=True):
    """`accept` took nothing: a key is in use by a different message."""

    group_id: str
    message_id: str
    receiver: str


class Rescued(msgspec.Struct, array_like=True):
    """What `rescue` found."""

    unknown: int
    """Messages that were SENDING under a dead claim and are UNKNOWN now."""


class Submitted(msgspec.Struct, array_like=True):
    """What `submitted` recorded, and what it left to be judged."""

    reports: list[Report]
    """Of those whose result was here already, and settles them."""
    early: list[Outcome]
    """Results of Kakao messages that were here already, by the messages' ids: each may call for a fallback."""


class LedgerEntry(msgspec.Struct, array_like=True):
    """One line of the append-only ledger."""

    no: int
    at_ms: int
    cause: str
    """`top-up`, `charge` or `refund`."""
    amount: int
    """Signed, 1/100 won: a charge is negative."""
    messages: int
    message: int | None
    """A refund's message; a charge's messages name the charge instead (`message.charge`)."""
    note: str


FILE_BLOCK_BYTES: Final = 4096
"""What a file takes of the disk at least, and a multiple of what it takes."""


class StoredFile(msgspec.Struct, array_like=True):
    """An MMS file that an account has uploaded; its bytes lie in the file store."""

    account: int
    name: str
    extension: str
    size: int
    """Bytes."""
    stored_at_ms: int

    @property
    def room(self) -> int:
        """Bytes that it takes of the disk, in whole blocks: a thousand tiny files are not nothing."""
        return -(-self.size // FILE_BLOCK_BYTES) * FILE_BLOCK_BYTES


class MessageView(msgspec.Struct, array_like=True):
    """A message as an operator looks it up."""

    id: int
    account: int
    group_id: str
    message_id: str
    receiver: str
    kind: int
    state: str
    accepted_at_ms: int
    result: int | None
    attempts: int
    unknowns: int
    """How often its outcome was unknown."""
    reason: str
    """The name of the rule that refused it, or refused its fallback."""
    carrier_code: str
    """The carrier's own word for the result."""
    late_result: int | None
    """A different result that came after the message had been settled."""
    parent: int | None
    """The Kakao message that this one, a fallback, stands in for."""
    fallback: int | None
    """The message that stands in for this one."""
    repeats: int = 0
    """How often its customer sent it again when its result was known, and got that result once more."""
    utf8: int = 0
    """1: its text came in UTF-8."""
    sender: str = ""
    """Empty when it was wiped, or had none."""
    characters: int | None = None
    """Of its text; None when it was wiped."""
    subject_characters: int | None = None
    files: int | None = None
    """How many it carries; None when it was wiped."""
    price: int = 0
    """What it was charged when it was accepted, in 1/100 won."""
    charged: bool | None = None
    """Whether its result kept the charge; None before the result."""
    carrier: str = ""
    telecom: str = ""
    due_at_ms: int | None = None
    """When it is or was to go to the carrier: its reserve time, or its next attempt."""
    expires_at_ms: int | None = None
    """Its TIMEOUT_DT."""
    submitted_at_ms: int | None = None
    """When the carrier took it, while its result is waited for."""
    sent_at_ms: int | None = None
    """SEND_DT of its result."""
    settled_at_ms: int | None = None
    """When its result came."""
    reported_at_ms: int | None = None
    """When the customer acknowledged its result."""
    route: str = ""
    """Which carriers may take it; `@` and a name: only that carrier, which may have had it."""


class Backlog(msgspec.Struct, array_like=True, frozen=True):
    """What waits; each number is counted up to a limit."""

    due: int
    """Due and not claimed."""
    oldest_due_at_ms: int | None
    """When the oldest of those became due, UTC epoch ms."""
    in_flight: int
    """Claimed, at a carrier, or unknown: a result is awaited."""
    unreported: int
    """With a result that the customer has not acknowledged."""


class ClockDoubt(msgspec.Struct, array_like=True, frozen=True):
    """The machine's clock is not believed."""

    since_ms: int
    """By the time that the gateway goes by."""
    step_ms: int
    """How far the machine's clock is from what the gateway expected."""
    confirmed: int
    """1: a person has confirmed the clock, and the gateway will believe it within a second."""


LAST: Final = (1 << 63) - 1
"""A number above every entry's, in the ledger and in the trail."""

EVERYONE: Final = 0
"""The account number of the opt-outs that hold for all accounts."""


class FilterRow(msgspec.Struct, array_like=True, frozen=True):
    """Something that an account does not want to be sent (80)."""

    no: int
    kind: str
    """`sender`, `receiver` or `words`."""
    value: str


class PolicyVersion(msgspec.Struct, array_like=True, frozen=True):
    """How often an account's lists, and its opt-outs, have changed; an account that is not listed never had any."""

    account: int
    lists: int
    opt_outs: int


class PolicyRows(msgspec.Struct, frozen=True):
    """What the admission rules look up for one account."""

    version: PolicyVersion
    senders: tuple[str, ...]
    filters: tuple[FilterRow, ...]
    profiles: tuple[Profile, ...]
    templates: tuple[Template, ...]
    opted_out: bytes | None
    """Numbers without their leading zero, ascending, as unsigned 8-byte integers of this machine (`array("Q")`); None
    when it was not asked for."""


class TrailEntry(msgspec.Struct, array_like=True):
    """One administrative change."""

    no: int
    at_ms: int
    who: str
    """The operating system's user who ran the tool, with the number; `(for NAME)` where sudo says so."""
    tool: str
    account: int | None
    """0: everyone's list; None: the store as a whole."""
    account_id: str
    verb: str
    """Of `samlink.store.contract.admin.AdminStore`."""
    old: dict[str, Any]
    """What was, by names of settings or lists; empty when something was added."""
    new: dict[str, Any]
    """What is now; empty when something was removed."""
