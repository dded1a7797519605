"""Counters of an agent since its start, its rates and its faults: fed by events, read by a monitor.

They are this agent's, in memory; `overview` counts the rows in the tables. Everything is bounded: counters by the
result codes and the tables, errors by `ERRORS_KEPT`, rates by `RATE_SECONDS` whole seconds.
"""

import copy
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from functools import singledispatchmethod
from typing import Final

import msgspec

from samlink.agent.watch import events
from samlink.agent.watch.overview import TableView
from samlink.agent.watch.reason import Reason
from samlink.vocabulary.problem import N_, Problem
from samlink.vocabulary.services import Duty, Service
from samlink.watch.events import Event

ERRORS_KEPT: Final = 20
"""Distinct errors; repeated ones are counted."""
RATE_SECONDS: Final = 60
RATES: Final = ("claimed", "sent", "results")
"""The events that have a rate."""
Place = tuple[Service, Duty]
UNANSWERED: Final = Problem("agent.unanswered", N_("no answer came; the rows are sent again with the same keys"))
UNKNOWN: Final = Problem("agent.unknown", N_("no answer came; whether the rows were taken is unknown"))
NO_ROW: Final = Problem("agent.no_row", N_("results came with keys that are not known here"))
ENDED: Final = Problem("agent.connection_ended", N_("the connection ended"))


class Rate(msgspec.Struct, frozen=True):
    """Rows each second."""

    last_10_seconds: float
    last_minute: float


class SeenError(msgspec.Struct, frozen=True):
    """An error, and how often it was seen."""

    part: str
    """`database`, `gateway`, or `rows`."""
    what: str
    """The work that failed, such as `claim UShotSMS`."""
    why: str
    """The reason's sentence in English."""
    reason: Reason
    at: float
    """When it was seen last, or, while it still fails, first. UTC epoch seconds."""
    times: int = 1


class ConnectionView(msgspec.Struct, frozen=True):
    """The connections of a service and a duty."""

    service: str
    duty: str
    up: int
    """How many are logged in."""
    since: float
    """The time since which there is at least one, or none; UTC epoch seconds."""
    why: str = ""
    """Why there is none, in English, if it is known."""
    reason: Reason | None = None


class TableCounts(msgspec.Struct):
    """Rows of one table, since the start."""

    claimed: int = 0
    sent: int = 0
    released: int = 0
    unknown: int = 0
    """Written to a gateway that may not be idempotent, and not answered; not sent again."""
    unanswered: int = 0
    """Written to an idempotent gateway, and not answered; sent again with the same keys."""
    undecided: int = 0
    """Unknown rows that wait for a person's decision, by the last count."""
    moved: int = 0
    late: int = 0
    refused: dict[int, int] = {}
    """By code."""
    reached: float = 0.0
    """When the database last answered for this table; UTC epoch seconds, 0: not yet."""


class Counted(msgspec.Struct, frozen=True):
    """All counters at one moment: the answer of `/status`."""

    version: str
    now: float
    """UTC epoch seconds, as all times here."""
    started: float
    tables: dict[str, TableCounts]
    rows: tuple[TableView, ...]
    """Rows in the tables at the last count; empty before the first."""
    results: dict[int, int]
    """Results that were written, by code."""
    results_of_no_row: int
    rates: dict[str, Rate]
    connections: tuple[ConnectionView, ...]
    waiting: tuple[SeenError, ...]
    """What fails now and is retried; `at`: since when."""
    errors: tuple[SeenError, ...]
    """The last ones, the newest first."""


