"""What is ours and not the manual's in 1054, the Kakao send request.

AN EXTENSION OF SAMLINK. The manual gives KMS its ports and results 62 to 64 and no send body, so this one stands apart:
when the vendor's own becomes known, this file and `KmsRecord` are what it replaces. Frame, login, keepalive, answers
and results are the common ones. `commands.SEND_KMS` puts the fields together: `LENGTHS`, the addressed fields of every
send request, `FIELDS`.

Kakao carries what CP949 cannot, so MSG and ATTACHMENT are UTF-8; what the fallback sends is CP949. All fixed fields,
USERCODE too, stand before the counted ones, so there is one layout only.
"""

from typing import Final

from samlink.wire.fields import Field, FieldKind

MSG_BYTES_LIMIT: Final = 4000
"""Bytes of UTF-8: 1000 characters of Kakao's, of four bytes at most."""
ATTACHMENT_BYTES_LIMIT: Final = 99_999
"""What the five digits of ATTACH_LEN can say."""
ALT_MSG_BYTES_LIMIT: Final = 2000
"""Bytes of CP949, as of an LMS."""
ADVERTISEMENT: Final = "Y"
"""AD_YN of an advertisement; of anything else it is empty or `N`."""

LENGTHS: Final = (
    Field("MSG_LEN", 4, FieldKind.LENGTH, required=True),
    Field("ATTACH_LEN", 5, FieldKind.LENGTH, required=True, note="0 if none"),
    Field("ALT_LEN", 4, FieldKind.LENGTH, required=True, note="0 if none"),
)

FIELDS: Final = (
    Field("KIND", 2, FieldKind.KEY, "kind", required=True, note="AT AI FT FI FW"),
    Field("AD_YN", 1, FieldKind.KEY, "ad", note="Y: an advertisement"),
    Field("SENDER_KEY", 40, FieldKind.KEY, "sender_key", required=True, note="the Kakao channel's profile"),
    Field("TEMPLATE_CODE", 30, FieldKind.KEY, "template_code", note="needed for AT and AI"),
    Field("ALT_TYPE", 1, FieldKind.KEY, "alt_type", required=True, note="N none, S SMS, L LMS, A by length"),
    Field("ALT_SUBJECT", 120, FieldKind.TEXT, "alt_subject", note="of an LMS"),
    Field("USERCODE", 30, FieldKind.KEY, "user_code", note="in 1054 always there"),
    Field("MSG", 0, FieldKind.UTF8_TEXT, "text", required=True, limit=MSG_BYTES_LIMIT, counted_by="MSG_LEN"),
    Field(
        "ATTACHMENT",
        0,
        FieldKind.UTF8_TEXT,
        "attachment",
        limit=ATTACHMENT_BYTES_LIMIT,
        counted_by="ATTACH_LEN",
        note="JSON",
    ),
    Field(
        "ALT_MSG",
        0,
        FieldKind.TEXT,
        "alt_text",
        limit=ALT_MSG_BYTES_LIMIT,
        counted_by="ALT_LEN",
        note="empty: MSG, if CP949 has it",
    ),
)
