"""What a gateway has done since it started, and what is wrong now: fed by events, read by `/metrics` and `/health`.

In memory, and bounded: by codes, services, carriers, parts of the gateway. Fed and read in the event loop.
"""

import time
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Final

from samlink.gateway.watch import events
from samlink.gateway.watch.events import BacklogCounted, StoreFailing
from samlink.vocabulary.services import Duty, Service
from samlink.watch.events import Event

BACKLOG_LIMIT: Final = 100_000
"""So far what waits is counted."""
QUIET_SECONDS: Final = 10.0
"""So long without a failure, and the store works again: whoever failed has tried again several times by then."""


class Counters:
    """The counters of one gateway. All times are UTC epoch seconds by `clock`: what the gateway goes by, not what the
    machine's clock says while that is doubted."""

    def __init__(self, version: str, clock: Callable[[], float] = time.time) -> None:
        self.version = version
        self.clock = clock
        self.started = clock()
        self.accepted: Counter[Service] = Counter()
        self.refused: Counter[int] = Counter()
        """Messages that a rule or a limit refused, by code."""
        self.packets_refused: Counter[str] = Counter()
        """By RESP_CODE."""
        self.packets_not_stored = 0
        self.claimed: Counter[str] = Counter()
        """Messages, by carrier."""
        self.answered: Counter[tuple[str, str]] = Counter()
        """Messages, by carrier and answer: taken, refused, later, lost."""
        self.submits: Counter[str] = Counter()
        self.submit_seconds: dict[str, float] = {}
        self.carriers_up: dict[str, int] = {}
        """1 for each carrier that has started and not ended, else 0."""
        self.carrier_faults: Counter[str] = Counter()
        self.settled: Counter[int] = Counter()
        """Messages with a result of a carrier, by code."""
        self.unknown: Counter[str] = Counter()
        """Messages whose outcome became unknown, by why."""
        self.resent = self.overdue = self.expired = 0
        self.delivered = self.unacknowledged = 0
        self.logins: Counter[tuple[Service, Duty]] = Counter()
        self.logins_refused: Counter[str] = Counter()
        """By RESP_CODE."""
        self.connections: Counter[tuple[Service, Duty]] = Counter()
        """Logged in now."""
        self.connections_limited = 0
        self.store_failures: Counter[str] = Counter()
        """By what failed."""
        self.store_failing_since: float | None = None
        self._store_failed_at = 0.0
        self.faults: Counter[str] = Counter()
        """Faults of ours, by part."""
        self.clock_doubted = False
        self.draining = False
        self.backlog: BacklogCounted | None = None
        self.certificate_days: Callable[[], float | None] = lambda: None
        """How long the certificate still holds; None without one."""

    def hear(self, event: Event) -> None:
        """Count an event."""
        count = _COUNT.get(type(event))
        if count is not None:
            count(self, event)

    @property
    def waiting(self) -> dict[str, int]:
        """What waited when it was counted last, by state; empty until then."""
        found = self.backlog
        if found is None:
            return {}
        return {"due": found.due, "in_flight": found.in_flight, "unreported": found.unreported}

    @property
    def store_failing_seconds(self) -> float:
        """How long the store has been failing; 0 while it works."""
        now = self.clock()
        if self.store_failing_since is None or now - self._store_failed_at > QUIET_SECONDS:
            return 0.0
        return now - self.store_failing_since

    # -- what each event counts

    def _count_accepted(self, event: events.MessagesAccepted) -> None:
        self.accepted[event.service] += event.messages
        if event.refused:
            self.refused.update(event.refused)

    def _count_answered(self, event: events.BatchAnswered) -> None:
        carrier = event.carrier
        self.submits[carrier] += 1
        self.submit_seconds[carrier] = self.submit_seconds.get(carrier, 0.0) + event.seconds
        for answer in ("taken", "refused", "later"):
            if messages := getattr(event, answer):
                self.answered[carrier, answer] += messages

    def _count_store_failing(self, event: StoreFailing) -> None:
        self._store_fails()
        self.store_failures[event.doing] += 1

    def _store_fails(self) -> None:
        if not self.store_failing_seconds:
            self.store_failing_since = self.clock()
        self._store_failed_at = self.clock()

    def _count_login(self, event: events.LoggedIn) -> None:
        place = event.service, event.duty
        self.logins[place] += 1
        self.connections[place] += 1

    def _count_not_stored(self, _: Event) -> None:
        self.packets_not_stored += 1
        self._store_fails()


def _add(name: str, field: str = "") -> Callable[[Counters, Any], None]:
    """An event adds its `field` (none: 1) to the number `name`."""

    def count(counters: Counters, event: Any) -> None:
        setattr(counters, name, getattr(counters, name) + (getattr(event, field) if field else 1))

    return count


def _tally(name: str, key: Callable[[Any], Any], field: str = "") -> Callable[[Counters, Any], None]:
    """An event adds its `field` (none: 1) to the Counter `name` under `key` of it."""

    def count(counters: Counters, event: Any) -> None:
        getattr(counters, name)[key(event)] += getattr(event, field) if field else 1

    return count


def _set(name: str, value: Callable[[Any], Any]) -> Callable[[Counters, Any], None]:
    def count(counters: Counters, event: Any) -> None:
        setattr(counters, name, value(event))

    return count


_COUNT: Final[Mapping[type[Event], Callable[[Counters, Any], None]]] = {
    events.MessagesAccepted: Counters._count_accepted,
    events.PacketRefused: _tally("packets_refused", lambda event: event.response),
    events.PacketNotStored: Counters._count_not_stored,
    events.PacketPutOff: _add("packets_not_stored"),
    events.MessagesClaimed: _tally("claimed", lambda event: event.carrier, "messages"),
    events.BatchAnswered: Counters._count_answered,
    events.AnswersLost: _tally("answered", lambda event: (event.carrier, "lost"), "messages"),
    events.CarrierUp: lambda counters, event: counters.carriers_up.update({event.carrier: 1}),
    events.CarrierDown: lambda counters, event: counters.carriers_up.update({event.carrier: 0}),
    events.CarrierFailed: _tally("carrier_faults", lambda event: event.carrier),
    events.ResultsSettled: lambda counters, event: counters.settled.update(event.codes),
    events.MessagesUnknown: _tally("unknown", lambda event: event.why, "messages"),
    events.MessagesResent: _add("resent", "messages"),
    events.ResultsOverdue: _add("overdue", "messages"),
    events.MessagesExpired: _add("expired", "messages"),
    events.ResultsDelivered: _add("delivered", "results"),
    events.ResultsNotAcknowledged: _add("unacknowledged", "results"),
    events.LoggedIn: Counters._count_login,
    events.ConnectionEnded: lambda counters, event: counters.connections.subtract([(event.service, event.duty)]),
    events.LoginRefused: _tally("logins_refused", lambda event: event.response),
    events.ConnectionLimited: _add("connections_limited"),
    events.StoreFailing: Counters._count_store_failing,
    events.PartFailed: _tally("faults", lambda event: event.part),
    events.ClockDoubted: _set("clock_doubted", lambda _: True),
    events.ClockBelieved: _set("clock_doubted", lambda _: False),
    events.Draining: _set("draining", lambda _: True),
    events.BacklogCounted: _set("backlog", lambda event: event),
}
"""What is not here is not counted."""
