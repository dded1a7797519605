"""All that must be true of a database before an agent sends from it: one list, for `check`, `init` and `run`. Blocks.

`check` shows every fault, `init` and `run` end with the first. A condition is a function: it gets what it is about, and
returns the fault as a TableError, or None.
"""

from collections.abc import Callable, Sequence
from typing import Final

import msgspec
import sqlalchemy as sa

from samlink.agent.database.clocks import REFUSED_SECONDS, skew
from samlink.agent.errors import TableError
from samlink.agent.judge.judge import Judge
from samlink.agent.settings import AgentSettings
from samlink.agent.tables.claim.links import link_table, require_links
from samlink.agent.tables.claim.unlocked import UnlockedTable
from samlink.agent.tables.live import LiveTable
from samlink.agent.tables.schema.facts import KEEPS_ROWS, LOCKS_ROWS, engine_name
from samlink.agent.tables.schema.mapping import Field
from samlink.vocabulary.problem import N_

TableCondition = Callable[[LiveTable], TableError | None]


class Fault(msgspec.Struct, frozen=True):
    """A condition that is not met."""

    table: str
    why: TableError


class Found(msgspec.Struct, frozen=True):
    """The tables of the settings as their database has them."""

    links: sa.Table
    tables: dict[str, LiveTable]
    """By their names in the settings; only those that meet all conditions."""
    judge: Judge | None
    """None if a table of the rules is missing."""
    faults: Sequence[Fault]


def look(engine: sa.Engine, settings: AgentSettings) -> Found:
    """Find all tables, and try all conditions. Raises SQLAlchemyError if the database cannot be used."""
    links = link_table(sa.MetaData(), settings.work.prefix)
    tables: dict[str, LiveTable] = {}
    faults: list[Fault] = []
    judge = None
    try:
        require_links(engine, links)
        _require_transactions(engine, links)
    except TableError as error:
        faults.append(Fault(links.name, error))
    for mapping in settings.mappings:
        try:
            table = LiveTable(engine, mapping, links)
            if not table.facts.locks_rows:
                table = UnlockedTable(engine, mapping, links)
        except TableError as error:
            faults.append(Fault(mapping.table, error))
            continue
        found = [Fault(table.name, why) for condition in TABLE_CONDITIONS if (why := condition(table)) is not None]
        faults += found
        if not found:
            tables[mapping.table] = table
    try:
        judge = Judge(engine, settings.terms, settings.work.prefix)
    except TableError as error:
        faults.append(Fault(str(error.values.get("table", links.name)), error))
    return Found(links, tables, judge, faults)


def require(engine: sa.Engine, settings: AgentSettings) -> tuple[dict[str, LiveTable], Judge]:
    """All tables, and the rules.

    Raises:
        TableError: the first condition that is not met.
        SQLAlchemyError: the database cannot be used.
    """
    _require_clock(engine)
    found = look(engine, settings)
    for fault in found.faults:
        raise fault.why
    assert found.judge is not None, "without rules there is a fault"
    return found.tables, found.judge


# -- conditions


def _require_clock(engine: sa.Engine) -> None:
    ahead = skew(engine)
    if ahead is not None and abs(ahead) > REFUSED_SECONDS:
        template = N_("the database's clock differs from this machine's by {seconds} s; set both by NTP")
        raise TableError("database.clock", template, seconds=f"{ahead:+.0f}")


def _require_transactions(engine: sa.Engine, links: sa.Table) -> None:
    with engine.connect() as connection:
        name = engine_name(connection, links.name)
    if name and name.lower() not in LOCKS_ROWS:
        template = N_("table {table} is kept by the engine {engine}; run ALTER TABLE {table} ENGINE=InnoDB")
        raise TableError("table.own_engine", template, table=links.name, engine=name)


def _keeps_its_rows(table: LiveTable) -> TableError | None:
    engine = table.facts.engine
    if not engine or engine.lower() in LOCKS_ROWS | KEEPS_ROWS:
        return None
    template = N_("table {table} is kept by the engine {engine}, which may lose rows; run ALTER TABLE … ENGINE=InnoDB")
    return TableError("table.engine", template, table=table.name, engine=engine)


def _has_one_row_for_an_id(table: LiveTable) -> TableError | None:
    facts, id = table.facts, table.columns[Field.ID]
    one = facts.unique_id or facts.counted_id
    if facts.is_view or (one and not facts.nullable_id):
        # Of a view nothing is told; without an index, a claim looks whether an id stands there twice.
        return None
    if one:
        template = N_("column {column} of {table} is the id and may be NULL; make it NOT NULL")
        return TableError("table.id_nullable", template, table=table.name, column=id)
    template = N_("column {column} of {table} is the id and has no unique index; make one")
    return TableError("table.id_not_unique", template, table=table.name, column=id)


TABLE_CONDITIONS: Final[Sequence[TableCondition]] = (_keeps_its_rows, _has_one_row_for_an_id)
"""What each table must be like, beyond what a LiveTable demands of its columns."""
