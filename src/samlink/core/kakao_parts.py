"""What only a Kakao message has, as it lies in `NewMessage.kakao`, and the text message that stands in for it.

The fallback goes out as a message of its own when Kakao says no for good. Its text is ALT_MSG, or MSG itself when that
is empty and CP949 has all of it; its kind is ALT_TYPE's.
"""

from typing import Final

import msgspec

from samlink.vocabulary.kakao import ADVERTISEMENT
from samlink.vocabulary.kinds import Kind
from samlink.vocabulary.sizes import FIXED_TEXT_BYTES, SMS_BYTES_RECOMMENDED
from samlink.vocabulary.text import cp949_bytes


class KakaoParts(msgspec.Struct, frozen=True, gc=False):
    """The parts of 1054 that no other message has, in the order of its fields."""

    kind: str = ""
    """KIND: AT, AI, FT, FI or FW."""
    ad: str = ""
    """AD_YN: `Y` is an advertisement."""
    sender_key: str = ""
    template_code: str = ""
    attachment: str = ""
    """JSON."""
    alt_type: str = "N"
    """`N` no fallback, `S` SMS, `L` LMS, `A` by length."""
    alt_subject: str = ""
    alt_text: str = ""

    @property
    def is_advertisement(self) -> bool:
        """Whether the customer says that it is one."""
        return self.ad == ADVERTISEMENT

    @property
    def wants_fallback(self) -> bool:
        """Whether a text message goes in its place."""
        return self.alt_type != "N"

    def fallback_text(self, text: str) -> str | None:
        """The fallback's text for a message with this MSG; None when CP949 does not have it."""
        chosen = self.alt_text or text
        return None if cp949_bytes(chosen) is None else chosen

    def fallback_kind(self, text: str) -> Kind | None:
        """SMS or LMS for a message with this MSG; None when no fallback is wanted, or none is possible."""
        size = cp949_bytes(self.alt_text or text)
        if not self.wants_fallback or size is None:
            return None
        if self.alt_type == "S" or (self.alt_type == "A" and size <= SMS_BYTES_RECOMMENDED):
            return Kind.SMS if size <= SMS_BYTES_RECOMMENDED else None
        return Kind.LMS if size <= FIXED_TEXT_BYTES else None

    def to_json(self) -> str:
        """As `NewMessage.kakao` keeps it."""
        return msgspec.json.encode(self).decode()


_DECODER: Final = msgspec.json.Decoder(KakaoParts)


def kakao_parts(kakao: str) -> KakaoParts:
    """What `KakaoParts.to_json` made. Raises ValueError for anything else."""
    try:
        return _DECODER.decode(kakao)
    except msgspec.DecodeError as error:
        raise ValueError(f"not a Kakao message's parts: {error}") from error
