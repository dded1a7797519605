"""What all tasks of an agent share."""

from collections.abc import Callable
from typing import Final

import msgspec

from samlink.agent.driver_errors import reason_of
from samlink.agent.flow.retrier import Retrier
from samlink.agent.judge.judge import Judge
from samlink.agent.settings import AgentSettings
from samlink.agent.tables.settle.unwritten_results import Kept
from samlink.agent.watch import events
from samlink.watch.events import Events

SHOWN: Final = 3
"""Ids of rows, or keys of results, in one line of the log."""


class UnwrittenResults:
    """The tables that have kept results, as far as this agent knows. Told once for each, until all are written."""

    def __init__(self, tell: Events) -> None:
        self._events = tell
        self._tables: set[str] = set()

    def there(self, source: str) -> bool:
        """Whether results of a table are kept."""
        return source in self._tables

    def note(self, kept: Kept | None) -> None:
        """These were kept, or still are."""
        if kept is None or kept.why is None:
            return
        for source, rows in kept.rows.items():
            if source not in self._tables:
                self._tables.add(source)
                self._events.tell(events.ResultsKept(source, rows, reason_of(kept.why)))

    def written(self, source: str) -> None:
        """All kept results of a table are written."""
        if source in self._tables:
            self._tables.discard(source)
            self._events.tell(events.GoingOn(f"write results of {source}"))


class AgentContext(msgspec.Struct, frozen=True):
    """What all tasks of an agent share."""

    settings: AgentSettings
    judge: Judge
    retrier: Retrier
    events: Events
    unwritten: UnwrittenResults
    clock: Callable[[], float]
    """UTC epoch seconds."""
