"""Whose frames are taken next: no connection keeps the event loop from the others, however much it has pipelined.

A connection has `WORK_IN_TURN` of work done at once in each turn of the loop. What it has sent beyond that waits in a
queue with the backlogs of all others: they go round in order, and together get `BACKLOG_WORK_IN_TURN` in a turn. So
who sends a request and waits for its answer is never behind a backlog, and the time between two looks at the sockets
is bounded by what those who have just come may do, not by what anybody has sent.

Work is what `Session.resume` counts: 1 for a frame and 1 for each 4 KiB of its body.
"""

import asyncio
from collections import deque
from typing import Final, Protocol

WORK_IN_TURN: Final = 16
BACKLOG_WORK_IN_TURN: Final = 64


class Worker(Protocol):
    """A link, as turns see it."""

    def take_turn(self, work_limit: int) -> tuple[int, bool]:
        """Do about so much work; how much was done, and whether more waits."""

    def adjust_reading(self) -> None:
        """Ask `waits` again."""


class Turns:
    """Shares the turns of one event loop out."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._done: dict[Worker, int] = {}
        """What each has had of this turn."""
        self._backlog: deque[Worker] = deque()
        self._waiting: set[Worker] = set()
        """Those in the backlog."""
        self._ends_soon = False

    def waits(self, worker: Worker) -> bool:
        """Whether it stands in the queue, and is called when its turn comes."""
        return worker in self._waiting

    def run(self, worker: Worker) -> bool:
        """Let `worker` do what is left to it of this turn, if anything is; what remains is done in later ones."""
        if worker in self._waiting:
            return False
        had = self._done.get(worker, 0)
        runs = had < WORK_IN_TURN
        done, more = worker.take_turn(WORK_IN_TURN - had) if runs else (0, True)
        self._done[worker] = had + done
        if more:
            self._waiting.add(worker)
            self._backlog.append(worker)
            worker.adjust_reading()
        self._see_to_the_end()
        return runs

    def _see_to_the_end(self) -> None:
        if not self._ends_soon:
            self._ends_soon = True
            self._loop.call_soon(self._next)

    def _next(self) -> None:
        """A turn of the loop is over: everybody has the whole of a new one, and the backlogs have theirs."""
        self._ends_soon = False
        self._done.clear()
        left = BACKLOG_WORK_IN_TURN
        for _ in range(len(self._backlog)):
            if left <= 0:
                break
            worker = self._backlog.popleft()
            done, more = worker.take_turn(min(left, WORK_IN_TURN))
            self._done[worker] = done
            left -= done
            if more:
                self._backlog.append(worker)
            else:
                self._waiting.discard(worker)
                worker.adjust_reading()
        if self._backlog:
            self._see_to_the_end()
