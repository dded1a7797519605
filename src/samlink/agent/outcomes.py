"""What became of each row of a claim that was judged and sent: outcomes go in, what to write down comes out. Pure."""

from collections.abc import Container, Iterable

import msgspec

from samlink.agent.judging import Claimed, Refused
from samlink.agent.reasons import reason_of
from samlink.client import AnyMessage, ClientError, Failed, MessageError, Outcome, OutcomeUnknown, PacketRefused
from samlink.codes.responses import Again, ResponseClass
from samlink.codes.results import ResultCode

_ABOUT_MESSAGES = (ResponseClass.PACKET, ResponseClass.FILE)
"""Other refusals are about the account or the gateway: the row waits until somebody has mended that."""
DUPLICATE = Refused(ResultCode.AGENT_DUPLICATE, "the same message went to this receiver just before")


class Follows(msgspec.Struct, frozen=True):
    """A row like one of the same claim: what becomes of it depends on what becomes of the first."""

    group_id: str
    message_id: str


Verdict = AnyMessage | Refused | Follows


class Outcomes:
    """The rows of one claim."""

    def __init__(self, judged: Iterable[tuple[Claimed, Verdict]]) -> None:
        self.messages: list[AnyMessage] = []
        """To be sent."""
        self.refused: list[tuple[Claimed, Refused]] = []
        self.sent: list[tuple[str, str]] = []
        """Keys of what the gateway took."""
        self.back: list[Claimed] = []
        """Rows that were not sent, and wait again."""
        self.doubted: list[tuple[Claimed, Refused]] = []
        """Rows that cannot be sent now, and may have been before: their result comes, or is told not to have come."""
        self.unknown = 0
        """How many were written to the gateway and not answered: their lease sees to them."""
        self.why_back = ""
        """Why the last of `back` was not sent."""
        self._not_sent: set[tuple[str, str]] = set()
        """Keys of messages that were to be sent, and were not."""
        self._rows: dict[str, Claimed] = {}
        self._followers: list[tuple[Claimed, Follows]] = []
        for row, verdict in judged:
            if isinstance(verdict, Refused) and row.again and row.fault:
                # What it was made of is gone, and it may have been sent before.
                self._doubt(row, verdict)
            elif isinstance(verdict, Refused):
                self.refused.append((row, verdict))
            elif isinstance(verdict, Follows):
                self._followers.append((row, verdict))
            else:
                self._rows[row.group_id + row.message_id] = row
                self.messages.append(verdict)

    @property
    def to_send(self) -> list[Claimed]:
        """The rows of the messages."""
        return list(self._rows.values())

    def take_refused(self) -> list[tuple[Claimed, Refused]]:
        """What is refused by now, taken off the list."""
        refused, self.refused = self.refused, []
        return refused

    def leave_to_others(self, ours: Container[tuple[str, str]]) -> None:
        """Only messages with these keys are ours to send: somebody else has taken the others over."""
        self.messages = [message for message in self.messages if (message.group_id, message.message_id) in ours]

    def note(self, outcome: Outcome) -> None:
        """What became of one of the messages."""
        message = outcome.message
        row = self._rows[message.group_id + message.message_id]
        if not isinstance(outcome, Failed):
            self.sent.append((row.group_id, row.message_id))
        elif (verdict := _verdict(outcome.error)) is not None and row.again:
            self._doubt(row, verdict)
        elif verdict is not None:
            self.refused.append((row, verdict))
            self._not_sent.add((row.group_id, row.message_id))
        elif isinstance(outcome.error, OutcomeUnknown):
            self.unknown += 1
        else:
            self.back.append(row)
            self.why_back = reason_of(outcome.error)
            self._not_sent.add((row.group_id, row.message_id))

    def _doubt(self, row: Claimed, verdict: Refused) -> None:
        self.doubted.append((row, verdict))
        self.sent.append((row.group_id, row.message_id))

    def end(self) -> None:
        """All outcomes are noted: what becomes of those that follow others."""
        for row, first in self._followers:
            if (first.group_id, first.message_id) in self._not_sent:
                self.back.append(row)
            else:
                self.refused.append((row, DUPLICATE))


def _verdict(error: ClientError) -> Refused | None:
    """The agent's code for a message that will never be sent as it is; None for one that may be."""
    if isinstance(error, MessageError):
        # Numbers, keys and times were judged before; what is left is about what the message says.
        return Refused(ResultCode.AGENT_CONTENT, str(error))
    if isinstance(error, PacketRefused) and error.again is Again.NEVER and error.code[:2] in _ABOUT_MESSAGES:
        about_file = error.code.startswith(ResponseClass.FILE)
        return Refused(ResultCode.AGENT_CONTENT if about_file else ResultCode.AGENT_OTHER, str(error))
    return None