class AgentCounters:
    """The counters of one agent. May be told and read from any thread."""

    def __init__(
        self,
        version: str,
        tables: Iterable[str],
        places: Iterable[Place],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`tables` and `places`: those that the agent needs; `clock` returns UTC epoch seconds."""
        self._lock = threading.Lock()
        self._clock = clock
        self._version = version
        self._started = clock()
        self._tables = {table: TableCounts() for table in tables}
        self._rows: tuple[TableView, ...] = ()
        self._results: dict[int, int] = {}
        self._no_row = 0
        self._seconds = {name: _Seconds() for name in RATES}
        self._connections = {place: _seen(place, 0, self._started) for place in places}
        self._waiting: dict[str, SeenError] = {}
        self._errors: OrderedDict[tuple[str, str], SeenError] = OrderedDict()

    def hear(self, event: Event) -> None:
        """Count an event."""
        with self._lock:
            self._count(event)

    def read(self) -> Counted:
        """All counters now."""
        with self._lock:
            now = self._clock()
            alive = now - self._started
            rates = {
                name: Rate(seconds.rate(now, 10, alive), seconds.rate(now, RATE_SECONDS, alive))
                for name, seconds in self._seconds.items()
            }
            places = sorted(self._connections, key=lambda place: (place[0], place[1] is Duty.REPORT))
            return Counted(
                version=self._version,
                now=now,
                started=self._started,
                tables=copy.deepcopy(self._tables),
                rows=self._rows,
                results=dict(sorted(self._results.items())),
                results_of_no_row=self._no_row,
                rates=rates,
                connections=tuple(self._connections[place] for place in places),
                waiting=tuple(self._waiting.values()),
                errors=tuple(reversed(self._errors.values())),
            )

    # -- how each event counts

    @singledispatchmethod
    def _count(self, event: Event) -> None:
        """Other events are not counted."""

    @_count.register
    def _(self, event: events.RowsClaimed) -> None:
        table = self._reached(event.table)
        table.claimed += event.rows
        self._seconds["claimed"].add(self._clock(), event.rows)

    @_count.register
    def _(self, event: events.RowsSent) -> None:
        self._table(event.table).sent += event.rows
        self._seconds["sent"].add(self._clock(), event.rows)

    @_count.register
    def _(self, event: events.RowRefused) -> None:
        refused = self._table(event.table).refused
        refused[event.code] = refused.get(event.code, 0) + 1
        self._error("rows", f"{event.table} {event.code}", event.reason)

    @_count.register
    def _(self, event: events.RowInDoubt) -> None:
        self._error("rows", event.table, event.reason)

    @_count.register
    def _(self, event: events.RowsReleased) -> None:
        self._table(event.table).released += event.rows
        self._error("gateway", f"send {event.table}", event.why)

    @_count.register
    def _(self, event: events.RowsUnanswered) -> None:
        self._table(event.table).unanswered += event.rows
        self._error("gateway", f"send {event.table}", UNANSWERED)

    @_count.register
    def _(self, event: events.RowsUnknown) -> None:
        self._table(event.table).unknown += event.rows
        self._error("gateway", f"send {event.table}", UNKNOWN)

    @_count.register
    def _(self, event: events.RowsUndecided) -> None:
        self._table(event.table).undecided = event.rows
        if event.rows:
            template = N_("the outcome of rows is unknown after {hours} hours; `samlink agent unknown` lists them")
            self._error("rows", event.table, Problem("agent.undecided", template, hours=f"{event.hours:g}"))

    @_count.register
    def _(self, event: events.ResultsWritten) -> None:
        for code, count in event.codes.items():
            self._results[code] = self._results.get(code, 0) + count
        self._seconds["results"].add(self._clock(), sum(event.codes.values()))

    @_count.register
    def _(self, event: events.RowsRefusing) -> None:
        self._error("rows", f"claim {event.table}", event.why)

    @_count.register
    def _(self, event: events.ResultsKept) -> None:
        self._error("database", f"write results of {event.table}", event.why)

    @_count.register
    def _(self, event: events.ResultsOfNoRow) -> None:
        self._no_row += event.count
        self._error("rows", "write results", NO_ROW)

    @_count.register
    def _(self, event: events.RowsMoved) -> None:
        self._reached(event.table).moved += event.rows

    @_count.register
    def _(self, event: events.RowsStaying) -> None:
        self._error("rows", f"move {event.table}", event.why)

    @_count.register
    def _(self, event: events.ResultsLate) -> None:
        self._table(event.table).late += event.rows
        template = N_("results did not come within {hours} hours")
        self._error("rows", event.table, Problem("agent.results_late", template, hours=f"{event.hours:g}"))

    @_count.register
    def _(self, event: events.TablesCounted) -> None:
        self._rows = event.views

    @_count.register
    def _(self, event: events.Waiting) -> None:
        self._waiting[event.doing] = _seen_error(event.part, event.doing, event.why, self._clock())
        self._error(event.part, event.doing, event.why)

    @_count.register
    def _(self, event: events.GoingOn) -> None:
        self._waiting.pop(event.doing, None)

    @_count.register
    def _(self, event: events.ConnectionUp) -> None:
        if event.duty is Duty.REPORT:
            # Taking results has no end, so nothing else tells that it goes on.
            self._waiting = {what: error for what, error in self._waiting.items() if error.part != "gateway"}
        place = event.service, event.duty
        before = self._connections.get(place)
        if before is None or before.up == 0:
            self._connections[place] = _seen(place, 1, self._clock())
        else:
            self._connections[place] = _seen(place, before.up + 1, before.since)

    @_count.register
    def _(self, event: events.ConnectionDown) -> None:
        place = event.service, event.duty
        before = self._connections.get(place)
        left = max(0, before.up - 1) if before is not None else 0
        since = before.since if before is not None and left else self._clock()
        self._connections[place] = _seen(place, left, since, None if left else ENDED)

    @_count.register
    def _(self, event: events.ConnectionFailed) -> None:
        place = event.service, event.duty
        before = self._connections.get(place) or _seen(place, 0, self._clock())
        self._connections[place] = _seen(place, before.up, before.since, None if before.up else event.why)
        self._error("gateway", f"log in {event.service.name} {event.duty.value}", event.why)

    # -- inside

    def _table(self, name: str) -> TableCounts:
        return self._tables.setdefault(name, TableCounts())

    def _reached(self, name: str) -> TableCounts:
        table = self._table(name)
        table.reached = self._clock()
        return table

    def _error(self, part: str, what: str, why: Problem) -> None:
        key = what, str(why)
        before = self._errors.pop(key, None)
        times = 1 if before is None else before.times + 1
        self._errors[key] = _seen_error(part, what, why, self._clock(), times)
        if len(self._errors) > ERRORS_KEPT:
            self._errors.popitem(last=False)


class _Seconds:
    """How many in each of the last seconds."""

    def __init__(self) -> None:
        self._counts: OrderedDict[int, int] = OrderedDict()

    def add(self, now: float, count: int) -> None:
        """`count` more at `now`."""
        second = int(now)
        self._counts[second] = self._counts.get(second, 0) + count
        if len(self._counts) > RATE_SECONDS + 1:
            self._counts.popitem(last=False)

    def rate(self, now: float, seconds: int, alive: float) -> float:
        """Each second over the last whole `seconds`, or as many as there were."""
        second = int(now)
        found = sum(count for at, count in self._counts.items() if second - seconds <= at < second)
        return round(found / max(1.0, min(float(seconds), alive)), 1)


def _seen(place: Place, up: int, since: float, why: Problem | None = None) -> ConnectionView:
    view = ConnectionView(place[0].name, place[1].value, up, since)
    return view if why is None else msgspec.structs.replace(view, why=str(why), reason=Reason.of(why))


def _seen_error(part: str, what: str, why: Problem, at: float, times: int = 1) -> SeenError:
    return SeenError(part, what, str(why), Reason.of(why), at, times)
