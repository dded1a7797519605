"""A message and the states of its life.

A message's state is never stored: it is what the columns of its row say (`State`, and the CHECK constraints of the
store). All times are UTC in epoch milliseconds, all money is in 1/100 won.
"""

import enum
from typing import Final

import msgspec

from samlink.vocabulary.services import Service

EPOCH_IDS: Final = 1 << 20
"""Ids of one epoch. Each start of the store draws a fresh epoch at random, and its ids count on from
`epoch * EPOCH_IDS` (into the epochs behind it, if there are more): no id that a carrier has once seen means another
message."""


DEFAULT_ROUTE: Final = "default"
"""The route of a message for which no other was chosen."""


REASON_CHARACTERS: Final = 200
"""Of what `reason` says."""


def storable(text: str) -> str:
    """A text from outside without what no database takes: halves of surrogate pairs."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


class State(enum.StrEnum):
    """Where a message is in its life; the store's view `message_state` derives it from the columns.

    A message that a rule refuses starts in DONE. SENDING goes back to QUEUED only if the carrier said "not taken",
    UNKNOWN only by the policy of an idempotent carrier, REPORTED to DONE if its customer sends it again. The store's
    verbs decide.
    """

    QUEUED = "queued"
    """Accepted (commit point 1) and waiting for its time or for a carrier."""
    SENDING = "sending"
    """Claimed: a carrier may have it from this commit on."""
    UNKNOWN = "unknown"
    """Claimed, and the carrier's answer never came: it may or may not have it."""
    SENT = "sent"
    """The carrier said that it has it; the result is awaited."""
    DONE = "done"
    """Settled (commit point 2): the result is known, the report waits for the customer."""
    REPORTED = "reported"
    """The customer has acknowledged the result (commit point 3)."""


class NewMessage(msgspec.Struct, array_like=True, gc=False):
    """One message as intake hands it to the store, its fields in the order of the store's INSERT."""

    group_id: str
    message_id: str
    receiver: str
    service: int
    kind: int
    sender: str
    subject: str
    text: str
    url: str
    user_code: str
    files: str
    """Names of stored files, joined by a newline; empty for none."""
    due_at_ms: int
    expires_at_ms: int | None
    """TIMEOUT_DT: after it the message is not sent, and its result is 90."""
    price: int
    """1/100 won; charged at acceptance, 0 when refused."""
    result: int | None = None
    """The code of the rule that refused it, or None: it is queued."""
    reason: str = ""
    """The name of the rule that refused it; kept with the message."""
    digest: bytes | None = None
    """8 bytes of receiver and content when the account's duplicate rule is not off."""
    kakao: str = ""
    """What only a Kakao message has, as JSON: kind, ad, sender_key, template_code, attachment, alt_type, alt_subject,
    alt_text. Empty for every other."""
    utf8: bool = False
    """Its text was taken for UTF-8, which the account's `charset` allows."""
    route: str = DEFAULT_ROUTE
    """Where it waits for a carrier that serves this route (`samlink.core.routing`)."""


class Claimed(msgspec.Struct, array_like=True, gc=False):
    """One message that `claim` has moved to SENDING, with what a carrier needs."""

    id: int
    account: int
    kind: int
    sender: str
    receiver: str
    subject: str
    text: str
    url: str
    user_code: str
    files: str
    expires_at_ms: int | None
    attempts: int
    """How often it was claimed, this time included."""
    unknowns: int = 0
    """How often its outcome was unknown: if ever, nobody can say any more that it was not sent."""
    kakao: str = ""
    """See `NewMessage.kakao`."""
    service: int = Service.SMS
    parent: int | None = None
    """The Kakao message that this one, a fallback, stands in for."""


class Outcome(msgspec.Struct, array_like=True, gc=False):
    """A final result to settle. It names its message by `id`, or (id 0) by the carrier's own reference."""

    id: int
    result: int
    sent_at_ms: int
    """When the carrier sent it (SEND_DT)."""
    telecom: str
    """TELECOM, at most 7 bytes, opaque."""
    charged: bool
    """False gives the price back."""
    carrier: str = ""
    carrier_ref: str = ""
    carrier_code: str = ""
    """The carrier's own word for the result, kept beside ours."""


class Fallback(msgspec.Struct, array_like=True, gc=False):
    """A Kakao message that Kakao will certainly not deliver, and what is sent in its place."""

    outcome: Outcome
    """The Kakao message's own final result; it counts when the fallback cannot be sent."""
    message: NewMessage
    """The SMS or LMS. Its group and message ID do not matter: a fallback has a key of its own, that no wire can carry.
    With a `result` it is refused, and not sent."""


class Report(msgspec.Struct, array_like=True, gc=False):
    """A settled message's result on its way to the customer (1031, manual 3.B)."""

    id: int
    account: int
    service: int
    group_id: str
    message_id: str
    receiver: str
    sent_at_ms: int
    result: int
    telecom: str
