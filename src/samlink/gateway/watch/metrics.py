"""What a gateway has counted, as a table of metrics. Labels are services, duties, codes and carriers: few.

docs/operating.md says which of them to alert on, and from which value.
"""

from collections.abc import Iterator
from typing import Final

from samlink.gateway.watch.counters import BACKLOG_LIMIT, Counters
from samlink.gateway.watch.health import health_of, oldest_due_seconds
from samlink.watch.exposition import Family, Metric, families

PREFIX: Final = "samlink_gateway_"

METRICS: Final = (
    Metric("info", "gauge", "The version that runs.", ("version",), lambda c: {c.version: 1}),
    Metric("start_time_seconds", "gauge", "When it started, UTC epoch seconds.", (), lambda c: c.started),
    Metric("healthy", "gauge", "1 while /health answers 200.", (), lambda c: health_of(c).ok),
    Metric("connections", "gauge", "Connections that are logged in.", ("service", "duty"), lambda c: c.connections),
    Metric("logins", "counter", "Logins that were let in.", ("service", "duty"), lambda c: c.logins),
    Metric("logins_refused", "counter", "Logins refused, by RESP_CODE.", ("response",), lambda c: c.logins_refused),
    Metric("connections_limited", "counter", "Connections closed for a limit.", (), lambda c: c.connections_limited),
    Metric("messages_accepted", "counter", "New messages that were taken.", ("service",), lambda c: c.accepted),
    Metric("messages_refused", "counter", "Messages a rule or limit refused, by code.", ("code",), lambda c: c.refused),
    Metric("packets_refused", "counter", "Requests refused, by RESP_CODE.", ("response",), lambda c: c.packets_refused),
    Metric("packets_not_stored", "counter", "Requests the store could not keep.", (), lambda c: c.packets_not_stored),
    Metric("messages_claimed", "counter", "Messages claimed for a carrier.", ("carrier",), lambda c: c.claimed),
    Metric(
        "messages_answered",
        "counter",
        "Messages by the carrier's answer: taken, refused, later (tried again), lost (unknown).",
        ("carrier", "answer"),
        lambda c: c.answered,
    ),
    Metric("submits", "counter", "Batches that a carrier answered.", ("carrier",), lambda c: c.submits),
    Metric("submit_seconds", "counter", "Time of these answers, summed up.", ("carrier",), lambda c: c.submit_seconds),
    Metric("carrier_up", "gauge", "1 while the carrier is up.", ("carrier",), lambda c: c.carriers_up),
    Metric("carrier_faults", "counter", "Submits in which a carrier failed.", ("carrier",), lambda c: c.carrier_faults),
    Metric("messages_unknown", "counter", "Messages whose outcome became unknown.", ("why",), lambda c: c.unknown),
    Metric("messages_resent", "counter", "Unknown messages sent to the carrier again.", (), lambda c: c.resent),
    Metric("results", "counter", "Results of carriers, by the manual's code.", ("code",), lambda c: c.settled),
    Metric("results_overdue", "counter", "Messages that got 11: no result came in time.", (), lambda c: c.overdue),
    Metric("messages_expired", "counter", "Messages that got 90 in the queue.", (), lambda c: c.expired),
    Metric("results_delivered", "counter", "Results that customers acknowledged.", (), lambda c: c.delivered),
    Metric("results_unacknowledged", "counter", "Results that go out again.", (), lambda c: c.unacknowledged),
    Metric(
        "backlog",
        "gauge",
        f"Messages that wait, at most {BACKLOG_LIMIT} of each: due, in_flight (a result is awaited), unreported.",
        ("state",),
        lambda c: c.waiting,
    ),
    Metric("oldest_due_seconds", "gauge", "How long the oldest unclaimed message is due.", (), oldest_due_seconds),
    Metric("store_failures", "counter", "Requests to the store that failed.", ("doing",), lambda c: c.store_failures),
    Metric(
        "store_failing_seconds", "gauge", "How long the store has been failing.", (), lambda c: c.store_failing_seconds
    ),
    Metric("faults", "counter", "Faults of samlink's own; the log has the tracebacks.", ("part",), lambda c: c.faults),
    Metric("clock_doubted", "gauge", "1 while the machine's clock is not believed.", (), lambda c: c.clock_doubted),
    Metric("certificate_days", "gauge", "Days until the certificate ends.", (), lambda c: c.certificate_days()),
)


def metrics_of(counters: Counters) -> Iterator[Family]:
    """The metrics of one moment."""
    return families(METRICS, PREFIX, counters)
