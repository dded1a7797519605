"""The trail: every administrative change, who made it, and what it replaced; appended to, never rewritten.

An entry is written in the transaction of its change. It holds no secret (a password is only said to have changed) and
no person's number (receivers are masked).
"""

import getpass
import json
import os
from collections.abc import Mapping
from typing import Any, Final

from samlink.store.contract.values import TrailEntry
from samlink.store.sqlite import statements
from samlink.store.sqlite.engine.verbs import Verbs

SQL: Final = statements.load("trail")
NOBODY: Final = "?"


class Change:
    """What a transaction changes, filled in by its verb: only what differs is entered, and nothing if nothing does."""

    __slots__ = ("account", "new", "old")

    def __init__(self) -> None:
        self.account: int | None = None
        self.old: dict[str, Any] = {}
        self.new: dict[str, Any] = {}

    def of(self, account: int, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        """`account` had `old` and has `new` now."""
        self.account, self.old, self.new = account, dict(old), dict(new)

    def entered(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Old and new without what is the same in both."""
        gone = {name: value for name, value in self.old.items() if self.new.get(name, _MISSING) != value}
        come = {name: value for name, value in self.new.items() if self.old.get(name, _MISSING) != value}
        return gone, come


_MISSING: Final = object()


class Trail(Verbs):
    """The verbs about the trail, for the engine."""

    def enter(self, verb: str, change: Change, *, tool: str, now_ms: int) -> None:
        """Append one entry, unless nothing has changed."""
        old, new = change.entered()
        if old or new:
            texts = (json.dumps(values, ensure_ascii=False) for values in (old, new))
            self._db.execute(SQL["enter"], (now_ms, operator(), tool, change.account, verb, *texts))

    def lines(self, account: int | None, before: int, limit: int) -> list[TrailEntry]:
        """The entries numbered below `before`, newest first; one account's, 0 for everyone's list, None for all."""
        found = self._db.execute(SQL["lines"], {"account": account, "before": before, "limit": limit})
        return [_entry(row) for row in found]


def operator() -> str:
    """Who runs this process: `kim (1000)`, and behind sudo `root (0) for kim`."""
    number = os.getuid() if hasattr(os, "getuid") else NOBODY
    try:
        name = _name(number)
    except (KeyError, OSError):
        name = NOBODY
    behind = os.environ.get("SUDO_USER", "")
    return f"{name} ({number})" + (f" for {behind[:32]!a}".replace("'", "") if behind else "")


def _name(number: int | str) -> str:
    try:
        import pwd  # noqa: PLC0415 - not on Windows
    except ImportError:
        return getpass.getuser()
    return pwd.getpwuid(int(number)).pw_name


def _entry(row: tuple[Any, ...]) -> TrailEntry:
    no, at_ms, who, tool, account, account_id, verb, old, new = row
    return TrailEntry(no, at_ms, who, tool, account, account_id or "", verb, json.loads(old), json.loads(new))
