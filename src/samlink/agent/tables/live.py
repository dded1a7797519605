"""A customer's table and the agent's links beside it: a few verbs, each one transaction. Blocks; call it in a thread.

Every verb may be called again after it failed or its answer was lost. Rows that others hold are passed over (SKIP
LOCKED), so that several agents share one table without waiting for each other.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from samlink.agent.judge.verdict import Claimed
from samlink.agent.tables import keys, schema
from samlink.agent.tables.columns import columns_of, found
from samlink.agent.tables.contents import ContentsTable, is_wanted
from samlink.agent.tables.due import lock_due
from samlink.agent.tables.engine import lock_rows, lock_some, one_of
from samlink.agent.tables.mapping import Field, TableMapping, key_of, translated
from samlink.agent.tables.moments import TIMESTAMP, kst
from samlink.vocabulary.services import Service

WRITTEN = frozenset({Field.RESULT, Field.CODE, Field.CLAIMED_AT, Field.SENT_AT, Field.RESULT_AT, Field.TELECOM})
"""Fields that only the agent writes, and never reads."""


class Finding(msgspec.Struct, frozen=True):
    """What became of one message, to be written into its row."""

    group_id: str
    message_id: str
    code: int
    sent_seconds: int | None = None
    """UTC epoch seconds."""
    telecom: str = ""


class Lease(msgspec.Struct, frozen=True):
    """One claim: when, until when, and what its keys are made of."""

    now: float
    """UTC epoch seconds."""
    until: float
    random: bytes
    """`keys.RANDOM_BYTES` bytes."""


class LiveTable:
    """A customer's table as its database has it: names found, and types where they matter."""

    def __init__(self, engine: sa.Engine, mapping: TableMapping, links: sa.Table) -> None:
        """Raises TableError when the table or a column is not there."""
        self.engine = engine
        self.links = links
        self.source = mapping.table
        with engine.connect() as connection:
            inspector = sa.inspect(connection)
            names = [*inspector.get_table_names(), *inspector.get_view_names()]
            self.name = found(mapping.table, names, "there is no table {name}")
            types = {column["name"]: column["type"] for column in inspector.get_columns(self.name)}
            self._contents = None if mapping.contents is None else ContentsTable(inspector, mapping.contents)
        found_columns = columns_of(self.name, mapping, types)
        self.mapping = found_columns.mapping
        self.columns = found_columns.names
        self.numbered = found_columns.numbered
        self._text = found_columns.texts
        self._room = found_columns.room
        self.live = self.as_table(self.name)

    def as_table(self, name: str) -> sa.TableClause:
        """The live table, or one of its logs, without types: values come and go as the driver has them, so that one
        value that is odd does not fail the rest."""
        return sa.table(name, *(sa.column(column) for column in dict.fromkeys(self.columns.values())))

    def column(self, field: Field, table: sa.TableClause | None = None) -> sa.ColumnClause[Any]:
        """The column of a field."""
        return (self.live if table is None else table).c[self.columns[field]]

    def log_name(self, month: str) -> str:
        """The name of the log of a month, `YYYYMM`."""
        return self.mapping.log_name(self.name, month)

    def row_ids(self, texts: Iterable[str]) -> list[Any]:
        """Ids as the table has them, from how links have them."""
        return [int(text) for text in texts] if self.numbered else list(texts)

    def one_of(self, key: sa.ColumnElement[Any], ids: Sequence[Any]) -> sa.ColumnElement[bool]:
        """That the id is one of `ids`, as the table has them. Ids that are texts may be padded, and are compared as the
        column's type does."""
        return one_of(key, [int(id) for id in ids], self.engine.dialect) if self.numbered else key.in_(ids)

    def with_result(self) -> sa.ColumnElement[bool]:
        """Which rows have a result. In ranges: for NOT IN, databases read all rows that wait."""
        mapping, state = self.mapping, self.column(Field.STATE)
        if mapping.finished is not None:
            return state == mapping.finished
        low, high = mapping.waiting, mapping.sending
        if not (isinstance(low, int) and isinstance(high, int)):
            return state.not_in((low, high))
        low, high = min(low, high), max(low, high)
        return sa.or_(state < low, sa.and_(state > low, state < high), state > high)

    # -- verbs

    def claim(self, lease: Lease, limit: int, *, urgent: bool = False, without: Sequence[Any] = ()) -> list[Claimed]:
        """Claim at most `limit` rows that are due (`due`), and write down their keys. `without`: ids of rows that are
        left out. Commits."""
        with self.engine.begin() as connection:
            rows = lock_due(connection, self, kst(lease.now), limit, urgent=urgent, without=without)
            return self._take(connection, rows, lease) if rows else []

    def due_ids(self, lease: Lease, limit: int, *, urgent: bool, without: Sequence[Any]) -> list[Any]:
        """Ids of the rows that `claim` would take."""
        with self.engine.connect() as connection:
            rows = lock_due(connection, self, kst(lease.now), limit, urgent=urgent, without=without)
            return [row[self.columns[Field.ID]] for row in rows]

    def try_claim(self, lease: Lease, ids: Sequence[Any]) -> set[Any]:
        """Claim those of `ids` that wait, and take it back. Ids of those that somebody else holds, and which were not
        tried. Raises what a claim of the others does."""
        key = self.column(Field.ID)
        chosen = sa.and_(self.one_of(key, ids), self.column(Field.STATE) == self.mapping.waiting)
        with self.engine.connect() as connection:
            there = connection.execute(sa.select(key).where(chosen)).scalars().all()
            unheld = lock_rows(self.select_rows().where(chosen), connection.dialect, skip=True)
            rows = connection.execute(unheld).mappings().all()
            if rows:
                self._take(connection, rows, lease)
            connection.rollback()
        return {*there} - {row[key.name] for row in rows}

    def claim_again(self, lease: Lease, limit: int) -> list[Claimed]:
        """Take over at most `limit` rows whose lease has ended, with the keys that they have. Commits."""
        links = self.links.c
        with self.engine.begin() as connection:
            ended = self._links_in(schema.FREE_LATER).where(links.lease_until < int(lease.now))
            found = lock_some(connection, ended, links.row_id, [links.lease_until], limit)
            if not found:
                return []
            rows = self.rows(connection, [link.row_id for link in found])
            claimed = [self._taken_over(rows[link.row_id], link, lease) for link in found if link.row_id in rows]
            claimed = self._with_contents(connection, claimed)
            until = {"lease_until": int(lease.until)}
            self._change_links(connection, [(row.group_id, row.message_id) for row in claimed], until)
            # The customer deleted the others while they were being sent: a result has nowhere to go.
            gone = [(link.group_id, link.message_id) for link in found if link.row_id not in rows]
            self._change_links(connection, gone, {"state": schema.FINISHED, "since": int(lease.now)})
        return claimed

    def mark_sending(self, rows: Sequence[Claimed], now: float, *, repeatable: bool = True) -> set[tuple[str, str]]:
        """These rows may have been sent from now on; the keys of those that are still ours to send. `repeatable`: the
        peer takes a key once, so that a row which an agent's death leaves so may be sent again. Commits."""
        keys = {(row.group_id, row.message_id) for row in rows}
        values = {"state": schema.SENDING if repeatable else schema.UNKNOWN, "since": int(now)}
        with self.engine.begin() as connection:
            if self._mark_all(connection, rows, values):
                return keys
        with self.engine.begin() as connection:
            held = self.held(connection, rows)
            self._change_links(connection, held, values)
        return set(held)

    def _mark_all(self, connection: sa.Connection, rows: Sequence[Claimed], values: Mapping[str, Any]) -> bool:
        """Mark rows without asking before whose they are; whether they were all ours. If not, nothing is changed."""
        links, marked = self.links.c, 0
        leases: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
        for row in rows:
            leases[row.lease_until].append((row.group_id, row.message_id))
        for lease_until, pairs in leases.items():
            for chosen in by_group(self.links, pairs, connection.dialect):
                ours = sa.and_(chosen, links.state.in_(schema.OPEN), links.lease_until == lease_until)
                marked += connection.execute(sa.update(self.links).where(ours).values(**values)).rowcount
        if marked != len(rows):
            connection.rollback()
        return marked == len(rows)

    def mark_sent(self, rows: Sequence[tuple[str, str]], now: float) -> None:
        """The gateway took these keys. What has its result already, keeps it. Commits."""
        with self.engine.begin() as connection:
            self._change_links(connection, rows, {"state": schema.SENT, "since": int(now)}, of=schema.OPEN)

    def mark_unknown(self, rows: Sequence[Claimed], now: float) -> None:
        """What became of these rows is not known, and they are not sent again. What somebody has taken over is his.
        Commits."""
        values = {"state": schema.UNKNOWN, "since": int(now), "lease_until": int(now) - 1}
        with self.engine.begin() as connection:
            self._change_links(connection, self.held(connection, rows), values)

    def release(self, rows: Sequence[Claimed], now: float) -> None:
        """These rows were not sent: they keep their keys, and can be taken over at once. What somebody has taken over
        is his. Commits."""
        with self.engine.begin() as connection:
            held = set(self.held(connection, rows))
            keys: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
            for row in rows:
                if (key := (row.group_id, row.message_id)) in held:
                    keys[_state_before(row)].append(key)
            for state, ours in keys.items():
                self._change_links(connection, ours, {"state": state, "lease_until": int(now) - 1})

    def refuse(self, rows: Sequence[tuple[Claimed, int]], now: float) -> None:
        """Write the agent's own codes into rows that are not sent. What somebody has taken over is his. Commits."""
        with self.engine.begin() as connection:
            held = set(self.held(connection, [row for row, _ in rows]))
            found = [
                (str(row.row_id), Finding(row.group_id, row.message_id, code))
                for row, code in rows
                if (row.group_id, row.message_id) in held
            ]
            self.write_results(connection, self.live, found, now)
            keys = [(finding.group_id, finding.message_id) for _, finding in found]
            self._change_links(connection, keys, {"state": schema.FINISHED, "since": int(now)})

    # -- parts of transactions

    def _take(self, connection: sa.Connection, rows: Sequence[sa.RowMapping], lease: Lease) -> list[Claimed]:
        """Set the state of locked rows, and write down their keys."""
        now = kst(lease.now)
        group_id = keys.group_id(now, lease.random)
        ids = [row[self.columns[Field.ID]] for row in rows]
        self._set_state(connection, ids, self.mapping.sending, now)
        claimed = [
            self._claimed(row, group_id, keys.message_id(str(id)), lease) for row, id in zip(rows, ids, strict=True)
        ]
        claimed = self._with_contents(connection, claimed)
        connection.execute(sa.insert(self.links), [self._link(row, lease) for row in claimed])
        return claimed

    def held(self, connection: sa.Connection, rows: Sequence[Claimed]) -> list[tuple[str, str]]:
        """Keys of those rows that nobody has taken over since they were claimed, locked."""
        leases = {(row.group_id, row.message_id): row.lease_until for row in rows}
        held: list[tuple[str, str]] = []
        for chosen in by_group(self.links, list(leases), connection.dialect):
            links = lock_rows(self._links_in(schema.OPEN).where(chosen), connection.dialect, skip=False)
            for link in connection.execute(links).all():
                key = (link.group_id, link.message_id)
                if leases.get(key) == link.lease_until:
                    held.append(key)
        return held

    def write_results(
        self, connection: sa.Connection, table: sa.TableClause, found: Sequence[tuple[str, Finding]], now: float
    ) -> None:
        """Write results into rows of the live table or of a log; one that has a result keeps it. `found`: ids as links
        have them. `now`: UTC epoch seconds."""
        alike: defaultdict[tuple[int, int | None, str], list[str]] = defaultdict(list)
        for row_id, finding in found:
            alike[finding.code, finding.sent_seconds, finding.telecom].append(row_id)
        state, key = self.column(Field.STATE, table), self.column(Field.ID, table)
        for (code, sent_seconds, telecom), texts in sorted(alike.items(), key=lambda item: min(item[1])):
            chosen = sa.update(table).where(self.one_of(key, self.row_ids(texts)), state == self.mapping.sending)
            connection.execute(chosen.values(self.result_values(code, sent_seconds, telecom, now)))

    def result_values(self, code: int, sent_seconds: int | None, telecom: str, now: float) -> dict[str, Any]:
        """The columns of a row with a result, by their names."""
        mapping = self.mapping
        network = str(translated(mapping.telecoms, telecom)) if telecom else ""
        values: dict[Field, Any] = {
            Field.STATE: mapping.finished,
            Field.RESULT: self._code(Field.RESULT, translated(mapping.results, code)),
            Field.CODE: self._code(Field.CODE, translated(mapping.codes, code)),
            Field.SENT_AT: None if sent_seconds is None else self.time(kst(sent_seconds), Field.SENT_AT),
            Field.RESULT_AT: self.time(kst(now), Field.RESULT_AT),
            # A result must not be refused for a word that is only for information.
            Field.TELECOM: network[: self._room.get(Field.TELECOM)] or None,
        }
        return {self.columns[f]: value for f, value in values.items() if value is not None and f in self.columns}

    def _code(self, field: Field, code: int | str) -> int | str:
        return str(code) if field in self._text else code

    def time(self, moment: datetime, field: Field) -> datetime | str:
        """A time as the driver takes it for a column, which may be one of text."""
        as_text = field in self._text or self.engine.dialect.name == "sqlite"
        return moment.strftime(TIMESTAMP) if as_text else moment

    def select_rows(self) -> sa.Select[Any]:
        """Everything that is read of a row."""
        read = [name for field, name in self.columns.items() if field not in WRITTEN]
        return sa.select(*(self.live.c[name] for name in dict.fromkeys(read)))

    def rows(self, connection: sa.Connection, texts: Sequence[str]) -> dict[str, sa.RowMapping]:
        """Rows by their ids as links have them."""
        key = self.column(Field.ID)
        rows = connection.execute(self.select_rows().where(self.one_of(key, self.row_ids(texts)))).mappings().all()
        return {str(row[key.name]): row for row in rows}

    def ids_there(self, connection: sa.Connection, texts: Sequence[str]) -> set[str]:
        """Those of these ids, as links have them, whose rows are in the live table."""
        key = self.column(Field.ID)
        found = connection.execute(sa.select(key).where(self.one_of(key, self.row_ids(texts)))).scalars()
        return {str(id) for id in found}

    def read(self, connection: sa.Connection, texts: Sequence[str]) -> list[Claimed]:
        """Rows as a claim reads them, by their ids as links have them; without keys."""
        rows = [self._claimed(row, "", "", None) for row in self.rows(connection, texts).values()]
        return self._with_contents(connection, rows)

    def _claimed(self, row: Mapping[Any, Any], group_id: str, message_id: str, lease: Lease | None) -> Claimed:
        values = {field: row[name] for field, name in self.columns.items() if field not in WRITTEN}
        until = 0 if lease is None else int(lease.until)
        return Claimed(values[Field.ID], group_id, message_id, values, lease_until=until)

    def _taken_over(self, row: Mapping[Any, Any], link: sa.Row[Any], lease: Lease) -> Claimed:
        claimed = self._claimed(row, link.group_id, link.message_id, lease)
        decided = link.state == schema.RESEND
        return msgspec.structs.replace(claimed, again=decided or link.state == schema.SENDING, decided=decided)

    def _with_contents(self, connection: sa.Connection, rows: list[Claimed]) -> list[Claimed]:
        """Rows with what the second table has of them, which stands before what they have themselves."""
        if self._contents is None:
            return rows
        looking = [row for row in rows if is_wanted(row.values) and not self._goes_as_sms(row)]
        parts = self._contents.parts(connection, [row.values[Field.CONTENT_KEY] for row in looking])
        whole = {id(row): self._whole(row, parts.get(key_of(row.values[Field.CONTENT_KEY]))) for row in looking}
        return [whole.get(id(row), row) for row in rows]

    def _goes_as_sms(self, row: Claimed) -> bool:
        return self.mapping.service_of(row.values) is Service.SMS

    def _whole(self, row: Claimed, part: Mapping[Field, Any] | None) -> Claimed:
        if part is None:
            assert self._contents is not None
            return msgspec.structs.replace(row, fault=f"table {self._contents.name} has nothing for its key")
        return msgspec.structs.replace(row, values={**row.values, **part})

    def _link(self, row: Claimed, lease: Lease) -> dict[str, Any]:
        return {
            "group_id": row.group_id,
            "message_id": row.message_id,
            "source": self.source,
            "row_id": str(row.row_id),
            "state": schema.CLAIMED,
            "lease_until": int(lease.until),
            "since": int(lease.now),
        }

    def _set_state(
        self, connection: sa.Connection, ids: Sequence[Any], state: int | str, claimed_at: datetime | None = None
    ) -> None:
        values: dict[str, Any] = {self.columns[Field.STATE]: state}
        if Field.CLAIMED_AT in self.columns:
            values[self.columns[Field.CLAIMED_AT]] = claimed_at and self.time(claimed_at, Field.CLAIMED_AT)
        change = sa.update(self.live).where(self.one_of(self.column(Field.ID), ids))
        connection.execute(change.values(values))

    def _links_in(self, states: Sequence[int]) -> sa.Select[Any]:
        links = self.links.c
        columns = (links.group_id, links.message_id, links.row_id, links.state, links.lease_until)
        return sa.select(*columns).where(links.source == self.source, links.state.in_(states))

    def _change_links(
        self,
        connection: sa.Connection,
        pairs: Sequence[tuple[str, str]],
        values: Mapping[str, Any],
        of: Sequence[int] = (),
    ) -> None:
        for chosen in by_group(self.links, pairs, connection.dialect):
            change = sa.update(self.links).where(chosen)
            if of:
                change = change.where(self.links.c.state.in_(of))
            connection.execute(change.values(**values))


