"""An agent's counters in Prometheus's format: a registry made for one scrape.

Labels are names of tables, services, duties and codes, which are few.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from prometheus_client import CollectorRegistry, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from samlink.agent.watch.counters import Counted
from samlink.agent.watch.health import health_of
from samlink.agent.watch.overview import COUNT_LIMIT, COUNT_SECONDS, STATES

CONTENT_TYPE: Final = CONTENT_TYPE_PLAIN_0_0_4
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

Values = Iterable[tuple[tuple[str, ...], float]]
"""Values of labels, and the number."""


def metrics_text(counted: Counted) -> bytes:
    """The metrics in Prometheus's text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Counted(counted))
    return generate_latest(registry)


class _Counted(Collector):
    """A collector of one moment."""

    def __init__(self, counted: Counted) -> None:
        self._counted = counted

    def collect(self) -> Iterator[Metric]:
        """The metrics."""
        counted = self._counted
        yield _gauge("info", "The version that runs.", ("version",), [((counted.version,), 1)])
        yield _gauge("start_time_seconds", "When it started, UTC epoch seconds.", (), [((), counted.started)])
        yield _gauge("healthy", "1 while /health answers 200.", (), [((), health_of(counted).ok)])
        yield from self._tables()
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
            "Things that fail now and are tried again.",
            ("part",),
            (((part,), count) for part, count in failing.items()),
        )

    def _tables(self) -> Iterator[Metric]:
        tables = self._counted.tables
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


def _counter(name: str, what: str, labels: tuple[str, ...], values: Values) -> Metric:
    return _filled(CounterMetricFamily(_PREFIX + name, what, labels=labels), values)


def _gauge(name: str, what: str, labels: tuple[str, ...], values: Values) -> Metric:
    return _filled(GaugeMetricFamily(_PREFIX + name, what, labels=labels), values)


def _filled(family: CounterMetricFamily | GaugeMetricFamily, values: Values) -> Metric:
    for labels, value in values:
        family.add_metric(labels, value)
    return family
