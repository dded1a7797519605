"""Kakao messages: AlimTalk and FriendTalk, by 1054, an extension of ours.

The manual has no send body for Kakao (docs/protocol.md 7), so these messages are understood by a samlink gateway only.
"""

import enum
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

import msgspec

from samlink.client.keys import KEYS
from samlink.vocabulary.kakao import KakaoKind
from samlink.vocabulary.numbers import mask_number


class Fallback(enum.StrEnum):
    """What goes out instead when Kakao says no for good: a text message of its own, with its own charge. Never when it
    is uncertain whether Kakao delivered."""

    NONE = "none"
    SMS = "sms"
    LMS = "lms"
    AUTO = "auto"
    """SMS up to 90 bytes, else LMS."""


class KakaoMessage(msgspec.Struct, kw_only=True):
    """One Kakao message to one receiver. It is checked when it is sent, before anything goes out.

    Keys are made as for a `Message`: after an `OutcomeUnknownError` a samlink gateway may be sent the same one again.
    """

    files: ClassVar[tuple[Path | str, ...]] = ()
    """None: images are named in the attachment."""

    to: str
    """Receiver; hyphens and a leading 82 are taken off. RECEIVER, 12 bytes."""
    text: str
    """MSG in UTF-8, at most 1000 characters, 400 in FI and FW; of AT and AI as the template has it."""
    kind: KakaoKind
    sender_key: str
    """The profile key of the Kakao channel, 1 to 40 bytes."""
    template_code: str = ""
    """1 to 30 bytes; for AT and AI, and for no other kind."""
    attachment: dict[str, Any] | str = ""
    """ATTACHMENT, a JSON object or its text, at most 99,999 bytes in UTF-8: `button`, `item`, `item_highlight`,
    `image`, `extra`, as Kakao has them. The gateway judges what is in it (63)."""
    ad: bool = False
    """Whether it is an advertisement."""
    fallback: Fallback = Fallback.NONE
    alt_text: str = ""
    """The fallback's text in CP949, at most 90 bytes as SMS, 2000 as LMS; empty: `text`, if CP949 has all of it."""
    alt_subject: str = ""
    """The fallback's subject, 120 bytes; of an LMS."""
    sender: str = ""
    """The number that the fallback shows; has to be registered with the gateway. SENDER, 12 bytes."""
    reserve_at: datetime | None = None
    """When to send, with a time zone; the sender holds it until then."""
    timeout_at: datetime | None = None
    """After this it is not sent any more (result 90), with a time zone."""
    group_id: str = ""
    """GRP_ID, 1 to 20 bytes."""
    message_id: str = ""
    """MSG_ID, 1 to 20 bytes."""
    user_code: str = ""
    """USERCODE, 30 bytes: KISA's code of the message's first sender; 1054 always carries it."""

    def __post_init__(self) -> None:
        if not self.group_id:
            self.group_id = KEYS.group_id
        if not self.message_id:
            self.message_id = KEYS.message_id()

    def __repr__(self) -> str:
        return (
            f"KakaoMessage({self.kind} {self.group_id}/{self.message_id} → {mask_number(str(self.to))}, "
            f"{len(str(self.text))} characters)"
        )