def _state_before(row: Claimed) -> int:
    """The state of a row's link before it was claimed for this attempt."""
    if row.decided:
        return schema.RESEND
    return schema.SENDING if row.again else schema.CLAIMED


def by_group(links: sa.Table, pairs: Sequence[tuple[str, str]], dialect: sa.Dialect) -> list[sa.ColumnElement[bool]]:
    """Keys as conditions that every database finds by the primary key, one for each GRP_ID."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for group_id, message_id in pairs:
        groups[group_id].append(message_id)
    return [
        sa.and_(links.c.group_id == group_id, one_of(links.c.message_id, sorted(ids), dialect))
        for group_id, ids in sorted(groups.items())
    ]


def settle(tables: Mapping[str, LiveTable], links: sa.Table, findings: Sequence[Finding], now: float) -> list[Finding]:
    """Write results into their rows, in the live tables or in the logs to which they moved. Commits.

    Returns those whose keys nobody here knows. `tables` by their sources; all are in the database of `links`.
    """
    by_key = {(finding.group_id, finding.message_id): finding for finding in findings}
    if not by_key:
        return []
    engine = next(iter(tables.values())).engine
    with engine.begin() as connection:
        places, unknown = _places(connection, links, by_key, sorted(tables))
        finished = sa.update(links).where(links.c.state != schema.FINISHED, links.c.source.in_(sorted(tables)))
        for chosen in by_group(links, list(by_key), connection.dialect):
            connection.execute(finished.where(chosen).values(state=schema.FINISHED, since=int(now)))
        for (source, month), found in sorted(places.items(), key=lambda item: (item[0][0], item[0][1] or "")):
            table = tables[source]
            place = table.live if month is None else table.as_table(table.log_name(month))
            table.write_results(connection, place, found, now)
    return unknown


_Places = dict[tuple[str, str | None], list[tuple[str, Finding]]]
"""Results, with ids of their rows as links have them, by source and by month; None: still in the live table."""


def _places(
    connection: sa.Connection, links: sa.Table, by_key: Mapping[tuple[str, str], Finding], sources: Sequence[str]
) -> tuple[_Places, list[Finding]]:
    """Where the rows of results are now, and the results of no row."""
    places: _Places = {}
    unknown = dict(by_key)
    for chosen in by_group(links, list(by_key), connection.dialect):
        # Locked, so that a row does not move away while its result is written.
        found = lock_rows(sa.select(links).where(chosen, links.c.source.in_(sources)), connection.dialect, skip=False)
        for link in connection.execute(found).all():
            # A database that does not see case may give more than was asked for. What is finished stays as it is.
            finding = unknown.pop((link.group_id, link.message_id), None)
            if finding is not None and link.state != schema.FINISHED:
                places.setdefault((link.source, link.month), []).append((link.row_id, finding))
    return places, list(unknown.values())
