"""Rows with a result move to the month's log, with every column that the customer added. Blocks; call it in a thread.

A log is made as the live table is when it is first needed, and gets columns that the customer adds later. Which columns
there are is asked in the very transaction that moves the rows, when the table cannot be changed any more.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from samlink.agent import schema
from samlink.agent.errors import TableError
from samlink.agent.mapping import Field
from samlink.agent.moments import month_of
from samlink.agent.tables import LiveTable


class Waits(msgspec.Struct, frozen=True, kw_only=True):
    """How long rows and keys are kept, in hours."""

    result_hours: float = 72.0
    """A row whose result did not come for so long moves as it is, its state *sending*."""
    keys_hours: float = 240.0
    """The keys of a row are forgotten so long after its result, or after it moved without one."""


class _LogDiffers(Exception):
    """The log is not there, or lacks a column."""


class Mover:
    """Moves rows of one table."""

    def __init__(self, table: LiveTable) -> None:
        self._table = table

    def move(self, now: float, limit: int) -> int:
        """Move at most `limit` rows that have a result, in one transaction; how many were moved.

        Raises:
            TableError: what was copied is not what would be deleted; nothing was changed.
        """
        mapping, state = self._table.mapping, self._table.column(Field.STATE)
        if mapping.finished is not None:
            finished = state == mapping.finished
        else:
            finished = state.not_in((mapping.waiting, mapping.sending))
        return self._move_where(finished, now, limit)

    def move_unanswered(self, now: float, limit: int, waits: Waits) -> int:
        """Move at most `limit` rows whose result did not come in time, as they are: not a success, and not a failure.
        How many were moved. Raises TableError as `move`."""
        table, links = self._table, self._table.links.c
        late = sa.select(links.row_id).where(
            links.source == table.source,
            links.state == schema.SENT,
            links.month.is_(None),
            links.since < int(now - waits.result_hours * 3600),
        )
        with table.engine.connect() as connection:
            texts = connection.execute(late.limit(limit)).scalars().all()
        if not texts:
            return 0
        chosen = sa.and_(
            table.column(Field.ID).in_(table.row_ids(texts)), table.column(Field.STATE) == table.mapping.sending
        )
        return self._move_where(chosen, now, limit)

    def forget(self, now: float, waits: Waits) -> None:
        """Delete keys for which no result can come any more. Commits."""
        links = self._table.links
        old = links.c.since < int(now - waits.keys_hours * 3600)
        over = sa.or_(links.c.state == schema.FINISHED, links.c.month.is_not(None))
        with self._table.engine.begin() as connection:
            connection.execute(sa.delete(links).where(links.c.source == self._table.source, old, over))

    # -- inside

    def _move_where(self, chosen: sa.ColumnElement[bool], now: float, limit: int) -> int:
        month = month_of(now)
        log = self._table.log_name(month)
        try:
            return self._move(chosen, log, month, limit)
        except _LogDiffers:
            self._make_log(log)
            return self._move(chosen, log, month, limit)

    def _move(self, chosen: sa.ColumnElement[bool], log: str, month: str, limit: int) -> int:
        table = self._table
        key = table.column(Field.ID)
        with table.engine.begin() as connection:
            rows = sa.select(key).where(chosen).order_by(key).limit(limit).with_for_update(skip_locked=True)
            ids = connection.execute(rows).scalars().all()
            if not ids:
                return 0
            columns = _columns(connection, table.name)
            if log not in sa.inspect(connection).get_table_names() or set(columns) - set(_columns(connection, log)):
                raise _LogDiffers
            copied = self._copy(connection, log, columns, ids)
            deleted = connection.execute(sa.delete(table.live).where(key.in_(ids))).rowcount
            if not copied == deleted == len(ids):
                raise TableError(f"{copied} rows of {table.name} were copied to {log} and {deleted} deleted")
            links = table.links
            moved = sa.update(links).where(
                links.c.source == table.source, links.c.row_id.in_([str(id) for id in ids]), links.c.month.is_(None)
            )
            connection.execute(moved.values(month=month))
        return len(ids)

    def _copy(self, connection: sa.Connection, log: str, columns: Sequence[str], ids: Sequence[Any]) -> int:
        source = sa.table(self._table.name, *(sa.column(name) for name in columns))
        target = sa.table(log, *(sa.column(name) for name in columns))
        rows = sa.select(*source.c).where(source.c[self._table.columns[Field.ID]].in_(ids))
        # Not each driver's result keeps the count of an INSERT unless it is asked to.
        copy = sa.insert(target).from_select(list(columns), rows).execution_options(preserve_rowcount=True)
        return connection.execute(copy).rowcount

    def _make_log(self, log: str) -> None:
        """Make the log, or give it the columns that it lacks. Another agent may do the same at the same time."""
        engine = self._table.engine
        quoted = engine.dialect.identifier_preparer.quote
        with engine.begin() as connection:
            inspector = sa.inspect(connection)
            live = sa.Table(self._table.name, sa.MetaData(), autoload_with=connection)
            if log not in inspector.get_table_names():
                _like(live, log, self._table.columns[Field.ID]).create(connection, checkfirst=True)
                return
            there = {column["name"] for column in inspector.get_columns(log)}
            for column in live.columns:
                if column.name not in there:
                    kind = column.type.compile(engine.dialect)
                    connection.exec_driver_sql(f"ALTER TABLE {quoted(log)} ADD COLUMN {quoted(column.name)} {kind}")


def _like(live: sa.Table, log: str, key: str) -> sa.Table:
    """A log for a table: its columns with their types, without defaults and counters, found by the row's id."""
    columns = (sa.Column(column.name, column.type, nullable=True) for column in live.columns)
    return sa.Table(log, sa.MetaData(), *columns, sa.Index(f"{log}_id", key), mysql_charset="utf8mb4")


def _columns(connection: sa.Connection, name: str) -> tuple[str, ...]:
    """The columns of a table, as they are in this transaction."""
    nothing = sa.select(sa.text("*")).select_from(sa.table(name)).where(sa.false())
    return tuple(connection.execute(nothing).keys())
