"""From a message to what goes over the wire: its kind, its command and its record. Pure; all checks are here.

A message is refused here for what makes it impossible to write or senseless to send. Whether a receiver exists or a
sender is registered is for the gateway to say, in a result.
"""

from datetime import datetime
from pathlib import Path

from samlink.client.errors import MessageError
from samlink.client.keys import KEY_BYTES
from samlink.client.limits import VARIABLE_TEXT_BYTES, Limits
from samlink.client.messages import FILES_LIMIT, Kind, Message
from samlink.client.phone_numbers import normalised
from samlink.client.settings import ClientSettings
from samlink.wire import Command, LocalProtocolError, SendRecord, commands
from samlink.wire.text import SMS_BYTES_LIMIT, encode_text
from samlink.wire.times import format_time

SUBJECT_BYTES = 120
URL_BYTES = 80
USER_CODE_BYTES = 30
FILE_NAME_BYTES = 128


def kind_of(message: Message, settings: ClientSettings) -> Kind:
    """What a message goes out as: what it says itself, else by its files, its subject and the bytes of its text.

    Raises:
        MessageError: the text cannot be written in CP949, or does not fit the kind that was told.
    """
    size = _size(message.text, "text")
    if not message.text.strip():
        raise MessageError("text is empty")
    kind = message.kind
    if kind is None:
        short = size <= settings.sms_bytes and not message.subject
        kind = Kind.MMS if message.files else Kind.SMS if short else Kind.LMS
    limit = SMS_BYTES_LIMIT if kind is Kind.SMS else VARIABLE_TEXT_BYTES
    if size > limit:
        raise MessageError(f"text has {size} bytes in CP949, {kind} takes at most {limit}")
    _check_kind(message, kind)
    return kind


def _check_kind(message: Message, kind: Kind) -> None:
    if kind is not Kind.SMS and message.url:
        raise MessageError(f"url can be sent with an SMS only, and this is an {kind}")
    if kind is Kind.SMS and message.subject:
        raise MessageError("subject cannot be sent with an SMS")
    if kind is not Kind.MMS and message.files:
        raise MessageError(f"files can be sent with an MMS only, and this is an {kind}")
    if len(message.files) > FILES_LIMIT:
        raise MessageError(f"files are {len(message.files)}, at most {FILES_LIMIT} can be sent")
    for name in message.files:
        if not isinstance(name, Path) and not (name and len(name) <= FILE_NAME_BYTES and name.isprintable()):
            raise MessageError("files has a str that is not a name that upload gave; give a Path for a file")


def record_of(message: Message, kind: Kind, limits: Limits, settings: ClientSettings) -> SendRecord:
    """The record of a message.

    Raises:
        MessageError: it cannot be sent as it is; one sentence that names the field.
    """
    if kind is not Kind.SMS and (size := _size(message.text, "text")) > limits.text_bytes:
        raise MessageError(f"text has {size} bytes in CP949, this login takes at most {limits.text_bytes}")
    if message.subject or message.url or message.user_code:
        _check_extras(message, settings)
    if message.reserve_at is not None and message.timeout_at is not None:
        _check_order(message)
    return SendRecord(
        _key(message.group_id, "group_id"),
        _key(message.message_id, "message_id"),
        normalised(message.sender, "sender") if message.sender else "",
        normalised(message.to, "to"),
        None if message.reserve_at is None else epoch(message.reserve_at, "reserve_at"),
        None if message.timeout_at is None else epoch(message.timeout_at, "timeout_at"),
        message.text,
        message.url,
        message.user_code,
        message.subject,
    )


def command_of(kind: Kind, limits: Limits) -> Command:
    """The command that carries a kind: 1020; 1024 where texts are fixed (VARIABLE_YN N), else 1044 and 1045."""
    if kind is Kind.SMS:
        return commands.SEND_SMS
    if not limits.variable:
        return commands.SEND_FIXED
    return commands.SEND_LMS if kind is Kind.LMS else commands.SEND_MMS


def epoch(moment: datetime, field: str) -> int:
    """UTC epoch seconds of a time with a zone.

    Raises:
        MessageError: it has no zone, or cannot be written as `YYYY-MM-DD HH:MM:SS`.
    """
    if moment.utcoffset() is None:
        raise MessageError(f"{field} has no time zone; give an aware datetime")
    seconds = int(moment.timestamp())
    try:
        format_time(seconds)
    except ValueError:
        raise MessageError(f"{field} cannot be written as YYYY-MM-DD HH:MM:SS in Korean time") from None
    return seconds


def _key(value: str, field: str) -> str:
    if len(value) > KEY_BYTES or not value.isascii():
        raise MessageError(f"{field} must be 1 to {KEY_BYTES} ASCII characters")
    if not value.isprintable() or value != value.strip(" "):
        raise MessageError(f"{field} begins or ends with a space, or has a control character")
    return value


def _check_extras(message: Message, settings: ClientSettings) -> None:
    for field, value, limit in (
        ("subject", message.subject, SUBJECT_BYTES),
        ("url", message.url, URL_BYTES),
        ("user_code", message.user_code, USER_CODE_BYTES),
    ):
        if (size := _size(value, field)) > limit:
            raise MessageError(f"{field} has {size} bytes in CP949, at most {limit} can be sent")
    code = message.user_code
    if code and not settings.user_code:
        raise MessageError("user_code is given, but the settings do not write USERCODE; set user_code=True there")
    if not code.isprintable() or code != code.strip(" "):
        raise MessageError("user_code begins or ends with a space, or has a line break")


def _check_order(message: Message) -> None:
    assert message.reserve_at is not None
    assert message.timeout_at is not None
    if epoch(message.timeout_at, "timeout_at") <= epoch(message.reserve_at, "reserve_at"):
        raise MessageError("timeout_at is not after reserve_at, so the message would never be sent")


def _size(text: str, field: str) -> int:
    try:
        return len(encode_text(text, field))
    except LocalProtocolError as error:
        raise MessageError(str(error)) from None
