"""Messages, a clock that tests move, and a way to let other tasks run, for the tests of carriers."""

import asyncio
from collections.abc import Sequence

from samlink.carriers.contract import CarrierResult
from samlink.core.message import Claimed, Kind

START_MS = 1_767_225_600_000


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now_ms = START_MS

    def __call__(self) -> int:
        return self.now_ms


def claimed(message_id: int, receiver: str = "01012345678", *, attempts: int = 1, text: str = "안녕하세요") -> Claimed:
    """A claimed SMS."""
    return Claimed(
        id=message_id,
        account=1,
        kind=Kind.SMS,
        sender="0212345678",
        receiver=receiver,
        subject="",
        text=text,
        url="",
        user_code="",
        files="",
        expires_at_ms=None,
        attempts=attempts,
    )


def batch(first: int, count: int, *, attempts: int = 1) -> list[Claimed]:
    """So many messages with ids from `first`, to receivers that are delivered."""
    return [claimed(message_id, attempts=attempts) for message_id in range(first, first + count)]


def ids(results: Sequence[CarrierResult]) -> list[int]:
    """The ids that results name."""
    return [result.id for result in results]


async def let_others_run() -> None:
    """Give the loop to every task that can go on, and to what these set off."""
    for _ in range(10):
        await asyncio.sleep(0)
