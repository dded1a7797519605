"""What each message's code and each account's balance must be, said again in a few lines; knows nothing of the gateway.

The one thing that it is told is the order in which packets were accepted, since nobody can know that beforehand.
"""

import datetime
from collections.abc import Sequence
from typing import Any, Final

from samlink.vocabulary.money import WON

SMS, LMS, KAKAO = "sms", "lms", "kakao"
PRICES: Final = {SMS: 20 * WON, LMS: 50 * WON, KAKAO: 8 * WON}
SENDER: Final = "0212345678"
OPTED_OUT: Final = "01000000081"
TEMPLATE_CODE: Final = "ORDER"
NO_BALANCE: Final = 92
_KST: Final = datetime.timezone(datetime.timedelta(hours=9))


class Asked:
    """One message as its customer wrote it."""

    def __init__(self, kind: str, record: Any) -> None:
        self.kind = kind
        self.record = record

    @property
    def key(self) -> tuple[str, str, str]:
        """What names it."""
        return self.record.group_id, self.record.message_id, self.record.receiver

    @property
    def content(self) -> tuple[str, ...]:
        """What makes it a duplicate: a Kakao message's fallback is content too."""
        return self.kind, self.record.receiver, self.record.text, getattr(self.record, "alt_type", "")

    def fault(self, now_s: int, *, registered: bool) -> int | None:
        """The code of the first rule that it breaks by itself."""
        record = self.record
        faults = {
            3: not record.text,
            86: len(record.receiver) < 10,
            88: registered and record.sender != SENDER and not (self.kind == KAKAO and record.alt_type == "N"),
            81: record.receiver == OPTED_OUT,
            63: self.kind == KAKAO and record.template_code != TEMPLATE_CODE,
            90: record.timeout_at is not None and record.timeout_at <= now_s,
        }
        return next((code for code, broken in faults.items() if broken), None)


class Customer:
    """An account: what it may send, and what became of what it sent."""

    def __init__(
        self, *, prepaid: bool, balance: int, registered: bool, window: int | None, **limits: int | None
    ) -> None:
        self.prepaid, self.balance, self.registered, self.window = prepaid, balance, registered, window
        self.day, self.month, self.second = limits["day_limit"], limits["month_limit"], limits["second_limit"]
        self.results: dict[tuple[str, str, str], int | None] = {}
        """By key; None while it is at the carrier."""
        self.paid: dict[tuple[str, str, str], int] = {}
        self._taken: list[datetime.datetime] = []
        self._contents: dict[tuple[str, ...], int] = {}

    def accept(self, packet: Sequence[Asked], now_ms: int) -> None:
        """A packet, after all that were accepted before it."""
        broke = False
        for asked in packet:
            if asked.key in self.results:
                continue
            code = asked.fault(now_ms // 1000, registered=self.registered)
            if code is None:
                code = self._limit(asked, now_ms, broke=broke)
                broke = broke or code == NO_BALANCE
            self.results[asked.key] = code
            if code is None:
                self._take(asked, now_ms)

    def _limit(self, asked: Asked, now_ms: int, *, broke: bool) -> int | None:
        now = _moment(now_ms)
        age_ms = now_ms - self._contents.get(asked.content, -(1 << 60))
        same_month = sum((t.year, t.month) == (now.year, now.month) for t in self._taken)
        same_day = sum(t.date() == now.date() for t in self._taken)
        same_second = sum(t.replace(microsecond=0) == now.replace(microsecond=0) for t in self._taken)
        exceeded = {
            84: self.window is not None and age_ms < self.window * 1000,
            93: self.month is not None and same_month >= self.month,
            94: self.day is not None and same_day >= self.day,
            95: self.second is not None and same_second >= self.second,
            92: self.prepaid and (broke or self.balance < PRICES[asked.kind]),
        }
        return next((code for code, refuses in exceeded.items() if refuses), None)

    def _take(self, asked: Asked, now_ms: int) -> None:
        self.balance -= PRICES[asked.kind]
        self.paid[asked.key] = PRICES[asked.kind]
        self._taken.append(_moment(now_ms))
        self._contents[asked.content] = now_ms

    def falls_back(self, asked: Asked) -> bool:
        """Kakao says no: whether an SMS is sent, charged in its place; else the message ends with 62."""
        self.balance += self.paid[asked.key]
        covered = not self.prepaid or self.balance >= PRICES[SMS]
        if asked.record.alt_type == "N" or not covered:
            self.results[asked.key] = 62
            return False
        self.balance -= PRICES[SMS]
        self.paid[asked.key] = PRICES[SMS]
        return True

    def settle(self, key: tuple[str, str, str], result: int) -> None:
        """The carrier's result, of which only 6 is paid for."""
        self.results[key] = result
        if result != 6:
            self.balance += self.paid[key]


def _moment(now_ms: int) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(now_ms / 1000, _KST)
