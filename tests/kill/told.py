"""What customers were told: the first of the three sides of the audit. Written down by the clients as it happens."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec

from samlink.vocabulary.kinds import Kind


class Key(NamedTuple):
    """What makes a message the same."""

    account: str
    group: str
    number: str
    """MSG_ID."""
    receiver: str


class Message(msgspec.Struct, frozen=True):
    """One message as a customer meant it."""

    key: Key
    kind: Kind
    text: str
    files: tuple[str, ...]
    expected: frozenset[int]
    """Which results it may have."""
    fallback: Kind | None = None
    """What goes in its place when Kakao refuses it."""
    fallback_text: str = ""


class Packet(msgspec.Struct):
    """One send request, and how it went."""

    messages: Sequence[Message]
    asked: int = 0
    """How often it was written to a socket."""
    acknowledged: int = 0
    """How often it was answered 00000."""
    abandoned: bool = False
    """It was not answered, and its customer did not ask again."""


class Told:
    """Everything that all clients asked and were told."""

    def __init__(self) -> None:
        self.packets: list[Packet] = []
        self.results: dict[Key, Counter[int]] = defaultdict(Counter)
        self.died_with: Counter[Key] = Counter()
        """How often a SAM10 customer had read a result and died before it had kept it."""
        """How often each result of a message was received."""
        self.files: dict[tuple[str, str], bytes] = {}
        """Uploads that were answered, by account and name."""
        self.wrong: list[str] = []
        """What a client found wrong at once."""

    def acknowledged(self) -> dict[Key, Message]:
        """Every message of every packet that was answered 00000."""
        return {message.key: message for packet in self.packets if packet.acknowledged for message in packet.messages}

    def meant(self) -> dict[Key, Message]:
        """Every message that was ever asked for."""
        return {message.key: message for packet in self.packets for message in packet.messages}


class Progress:
    """Counts what clients see happen, and does something at a count that was drawn beforehand."""

    def __init__(self) -> None:
        self.total = 0
        self.counts: Counter[str] = Counter()
        self._target = 0
        self._do: Callable[[], None] | None = None

    def count(self, what: str) -> None:
        """Something happened; what was planned for it is done before this returns."""
        self.total += 1
        self.counts[what] += 1
        if self._do is not None and self.total >= self._target:
            do, self._do = self._do, None
            do()

    def after(self, events: int, do: Callable[[], None]) -> None:
        """Call `do` at the so-manieth event from now."""
        self._target = self.total + events
        self._do = do


async def turns(count: int) -> None:
    """Give the loop to everybody else so many times: moments that are too short for any clock."""
    for _ in range(count):
        await asyncio.sleep(0)


async def until(condition: Callable[[], bool]) -> None:
    """Look at each turn of the loop whether something has come about."""
    while True:
        if condition():
            return
        await turns(1)


async def pause(seconds: float) -> None:
    """What a client does between two polls; a test waits for a signal instead."""
    await asyncio.sleep(seconds)
