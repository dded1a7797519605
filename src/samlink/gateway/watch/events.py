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

    name = "draining"
    level = logging.INFO


class DrainCutShort(Event, frozen=True):
    """What was taken could not all be answered; nothing that was acknowledged is lost."""

    name = "drain_cut_short"
    level = logging.WARNING
    reason: str


class AnswersAbandoned(Event, frozen=True):
    """A carrier did not answer before the end: what it has is unknown at the next start."""

    name = "answers_abandoned"
    level = logging.WARNING
    reason: str


class PartFailed(Event, frozen=True):
    """A fault of ours; the log has the traceback."""

    name = "part_failed"
    level = logging.ERROR
    part: str
    error: BaseException


class StoreFailing(Event, frozen=True):
    """The store could not do it (a full disk); it is tried again until it can."""

    name = "store_failing"
    level = logging.WARNING
    doing: str
    reason: str


class FewerConnections(Event, frozen=True):
    """The limit of open files allows fewer connections than `limits.connections`."""

    name = "fewer_connections"
    level = logging.WARNING
    connections: int


class AcceptPaused(Event, frozen=True):
    """No connection can be accepted for a moment: files or memory are short."""

    name = "accept_paused"
    level = logging.WARNING
    reason: str


class ReadAgain(Event, frozen=True):
    """SIGHUP came."""

    name = "read_again"
    level = logging.INFO
    what: str


class CertificateRenewed(Event, frozen=True):
    """New handshakes use another certificate."""

    name = "certificate_renewed"
    level = logging.INFO
    file: str


class CertificateNotRenewed(Event, frozen=True):
    """The files have changed and cannot be used: the old certificate stays."""

    name = "certificate_not_renewed"
    level = logging.ERROR
    reason: str


class CertificateEnds(Event, frozen=True):
    """The certificate ends soon, or has ended (`days` below 0). Told once a day."""

    name = "certificate_ends"
    level = logging.WARNING
    file: str
    days: float


class PrivateKeyReadable(Event, frozen=True):
    """Others than the owner can read the private key."""

    name = "private_key_readable"
    level = logging.WARNING
    file: str
    mode: str


class ClockDoubted(Event, frozen=True):
    """The machine's clock has jumped, or is not what the store expects: nothing is given up or removed."""

    name = "clock_doubted"
    level = logging.ERROR
    cause: str
    """`ahead`: far ahead of when the store was last seen; `behind`: before it; `stepped`: it jumped while this runs."""
    step_seconds: int
    to_believe_it: str = "samlink clock confirm"


class ClockBelieved(Event, frozen=True):
    """The doubt is over."""

    name = "clock_believed"
    level = logging.WARNING


class TimeSet(Event, frozen=True):
    """The gateway goes by another time; what waits goes on waiting."""

    name = "time_set"
    level = logging.WARNING
    step_seconds: int


class UnknownRuleModes(Event, frozen=True):
    """An account has modes of rules that do not exist; the rules' defaults hold."""

    name = "unknown_rule_modes"
    level = logging.ERROR
    account: str
    rules: tuple[str, ...]


class PictureTooCostly(Event, frozen=True):
    """A picture took too long or too much memory to decode, and was refused."""

    name = "picture_too_costly"
    level = logging.WARNING
    account: int
    bytes: int


class FilesRemoved(Event, frozen=True):
    """Files that a crash left without a row were removed."""

    name = "files_without_row_removed"
    level = logging.WARNING
    files: int


# -- messages on their way


class MessagesClaimed(Event, frozen=True):
    """A batch was claimed for a carrier."""

    name = "messages_claimed"
    carrier: str
    messages: int


class BatchAnswered(Event, frozen=True):
    """A carrier answered a submit, or did not."""

    name = "batch_answered"
    carrier: str
    taken: int
    refused: int
    later: int
    """Not taken now; they are tried again."""
    seconds: float


class AnswersLost(Event, frozen=True):
    """Whether the carrier has these messages is unknown."""

    name = "answers_lost"
    level = logging.WARNING
    carrier: str
    messages: int


class CarrierFailed(Event, frozen=True):
    """A carrier's own fault in a submit; the log has the traceback."""

    name = "carrier_failed"
    level = logging.ERROR
    carrier: str
    error: BaseException


class CarrierUp(Event, frozen=True):
    """A carrier has started, perhaps again."""

    name = "carrier_up"
    level = logging.INFO
    carrier: str


class CarrierDown(Event, frozen=True):
    """A carrier has not started, or has ended: its messages wait, and it is started again."""

    name = "carrier_down"
    level = logging.ERROR
    carrier: str
    reason: str


class ResultsSettled(Event, frozen=True):
    """Messages have their result: how many of each code."""

    name = "results_settled"
    codes: Mapping[int, int]


class MessagesUnknown(Event, frozen=True):
    """The outcome of messages at the carrier is unknown."""

    name = "messages_unknown"
    level = logging.WARNING
    messages: int
    why: str
    """`start`: a gateway ended in between; `lease`: the submit did not end within its lease."""


class MessagesResent(Event, frozen=True):
    """Unknown messages go again to a carrier that is idempotent."""

    name = "messages_resent"
    level = logging.INFO
    carrier: str
    messages: int


