"""Transactions of one verb each, for who works beside the writer."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import apsw

from samlink.store.contract import StoreError
from samlink.store.sqlite.database import store_error
from samlink.store.sqlite.engine import Engine


def account_number(engine: Engine, account_id: str) -> int:
    """The number of the open account of that ID. Raises StoreError."""
    found = engine.account(account_id)
    if found is None:
        raise StoreError(f"there is no account {account_id}")
    return found[0].no


class Transactions:
    """An engine, and the two ways to use it."""

    def __init__(self, data: Path) -> None:
        """Open the database in `data`, made (mode 0700) and migrated when needed."""
        self._data = data
        self._engine = Engine.open(data)

    @contextlib.contextmanager
    def _transaction(self, begin: str = "BEGIN IMMEDIATE") -> Iterator[Engine]:
        db = self._engine.db
        try:
            db.execute(begin)
            try:
                yield self._engine
                db.execute("COMMIT")
            finally:
                if db.in_transaction:
                    db.execute("ROLLBACK")
        except apsw.Error as error:
            raise store_error(error) from error

    def _reading(self) -> contextlib.AbstractContextManager[Engine]:
        """One view of the whole store, which holds up no writer."""
        return self._transaction("BEGIN")
