"""What must become of messages, said again in a few lines: the model that random lives are held against."""

import datetime
from collections.abc import Iterable
from typing import Any

from samlink.core.message import NewMessage, State
from samlink.store.contract import Accepted, KeyConflict

PREPAID, POSTPAID = 1, 2
BALANCE = 12
LEASE = 1_000
DAY_LIMIT, MONTH_LIMIT, SECOND_LIMIT = 6, 9, 4
WINDOW_SECONDS = 60
FOREVER = 1 << 62
NO_FRIEND = 62
_KST = datetime.timezone(datetime.timedelta(hours=9))


class Known:
    """What the model knows of a message."""

    def __init__(self, account: int, key: int | None, text: str, price: int) -> None:
        self.account, self.key, self.text, self.price = account, key, text, price
        self.expires_at_ms = FOREVER
        self.state = State.QUEUED
        self.token = 0
        self.deadline_at_ms = 0
        self.settled_at_ms = 0
        self.result: int | None = None
        self.was_unknown = False
        self.has_reference = False
        self.wiped = False
        self.parent: int | None = None
        self.fallback: int | None = None

    @property
    def open(self) -> bool:
        """Whether a result would settle it."""
        return self.result is None and self.fallback is None


class Model:
    """Two accounts: one prepaid and with every limit, one postpaid and with none."""

    def __init__(self, now_ms: int) -> None:
        self.now = now_ms
        self.last_id = 0
        self.balance = {PREPAID: BALANCE, POSTPAID: 0}
        self.pays_for_failures = {PREPAID: False, POSTPAID: False}
        self.keys: dict[tuple[int, int], int] = {}
        self.known: dict[int, Known] = {}
        self.taken: list[datetime.datetime] = []
        self.digests: dict[bytes, int] = {}

    def ids(self, *states: State) -> list[int]:
        """The messages in these states."""
        return [id for id, known in self.known.items() if known.state in states]

    def expired(self) -> list[int]:
        """Never what may have been sent: 90 says that it was not."""
        queued = ((id, self.known[id]) for id in self.ids(State.QUEUED))
        return [id for id, known in queued if not known.was_unknown and known.expires_at_ms <= self.now]

    # -- accept
    def accept(self, account: int, rows: list[NewMessage]) -> Accepted | KeyConflict:
        """What the store must answer, and from now on know."""
        fresh: dict[int, NewMessage] = {}
        texts: dict[int, str] = {}
        for row in rows:
            key = int(row.message_id)
            known = texts.get(key) or self.text_of(account, key, row.text)
            if known is None:
                fresh[key] = row
            elif known != row.text:
                return KeyConflict(row.group_id, row.message_id, row.receiver)
            texts[key] = row.text
        repeated = {self.keys[account, key] for key in texts if key not in fresh and (account, key) in self.keys}
        answer = Accepted(len(fresh), 0, reported_again=self.report_again(repeated))
        broke = False
        for key, row in fresh.items():
            code = row.result
            if code is None:
                code = self.refusal(account, row, broke=broke)
                broke = broke or code == 92
                self.count(code, answer)
            self.add(account, key, row, code)
        return answer

    def report_again(self, ids: Iterable[int]) -> int:
        """Their customer sent them again: how many have a result, which it gets once more."""
        settled = [self.known[id] for id in ids if self.known[id].state in (State.DONE, State.REPORTED)]
        for known in settled:
            known.state = State.DONE
        return len(settled)

    def text_of(self, account: int, key: int, text: str) -> str | None:
        """The text under a used key; a wiped message is known by its own only."""
        if (account, key) in self.keys:
            return self.known[self.keys[account, key]].text
        wiped = (known for known in self.known.values() if known.wiped and (known.account, known.key) == (account, key))
        return text if any(known.text == text for known in wiped) else None

    @staticmethod
    def count(code: int | None, answer: Accepted) -> None:
        """Say in the answer what a limit refused."""
        if code == 92:
            answer.unpaid += 1
        elif code is not None:
            answer.limited[code] = answer.limited.get(code, 0) + 1

    def refusal(self, account: int, row: NewMessage, *, broke: bool) -> int | None:
        """The code of the first limit that a new message exceeds."""
        if account == POSTPAID:
            return None
        now = self.moment()
        age = self.now - self.digests.get(row.digest, -FOREVER) if row.digest else FOREVER
        found = {
            84: age < WINDOW_SECONDS * 1000,
            93: sum((t.year, t.month) == (now.year, now.month) for t in self.taken) >= MONTH_LIMIT,
            94: sum(t.date() == now.date() for t in self.taken) >= DAY_LIMIT,
            95: sum(t.replace(microsecond=0) == now.replace(microsecond=0) for t in self.taken) >= SECOND_LIMIT,
            92: row.price > 0 and (broke or row.price > self.balance[account]),
        }
        return next((code for code, exceeded in found.items() if exceeded), None)

    def moment(self) -> datetime.datetime:
        """Now, in Korea."""
        return datetime.datetime.fromtimestamp(self.now / 1000, _KST)

    def add(self, account: int, key: int, row: NewMessage, code: int | None) -> None:
        """A new message, refused with `code` or queued."""
        self.last_id += 1
        self.keys[account, key] = self.last_id
        known = self.known[self.last_id] = Known(account, key, row.text, row.price if code is None else 0)
        known.expires_at_ms = row.expires_at_ms or FOREVER
        if code is not None:
            known.state, known.result, known.settled_at_ms = State.DONE, code, self.now
            return
        self.balance[account] -= row.price
        if account == PREPAID:
            self.taken.append(self.moment())
            if row.digest:
                self.digests[row.digest] = self.now

    # -- results
    def settle(self, id: int, result: int) -> int:
        """A result for an open message; the id of the message that is reported."""
        known = self.known[id]
        known.state, known.result, known.settled_at_ms = State.DONE, result, self.now
        if not (result == 6 or (result == 7 and self.pays_for_failures[known.account])):
            self.balance[known.account] += known.price
        if known.parent is None:
            return id
        known.state = State.REPORTED
        parent = self.known[known.parent]
        parent.state, parent.result, parent.settled_at_ms = State.DONE, result, self.now
        return known.parent

    def settle_open(self, ids: Iterable[int], result: int) -> list[int]:
        """The same for those of many that are open; what is reported, ascending."""
        return sorted([self.settle(id, result) for id in ids if self.known[id].open])

    def fall_back(self, id: int, row: NewMessage) -> int | None:
        """A fallback for a message; the id of what is reported, if anything is."""
        parent = self.known[id]
        if not parent.open:
            return None
        if parent.parent is not None or row.result is not None or not self.covers(parent, row.price):
            return self.settle(id, NO_FRIEND)
        self.balance[parent.account] += parent.price - row.price
        self.last_id += 1
        child = self.known[self.last_id] = Known(parent.account, None, row.text, row.price)
        child.parent, parent.fallback = id, self.last_id
        parent.state, parent.deadline_at_ms = State.SENT, FOREVER
        return None

    def covers(self, parent: Known, price: int) -> bool:
        """Whether the account can pay a fallback with the Kakao message's price given back."""
        return parent.account == POSTPAID or self.balance[PREPAID] + parent.price >= price

    # -- retention
    def old(self, before_ms: int, *, wiped: Iterable[bool]) -> list[int]:
        """What is reported and was settled before then, fallbacks aside."""
        reported = ((id, self.known[id]) for id in self.ids(State.REPORTED))
        return [
            id
            for id, known in reported
            if known.parent is None and known.settled_at_ms < before_ms and known.wiped in wiped
        ]

    def gone(self, ids: list[int], *, wiped: bool) -> int:
        """These are wiped or pruned, with their fallbacks; how many went."""
        both = ids + [child for id in ids if (child := self.known[id].fallback) is not None]
        for id in both:
            known = self.known[id]
            if known.key is not None and self.keys.get((known.account, known.key)) == id:
                del self.keys[known.account, known.key]
            known.wiped = True
            if not wiped:
                del self.known[id]
        return len(both)

    def counts(self) -> dict[str, Any]:
        """How many are in each state; the reported are all that ever were."""
        found: dict[str, Any] = {state.value: len(self.ids(state)) for state in State}
        return found | {State.REPORTED.value: self.last_id - sum(found.values()) + found[State.REPORTED.value]}
