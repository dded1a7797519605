"""The events of an agent, as a table with their fields; logs, counters and service managers subscribe
(`samlink.watch`).

An event holds no telephone number, text or password; its teller has masked it. Events of each batch of rows are logged
at debug. Events are told from the event loop, and from threads that wait for the database.
"""

import logging
from collections.abc import Mapping
from typing import Literal

from samlink.agent.watch.overview import TableView
from samlink.vocabulary.problem import Problem
from samlink.vocabulary.services import Duty, Service
from samlink.watch.events import Event

Part = Literal["database", "gateway", "monitor"]
"""The part that fails."""


class Started(Event, frozen=True):
    """The tables were found, and work begins."""

    name = "agent_works"
    level = logging.INFO
    tables: tuple[str, ...]


class Remarked(Event, frozen=True):
    """Something to know of the database at the start, though the agent can work."""

    name = "remark"
    level = logging.WARNING
    of: str
    """The table, or the database."""
    what: Problem


class ClockDoubted(Event, frozen=True):
    """This machine's clock has jumped: the agent goes on by elapsed time until it is confirmed."""

    name = "clock_doubted"
    level = logging.WARNING
    seconds: int
    """How far it is ahead now; negative: behind."""


class Stopping(Event, frozen=True):
    """The agent was told to stop, and waits for answers in flight."""

    name = "agent_stopping"
    level = logging.INFO


class RowsClaimed(Event, frozen=True):
    """A claim of a table; `rows` may be 0."""

    name = "claimed"
    level = logging.DEBUG
    table: str
    rows: int


class RowsSent(Event, frozen=True):
    """The gateway took rows."""

    name = "answered"
    level = logging.DEBUG
    table: str
    rows: int


class RowRefused(Event, frozen=True):
    """The agent's own code (73 to 79) was given to a row, which is not sent."""

    name = "row_refused"
    level = logging.WARNING
    table: str
    row: str
    """The row's id."""
    code: int
    reason: Problem


class RowInDoubt(Event, frozen=True):
    """A row cannot be sent now, and may have been sent before: its outcome is unknown."""

    name = "row_in_doubt"
    level = logging.WARNING
    table: str
    row: str
    reason: Problem


class RowsReleased(Event, frozen=True):
    """Rows were not sent, and wait as before."""

    name = "not_sent"
    level = logging.WARNING
    table: str
    rows: int
    why: Problem


class RowsUnanswered(Event, frozen=True):
    """Rows were written to an idempotent gateway and not answered: they are sent again with the same keys when their
    lease has ended."""

    name = "not_answered"
    level = logging.WARNING
    table: str
    rows: int


class RowsUnknown(Event, frozen=True):
    """Rows may have been taken by a gateway that may not be idempotent: they are not sent again, and wait for their
    results."""

    name = "outcome_unknown"
    level = logging.WARNING
    table: str
    rows: int
    ids: tuple[str, ...]
    """The first three."""


class RowsUndecided(Event, frozen=True):
    """Rows of unknown outcome, whose result has not come in time, wait for a person's decision; `rows` may be 0. Told
    when their number changes."""

    name = "decision_needed"
    level = logging.WARNING
    table: str
    rows: int
    ids: tuple[str, ...]
    """The first three."""
    hours: float
    """How long their results were waited for."""


class RowsTimedOut(Event, frozen=True):
    """Rows that expired in quiet hours got 75."""

    name = "rows_timed_out"
    level = logging.WARNING
    table: str
    rows: int
    quiet_until: str
    """`MM-DD HH:MM` in Korea."""


class RowsUnreadable(Event, frozen=True):
    """The driver cannot read rows: waiting ones got 79, claimed ones wait for their results."""

    name = "rows_cannot_be_read"
    level = logging.WARNING
    table: str
    rows: int
    ids: tuple[str, ...]
    """The first three."""


class RowsRefusing(Event, frozen=True):
    """The database refuses to claim rows; they wait, and are retried from time to time. Told once for each row."""

    name = "rows_cannot_be_claimed"
    level = logging.WARNING
    table: str
    rows: int
    ids: tuple[str, ...]
    """The first three."""
    why: Problem


class ResultsCame(Event, frozen=True):
    """The gateway delivered results; they are not written yet."""

    name = "results"
    level = logging.DEBUG
    count: int


class ResultsWritten(Event, frozen=True):
    """Results are written into their rows: how many of each code."""

    name = "settled"
    level = logging.DEBUG
    codes: Mapping[int, int]


class ResultsKept(Event, frozen=True):
    """Results cannot be written into their rows; they are kept beside the rows' keys, and tried again."""

    name = "results_kept"
    level = logging.WARNING
    table: str
    rows: int
    why: Problem


class ResultsOfNoRow(Event, frozen=True):
    """Results came with unknown keys."""

    name = "results_of_no_row"
    level = logging.WARNING
    count: int
    keys: tuple[str, ...]
    """GRP_ID/MSG_ID of the first three."""


class RowsMoved(Event, frozen=True):
    """Finished rows moved to the month's log; `rows` may be 0."""

    name = "moved"
    level = logging.DEBUG
    table: str
    rows: int


class RowsStaying(Event, frozen=True):
    """The database refuses to move finished rows; they stay, and are retried from time to time. Told once for each
    row."""

    name = "rows_cannot_be_moved"
    level = logging.WARNING
    table: str
    rows: int
    ids: tuple[str, ...]
    """The first three."""
    why: Problem


class ViewNotMade(Event, frozen=True):
    """The database refuses the view over a table and its logs; it is retried from time to time, and rows move. Told
    once."""

    name = "view_not_made"
    level = logging.WARNING
    view: str
    why: Problem


class ResultsLate(Event, frozen=True):
    """Results did not come in time; the rows moved without one, or got the code of `late_rows`."""

    name = "results_did_not_come"
    level = logging.WARNING
    table: str
    rows: int
    hours: float


class TablesCounted(Event, frozen=True):
    """The rows in the tables were counted."""

    name = "tables_counted"
    views: tuple[TableView, ...]


class Waiting(Event, frozen=True):
    """Something fails for a reason outside, and is retried until it works."""

    name = "waiting"
    level = logging.WARNING
    part: Part
    doing: str
    why: Problem


class GoingOn(Event, frozen=True):
    """It works again."""

    name = "going_on"
    level = logging.INFO
    doing: str


class ConnectionUp(Event, frozen=True):
    """A connection is logged in at the gateway."""

    name = "connection_up"
    level = logging.INFO
    service: Service
    duty: Duty


class ConnectionDown(Event, frozen=True):
    """A connection that was logged in has ended."""

    name = "connection_down"
    level = logging.INFO
    service: Service
    duty: Duty


class ConnectionFailed(Event, frozen=True):
    """A connection or a login failed; it is retried. The client logs why, once."""

    name = "connection_failed"
    service: Service
    duty: Duty
    why: Problem
