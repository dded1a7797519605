"""The records that bodies are made of, as typed values. Their fields on the wire stand in `commands.py`.

Texts are `str`, times UTC epoch seconds or None, costs 1/100 won. `str()` of a record is for an operator: short,
masked.
"""

import msgspec

from samlink.vocabulary.numbers import mask_number


class Record(msgspec.Struct, gc=False):
    """Base of all records; equality is by value."""


class Login(Record):
    """1010, client to gateway: ID 20 bytes, PASSWORD 20 bytes."""

    id: str
    password: str

    def __repr__(self) -> str:
        return f"Login(id={self.id!r}, password=****)"


class LoginAnswer(Record):
    """1011, gateway to client; None where a shorter body left the field out (docs/protocol.md 3)."""

    fee_type: int | None = None
    """1 prepaid, 2 postpaid."""
    sms_cost: int | None = None
    lms_cost: int | None = None
    mms_cost: int | None = None
    balance: int | None = None
    """Whole won."""
    variable: str | None = None
    """`Y`: 1044 and 1045 carry LMS and MMS; `N`: 1024 does."""
    max_msg_size: int | None = None
    """Bytes of a variable MSG, 2000 to 3000."""


class FileNames(Record):
    """FILE_NAME1 to 4, once before the records of 1024 and 1045: names that 2040 gave, 128 bytes each."""

    name1: str = ""
    name2: str = ""
    name3: str = ""
    name4: str = ""

    @property
    def given(self) -> tuple[str, ...]:
        """The names that are not empty, in order."""
        return tuple(name for name in (self.name1, self.name2, self.name3, self.name4) if name)


class SendRecord(Record):
    """One message of 1020, 1024, 1044 or 1045 (manual 3.B); fields that a command lacks stay empty."""

    group_id: str
    message_id: str
    sender: str
    receiver: str
    reserve_at: int | None = None
    timeout_at: int | None = None
    text: str = ""
    url: str = ""
    user_code: str = ""
    subject: str = ""
    fault: str = ""
    """What of it cannot be read, though the packet can: the message is not sent (result 3)."""
    utf8: bool = False
    """Its texts were taken for UTF-8."""

    def __repr__(self) -> str:
        return (
            f"SendRecord({self.group_id}/{self.message_id} {mask_number(self.sender)} → {mask_number(self.receiver)}, "
            f"{len(self.text)} characters)"
        )


class UserCode(Record):
    """USERCODE where it stands once, after all records (docs/protocol.md 4)."""

    user_code: str = ""


class KmsRecord(Record):
    """One Kakao message of 1054, an extension of ours (`samlink.wire.kms`, docs/protocol.md 7).

    Sizes are bytes of CP949 but for `text` and `attachment`, which are UTF-8. A record that was read may have longer
    counted fields than their limits, and any KIND: that is the message's fault and not the packet's.
    """

    group_id: str
    message_id: str
    sender: str
    """SENDER, 12: the fallback's; empty without one."""
    receiver: str
    reserve_at: int | None = None
    timeout_at: int | None = None
    kind: str = ""
    """KIND, 2: `AT` or `AI` (AlimTalk, with image), `FT`, `FI` or `FW` (FriendTalk, with image, wide)."""
    ad: str = ""
    """AD_YN, 1: `Y` for an advertisement."""
    sender_key: str = ""
    """SENDER_KEY, 40: the profile key of the Kakao channel."""
    template_code: str = ""
    """TEMPLATE_CODE, 30: needed for AT and AI."""
    alt_type: str = "N"
    """ALT_TYPE, 1: the fallback: `N` none, `S` SMS, `L` LMS, `A` SMS up to 90 bytes, else LMS."""
    alt_subject: str = ""
    """ALT_SUBJECT, 120."""
    user_code: str = ""
    text: str = ""
    """MSG: at most 4000 bytes of UTF-8."""
    attachment: str = ""
    """ATTACHMENT: JSON, at most 99,999 bytes of UTF-8."""
    alt_text: str = ""
    """ALT_MSG: at most 2000 bytes; empty: `text` itself, if CP949 has it."""
    fault: str = ""
    """See `SendRecord.fault`."""
    utf8: bool = False
    """See `SendRecord.utf8`; of the texts in CP949."""

    def __repr__(self) -> str:
        return (
            f"KmsRecord({self.kind} {self.group_id}/{self.message_id} → {mask_number(self.receiver)}, "
            f"{len(self.text)} characters)"
        )


class KeyRecord(Record):
    """GRP_ID and MSG_ID of a message: an answer's (1021) or an acknowledgement's (1030) record, 40 bytes."""

    group_id: str
    message_id: str
    raw: bytes = b""
    """The 40 bytes themselves, where they are not what the two texts would be written as."""


class ResultRecord(Record):
    """One result of 1031, 82 bytes."""

    group_id: str
    message_id: str
    receiver: str
    sent_at: int | None
    """SEND_DT: when the carrier sent it; None where it was empty or no time."""
    result: int
    telecom: str = ""
    """TELECOM: opaque."""
    raw_key: bytes = b""
    """GRP_ID and MSG_ID as they came, 40 bytes, where we would write the two texts in other bytes."""
    unreadable: str = ""
    """RESULT as it came, where it is no number; `result` is a failure then."""

    @property
    def key(self) -> KeyRecord:
        """What acknowledges it: the key as it came."""
        return KeyRecord(self.group_id, self.message_id, self.raw_key)

    def __repr__(self) -> str:
        return (
            f"ResultRecord({self.group_id}/{self.message_id} {mask_number(self.receiver)} "
            f"result {self.result} {self.telecom})"
        )


class FileUpload(Record):
    """2030: a file of at most 307,200 bytes and its extension (3 bytes, any case)."""

    extension: str
    content: bytes

    def __repr__(self) -> str:
        return f"FileUpload(.{self.extension}, {len(self.content)} bytes)"


class FileAnswer(Record):
    """2040: the name to use in FILE_NAMEn, 128 bytes."""

    name: str
