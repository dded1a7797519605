"""From a message to what goes over the wire: its kind and its record, in one pass. Pure.

A message is refused here for what makes it impossible to write or senseless to send. Whether a receiver exists or a
sender is registered is for the gateway to say, in a result.
"""

from pathlib import Path
from typing import Final, NamedTuple

from samlink.client._pack.checks import (
    check_edges,
    check_size,
    check_types,
    checked_number,
    checked_times,
    cp949_size,
    kind_named,
)
from samlink.client._pack.kakao import kms_record_of
from samlink.client._terms import BEFORE_LOGIN, LoginTerms
from samlink.client.errors import MessageError
from samlink.client.kakao import KakaoMessage
from samlink.client.keys import check_key
from samlink.client.messages import AnyMessage, Kind, Message
from samlink.client.settings import ClientSettings
from samlink.vocabulary.problem import N_
from samlink.vocabulary.sizes import (
    FILE_NAME_BYTES,
    FILES_LIMIT,
    SMS_BYTES_LIMIT,
    SUBJECT_BYTES,
    USER_CODE_BYTES,
    VARIABLE_TEXT_BYTES,
)
from samlink.vocabulary.text import composed
from samlink.wire import Command, KmsRecord, LocalProtocolError, SendRecord, commands
from samlink.wire.text import name_bytes

URL_BYTES: Final = 80
AnyRecord = SendRecord | KmsRecord
"""One message as it goes over the wire."""


class Packed(NamedTuple):
    """A message as it goes over the wire."""

    kind: Kind
    record: AnyRecord
    terms: LoginTerms
    """The login's terms that its text was checked against."""


def pack(message: AnyMessage, settings: ClientSettings, terms: LoginTerms = BEFORE_LOGIN) -> Packed:
    """Check a message and make its record; files are not read.

    The kind is the message's own, if it has one; else its files, its subject and the bytes of its text decide. `terms`
    are those of the login that would carry an LMS or MMS; the most generous ones unless given.

    Raises:
        MessageError: it cannot be sent as it is; one sentence that names the field.
    """
    check_types(message)
    if isinstance(message, KakaoMessage):
        return Packed(Kind.KAKAO, kms_record_of(message), terms)
    text = composed(message.text)
    size = cp949_size(text, "text")
    if not text.strip():
        raise MessageError("message.no_text", N_("text is empty"))
    kind = _kind(message, size, settings)
    _check_length(kind, size, terms)
    _check_parts(message, kind)
    if message.subject or message.url or message.user_code:
        _check_extras(message, settings)
    reserve_at, timeout_at = checked_times(message.reserve_at, message.timeout_at)
    record = SendRecord(
        check_key(message.group_id, "group_id"),
        check_key(message.message_id, "message_id"),
        checked_number(message.sender, "sender") if message.sender else "",
        checked_number(message.to, "to"),
        reserve_at,
        timeout_at,
        text,
        message.url,
        message.user_code,
        composed(message.subject),
    )
    return Packed(kind, record, terms)


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


def too_long_for_login(size: int, limit: int) -> MessageError:
    """The error for an LMS or MMS text that this login does not take."""
    template = N_("text has {size} bytes in CP949, this login takes at most {limit}")
    return MessageError("message.text_over_login", template, size=size, limit=limit)


def _kind(message: Message, size: int, settings: ClientSettings) -> Kind:
    if message.kind is not None:
        return kind_named(message.kind)
    if message.files:
        return Kind.MMS
    return Kind.SMS if size <= settings.sms_bytes and not message.subject else Kind.LMS


def _check_length(kind: Kind, size: int, terms: LoginTerms) -> None:
    limit = SMS_BYTES_LIMIT if kind is Kind.SMS else VARIABLE_TEXT_BYTES
    if size > limit:
        template = N_("text has {size} bytes in CP949, {kind} takes at most {limit}")
        raise MessageError("message.text_too_long", template, size=size, kind=kind, limit=limit)
    if kind is not Kind.SMS and size > terms.text_bytes:
        raise too_long_for_login(size, terms.text_bytes)


def _check_parts(message: Message, kind: Kind) -> None:
    if kind is Kind.KAKAO:
        raise MessageError("message.kakao", N_("kind is KAKAO; give a KakaoMessage for that"))
    if kind is not Kind.SMS and message.url:
        raise MessageError(
            "message.url_not_sms", N_("url can be sent with an SMS only, and this is an {kind}"), kind=kind
        )
    if kind is Kind.SMS and message.subject:
        raise MessageError("message.sms_subject", N_("subject cannot be sent with an SMS"))
    if kind is not Kind.MMS and message.files:
        raise MessageError(
            "message.files_not_mms", N_("files can be sent with an MMS only, and this is an {kind}"), kind=kind
        )
    if len(message.files) > FILES_LIMIT:
        template = N_("files are {count}, at most {limit} can be sent")
        raise MessageError("files.too_many", template, count=len(message.files), limit=FILES_LIMIT)
    for name in message.files:
        if not isinstance(name, Path) and not _may_be_uploaded(name):
            raise MessageError(
                "files.not_a_name", N_("files has a str that is not a name that upload gave; give a Path for a file")
            )


def _may_be_uploaded(name: str) -> bool:
    try:
        return name.isprintable() and 0 < len(name_bytes(name, "files")) <= FILE_NAME_BYTES
    except LocalProtocolError:
        return False


def _check_extras(message: Message, settings: ClientSettings) -> None:
    for field, value, limit in (
        ("subject", composed(message.subject), SUBJECT_BYTES),
        ("url", message.url, URL_BYTES),
        ("user_code", message.user_code, USER_CODE_BYTES),
    ):
        check_size(value, field, limit)
    if message.user_code and not settings.user_code:
        raise MessageError(
            "message.user_code_off",
            N_("user_code is given, but the settings do not write USERCODE; set user_code=True there"),
        )
    check_edges(message.user_code, "user_code")
