"""What an account may still send: limits a month, a day and a second, the balance, and no duplicates.

These rules need what others may be using up at the same moment, so they are judged inside the transaction that accepts
a packet (`Store.accept`), message by message in the packet's order; the rules of `core.rules` come before them. A
message that several of them refuse gets the code of the first in `LIMIT_RULES`, and uses up nothing.

Days and months are Korea's (KST, UTC+9, no summer time). Times are UTC epoch milliseconds, money is 1/100 won.
"""

import datetime
from collections.abc import Mapping
from typing import Final, NamedTuple

import msgspec

from samlink.vocabulary.results import ResultCode
from samlink.vocabulary.rule_names import RuleName
from samlink.vocabulary.times import DAY_MS, KST_MS

_EPOCH_ORDINAL: Final = 719_163
"""`datetime.date.toordinal` of 1970-01-01."""
CLOCK_SLACK_SECONDS: Final = 2
"""So far apart may be the clock readings of requests that are judged one after another."""


class LimitRule(NamedTuple):
    """One reason for not accepting a message that is sound in itself."""

    name: RuleName
    """As in `Account.rules`."""
    result: ResultCode


DUPLICATE: Final = LimitRule(RuleName.DUPLICATE, ResultCode.DUPLICATE)
MONTHLY: Final = LimitRule(RuleName.MONTHLY_LIMIT, ResultCode.MONTHLY_LIMIT)
DAILY: Final = LimitRule(RuleName.DAILY_LIMIT, ResultCode.DAILY_LIMIT)
RATE: Final = LimitRule(RuleName.MESSAGES_A_SECOND, ResultCode.RATE_LIMIT)
BALANCE: Final = LimitRule(RuleName.BALANCE, ResultCode.NO_BALANCE)

LIMIT_RULES: Final = (DUPLICATE, MONTHLY, DAILY, RATE, BALANCE)
"""In the order of their precedence. All but the balance can be switched `off`, or to `warn`, which counts what would
have been refused. Duplicates are looked for where a message has a digest, the limits hold where the account has one."""


def kst_day(now_ms: int) -> int:
    """The day in Korea, in days since 1970-01-01."""
    return (now_ms + KST_MS) // DAY_MS


def first_of_month(day: int) -> int:
    """The first day of the month that `day` (days since 1970-01-01) is in."""
    return datetime.date.fromordinal(day + _EPOCH_ORDINAL).replace(day=1).toordinal() - _EPOCH_ORDINAL


def current_second(last: int | None, now_ms: int) -> int:
    """The second of the clock (since 1970) that a message counts in, when the one before it counted in `last`.

    It does not go back for a request that was a little slower than another, or the limit would begin anew; it does for
    a clock that was put back.
    """
    now = now_ms // 1000
    return last if last is not None and now < last <= now + CLOCK_SLACK_SECONDS else now


class Allowance(msgspec.Struct, gc=False):
    """What is left of an account's limits within one transaction; None for what has no limit."""

    month: int | None = None
    day: int | None = None
    second: int | None = None
    money: int | None = None
    """What a prepaid account can spend."""
    recent: set[bytes] = msgspec.field(default_factory=set)
    """Digests of what was accepted within the account's window."""
    modes: Mapping[str, str] = {}
    """`Account.rules`."""
    broke: bool = False
    """A message was not covered: from it on nothing that costs is, so that the first go and the rest do not."""
    warned: dict[int, int] = msgspec.field(default_factory=dict)
    """Result code → how many messages it would have refused, had its rule not only warned."""

    def covers(self, count: int) -> bool:
        """Whether `count` messages are within the limits of number; nothing is taken off."""
        return all(left is None or left >= count for left in (self.month, self.day, self.second))

    def refuse(self, digest: bytes | None, price: int) -> LimitRule | None:
        """The rule that refuses the next message, or None: it may go, and is taken off what is left."""
        for rule, exceeded in (
            (DUPLICATE, digest is not None and digest in self.recent),
            (MONTHLY, self.month is not None and self.month <= 0),
            (DAILY, self.day is not None and self.day <= 0),
            (RATE, self.second is not None and self.second <= 0),
            (BALANCE, self._lacks(price)),
        ):
            if exceeded and self._refuses(rule):
                self.broke = self.broke or rule is BALANCE
                return rule
        self._take(digest, price)
        return None

    def _lacks(self, price: int) -> bool:
        return price > 0 and self.money is not None and (self.broke or self.money < price)

    def _refuses(self, rule: LimitRule) -> bool:
        mode = "on" if rule is BALANCE else self.modes.get(rule.name, "on")
        if mode == "warn":
            self.warned[rule.result] = self.warned.get(rule.result, 0) + 1
        return mode == "on"

    def _take(self, digest: bytes | None, price: int) -> None:
        if digest is not None:
            self.recent.add(digest)
        self.month = None if self.month is None else self.month - 1
        self.day = None if self.day is None else self.day - 1
        self.second = None if self.second is None else self.second - 1
        self.money = None if self.money is None else self.money - price
