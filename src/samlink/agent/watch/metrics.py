"""An agent's counters as a table of metrics. Labels are names of tables, services, duties and codes, which are few."""

from collections.abc import Callable, Iterator
from typing import Final

from samlink.agent.watch.counters import Counted
from samlink.agent.watch.health import health_of
from samlink.agent.watch.overview import COUNT_LIMIT, COUNT_SECONDS, STATES
from samlink.watch.exposition import Family, Metric, families

PREFIX: Final = "samlink_agent_"
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


def _of_tables(name: str) -> Callable[[Counted], dict[str, float]]:
    return lambda counted: {table: getattr(counts, name) for table, counts in counted.tables.items()}


def _refused(counted: Counted) -> dict[tuple[str, int], float]:
    return {(table, code): n for table, counts in counted.tables.items() for code, n in counts.refused.items()}


def _failing(counted: Counted) -> dict[str, float]:
    return {part: sum(error.part == part for error in counted.waiting) for part in ("database", "gateway")}


METRICS: Final = (
    Metric("info", "gauge", "The version that runs.", ("version",), lambda c: {c.version: 1}),
    Metric("start_time_seconds", "gauge", "When it started, UTC epoch seconds.", (), lambda c: c.started),
    Metric("healthy", "gauge", "1 while /health answers 200.", (), lambda c: health_of(c).ok),
    *(Metric(f"rows_{name}", "counter", told, ("table",), _of_tables(name)) for name, told in _OF_TABLES.items()),
    Metric("rows_refused", "counter", "Rows that got the agent's own codes, 73 to 79.", ("table", "code"), _refused),
    Metric(
        "table_reached_time_seconds",
        "gauge",
        "When the database last answered for the table, UTC epoch seconds; 0: not yet.",
        ("table",),
        _of_tables("reached"),
    ),
    Metric(
        "rows",
        "gauge",
        f"Rows in the tables, at most {COUNT_LIMIT} of each state; counted every {COUNT_SECONDS:g} s.",
        ("table", "state"),
        lambda c: {(view.table, state): getattr(view, state) or 0 for view in c.rows for state in STATES},
    ),
    Metric("results", "counter", "Results that were written into rows, by code.", ("code",), lambda c: c.results),
    Metric("results_of_no_row", "counter", "Results with keys not known here.", (), lambda c: c.results_of_no_row),
    Metric(
        "connections",
        "gauge",
        "Connections that are logged in at the gateway.",
        ("service", "duty"),
        lambda c: {(place.service, place.duty): place.up for place in c.connections},
    ),
    Metric("failing", "gauge", "Things that fail now and are retried.", ("part",), _failing),
)


def metrics_of(counted: Counted) -> Iterator[Family]:
    """The metrics of one moment."""
    return families(METRICS, PREFIX, counted)
