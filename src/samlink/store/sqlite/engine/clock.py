"""Which time it was, whether the machine's clock is believed, and what becomes of waits when the time is set."""

from typing import Any, Final

from samlink.store.contract import ClockDoubt
from samlink.store.sqlite import statements
from samlink.store.sqlite.engine.verbs import Verbs

SQL: Final = statements.load("time")


class ClockDoubts(Verbs):
    """The verbs about the clock."""

    def seen_ms(self) -> int | None:
        found: int | None = self._db.execute(SQL["seen"]).get
        return found

    def doubt_clock(self, step_ms: int | None, now_ms: int) -> None:
        if step_ms is None:
            self._db.execute(SQL["end_doubt"])
        else:
            self._db.execute(SQL["doubt"], {"now": now_ms, "step": step_ms})

    def move_time(self, old_ms: int, new_ms: int, mixed: bool) -> None:
        step_ms = new_ms - old_ms
        self._db.execute(SQL["move_deadlines"], {"step": step_ms, "after": old_ms if mixed else -1})
        self._db.execute(SQL["move_queue"], {"step": step_ms, "old": old_ms, "new": new_ms})

    def clock_doubt(self) -> ClockDoubt | None:
        found: list[tuple[Any, ...]] = self._db.execute(SQL["doubted"]).fetchall()
        return ClockDoubt(*found[0]) if found else None

    def confirm_clock(self, now_ms: int) -> None:
        """A person says that it is `now_ms`: a gateway that runs, or the next one, believes the machine's clock."""
        self._db.execute(SQL["confirm"])
        self._db.execute(SQL["see"], (now_ms,))
