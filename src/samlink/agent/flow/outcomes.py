"""The outcomes of one claim: the gateway's answer for each row goes in, the row's new state comes out. Pure."""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence

from samlink.agent.driver_errors import reason_of
from samlink.agent.judge.verdict import DUPLICATE, Follows, Refused, Verdict
from samlink.agent.tables.rows import Claimed, Key
from samlink.client import (
    AnyMessage,
    ClientError,
    Failed,
    KakaoMessage,
    MessageError,
    Outcome,
    OutcomeUnknownError,
    PacketRefusedError,
)
from samlink.vocabulary.problem import Problem
from samlink.vocabulary.responses import Again, ResponseClass
from samlink.vocabulary.results import ResultCode
from samlink.vocabulary.services import Service

_ABOUT_MESSAGES = (ResponseClass.PACKET, ResponseClass.FILE)
"""Other refusals are about the account or the gateway: the row waits until that is repaired."""


class Outcomes:
    """The rows of one claim."""

    def __init__(self, judged: Iterable[tuple[Claimed, Verdict]]) -> None:
        self.messages: list[AnyMessage] = []
        """To be sent."""
        self.refused: list[tuple[Claimed, Refused]] = []
        self.sent: list[Key] = []
        """Keys of the rows that the gateway took."""
        self.back: list[Claimed] = []
        """Rows that were not sent, and wait again."""
        self.doubted: list[tuple[Claimed, Refused]] = []
        """Rows that cannot be sent now, and may have been sent before: their result comes, or a person decides."""
        self.rejected: list[tuple[Claimed, PacketRefusedError]] = []
        """Rows that a gateway other than samlink refused, each alone, with a code of its own."""
        self.unknown: list[Claimed] = []
        """Rows that may have been taken, by a gateway that may not be idempotent."""
        self.left_to_lease = 0
        """Rows that were written and not answered, and are sent again when their lease has ended."""
        self.why_back: Problem | None = None
        """Why the last of `back` was not sent."""
        self._not_sent: set[Key] = set()
        """Keys of messages that were to be sent, and were not."""
        self._rows: dict[str, Claimed] = {}
        self._followers: list[tuple[Claimed, Follows]] = []
        for row, verdict in judged:
            if isinstance(verdict, Refused) and row.again:
                # Its columns or files have changed, and it may have been sent before.
                self.doubted.append((row, verdict))
            elif isinstance(verdict, Refused):
                self.refused.append((row, verdict))
            elif isinstance(verdict, Follows):
                self._followers.append((row, verdict))
            else:
                self._rows[row.group_id + row.message_id] = row
                self.messages.append(verdict)

    @property
    def by_service(self) -> Mapping[Service, list[AnyMessage]]:
        """The messages by service: each has its own connections, and perhaps its own gateway."""
        found: defaultdict[Service, list[AnyMessage]] = defaultdict(list)
        for message in self.messages:
            found[_service_of(message)].append(message)
        return found

    def rows_of(self, messages: Iterable[AnyMessage]) -> list[Claimed]:
        """The rows of some of the messages."""
        return [self._row_of(message) for message in messages]

    def take_refused(self) -> list[tuple[Claimed, Refused]]:
        """The rows refused so far, removed from the list."""
        refused, self.refused = self.refused, []
        return refused

    @property
    def answered(self) -> int:
        """How many rows the gateway has answered, either way."""
        return len(self.sent) + len(self.refused) + len(self.doubted) + len(self.rejected)

    def take_new(self, messages: Sequence[AnyMessage]) -> list[AnyMessage]:
        """The messages that may be sent to a gateway that may not be idempotent: those that cannot have been sent
        before, and those that a person decided to send again. The outcome of the others is unknown."""
        new: list[AnyMessage] = []
        for message in messages:
            if self.is_repeat(message):
                self.unknown.append(self._row_of(message))
            else:
                new.append(message)
        return new

    def is_repeat(self, message: AnyMessage) -> bool:
        """Whether a message may have been taken already, and no person has decided to send it again."""
        row = self._row_of(message)
        return row.again and not row.decided

    def note(self, outcome: Outcome, *, repeatable: bool) -> None:
        """Note the outcome of one message. `repeatable`: the gateway is idempotent."""
        row = self._row_of(outcome.message)
        if not isinstance(outcome, Failed):
            self.sent.append(row.key)
        elif isinstance(outcome.error, PacketRefusedError) and not outcome.error.from_samlink:
            self.rejected.append((row, outcome.error))
        elif (verdict := _verdict(outcome.error)) is not None and row.again:
            self.doubted.append((row, verdict))
        elif verdict is not None:
            self.refused.append((row, verdict))
            self._not_sent.add(row.key)
        elif not isinstance(outcome.error, OutcomeUnknownError):
            self.not_sent([outcome.message], outcome.error)
        elif repeatable:
            self.left_to_lease += 1
        else:
            self.unknown.append(row)

    def not_sent(self, messages: Iterable[AnyMessage], error: ClientError) -> None:
        """Note messages that were certainly not sent; their rows wait again."""
        for message in messages:
            row = self._row_of(message)
            self.back.append(row)
            self._not_sent.add(row.key)
            self.why_back = reason_of(error)

    def give_up(self, lost: Sequence[tuple[Claimed, Refused]]) -> None:
        """Refuse these of the rejected rows; the others wait again."""
        given_up = {row.key for row, _ in lost}
        for row, refused in lost:
            (self.doubted if row.again else self.refused).append((row, refused))
        for row, error in self.rejected:
            self._not_sent.add(row.key)
            if row.key not in given_up:
                self.back.append(row)
                self.why_back = reason_of(error)

    def ours(self, messages: Iterable[AnyMessage], keys: Container[Key]) -> list[AnyMessage]:
        """The messages with these keys; other agents have taken over the rest."""
        return [message for message in messages if (message.group_id, message.message_id) in keys]

    def end(self) -> None:
        """Decide about the rows that follow others, once all outcomes are noted."""
        self.unknown += [row for row, _ in self.doubted]
        for row, first in self._followers:
            if (first.group_id, first.message_id) in self._not_sent:
                self.back.append(row)
            else:
                self.refused.append((row, DUPLICATE))

    def _row_of(self, message: AnyMessage) -> Claimed:
        return self._rows[message.group_id + message.message_id]


def _service_of(message: AnyMessage) -> Service:
    if isinstance(message, KakaoMessage):
        return Service.KMS
    assert message.kind is not None, "a judged row has a kind"
    return message.kind.service


def _verdict(error: ClientError) -> Refused | None:
    """The agent's code for a message that can never be sent as it is, or None if it can."""
    if isinstance(error, MessageError):
        # Numbers, keys and times were judged before; the fault is in the message's content.
        return Refused(ResultCode.AGENT_CONTENT, reason_of(error))
    if (
        isinstance(error, PacketRefusedError)
        and error.again is Again.NEVER
        and error.response.code[:2] in _ABOUT_MESSAGES
    ):
        about_file = error.response.code.startswith(ResponseClass.FILE)
        return Refused(ResultCode.AGENT_CONTENT if about_file else ResultCode.AGENT_OTHER, reason_of(error))
    return None
