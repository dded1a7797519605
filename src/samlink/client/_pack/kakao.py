"""From a Kakao message to its record of 1054. Pure.

Refuses values that cannot be written or that no gateway could send. The gateway checks all of this again, and
profile, template and attachment besides (results 62 to 64).
"""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from samlink.client._pack.checks import (
    check_edges,
    check_size,
    checked_number,
    checked_times,
    cp949_size,
    not_one_of,
    unwritable,
)
from samlink.client.errors import MessageError
from samlink.client.kakao import Fallback, KakaoMessage
from samlink.client.keys import check_key
from samlink.vocabulary.kakao import (
    ADVERTISEMENT,
    ATTACHMENT_BYTES,
    SENDER_KEY_BYTES,
    TEMPLATE_CODE_BYTES,
    TEMPLATED,
    TEXT_CHARACTERS,
)
from samlink.vocabulary.language import phrase
from samlink.vocabulary.problem import N_
from samlink.vocabulary.sizes import FIXED_TEXT_BYTES, SMS_BYTES_RECOMMENDED, SUBJECT_BYTES, USER_CODE_BYTES
from samlink.vocabulary.text import composed
from samlink.wire import KmsRecord, LocalProtocolError
from samlink.wire.text import encode_utf8

_SURROGATE_ESCAPE: Final = re.compile(r"\\u[dD][89a-fA-F]")

ALT_TYPES: Final[Mapping[str, str]] = {Fallback.NONE: "N", Fallback.SMS: "S", Fallback.LMS: "L", Fallback.AUTO: "A"}
"""ALT_TYPE of each fallback."""


def kms_record_of(message: KakaoMessage) -> KmsRecord:
    """The record of a Kakao message. Raises MessageError: it cannot be sent as it is; one sentence that names the
    field."""
    check_text(message)
    _check_profile(message)
    _check_fallback(message)
    check_size(message.user_code, "user_code", USER_CODE_BYTES)
    check_edges(message.user_code, "user_code")
    reserve_at, timeout_at = checked_times(message.reserve_at, message.timeout_at)
    return KmsRecord(
        check_key(message.group_id, "group_id"),
        check_key(message.message_id, "message_id"),
        checked_number(message.sender, "sender") if message.sender else "",
        checked_number(message.to, "to"),
        reserve_at,
        timeout_at,
        str(message.kind),
        ADVERTISEMENT if message.ad else "",
        message.sender_key,
        message.template_code,
        ALT_TYPES[message.fallback],
        composed(message.alt_subject),
        message.user_code,
        composed(message.text),
        attachment_text(message.attachment),
        composed(message.alt_text),
    )


def check_text(message: KakaoMessage) -> None:
    """Raises MessageError when kind or text cannot be sent."""
    limit = TEXT_CHARACTERS.get(message.kind)
    if limit is None:
        raise not_one_of("kind", message.kind, TEXT_CHARACTERS)
    if not message.text.strip():
        raise MessageError("message.no_text", N_("text is empty"))
    if (characters := len(composed(message.text))) > limit:
        template = N_("text has {size} characters, {kind} takes at most {limit}")
        raise MessageError("kakao.text_too_long", template, size=characters, kind=message.kind, limit=limit)
    _utf8_size(message.text, "text")


def attachment_text(attachment: Mapping[str, Any] | str) -> str:
    """ATTACHMENT: the JSON of an object, or a text that is one already, unchanged; empty for an empty one.

    Raises:
        MessageError: it is no JSON object, has half of a surrogate pair in it (also as an escape, `\\ud800`), or is too
            long.
    """
    if not attachment:
        return ""
    text = attachment if isinstance(attachment, str) else _json_of(attachment)
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise MessageError("kakao.attachment_not_json", N_("attachment is not a JSON object"))
    if _SURROGATE_ESCAPE.search(text):
        _check_characters(text)
    if (size := _utf8_size(text, "attachment")) > ATTACHMENT_BYTES:
        values = {"field": phrase("attachment"), "size": size, "limit": ATTACHMENT_BYTES}
        raise MessageError(
            "kakao.attachment_too_long", N_("{field} has {size} bytes in UTF-8, at most {limit} can be sent"), **values
        )
    return text


