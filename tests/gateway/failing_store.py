"""A store that can be told to fail, or to wait, around a real one."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

from samlink.store.contract import Store, StoreError
from samlink.store.sqlite.store import WRITER, open_store


class FailingStore:
    """Passes every verb on to the real store, unless it is to fail or to wait."""

    def __init__(self, store: Store) -> None:
        self.inner = store
        self.calls: Counter[str] = Counter()
        """How often each verb was asked."""
        self.answers: Counter[str] = Counter()
        """How often it has answered or failed."""
        self._failures: dict[str, StoreError] = {}
        self._gates: dict[str, asyncio.Event] = {}

    def fail(self, error: StoreError, *verbs: str) -> None:
        """Have these verbs raise `error` until `recover`."""
        self._failures |= dict.fromkeys(verbs, error)

    def recover(self) -> None:
        """Fail no more."""
        self._failures.clear()

    def hold(self, verb: str) -> None:
        """Have what `verb` answers wait until `release`; the real store does it at once."""
        self._gates[verb] = asyncio.Event()

    def release(self, verb: str) -> None:
        """Give the answers that wait."""
        self._gates.pop(verb).set()

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.inner, name)
        if name in {"lost", "changes", "close", "writer_pid"}:
            return found

        async def verb(*arguments: Any, **named: Any) -> Any:
            self.calls[name] += 1
            gate = self._gates.get(name)
            try:
                if name in self._failures:
                    raise self._failures[name]
                answer = await found(*arguments, **named)
                if gate is not None:
                    await gate.wait()
                return answer
            finally:
                self.answers[name] += 1

        return verb


class FailingStores:
    """Opens failing stores for a gateway, and keeps the last one at hand."""

    last: FailingStore

    def __init__(self) -> None:
        self.writer: Sequence[str] = WRITER
        """The command of the writer process."""
        self.held_from_start: str = ""
        """A verb that the next ones hold."""

    async def open(self, data: Path, clock: Callable[[], int]) -> Store:
        """What `open_store` does, with a FailingStore around it."""
        self.last = FailingStore(await open_store(data, clock=clock, writer=self.writer))
        if self.held_from_start:
            self.last.hold(self.held_from_start)
        return cast(Store, self.last)
