"""An agent's counters as metrics. Labels are names of tables, services, duties and codes, which are few."""

from collections.abc import Iterator
from typing import Final

from samlink.agent.watch.counters import Counted
from samlink.agent.watch.health import health_of
from samlink.agent.watch.overview import COUNT_LIMIT, COUNT_SECONDS, STATES
from samlink.watch import exposition
from samlink.watch.exposition import Family, Samples

_PREFIX: Final = "samlink_agent_"
_OF_TABLES: Final = {
    "claimed": "Rows that were claimed.",
    "sent": "Rows that the gateway took.",
    "released": "Rows that could not be sent and wait again.",
    "unanswered": "Rows that were written to an idempotent gateway without an answer; sent again with the same keys.",
    "unknown": "Rows that may have been taken by a gateway that may not be idempotent; not sent again.",
    "moved": "Finished rows that moved to the log of their month.",
    "late": "Rows that moved without a result, which did not come in time.",
}
"""Counters of `TableCounts`, by attribute."""


def metrics_of(counted: Counted) -> Iterator[Family]:
    """The metrics of one moment."""
    yield _gauge("info", "The version that runs.", ("version",), [((counted.version,), 1)])
    yield _gauge("start_time_seconds", "When it started, UTC epoch seconds.", (), [((), counted.started)])
    yield _gauge("healthy", "1 while /health answers 200.", (), [((), health_of(counted).ok)])
    yield from _tables(counted)
    yield _gauge(
        "rows",
        f"Rows in the tables, at most {COUNT_LIMIT} of each state; counted every {COUNT_SECONDS:g} s.",
        ("table", "state"),
        (((view.table, state), getattr(view, state) or 0) for view in counted.rows for state in STATES),
    )
    yield _counter(
        "results",
        "Results that were written into rows, by the manual's code.",
        ("code",),
        (((str(code),), count) for code, count in counted.results.items()),
    )
    yield _counter(
        "results_of_no_row",
        "Results with keys that are not known here, perhaps those of another agent's tables.",
        (),
        [((), counted.results_of_no_row)],
    )
    yield _gauge(
        "connections",
        "Connections that are logged in at the gateway.",
        ("service", "duty"),
        (((place.service, place.duty), place.up) for place in counted.connections),
    )
    failing = {part: sum(error.part == part for error in counted.waiting) for part in ("database", "gateway")}
    yield _gauge(
        "failing",
        "Things that fail now and are retried.",
        ("part",),
        (((part,), count) for part, count in failing.items()),
    )


def _tables(counted: Counted) -> Iterator[Family]:
    tables = counted.tables
    for name, what in _OF_TABLES.items():
        values = (((table,), getattr(counts, name)) for table, counts in tables.items())
        yield _counter(f"rows_{name}", what, ("table",), values)
    yield _counter(
        "rows_refused",
        "Rows that got one of the agent's own codes, 73 to 79.",
        ("table", "code"),
        (((t, str(code)), count) for t, counts in tables.items() for code, count in counts.refused.items()),
    )
    yield _gauge(
        "table_reached_time_seconds",
        "When the database last answered for the table, UTC epoch seconds; 0: not yet.",
        ("table",),
        (((table,), counts.reached) for table, counts in tables.items()),
    )


def _counter(name: str, what: str, labels: tuple[str, ...], values: Samples) -> Family:
    return exposition.counter(_PREFIX + name, what, labels, values)


def _gauge(name: str, what: str, labels: tuple[str, ...], values: Samples) -> Family:
    return exposition.gauge(_PREFIX + name, what, labels, values)
