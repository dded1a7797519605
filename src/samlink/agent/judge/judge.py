"""The rows of a claim are judged: facts are looked up, rules applied, and of equal rows one is chosen. Blocks.

A rule that is off costs nothing: no table is asked, and files are opened only for rows that have one.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from samlink.agent.errors import RowError
from samlink.agent.judge.black_list import BlackList
from samlink.agent.judge.duplicates import Duplicates, digest_of
from samlink.agent.judge.files import fault_of
from samlink.agent.judge.rules import Terms
from samlink.agent.judge.verdict import (
    DUPLICATE,
    Facts,
    Follows,
    Refused,
    Verdict,
    judge,
    paths_of,
    receiver_of,
)
from samlink.agent.tables.rows import Claimed, Key
from samlink.agent.tables.schema.mapping import Field
from samlink.client import AnyMessage
from samlink.vocabulary.services import Service
from samlink.vocabulary.times import KST

ServiceOf = Callable[[Mapping[Field, Any]], Service | None]


class Judge:
    """The rules and lists by which an agent judges rows, for all its tables."""

    def __init__(self, engine: sa.Engine, terms: Terms, prefix: str) -> None:
        """Raises TableError if a table that the rules need is missing."""
        self._terms = terms
        self._black_list = BlackList(engine, terms.black_list, terms.black_list_column) if terms.black_list else None
        self._duplicates = Duplicates(engine, prefix, terms.duplicate_seconds) if terms.duplicate_seconds else None

    def judged(self, rows: Sequence[Claimed], service_of: ServiceOf, now: float) -> list[tuple[Claimed, Verdict]]:
        """The verdict on each row, in their order. `service_of`: the service of a row by its values, None if it is
        unknown. `now`: UTC epoch seconds."""
        judged = self.judged_alone(rows, service_of, now)
        return [*judged] if self._duplicates is None else self._without_duplicates(self._duplicates, judged, now)

    def judged_alone(
        self, rows: Sequence[Claimed], service_of: ServiceOf, now: float
    ) -> list[tuple[Claimed, AnyMessage | Refused]]:
        """The same without regard to duplicates. Nothing is changed."""
        facts = Facts(self._file_faults(rows), self._black_listed(rows))
        local = datetime.fromtimestamp(now, KST)
        return [(row, judge(row, service_of(row.values), self._terms, local, facts)) for row in rows]

    @property
    def useless_entries(self) -> tuple[str, int]:
        """The black list's table, and how many of its entries can never match; none if there is no list."""
        return ("", 0) if self._black_list is None else (self._black_list.name, self._black_list.useless)

    def give_back(self, keys: Sequence[Key]) -> None:
        """Let the messages of these rows be sent by others: they were not sent after all, or failed. Commits."""
        if self._duplicates is not None and keys:
            self._duplicates.give_back(keys)

    def forget(self, now: float) -> bool:
        """Delete some digests that no rule needs any more; whether there are more. Commits."""
        return self._duplicates is not None and self._duplicates.forget(now)

    # -- inside

    def _file_faults(self, rows: Sequence[Claimed]) -> dict[Path, RowError]:
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
        digests = {row.key: digest_of(verdict) for row, verdict in judged if not isinstance(verdict, Refused)}
        holders = known.held_by([(digest, key) for key, digest in digests.items()], now)
        verdicts: list[tuple[Claimed, Verdict]] = []
        for row, verdict in judged:
            holder = holders[digests[row.key]] if row.key in digests else row.key
            if holder == row.key or row.again:
                verdicts.append((row, verdict))
            else:
                verdicts.append((row, Follows(*holder) if holder in digests else DUPLICATE))
        return verdicts
