"""Reads that may take long, beside the writer: one read-only connection on one thread of the gateway.

Such a statement works in one step without Python's global lock, so that it holds up neither the gateway's loop nor,
since it is not in the writer's queue, any message.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, TypeVar

import apsw

from samlink.store.contract import StoreBusyError, StoreError, StoreLostError
from samlink.store.sqlite.database import open_for_reading, store_error
from samlink.store.sqlite.engine.engine import Engine
from samlink.vocabulary.problem import N_

T = TypeVar("T")
MAX_WAITING: Final = 64
"""Most reads that wait for their turn; one more is refused."""


class Reader:
    """Runs reading verbs of `Engine`, one at a time."""

    def __init__(self, data: Path) -> None:
        """Open the database in `data`, which exists. Raises StoreError."""
        self._engine = Engine(open_for_reading(data), data)
        self._thread = ThreadPoolExecutor(1, "store-reader")
        self._waiting = 0
        self._closed = False

    async def read(self, verb: Callable[[Engine], T]) -> T:
        """What `verb` reads. Raises StoreError."""
        if self._closed:
            raise StoreLostError("store.closed", N_("the store is closed"))
        if self._waiting >= MAX_WAITING:
            raise StoreBusyError("store.searches", N_("too many searches at once"))
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, self._run, verb)
        finally:
            self._waiting -= 1

    def _run(self, verb: Callable[[Engine], T]) -> T:
        try:
            return verb(self._engine)
        except apsw.InterruptError as error:
            raise StoreError("store.search_interrupted", N_("the search was broken off")) from error
        except apsw.Error as error:
            raise store_error(error) from error

    async def close(self) -> None:
        """Break off what is being read and close; again, it does nothing."""
        if self._closed:
            return
        self._closed = True
        self._engine.db.interrupt()
        await asyncio.get_running_loop().run_in_executor(self._thread, self._engine.close)
        self._thread.shutdown()
