"""What a person should know of a database though an agent can work with it: one list, for `check` and `run`. Blocks.

the clock       differs from this machine's
the zone        programs that write NOW() write another time than the agent reads
a black list    has entries that can never match
an engine       has no transactions
rights          that the agent's user has and does not need
orphans         rows in the sending state that are nobody's
waiting rows    would be refused, or have their times in another form than their column
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Final

import msgspec
import sqlalchemy as sa

from samlink.agent.database.clocks import NOTED_SECONDS, skew
from samlink.agent.driver_errors import ROW_ERRORS, masked
from samlink.agent.judge.judge import Judge
from samlink.agent.judge.verdict import Refused
from samlink.agent.rights import excess
from samlink.agent.tables.claim.orphans import orphans
from samlink.agent.tables.live import LiveTable
from samlink.agent.tables.schema.ids import id_text
from samlink.agent.tables.schema.mapping import Field
from samlink.agent.tables.schema.row_values import recovered
from samlink.vocabulary.problem import N_, Problem

LOOKED_AT: Final = 200
"""Waiting rows of a table that are looked at, and orphans that are counted."""
SHOWN: Final = 5
"""Rights that are named."""
_KOREA_SECONDS: Final = 9 * 3600
_MYSQL: Final = (
    "SELECT TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(), CONVERT_TZ(UTC_TIMESTAMP(), '+00:00', @@global.time_zone))"
)
_ZONES: Final[Mapping[str, str]] = {
    "mysql": _MYSQL,
    "mariadb": _MYSQL,
    "postgresql": "SELECT EXTRACT(EPOCH FROM (now() AT TIME ZONE reset_val) - (now() AT TIME ZONE 'UTC'))"
    " FROM pg_settings WHERE name = 'TimeZone'",
    "oracle": "SELECT (SYSDATE - CAST(SYS_EXTRACT_UTC(SYSTIMESTAMP) AS DATE)) * 86400 FROM dual",
    "mssql": "SELECT DATEDIFF(second, SYSUTCDATETIME(), SYSDATETIME())",
}
"""Seconds that the zone of other programs' sessions is ahead of UTC: the server's, the database's or the role's. SQLite
has none."""


class Remark(msgspec.Struct, frozen=True):
    """One thing to know."""

    name: str
    """The table, or the database."""
    what: Problem


def remarks(engine: sa.Engine, tables: Iterable[LiveTable], judge: Judge | None, now: float) -> list[Remark]:
    """All that there is to say. `judge`: None if its tables are missing; `now`: UTC epoch seconds.

    Raises:
        SQLAlchemyError: the database cannot be used.
    """
    tables = [*tables]
    looks: list[Callable[[], Iterable[Remark]]] = [
        *(partial(look, engine) for look in (_of_zone, _of_clock, _of_rights)),
        *(partial(_of_engine, table) for table in tables),
        *(partial(_of_orphans, table) for table in tables),
    ]
    if judge is not None:
        looks += [partial(_of_black_list, judge), *(partial(_of_rows, table, judge, now) for table in tables)]
    found: list[Remark] = []
    for look in looks:
        try:
            found += look()
        except ROW_ERRORS as error:
            # A row that cannot be read is set aside by a run; a right that is missing is another check's.
            if isinstance(error, sa.exc.DBAPIError) and error.connection_invalidated:
                raise
    return found


def _of_rights(engine: sa.Engine) -> Iterator[Remark]:
    with engine.connect() as connection:
        found = excess(connection)
    if found:
        template = N_("the agent's user has rights that it does not need: {rights}")
        rights = ", ".join(found[:SHOWN]) + (", ..." if len(found) > SHOWN else "")
        yield Remark(engine.url.database or "", Problem("remark.rights", template, rights=rights))


def _of_engine(table: LiveTable) -> Iterator[Remark]:
    if (engine := table.facts.engine) and not table.facts.locks_rows:
        template = N_(
            "the engine {engine} has no transactions: rows are sent once all the same, but a crash of the server may "
            "have the last ones sent again; ALTER TABLE ... ENGINE=InnoDB ends that"
        )
        yield Remark(table.name, Problem("remark.engine", template, engine=engine))


def _of_orphans(table: LiveTable) -> Iterator[Remark]:
    if found := len(orphans(table, LOOKED_AT)):
        template = N_(
            "{count} row(s) are in the sending state, and no agent has sent them; `samlink agent unknown` lists them"
        )
        yield Remark(table.name, Problem("remark.orphans", template, count=found))


def _of_zone(engine: sa.Engine) -> Iterator[Remark]:
    if (question := _ZONES.get(engine.dialect.name)) is None:
        return
    with engine.connect() as connection:
        ahead = round(float(connection.exec_driver_sql(question).scalar() or 0) / 60) * 60
    if ahead != _KOREA_SECONDS:
        hours, minutes = divmod(abs(ahead) // 60, 60)
        offset = f"{'-' if ahead < 0 else '+'}{hours:02}:{minutes:02}"
        template = N_(
            "sessions of other programs are in UTC{offset}, and Korea is in UTC+09:00: what NOW() writes into a column "
            "without a zone is another time than the agent reads"
        )
        yield Remark(engine.url.database or "", Problem("remark.zone", template, offset=offset))


def _of_clock(engine: sa.Engine) -> Iterator[Remark]:
    ahead = skew(engine)
    if ahead is not None and abs(ahead) > NOTED_SECONDS:
        template = N_("the database's clock differs from this machine's by {seconds} s; set both by NTP")
        yield Remark(engine.url.database or "", Problem("database.clock", template, seconds=f"{ahead:+.0f}"))


def _of_black_list(judge: Judge) -> Iterator[Remark]:
    name, useless = judge.useless_entries
    if useless:
        template = N_("{count} entries are not numbers that could receive a message, and never match")
        yield Remark(name, Problem("remark.useless_entries", template, count=useless))


def _of_rows(table: LiveTable, judge: Judge, now: float) -> Iterator[Remark]:
    form = table.times.get(Field.RESERVE_AT)
    read = [table.column(field) for field in (Field.ID, Field.RESERVE_AT) if field in table.columns]
    waiting = sa.select(*read).where(table.column(Field.STATE) == table.mapping.waiting).limit(LOOKED_AT)
    with table.engine.connect() as connection:
        found = connection.execute(waiting).all()
        rows = table.read(connection, [id_text(row[0]) for row in found])
    if form is not None and (odd := sum(not form.is_own(row[1]) for row in found)):
        template = N_(
            "{count} of {looked} waiting rows have their reserve time in another form than {form}, and are found more "
            "slowly; if most have, name their form in [tables.times]"
        )
        yield Remark(table.name, Problem("remark.odd_times", template, count=odd, looked=len(found), form=form.name))
    bytes_seen = sum(
        recovered(text, ("cp949",)) != text for row in rows if isinstance(text := row.values.get(Field.TEXT), str)
    )
    if bytes_seen:
        template = N_(
            "the texts of {count} of {looked} waiting rows look like bytes of CP949 in a column of another charset: "
            'if they are, set text_bytes = "cp949" for the table'
        )
        yield Remark(table.name, Problem("remark.text_bytes", template, count=bytes_seen, looked=len(rows)))
    judged = judge.judged_alone(rows, table.mapping.service_of, now)
    refused = [masked(verdict.reason) for _, verdict in judged if isinstance(verdict, Refused)]
    if refused:
        [(code, _)] = Counter(reason.code for reason in refused).most_common(1)
        most = next(reason for reason in refused if reason.code == code)
        template = N_("{count} of {looked} waiting rows would be refused, most of them because: {why}")
        yield Remark(table.name, Problem("remark.refused", template, count=len(refused), looked=len(rows), why=most))
