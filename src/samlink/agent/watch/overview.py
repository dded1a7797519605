"""The rows in the tables, counted by state. Blocks; call it in a thread."""

import time
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from samlink.agent.judge.judge import Judge
from samlink.agent.settings import AgentSettings
from samlink.agent.tables.claim.links import FINISHED, FREE_LATER, KEPT, MOVED, MOVING, SENT, UNKNOWN, link_table
from samlink.agent.tables.engine import require_file
from samlink.agent.tables.live import LiveTable
from samlink.agent.tables.schema.mapping import Field
from samlink.agent.tables.schema.moments import kst

COUNT_LIMIT: Final = 100_000
"""Rows of one state are counted up to here; this count means *at least*."""
COUNT_SECONDS: Final = 15.0
"""How often an agent with a monitor port counts."""
LOOKING_SHARE: Final = 20
"""Counting takes at most one part in so many of the time."""
STATES: Final = (
    "waiting",
    "held",
    "urgent",
    "sending",
    "unanswered",
    "unknown",
    "undecided",
    "orphaned",
    "late",
    "finished",
)


class TableView(msgspec.Struct, frozen=True):
    """One table. Each count is at most `COUNT_LIMIT`."""

    table: str
    waiting: int
    """Rows that are due."""
    held: int
    """Rows whose reserve time has not come."""
    urgent: int | None
    """Rows of `waiting` with a priority above 0; None if the table has no such column."""
    sending: int
    """Rows that an agent has claimed and the gateway has not taken yet."""
    unanswered: int
    """Rows that the gateway took; the result may still come in time, or is here and cannot be written yet."""
    late: int
    """Rows whose result did not come in time, in the table or in a log; it may still come."""
    finished: int
    """Rows with a result that have not moved yet."""
    unknown: int = 0
    """Rows that may have been taken: no answer came, and they are not sent again; the result may still come in time."""
    undecided: int = 0
    """Unknown rows whose result did not come in time: a person decides (`samlink agent unknown`)."""
    orphaned: int = 0
    """Rows in the sending state, or in none, for which no agent holds a key: a person decides. By numbers alone, so it
    may be too low while the customer deletes rows that are in flight."""


class Overview:
    """Counts the rows in the tables, until `close`. It never writes, and locks nothing.

    Counting a million rows takes a database up to a second, so each count ends at `COUNT_LIMIT` rows, and a caller that
    looks repeatedly waits `seconds_between`.
    """

    def __init__(self, settings: AgentSettings) -> None:
        """Raises SettingsError when a setting cannot be used."""
        self._settings = settings
        self._url = settings.database_url()
        self._engine = settings.open_database(only_reads=True)
        self._links = link_table(sa.MetaData(), settings.work.prefix)
        self._tables: list[LiveTable] = []
        self._took = 0.0

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @property
    def seconds_between(self) -> float:
        """The wait between two looks."""
        return max(1.0, LOOKING_SHARE * self._took)

    def look(self) -> tuple[TableView, ...]:
        """Each table, counted.

        Raises:
            TableError: the database's file, a table or a column is missing.
            SQLAlchemyError: the database cannot be used.
        """
        begun = time.monotonic()
        if not self._tables:
            self._find_tables()
        now = time.time()
        with self._engine.connect() as connection:
            views = tuple(self._counted(connection, table, now) for table in self._tables)
        self._took = time.monotonic() - begun
        return views

    # -- inside

    def _find_tables(self) -> None:
        require_file(self._url)
        self._tables = [LiveTable(self._engine, mapping, self._links) for mapping in self._settings.mappings]
        # It checks the tables that the rules need.
        Judge(self._engine, self._settings.terms, self._settings.work.prefix)

    def _counted(self, connection: sa.Connection, table: LiveTable, now: float) -> TableView:
        state, links = table.column(Field.STATE), self._links.c
        waiting, held, urgent = self._waiting(connection, table, now)
        of_table = links.source == table.source
        long_ago = int(now - self._settings.waits.result_hours(table.mapping.services) * 3600)
        is_late = sa.or_(links.month.is_not(None), links.since < long_ago)
        sent = sa.select(_flag(is_late, "late")).where(of_table, links.state.in_((SENT, MOVED, KEPT)))
        unanswered, late = _sums(connection, sent, "late")
        claimed = sa.select(links.row_id).where(of_table, links.state.in_(FREE_LATER))
        (sending,) = _sums(connection, claimed)
        is_open, is_old = links.lease_until >= int(now), links.since < long_ago
        flags = (_flag(is_open, "going"), _flag(sa.and_(sa.not_(is_open), is_old), "old"))
        in_doubt = sa.select(*flags).where(of_table, links.state == UNKNOWN, links.month.is_(None))
        doubted, going, undecided = _sums(connection, in_doubt, "going", "old")
        (stuck,) = _sums(connection, sa.select(state).where(state == table.mapping.sending))
        (stateless,) = _sums(connection, sa.select(state).where(state.is_(None)))
        with_key = links.state.not_in((FINISHED, MOVED, MOVING))
        (keys,) = _sums(connection, sa.select(links.row_id).where(of_table, with_key, links.month.is_(None)))
        (finished,) = _sums(connection, sa.select(state).where(table.with_result()))
        return TableView(
            table=table.name,
            waiting=waiting - held,
            held=held,
            urgent=urgent,
            sending=sending + going,
            unanswered=unanswered - late,
            late=late,
            finished=finished,
            unknown=doubted - going - undecided,
            undecided=undecided,
            orphaned=max(0, stuck - keys) + stateless,
        )

    def _waiting(self, connection: sa.Connection, table: LiveTable, now: float) -> tuple[int, int, int | None]:
        """How many wait; of these, how many are held, and how many of the others are urgent."""
        due: sa.ColumnElement[bool] = sa.true()
        if Field.RESERVE_AT in table.columns:
            column = table.column(Field.RESERVE_AT)
            form = table.times[Field.RESERVE_AT]
            # A time in an odd form is known only once it is read (`odd_times`); until then the row counts as due.
            due = sa.or_(column.is_(None), column <= form.write(kst(now)), sa.not_(form.compares(column)))
        priority = table.column(Field.PRIORITY) if Field.PRIORITY in table.columns else None
        urgent = sa.false() if priority is None else sa.and_(due, _above_zero(priority))
        flags: list[sa.Label[int]] = [_flag(sa.not_(due), "held"), _flag(urgent, "urgent")]
        rows = sa.select(*flags).where(table.column(Field.STATE) == table.mapping.waiting)
        waiting, held, urgent_rows = _sums(connection, rows, "held", "urgent")
        return waiting, held, None if priority is None else urgent_rows


def _above_zero(priority: sa.ColumnClause[Any]) -> sa.ColumnElement[bool]:
    """Whether a priority is above 0, by its digits: the column may hold text, which some databases do not compare with
    a number."""
    digits = sa.func.trim(sa.cast(priority, sa.String(20)))
    return sa.and_(digits.not_in(("", "0")), digits.not_like("-%"))


def _flag(condition: sa.ColumnElement[bool], name: str) -> sa.Label[int]:
    return sa.case((condition, 1), else_=0).label(name)


def _sums(connection: sa.Connection, rows: sa.Select[*tuple[Any, ...]], *flags: str) -> tuple[int, ...]:
    """The number of rows, up to the limit, and of those with each flag."""
    bounded = rows.limit(COUNT_LIMIT).subquery()
    sums = (sa.func.sum(bounded.c[flag]) for flag in flags)
    found = connection.execute(sa.select(sa.func.count(), *sums).select_from(bounded)).one()
    return tuple(int(count or 0) for count in found)
