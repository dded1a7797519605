"""Messages, and the outcomes that a sender gives."""

import asyncio
import enum
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from samlink.client.errors import ClientError
from samlink.client.kakao import KakaoMessage
from samlink.client.keys import KEYS, MessageKey
from samlink.vocabulary.numbers import mask_number
from samlink.vocabulary.services import Service


class Kind(enum.StrEnum):
    """How a message is sent."""

    SMS = "SMS"
    """At most 90 bytes of CP949, 100 when told."""
    LMS = "LMS"
    """At most 2000 bytes, 3000 where the login allows; may have a subject."""
    MMS = "MMS"
    """As LMS, with files."""
    KAKAO = "KAKAO"
    """Every `KakaoMessage`; AT, FT and so on are its own `kind`."""

    @property
    def service(self) -> Service:
        """The service whose ports carry it."""
        return _SERVICES[self]


_SERVICES: Final = {Kind.SMS: Service.SMS, Kind.LMS: Service.MMS, Kind.MMS: Service.MMS, Kind.KAKAO: Service.KMS}


class Message(msgspec.Struct, kw_only=True, gc=False):
    """One message to one receiver. It is checked when it is sent, before anything goes out.

    Without `group_id` and `message_id` it gets keys of its own here, once, so sending the same `Message` again after
    an `OutcomeUnknownError` is idempotent at a samlink gateway. How keys are made: `samlink.client.keys.KeyMaker`.
    """

    to: str
    """Receiver; hyphens and a leading 82 are taken off. RECEIVER, 12 bytes."""
    text: str
    """MSG in CP949: SMS 90 bytes (100 when told), LMS and MMS 2000, or MAX_MSG_SIZE of the login, at most 3000."""
    sender: str = ""
    """The number that the receiver sees and may call back; has to be registered with the gateway. SENDER, 12 bytes."""
    subject: str = ""
    """SUBJECT, 120 bytes; LMS and MMS."""
    url: str = ""
    """Callback URL, 80 bytes; SMS only."""
    files: tuple[Path | str, ...] = ()
    """At most four: a `Path` is a file to upload (300 KB), a `str` is a name that `Sender.upload` gave."""
    reserve_at: datetime | None = None
    """When to send, with a time zone. A samlink gateway holds an SMS until then (`ClientSettings.hold_sms`), the sender
    holds the rest."""
    timeout_at: datetime | None = None
    """After this it is not sent any more (result 90), with a time zone."""
    kind: Kind | None = None
    """Its name, as `"LMS"`, is taken too. None: MMS with files, else SMS if the text fits and there is no subject, else
    LMS."""
    group_id: str = ""
    """GRP_ID, 1 to 20 bytes."""
    message_id: str = ""
    """MSG_ID, 1 to 20 bytes."""
    user_code: str = ""
    """USERCODE, 30 bytes: KISA's code of the message's first sender; only where the settings write it."""

    def __post_init__(self) -> None:
        if not self.group_id:
            self.group_id = KEYS.group_id
        if not self.message_id:
            self.message_id = KEYS.message_id()

    def __repr__(self) -> str:
        kind = self.kind or "message"
        return (
            f"Message({kind} {self.group_id}/{self.message_id} → {mask_number(str(self.to))}, "
            f"{len(str(self.text))} characters)"
        )


AnyMessage = Message | KakaoMessage
"""Any message that a sender takes."""


class Sent(msgspec.Struct):
    """The gateway has taken the message; its outcome comes as a `Result` with the same key."""

    message: AnyMessage
    kind: Kind
    key: MessageKey


class Failed(msgspec.Struct):
    """The message was not sent, or its fate is not known; the kind of error says which (`samlink.client.errors`)."""

    message: AnyMessage
    error: ClientError


class Held(msgspec.Struct):
    """An LMS, MMS or Kakao message that the sender holds until its reserve time, in memory only: when the sender is
    closed before, it is not sent, and stands in `Sender.unfinished`."""

    message: AnyMessage
    due: float
    """When it will be sent, UTC epoch seconds."""
    task: asyncio.Task[Sent]

    def __repr__(self) -> str:
        return f"Held({self.message!r}, due={self.due:.0f})"

    async def sent(self) -> Sent:
        """Wait until it was sent. Raises ClientError: as `Sender.send`."""
        return await asyncio.shield(self.task)


Outcome = Sent | Failed | Held
