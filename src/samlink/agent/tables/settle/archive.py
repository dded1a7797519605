"""Rows with a result move to their log, with every column that the customer added. Blocks; call it in a thread.

A log is made like the live table when it is first needed, and gets the columns that the customer adds later. The
columns are read in the transaction that moves the rows, when nobody can change the table any more. If the log refuses a
copy, its columns are widened to those of the table and the copy is tried once more; if that fails too, the rows stay
where they are and the error says why.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

import msgspec
import sqlalchemy as sa

from samlink.agent.driver_errors import driver_code
from samlink.agent.errors import TableError
from samlink.agent.tables.claim import links
from samlink.agent.tables.engine import lock_some, one_of
from samlink.agent.tables.live import LiveTable
from samlink.agent.tables.rows import RowResult
from samlink.agent.tables.schema import definitions
from samlink.agent.tables.schema.ids import id_text
from samlink.agent.tables.schema.mapping import Field, TableMapping
from samlink.agent.tables.schema.moments import month_in, month_of
from samlink.agent.tables.schema.names import split, table_there
from samlink.agent.tables.settle import unlocked_moves
from samlink.agent.tables.settle.logs import (
    KEY_DEMANDED,
    columns_there,
    copied_columns,
    copying,
    hidden_key,
    lacking,
    log_like,
    widening,
)
from samlink.agent.tables.settle.results import settle
from samlink.agent.tables.settle.views import LogView, ViewNotMade, no_matter
from samlink.vocabulary.problem import N_
from samlink.vocabulary.services import Service

_STRICT: Final = "SET SESSION sql_mode = CONCAT(@@SESSION.sql_mode, ',STRICT_ALL_TABLES')"
"""Unless it is strict, MySQL cuts a value that does not fit into a log's column."""


LEASE_SECONDS: Final = 180.0
LateRows = Literal["move", "stay"] | int


class Waits(msgspec.Struct, frozen=True, kw_only=True):
    """How long rows and keys are kept, in hours."""

    sms_result_hours: float = 24.0
    """An SMS row whose result has not come after so long is late."""
    other_result_hours: float = 72.0
    """The same for LMS, MMS and Kakao, and for a table that has them too."""
    late_rows: LateRows = "move"
    """Late rows move as they are, their state *sending*; stay where they are; or get this result code."""
    keys_hours: float = 240.0
    """Keys are deleted so long after the row's result, or after it moved without one."""

    def result_hours(self, services: frozenset[Service]) -> float:
        """How long a table waits for results."""
        return self.sms_result_hours if services == {Service.SMS} else self.other_result_hours

    def late_since(self, now: float, mapping: TableMapping) -> float | None:
        """Rows of a table that were sent before then are late; None if late rows are left alone."""
        if self.late_rows == "stay" or (self.late_rows == "move" and not mapping.log):
            return None
        return now - self.result_hours(mapping.services) * 3600


class _LogDiffers(Exception):
    """The log of this name is not there, or lacks a column."""


class _LogRefuses(Exception):
    """The log of this name refuses a row; its cause is the database's error."""


