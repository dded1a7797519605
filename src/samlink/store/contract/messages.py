"""The gateway's verbs on a store: a message's life, ownership of work, housekeeping, and what is looked up on the way.

Every verb is one transaction or part of one; when it returns, its work is on the disk (fsync). A verb that returns has
happened whole; one that raises has not happened at all. Refusals are values; exceptions are `StoreError`.

The store's clock decides what is due, expired or overdue: callers pass durations (`_ms`), never times. Times in values
are UTC epoch milliseconds, money is 1/100 won.

Work is owned under a token for a lease. A token is a claimer's for its life (`register`); whatever its lease leaves
behind, anybody may take over, and from then on the old token changes nothing.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Protocol

from samlink.core.account import Account
from samlink.core.message import DEFAULT_ROUTE, Claimed, Fallback, NewMessage, Outcome, Report
from samlink.store.contract.changes import Subscription
from samlink.store.contract.values import (
    Accepted,
    Backlog,
    ClockDoubt,
    Cursor,
    KeyConflict,
    Lease,
    MessageView,
    Page,
    PolicyRows,
    PolicyVersion,
    Rescued,
    StoredFile,
    Submitted,
)


class Store(Protocol):
    """The asynchronous face that the gateway holds. `samlink.testing.conformance` tests every engine against it."""

    @property
    def lost(self) -> asyncio.Future[str]:
        """Done, with the reason, when the store is gone and every verb raises StoreLostError: the gateway must stop."""

    def changes(self) -> Subscription:
        """The changes that others make to the store from now on, for one more reader; each is told within 0.2 s."""

    # -- a message's life
    async def accept(self, account: int, messages: Sequence[NewMessage]) -> Accepted | KeyConflict:
        """Commit point 1: deduplicate by (account, group, message, receiver), charge, insert, all or nothing.

        A repeat with the same content (all but its times, price and result) is counted, not stored. New messages are
        held against the account's limits one after another (`samlink.core.limits` has their precedence): 84 for a
        `digest` that was accepted within the window, 93, 94, 95 for the limits a month, a day, a second, 92 for the
        balance. A message over a limit is stored settled with that code and the rule's name, at no charge; the first
        that fit go. Once a prepaid balance does not cover one, those after it with a price get 92 too. One ledger entry
        stands for the packet's charge. A message with a `result` has the price 0, is stored settled, and counts for no
        limit. Raises StoreError `store.account_number_unknown` if the account does not exist.
        """

    async def register(self, owner: str) -> int:
        """A new token for `owner`, the name of a node; higher than every one before. One for each claimer's life."""

    async def claim(
        self,
        token: int,
        limit: int,
        lease_ms: int,
        *,
        carrier: str = "",
        routes: Sequence[str] = (DEFAULT_ROUTE,),
    ) -> list[Claimed]:
        """Move up to `limit` due messages to SENDING, under `token` for `lease_ms`, for `carrier` to send.

        First those that were once unknown at this carrier (no other ever gets them), then those of `routes`, one route
        after another, oldest due first in each. The message's carrier is known from the claim on. Long messages make
        for fewer than are due, but at least one; so do they in `unknowns` and `overdue`.

        Expired messages are left for `expire`; one that `expire` leaves alone is claimed all the same, and must not be
        sent.
        """

    async def renew(self, token: int, ids: Sequence[int], lease_ms: int) -> list[int]:
        """Extend the lease of claimed messages; the ids of those still SENDING under `token` before its lease ended.

        The others must not be sent any more.
        """

    async def submitted(
        self, token: int, references: Sequence[tuple[int, str, str]], wait_ms: int, *, taking: Lease | None = None
    ) -> Submitted:
        """SENDING or UNKNOWN → SENT for each (id, carrier, carrier's reference); the result is awaited for `wait_ms`.

        An empty reference means that the carrier's results repeat our id. A message that is not claimed under `token`
        (any more) is left alone; one that is settled already only learns its reference. A result that came before this
        answer is settled now, and its report returned; but one of a Kakao message is returned itself and the message
        left alone, for `settle` or `fall_back` to take it from there. Until one of them has, it is returned again.
        """

    async def unknown(self, token: int, ids: Sequence[int], wait_ms: int) -> None:
        """SENDING → UNKNOWN: the carrier's answer never came."""

    async def requeue(self, ids: Sequence[int], delay_ms: int, *, token: int | None = None) -> None:
        """SENDING or UNKNOWN → QUEUED, due after `delay_ms`: the carrier said "not taken", or is idempotent.

        With a `token`, only those that are still claimed under it; without, whoever claimed them. A message that was
        ever unknown waits for the same carrier, any other on its route again.
        """

    async def reroute(self, served: Mapping[str, Sequence[str]]) -> int:
        """Which carriers there are from now on, and which routes each of them serves.

        Messages queued on any other route move to the default route. Those that wait for a carrier that is gone, and
        may have had them, are left as if their claim had died: UNKNOWN after `rescue`, and their report is awaited.
        What a lost life of the store left in doubt becomes its route's carrier's, if that route has but one. How many
        were moved or left so.
        """

    async def settle(self, outcomes: Sequence[Outcome], *, taking: Lease | None = None) -> list[Report]:
        """Commit point 2: record each result, refund what is not charged, and return the reports of those settled now.

        Any message that has no result can be settled, a queued one too. One that has keeps it and is not returned; a
        different result is kept beside it, with its time, and moves no money. A result by reference that fits no
        message yet is kept until `submitted` names its message, which was accepted before it. The account's settings
        (`Account.refund`) decide whether a result is charged, else the outcome does.

        The result of a fallback is its Kakao message's too: that is settled in the same commit, and its report is
        returned; the fallback itself is never reported. Until then a result for the Kakao message itself is ignored.

        With `taking`, here and in the other verbs that settle, the reports returned are taken as by `take_reports`.
        """

    async def place(self, outcomes: Sequence[Outcome]) -> list[int]:
        """The id of the message that each result means, in their order.

        0 for one whose reference no message has (yet): it is kept, as `settle` would keep it. In one step, so that no
        answer that brings the reference can pass in between.
        """

    async def pending(self, names: Sequence[tuple[int, str, str]]) -> list[Claimed | None]:
        """The messages of these names, each an id or (id 0) a carrier and its reference, in their order.

        None for one that is not known, has a result, or waits for its fallback. A Kakao message is read again so when
        its result calls for the fallback.
        """

    async def fall_back(self, fallbacks: Sequence[Fallback], *, taking: Lease | None = None) -> list[Report]:
        """Send something else in the place of Kakao messages that Kakao will certainly not deliver.

        For each, in one transaction: the Kakao message's price goes back, whatever its result; the fallback is stored
        and charged as a message of its own, to the same receiver, under a key that no wire can carry, and counts for no
        limit; the Kakao message waits, SENT and without a deadline, for the fallback's result (`settle`). A fallback
        that has a `result`, or that the balance does not cover, is not stored: the Kakao message is settled with its
        own outcome, its `reason` says why, and its report is returned. The same again changes nothing.
        """

    # -- reports: one for each settled message and way to its customer
    async def take_reports(
        self, lease: Lease, account: int, service: int, limit: int, *, after: Cursor | None = None
    ) -> Page[Report]:
        """Take undelivered reports of an account and service for `lease`, by id, those behind `after`.

        Reports that another token holds are left out until its lease ends; those that the same token holds come again,
        so the caller knows which of them are on a connection. The page's cursor is None when it was the last.
        """

    async def renew_reports(self, lease: Lease, ids: Sequence[int]) -> list[int]:
        """Extend the lease of reports; the ids that `lease.token` still holds."""

    async def delivered(self, token: int, ids: Sequence[int]) -> None:
        """Commit point 3: DONE → REPORTED for the reports that `token` holds."""

    # -- housekeeping
    async def rescue(self, *, sms_wait_ms: int, other_wait_ms: int) -> Rescued:
        """SENDING → UNKNOWN for claims whose lease has ended.

        How long they wait for a result depends on their service, as it does in `unknown`. A store that only one process
        can have open ends all older leases when it is opened.
        """

    async def unknowns(self, limit: int, *, carrier: str = "", after: Cursor | None = None) -> Page[Claimed]:
        """Messages that are UNKNOWN at `carrier`, by id, for its policy to decide; those behind `after`."""

    async def expire(self, limit: int, *, taking: Lease | None = None) -> list[Report]:
        """QUEUED past TIMEOUT_DT → DONE with 90, refunded; returns their reports.

        But not if the outcome was ever unknown, since 90 says that a message was not sent.
        """

    async def overdue(self, limit: int, *, sms_wait_ms: int, other_wait_ms: int) -> list[Claimed]:
        """SENT or UNKNOWN whose wait has ended, and QUEUED for the one carrier that may have had it (`requeue`), due
        for as long as its service's results are waited for: that carrier does not come back."""

    async def prune(self, age_ms: int, limit: int) -> int:
        """Remove up to `limit` messages that were settled longer ago than `age_ms` and are reported; how many went.

        Their fallbacks go with them, beyond the limit. What a charge's messages cost and had back is kept as a total,
        so that `audit` still proves the ledger. A message's key is known, and a late result finds it, for as long as
        its row is there: at least 7 days are advised.
        """

    async def wipe(self, age_ms: int, limit: int) -> int:
        """Remove text and numbers of up to `limit` such messages, keeping their rows; how many were wiped.

        The same message under the same key is still known. Another one under it is not refused any more: it is new.
        """

    async def sweep(self, limit: int) -> int:
        """Remove up to `limit` each of: results that no message came for in 7 days, packets whose digests are outside
        their account's window. How many results and digests went; 0 when there is nothing more."""

    # -- the clock, and copies that were put back
    async def mark(self, *, believed: bool = True) -> None:
        """Record what time it is, if it is `believed`, and how far the store has come, in the store and then beside it.

        A store that is put back later, or loses its tail, is found out by that at its next start. Cheap when nothing
        changed.
        """

    async def seen_ms(self) -> int | None:
        """The time of the latest `mark`, UTC epoch ms; None before the first."""

    async def doubt_clock(self, step_ms: int | None) -> None:
        """Write down that the machine's clock is doubted, and how far it is from what was expected; None: it is not."""

    async def clock_doubt(self) -> ClockDoubt | None:
        """The doubt that was written down last, of this start or an earlier one; None if the clock is believed."""

    async def move_time(self, old_ms: int, new_ms: int, *, mixed: bool) -> None:
        """The store's clock was set from `old_ms` to `new_ms`: what waits goes on waiting for as long as it would have.

        Deadlines and retries move with the time; what was due stays due; times that customers named stay as they are.
        With `mixed`, deadlines that have passed stay too: they may be of a time that was right.
        """

    async def backlog(self, limit: int) -> Backlog:
        """What waits, each kind counted up to `limit`. Holds up no message."""

    async def last_id(self) -> int:
        """The highest id that a message was ever given; 0 before the first."""

    async def rise_above(self, id: int) -> None:
        """Accept that a later life of this store is lost, in which ids up to `id` were given out: none of them is given
        again, and what is queued may have been sent in that life, as if a claim of it had died."""

    # -- search
    async def counts(self) -> dict[str, int]:
        """How many messages are in each state, by its name; `reported` counts all that ever were."""

    async def find(
        self, account: int, *, receiver: str = "", message_id: str = "", limit: int = 50
    ) -> list[MessageView]:
        """An account's messages, newest first. It may read many rows, beside the writer and not in its queue."""

    # -- accounts and money
    async def account(self, account_id: str) -> tuple[Account, str] | None:
        """An open account and its password hash, by login ID; None if there is none."""

    async def old_password(self, account: int) -> str | None:
        """The hash of the password that the account had before its last change, while that is good too."""

    async def accounts(self) -> list[Account]:
        """Every account, closed ones too."""

    async def balance(self, account: int) -> int:
        """The account's balance."""

    # -- what rules look up
    async def policy_versions(self) -> list[PolicyVersion]:
        """What has changed and how often, by account."""

    async def policy(self, account: int, *, with_opt_outs: bool) -> PolicyRows:
        """The account's lists, and its opt-outs when wanted; those that hold for all are `EVERYONE`'s.

        Read beside the writer, and without holding up the event loop for a million opt-outs.
        """

    # -- files
    async def add_file(self, account: int, name: str, extension: str, size: int) -> None:
        """Record an uploaded file whose bytes (`size` of them) are in the blobs already; again, it is young again."""

    async def file(self, account: int, name: str) -> StoredFile | None:
        """The account's file of that name; nobody else's."""

    async def file_bytes(self, account: int) -> int:
        """The room that all the account's files take, in whole blocks (`StoredFile.room`). It reads every row of them,
        beside the writer."""

    async def unknown_files(self, names: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
        """Which of these, account and name, are no files of their accounts. Read beside the writer: one whose row is
        being added may be among them."""

    async def expired_files(self, age_ms: int, limit: int) -> list[StoredFile]:
        """Files that were stored (last) longer ago than `age_ms`, oldest first."""

    async def forget_file(self, file: StoredFile) -> bool:
        """Forget a file, unless it was stored again since `file` was read; whether it was forgotten. Its bytes go after
        that."""

    async def close(self) -> None:
        """Finish what was asked and close; the writer ends."""
