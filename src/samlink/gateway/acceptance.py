"""Messages that a customer hands in: judged, charged, stored, and answered as a value; then they wait for a carrier.

    who hands in (a SAM connection; an API) ──► Drafts ──► Acceptance.accept ──► Accepted | Conflict | Closed

It knows neither wire nor HTTP. What a value means to the customer (a RESP_CODE, a status) is for the one who asked.
"""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Final

import msgspec

from samlink.core.account import Account
from samlink.core.limits import DUPLICATE
from samlink.core.message import REASON_CHARACTERS, NewMessage, storable
from samlink.core.routing import Routing
from samlink.core.rules import Context, Judgement, judge
from samlink.gateway.caches.accounts import Accounts
from samlink.gateway.caches.policies import Policies
from samlink.gateway.dispatch.new_work import NewWork
from samlink.gateway.places import Places
from samlink.gateway.reports.mailbox import Mailboxes
from samlink.gateway.uploads.uploads import Uploads
from samlink.store.contract import KeyConflict, Store, StoreLostError
from samlink.vocabulary.kinds import Kind
from samlink.vocabulary.results import ResultCode
from samlink.vocabulary.rule_names import RuleName

UNREADABLE: Final = RuleName.UNREADABLE_FIELD
"""The reason of a message of which something cannot be read."""
FILES_SEPARATOR: Final = "\n"
DIGEST_BYTES: Final = 8
LONG_REQUEST_MESSAGES: Final = 500
"""So many take the store, and our own thread, as long as others should wait at once."""
LONG_REQUESTS: Final = 2
"""At once, of different accounts."""
_EMPTY_DIGEST: Final = hashlib.blake2b(digest_size=DIGEST_BYTES)


class Drafts(msgspec.Struct, gc=False):
    """Messages of one service as a customer handed them in together: all of them are taken, or none."""

    messages: list[NewMessage]
    """Without price, result, reason and digest; SENDER may be empty. `complete` fills these in."""
    files: Sequence[str] = ()
    """Names of stored files that all of them carry."""
    faults: Mapping[int, str] = {}
    """By place in `messages`: what of it cannot be read. It is refused (its result says so), the others are not."""
    in_utf8: int = 0
    """How many texts were read as UTF-8."""


class Accepted(msgspec.Struct, gc=False):
    """All are durable; each was queued, or settled with the result of the rule or limit that refused it."""

    new: int
    """How many were new; the others were known under the same key with the same content."""
    refused: dict[int, int]
    """Result code → how many were settled with it at once."""
    warnings: Mapping[str, int]
    """Rules that would have refused messages, had they not only warned, and how many."""
    warned: Mapping[int, int]
    """The same of limits, by result code."""
    reported_again: int
    """How many of the known ones had their result already: it is reported once more."""


class Conflict(msgspec.Struct, gc=False):
    """Nothing was taken: a key is in use by a different message."""

    group_id: str
    message_id: str


class Closed(msgspec.Struct, gc=False):
    """Nothing was taken: the account is closed."""


