"""Transactions of one verb each, for who works beside the writer."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import apsw

from samlink.store.sqlite.database import store_error
from samlink.store.sqlite.engine.admin.trail import Change
from samlink.store.sqlite.engine.engine import Engine
from samlink.store.wall_clock import wall_clock_ms


def account_number(engine: Engine, account_id: str) -> int:
    """The number of the open account of that ID. Raises StoreError."""
    return engine.accounts.open_account(account_id).no


def number_of(engine: Engine, account: str | int) -> int:
    """The number of the open account of that ID, or the number that was given: closed accounts have no ID of their own.

    Raises StoreError.
    """
    return account if isinstance(account, int) else account_number(engine, account)


class Transactions:
    """An engine, and the two ways to use it: to read, and to change something, which leaves an entry in the trail."""

    def __init__(self, data: Path, *, tool: str = "python", clock: Callable[[], int] = wall_clock_ms) -> None:
        """Open the database in `data`, made (mode 0700) and migrated when needed. `tool` is named in the trail; `clock`
        says what time it is (UTC epoch ms)."""
        self._clock = clock
        self._data = data
        self._tool = tool
        self._engine = Engine.open(data)

    @contextlib.contextmanager
    def _transaction(self, begin: str, end: str = "COMMIT") -> Iterator[Engine]:
        db = self._engine.db
        try:
            db.execute(begin)
            try:
                yield self._engine
                db.execute(end)
            finally:
                if db.in_transaction:
                    db.execute("ROLLBACK")
        except apsw.Error as error:
            raise store_error(error) from error

    @contextlib.contextmanager
    def _changing(self, verb: str) -> Iterator[tuple[Engine, Change]]:
        """A change and its entry, both or neither; who changes nothing leaves none."""
        with self._transaction("BEGIN IMMEDIATE") as engine:
            change = Change()
            yield engine, change
            engine.trail.enter(verb, change, tool=self._tool, now_ms=self._clock())

    def _reading(self) -> contextlib.AbstractContextManager[Engine]:
        """One view of the whole store, which holds up no writer."""
        return self._transaction("BEGIN", "ROLLBACK")  # a commit would fail after a damaged page was read
