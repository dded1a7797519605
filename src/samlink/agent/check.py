"""Checks that the database is what the agent needs: the preconditions of a run, rights, a clock that agrees. Blocks.

Nothing is changed: each right is tried by a statement that matches no row, or that must fail for another reason, and
every transaction is rolled back.
"""

import time
from collections.abc import Iterator, Mapping
from typing import Final

import msgspec
import sqlalchemy as sa

from samlink.agent.database.clocks import REFUSED_SECONDS, skew
from samlink.agent.driver_errors import driver_code, reason_of
from samlink.agent.errors import TableError
from samlink.agent.preconditions import look
from samlink.agent.remarks import remarks
from samlink.agent.settings import AgentSettings
from samlink.agent.tables.engine import require_file
from samlink.agent.tables.live import WRITTEN, LiveTable
from samlink.agent.tables.schema import definitions
from samlink.agent.tables.schema.mapping import Field
from samlink.agent.tables.schema.moments import month_of
from samlink.agent.tables.schema.names import joined, split
from samlink.agent.tables.settle.logs import columns_there, copied_columns, copying, lacking
from samlink.vocabulary.problem import Problem

_THERE_ALREADY: Final[Mapping[str, tuple[str, ...]]] = {
    "mysql": ("1050", "1060"),
    "mariadb": ("1050", "1060"),
    "postgresql": ("42P07", "42701"),
}
"""The answers to a second CREATE TABLE or ADD COLUMN, after the rights were checked."""


class Finding(msgspec.Struct, frozen=True):
    """The result of one check."""

    code: str
    """`database`, `clock`, `table`, `right`, `create`, `by_hand` or `remark`."""
    name: str
    """The table, or the database."""
    good: bool
    detail: str = ""
    """The measurement, or the rights that were tried."""
    why: Problem | None = None
    """The fault, if there is one."""


Statement = sa.Executable
Rights = Iterator[tuple[str, Statement]]


def check_database(settings: AgentSettings) -> list[Finding]:
    """All findings. Raises SettingsError."""
    engine = settings.open_database()
    try:
        return list(_findings(engine, settings))
    finally:
        engine.dispose()


def _findings(engine: sa.Engine, settings: AgentSettings) -> Iterator[Finding]:
    url = engine.url
    # Not the rest: a query may hold secrets of a driver.
    name = sa.URL.create(
        url.get_backend_name(), url.username, None, url.host, url.port, url.database
    ).render_as_string()
    try:
        require_file(url)
        with engine.connect() as connection:
            inspector = sa.inspect(connection.engine)
        ahead = skew(engine)
    except (sa.exc.SQLAlchemyError, TableError) as error:
        yield Finding("database", name, good=False, why=reason_of(error))
        return
    yield Finding("database", name, good=True)
    if ahead is not None:
        yield Finding("clock", url.database or name, good=abs(ahead) <= REFUSED_SECONDS, detail=f"{ahead:+.1f}")
    found = look(engine, settings)
    yield from (Finding("table", fault.table, good=False, why=fault.why) for fault in found.faults)
    faulty = {fault.table for fault in found.faults}
    if found.links.name not in faulty:
        yield _tried(engine, found.links.name, _rights_of_links(found.links))
    month = month_of(time.time())
    for table in found.tables.values():
        yield _tried(engine, table.name, _rights_of_rows(table))
        if (log := table.log_name(month)) and inspector.has_table(*split(log)):
            yield _tried(engine, log, _rights_of_log(table, log))
    for remark in remarks(engine, found.tables.values(), found.judge, time.time()):
        yield Finding("remark", remark.name, good=True, why=remark.what)
    logs = [split(log) for table in found.tables.values() if (log := table.log_name(month))]
    for schema in dict.fromkeys(schema for _, schema in logs) or ([] if found.tables else [None]):
        if names := inspector.get_table_names(schema):
            logs_there = {log for log, place in logs if place == schema} <= {*names}
            yield _may_create(engine, joined(names[0], schema), month if logs_there else "")