class Archive:
    """Moves rows of one table into its logs, and maintains the view over all of them."""

    def __init__(
        self, table: LiveTable, view_not_made: ViewNotMade = no_matter, lease_seconds: float = LEASE_SECONDS
    ) -> None:
        """`view_not_made` hears the name of a view that the database refuses, and why. `lease_seconds`: when another
        agent carries on a move of a table without transactions."""
        self._lease_seconds = lease_seconds
        self._table = table
        self._view = LogView(table, view_not_made)
        self._seen = False
        self._used: set[str] = set()
        """Logs into which this agent has moved rows."""

    def move(self, now: float, limit: int, without: Sequence[Any] = ()) -> int:
        """Move at most `limit` rows that have a result, in one transaction; how many moved. `without`: ids to leave
        out.

        Raises:
            TableError: not all columns can be copied, or fewer rows were copied than would be deleted.
            SQLAlchemyError: the log refuses a row. Either way nothing is changed.
        """
        return self._move_where(self._finished(without), now, limit)

    def finished_ids(self, limit: int, without: Sequence[Any]) -> Sequence[Any]:
        """Ids of at most `limit` rows that `move` would move."""
        with self._table.engine.connect() as connection:
            ids = sa.select(self._table.column(Field.ID)).where(self._finished(without)).limit(limit)
            return connection.execute(ids).scalars().all()

    def move_these(self, now: float, ids: Sequence[Any]) -> tuple[int, Sequence[Any]]:
        """Move the rows of `ids` that have a result; how many moved, and the ids that did not, since another
        transaction holds them. Raises as `move`."""
        table = self._table
        key = table.column(Field.ID)
        chosen = sa.and_(table.one_of(key, ids), table.with_result())
        moved = self._move_where(chosen, now, len(ids))
        with table.engine.connect() as connection:
            return moved, connection.execute(sa.select(key).where(chosen)).scalars().all()

    def move_unanswered(self, now: float, limit: int, waits: Waits) -> int:
        """Move at most `limit` rows whose result did not come in time, as they are: neither a success nor a failure.
        With a code for such rows, give it to them instead; they move as any row with a result. How many. Raises as
        `move`."""
        table, c = self._table, self._table.links.c
        if (before := waits.late_since(now, table.mapping)) is None:
            return 0
        # Two rows with one id would both get the result of either.
        other = table.links.alias().c
        same = sa.select(other.row_id).where(other.source == c.source, other.row_id == c.row_id)
        late: sa.Select[Any] = sa.select(c.row_id, c.group_id, c.message_id).where(
            c.source == table.source,
            links.is_late(table.links, before),
            sa.not_(same.where(other.state == links.MOVED).exists()),
        )
        with table.engine.connect() as connection:
            found = connection.execute(late.limit(limit)).all()
        if not found:
            return 0
        if isinstance(code := waits.late_rows, int):
            settle({table.source: table}, table.links, [RowResult(*links.key_of(link), code) for link in found], now)
            return len(found)
        texts = [link.row_id for link in found]
        chosen = sa.and_(
            table.one_of(table.column(Field.ID), table.row_ids(texts)),
            table.column(Field.STATE) == table.mapping.sending,
        )
        return self._move_where(chosen, now, limit)

    def forget(self, now: float, waits: Waits) -> bool:
        """Delete some keys for which no result can come any more; whether there are more. Commits."""
        before = now - waits.keys_hours * 3600
        return links.forget(self._table.engine, self._table.links, self._table.source, before)

    # -- inside

    def _finished(self, without: Sequence[Any]) -> sa.ColumnElement[bool]:
        table = self._table
        if not without:
            return table.with_result()
        return sa.and_(table.with_result(), sa.not_(table.one_of(table.column(Field.ID), without)))

    def _move_where(self, chosen: sa.ColumnElement[bool], now: float, limit: int) -> int:
        if not self._table.mapping.log:
            return 0
        if not self._seen:
            self._look()
            self._seen = True
        moved = self._move_and_repair(chosen, now, limit)
        self._view.keep(now)
        return moved

    def _move_and_repair(self, chosen: sa.ColumnElement[bool], now: float, limit: int) -> int:
        """Move rows; make a log, or change its columns, once for each log that does not take them."""
        repaired: set[str] = set()
        while True:
            try:
                return self._move(chosen, now, limit)
            except _LogDiffers as differs:
                (log,) = differs.args
                if log in repaired:
                    raise
                self._make_log(log)
            except _LogRefuses as refusal:
                (log,) = refusal.args
                error = refusal.__cause__
                assert isinstance(error, sa.exc.DBAPIError)
                # Databases have many names for a value that does not fit; if a column can be widened, it may have
                # been that.
                if error.connection_invalidated or f"widened {log}" in repaired or not self._widen(log):
                    raise error from None
                repaired.add(f"widened {log}")
            repaired.add(log)
            self._view.outdated()

    def _move(self, chosen: sa.ColumnElement[bool], now: float, limit: int) -> int:
        table = self._table
        if not table.facts.locks_rows:
            return self._move_unlocked(chosen, now, limit)
        with table.engine.begin() as connection:
            # In no order: to ask for one has PostgreSQL read the rows that wait before those that are finished.
            rows = lock_some(connection, self._read(chosen), table.column(Field.ID), (), limit)
            for month, ids in sorted(self._by_month(rows, now).items()):
                self._move_into(connection, table.log_name(month), month, ids)
        return len(rows)

    def _read(self, chosen: sa.ColumnElement[bool]) -> sa.Select[Any]:
        """A query of ids, and of the times that say to which months rows belong."""
        key, field = self._table.column(Field.ID), self._table.mapping.log_month
        read: list[sa.ColumnElement[Any]] = [key, self._table.column(Field(field))] if field else [key]
        return sa.select(*read).where(chosen)

    def _by_month(self, rows: Sequence[sa.Row[Any]], now: float) -> Mapping[str, list[Any]]:
        months: defaultdict[str, list[Any]] = defaultdict(list)
        for row in rows:
            id, *times = tuple[Any, ...](row)
            form = self._table.times[Field(self._table.mapping.log_month)] if times else None
            months[month_of(now) if form is None else month_in(form, times[0], now)].append(id)
        return months

    def _move_into(self, connection: sa.Connection, log: str, month: str, ids: Sequence[Any]) -> None:
        """Move rows into one log."""
        table = self._table
        copied = self._copy(connection, log, ids)
        chosen = table.one_of(table.column(Field.ID), ids)
        deleted = connection.execute(table.by_id(sa.delete(table.live).where(chosen), len(ids))).rowcount
        if not copied == deleted == len(ids):
            raise TableError(
                "table.moved_unequal",
                N_("{copied} rows of {table} were copied to {log}, but {deleted} would be deleted"),
                copied=copied,
                table=table.name,
                log=log,
                deleted=deleted,
            )
        self._note_month(connection, ids, month)

    def _copy(self, connection: sa.Connection, log: str, ids: Sequence[Any]) -> int:
        """Copy rows into a log; how many."""
        columns, in_log = self._columns(connection, log)
        if connection.dialect.name in {"mysql", "mariadb"}:
            connection.exec_driver_sql(_STRICT)
        try:
            copied = connection.execute(self._copying(log, columns, in_log, ids)).rowcount
        except sa.exc.DBAPIError as error:
            raise _LogRefuses(log) from error
        if log not in self._used:
            # A log that the customer made may not be in the view yet.
            self._used.add(log)
            self._view.outdated()
        return copied

    def _columns(self, connection: sa.Connection, log: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The columns of the table and of a log, which has them all."""
        columns = columns_there(connection, self._table.name)
        if not sa.inspect(connection).has_table(*split(log)):
            raise _LogDiffers(log)
        in_log = columns_there(connection, log)
        if lacking(columns, in_log, connection.dialect.name):
            raise _LogDiffers(log)
        return columns, in_log

    # -- without transactions

    def _move_unlocked(self, chosen: sa.ColumnElement[bool], now: float, limit: int) -> int:
        table, group = self._table, unlocked_moves.new_group()
        self._carry_on(now)
        with table.engine.begin() as connection:
            months = self._by_month(unlocked_moves.choose(connection, table, self._read(chosen), limit), now)
            for month, ids in months.items():
                self._columns(connection, table.log_name(month))
                unlocked_moves.mark(connection, table, (month, group), ids, (now, now + self._lease_seconds))
        if not months:
            return 0
        try:
            for month, ids in sorted(months.items()):
                self._copy_and_delete(table.log_name(month), ids, chosen, group)
        finally:
            moved = self._carry_on(now, group)
        return moved

    def _copy_and_delete(self, log: str, ids: Sequence[Any], chosen: sa.ColumnElement[bool], group: str) -> None:
        """Copy rows, and when the copy is committed, delete them; unless another agent carries the move on."""
        table = self._table
        these = sa.and_(table.one_of(table.column(Field.ID), ids), chosen)
        with table.engine.begin() as connection:
            if unlocked_moves.hold(connection, table, group):
                self._copy(connection, log, ids)
        with table.engine.begin() as connection:
            if unlocked_moves.hold(connection, table, group):
                connection.execute(sa.delete(table.live).where(these))

    def _carry_on(self, now: float, group: str = "") -> int:
        """Carry on moves that did not end; how many rows are in a log now."""
        with self._table.engine.begin() as connection:
            moved = unlocked_moves.carry_on(connection, self._table, now, group)
            for month, ids in moved.items():
                self._note_month(connection, ids, month)
        return sum(map(len, moved.values()))

    # -- logs

    def _note_month(self, connection: sa.Connection, ids: Sequence[Any], month: str) -> None:
        """Store the log in which a result that comes later finds its row."""
        if not ids:
            return
        c, texts = self._table.links.c, [id_text(id) for id in ids]
        same = sa.and_(
            c.source == self._table.source,
            one_of(c.row_id, texts, connection.dialect),
            c.month.is_(None),
            c.state.in_(links.AWAITED),
        )
        # A database that ignores case may find more than was asked for.
        found: sa.Select[Any] = sa.select(c.group_id, c.message_id, c.row_id).where(same)
        keys = [links.key_of(link) for link in connection.execute(found).all() if link.row_id in set(texts)]
        without_result = sa.case((c.state == links.SENT, links.MOVED), else_=c.state)
        links.change_links(connection, self._table.links, keys, {"month": month, "state": without_result})

    def _copying(self, log: str, columns: Sequence[str], in_log: Sequence[str], ids: Sequence[Any]) -> sa.Insert:
        table = self._table
        database = table.engine.dialect.name
        rows = copied_columns(table.mapping, columns, lacking(in_log, columns, database))
        # Some drivers keep the count of an INSERT only on request.
        copy = copying(table.name, log, rows, table.one_of(sa.column(table.columns[Field.ID]), ids))
        return copy.execution_options(preserve_rowcount=True)

    def _look(self) -> None:
        """Check that no column is hidden from `SELECT *`, since it would not be copied."""
        table = self._table
        with table.engine.connect() as connection:
            seen = columns_there(connection, table.name)
            there = [column["name"] for column in sa.inspect(connection).get_columns(*split(table.name))]
        if hidden := lacking(there, seen, table.engine.dialect.name):
            raise TableError(
                "table.column_invisible",
                N_("rows of {table} cannot move: column {column} is invisible; make it visible"),
                table=table.name,
                column=hidden[0],
            )

    def _make_log(self, log: str) -> None:
        """Make the log, or add the columns that it lacks. Another agent may do the same at the same time."""
        table = self._table
        with table.engine.begin() as connection:
            live = table_there(table.name, connection)
            like = log_like(live, log, table.columns[Field.ID], table.mapping, connection.dialect.name)
            if not sa.inspect(connection).has_table(*split(log)):
                _create(connection, like)
                return
            there = columns_there(connection, log)
            missing = lacking([column.name for column in live.columns], there, connection.dialect.name)
            for name in missing:
                connection.exec_driver_sql(definitions.adding(connection.dialect, log, like.c[name]))

    def _widen(self, log: str) -> bool:
        """Widen columns of the log to those of the table; whether any had to be."""
        with self._table.engine.begin() as connection:
            if not sa.inspect(connection).has_table(*split(log)):
                return False
            live = table_there(self._table.name, connection)
            statements = widening(connection.dialect, live, table_there(log, connection))
            if statements:
                # PostgreSQL does not change a column that a view shows.
                self._view.drop(connection)
            for statement in statements:
                connection.exec_driver_sql(statement)
        return bool(statements)


def _create(connection: sa.Connection, log: sa.Table) -> None:
    """Make a log: without keys, or with one that `SELECT *` does not show if the server demands it."""
    try:
        log.create(connection, checkfirst=True)
    except sa.exc.DBAPIError as error:
        if driver_code(error) not in KEY_DEMANDED:
            raise
        log.append_column(hidden_key())
        log.create(connection, checkfirst=True)
