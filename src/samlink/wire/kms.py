"""What is ours and not the manual's in 1054, the Kakao send request.

AN EXTENSION OF SAMLINK. The manual gives KMS its ports and results 62 to 64 and no send body, so this one stands apart:
when the vendor's own becomes known, this file and `KmsRecord` are what it replaces. Frame, login, keepalive, answers
and results are the common ones. `commands.SEND_KMS` puts the fields together: `LENGTHS`, the addressed fields of every
send request, `FIELDS`.

Kakao carries what CP949 cannot, so MSG and ATTACHMENT are UTF-8; what the fallback sends is CP949. All fixed fields,
USERCODE too, stand before the counted ones, so there is one layout only.
"""

from typing import Final

from samlink.vocabulary.kakao import ATTACHMENT_BYTES, SENDER_KEY_BYTES, TEMPLATE_CODE_BYTES, TEXT_BYTES
from samlink.vocabulary.sizes import FIXED_TEXT_BYTES, SUBJECT_BYTES, USER_CODE_BYTES
from samlink.wire.fields import Field, FieldKind

LENGTHS: Final = (
    Field("MSG_LEN", 4, FieldKind.LENGTH, required=True),
    Field("ATTACH_LEN", 5, FieldKind.LENGTH, required=True, note="0 if none"),
    Field("ALT_LEN", 4, FieldKind.LENGTH, required=True, note="0 if none"),
)

FIELDS: Final = (
    Field("KIND", 2, FieldKind.KEY, "kind", required=True, note="AT AI FT FI FW"),
    Field("AD_YN", 1, FieldKind.KEY, "ad", note="Y: an advertisement"),
    Field(
        "SENDER_KEY", SENDER_KEY_BYTES, FieldKind.KEY, "sender_key", required=True, note="the Kakao channel's profile"
    ),
    Field("TEMPLATE_CODE", TEMPLATE_CODE_BYTES, FieldKind.KEY, "template_code", note="needed for AT and AI"),
    Field("ALT_TYPE", 1, FieldKind.KEY, "alt_type", required=True, note="N none, S SMS, L LMS, A by length"),
    Field("ALT_SUBJECT", SUBJECT_BYTES, FieldKind.TEXT, "alt_subject", note="of an LMS"),
    Field("USERCODE", USER_CODE_BYTES, FieldKind.KEY, "user_code", note="in 1054 always there"),
    Field("MSG", 0, FieldKind.UTF8_TEXT, "text", required=True, limit=TEXT_BYTES, counted_by="MSG_LEN"),
    Field(
        "ATTACHMENT", 0, FieldKind.UTF8_TEXT, "attachment", limit=ATTACHMENT_BYTES, counted_by="ATTACH_LEN", note="JSON"
    ),
    Field(
        "ALT_MSG",
        0,
        FieldKind.TEXT,
        "alt_text",
        limit=FIXED_TEXT_BYTES,
        counted_by="ALT_LEN",
        note="empty: MSG, if CP949 has it",
    ),
)