def _check_characters(text: str) -> None:
    """Raises MessageError when a text in this JSON, a key that stands twice among them, holds half of a surrogate pair:
    whoever reads it later could neither store nor show it."""
    everything = json.loads(text, object_pairs_hook=list)
    try:
        json.dumps(everything, ensure_ascii=False).encode()
    except (UnicodeEncodeError, RecursionError):
        raise MessageError(
            "kakao.attachment_surrogate",
            N_("attachment has half of a surrogate pair (U+D800 to U+DFFF), which is no character"),
        ) from None


def _json_of(attachment: Mapping[str, Any]) -> str:
    try:
        return json.dumps(attachment, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError):
        raise MessageError("kakao.attachment_value", N_("attachment has a value that JSON cannot carry")) from None


def _check_profile(message: KakaoMessage) -> None:
    if not message.sender_key:
        raise MessageError(
            "kakao.no_sender_key", N_("sender_key is empty; a Kakao message needs the profile key of its channel")
        )
    if message.kind in TEMPLATED and not message.template_code:
        raise MessageError("kakao.no_template", N_("template_code is empty; {kind} needs one"), kind=message.kind)
    if message.kind not in TEMPLATED and message.template_code:
        raise MessageError(
            "kakao.template_unused", N_("template_code is for AT and AI only, and this is {kind}"), kind=message.kind
        )
    for field, value, limit in (
        ("sender_key", message.sender_key, SENDER_KEY_BYTES),
        ("template_code", message.template_code, TEMPLATE_CODE_BYTES),
    ):
        check_size(value, field, limit)
        check_edges(value, field)


def _check_fallback(message: KakaoMessage) -> None:
    fallback = message.fallback
    if fallback not in ALT_TYPES:
        raise not_one_of("fallback", fallback, ALT_TYPES)
    if fallback == Fallback.NONE:
        for field, value in (("alt_text", message.alt_text), ("alt_subject", message.alt_subject)):
            if value:
                template = N_("{field} is given, but there is no fallback; set fallback")
                raise MessageError("kakao.no_fallback", template, field=phrase(field))
        return
    if message.alt_subject and fallback == Fallback.SMS:
        raise MessageError("kakao.alt_sms_subject", N_("alt_subject cannot be sent with an SMS"))
    check_size(composed(message.alt_subject), "alt_subject", SUBJECT_BYTES)
    limit = SMS_BYTES_RECOMMENDED if fallback == Fallback.SMS else FIXED_TEXT_BYTES
    if message.alt_text:
        if not message.alt_text.strip():
            raise MessageError("kakao.no_alt_text", N_("alt_text is empty"))
        size, field = cp949_size(composed(message.alt_text), "alt_text"), N_("alt_text")
    else:
        size, field = _size_of_text_as_fallback(message), N_("text, which is the fallback's too,")
    if size > limit:
        values = {"field": phrase(field), "size": size, "kind": fallback, "limit": limit}
        template = N_("{field} has {size} bytes in CP949, fallback {kind} takes at most {limit}")
        raise MessageError("kakao.alt_text_too_long", template, **values)


def _size_of_text_as_fallback(message: KakaoMessage) -> int:
    try:
        return cp949_size(composed(message.text), "text")
    except MessageError as error:
        raise MessageError(
            "kakao.alt_text_unwritable", N_("{why}, as the fallback has to be; give an alt_text"), why=error
        ) from None


def _utf8_size(text: str, field: str) -> int:
    try:
        return len(encode_utf8(text, field))
    except LocalProtocolError as error:
        raise unwritable(error) from None