class Acceptance:
    """Takes messages of all accounts."""

    def __init__(
        self,
        store: Store,
        accounts: Accounts,
        policies: Policies,
        uploads: Uploads,
        *,
        mailboxes: Mailboxes,
        routing: Routing,
        new_work: NewWork,
        now_ms: Callable[[], int],
    ) -> None:
        """`new_work` is told after each commit; `now_ms` gives UTC epoch ms."""
        self._store = store
        self._accounts = accounts
        self._policies = policies
        self._uploads = uploads
        self._mailboxes = mailboxes
        self._routing = routing
        self._new_work = new_work
        self._now_ms = now_ms
        self._long_requests = Places(LONG_REQUESTS)
        self.lost: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        """Done with the reason when nobody knows any more what is on the disk: the gateway has to stop."""

    def account(self, number: int) -> Account | None:
        """The account as it is now; None if it is closed."""
        return self._accounts.get(number)

    async def prepare(self, account: int) -> None:
        """Read the account's lists again, so that its next messages are judged by fresh ones. Raises StoreError."""
        await self._policies.refresh(account)

    def turn(self, account: int, messages: int) -> AbstractAsyncContextManager[None]:
        """To be held while so many messages are read and accepted: accounts have long requests in rotation."""
        return nullcontext() if messages < LONG_REQUEST_MESSAGES else self._long_requests.place(account)

    async def accept(self, account: int, drafts: Drafts) -> Accepted | Conflict | Closed:
        """Judge and store messages, in one durable transaction (commit point 1).

        Raises:
            StoreError: nothing was taken.
            StoreLostError: nobody knows whether it was, and nothing must be answered; `lost` is done.
        """
        try:
            return await self._accept(account, drafts)
        except StoreLostError as error:
            self._is_lost(error)
            raise

    async def take_file(self, account: int, extension: str, content: bytes) -> str:
        """Make a file durable; the name by which messages carry it. Raises FileRefusedError, StoreError."""
        try:
            return await self._uploads.take(account, extension, content)
        except StoreLostError as error:
            self._is_lost(error)
            raise

    # -- inside

    async def _accept(self, account: int, drafts: Drafts) -> Accepted | Conflict | Closed:
        found = self._accounts.get(account)
        if found is None:
            return Closed()
        context = self._policies.context(found, self._now_ms())
        file_fault = await self._uploads.fault(account, drafts.files)
        warnings = complete(drafts, context, file_fault)
        messages = drafts.messages
        routes = self._routing.assign(messages, found)
        outcome = await self._store.accept(account, messages)
        if isinstance(outcome, KeyConflict):
            return Conflict(outcome.group_id, outcome.message_id)
        refused = Counter(message.result for message in messages if message.result is not None)
        self._new_work.tell(routes)
        if refused or outcome.unpaid or outcome.limited or outcome.reported_again:
            self._mailboxes.look(account, messages[0].service)
        refused.update(outcome.limited)
        if outcome.unpaid:
            refused[ResultCode.NO_BALANCE] += outcome.unpaid
        return Accepted(outcome.stored, refused, warnings, outcome.warned, outcome.reported_again)

    def _is_lost(self, error: StoreLostError) -> None:
        if not self.lost.done():
            self.lost.set_result(str(error))


def complete(drafts: Drafts, context: Context, file_fault: tuple[int, str] | None = None) -> Mapping[str, int]:
    """Judge each message and fill in what the store keeps of it; the rules that only warned, and how often.

    What a rule refuses gets its result and no price. `file_fault` is the result and the reason for which the files stop
    what no rule stops. SENDER is the account's own where the customer left it out.
    """
    account = context.account
    with_digest = account.rules.get(DUPLICATE.name, "off") != "off"
    files = FILES_SEPARATOR.join(drafts.files)
    faults = drafts.faults
    warnings: Counter[str] = Counter()
    for place, message in enumerate(drafts.messages):
        message.files = files
        if not message.sender:
            message.sender = account.default_sender
        # A message that cannot be read is refused before any rule is asked: nobody knows what it would have said.
        fault = faults.get(place) if faults else None
        result, reason, detail, warned = judge(message, context) if fault is None else _unreadable(fault)
        if result is None and file_fault is not None:
            message.result, message.reason = file_fault
        elif result is None:
            message.price = account.price(Kind(message.kind))
        else:
            message.result = result
            message.reason = storable(f"{reason}: {detail}" if detail else reason)[:REASON_CHARACTERS]
        if with_digest:
            message.digest = digest(message)
        if warned:
            warnings.update(warned)
    return warnings


def _unreadable(fault: str) -> Judgement:
    return Judgement(ResultCode.BAD_MESSAGE_FORMAT, UNREADABLE, fault)


def digest(message: NewMessage) -> bytes:
    """8 bytes that are the same for the same receiver and content, whatever the key and the times."""
    content = (
        f"{message.receiver}\0{message.kind}\0{message.subject}\0{message.text}\0{message.url}\0{message.files}\0"
        f"{message.kakao}"
    )
    made = _EMPTY_DIGEST.copy()  # in less time than a new one is set up
    made.update(content.encode("utf-8", "replace"))
    return made.digest()
