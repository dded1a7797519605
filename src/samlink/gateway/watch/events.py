"""What happens in a gateway, as a table of events with their fields; logs and counters subscribe.

    happens in the gateway ──► Events.tell ────┬─► Counters.hear   metrics, health
                                               └─► log_own         lines of the log
    a peer causes it ──► PeerLines.tell ──► Events.tell, and its line while there are few of its kind

An event holds no telephone number, text or password. What happens for each packet or batch is counted and not logged:
one event for a packet or batch, never for a message.
"""

import logging
from collections.abc import Mapping

from samlink.vocabulary.services import Duty, Service
from samlink.watch.events import Event, log_event


class PeerEvent(Event, frozen=True):
    """Base of what a peer can cause as often as it likes: `PeerLines` writes their lines, with the peer."""


def log_own(event: Event) -> None:
    """A line of the log for an event that no peer causes."""
    if not isinstance(event, PeerEvent):
        log_event(event)


# -- the gateway


class Draining(Event, frozen=True):
    """It was told to stop: nobody is let in any more, and what was taken is answered."""

    level = logging.INFO


class DrainCutShort(Event, frozen=True):
    """What was taken could not all be answered; nothing that was acknowledged is lost."""

    level = logging.WARNING
    reason: str


class AnswersAbandoned(Event, frozen=True):
    """A carrier did not answer before the end: what it has is unknown at the next start."""

    level = logging.WARNING
    reason: str


class PartFailed(Event, frozen=True):
    """A fault of ours; the log has the traceback."""

    level = logging.ERROR
    part: str
    error: BaseException


class StoreFailing(Event, frozen=True):
    """The store could not do it (a full disk); it is tried again until it can."""

    level = logging.WARNING
    doing: str
    reason: str


class FewerConnections(Event, frozen=True):
    """The limit of open files allows fewer connections than `limits.connections`."""

    level = logging.WARNING
    connections: int


class AcceptPaused(Event, frozen=True):
    """No connection can be accepted for a moment: files or memory are short."""

    level = logging.WARNING
    reason: str


class ReadAgain(Event, frozen=True):
    """SIGHUP came."""

    level = logging.INFO
    what: str


class CertificateRenewed(Event, frozen=True):
    """New handshakes use another certificate."""

    level = logging.INFO
    file: str


class CertificateNotRenewed(Event, frozen=True):
    """The files have changed and cannot be used: the old certificate stays."""

    level = logging.ERROR
    reason: str


class CertificateEnds(Event, frozen=True):
    """The certificate ends soon, or has ended (`days` below 0). Told once a day."""

    level = logging.WARNING
    file: str
    days: float


class PrivateKeyReadable(Event, frozen=True):
    """Others than the owner can read the private key."""

    level = logging.WARNING
    file: str
    mode: str


class ClockDoubted(Event, frozen=True):
    """The machine's clock has jumped, or is not what the store expects: nothing is given up or removed."""

    level = logging.ERROR
    cause: str
    """`ahead`: far ahead of when the store was last seen; `behind`: before it; `stepped`: it jumped while this runs."""
    step_seconds: int
    to_believe_it: str = "samlink clock confirm"


class ClockBelieved(Event, frozen=True):
    """The doubt is over."""

    level = logging.WARNING


class TimeSet(Event, frozen=True):
    """The gateway goes by another time; what waits goes on waiting."""

    level = logging.WARNING
    step_seconds: int


class UnknownRuleModes(Event, frozen=True):
    """An account has modes of rules that do not exist; the rules' defaults hold."""

    level = logging.ERROR
    account: str
    rules: tuple[str, ...]


class PictureTooCostly(Event, frozen=True):
    """A picture took too long or too much memory to decode, and was refused."""

    level = logging.WARNING
    account: int
    bytes: int


class FilesWithoutRowRemoved(Event, frozen=True):
    """Files that a crash left without a row were removed."""

    level = logging.WARNING
    files: int


# -- messages on their way


class MessagesClaimed(Event, frozen=True):
    """A batch was claimed for a carrier."""

    carrier: str
    messages: int


class BatchAnswered(Event, frozen=True):
    """A carrier answered a submit, or did not."""

    carrier: str
    taken: int
    refused: int
    later: int
    """Not taken now; they are tried again."""
    seconds: float


class AnswersLost(Event, frozen=True):
    """Whether the carrier has these messages is unknown."""

    level = logging.WARNING
    carrier: str
    messages: int


class CarrierFailed(Event, frozen=True):
    """A carrier's own fault in a submit; the log has the traceback."""

    level = logging.ERROR
    carrier: str
    error: BaseException


class CarrierUp(Event, frozen=True):
    """A carrier has started, perhaps again."""

    level = logging.INFO
    carrier: str


class CarrierDown(Event, frozen=True):
    """A carrier has not started, or has ended: its messages wait, and it is started again."""

    level = logging.ERROR
    carrier: str
    reason: str


