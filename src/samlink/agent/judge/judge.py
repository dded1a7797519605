"""The rows of a claim are judged: what has to be looked up, the rules, and who of several equal rows goes. Blocks.

What is off costs nothing: no file is opened but for rows that have one, and no table is asked.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from samlink.agent.flow.outcomes import DUPLICATE, Follows, Verdict
from samlink.agent.judge import black_list, duplicates
from samlink.agent.judge.black_list import BlackList
from samlink.agent.judge.duplicates import Duplicates, Key, digest_of
from samlink.agent.judge.files import FileRefused, fault_of
from samlink.agent.judge.rules import Terms
from samlink.agent.judge.verdict import Claimed, Facts, Refused, judge, paths_of, receiver_of
from samlink.agent.tables.mapping import Field
from samlink.agent.tables.schema import FOLDED
from samlink.client import AnyMessage
from samlink.vocabulary.services import Service
from samlink.vocabulary.times import KST

ServiceOf = Callable[[Mapping[Field, Any]], Service | None]


class Judge:
    """What rows are judged by, for all tables of an agent."""

    def __init__(self, engine: sa.Engine, terms: Terms, prefix: str) -> None:
        """Raises TableError when a table that the rules need is not there."""
        self._terms = terms
        self._black_list = BlackList(engine, terms.black_list, terms.black_list_column) if terms.black_list else None
        self._duplicates = Duplicates(engine, prefix, terms.duplicate_seconds) if terms.duplicate_seconds else None

    def judged(self, rows: Sequence[Claimed], service_of: ServiceOf, now: float) -> list[tuple[Claimed, Verdict]]:
        """What becomes of each row, in their order. `service_of`: as what a row's values make it go, None if that is
        not known. `now`: UTC epoch seconds."""
        facts = Facts(self._file_faults(rows), self._black_listed(rows))
        local = datetime.fromtimestamp(now, KST)
        judged = [(row, judge(row, service_of(row.values), self._terms, local, facts)) for row in rows]
        return [*judged] if self._duplicates is None else self._without_duplicates(self._duplicates, judged, now)

    def give_back(self, keys: Sequence[Key]) -> None:
        """These rows were not sent after all, or in vain: the same message may go. Commits."""
        if self._duplicates is not None and keys:
            self._duplicates.give_back(keys)

    def forget(self, now: float) -> None:
        """Delete what no rule needs any more. Commits."""
        if self._duplicates is not None:
            self._duplicates.forget(now)

    # -- inside

    def _file_faults(self, rows: Sequence[Claimed]) -> dict[Path, FileRefused]:
        terms = self._terms
        paths = dict.fromkeys(path for row in rows if not row.again for path in paths_of(row, terms))
        faults = {path: fault_of(path, terms.files, strict=terms.strict_paths) for path in paths}
        return {path: fault for path, fault in faults.items() if fault is not None}

    def _black_listed(self, rows: Sequence[Claimed]) -> frozenset[str]:
        if self._black_list is None:
            return frozenset()
        receivers = [receiver_of(row) for row in rows if not row.again]
        return self._black_list.listed(receiver for receiver in receivers if receiver is not None)

    @staticmethod
    def _without_duplicates(
        known: Duplicates, judged: Sequence[tuple[Claimed, AnyMessage | Refused]], now: float
    ) -> list[tuple[Claimed, Verdict]]:
        digests = {
            (row.group_id, row.message_id): digest_of(verdict)
            for row, verdict in judged
            if not isinstance(verdict, Refused)
        }
        holders = known.held_by([(digest, key) for key, digest in digests.items()], now)
        verdicts: list[tuple[Claimed, Verdict]] = []
        for row, verdict in judged:
            key = (row.group_id, row.message_id)
            holder = holders[digests[key]] if key in digests else key
            if holder == key or row.again:
                verdicts.append((row, verdict))
            else:
                verdicts.append((row, Follows(*holder) if holder in digests else DUPLICATE))
        return verdicts


def make_tables(engine: sa.Engine, terms: Terms, prefix: str) -> tuple[str, ...]:
    """Make the tables that the rules need and that are not there; their names."""
    metadata = sa.MetaData()
    if terms.duplicate_seconds:
        duplicates.digest_table(metadata, prefix)
    if terms.black_list:
        fold = str.lower if engine.dialect.name in FOLDED else str
        black_list.black_list_table(metadata, fold(terms.black_list), fold(terms.black_list_column))
    with engine.connect() as connection:
        inspector = sa.inspect(connection)
        there = {name.lower() for name in (*inspector.get_table_names(), *inspector.get_view_names())}
    missing = [table for name, table in metadata.tables.items() if name.lower() not in there]
    metadata.create_all(engine, tables=missing, checkfirst=False)
    return tuple(table.name for table in missing)
