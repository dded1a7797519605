"""What a message is charged and sent as."""

import enum
from typing import Final

from samlink.vocabulary.services import Service


class Kind(enum.IntEnum):
    """What a message is charged and sent as. The number is stored, so it never changes."""

    SMS = 1
    LMS = 2
    MMS = 3
    ALIM_TALK = 4
    """Kakao AT and AI."""
    FRIEND_TALK = 5
    """Kakao FT, FI and FW."""


SERVICE_OF_KIND: Final[dict[Kind, Service]] = {
    Kind.SMS: Service.SMS,
    Kind.LMS: Service.MMS,
    Kind.MMS: Service.MMS,
    Kind.ALIM_TALK: Service.KMS,
    Kind.FRIEND_TALK: Service.KMS,
}
KIND_NAMES: Final[dict[Kind, str]] = {
    Kind.SMS: "sms",
    Kind.LMS: "lms",
    Kind.MMS: "mms",
    Kind.ALIM_TALK: "at",
    Kind.FRIEND_TALK: "ft",
}
"""As operators and settings name them."""
KAKAO_KINDS: Final = frozenset({Kind.ALIM_TALK, Kind.FRIEND_TALK})