class ResultsSettled(Event, frozen=True):
    """Messages have their result: how many of each code."""

    codes: Mapping[int, int]


class MessagesUnknown(Event, frozen=True):
    """The outcome of messages at the carrier is unknown."""

    level = logging.WARNING
    messages: int
    why: str
    """`start`: a gateway ended in between; `lease`: the submit did not end within its lease."""


class MessagesResent(Event, frozen=True):
    """Unknown messages go again to a carrier that is idempotent."""

    level = logging.INFO
    carrier: str
    messages: int


class ResultsOverdue(Event, frozen=True):
    """No result came in time: these are settled with 11."""

    level = logging.WARNING
    messages: int


class MessagesExpired(Event, frozen=True):
    """TIMEOUT_DT passed in the queue: these are settled with 90."""

    messages: int


class BacklogCounted(Event, frozen=True):
    """What waits was counted; each number is bounded."""

    due: int
    oldest_due_at_ms: int | None
    in_flight: int
    unreported: int


# -- customers


class LoggedIn(PeerEvent, frozen=True):
    """A customer is let in."""

    level = logging.INFO
    service: Service
    duty: Duty
    version: str
    tls: bool


class ConnectionEnded(PeerEvent, frozen=True):
    """A customer's connection has ended."""

    level = logging.INFO
    service: Service
    duty: Duty
    reason: str


class ConnectionDropped(PeerEvent, frozen=True):
    """The account no longer allows the connection, which is drained."""

    level = logging.INFO
    reason: str


class MessagesAccepted(PeerEvent, frozen=True):
    """A packet of messages is durable."""

    service: Service
    messages: int
    """The new ones."""
    refused: Mapping[int, int]
    """By code: how many were settled at once, for a rule or a limit."""


class PacketRefused(PeerEvent, frozen=True):
    """A request was refused."""

    level = logging.INFO
    response: str
    """RESP_CODE."""
    reason: str


class PacketNotStored(PeerEvent, frozen=True):
    """The store could not keep what came; it was refused, and nothing of it is kept."""

    level = logging.ERROR
    reason: str


class PacketPutOff(PeerEvent, frozen=True):
    """A named limit of the store is reached: the customer is told to try again."""

    level = logging.WARNING
    reason: str


class TooManyPacketsRefused(PeerEvent, frozen=True):
    """So many packets in a row were refused for faults of their own that the connection is closed."""

    level = logging.WARNING
    packets: int


class RulesWouldHaveRefused(PeerEvent, frozen=True):
    """Rules and limits that are on `warn` would have refused messages."""

    level = logging.INFO
    rules: Mapping[str, int]
    codes: Mapping[int, int]


class TextsReadAsUtf8(PeerEvent, frozen=True):
    """Texts were read as UTF-8, which the account's `charset` allows."""

    level = logging.INFO
    messages: int


class ResultsAskedAgain(PeerEvent, frozen=True):
    """Messages came again whose results are known: these go out once more."""

    level = logging.INFO
    messages: int


class ListsNotRead(PeerEvent, frozen=True):
    """The account's lists could not be read at its login; the last ones hold."""

    level = logging.WARNING
    reason: str


class ResultsDelivered(PeerEvent, frozen=True):
    """The customer has acknowledged results."""

    results: int


class ResultsNotAcknowledged(PeerEvent, frozen=True):
    """The customer's acknowledgement left results out; they go out again."""

    level = logging.INFO
    results: int


class AcknowledgementTooLate(PeerEvent, frozen=True):
    """No acknowledgement came in time; the connection is closed, and the results go to another one."""

    level = logging.WARNING
    seconds: float


class ResultsRedeliveredOften(PeerEvent, frozen=True):
    """The same results go out again and again: the customer acknowledges nothing."""

    level = logging.WARNING
    times: int
    results: int


class ResultsNotWritten(PeerEvent, frozen=True):
    """Results cannot be written as the protocol wants them."""

    level = logging.ERROR
    reason: str


# -- strangers


class ConnectionRefused(PeerEvent, frozen=True):
    """A connection was closed before its login."""

    level = logging.INFO
    reason: str


class ConnectionLimited(PeerEvent, frozen=True):
    """A connection was closed for a named limit."""

    level = logging.WARNING
    reason: str


class ProxyRefused(PeerEvent, frozen=True):
    """A connection of a trusted proxy was closed, for its PROXY header."""

    level = logging.WARNING
    reason: str


class NoTls(PeerEvent, frozen=True):
    """A TLS handshake failed."""

    level = logging.INFO
    reason: str


class NoLogin(PeerEvent, frozen=True):
    """A connection ended before it sent a login."""

    level = logging.INFO
    reason: str


class LoginRefused(PeerEvent, frozen=True):
    """A login was refused; the peer hears less than this."""

    level = logging.WARNING
    account: str
    """As it was tried."""
    response: str
    reason: str
