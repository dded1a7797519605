"""What an agent does for those who watch it: the monitor's port, and rows counted for it now and then."""

import asyncio

from samlink.agent import events
from samlink.agent.counters import Counters
from samlink.agent.events import Events
from samlink.agent.monitor import Monitor
from samlink.agent.overview import COUNT_SECONDS, Overview
from samlink.agent.patience import Patience
from samlink.agent.settings import AgentSettings


class Watching:
    """The monitor's port of one agent, if it is to have one."""

    def __init__(self, settings: AgentSettings, counters: Counters, tell: Events) -> None:
        """Raises SettingsError when a setting cannot be used."""
        self._place = settings.monitor
        self._token = settings.monitor_token()
        self._settings = settings
        self._counters = counters
        self._events = tell

    async def run(self, patience: Patience) -> None:
        """Keep the port open until cancelled."""
        place = self._place
        if not place.port:
            await asyncio.Event().wait()
        monitor, overview = Monitor(self._counters, place.host, place.port, self._token), Overview(self._settings)
        try:
            await patience.until_it_works("open the monitor port", monitor.open)
            while not patience.is_over:
                await patience.in_database("count rows", lambda: self._count(overview))
                await patience.wait(max(COUNT_SECONDS, overview.seconds_between))
            await asyncio.Event().wait()
        finally:
            await monitor.close()
            await patience.end()
            await asyncio.to_thread(overview.close)

    def _count(self, overview: Overview) -> None:
        self._events.tell(events.TablesCounted(overview.look()))
