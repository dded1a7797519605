"""What customers send: packets drawn from a seed, each message with the results that it may have."""

import random
import time
from collections.abc import Sequence
from typing import Final, NamedTuple

from samlink.core.account import FeeType
from samlink.vocabulary.kinds import Kind
from samlink.vocabulary.services import Service
from samlink.wire import Command, FileNames, SendRecord, Version, commands
from samlink.wire.records import KmsRecord
from tests.kill.told import Key, Message, Packet

DELIVERED: Final = 6
REFUSED: Final = 13
NO_BALANCE: Final = 92
TIME_LIMIT: Final = 90
BAD_RECEIVER: Final = 86
DAILY_LIMIT: Final = 94
RATE_LIMIT: Final = 95
SHORT: Final = frozenset({NO_BALANCE, DAILY_LIMIT, RATE_LIMIT})
"""What an account that is `poor` may lack for a message."""
NETWORK_RESULTS: Final = frozenset(
    {5, 7, 8, 9, 10, 11, 13, 14, 15, 16, 20, 21, 22, 23, 28, 29, 36, 37, 50, 51, 52, 53, 54, 59}
)
"""The issue's list: the last two digits of a receiver that choose its result."""
REFUSED_RECEIVER: Final = "01099998888"
"""Refused by the carrier in its answer, with 13."""
IMPOSSIBLE_RECEIVER: Final = "0212345678"
"""No mobile number: refused by the gateway's own rule."""


DAY_LIMIT: Final = 120
"""Of the account that is `poor`."""


class Customer(NamedTuple):
    """One account, and how its customer sends."""

    id: str
    fee_type: FeeType
    variable: bool
    balance_won: int
    """Paid in beforehand; too little for all messages when `poor`."""
    poor: bool = False
    day_limit: int | None = None
    second_limit: int | None = None


CUSTOMERS: Final = (
    Customer("prepaid", FeeType.PREPAID, variable=True, balance_won=90_000_000),
    Customer("postpaid", FeeType.POSTPAID, variable=False, balance_won=0),
    Customer("poor", FeeType.PREPAID, variable=True, balance_won=500, poor=True, day_limit=DAY_LIMIT, second_limit=60),
)


class Request(NamedTuple):
    """A packet and how it goes over the wire."""

    packet: Packet
    command: Command
    records: Sequence[SendRecord] | Sequence[KmsRecord]
    files: FileNames | None


class Lane(NamedTuple):
    """Where a client is connected."""

    customer: Customer
    service: Service
    version: Version

    def __str__(self) -> str:
        return f"{self.customer.id} {self.service.name} {self.version}"


class Traffic:
    """An endless stream of requests for one connection; the same seed gives the same stream (but for times).

    No two messages have the same text, so that none is a duplicate (84), whatever is sent again.
    """

    def __init__(self, lane: Lane, name: str, seed: str) -> None:
        """`name`, at most 12 characters, keeps this stream's keys apart from every other's."""
        self._lane = lane
        self._name = name
        self._chance = random.Random(f"{seed} {name}")
        self._count = 0

    def next(self, files: Sequence[str]) -> Request:
        """The next request. It may name files of `files`, which were uploaded."""
        chance = self._chance
        variable = self._lane.customer.variable
        names: tuple[str, ...] = ()
        if self._lane.service is Service.SMS:
            kind, command = Kind.SMS, commands.SEND_SMS
        elif files and chance.random() < 0.5:
            kind, command = Kind.MMS, commands.SEND_MMS if variable else commands.SEND_FIXED
            names = tuple(chance.sample(files, k=1))
        else:
            kind, command = Kind.LMS, commands.SEND_LMS if variable else commands.SEND_FIXED
        records = self._records(kind)
        messages = [self._message(record, kind, names) for record in records]
        return Request(Packet(messages), command, records, FileNames(*names) if command.head is not None else None)

    def _records(self, kind: Kind) -> list[SendRecord]:
        self._count += 1
        chance = self._chance
        count = chance.choice((1, 1, 2, 3, 8, 20))
        # In the field MSG_ID is often just 1: then only the receivers tell the messages of a packet apart.
        one_number = chance.random() < 0.2
        records = []
        for place in range(count):
            number = "1" if one_number else str(place + 1)
            greetings = chance.randint(0, 4 if kind is Kind.SMS else 60)
            records.append(
                SendRecord(
                    f"{self._name}-{self._count}",
                    number,
                    "0212345678",
                    self._receiver(place),
                    text=f"{self._name} {self._count}/{place}" + " 안녕하세요" * greetings,
                    subject="" if kind is Kind.SMS else f"제목 {self._count}",
                )
            )
            self._set_times(records[-1], kind)
        return records

    def _receiver(self, place: int) -> str:
        chance = self._chance
        if place == 3:
            return REFUSED_RECEIVER
        if place == 4:
            return IMPOSSIBLE_RECEIVER
        last = chance.choice((0, 6, 99, *NETWORK_RESULTS)) if chance.random() < 0.5 else 0
        return f"010{chance.randrange(1000):03}{place:03}{last:02}"

    def _set_times(self, record: SendRecord, kind: Kind) -> None:
        drawn = self._chance.random()
        if kind is Kind.SMS and drawn < 0.03:
            record.reserve_at = int(time.time()) + 1
        elif drawn < 0.1:
            record.timeout_at = int(time.time()) + self._chance.choice((0, 1, 2, 3, 3600))

    def _message(self, record: SendRecord, kind: Kind, files: tuple[str, ...]) -> Message:
        key = Key(self._lane.customer.id, record.group_id, record.message_id, record.receiver)
        return Message(key, kind, record.text, files, self._expected(record))

    def _expected(self, record: SendRecord) -> frozenset[int]:
        if record.receiver == IMPOSSIBLE_RECEIVER:
            return frozenset({BAD_RECEIVER})
        results = {demanded(record.receiver)}
        if record.timeout_at is not None:
            results.add(TIME_LIMIT)
        if self._lane.customer.poor:
            results |= SHORT
        return frozenset(results)


def demanded(receiver: str) -> int:
    """The result that a receiver's digits demand of the simulated carrier."""
    if receiver == REFUSED_RECEIVER:
        return REFUSED
    last = int(receiver[-2:])
    return last if last in NETWORK_RESULTS else DELIVERED
