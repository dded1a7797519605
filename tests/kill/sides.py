"""The other two sides of the audit, read when the gateway has ended: the store by plain SQL, and the journal."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import apsw
import msgspec

from samlink.carriers.simulator import JournalEntry, read_journal
from samlink.store.sqlite.admin import Admin
from tests.kill.told import Key

_MESSAGES: Final = """
SELECT message.id, account.id, group_id, message_id, receiver, kind, state, result, charged, price, attempts, unknowns,
    late_result, expires_at_ms, parent, fallback, reason, carrier_code, text, files, coalesce(refund.amount, 0)
FROM message
JOIN account ON account.no = message.account
JOIN message_state ON message_state.id = message.id
LEFT JOIN content ON content.id = message.id
LEFT JOIN ledger AS refund ON refund.message = message.id
"""
_FILES: Final = "SELECT account.id, name, size, account.no FROM file JOIN account ON account.no = file.account"
_BALANCES: Final = "SELECT id, balance FROM account"
_BUSIEST_DAYS: Final = "SELECT account.id, max(messages) FROM usage JOIN account ON account.no = account GROUP BY 1"
_TOP_UPS: Final = """
SELECT account.id, sum(amount) FROM ledger JOIN account ON account.no = ledger.account
WHERE cause = 'top-up' GROUP BY account.id
"""
_IN_MOTION: Final = """
SELECT count(*) FROM message JOIN message_state USING (id)
WHERE
    state <> 'reported'
    AND NOT (fallback IS NOT NULL AND result IS NULL)
    AND NOT (state = 'unknown' AND deadline_at_ms > :soon) AND NOT (state = 'queued' AND due_at_ms > :soon)
"""
_END_WAITS: Final = (
    "UPDATE message SET deadline_at_ms = 0 WHERE unknown_at_ms IS NOT NULL AND result IS NULL",
    "UPDATE message SET due_at_ms = 0 WHERE claim_token IS NULL AND result IS NULL",
)
SOON_MS: Final = 1_500
"""Customers reserve their messages for a second ahead."""


class Row(msgspec.Struct):
    """What the store says of one message."""

    id: int
    key: Key
    kind: int
    state: str
    result: int | None
    charged: int | None
    price: int
    attempts: int
    unknowns: int
    late_result: int | None
    expires_at_ms: int | None
    text: str | None
    files: tuple[str, ...]
    refund: int
    parent: int | None = None
    fallback: int | None = None
    reason: str = ""
    carrier_code: str | None = None


class StoreSide(msgspec.Struct):
    """The whole store."""

    rows: list[Row]
    files: dict[tuple[str, str], bytes | None]
    """The bytes on the disk of each file that has a row, by account and name."""
    balances: dict[str, int]
    top_ups: dict[str, int]
    complaints: list[str]
    """What the store's own audit says."""
    busiest_days: dict[str, int] = {}
    """The most messages that an account's limits counted on one day."""


def read_store(directory: Path) -> StoreSide:
    """Read it all, and have it audit itself."""
    connection = read_only(directory)
    try:
        rows = [_row(found) for found in connection.execute(_MESSAGES)]
        files = {
            (account, name): _content(directory, number, name, size)
            for account, name, size, number in connection.execute(_FILES)
        }
        balances = _numbers(connection, _BALANCES)
        top_ups = _numbers(connection, _TOP_UPS)
        busiest_days = _numbers(connection, _BUSIEST_DAYS)
    finally:
        connection.close()
    with Admin(directory) as admin:
        complaints = [str(found) for found in admin.audit()]
    return StoreSide(rows, files, balances, top_ups, complaints, busiest_days)


def read_only(directory: Path) -> apsw.Connection:
    """The database, for looking only; also while a gateway runs."""
    return apsw.Connection(str(directory / "samlink.db"), flags=apsw.SQLITE_OPEN_READONLY)


def states(directory: Path) -> Mapping[str, int]:
    """How many messages are in which state now."""
    connection = read_only(directory)
    try:
        return _numbers(connection, "SELECT state, count(*) FROM message_state GROUP BY state")
    finally:
        connection.close()


def in_motion(directory: Path) -> int:
    """How many messages something will happen to in a moment: all but the reported, the unknown and the postponed, and
    those that wait for a fallback, which is counted itself."""
    soon_ms = time.time_ns() // 1_000_000 + SOON_MS
    connection = read_only(directory)
    try:
        return int(connection.execute(_IN_MOTION, {"soon": soon_ms}).get)
    finally:
        connection.close()


def end_all_waits(directory: Path) -> None:
    """As if days had passed over a gateway that is not running: reports are overdue, postponed attempts are due."""
    connection = apsw.Connection(str(directory / "samlink.db"))
    for statement in _END_WAITS:
        connection.execute(statement)
    connection.close()


def read_carrier(directory: Path) -> dict[int, JournalEntry]:
    """The journals of the simulated carriers, which were told to keep them whole: what a message had from all of them
    is added up, so that one which two carriers had shows as sent twice."""
    found: dict[int, JournalEntry] = {}
    for journal in (directory / "simulator", *sorted(directory.glob("carriers/*"))):
        for id, entry in read_journal(journal).items():
            found[id] = entry if id not in found else _added(found[id], entry)
    return found


def _added(one: JournalEntry, other: JournalEntry) -> JournalEntry:
    counts = {
        name: getattr(one, name) + getattr(other, name)
        for name in ("submitted", "repeats", "refused", "delivered", "acknowledged", "results_due")
    }
    return msgspec.structs.replace(one, **counts)


def _numbers(connection: apsw.Connection, statement: str) -> dict[str, int]:
    return {str(name): int(number or 0) for name, number in connection.execute(statement)}


def _row(found: tuple[Any, ...]) -> Row:
    id, account, group, number, receiver, *others, text, files, refund = found
    kind, state, result, charged, price, attempts, unknowns, late_result, expires_at_ms, *kakao = others
    parent, fallback, reason, carrier_code = kakao
    return Row(
        id=id,
        key=Key(account, group, number, receiver),
        kind=kind,
        state=state,
        result=result,
        charged=charged,
        price=price,
        attempts=attempts,
        unknowns=unknowns,
        late_result=late_result,
        expires_at_ms=expires_at_ms,
        text=text,
        files=tuple(filter(None, (files or "").split("\n"))),
        refund=refund,
        parent=parent,
        fallback=fallback,
        reason=reason,
        carrier_code=carrier_code,
    )


def _content(directory: Path, account: int, name: str, size: int) -> bytes | None:
    path = directory / "files" / str(account) / name
    content = path.read_bytes() if path.is_file() else None
    return content if content is not None and len(content) == size else None