def _rights_of_rows(table: LiveTable) -> Rights:
    live, columns = table.live, table.columns
    nothing = sa.false()
    yield "SELECT", sa.select(*live.c).where(nothing)
    written = [columns[field] for field in (Field.STATE, *WRITTEN) if field in columns]
    yield "UPDATE", sa.update(live).where(nothing).values({live.c[name]: live.c[name] for name in written})
    yield "FOR UPDATE", sa.select(table.column(Field.ID)).where(nothing).with_for_update(skip_locked=True)
    yield "DELETE", sa.delete(live).where(nothing)


def _rights_of_log(table: LiveTable, log: str) -> Rights:
    """Whatever the mover does."""
    target, nothing, engine = table.as_table(log), sa.false(), table.engine
    with engine.connect() as connection:
        columns, in_log = columns_there(connection, table.name), columns_there(connection, log)
    missing = lacking(columns, in_log, engine.dialect.name)
    copied = copied_columns(
        table.mapping, [name for name in columns if name not in missing], lacking(in_log, columns, engine.dialect.name)
    )
    yield "INSERT", copying(table.name, log, copied, nothing)
    state = table.columns[Field.STATE]
    yield "UPDATE", sa.update(target).where(nothing).values({target.c[state]: target.c[state]})
    if missing and engine.dialect.name in _THERE_ALREADY:
        yield "ALTER", sa.text(definitions.adding(engine.dialect, log, sa.Column(in_log[0], sa.Integer)))


def _rights_of_links(links: sa.Table) -> Rights:
    nothing = sa.false()
    yield "SELECT", sa.select(*links.c).where(nothing)
    yield "INSERT", sa.insert(links).from_select([c.name for c in links.c], sa.select(*links.c).where(nothing))
    yield "UPDATE", sa.update(links).where(nothing).values(state=links.c.state)
    yield "DELETE", sa.delete(links).where(nothing)


def _tried(engine: sa.Engine, name: str, rights: Rights) -> Finding:
    """Try all rights."""
    tried, missing, why = [], [], None
    for right, statement in rights:
        tried.append(right)
        error = _error_of(engine, statement)
        if error is not None and not _is_there(engine, error):
            missing.append(right)
            why = why or reason_of(error)
    if missing:
        return Finding("right", name, good=False, detail=", ".join(missing), why=why)
    return Finding("right", name, good=True, detail=", ".join(tried))


def _may_create(engine: sa.Engine, there: str, month: str) -> Finding:
    """Whether the log of a month can be created: by a CREATE TABLE with a name that is taken, or one that is rolled
    back. `month`: for which all logs are there; empty: not all are."""
    there, schema = split(there)
    name = schema or engine.url.database or ""
    # MariaDB commits a CREATE at once, so there it must fail; the others roll it back.
    taken = engine.dialect.name in _THERE_ALREADY
    if not taken and engine.dialect.name != "sqlite":
        return Finding("create", name, good=True, detail="?")
    column = sa.Column("x", sa.Integer, primary_key=True)
    made = sa.Table(there if taken else "samlink_check", sa.MetaData(), column, schema=schema)
    error = _error_of(engine, sa.schema.CreateTable(made))
    if error is None or _is_there(engine, error):
        return Finding("create", name, good=True, detail="CREATE TABLE")
    if month:
        return Finding("by_hand", name, good=True, detail=month)
    return Finding("create", name, good=False, detail="CREATE TABLE", why=reason_of(error))


def _is_there(engine: sa.Engine, error: sa.exc.SQLAlchemyError) -> bool:
    return driver_code(error) in _THERE_ALREADY.get(engine.dialect.name, ())


def _error_of(engine: sa.Engine, statement: Statement) -> sa.exc.SQLAlchemyError | None:
    """The database's objection to a statement, which is rolled back; None if it has none."""
    try:
        with engine.connect() as connection:
            connection.execute(statement)
            connection.rollback()
    except sa.exc.SQLAlchemyError as error:
        return error
    return None
