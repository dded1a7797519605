"""What the gateway asks of a carrier, and what a carrier promises.

Batches go in through `submit`, results come out through `results`. Exactly one of four things is known of a message
after `submit`: taken (TAKEN), refused for good (REFUSED, a result), not taken (LATER), or unknown (`SubmitLostError`).
A result may come before the answer to its submit, three days late, or twice; it is repeated, also after a restart and
in the same run, until `acknowledge`.

A message's id is the store's, up to 2**63-1, and its name for life: a message of unknown outcome is submitted again
under the id that it was submitted with first, and no other message ever has that id, whatever becomes of the store:
each start begins a fresh random epoch (`samlink.core.message.EPOCH_IDS`). So ids grow, but with wide gaps.
"""

import enum
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol, runtime_checkable

import msgspec

from samlink.core.message import Claimed
from samlink.vocabulary.problem import Problem


class Verdict(enum.IntEnum):
    """The carrier's answer for one message."""

    TAKEN = 1
    REFUSED = 2
    """Final: `result` says why. No result follows."""
    LATER = 3
    """Not taken; `result` is one of 95 to 99, and the message may be submitted again."""


class Answer(msgspec.Struct, gc=False):
    """The carrier's answer for the message `id`."""

    id: int
    verdict: Verdict
    reference: str = ""
    """The carrier's own name for it, when its results do not repeat our id."""
    result: int = 0
    carrier_code: str = ""


class CarrierResult(msgspec.Struct, gc=False):
    """A delivery result. It names its message by our `id`, or (id 0) by the carrier's `reference`.

    Who is handed one does not change it: a carrier may hand out the object it keeps.
    """

    id: int
    reference: str
    result: int
    """A final result code (manual 3.C)."""
    sent_at_ms: int
    """When the carrier sent it, UTC epoch ms."""
    telecom: str
    carrier_code: str = ""


class CarrierError(Problem):
    """The carrier cannot be made, cannot start, or cannot go on."""


class CarrierOptionError(Problem, ValueError):
    """An option of a carrier makes no sense; the sentence names it."""


class SubmitLostError(Exception):
    """The carrier's answer never came. `answers` are those that did; every other message of the batch is unknown."""

    def __init__(self, answers: Sequence[Answer]) -> None:
        super().__init__(f"the carrier's answer was lost after {len(answers)} messages")
        self.answers = answers


ReadFile = Callable[[int, str], Awaitable[bytes]]
"""The bytes of an account's uploaded file, by the account's number and one of the names in `Claimed.files`. Raises
StoreError: there is no such file (any more)."""


class CarrierContext(NamedTuple):
    """What a carrier is made with, beside its options."""

    name: str
    """Unique in the gateway, and the carrier's for life: messages are known by it."""
    directory: Path
    """For what the carrier keeps on the disk; nobody else's, and not there before the carrier makes it."""
    now_ms: Callable[[], int]
    """The gateway's clock, UTC epoch ms."""
    read_file: ReadFile


class Carrier(Protocol):
    """One carrier. Methods are called from one event loop; `submit` may be called again before it has returned.

    No method promises to give up the loop when it has something to return at once.
    """

    name: str
    idempotent: bool
    """It recognises a message id it has had and sends nothing twice, so an unknown outcome may be submitted again."""
    batch_limit: int
    """Most messages of one `submit`."""

    def describe(self) -> str:
        """One line for people: what it is, and what is set. No passwords."""

    async def start(self) -> None:
        """Connect, or open what it needs. Raises CarrierError."""

    async def submit(self, messages: Sequence[Claimed]) -> Sequence[Answer]:
        """Hand over a batch, each message once; one answer each, in the batch's order.

        It waits as long as the carrier has no room: that is how a carrier slows the gateway down. Somebody must go on
        calling `results` and `acknowledge` meanwhile. Raises SubmitLostError when the answer is lost; when the caller
        is cancelled the whole batch is unknown. A carrier that is stopped answers LATER. Raises ValueError for a batch
        over `batch_limit` or a message twice in it.
        """

    async def results(self, limit: int) -> Sequence[CarrierResult]:
        """Wait for results: at least one, at most `limit` (1 or more). None only when the carrier is stopped."""

    def acknowledge(self, results: Sequence[CarrierResult]) -> None:
        """These results are durable with us; the carrier may forget them. Results it does not know are passed over."""

    async def stop(self) -> None:
        """Take no more, close; results not acknowledged come again after the next start. Twice does nothing."""


@runtime_checkable
class RemembersIds(Protocol):
    """What a carrier may offer beside: it can tell that a store which it has had messages of was put back."""

    @property
    def highest_id(self) -> int:
        """The highest message id that it knows, 0 for none; once it has started."""
