"""What the gateway asks of a carrier, and what a carrier promises.

Batches go in through `submit`, results come out through `results`. Exactly one of four things is known of a message
after `submit`: taken (TAKEN), refused for good (REFUSED, a result), not taken (LATER), or unknown (`SubmitLostError`).
A result may come before the answer to its submit, three days late, or twice; it is given at least once, and again, in
the same run and after a restart, until it is acknowledged.

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
from samlink.vocabulary.language import Phrase
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
    """The carrier's own name for it, if its results do not repeat our id."""
    result: int = 0
    carrier_code: str = ""


class CarrierResult(msgspec.Struct, gc=False):
    """A delivery result. It names its message by our `id`, or (id 0) by the carrier's `reference`.

    The receiver of one does not change it: a carrier may hand out the object that it keeps.
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


class CarrierSettingsError(CarrierError):
    """The carrier cannot be made as the settings say: its kind, or an option of it."""


class CarrierOptionError(Problem, ValueError):
    """An option of a carrier makes no sense; the sentence names it."""


class SubmitLostError(Exception):
    """The carrier's answer never came. `answers` has the ones that did; every other message of the batch is unknown."""

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
    """The carrier's own place on the disk; the carrier makes it when it needs one."""
    now_ms: Callable[[], int]
    """The gateway's clock, UTC epoch ms."""
    read_file: ReadFile


class Carrier(Protocol):
    """One carrier. Methods are called from one event loop; `submit` may be called again before it has returned.

    No method promises to yield to the loop if it can return at once. A method that raises anything but the errors it
    names puts the carrier down (`submit`: makes its batch unknown), and no other carrier.
    """

    name: str
    idempotent: bool
    """It recognises a message id it has had and sends nothing twice, so an unknown outcome may be submitted again."""
    batch_limit: int
    """Most messages of one `submit`."""

    def describe(self) -> Phrase | str:
        """One line for people: the kind of carrier, and its settings. No passwords."""

    async def start(self) -> None:
        """Connect, or open its files, in at most 30 s. Raises CarrierError: it is tried again, after `stop`."""

    async def submit(self, messages: Sequence[Claimed]) -> Sequence[Answer]:
        """Hand over a batch, each message once; one answer each, in the batch's order.

        It waits while the carrier has no room: backpressure, which slows down the routes of this carrier and no others.
        `results` and `acknowledge` are called meanwhile. If the caller is cancelled, the whole batch is unknown. A
        stopped carrier answers LATER.

        Raises:
            SubmitLostError: the answer is lost.
            ValueError: a batch over `batch_limit`, or a message twice in it.
        """

    async def results(self, limit: int) -> Sequence[CarrierResult]:
        """Wait for results: at least one, at most `limit` (1 or more). An empty answer means that the carrier has
        ended; it is then started again."""

    def acknowledge(self, results: Sequence[CarrierResult]) -> None:
        """These results are durable with us; the carrier may forget them. Results that it does not know are ignored."""

    async def stop(self) -> None:
        """Take no more, and close. Results that were not acknowledged come again after the next start. Idempotent."""


@runtime_checkable
class RemembersIds(Protocol):
    """A carrier that can tell when a store is older than the messages that the carrier has had of it."""

    @property
    def highest_id(self) -> int:
        """The highest message id that it has had, 0 if none; known once it has started."""
