"""The task that keeps the monitor port open and counts rows for it."""

import asyncio

from samlink.agent.flow.retrier import Retrier
from samlink.agent.settings import AgentSettings
from samlink.agent.watch import events
from samlink.agent.watch.counters import AgentCounters
from samlink.agent.watch.overview import COUNT_SECONDS, Overview
from samlink.agent.watch.pages import pages_of
from samlink.watch.events import Events
from samlink.watch.monitor import Monitor


class AgentWatcher:
    """The monitor port of one agent, if the settings have one."""

    def __init__(self, settings: AgentSettings, counters: AgentCounters, tell: Events) -> None:
        """Raises SettingsError if the token is missing."""
        self._place = settings.monitor
        self._token = settings.monitor_token()
        self._settings = settings
        self._counters = counters
        self._events = tell

    async def run(self, retrier: Retrier) -> None:
        """Keep the port open until cancelled."""
        place = self._place
        if not place.port:
            await asyncio.Event().wait()
        monitor = Monitor(pages_of(self._counters), place.host, place.port, self._token)
        overview = Overview(self._settings)
        try:
            await retrier.until_it_works("open the monitor port", monitor.start)
            while not retrier.is_over:
                await retrier.in_database("count rows", lambda: self._count(overview))
                await retrier.wait(max(COUNT_SECONDS, overview.seconds_between))
            await asyncio.Event().wait()
        finally:
            await monitor.stop()
            await retrier.close()
            await asyncio.to_thread(overview.close)

    def _count(self, overview: Overview) -> None:
        self._events.tell(events.TablesCounted(overview.look()))
