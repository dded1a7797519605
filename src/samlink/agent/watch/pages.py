"""The pages of the agent's monitor port.

/health    200, or 503 when a part does not work: {"ok": false, "why": "...", "parts": {"database": {...}, ...}}
/metrics   Prometheus's text
/status    all counters as JSON (`samlink.agent.watch.counters.Counted`), with the health
"""

from http import HTTPStatus

import msgspec

from samlink.agent.watch.counters import AgentCounters, Counted
from samlink.agent.watch.health import AgentHealth, health_of
from samlink.agent.watch.metrics import metrics_of
from samlink.watch.exposition import CONTENT_TYPE, metrics_text
from samlink.watch.monitor import Page, Pages, json_page


class Status(msgspec.Struct, frozen=True):
    """The answer of `/status`."""

    counted: Counted
    health: AgentHealth


def pages_of(counters: AgentCounters) -> Pages:
    """The pages that show an agent's counters."""

    def health() -> Page:
        found = health_of(counters.read())
        return json_page(found, HTTPStatus.OK if found.ok else HTTPStatus.SERVICE_UNAVAILABLE)

    def metrics() -> Page:
        return Page(metrics_text(metrics_of(counters.read())), CONTENT_TYPE)

    def status() -> Page:
        counted = counters.read()
        return json_page(Status(counted, health_of(counted)))

    return {"/health": health, "/metrics": metrics, "/status": status}