class ResultsOverdue(Event, frozen=True):
    """No result came in time: these are settled with 11."""

    name = "results_overdue"
    level = logging.WARNING
    messages: int


class MessagesExpired(Event, frozen=True):
    """TIMEOUT_DT passed in the queue: these are settled with 90."""

    name = "messages_expired"
    messages: int


class BacklogCounted(Event, frozen=True):
    """What waits was counted; each number is bounded."""

    name = "backlog_counted"
    due: int
    oldest_due_at_ms: int | None
    in_flight: int
    unreported: int


# -- customers


class LoggedIn(PeerEvent, frozen=True):
    """A customer is let in."""

    name = "logged_in"
    level = logging.INFO
    service: Service
    duty: Duty
    version: str
    tls: bool


class ConnectionEnded(PeerEvent, frozen=True):
    """A customer's connection has ended."""

    name = "connection_ended"
    level = logging.INFO
    service: Service
    duty: Duty
    reason: str


class ConnectionDropped(PeerEvent, frozen=True):
    """The account no longer allows the connection, which is drained."""

    name = "connection_dropped"
    level = logging.INFO
    reason: str


class MessagesAccepted(PeerEvent, frozen=True):
    """A packet of messages is durable."""

    name = "messages_accepted"
    service: Service
    messages: int
    """The new ones."""
    refused: Mapping[int, int]
    """By code: how many were settled at once, for a rule or a limit."""


class PacketRefused(PeerEvent, frozen=True):
    """A request was refused."""

    name = "packet_refused"
    level = logging.INFO
    response: str
    """RESP_CODE."""
    reason: str


class PacketNotStored(PeerEvent, frozen=True):
    """The store could not keep what came; it was refused, and nothing of it is kept."""

    name = "packet_not_stored"
    level = logging.ERROR
    reason: str


class PacketPutOff(PeerEvent, frozen=True):
    """A named limit of the store is reached: the customer is told to try again."""

    name = "packet_put_off"
    level = logging.WARNING
    reason: str


class TooManyRefused(PeerEvent, frozen=True):
    """So many packets in a row were refused for faults of their own that the connection is closed."""

    name = "too_many_packets_refused"
    level = logging.WARNING
    packets: int


class RulesWarned(PeerEvent, frozen=True):
    """Rules and limits that are on `warn` would have refused messages."""

    name = "rules_would_have_refused"
    level = logging.INFO
    rules: Mapping[str, int]
    codes: Mapping[int, int]


class TextsInUtf8(PeerEvent, frozen=True):
    """Texts were read as UTF-8, which the account's `charset` allows."""

    name = "texts_read_as_utf8"
    level = logging.INFO
    messages: int


class ResultsAskedAgain(PeerEvent, frozen=True):
    """Messages came again whose results are known: these go out once more."""

    name = "results_asked_again"
    level = logging.INFO
    messages: int


class ListsNotRead(PeerEvent, frozen=True):
    """The account's lists could not be read at its login; the last ones hold."""

    name = "lists_not_read"
    level = logging.WARNING
    reason: str


class ResultsDelivered(PeerEvent, frozen=True):
    """The customer has acknowledged results."""

    name = "results_delivered"
    results: int


class ResultsUnacknowledged(PeerEvent, frozen=True):
    """The customer's acknowledgement left results out; they go out again."""

    name = "results_not_acknowledged"
    level = logging.INFO
    results: int


class AcknowledgementLate(PeerEvent, frozen=True):
    """No acknowledgement came in time; the connection is closed, and the results go to another one."""

    name = "acknowledgement_too_late"
    level = logging.WARNING
    seconds: float


class ResultsRedelivered(PeerEvent, frozen=True):
    """The same results go out again and again: the customer acknowledges nothing."""

    name = "results_redelivered_often"
    level = logging.WARNING
    times: int
    results: int


class ResultsNotWritten(PeerEvent, frozen=True):
    """Results cannot be written as the protocol wants them."""

    name = "results_not_written"
    level = logging.ERROR
    reason: str


# -- strangers


class ConnectionRefused(PeerEvent, frozen=True):
    """A connection was closed before its login."""

    name = "connection_refused"
    level = logging.INFO
    reason: str


class ConnectionLimited(PeerEvent, frozen=True):
    """A connection was closed for a named limit."""

    name = "connection_limited"
    level = logging.WARNING
    reason: str


class ProxyRefused(PeerEvent, frozen=True):
    """A connection of a trusted proxy was closed, for its PROXY header."""

    name = "proxy_refused"
    level = logging.WARNING
    reason: str


class NoTls(PeerEvent, frozen=True):
    """A TLS handshake failed."""

    name = "no_tls"
    level = logging.INFO
    reason: str


class NoLogin(PeerEvent, frozen=True):
    """A connection ended before it sent a login."""

    name = "no_login"
    level = logging.INFO
    reason: str


class LoginRefused(PeerEvent, frozen=True):
    """A login was refused; the peer hears less than this."""

    name = "login_refused"
    level = logging.WARNING
    account: str
    """As it was tried."""
    response: str
    reason: str
