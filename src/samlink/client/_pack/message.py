"""From a message to what goes over the wire: its kind, its command and its record. Pure; all checks are here.

A message is refused here for what makes it impossible to write or senseless to send. Whether a receiver exists or a
sender is registered is for the gateway to say, in a result.
"""

from pathlib import Path

from samlink.client._pack.checks import (
    SUBJECT_BYTES,
    USER_CODE_BYTES,
    check_edges,
    check_size,
    check_types,
    checked_key,
    checked_times,
    cp949_size,
    kind_named,
)
from samlink.client._pack.kakao import check_text, kms_record_of
from samlink.client._pack.phone_numbers import normalised
from samlink.client._terms import VARIABLE_TEXT_BYTES, LoginTerms
from samlink.client.errors import MessageError
from samlink.client.kakao import KakaoMessage
from samlink.client.messages import FILES_LIMIT, AnyMessage, Kind, Message
from samlink.client.settings import ClientSettings
from samlink.wire import Command, KmsRecord, LocalProtocolError, SendRecord, commands
from samlink.wire.text import SMS_BYTES_LIMIT, composed, name_bytes

URL_BYTES = 80
FILE_NAME_BYTES = 128


def kind_of(message: AnyMessage, settings: ClientSettings) -> Kind:
    """What a message goes out as: what it says itself, else by its files, its subject and the bytes of its text.

    Raises:
        MessageError: it is no message, a field has a value of a wrong type, the text cannot be written in CP949, or it
            does not fit the kind that was told.
    """
    check_types(message)
    if isinstance(message, KakaoMessage):
        check_text(message)
        return Kind.KAKAO
    size = cp949_size(composed(message.text), "text")
    if not message.text.strip():
        raise MessageError("text is empty")
    if message.kind is not None:
        kind = kind_named(message.kind)
    else:
        short = size <= settings.sms_bytes and not message.subject
        kind = Kind.MMS if message.files else Kind.SMS if short else Kind.LMS
    limit = SMS_BYTES_LIMIT if kind is Kind.SMS else VARIABLE_TEXT_BYTES
    if size > limit:
        raise MessageError(f"text has {size} bytes in CP949, {kind} takes at most {limit}")
    _check_kind(message, kind)
    return kind


def _check_kind(message: Message, kind: Kind) -> None:
    if kind is Kind.KAKAO:
        raise MessageError("kind is KAKAO; give a KakaoMessage for that")
    if kind is not Kind.SMS and message.url:
        raise MessageError(f"url can be sent with an SMS only, and this is an {kind}")
    if kind is Kind.SMS and message.subject:
        raise MessageError("subject cannot be sent with an SMS")
    if kind is not Kind.MMS and message.files:
        raise MessageError(f"files can be sent with an MMS only, and this is an {kind}")
    if len(message.files) > FILES_LIMIT:
        raise MessageError(f"files are {len(message.files)}, at most {FILES_LIMIT} can be sent")
    for name in message.files:
        if not isinstance(name, Path) and not _may_be_uploaded(name):
            raise MessageError("files has a str that is not a name that upload gave; give a Path for a file")


def _may_be_uploaded(name: str) -> bool:
    try:
        return name.isprintable() and 0 < len(name_bytes(name, "files")) <= FILE_NAME_BYTES
    except LocalProtocolError:
        return False


def record_of(message: AnyMessage, kind: Kind, terms: LoginTerms, settings: ClientSettings) -> SendRecord | KmsRecord:
    """The record of a message.

    Raises:
        MessageError: it cannot be sent as it is; one sentence that names the field.
    """
    if isinstance(message, KakaoMessage):
        return kms_record_of(message)
    text = composed(message.text)
    if kind is not Kind.SMS and (size := cp949_size(text, "text")) > terms.text_bytes:
        raise MessageError(f"text has {size} bytes in CP949, this login takes at most {terms.text_bytes}")
    if message.subject or message.url or message.user_code:
        _check_extras(message, settings)
    reserve_at, timeout_at = checked_times(message.reserve_at, message.timeout_at)
    return SendRecord(
        checked_key(message.group_id, "group_id"),
        checked_key(message.message_id, "message_id"),
        normalised(message.sender, "sender") if message.sender else "",
        normalised(message.to, "to"),
        reserve_at,
        timeout_at,
        text,
        message.url,
        message.user_code,
        composed(message.subject),
    )


def command_of(kind: Kind, terms: LoginTerms) -> Command:
    """The command that carries a kind: SMS 1020, Kakao 1054; LMS and MMS 1024 where texts are fixed (VARIABLE_YN N),
    else 1044 and 1045."""
    if kind is Kind.SMS:
        return commands.SEND_SMS
    if kind is Kind.KAKAO:
        return commands.SEND_KMS
    if not terms.variable:
        return commands.SEND_FIXED
    return commands.SEND_LMS if kind is Kind.LMS else commands.SEND_MMS


def _check_extras(message: Message, settings: ClientSettings) -> None:
    for field, value, limit in (
        ("subject", composed(message.subject), SUBJECT_BYTES),
        ("url", message.url, URL_BYTES),
        ("user_code", message.user_code, USER_CODE_BYTES),
    ):
        check_size(value, field, limit)
    code = message.user_code
    if code and not settings.user_code:
        raise MessageError("user_code is given, but the settings do not write USERCODE; set user_code=True there")
    check_edges(code, "user_code")
