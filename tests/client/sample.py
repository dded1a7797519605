"""Messages and results for the tests."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from samlink.client import Kind, Message, Sender, Service
from samlink.client._send.jobs import Job
from samlink.wire import ResultRecord, SendRecord

HANGUL_31 = "가" * 31
"""62 bytes."""
LONG = "가나다라마" * 40
"""400 bytes: an LMS."""


def message(number: int = 0, text: str = "안녕하세요", receiver: str = "") -> Message:
    """A message with a key of its own."""
    return Message(
        to=receiver or f"010-{number // 10000:04d}-{number % 10000:04d}",
        text=text,
        sender="02-1234-5678",
        group_id="G",
        message_id=f"M{number}",
    )


def messages(count: int, text: str = "안녕하세요") -> list[Message]:
    """Messages with keys M0, M1, …"""
    return [message(number, text) for number in range(count)]


def results(*numbers: int, receiver: str = "01012345678") -> list[ResultRecord]:
    """Results with keys M<number>."""
    return [ResultRecord("G", f"M{number}", receiver, 1_230_769_810, 6, "01190") for number in numbers]


class HasMessageId(Protocol):
    """A record, a result or a key."""

    @property
    def message_id(self) -> str:
        """MSG_ID."""


def ids(records: Iterable[HasMessageId]) -> list[str]:
    """Their MSG_IDs."""
    return [record.message_id for record in records]


async def one_job(sender: Sender, records: Sequence[SendRecord]) -> None:
    """Send SMS as one job of a sender's, however many requests it takes."""
    queue = sender._pipeline.queue(Service.SMS)
    job = Job(records, kind=Kind.SMS)
    queue.submit(job)
    await job.future
    for error in job.errors.values():
        raise error
