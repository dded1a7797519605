"""The result of a message (manual 3.B, 1031)."""

from datetime import datetime

import msgspec

from samlink.client.keys import MessageKey
from samlink.vocabulary import results as codes
from samlink.vocabulary.numbers import mask_number
from samlink.vocabulary.times import in_kst


class Result(msgspec.Struct, gc=False):
    """The one final result of a message."""

    group_id: str
    message_id: str
    receiver: str
    """Digits, as they were sent."""
    sent_seconds: int | None
    """SEND_DT, UTC epoch seconds: when the carrier sent it; None if the gateway gave no time."""
    code: int
    """RESULT: 6 is delivered, the others are failures (manual, section C)."""
    telecom: str = ""
    """TELECOM, up to 7 bytes, opaque."""

    @property
    def key(self) -> MessageKey:
        """Equals the `key` of the message's `Sent`."""
        return MessageKey(self.group_id, self.message_id, self.receiver)

    @property
    def sent_at(self) -> datetime | None:
        """When the carrier sent it, in Korean time."""
        return None if self.sent_seconds is None else in_kst(self.sent_seconds)

    @property
    def meaning(self) -> codes.ResultMeaning:
        """The code's meaning: names, group, whose fault, charged or not, send again or not."""
        return codes.result(self.code)

    @property
    def delivered(self) -> bool:
        """Whether the message reached its receiver: code 6 and no other."""
        return self.code == codes.ResultCode.DELIVERED

    @property
    def korean(self) -> str:
        """The code's meaning, in Korean."""
        return self.meaning.korean

    @property
    def english(self) -> str:
        """The code's meaning, in English."""
        return self.meaning.english

    def __repr__(self) -> str:
        return f"Result({self.group_id}/{self.message_id} {mask_number(self.receiver)}: {self.meaning})"
