"""What a gateway does for those who watch it: the monitor's port, and what waits counted for it now and then.

/health    200, or 503 when the gateway does not work: {"ok": false, "why": "...", "parts": {...}}
/metrics   Prometheus's text
"""

import asyncio
from http import HTTPStatus
from typing import Final

from samlink.gateway.watch.counters import BACKLOG_LIMIT, Counters
from samlink.gateway.watch.events import BacklogCounted, StoreFailing
from samlink.gateway.watch.health import health_of
from samlink.gateway.watch.metrics import metrics_of
from samlink.store.contract import Store, StoreError, StoreLostError
from samlink.watch.events import Events
from samlink.watch.exposition import CONTENT_TYPE, metrics_text
from samlink.watch.monitor import Monitor, Page, json_page
from samlink.watch.settings import Monitoring

COUNT_SECONDS: Final = 10.0
"""How often what waits is counted."""


class Watcher:
    """The monitor's port of one gateway, if it is to have one, and the counting of what waits."""

    def __init__(self, place: Monitoring, token: str, counters: Counters, store: Store, *, events: Events) -> None:
        """`token`: what each request has to carry; empty: nothing."""
        self._place = place
        self._token = token
        self._counters = counters
        self._store = store
        self._events = events
        self._monitor: Monitor | None = None

    @property
    def port(self) -> int | None:
        """The port that is open; None if there is none."""
        return None if self._monitor is None else self._monitor.port

    async def start(self) -> None:
        """Open the port, if the settings have one. Raises MonitorError."""
        place = self._place
        if not place.port:
            return
        pages = {"/health": self._health, "/metrics": self._metrics}
        monitor = Monitor(pages, place.host, place.port, self._token)
        self._monitor = monitor
        await monitor.start()

    async def stop(self) -> None:
        """Close the port."""
        monitor, self._monitor = self._monitor, None
        if monitor is not None:
            await monitor.stop()

    async def loop(self) -> None:
        """Count what waits, again and again."""
        while True:
            try:
                backlog = await self._store.backlog(BACKLOG_LIMIT)
            except StoreLostError:
                raise
            except StoreError as error:
                self._events.tell(StoreFailing("count what waits", str(error)))
            else:
                self._events.tell(
                    BacklogCounted(backlog.due, backlog.oldest_due_at_ms, backlog.in_flight, backlog.unreported)
                )
            await asyncio.sleep(COUNT_SECONDS)

    # -- pages

    def _health(self) -> Page:
        health = health_of(self._counters)
        return json_page(health, HTTPStatus.OK if health.ok else HTTPStatus.SERVICE_UNAVAILABLE)

    def _metrics(self) -> Page:
        return Page(metrics_text(metrics_of(self._counters)), CONTENT_TYPE)
