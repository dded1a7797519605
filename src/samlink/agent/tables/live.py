"""A customer's table and the agent's links beside it: a few verbs, each one transaction. Blocks; call it in a thread.

Every verb is idempotent: it may be repeated after it failed or its answer was lost. Rows that others hold are skipped
(SKIP LOCKED), so that several agents share one table without waiting for each other.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from samlink.agent.errors import RowError
from samlink.agent.tables.claim import links
from samlink.agent.tables.claim.due import lock_due
from samlink.agent.tables.claim.odd_times import OddTimes
from samlink.agent.tables.engine import Change, by_index, lock_rows, lock_some, one_of
from samlink.agent.tables.rows import Claimed, ClaimLease, Key, RowResult, group_id, message_id
from samlink.agent.tables.schema.columns import Untyped, columns_of, found_column, found_schema, found_table
from samlink.agent.tables.schema.contents import ContentsTable, is_wanted
from samlink.agent.tables.schema.facts import facts_of
from samlink.agent.tables.schema.ids import ID_CHARACTERS, id_text
from samlink.agent.tables.schema.mapping import Field, TableMapping, key_of, translated
from samlink.agent.tables.schema.moments import kst
from samlink.agent.tables.schema.names import clause, split
from samlink.agent.tables.schema.row_values import GUESSED, readers_of, text
from samlink.vocabulary.problem import N_
from samlink.vocabulary.results import ResultCode
from samlink.vocabulary.services import Service

WRITTEN = frozenset({Field.RESULT, Field.CODE, Field.CLAIMED_AT, Field.SENT_AT, Field.RESULT_AT, Field.TELECOM})
"""Fields that only the agent writes, and never reads."""

_IDS: Final = ("message_id", "row_id")


class LiveTable:
    """A customer's table with the names and types that its database has."""

    def __init__(self, engine: sa.Engine, mapping: TableMapping, links: sa.Table) -> None:
        """Raises TableError if the table or a column is missing."""
        self.engine = engine
        self.links = links
        self.source = mapping.table
        with engine.connect() as connection:
            inspector = sa.inspect(connection)
            self.name = found_table(mapping.table, inspector)
            types = {column["name"]: column["type"] for column in inspector.get_columns(*split(self.name))}
            id = found_column(mapping.columns[Field.ID], types, self.name)
            self.facts = facts_of(connection, inspector, self.name, id)
            self._contents = None if mapping.contents is None else ContentsTable(inspector, mapping.contents, self.name)
            for other in (mapping.log_name(self.name, ""), mapping.view_name(self.name)):
                found_schema(other, inspector)
            self._charsets = _charsets(connection, mapping)
        found_columns = columns_of(self.name, mapping, types, engine.dialect.name)
        self.mapping = found_columns.mapping
        self.columns = found_columns.names
        self._has_kakao = Service.KMS in mapping.services
        self._id_from_text = found_columns.id_from_text
        # MariaDB and MySQL keep the zeros of ZEROFILL in a text.
        self._casts_ids = (
            self._id_from_text is int and self.facts.locks_rows and not getattr(types[id], "zerofill", False)
        )
        self.times = found_columns.times
        self.odd_times = OddTimes()
        read = {field: types[name] for field, name in self.columns.items() if field not in WRITTEN}
        self._readers = readers_of(read, self.times, self._charsets)
        bytes_hidden = mapping.text_bytes and engine.dialect.name == "oracle"
        self._raw = {self.columns[field] for field in self._readers.keys() - self.times} if bytes_hidden else set()
        self._text = found_columns.texts
        self._room = found_columns.room
        self._enums = {name: Untyped() for name, kind in types.items() if isinstance(kind, postgresql.ENUM)}
        self.live = self.as_table(self.name)

    def as_table(self, name: str) -> sa.TableClause:
        """The live table or one of its logs, without types: values come and go as the driver has them, so that one odd
        value does not fail the rest. An enum of PostgreSQL is compared with nothing but an untyped value."""
        columns = dict.fromkeys(self.columns.values())
        return clause(name, *(sa.column(column, self._enums.get(column)) for column in columns))

    def column(self, field: Field, table: sa.TableClause | None = None) -> sa.ColumnClause[Any]:
        """The column of a field."""
        return (self.live if table is None else table).c[self.columns[field]]

    def log_name(self, month: str) -> str:
        """The name of the log of a month, `YYYYMM`."""
        return self.mapping.log_name(self.name, month)

    def row_ids(self, texts: Iterable[str]) -> list[Any]:
        """Ids in the type of the table's column, from the texts in links."""
        return [self._id_from_text(text) for text in texts]

    def one_of(self, key: sa.ColumnElement[Any], ids: Sequence[Any]) -> sa.ColumnElement[bool]:
        """The condition that the id is one of `ids`; NULL, which a view may have for an id, is none. Text ids may be
        padded, and are compared as the column's type does."""
        ids = [id for id in ids if id is not None]
        if self._id_from_text is str:
            return key.in_(ids)
        return one_of(key, [int(id) for id in ids] if self._id_from_text is int else ids, self.engine.dialect)

    def with_result(self) -> sa.ColumnElement[bool]:
        """The condition that a row has a result."""
        return sa.or_(*self.result_ranges())

    def by_id(self, change: Change, most: int) -> Change:
        """A change of at most `most` rows of the live table by their ids, which reads, and so locks, no others."""
        return by_index(change, self.column(Field.ID), self.facts.id_index, most, self.engine.dialect)

    def result_ranges(self) -> list[sa.ColumnElement[bool]]:
        """The same as one condition for each range of states, so that an index finds the rows even where statistics are
        missing: for NOT IN, databases read all waiting rows."""
        mapping, state = self.mapping, self.column(Field.STATE)
        if mapping.finished is not None:
            return [state == mapping.finished]
        low, high = mapping.waiting, mapping.sending
        if not (isinstance(low, int) and isinstance(high, int)):
            return [state.not_in((low, high))]
        low, high = min(low, high), max(low, high)
        between = [sa.and_(state > low, state < high)] if high - low > 1 else []
        return [state > high, *between, state < low]

    # -- verbs

    def claim(
        self, lease: ClaimLease, limit: int, *, urgent: bool = False, without: Sequence[Any] = ()
    ) -> list[Claimed]:
        """Claim at most `limit` rows that are due (`due`), and store their keys. `without`: ids to leave out.
        Commits."""
        with self.engine.begin() as connection:
            rows = lock_due(connection, self, kst(lease.now), limit, urgent=urgent, without=without)
            return self._take(connection, rows, lease) if rows else []

    def due_ids(self, lease: ClaimLease, limit: int, *, urgent: bool, without: Sequence[Any]) -> list[Any]:
        """Ids of the rows that `claim` would claim."""
        with self.engine.connect() as connection:
            rows = lock_due(connection, self, kst(lease.now), limit, urgent=urgent, without=without)
            return [row[self.columns[Field.ID]] for row in rows]

    def try_claim(self, lease: ClaimLease, ids: Sequence[Any]) -> set[Any]:
        """Claim the rows of `ids` that wait, and roll it back. Returns the ids that were not tried, since others hold
        them. Raises what a claim of the rest raises."""
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

    def claim_again(self, lease: ClaimLease, limit: int) -> list[Claimed]:
        """Take over at most `limit` rows whose lease has ended, with the keys that they have. Commits."""
        c = self.links.c
        with self.engine.begin() as connection:
            ended = self._links_in(links.FREE_LATER).where(c.lease_until < int(lease.now))
            found = lock_some(connection, ended, c.row_id, [c.lease_until], limit)
            if not found:
                return []
            rows = self.rows(connection, [link.row_id for link in found], state=self.mapping.sending)
            claimed = [self._taken_over(rows[link.row_id], link, lease) for link in found if link.row_id in rows]
            claimed = self._with_contents(connection, claimed)
            self._change(connection, [row.key for row in claimed], {"lease_until": int(lease.until)})
            # The customer deleted or changed the others while they were being sent: a result has nowhere to go.
            gone = [links.key_of(link) for link in found if link.row_id not in rows]
            self._change(connection, gone, links.without_lease(links.FINISHED, lease.now))
        return claimed

    def mark_sending(self, rows: Sequence[Claimed], now: float, *, repeatable: bool = True) -> set[Key]:
        """Store that these rows may have been sent from now on; the keys of those that are still ours to send.
        `repeatable`: the gateway is idempotent, so a row left so by an agent's death is sent again. Commits."""
        values = {"state": links.SENDING if repeatable else links.UNKNOWN, "since": int(now)}
        with self.engine.begin() as connection:
            if self._mark_all(connection, rows, values):
                return {row.key for row in rows}
        with self.engine.begin() as connection:
            held = self.held(connection, rows)
            self._change(connection, held, values)
        return set(held)

    def _mark_all(self, connection: sa.Connection, rows: Sequence[Claimed], values: Mapping[str, Any]) -> bool:
        """Mark rows without asking first whose they are; whether all were ours. If not, nothing is changed."""
        c, marked = self.links.c, 0
        leases: defaultdict[int, list[Key]] = defaultdict(list)
        for row in rows:
            leases[row.lease_until].append(row.key)
        for lease_until, keys in leases.items():
            for chosen in links.with_keys(self.links, keys, connection.dialect):
                ours = sa.and_(chosen, c.state.in_(links.OPEN), c.lease_until == lease_until)
                marked += connection.execute(sa.update(self.links).where(ours).values(**values)).rowcount
        if marked != len(rows):
            connection.rollback()
        return marked == len(rows)

    def mark_sent(self, keys: Iterable[Key], now: float) -> None:
        """Store that the gateway took these rows; a row that has its result already keeps it. Commits."""
        with self.engine.begin() as connection:
            self._change(connection, keys, links.without_lease(links.SENT, now), states=links.OPEN)

    def mark_unknown(self, rows: Sequence[Claimed], now: float) -> None:
        """Store that the outcome of these rows is unknown, so that they are not sent again. Rows that another agent has
        taken over are left to it. Commits."""
        values = {"state": links.UNKNOWN, "since": int(now), "lease_until": int(now) - 1}
        with self.engine.begin() as connection:
            self._change(connection, self.held(connection, rows), values)

    def release(self, rows: Sequence[Claimed], now: float) -> None:
        """Release rows that were not sent: they keep their keys, and can be claimed again at once. Rows that another
        agent has taken over are left to it. Commits."""
        with self.engine.begin() as connection:
            held = set(self.held(connection, rows))
            keys: defaultdict[int, list[Key]] = defaultdict(list)
            for row in rows:
                if row.key in held:
                    keys[_state_before(row)].append(row.key)
            for state, ours in keys.items():
                self._change(connection, ours, {"state": state, "lease_until": int(now) - 1})

    def refuse(self, rows: Sequence[tuple[Claimed, int]], now: float) -> None:
        """Write the agent's own codes into rows that are not sent. Rows that another agent has taken over are left to
        it; rows without keys still wait. Commits."""
        state, key = self.column(Field.STATE), self.column(Field.ID)
        with self.engine.begin() as connection:
            held = set(self.held(connection, [row for row, _ in rows if row.group_id]))
            found = [(id_text(row.row_id), RowResult(*row.key, code)) for row, code in rows if row.key in held]
            self.write_results(connection, self.live, found, now)
            keys = [result.key for _, result in found]
            self._change(connection, keys, links.without_lease(links.FINISHED, now))
            for row, code in rows:
                if not row.group_id:
                    same = key.is_(None) if row.row_id is None else self.one_of(key, [row.row_id])
                    chosen = sa.and_(same, state == self.mapping.waiting)
                    connection.execute(
                        sa.update(self.live).where(chosen).values(self.result_values(code, None, "", now))
                    )

    # -- parts of transactions

    def _take(self, connection: sa.Connection, rows: Sequence[sa.RowMapping], lease: ClaimLease) -> list[Claimed]:
        """Set the state of locked rows, and store their keys."""
        ids = [row[self.columns[Field.ID]] for row in rows]
        unusable = self._unusable(connection, ids)
        group = group_id(kst(lease.now), lease.random)
        claimed = [self._claimed(row, group, message_id(id_text(id)), lease) for row, id in zip(rows, ids, strict=True)]
        ours = [row for row in claimed if id_text(row.row_id) not in unusable]
        self._set_state(connection, [row.row_id for row in ours], lease.now)
        self._store_links(connection, [row.row_id for row in ours], lease)
        return [*self._with_contents(connection, ours), *unusable.values()]

    def _key(self, id: Any, lease: ClaimLease) -> Key:
        """The keys of a row that is claimed for the first time."""
        return group_id(kst(lease.now), lease.random), message_id(id_text(id))

    def _store_links(self, connection: sa.Connection, ids: Sequence[Any], lease: ClaimLease) -> None:
        """Store the keys of claimed rows. A row that had one of these ids before is gone, and so is its claim: the
        result that is still to come is no result of the new row."""
        if not ids:
            return
        c, texts = self.links.c, {id_text(id): id for id in ids}
        same = sa.and_(c.source == self.source, one_of(c.row_id, [*texts], connection.dialect), c.month.is_(None))
        before: sa.Select[Any] = sa.select(c.group_id, c.message_id, c.row_id).where(same, c.state.in_(links.AWAITED))
        # A database that ignores case may find more than was asked for.
        gone = [links.key_of(link) for link in connection.execute(before) if link.row_id in texts]
        self._change(connection, gone, links.without_lease(links.FINISHED, lease.now))
        values = {
            "group_id": group_id(kst(lease.now), lease.random),
            "source": self.source,
            "state": links.CLAIMED,
            "lease_until": int(lease.until),
            "since": int(lease.now),
        }
        messages = [message_id(text) for text in texts]
        into = sa.insert(self.links)
        if messages == [*texts] and self._casts_ids:
            # The database has the ids already, and makes their texts faster than it reads them.
            key = self.column(Field.ID)
            made = [*map(sa.literal, values.values()), *(sa.cast(key, c[name].type) for name in _IDS)]
            connection.execute(into.from_select([*values, *_IDS], sa.select(*made).where(self.one_of(key, ids))))
        else:
            rows = zip(messages, texts, strict=True)
            connection.execute(into, [values | dict(zip(_IDS, row, strict=True)) for row in rows])

    def _unusable(self, connection: sa.Connection, ids: Sequence[Any]) -> dict[str, Claimed]:
        """Rows, by their ids as in links, that no result would find: they are refused, and have no keys."""
        faults: dict[str, tuple[str, str]] = {}
        for id in ids:
            if id is None:
                faults[id_text(id)] = "row.id_missing", N_("a row of table {table} has no id")
            elif len(id_text(id)) > ID_CHARACTERS:
                faults[id_text(id)] = "row.id_too_long", N_("a row of table {table} has an id that is too long")
        for twice in self._twice(connection, ids):
            faults[twice] = "row.id_not_unique", N_("table {table} has more than one row with this id")
        unusable = {}
        for id in ids:
            if fault := faults.get(id_text(id)):
                why = RowError(ResultCode.AGENT_OTHER, *fault, table=self.name)
                unusable[id_text(id)] = Claimed(id, "", "", {Field.ID: id}, fault=why)
        return unusable

    def _twice(self, connection: sa.Connection, ids: Sequence[Any]) -> set[str]:
        """The ids, as in links, that more than one row has."""
        if self.facts.unique_id or not ids:
            return set()
        key = self.column(Field.ID)
        chosen = sa.select(key).where(self.one_of(key, ids)).group_by(key)
        return {id_text(id) for id in connection.execute(chosen.having(sa.func.count() > 1)).scalars()}

    def held(self, connection: sa.Connection, rows: Sequence[Claimed]) -> list[Key]:
        """Keys of the rows that no other agent has taken over since they were claimed, locked."""
        leases = {row.key: row.lease_until for row in rows}
        held: list[Key] = []
        for chosen in links.with_keys(self.links, list(leases), connection.dialect):
            locked = lock_rows(self._links_in(links.OPEN).where(chosen), connection.dialect, skip=False)
            held += [
                key for link in connection.execute(locked) if leases.get(key := links.key_of(link)) == link.lease_until
            ]
        return held

    def write_results(
        self, connection: sa.Connection, table: sa.TableClause, found: Sequence[tuple[str, RowResult]], now: float
    ) -> None:
        """Write results into rows of the live table or of a log; a row that has a result keeps it. `found`: ids as in
        links, and results. `now`: UTC epoch seconds."""
        alike: defaultdict[tuple[int, int | None, str], list[str]] = defaultdict(list)
        for row_id, result in found:
            alike[result.code, result.sent_seconds, result.telecom].append(row_id)
        written = [(self.result_values(*result, now), self.row_ids(texts)) for result, texts in alike.items()]
        columns: defaultdict[tuple[str, ...], list[tuple[Mapping[str, Any], Sequence[Any]]]] = defaultdict(list)
        for values, ids in written:
            columns[tuple(values)].append((values, ids))
        state, key = self.column(Field.STATE, table), self.column(Field.ID, table)
        for names, parts in columns.items():
            ids = [id for _, some in parts for id in some]
            chosen = sa.update(table).where(self.one_of(key, ids), state == self.mapping.sending)
            chosen = self.by_id(chosen, len(ids)) if table is self.live else chosen
            connection.execute(chosen.values({name: self._by_id(key, table.c[name], parts) for name in names}))

    def _by_id(
        self,
        key: sa.ColumnElement[Any],
        column: sa.ColumnElement[Any],
        parts: Sequence[tuple[Mapping[str, Any], Sequence[Any]]],
    ) -> Any:
        """The value of one column for rows of several results, so that one statement writes all of them."""
        by_value: defaultdict[Any, list[Any]] = defaultdict(list)
        for values, ids in parts:
            by_value[values[str(column.key)]] += ids
        if len(by_value) == 1:
            return next(iter(by_value))
        # The column itself gives the values its type.
        values = {value: sa.literal(value, sa.types.NullType()) for value in by_value}
        return sa.case(*((self.one_of(key, ids), values[value]) for value, ids in by_value.items()), else_=column)

    def result_values(self, code: int, sent_seconds: int | None, telecom: str, now: float) -> dict[str, Any]:
        """The columns of a row with a result, by name."""
        mapping = self.mapping
        network = str(translated(mapping.telecoms, telecom)) if telecom else ""
        values: dict[Field, Any] = {
            Field.STATE: mapping.finished,
            Field.RESULT: self._code(Field.RESULT, translated(mapping.results, code)),
            Field.CODE: self._code(Field.CODE, translated(mapping.codes, code)),
            Field.SENT_AT: None if sent_seconds is None else self.time(kst(sent_seconds), Field.SENT_AT),
            Field.RESULT_AT: self.time(kst(now), Field.RESULT_AT),
            # The database must not refuse a result for a word that is only information.
            Field.TELECOM: network[: self._room.get(Field.TELECOM)] or None,
        }
        return {self.columns[f]: value for f, value in values.items() if value is not None and f in self.columns}

    def _code(self, field: Field, code: int | str) -> int | str:
        return str(code) if field in self._text else code

    def time(self, moment: datetime, field: Field) -> Any:
        """A time in KST as the driver takes it for a column; None if the table has no such column."""
        return self.times[field].write(moment) if field in self.times else None

    def select_rows(self) -> sa.Select[Any]:
        """A query of all columns that are read."""
        read = [name for field, name in self.columns.items() if field not in WRITTEN]
        return sa.select(*(self._read_as(name) for name in dict.fromkeys(read)))

    def _read_as(self, name: str) -> sa.ColumnElement[Any]:
        """A column as a query reads it. Oracle gives the bytes of a text only as RAW: it would replace them."""
        column = self.live.c[name]
        return sa.func.utl_raw.cast_to_raw(column).label(name) if name in self._raw else column

    def rows(
        self, connection: sa.Connection, texts: Sequence[str], state: int | str | None = None
    ) -> dict[str, sa.RowMapping]:
        """Rows by their ids as in links. `state`: only those in this state."""
        key = self.column(Field.ID)
        chosen = self.select_rows().where(self.one_of(key, self.row_ids(texts)))
        if state is not None:
            chosen = chosen.where(self.column(Field.STATE) == state)
        return {id_text(row[key.name]): row for row in connection.execute(chosen).mappings().all()}

    def ids_there(self, connection: sa.Connection, texts: Sequence[str]) -> set[str]:
        """The ids, as in links, whose rows are in the live table."""
        key = self.column(Field.ID)
        found = connection.execute(sa.select(key).where(self.one_of(key, self.row_ids(texts)))).scalars()
        return {id_text(id) for id in found}

    def read(self, connection: sa.Connection, texts: Sequence[str]) -> list[Claimed]:
        """Rows as a claim reads them, by their ids as in links; without keys."""
        rows = [self._claimed(row, "", "", None) for row in self.rows(connection, texts).values()]
        return self._with_contents(connection, rows)

    def _claimed(self, row: Mapping[Any, Any], group_id: str, message_id: str, lease: ClaimLease | None) -> Claimed:
        values = {field: row[name] for field, name in self.columns.items() if field not in WRITTEN}
        values |= {field: read(values[field]) for field, read in self._readers.items()}
        if self._has_kakao:
            values[Field.KIND] = self.mapping.kind_of(values)
        until = 0 if lease is None else int(lease.until)
        return Claimed(values[Field.ID], group_id, message_id, values, lease_until=until)

    def _taken_over(self, row: Mapping[Any, Any], link: sa.Row[Any], lease: ClaimLease) -> Claimed:
        claimed = self._claimed(row, link.group_id, link.message_id, lease)
        decided = link.state == links.RESEND
        return msgspec.structs.replace(claimed, again=decided or link.state == links.SENDING, decided=decided)

    def _with_contents(self, connection: sa.Connection, rows: list[Claimed]) -> list[Claimed]:
        """Rows with their parts in the second table, which take precedence over their own columns."""
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
            template = N_("table {table} has nothing for its key")
            fault = RowError(ResultCode.AGENT_CONTENT, "row.contents_missing", template, table=self._contents.name)
            return msgspec.structs.replace(row, fault=fault)
        texts = {field: text(value, charsets=self._charsets) for field, value in part.items()}
        return msgspec.structs.replace(row, values={**row.values, **texts})

    def _set_state(self, connection: sa.Connection, ids: Sequence[Any], now: float) -> None:
        """Change rows that wait to *sending*."""
        if not ids:
            return
        values: dict[str, Any] = {self.columns[Field.STATE]: self.mapping.sending}
        if Field.CLAIMED_AT in self.columns:
            values[self.columns[Field.CLAIMED_AT]] = self.time(kst(now), Field.CLAIMED_AT)
        waiting = self.column(Field.STATE) == self.mapping.waiting
        change = self.by_id(sa.update(self.live).where(self.one_of(self.column(Field.ID), ids), waiting), len(ids))
        connection.execute(change.values(values))

    def _links_in(self, states: Sequence[int]) -> sa.Select[Any]:
        c = self.links.c
        columns = (c.group_id, c.message_id, c.row_id, c.state, c.lease_until)
        return sa.select(*columns).where(c.source == self.source, c.state.in_(states))

    def _change(
        self, connection: sa.Connection, keys: Iterable[Key], values: Mapping[str, Any], states: Sequence[int] = ()
    ) -> None:
        links.change_links(connection, self.links, keys, values, states=states)


def _charsets(connection: sa.Connection, mapping: TableMapping) -> Sequence[str]:
    """The charsets in which texts are to be read against the database's word."""
    if mapping.text_bytes or connection.dialect.name != "postgresql":
        return (mapping.text_bytes,) if mapping.text_bytes else ()
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
    return GUESSED if encoding == "SQL_ASCII" else ()


def _state_before(row: Claimed) -> int:
    """The state of a row's link before it was claimed for this attempt."""
    if row.decided:
        return links.RESEND
    return links.SENDING if row.again else links.CLAIMED
