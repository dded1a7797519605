"""What goes when its time is over: whole messages, their texts and numbers, what was kept to compare with."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import apsw
import msgspec

from samlink.store.credentials import Credentials
from samlink.store.sqlite import statements
from samlink.store.sqlite.engine.messages.digests import Digests
from samlink.store.sqlite.engine.rows import id_list
from samlink.store.sqlite.engine.verbs import Verbs

SQL: Final = statements.load("retention")
EARLY_RESULT_KEPT_MS: Final = 7 * 86_400_000
"""How long a result waits for its message; results come up to three days late."""
_MARK: Final = "\x02"
"""Begins what stands in the place of a receiver that was wiped; no wire's text has control characters."""


class Retention(Verbs):
    """The verbs that remove, each in small steps."""

    def __init__(self, db: apsw.Connection, digests: Digests, credentials: Callable[[], Credentials]) -> None:
        self._db = db
        self._digests = digests
        self._credentials = credentials

    # -- messages
    def prune(self, before_ms: int, limit: int) -> int:
        ids = self._finished(before_ms, limit, wiped=1)
        ids += self._finished(before_ms, limit - len(ids), wiped=0)
        if not ids:
            return 0
        both = id_list(self._with_fallbacks(ids))
        self._db.execute(SQL["keep_totals"], (both,))
        self._db.executemany(SQL["count_pruned"], self._db.execute(SQL["counted"], (both,)).fetchall())
        self._db.execute(SQL["prune_reports"], (both,))
        self._db.execute(SQL["prune"], (both,))
        return self._db.changes()

    def wipe(self, before_ms: int, limit: int) -> int:
        ids = self._finished(before_ms, limit, wiped=0)
        if not ids:
            return 0
        both = id_list(self._with_fallbacks(ids))
        rows = self._db.execute(SQL["content"], (both,)).fetchall()
        wiped = [(self.wiped_receiver(account, key_and_content), id) for id, account, *key_and_content in rows]
        self._db.executemany(SQL["wipe"], wiped)
        self._db.execute(SQL["wipe_content"], (both,))
        return len(wiped)

    def _finished(self, before_ms: int, limit: int, *, wiped: int) -> list[int]:
        bindings = {"before": before_ms, "limit": limit, "wiped": wiped}
        rows: list[tuple[Any, ...]] = self._db.execute(SQL["finished"], bindings).fetchall()
        return [row[0] for row in rows]

    def _with_fallbacks(self, ids: list[int]) -> list[int]:
        found: list[tuple[Any, ...]] = self._db.execute(SQL["fallbacks_of"], (id_list(ids),)).fetchall()
        return ids + [row[0] for row in found]

    def wiped_receiver(self, account: Any, key_and_content: Sequence[Any]) -> str:
        """What stands for the receiver of a wiped message, so that the same message under its key is known again.

        It is keyed: else whoever has the text could try all numbers.
        """
        return _MARK + self._credentials().digest(msgspec.msgpack.encode((account, *key_and_content)))

    # -- what is compared with
    def sweep(self, now_ms: int, limit: int) -> int:
        self._db.execute(SQL["forget_early"], {"before": now_ms - EARLY_RESULT_KEPT_MS, "limit": limit})
        removed = self._db.changes()
        return removed + self._digests.sweep(now_ms, limit)
